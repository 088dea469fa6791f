"""What a change means: things, facts, what follows, questions and findings of two states compared."""

from __future__ import annotations

from defkg.difference.comparing import Difference, compare
from defkg.difference.state import State, of_file, of_project

__all__ = ["Difference", "State", "compare", "of_file", "of_project"]
