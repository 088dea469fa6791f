"""One direction of imports: each module imports only from layers before its own."""

from __future__ import annotations

import ast
from pathlib import Path

import defkg

LAYERS = [
    {"terms"},
    {"finding", "paths", "bridge", "reasons", "dates", "tokens", "sparql", "edit", "phrase", "copies", "watching"},
    {"meaning", "precedence", "syntax_tree"},
    {"naming", "sentences", "words"},
    {"content", "arrangement", "parsing"},
    {"printer"},
    {"places", "prologue", "layout", "syntax"},
    {"turtle", "patterns"},
    {"project", "triples", "pairing"},
    {"dataset", "revision", "emptiness", "formatting"},
    {"inference", "passage", "extent"},
    {"explanation", "question"},
    {"placing", "picking"},
    {"results"},
    {"evidence", "locating", "literals", "vocabulary", "validation", "checks", "exercised", "unstated"},
    {"files", "characters", "mending"},
    {"coverage", "affected", "rulebook"},
    {"gate"},
    {"change"},
    {"fixing", "examples", "difference", "scaffold", "report", "loading", "linter"},
    {"engine"},
    {"web"},
    {"serving"},
    {"cli"},
    {"__main__", "__init__"},
]
PACKAGE = Path(defkg.__file__).parent


def imported(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text())))
    names = {n.module for n in nodes if isinstance(n, ast.ImportFrom) and n.module}
    names |= {
        f"defkg.{a.name}" for n in nodes if isinstance(n, ast.ImportFrom) and n.module == "defkg" for a in n.names
    }
    return {name.split(".")[1] for name in names if name.startswith("defkg.")}


def layer(module: str) -> int:
    found = next((i for i, modules in enumerate(LAYERS) if module in modules), None)
    assert found is not None, f"{module} is in no layer: add it to LAYERS"
    return found


def test_every_module_imports_only_what_comes_before_it() -> None:
    for path in PACKAGE.rglob("*.py"):
        module = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        wrong = {name for name in imported(path) if name != module and layer(name) >= layer(module)}
        assert not wrong, f"{path.name} imports {wrong}"


def test_the_walk_sees_imports() -> None:
    assert {"dataset", "terms"} <= imported(PACKAGE / "inference.py")
