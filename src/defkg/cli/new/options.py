"""The options that the kinds of ``defkg new`` share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Text = str | None
Texts = list[str] | None

Label = Annotated[Text, typer.Option(metavar="NAME", help="What it is called, as an analyst would say.")]
Key = Annotated[Text, typer.Option(metavar="KEY", help="The last part of its address; default: made of the label.")]
Alias = Annotated[Texts, typer.Option(metavar="NAME", help="Another name of it. May be repeated.")]
Class = Annotated[Text, typer.Option("--class", metavar="CLASS", help="Its class, by name or label.")]
Source = Annotated[Text, typer.Option(metavar="SLUG", help="The document that says so, as in data/sources/<slug>.ttl.")]
Party = Annotated[
    Texts,
    typer.Option(metavar="PARTY", help="A country, by name or ISO 3166 code, or an organisation. May be repeated."),
]
Relationship = Annotated[
    Text,
    typer.Option(metavar="PAIR", help="The bilateral relationship, such as BRN-IND; default: that of the parties."),
]
Evidence = Annotated[Text, typer.Option(metavar="SENTENCES", help="The sentences that say so, such as s2,s3 or s2-s4.")]
Date = Annotated[Text, typer.Option(metavar="EDTF", help="2025-12-09, 2025-12, 2025 or [..2025-12-09]: as stated.")]
Basis = Annotated[Text, typer.Option(metavar="stated|inferred", help="Whether the document states the date.")]
Concerns = Annotated[Texts, typer.Option(metavar="TOPIC", help="A focus area that it concerns. May be repeated.")]
Service = Annotated[Texts, typer.Option(metavar="NAME", help="An organisation that takes part. May be repeated.")]
Frequency = Annotated[Text, typer.Option(metavar="TERM", help="A DCMI frequency term, such as annual, as stated.")]
Place = Annotated[Text, typer.Option(metavar="NAME", help="The place or facility.")]
InCountry = Annotated[Text, typer.Option(metavar="COUNTRY", help="The country where it was; no party by that.")]
Duration = Annotated[Text, typer.Option(metavar="DURATION", help="How long, as stated: P2D is two days.")]
During = Annotated[Text, typer.Option(metavar="EVENT", help="The event of which it was a part.")]
Head = Annotated[
    Texts,
    typer.Option(
        metavar="NAME[=POST][@PARTY][#SENTENCES]", help="Who led a delegation. No co-chair by that. May be repeated."
    ),
]
ProjectFolder = Annotated[Path | None, typer.Option(metavar="DIR", help="The project folder; default: the one here.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the changes as a diff; write nothing.")]
Distinct = Annotated[bool, typer.Option("--distinct", help="It is another one than those with a name like it.")]
Known = Annotated[
    bool, typer.Option("--known", help="It is in the graph already: add only what this document says of it.")
]
