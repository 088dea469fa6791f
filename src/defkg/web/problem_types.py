"""``/problem/``: what each type of problem means, and what to do; the IRI of a type leads to its place there.

Source: RFC 9457, section 3.1.1: the type's IRI should lead to documentation for people.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

from fastapi import APIRouter
from starlette.requests import Request as HttpRequest
from starlette.responses import RedirectResponse, Response

from defkg.engine import Answer, Problem
from defkg.web.answers import made
from defkg.web.asker import Asker
from defkg.web.documents import HTML, refuse
from defkg.web.methods import close_methods
from defkg.web.parameters import Parameters, read_parameters
from defkg.web.rendering import Rendering, on_site
from defkg.web.service import Service, Site

PAGE = "/problem/"


class ProblemType(NamedTuple):
    """A type of problem: the last part of its IRI, the HTTP statuses that it comes with, why it comes, what to do."""

    name: str
    statuses: tuple[int, ...]
    why: str
    remedy: str


TYPES = {
    name: ProblemType(name, tuple(map(int, statuses.split())), why, remedy)
    for name, statuses, why, remedy in (
        line.split(" | ")
        for line in """\
syntax | 400 | The query is no SPARQL 1.1. | Line and column are in the document.
query-missing | 400 | There is no query in the request. | Give it as the parameter query, or as the body.
query-doubled | 400 | There is more than one query in the request. | Give one.
parameter | 400 | A parameter is unknown, doubled, or has a wrong value. | The document names it, and what it takes.
encoding | 400 | Address or body is not UTF-8 as the form demands. | Percent-encode the bytes of UTF-8.
host | 400 | The Host of the request is no host. | Send the name and port that you asked for.
dataset | 400 | A graph is not named by an IRI. | Give its whole IRI, as /void has it.
unknown-graph | 400 404 | No such graph is served. | /void has the graphs that are.
graph-missing | 400 | The request names no graph. | Give graph=IRI or default.
parameter-missing | 400 | A question needs a parameter that is not given. | The document names it.
parameter-unknown | 400 | There is no such parameter here. | The document lists those that there are.
citation | 400 | The citation is not whole, or contradicts itself. | Take it from the answer's page again.
paging | 400 | The query is too long to be cut into pages. | Take the whole answer, as CSV or JSON.
unknown-question | 404 | There is no such question. | /questions/ has them all.
no-picture | 404 | Of this answer there is no such picture. | Take a table, or another question.
format | 400 | The list or the search comes in no such format. | The document lists the formats.
unknown-kind | 404 | There is no such kind of thing. | /id/ has the kinds.
unknown-value | 404 | Nothing in the list has the value that is filtered by. | Choose from the list.
unknown-country | 404 | No country of this graph has this code. | Codes are those of ISO 3166-1, with three letters.
same-country | 404 | There is nothing between a country and itself. | Name two countries.
no-page | 404 | The list has fewer pages. | Begin at the first.
sources | 422 | The sources of the rows cannot be told for this query. | Ask without sources.
unwritable | 406 422 | The format cannot carry a name or a character of the answer. | Ask for another format.
address-too-long | 414 | The path is longer than that of any thing. | Look at how the address was made.
too-deep | 400 | The query is nested too deeply. | Nest it less.
stack | 400 | The query needs more of the stack than a worker has. | Nest it less, or shorten its lists.
evaluation | 400 | The query cannot be evaluated. | The document says where it fails.
service-refused | 403 | The server asks no other service for a query. | Ask both, and join where you are.
update-refused | 403 | The server takes no updates: files are the truth. | Change the files of the project.
function-refused | 403 | The function is one of a store, and none of SPARQL. | Write it with SPARQL's own functions.
not-found | 404 | Nothing has this address. | Browse /id/, or search.
method | 405 | The address does not take this method. | Allow lists those that it takes.
not-acceptable | 406 | Nothing that Accept names can be had here. | The document lists what can.
body-slow | 408 | The body did not arrive in time. | Send it at once.
body-incomplete | 400 | The body ended early. | Send all that Content-Length says.
memory | 413 | The query needed more memory than a worker has. | Narrow it, or ask in parts.
rows | 413 | The answer has more rows than the server gives. | Add LIMIT and OFFSET, or take a dump.
answer-too-large | 413 | The answer has more bytes than the server gives. | Ask in parts, or take a dump.
body-too-large | 413 | The request's body is too large. | Send less.
query-too-long | 413 414 | The query is too long. | Shorten it; by POST it may be longer than by GET.
media-type | 415 | A body of this type is not read. | Send a form, or application/sparql-query.
charset | 415 | The body is in another charset than UTF-8. | Send UTF-8.
client-busy | 429 | A quarter of the queue is yours already. | Wait for your answers.
client-budget | 429 | Your queries used up what a client has for a minute. | Wait as long as Retry-After says.
busy | 503 | All workers are at work, and the queue is full. | Try again after Retry-After.
shutting-down | 503 | The server ends. | Try again after Retry-After.
zygote-died | 503 | The engine was started again. | Try again after Retry-After.
reading | 503 | The names that a search needs are still being read. | Try again after Retry-After.
no-dumps | 404 | No dumps are made of this graph. | The document says what there is instead.
dumps | 503 | The dumps could not be made. | Try again after Retry-After.
engine-died | 500 | The worker died at your query, by a fault of the server's. | Tell the operator the request's id.
unexpected | 500 | A fault of the server's own. | Tell the operator the request's id.
disk | 500 | The disk failed. | Tell the operator the request's id.
store-down | 503 | The service that holds the graph does not answer. | Try again after Retry-After.
store-changing | 503 | The data of the service that holds the graph is being replaced. | Try again after Retry-After.
store-broken | 502 | The service that holds the graph sends no whole answer. | Tell the operator the request's id.
store-refused | 502 | The service that holds the graph refuses the query. | The document has what it says.
store-rows | 413 | The service that holds the graph gives fewer rows than the answer has. | Ask in parts.
store-unfit | 501 | The service that holds the graph answers this wrongly. | The document says what to write instead.
timeout | 504 | The query took longer than it may. | Narrow it, or ask in parts.""".splitlines()
    )
}


def problem_types_router(service: Service, rendering: Rendering) -> APIRouter:
    """The routes of the page of problem types."""
    router = APIRouter()

    async def page(http: HttpRequest) -> Response:
        async def respond(site: Site) -> Response:
            parameters = await read_parameters(http, site.engine.limits)
            return await rendering.page(http, site, partial(_page, parameters))

        return await on_site(service, respond)

    async def one(name: str) -> Response:
        if name not in TYPES:
            raise Problem(404, "not-found", "There is no such type of problem", f"{PAGE} lists them")
        return RedirectResponse(f"{PAGE}#{name}", 303)

    for path, endpoint in ((PAGE, page), (PAGE + "{name}", one)):
        router.add_api_route(path, endpoint, methods=["GET", "HEAD"], include_in_schema=False, response_class=Response)
        close_methods(router, path, "GET, HEAD, OPTIONS", "What a problem means is only read")
    return router


def _page(parameters: Parameters, asker: Asker) -> Answer:
    refuse(parameters, "html")
    types = sorted(TYPES.values(), key=lambda each: (each.statuses, each.name))
    return made(HTML, asker.site.pages.render("problem_types.html", {"types": types}), asker.seconds)
