"""What hostile clients send: queries that want all memory, time or stack there is, and requests that do not end."""

from __future__ import annotations

MANY = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"


def doubled(times: int) -> str:
    """Binds ?x to 16 characters doubled so many times."""
    steps = (f"BIND(CONCAT(?x{i}, ?x{i}) AS ?x{i + 1 if i + 1 < times else ''})" for i in range(times))
    return "BIND('sixteen letters.' AS ?x0) " + " ".join(steps)


MEMORY_BOMBS = {
    "order": f"SELECT * {{ {MANY} }} ORDER BY ?a ?d ?g ?j",
    "concat": f"SELECT ?x {{ {doubled(30)} }}",
    "replace": f"SELECT (REPLACE(?x, '.', ?x) AS ?y) {{ {doubled(12)} }}",
    "group": f"SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?d), ?x)) AS ?s) {{ {doubled(10)} {MANY} }}",
    "minus": "SELECT * { ?s ?p ?o " + "MINUS { ?s ?p ?o } " * 1000 + "}",
}

TIME_BOMBS = {
    "path": "ASK { ?s " + "/".join(["<http://x/p>"] * 1000) + " ?o }",
    "optional path": "ASK { ?s " + "/".join(["<http://x/p>?"] * 1000) + " ?o }",
    "optionals": "SELECT * { ?s ?p ?o " + " ".join(f"OPTIONAL {{ ?s ?p{i} ?o{i} }}" for i in range(600)) + "}",
    "graphs": "SELECT * { " + "GRAPH ?g { ?s ?p ?o } " * 600 + "}",
    "lists": "SELECT * { " + "(1 " * 95 + ")" * 95 + " ?p ?o }",
    "in": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o . ?a ?b ?c FILTER(?o NOT IN (" + ",".join(["1"] * 50000) + ")) }",
    "count": f"SELECT (COUNT(*) AS ?n) {{ {MANY} }}",
    "regex": f"SELECT (COUNT(*) AS ?n) {{ {MANY} FILTER(REGEX(CONCAT(STR(?a), STR(?d)), '(x+x+)+y')) }}",
    "offset": f"SELECT * {{ {MANY} }} OFFSET 100000000000 LIMIT 1",
}

ANSWER_BOMBS = {
    "concat": (f"SELECT ?x {{ {doubled(16)} {MANY} }}", {"answer-too-large"}),
    "rows": (f"SELECT ?a {{ {MANY} }}", {"rows"}),
    "construct": (f"CONSTRUCT {{ ?a ?e ?i }} {{ {MANY} }}", {"rows", "memory", "timeout"}),
    "concat construct": (
        f"CONSTRUCT {{ ?a ?b ?x }} {{ {doubled(18)} {MANY} }}",
        {"answer-too-large", "memory", "timeout"},
    ),
}

DEEP = 100_000
STACK_BOMBS = {
    "braces": "SELECT * " + "{" * DEEP + "}" * DEEP,
    "open braces": "SELECT * " + "{" * 2 * DEEP,
    "parentheses": "SELECT * { FILTER(" + "(" * DEEP + "1" + ")" * DEEP + ") }",
    "lists": "SELECT * { " + "(" * DEEP + ")" * DEEP + " ?p ?o }",
    "brackets": "SELECT * { " + "[ ?p " * (DEEP // 3) + "]" * (DEEP // 3) + " }",
    "optionals": "SELECT * { " + "OPTIONAL{" * (DEEP // 5) + "}" * (DEEP // 5) + " }",
    "filters": "SELECT * { FILTER " + "EXISTS{FILTER " * (DEEP // 7) + "true" + "}" * (DEEP // 7) + " }",
    "minus": "SELECT * { FILTER(" + "- " * DEEP + "1) }",
    "carets": "SELECT * { ?s " + "^" * DEEP + "<http://x/p> ?o }",
}
FLAT_BOMBS = {
    "not": "SELECT * { FILTER(" + "!" * 2 * DEEP + "1) }",
    "reified": "SELECT * { " + "<< " * (DEEP // 2) + "?s ?p ?o " + ">>" * (DEEP // 2) + " ?p ?o }",
    "sums": "SELECT (1" + "+1" * DEEP + " AS ?x) {}",
    "or": "SELECT * { FILTER(true" + "||true" * (DEEP // 3) + ") }",
    "unions": "SELECT * { " + "UNION".join(["{}"] * (DEEP // 4)) + " }",
    "triples": "SELECT * { " + "?s ?p ?o ." * (DEEP // 4) + " }",
    "binds": "SELECT * { " + "".join(f"BIND(1 AS ?v{i})" for i in range(DEEP // 10)) + " }",
    "alternatives": "ASK { ?s (" + "|".join(["<http://x/p>"] * (DEEP // 6)) + ")* ?o }",
}

HEAD = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 1000\r\n"
HALVES = {
    "nothing": (b"", b""),
    "a word": (b"PO", b""),
    "half a head": (HEAD, b""),
    "a head in drops": (HEAD + b"X: ", b"x" * 1000),
    "no body": (HEAD + b"\r\n", b""),
    "half a body": (HEAD + b"\r\nASK {", b""),
    "half a chunk": (HEAD.replace(b"Content-Length: 1000", b"Transfer-Encoding: chunked") + b"\r\n10\r\nASK", b""),
    "a body in drops": (HEAD + b"\r\nASK {}", b" " * 990),
}
