"""defkg: a knowledge graph of defence relationships in which every fact names its document.

In Python: ``kg = defkg.load()``, then ``kg.ask("jwgs-co-chaired-by", official="Amitabh Prasad").to_pandas()``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from defkg.graph import Graph, load
    from defkg.project import ProjectError
    from defkg.question import QuestionError
    from defkg.result import Result

__version__ = "0.1.0"
__all__ = ["Graph", "ProjectError", "QuestionError", "Result", "load"]

_HOMES = {
    "Graph": "defkg.graph",
    "ProjectError": "defkg.project",
    "QuestionError": "defkg.question",
    "Result": "defkg.result",
    "load": "defkg.graph",
}


def __getattr__(name: str) -> Any:
    """What is exported, imported as it is asked for, so that ``import defkg`` is quick."""
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module 'defkg' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """The names of the module, those not yet imported too."""
    return sorted({*globals(), *__all__})
