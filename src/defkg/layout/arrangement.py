"""Which prefixes a Turtle text declares, and where."""

from __future__ import annotations

from defkg.layout.syntax_tree import Comment, Directive, Document, Statement

Section = list[Directive] | Statement


def arranged(document: Document) -> tuple[list[Section], list[Comment]]:
    """The directives that are used, the statements, and the comments at the end, in the order to print them.

    Prefixes stand at the top, unless one of them is declared anew for another namespace. The nodes of the document are
    changed: a comment above a directive that goes stays above what comes next.
    """
    return _hoisted(document) if _has_one_meaning(document) else _in_place(document)


def _has_one_meaning(document: Document) -> bool:
    """Whether every prefix stands for one namespace throughout, so that it may be declared at the top."""
    used = [item for item in document.items if isinstance(item, Directive) and item.used]
    pairs = {(item.prefix, item.iri) for item in used}
    return len(pairs) == len({prefix for prefix, _ in pairs})


def _hoisted(document: Document) -> tuple[list[Section], list[Comment]]:
    """Used prefixes at the top in alphabetical order; comments above a later one stay where they stand."""
    kept: dict[str | None, Directive] = {}
    statements: list[Statement] = []
    head: list[Comment] = []
    carried: list[Comment] = []
    for item in document.items:
        carried += _above(item)
        if isinstance(item, Statement):
            item.subject.before, carried = carried, []
            statements.append(item)
            continue
        if item is document.items[0]:
            head, carried = carried, []
        if item.used and item.prefix not in kept:
            own, carried = ([], carried) if statements else (carried, [])
            kept[item.prefix] = Directive(item.prefix, item.iri, own, item.after)
        else:
            carried += map(Comment, item.after)
    directives = sorted(kept.values(), key=lambda item: (item.prefix is not None, (item.prefix or "")[:-1]))
    end = [*carried, *document.end]
    first = directives[0].before if directives else statements[0].subject.before if statements else end
    first[:0] = head
    return [*([directives] if directives else []), *statements], end


def _in_place(document: Document) -> tuple[list[Section], list[Comment]]:
    """Used prefixes where they stand."""
    sections: list[Section] = []
    carried: list[Comment] = []
    for item in document.items:
        carried += _above(item)
        if isinstance(item, Statement):
            item.subject.before, carried = carried, []
            sections.append(item)
        elif item.used:
            item.before, carried = carried, []
            run = sections[-1] if sections and isinstance(sections[-1], list) else []
            sections += [] if run else [run]
            run.append(item)
        else:
            carried += map(Comment, item.after)
    return sections, [*carried, *document.end]


def _above(item: Directive | Statement) -> list[Comment]:
    return item.before if isinstance(item, Directive) else item.subject.before
