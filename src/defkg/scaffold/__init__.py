"""New things: what is written of them, in which files, and what is still to fill in."""
