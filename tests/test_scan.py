"""What the scan reads from a query: dataset clauses, refusals, volatility; held against the parser."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode, Quad, QueryBoolean, QuerySolutions, QueryTriples, Store

from defkg.engine import Problem
from defkg.engine.scan import scan
from tests.test_sparql import HOSTILE, SIZE

E = "http://e/"
PROLOGUE = (
    "BASE <http://e/> PREFIX ex: <http://e/> PREFIX : <http://127.0.0.1:1/>\n"
    "PREFIX h: <http://h:1> PREFIX service: <http://e/>\n"
)


def kind(text: str) -> str:
    with pytest.raises(Problem) as problem:
        scan(text)
    return problem.value.kind


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_takes_linear_time(name: str) -> None:
    text = ("SELECT service from" + HOSTILE[name] * SIZE)[:SIZE]
    taken: list[float] = []
    while not taken or (min(taken) >= 1 and len(taken) < 5):
        begin = time.process_time()
        with suppress(Problem):
            scan(text)
        taken.append(time.process_time() - begin)
    assert min(taken) < 1


@pytest.mark.parametrize(
    ("text", "default", "named"),
    [
        ("SELECT * FROM <http://e/a> FROM ex:b {}", ("a", "b"), ()),
        ("SELECT * FROM NAMED <a> WHERE {}", (), ("a",)),
        ("ASK from <a>FROM\nNamed # no {\n<b>{}", ("a",), ("b",)),
        ("ASKFROM<a>FROMNAMED<b>{}", ("a",), ("b",)),
        ("CONSTRUCT { ?s ?p ?o } FROM <a> WHERE { ?s ?p ?o }", ("a",), ()),
        ("CONSTRUCT FROM <a> WHERE { ?s ?p ?o }", ("a",), ()),
        ("DESCRIBE ex:x FROM ex:a", ("a",), ()),
        ("DESCRIBE * FROM NAMED ex:a { ?s ?p ?o }", (), ("a",)),
        ("SELECT (EXISTS { ?s ?p ?o } AS ?x) FROM <a> {}", ("a",), ()),
        ("SELECT (?a<'b' AS ?x) FROM <a> {}", ("a",), ()),
        (r"SELECT * FROM <\u0061> FROM ex:a\/b FROM <a> {}", ("a", "a/b", "a"), ()),
    ],
)
def test_dataset_clauses_are_taken_out(text: str, default: tuple[str, ...], named: tuple[str, ...]) -> None:
    text = PROLOGUE + text
    found = scan(text)
    assert (found.default_graphs, found.named_graphs) == (tuple(E + g for g in default), tuple(E + g for g in named))
    assert len(found.query) == len(text)
    assert [i for i, c in enumerate(found.query) if c == "\n"] == [i for i, c in enumerate(text) if c == "\n"]
    assert "FROM" not in found.query.upper()
    Store().query(text)
    Store().query(found.query)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?from { ?from ex:FROM 'FROM <a>' } # FROM <a>",
        "ASK {} FROM <a>",
        "SELECT * { SELECT * FROM <a> {} }",
        "SELECT * FROM { }",
        "DESCRIBE ex:FROM <from>",
        "PREFIX from: <http://e/> DESCRIBE from:a",
        "",
    ],
)
def test_what_is_no_dataset_clause_stays(text: str) -> None:
    found = scan(PROLOGUE + text)
    assert (found.query, found.default_graphs, found.named_graphs) == (PROLOGUE + text, None, None)


def test_relative_graph_without_base_and_known_prefix() -> None:
    assert scan("ASK FROM <a> FROM id:source\\/x {}").default_graphs == ("a", "https://w3id.org/defkg/id/source/x")


@pytest.mark.parametrize(
    "text", ["ASK FROM nowhere:a {}", "ASK FROM:a {}", "DESCRIBE ex:x FROM <a> FROM:b", "DESCRIBE h:FROM <a>"]
)
def test_graph_that_cannot_be_named_is_refused(text: str) -> None:
    assert kind(PROLOGUE + text) == "syntax"


@pytest.mark.parametrize(
    "text",
    [
        "ASK { SERVICE <http://e/> {} }",
        "ASK { service silent ?x {} }",
        "ASK { SERVICE:s {} }",
        "ASK { ?x ?y trueSERVICE:s {} }",
        "ASK { ?x ?y true.SERVICE:s {} }",
        "ASK { ?x ?y 1SERVICE<http://e/>{} }",
        "ASK { SERVICESILENT:s {} }",
        "ASK { ?x ?y ex:a.b.SERVICE:s{} }",
        "ASK { ?x ?y h:SERVICE :s {} }",
        "ASK { FILTER(?a<ex:b#>'''\n) SERVICE:s {} #'''\n}",
        "ASK { FILTER(?a<'b>' ) SERVICE:s {} #'\n}",
        'ASK { ?s ?p ("""a" #\\uD83D\n) SERVICE:s {} #"""\n}',
        "ASK { { SELECT * { OPTIONAL { SERVICE :s {} } } } }",
        "SELECT (EXISTS { SERVICE :s {} } AS ?x) {}",
    ],
)
def test_service_is_refused_wherever_the_parser_would_take_it(text: str) -> None:
    text = PROLOGUE + text
    assert parses(text)
    assert not parses(text.replace("SERVICE", "SERVIXE").replace("service silent", "servixe silent"))
    assert kind(text) == "service-refused"


@pytest.mark.parametrize(
    "text",
    [
        "ASK { ?service ex:service ex:SERVICE }",
        "ASK { service:a service:service ?x . GRAPH service:g { ?s ?p ?o } }",
        "ASK { ?s ex:service ?o { ?a ?b ?c } }",
        "ASK { ?s ?p ex:service { ?a ?b ?c } }",
        "ASK { ?s ?p '''SERVICE <x> {}''', \"SERVICE\", 'a customer service {' }",
        "ASK { ?s <http://e/SERVICE> ?o # SERVICE <http://e/> {}\n}",
        "ASK { ?s ?p _:service }",
        "PREFIX SERVICE: <http://e/> ASK { SERVICE:x ?p ?o }",
    ],
)
def test_what_only_looks_like_service_is_let_through(text: str) -> None:
    assert parses(PROLOGUE + text)
    assert scan(PROLOGUE + text).query == PROLOGUE + text


def test_service_problem_says_where() -> None:
    with pytest.raises(Problem) as problem:
        scan("ASK {\n  SERVICE <http://e/> {} }")
    assert (problem.value.status, problem.value.more) == (403, {"line": 2, "column": 3})


def test_service_behind_what_cannot_be_read_is_refused_as_syntax() -> None:
    assert kind('ASK { ?s ?p "open\n SERVICE <http://e/> {} }') == "syntax"
    assert kind("ASK {" + "{" * 10_000 + " SERVICE <http://e/> {}") == "syntax"
    assert scan('ASK { ?s ?p "open\n }').depth == 1


def test_codepoint_escape_hides_no_keyword() -> None:
    text = r"ASK { \u0053ERVICE <http://e/> {} }"
    assert not parses(text)
    assert scan(text).query == text


@pytest.mark.parametrize(
    "text", ["INSERT DATA {}", "PREFIX a: <b> delete {} WHERE {}", "# x\nLOAD <a>", "WITH <a> DELETE {}", "CLEAR ALL"]
)
def test_update_is_refused_in_words(text: str) -> None:
    with pytest.raises(Problem, match="answers queries only") as problem:
        scan(text)
    assert (problem.value.status, problem.value.kind) == (400, "syntax")
    assert {"line", "column"} <= set(problem.value.more)


@pytest.mark.parametrize(
    ("text", "volatile"),
    [
        ("SELECT (now() AS ?x) {}", True),
        ("SELECT (STRUUID ( ) AS ?x) {}", True),
        ("ASK { FILTER(?a<NOW()&&?b>1) }", True),
        ("SELECT * {} ORDER BYRAND()", True),
        ("ASK { BIND(BNODE('a') AS ?x) }", True),
        ("ASK { ?s ?p ?o FILTERex:f(?a<'b', NOW()) }", True),
        ("ASK { ?now ex:rand 'NOW()' } # UUID()", False),
        ("SELECT (STR(1) AS ?uuid) {}", False),
    ],
)
def test_volatile(text: str, volatile: bool) -> None:
    assert scan(text).volatile is volatile


@pytest.mark.parametrize(("text", "depth"), [("", 0), ("ASK {}", 1), ("ASK { ( [ { } ] ) '{{{{{{' # {{{{{{\n}", 4)])
def test_depth(text: str, depth: int) -> None:
    assert scan(text).depth == depth


Names = tuple[str, ...] | None
GRAPHS = [E + name for name in "abc"]


def store() -> Store:
    made = Store()
    for number, graph in enumerate(GRAPHS):
        for other in range(number, 3):
            made.add(Quad(NamedNode(E + "s"), NamedNode(E + f"p{other}"), NamedNode(E + "o"), NamedNode(graph)))
    return made


STORE = store()
GAP = st.sampled_from([" ", "\n", "\t ", " # FROM <x> {\n", "\r\n"])
IRI = st.sampled_from(["<http://e/a>", "ex:b", "<c>", r"<http://e/\u0061>", r"<\u0062>"])
TERM = st.sampled_from(["?s", "?p", "?o", "ex:s", "<p1>", "ex:p2", "<s#x>", "ex:from", "?service"])
OBJECT = st.one_of(
    TERM, st.sampled_from(['"FROM <a>"', "'{'", "'''SERVICE'''", "true", "1.5", "[]", "(1 <c>)", '"x"@en'])
)
FILTER = st.sampled_from(
    [
        "",
        "FILTER(?s<?o)",
        "FILTER(1<2&&3>2)",
        "FILTER(?s != <b>)",
        "FILTER EXISTS { ?s ?p ?o }",
        "OPTIONAL { ?o ?p ?s }",
    ]
)


@st.composite
def queries(draw: st.DrawFn) -> str:
    def gap() -> str:
        return draw(GAP)

    clauses = "".join(
        f"{gap()}FROM{gap()}{'NAMED' + gap() if draw(st.booleans()) else ''}{draw(IRI)}"
        for _ in range(draw(st.integers(0, 3)))
    )
    triple = f"{draw(TERM)} {draw(TERM)} {draw(OBJECT)} . {draw(FILTER)}"
    wrapped = draw(
        st.sampled_from(["%s", "GRAPH ?g { %s }", "{ %s } UNION { GRAPH ex:a { ?s ?p ?o } }", "{ SELECT ?s { %s } }"])
    )
    group = "{" + gap() + wrapped.replace("%s", triple) + "}"
    form = draw(
        st.sampled_from(
            ["SELECT DISTINCT *", "SELECT DISTINCT (1<2 AS ?x)", "ASK", "CONSTRUCT { ?s ?p ?o }", "DESCRIBE ?s"]
        )
    )
    where = draw(st.sampled_from(["", "WHERE"]))
    return f"BASE <http://e/>{gap()}PREFIX ex: <http://e/>{gap()}{form}{clauses}{gap()}{where}{gap()}{group}"


def parses(text: str) -> bool:
    try:
        Store().query(text)
    except SyntaxError:
        return False
    except (OSError, RuntimeError, ValueError):
        return True
    return True


def answer(text: str, default: Names = None, named: Names = None) -> object:
    results = STORE.query(
        text,
        default_graph=None if default is None else [NamedNode(iri) for iri in default],
        named_graphs=None if named is None else [NamedNode(iri) for iri in named],
    )
    if isinstance(results, QueryBoolean):
        return bool(results)
    if isinstance(results, QuerySolutions):
        return {tuple(map(str, row)) for row in results}
    assert isinstance(results, QueryTriples)
    return {str(triple) for triple in results if "_:" not in str(triple)}


@settings(max_examples=400, deadline=None)
@given(queries())
def test_scanned_query_answers_as_the_parser_answers_its_dataset_clauses(text: str) -> None:
    found = scan(text)
    if not parses(text):
        assert not parses(found.query)
        return
    if found.default_graphs is None or found.named_graphs is None:
        assert found.query == text
        return
    assert answer(found.query, found.default_graphs, found.named_graphs) == answer(text)


PIECES = [
    "?s ?p ?o",
    "true",
    "1",
    "'a'",
    ".",
    " ",
    "SERVICE",
    "SERVICE:s",
    "SERVICE :s",
    "SILENT",
    "{}",
    "{",
    "}",
    "FILTER(",
    "?a",
    ")",
]
PIECES += [
    "<",
    "<ex:b#>",
    "<'b>",
    "'''",
    "'",
    '"""',
    "#",
    "\n",
    "ex:a.b",
    "h:",
    "_:a",
    "(",
    "ex:f(",
    "FILTERex:f(",
    "\\uD83D",
    "GRAPH ",
]


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=9), st.sampled_from(["", "SERVICE:s{}", "SERVICE :s {}"]))
def test_no_service_slips_through(pieces: list[str], last: str) -> None:
    text = f"{PROLOGUE}ASK{{{''.join(pieces)}{last}}}"
    try:
        scan(text)
    except Problem:
        return
    assert not parses(text) or parses(text.replace("SERVICE", "SERVIXE"))


@pytest.mark.parametrize(
    ("query", "volatile"),
    [
        ("CONSTRUCT { _:a ?p ?o } WHERE { ?s ?p ?o }", True),
        ("CONSTRUCT { [] ?p ?o } WHERE { ?s ?p ?o }", True),
        ("CONSTRUCT { ?s ?p (1 2) } WHERE { ?s ?p ?o }", True),
        ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(?o > 1) }", False),
        ("SELECT * { _:a ?p [] }", False),
    ],
)
def test_new_blank_nodes_make_an_answer_change(query: str, volatile: bool) -> None:
    assert scan(query).volatile is volatile
