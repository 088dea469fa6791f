"""Statements as lines: what fits stands on one line, what does not on a line for each part."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from defkg.layout.arrangement import Section
from defkg.layout.syntax_tree import Comment, Directive, Entry, Group, Node, Statement

WIDTH = 120
_STEP = "    "


def section_text(section: Section) -> str:
    """A run of directives, or a statement, with the comments above."""
    if isinstance(section, Statement):
        return remarks(section.subject.before) + _statement(section) + "\n"
    return "".join(remarks(item.before) + _directive(item) + "\n" for item in section)


def _directive(item: Directive) -> str:
    keyword = "@base" if item.prefix is None else f"@prefix {item.prefix}"
    return f"{keyword} {item.iri} .{_behind(item.after)}"


def remarks(comments: Iterable[Comment]) -> str:
    """Comments on lines of their own, with the empty lines between them."""
    return "".join(comment.text + ("\n\n" if comment.gap else "\n") for comment in comments)


def _behind(comments: Sequence[str]) -> str:
    """The comment at the end of a line: the last one; the others stand above."""
    return f" {comments[-1]}" if comments else ""


def _statement(statement: Statement) -> str:
    subject = _node(statement.subject, "", WIDTH)
    if not statement.entries:
        return _lone(statement, subject)
    end = "" if statement.closing else " ."
    lines = _entries(statement.entries, _STEP, end)
    first = statement.entries[0]
    if statement.subject.after or _over(first):
        lines.insert(0, subject + _behind(statement.subject.after))
    else:
        room = WIDTH - len(subject.rpartition("\n")[2]) - 1
        lines[0] = f"{subject} {_entry(first, _STEP, room, ' ;' if len(lines) > 1 else end)}"
    if statement.closing:
        lines += [*(_STEP + comment.text for comment in statement.closing), "."]
    return "\n".join(lines)


def _lone(statement: Statement, subject: str) -> str:
    behind = [*statement.subject.after, *statement.after]
    above = [*behind[:-1], subject, *(_STEP + comment.text for comment in statement.closing)]
    return "\n".join(above) + ("\n." if statement.closing else " .") + _behind(behind)


def _entries(entries: Sequence[Entry], pad: str, end: str) -> list[str]:
    """The lines, or groups of lines, of what is said of a subject; ``end`` follows the last."""
    found = []
    for entry in entries:
        last = entry is entries[-1]
        text = _entry(entry, pad, WIDTH - len(pad), end if last else " ;")
        found.append("\n".join(pad + line for line in [*_over(entry), text]))
    return found


def _over(entry: Entry) -> list[str]:
    return [*(comment.text for comment in entry.predicate.before), *entry.after[:-1]]


def _entry(entry: Entry, pad: str, room: int, end: str) -> str:
    """A predicate and its objects; further lines begin with more than ``pad``."""
    flat = _flat_entry(entry, room - len(end))
    if flat is not None:
        return flat + end + _behind(entry.after)
    head, inner = entry.predicate.text + _behind(entry.predicate.after), pad + _STEP
    if len(entry.objects) == 1 and not entry.objects[0].before and not entry.predicate.after:
        shown = f"{head} {_node(entry.objects[0], pad, room - len(head) - 1 - len(end))}"
    else:
        objects = [_node(node, inner, WIDTH - len(inner) - len(end)) for node in entry.objects]
        shown = head + _listed(entry, objects, inner)
    return shown + end + _behind(entry.after)


def _listed(entry: Entry, objects: Sequence[str], inner: str) -> str:
    """Objects on lines of their own, the first one behind the predicate where nothing is in the way."""
    groups = any("\n" in text for node, text in zip(entry.objects, objects, strict=True) if isinstance(node, Group))
    shown = ""
    for node, text in zip(entry.objects, objects, strict=True):
        over = [*(comment.text for comment in node.before), *node.after[:-1]]
        beside = not shown and not over and not groups and not entry.predicate.after
        lines = [f" {text}" if beside else f"\n{inner}{text}"]
        lines[:0] = [f"\n{inner}{comment}" for comment in over]
        shown += "".join(lines) + ("" if node is entry.objects[-1] else "," + _behind(node.after))
    return shown


def _node(node: Node, pad: str, room: int) -> str:
    if not isinstance(node, Group):
        return node.text
    flat = _flat(node, max(room, 2))
    return _opened(node, pad) if flat is None else flat


def _opened(group: Group, pad: str) -> str:
    inner = pad + _STEP
    lines = [group.brackets[0] + _behind(group.opened), *_entries(group.entries, inner, "")]
    for item in group.items:
        lines += [inner + text for text in [*(comment.text for comment in item.before), *item.after[:-1]]]
        lines.append(inner + _node(item, inner, WIDTH - len(inner)) + _behind(item.after))
    lines += [inner + comment.text for comment in group.closing]
    return "\n".join([*lines, pad + group.brackets[1]])


def _flat(node: Node, limit: int) -> str | None:
    """A node on one line, or None where it is longer than ``limit`` or has comments within."""
    if not isinstance(node, Group):
        return node.text if len(node.text) <= limit and "\n" not in node.text else None
    if node.opened or node.closing:
        return None
    parts = [_flat_item(item, limit) for item in node.items] + [_flat_member(entry, limit) for entry in node.entries]
    inside = (" " if node.items else " ; ").join(part or "" for part in parts)
    line = f" {inside} ".join(node.brackets) if parts else node.brackets
    return line if None not in parts and len(line) <= limit else None


def _flat_item(item: Node, limit: int) -> str | None:
    return None if item.before or item.after else _flat(item, limit)


def _flat_member(entry: Entry, limit: int) -> str | None:
    return None if entry.predicate.before or entry.after else _flat_entry(entry, limit)


def _flat_entry(entry: Entry, limit: int) -> str | None:
    objects = [_flat_item(node, limit) for node in entry.objects]
    line = f"{entry.predicate.text} {', '.join(text or '' for text in objects)}"
    return None if entry.predicate.after or None in objects or len(line) > limit else line
