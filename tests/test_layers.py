"""One direction of imports: each module imports only from layers before its own."""

from __future__ import annotations

import ast
from pathlib import Path

import defkg

LAYERS = [
    {"terms"},
    {"finding", "dates", "tokens", "sparql", "edit"},
    {"places", "prologue", "layout"},
    {"turtle", "patterns"},
    {"project", "triples", "pairing"},
    {"dataset", "revision", "emptiness"},
    {"inference"},
    {"explanation", "question"},
    {"placing", "picking"},
    {"evidence", "literals", "vocabulary", "validation", "checks", "files"},
    {"coverage", "affected", "rulebook"},
    {"gate"},
    {"fixing", "difference", "scaffold", "report", "loading", "linter"},
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
    return next(i for i, modules in enumerate(LAYERS) if module in modules)


def test_every_module_imports_only_what_comes_before_it() -> None:
    for path in PACKAGE.rglob("*.py"):
        module = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        wrong = {name for name in imported(path) if name != module and layer(name) >= layer(module)}
        assert not wrong, f"{path.name} imports {wrong}"


def test_the_walk_sees_imports() -> None:
    assert {"dataset", "terms"} <= imported(PACKAGE / "inference.py")
