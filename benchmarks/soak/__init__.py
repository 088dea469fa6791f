"""Minutes of mixed load on a server: nothing it answers may be wrong, and nothing it uses may grow."""
