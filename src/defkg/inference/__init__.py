"""What follows from the data by the ontology's OWL 2 RL axioms.

Source: OWL 2 Profiles (W3C), section 4.3, tables 4 to 9; the rules keep the names they have there. Each axiom
becomes one rule whose predicates and classes are fixed. An axiom without a rule is an error that names it.
"""

from defkg.inference.closing import close, close_store, consequences
from defkg.inference.closure import Change, Closure, Progress
from defkg.inference.rules import Pattern, Rule, UnsupportedAxiom, rules, uncovered
from defkg.inference.succession import Succession

__all__ = [
    "Change",
    "Closure",
    "Pattern",
    "Progress",
    "Rule",
    "Succession",
    "UnsupportedAxiom",
    "close",
    "close_store",
    "consequences",
    "rules",
    "uncovered",
]
