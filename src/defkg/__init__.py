"""defkg: a knowledge graph of defence relationships in which every fact names its document."""

__version__ = "0.1.0"
