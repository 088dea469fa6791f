"""The notebook docs/python.ipynb: its cells run one after the other. Run as a module, its outputs are written.

Source: nbformat 4.5.
"""

from __future__ import annotations

import ast
import io
import json
import traceback
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

NOTEBOOK = Path(__file__).parent.parent / "docs" / "python.ipynb"
Cell = dict[str, Any]


def read() -> dict[str, Any]:
    """The notebook as it is."""
    notebook: dict[str, Any] = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    return notebook


def ran(notebook: dict[str, Any]) -> dict[str, Any]:
    """The notebook with the outputs that its cells give now."""
    names: dict[str, Any] = {"__name__": "__main__"}
    number = 0
    cells = []
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            number += 1
            cell = {**cell, "execution_count": number, "outputs": _outputs("".join(cell["source"]), names, number)}
        cells.append(cell)
    return {**notebook, "cells": cells}


def text(notebook: dict[str, Any]) -> str:
    """The notebook as its file says it."""
    return json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _outputs(source: str, names: dict[str, Any], number: int) -> list[Cell]:
    said = io.StringIO()
    with redirect_stdout(said):
        try:
            value = _value(source, names)
        except Exception as error:
            value = None
            lines = traceback.format_exception_only(error)
            said.write(lines[-1])
    streams = [{"output_type": "stream", "name": "stdout", "text": _lines(said.getvalue())}] if said.getvalue() else []
    if value is None:
        return streams
    return [
        *streams,
        {"output_type": "execute_result", "execution_count": number, "metadata": {}, "data": _data(value)},
    ]


def _value(source: str, names: dict[str, Any]) -> Any:
    """What the last expression of a cell gives, as a notebook does it."""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "<cell>", "exec"), names)
    return eval(compile(ast.Expression(last.value), "<cell>", "eval"), names) if isinstance(last, ast.Expr) else None


def _data(value: Any) -> dict[str, list[str]]:
    shown = {"text/plain": _lines(repr(value))}
    html = getattr(value, "_repr_html_", lambda: None)()
    return {**shown, "text/html": _lines(html)} if html else shown


def _lines(words: str) -> list[str]:
    return words.splitlines(keepends=True)


if __name__ == "__main__":
    NOTEBOOK.write_text(text(ran(read())), encoding="utf-8")
