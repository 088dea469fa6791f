"""Alignments to other vocabularies: tables of mappings, and the Turtle that says the same."""

from defkg.alignments.table import TABLE as TABLE
from defkg.alignments.table import TURTLE as TURTLE
from defkg.alignments.table import Alignment as Alignment
from defkg.alignments.table import AlignmentError as AlignmentError
from defkg.alignments.table import Mapping as Mapping
from defkg.alignments.table import alignment_files as alignment_files
from defkg.alignments.table import read_alignment as read_alignment
from defkg.alignments.turtle import turtle as turtle
