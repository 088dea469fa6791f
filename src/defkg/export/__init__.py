"""What a graph is published as: dumps of its triples, tables of its things, and both as one package."""
