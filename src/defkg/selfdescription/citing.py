"""How a dataset is cited: as a line of text, for BibTeX, and for programs that keep references.

Sources: the DataCite and FORCE11 recommendations for the parts (who made it, title, version, where, when looked at);
CSL-JSON 1.0.2.
"""

from __future__ import annotations

import json
from datetime import date

from defkg.selfdescription.description import HOME, Description

_SHORT = 12
_ESCAPED = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
_ESCAPED |= {c: "\\" + c for c in "&%$#_{}"}


def line(description: Description, address: str, day: date) -> str:
    """A line below a text that rests on the dataset.

    Args:
        description: the dataset's.
        address: where it is.
        day: when it was looked at.
    """
    makers = f"{', '.join(description.creators)}. " if description.creators else ""
    return f"{makers}{description.title}. Dataset {description.digest}. {address}, accessed {day.isoformat()}."


def bibtex(description: Description, address: str, day: date) -> str:
    """The same as an entry for BibTeX; the arguments are those of `line`."""
    makers = " and ".join(f"{{{_tex(name)}}}" for name in description.creators)
    fields = {
        "author": makers,
        "title": f"{{{_tex(description.title)}}}",
        "howpublished": rf"\url{{{address}}}",
        "note": f"Dataset {description.digest}, accessed {day.isoformat()}",
    }
    lines = (f"  {name} = {{{value}}}" for name, value in fields.items() if value)
    return f"@misc{{{_key(description)},\n" + ",\n".join(lines) + "\n}"


def csl(description: Description, address: str, day: date) -> str:
    """The same in CSL-JSON; the arguments are those of `line`."""
    item = {
        "id": _key(description),
        "type": "dataset",
        "title": description.title,
        "author": [{"literal": name} for name in description.creators],
        "version": description.digest,
        "URL": address,
        "accessed": {"date-parts": [[day.year, day.month, day.day]]},
    }
    return json.dumps([{name: value for name, value in item.items() if value}], ensure_ascii=False, indent=2)


def address_of(description: Description, host: str) -> str:
    """Where a dataset is cited from: its lasting address where its project states who and what it is, else the host."""
    return HOME if description.stated else f"{host}/"


def _key(description: Description) -> str:
    return f"dataset-{description.digest[:_SHORT]}"


def _tex(text: str) -> str:
    return "".join(_ESCAPED.get(c, c) for c in text)
