"""Publishing: a dataset put into a SPARQL 1.1 service graph by graph, and compared with what is there then."""
