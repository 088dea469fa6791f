"""What the tools give: each result's parts, as the schema that goes out with a tool describes them."""

from __future__ import annotations

from pydantic import BaseModel, Field


class Value(BaseModel):
    """A thing, a literal, or a node without a name."""

    iri: str | None = Field(default=None, description="The thing's IRI")
    label: str | None = Field(default=None, description="What the thing is called")
    text: str | None = Field(default=None, description="A literal's text")
    datatype: str | None = Field(default=None, description="A literal's datatype, where it is no plain string")
    language: str | None = None
    cut: int | None = Field(default=None, description="How many characters of the text are left out here")


class Document(BaseModel):
    """A document that something rests on."""

    iri: str
    title: str
    publisher: str
    issued: str
    url: str


class Row(BaseModel):
    """One row: its values, and what it rests on."""

    values: dict[str, Value]
    sources: list[str] | None = Field(
        default=None,
        description="IRIs of the documents that the row rests on; empty: the registry alone; null: not told",
    )
    more_sources: int | None = Field(default=None, description="How many further documents are left out here")
    inferred: list[str] | None = Field(
        default=None, description="Triples that the ontology concludes and nobody states"
    )


class Result(BaseModel):
    """What every result says."""

    dataset_sha256: str = Field(description="Which dataset was asked")
    notice: str | None = Field(default=None, description="Why the answer may not be of the files as they are now")


class Parameter(BaseModel):
    """A parameter of a question."""

    name: str
    label: str
    type: str
    accepts: str
    optional: bool
    default: Value | None = None


class Listed(BaseModel):
    """A question of the library."""

    name: str
    topic: str
    title: str
    description: str
    tags: list[str]
    parameters: list[Parameter]


class Questions(Result):
    """Questions of the library."""

    topics: dict[str, int] = Field(description="Every topic, with how many questions it has")
    total: int
    questions: list[Listed]
    next_offset: int | None = Field(
        default=None, description="Give it as offset for the rest; left out: there is no more"
    )


class Rows(Result):
    """An answer as rows."""

    question: str | None = None
    title: str | None = None
    description: str | None = None
    parameters: dict[str, Value] = {}
    sparql: str = Field(description="The query that was run")
    boolean: bool | None = Field(default=None, description="The answer of an ASK; a true one has a row without values")
    columns: list[str] = []
    rows: list[Row] = []
    row_count: int = Field(default=0, description="All rows of the answer, shown or not")
    offset: int = 0
    next_offset: int | None = Field(
        default=None, description="Give it as offset for the rest; left out: there is no more"
    )
    message: str = Field(default="", description="What to say of the answer, as where it is not stated")
    documents: list[Document] = Field(default=[], description="The documents behind the rows that are shown")
    documents_left_out: int | None = None
    sources_untold: str | None = Field(default=None, description="Why the rows have no sources here")
    warnings: list[str] = Field(default=[], description="What in the query is probably not meant")
    rows_sha256: str | None = None
    cite: str | None = Field(default=None, description="An address that names this answer")


class Match(BaseModel):
    """A thing that may be meant."""

    iri: str
    label: str
    kinds: list[str]
    matched: str = Field(description="The name that fits")
    matched_is: str = Field(description="label, title, another name, code, or misspelling in a document")
    fit: str = Field(description="same, begins, contains, or near")


class Matches(Result):
    """Things that may be meant."""

    total: int
    matches: list[Match]
    message: str = ""


class Fact(BaseModel):
    """One thing that is said: of the thing, or of another thing about it."""

    property: Value
    value: Value | None = Field(default=None, description="What is said of the thing")
    of: Value | None = Field(default=None, description="The other thing of which the thing is said")
    sources: list[str] | None = None
    more_sources: int | None = None
    inferred: bool = Field(default=False, description="The ontology concludes it from what its sources state")


class Description(Result):
    """What is said of a thing."""

    iri: str
    label: str
    kinds: list[str]
    facts: list[Fact]
    fact_count: int
    offset: int
    next_offset: int | None = Field(
        default=None, description="Give it as offset for the rest; left out: there is no more"
    )
    not_stated: list[str] = Field(description="What no document states, though it could be stated of this thing")
    documents: list[Document]
    documents_left_out: int | None = None
    sources_untold: str | None = None
    message: str = ""
