"""Slots: the places in one file at which an annotation is missing."""

import ast
from dataclasses import dataclass, field
from enum import StrEnum

from workhorse_core.languages.python.nodes import DefinitionNode, Function
from workhorse_core.languages.python.symbols.symbol import FunctionSymbol


class SlotKind(StrEnum):
    """The kind of thing that an annotation at a slot would annotate."""

    PARAMETER = "parameter"
    RETURN = "return"
    ATTRIBUTE = "attribute"
    """``self.x = …`` in ``__init__``; its owner is the class."""
    VARIABLE = "variable"
    """A module's or a class's."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for one annotation.

    ``owner`` is the dotted name of the function or class that it belongs to, as `Region.name` has it, "" for the
    module. ``name`` is the parameter without its stars, "return", or the attribute or variable. The annotation is
    inserted at byte ``offset`` of the file (counted from 0), which is in ``line`` (from 1). ``default`` is a
    parameter's default, or the value that the attribute or variable is set to. ``node`` is the function, or the
    assignment; ``function`` is the function of a parameter, return or attribute. ``first`` is the line of the
    definition that holds the slot, which distinguishes two of the same name.
    """

    path: str
    kind: SlotKind
    owner: str
    name: str
    offset: int
    line: int
    star: str = ""
    default: ast.expr | None = field(default=None, repr=False, compare=False)
    node: Function | ast.Assign | None = field(default=None, repr=False, compare=False)
    parents: tuple[DefinitionNode, ...] = field(default=(), repr=False, compare=False)
    first: int = 1

    @property
    def key(self) -> str:
        """Name the slot within its file: "owner:name@line", the line being that of the definition or assignment."""
        return f"{self.owner}:{self.name}@{self.first}"

    @property
    def title(self) -> str:
        """Name the slot for people: "Parser.parse(text)", "Parser.parse return", "Parser.depth"."""
        if self.kind is SlotKind.PARAMETER:
            return f"{self.owner}({self.star}{self.name})"
        if self.kind is SlotKind.RETURN:
            return f"{self.owner} return"
        return f"{self.owner}.{self.name}" if self.owner else self.name


def slot_key(function: FunctionSymbol, name: str) -> str:
    """Return the key of the slot of a parameter of a function, or of its ``return``; see `Slot.key`."""
    return f"{function.name}:{name}@{function.first}"
