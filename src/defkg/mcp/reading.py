"""An answer's bytes as terms.

The engine's readers must end in the thread that they began in. So none of them outlives a function here: whoever asks
on while he holds one may leave it to the garbage collector of another thread.
"""

from __future__ import annotations

import json
from itertools import islice
from typing import Any, BinaryIO, cast

from pyoxigraph import QueryResultsFormat, QuerySolutions, RdfFormat, Triple, parse, parse_query_results

from defkg.table import Table


def truth(data: BinaryIO) -> bool:
    """What an ASK's answer in SPARQL's JSON says."""
    return bool(json.load(data)["boolean"])


def table(data: BinaryIO, first: int, most: int) -> Table:
    """Some rows of a SELECT's answer in SPARQL's JSON: so many at most, from the one numbered `first`."""
    results = cast(QuerySolutions, parse_query_results(cast(Any, data), format=QueryResultsFormat.JSON))
    names = [variable.value for variable in results.variables]
    return Table(names, [{n: s[n] for n in names if s[n] is not None} for s in islice(results, first, first + most)])


def triples(data: BinaryIO, first: int, most: int) -> list[Triple]:
    """Some triples of an answer in N-Triples: so many at most, from the one numbered `first`."""
    quads = parse(cast(Any, data), format=RdfFormat.N_TRIPLES)
    return [quad.triple for quad in islice(quads, first, first + most)]
