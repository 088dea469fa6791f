"""A made-up world of any size that grows by the bundled ontology."""
