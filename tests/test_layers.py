"""One direction of imports: each module imports only from layers before its own."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import defkg

LAYERS = [
    {"terms"},
    {"finding", "reasons", "dates", "tokens", "sparql", "edit", "stack", "watching", "holding", "spelling", "writing"},
    {"beside", "content", "prologue", "layout", "views"},
    {"places", "syntax", "linter"},
    {"turtle"},
    {"project"},
    {"dataset", "revision", "formatting"},
    {"inference"},
    {"explanation", "question"},
    {"placing", "naming", "table", "provenance", "values", "facts", "jsonld"},
    {"answer", "executable", "kinds", "presentation", "index", "selfdescription"},
    {"reading"},
    {"result"},
    {"evidence", "literals", "vocabulary", "validation", "checks", "context", "releases", "alignments"},
    {"files", "characters", "mending"},
    {"coverage", "affected", "rulebook"},
    {"gate"},
    {"change"},
    {"fixing", "examples", "difference", "scaffold", "report", "loaded"},
    {"loading"},
    {"artefact"},
    {"export"},
    {"engine"},
    {"graph", "citation", "publishing"},
    {"web"},
    {"surveying"},
    {"supply"},
    {"serving"},
    {"mcp"},
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
    assert {"dataset", "terms"} <= imported(PACKAGE / "inference" / "closing.py")


def modules() -> dict[str, set[str]]:
    """Every module by its dotted name, with those that it imports as it is loaded."""
    names = {dotted(path): path for path in PACKAGE.rglob("*.py")}
    return {name: {target for target in loaded(path) if target in names} - {name} for name, path in names.items()}


def dotted(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def loaded(path: Path) -> set[str]:
    nodes = [n for n in ast.parse(path.read_text()).body if isinstance(n, ast.ImportFrom) and n.module]
    return {str(n.module) for n in nodes} | {f"{n.module}.{a.name}" for n in nodes for a in n.names}


def test_no_two_modules_import_each_other() -> None:
    found = modules()
    assert found["defkg.layout"] >= {"defkg.layout.meaning"}
    packages = {name for name in found if any(other.startswith(f"{name}.") for other in found)}
    inside = {name: {t for t in targets if t not in packages} for name, targets in found.items()}
    assert list(TopologicalSorter(inside).static_order())
