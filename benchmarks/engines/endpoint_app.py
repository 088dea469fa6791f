"""The server that the peers' Python runs: an endpoint over rdflib with Oxigraph's store.

    python endpoint_app.py FILE PORT

Its own command line makes the union of all graphs the default graph, in which what two documents say counts twice.
"""

import sys

import uvicorn
from rdflib import Dataset
from rdflib_endpoint import SparqlEndpoint  # type: ignore[import-not-found]

if __name__ == "__main__":
    graph = Dataset(store="Oxigraph", default_union=False)
    graph.parse(sys.argv[1], format="ox-nquads", transactional=False)
    uvicorn.run(SparqlEndpoint(graph=graph), host="127.0.0.1", port=int(sys.argv[2]), access_log=False)
