"""What a graph says of itself: how much of what is in it, and what its project states of it as a whole."""

from defkg.selfdescription.counting import ClassCount, Links, PropertyCount, Statistics
from defkg.selfdescription.dcat import Dump, dcat, dumps, published
from defkg.selfdescription.description import Description, at_host, describe
from defkg.selfdescription.void import void

__all__ = [
    "ClassCount",
    "Description",
    "Dump",
    "Links",
    "PropertyCount",
    "Statistics",
    "at_host",
    "dcat",
    "describe",
    "dumps",
    "published",
    "void",
]
