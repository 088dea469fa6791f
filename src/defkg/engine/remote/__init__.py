"""The remote engine: every query is answered by a SPARQL 1.1 service, behind the same limits and promises."""
