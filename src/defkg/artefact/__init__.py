"""The artefact: a project as one folder that a server opens at once, whatever its size."""
