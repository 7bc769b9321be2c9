"""Check a learner's answer to an exercise of the book without giving the answer away."""

from annbook.exercises.checking import check
from annbook.exercises.collection import bank
from annbook.exercises.kinds import Array, Choice, Class, Function, Number, Property, Table

__all__ = ["Array", "Choice", "Class", "Function", "Number", "Property", "Table", "bank", "check"]
