"""``defkg new``: begins a source, an official, a meeting …, and tells what is still to fill in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from defkg.cli.new import options as o

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Begins a new thing: asks for what it needs on a terminal, takes flags in a script, writes formatted Turtle, "
    "and lists what is still to fill in. Nothing is overwritten.\n\n"
    'Example: defkg new official --label "Nguyen Van An" --honorific Gen',
)


@app.command()
def source(
    context: typer.Context,
    title: Annotated[str | None, typer.Option(metavar="TITLE", help="A title in your own words.")] = None,
    issued: Annotated[str | None, typer.Option(metavar="DAY", help="The day of issue, if stated.")] = None,
    url: Annotated[str | None, typer.Option(metavar="URL", help="Its address.")] = None,
    publisher: Annotated[
        str | None, typer.Option(metavar="NAME", help="An organisation, if text or address shows it.")
    ] = None,
    text: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A copy of its text, which is not put into the project.")
    ] = None,
    slug: Annotated[
        str | None, typer.Option(metavar="SLUG", help="Its key and file name; default: day and words of the title.")
    ] = None,
    project: o.ProjectFolder = None,
    dry_run: o.DryRun = False,
    distinct: o.Distinct = False,
) -> None:
    """Begins a source document: its file, and its sentences by position and digest, if there is a copy.

    Example: defkg new source --title "Report on the India–Vietnam talks" --issued 2026-03-04 --text copy.txt
    """
    from defkg.cli.new.kinds import new_source
    from defkg.cli.new.session import Session

    new_source(Session(context.params))


@app.command()
def official(
    context: typer.Context,
    label: o.Label = None,
    honorific: Annotated[str | None, typer.Option(metavar="TITLE", help="Honorific or rank, as stated: Shri.")] = None,
    alias: o.Alias = None,
    key: o.Key = None,
    project: o.ProjectFolder = None,
    dry_run: o.DryRun = False,
    distinct: o.Distinct = False,
) -> None:
    """Adds a person to the registry, by the plain name.

    Example: defkg new official --label "Nguyen Van An" --honorific Gen
    """
    from defkg.cli.new.kinds import new_official
    from defkg.cli.new.session import Session

    new_official(Session(context.params))


@app.command()
def organisation(
    context: typer.Context,
    label: o.Label = None,
    class_: o.Class = None,
    country: Annotated[str | None, typer.Option(metavar="COUNTRY", help="The country that it belongs to.")] = None,
    alias: o.Alias = None,
    key: o.Key = None,
    project: o.ProjectFolder = None,
    dry_run: o.DryRun = False,
    distinct: o.Distinct = False,
) -> None:
    """Adds an organisation to the registry.

    Example: defkg new organisation --label "Ministry of Defence, Vietnam" --class Ministry --country Vietnam
    """
    from defkg.cli.new.kinds import new_organisation
    from defkg.cli.new.session import Session

    new_organisation(Session(context.params))


@app.command()
def mechanism(
    context: typer.Context,
    label: o.Label = None,
    class_: o.Class = None,
    source: o.Source = None,
    party: o.Party = None,
    relationship: o.Relationship = None,
    evidence: o.Evidence = None,
    concerns: o.Concerns = None,
    will_explore: Annotated[
        list[str] | None, typer.Option(metavar="TOPIC", help="A focus area that it will explore. May be repeated.")
    ] = None,
    service: o.Service = None,
    frequency: o.Frequency = None,
    meeting_count: Annotated[
        int | None, typer.Option(metavar="NUMBER", help="How many meetings the document counts.", min=1)
    ] = None,
    alias: o.Alias = None,
    key: o.Key = None,
    known: o.Known = False,
    project: o.ProjectFolder = None,
    dry_run: o.DryRun = False,
    distinct: o.Distinct = False,
) -> None:
    """Adds a mechanism: class and label to the registry, what the document says of it to the document's file.

    Example: defkg new mechanism --label "India–Vietnam Joint Working Group" --class JointWorkingGroup
    --party India --party Vietnam --source 2026-03-04-india-vietnam-talks --evidence s2
    """
    from defkg.cli.new.kinds import new_mechanism
    from defkg.cli.new.session import Session

    new_mechanism(Session(context.params))


@app.command()
def exercise(
    context: typer.Context,
    label: o.Label = None,
    source: o.Source = None,
    party: o.Party = None,
    relationship: o.Relationship = None,
    evidence: o.Evidence = None,
    concerns: o.Concerns = None,
    service: o.Service = None,
    frequency: o.Frequency = None,
    multilateral: Annotated[
        bool | None, typer.Option("--multilateral/--bilateral", help="Only if the document says so.")
    ] = None,
    alias: o.Alias = None,
    key: o.Key = None,
    known: o.Known = False,
    project: o.ProjectFolder = None,
    dry_run: o.DryRun = False,
    distinct: o.Distinct = False,
) -> None:
    """Adds an exercise, the standing series: to the registry, and what the document says of it to its file.

    Example: defkg new exercise --label "Blue Heron" --party India --party Vietnam
    --source 2026-03-04-india-vietnam-talks --evidence s5
    """
    from defkg.cli.new.kinds import new_exercise
    from defkg.cli.new.session import Session

    new_exercise(Session(context.params))


@app.command()
def agreement(
    context: typer.Context,
    label: o.Label = None,
    class_: o.Class = None,
    source: o.Source = None,
    party: o.Party = None,
    relationship: o.Relationship = None,
    evidence: o.Evidence = None,
    concerns: o.Concerns = None,
    establishes: Annotated[
        str | None, typer.Option(metavar="MECHANISM", help="The mechanism that it establishes.")
    ] = None,
    concluded_at: Annotated[
        str | None, typer.Option(metavar="EVENT", help="The event at which it was concluded, if it has no signing.")
    ] = None,
    supports: Annotated[
        list[str] | None, typer.Option(metavar="POLICY", help="A policy that it supports. May be repeated.")
    ] = None,
    date: o.Date = None,
    date_basis: o.Basis = None,
    signed: Annotated[
        str | None, typer.Option(metavar="EDTF", help="When it was signed; adds the signing as an event.")
    ] = None,
    signed_basis: o.Basis = None,
    signatory: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME[=POST][@PARTY][#SENTENCES]", help="Who signed it. May be repeated."),
    ] = None,
    alias: o.Alias = None,
    key: o.Key = None,
    known: o.Known = False,
    project: o.ProjectFolder = None,
    dry_run: o.DryRun = False,
    distinct: o.Distinct = False,
) -> None:
    """Adds an agreement: its label to the registry, the rest to the document's file; and its signing, if it is known.

    Example: defkg new agreement --label "Terms of Reference of the India–Vietnam Joint Working Group"
    --class TermsOfReference --party India --party Vietnam --source 2026-03-04-india-vietnam-talks --evidence s3
    """
    from defkg.cli.new.kinds import new_agreement
    from defkg.cli.new.session import Session

    new_agreement(Session(context.params))


@app.command()
def meeting(
    context: typer.Context,
    label: o.Label = None,
    mechanism: Annotated[
        str | None, typer.Option(metavar="NAME", help="The mechanism that met; none for other talks.")
    ] = None,
    ordinal: Annotated[
        int | None, typer.Option(metavar="NUMBER", help="Its number among the meetings, as stated.", min=1)
    ] = None,
    source: o.Source = None,
    party: o.Party = None,
    relationship: o.Relationship = None,
    evidence: o.Evidence = None,
    date: o.Date = None,
    date_basis: o.Basis = None,
    place: o.Place = None,
    in_country: o.InCountry = None,
    during: o.During = None,
    sidelines_of: Annotated[
        str | None, typer.Option(metavar="EVENT", help="The event on the sidelines of which it was.")
    ] = None,
    co_chair: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME[=POST][@PARTY][#SENTENCES]", help="Who co-chaired it. May be repeated."),
    ] = None,
    delegation_head: o.Head = None,
    discussed: Annotated[
        list[str] | None, typer.Option(metavar="TOPIC", help="A focus area that was discussed. May be repeated.")
    ] = None,
    prioritised: Annotated[
        list[str] | None, typer.Option(metavar="TOPIC", help="One that was given priority. May be repeated.")
    ] = None,
    emphasised: Annotated[
        list[str] | None, typer.Option(metavar="TOPIC", help="One that was emphasised. May be repeated.")
    ] = None,
    workstream: Annotated[
        list[str] | None, typer.Option(metavar="TOPIC", help="One on which a workstream was agreed. May be repeated.")
    ] = None,
    service: o.Service = None,
    key: o.Key = None,
    known: o.Known = False,
    project: o.ProjectFolder = None,
    dry_run: o.DryRun = False,
    distinct: o.Distinct = False,
) -> None:
    """Adds a meeting: its label to the registry, the rest and who took part to the document's file.

    With a mechanism and a number, the label is made of both and the parties are the mechanism's.

    Example: defkg new meeting --mechanism "India–Vietnam Joint Working Group" --ordinal 1
    --source 2026-03-04-india-vietnam-talks --evidence s2,s3 --date 2026-03-04 --date-basis stated
    --co-chair "Amitabh Prasad=Joint Secretary" --co-chair "Nguyen Van An@Vietnam"
    """
    from defkg.cli.new.kinds import new_meeting
    from defkg.cli.new.session import Session

    new_meeting(Session(context.params))


@app.command()
def visit(
    context: typer.Context,
    label: o.Label = None,
    source: o.Source = None,
    party: o.Party = None,
    relationship: o.Relationship = None,
    evidence: o.Evidence = None,
    date: o.Date = None,
    date_basis: o.Basis = None,
    duration: o.Duration = None,
    place: o.Place = None,
    in_country: o.InCountry = None,
    during: o.During = None,
    visitor: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME[=POST][@PARTY][#SENTENCES]", help="Who visited. May be repeated."),
    ] = None,
    delegation_head: o.Head = None,
    key: o.Key = None,
    known: o.Known = False,
    project: o.ProjectFolder = None,
    dry_run: o.DryRun = False,
    distinct: o.Distinct = False,
) -> None:
    """Adds a visit: its label to the registry, the rest and who visited to the document's file.

    Example: defkg new visit --label "Visit of Nguyen Van An" --visitor "Nguyen Van An@Vietnam"
    --party India --party Vietnam --source 2026-03-04-india-vietnam-talks --evidence s4
    """
    from defkg.cli.new.kinds import new_visit
    from defkg.cli.new.session import Session

    new_visit(Session(context.params))


@app.command()
def statement(
    context: typer.Context,
    gist: Annotated[
        str | None, typer.Option(metavar="TEXT", help="What is said, in your own words; no sentence of the document.")
    ] = None,
    class_: o.Class = None,
    modality: Annotated[
        str | None, typer.Option(metavar="MODALITY", help="actual, agreed, planned, under-exploration, expected …")
    ] = None,
    source: o.Source = None,
    evidence: o.Evidence = None,
    party: o.Party = None,
    relationship: o.Relationship = None,
    made_by: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Who said it: a party or an official. May be repeated.")
    ] = None,
    reported_by: Annotated[
        str | None, typer.Option(metavar="NAME", help="By whose account, if that is somebody else.")
    ] = None,
    about: Annotated[
        list[str] | None, typer.Option(metavar="THING", help="What it is about, by label or IRI. May be repeated.")
    ] = None,
    concerns: o.Concerns = None,
    key: Annotated[
        str | None, typer.Option(metavar="KEY", help="Two or three words that tell it from others of its sentence.")
    ] = None,
    project: o.ProjectFolder = None,
    dry_run: o.DryRun = False,
) -> None:
    """Adds to a document's file what a side said (a statement) or what is to be done (a commitment).

    Example: defkg new statement --class Commitment --modality agreed --gist "They agreed to meet yearly."
    --party India --party Vietnam --source 2026-03-04-india-vietnam-talks --evidence s6 --key yearly-meetings
    """
    from defkg.cli.new.kinds import new_statement
    from defkg.cli.new.session import Session

    new_statement(Session(context.params))
