"""The server: FastAPI over an `Engine`."""
