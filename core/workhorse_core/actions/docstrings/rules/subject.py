"""The definition to document, with the facts that the rules read from it."""

import ast
from collections.abc import Iterator
from functools import cached_property

from workhorse_core.actions.docstrings.rules.english.words import OF_AN_OBJECT, class_noun, private_noun
from workhorse_core.actions.docstrings.rules.project_docstrings import ProjectDocstrings
from workhorse_core.languages.python.nodes import (
    DefinitionNode,
    Function,
    dotted,
    is_none,
    last_name,
    own_nodes,
    without_docstring,
)
from workhorse_core.languages.python.signature import Parameter, Signature, constructor_of
from workhorse_core.languages.python.symbols.module import Module
from workhorse_core.languages.python.symbols.symbol import ClassSymbol
from workhorse_core.system.named_tuple import NamedTuple


class _Fields(NamedTuple):
    module: Module
    node: DefinitionNode | ast.Module
    parents: tuple[DefinitionNode, ...]
    signature: Signature
    project: ProjectDocstrings
    repeats: bool = True


class Subject(_Fields):
    """One definition, or a module; ``parents`` go from the outermost to the innermost.

    ``repeats``: an override repeats the words of its base class.
    """

    @property
    def name(self) -> str:
        """The plain name; "" for a module."""
        return "" if isinstance(self.node, ast.Module) else self.node.name

    @property
    def owner(self) -> ast.ClassDef | None:
        """The class around it, for a member."""
        parent = self.parents[-1] if self.parents else None
        return parent if isinstance(parent, ast.ClassDef) else None

    @property
    def owner_symbol(self) -> ClassSymbol | None:
        """The same as a symbol of the project."""
        return ClassSymbol(self.module, self.owner, self.parents[:-1]) if self.owner is not None else None

    @property
    def owner_noun(self) -> str | None:
        """The noun for an object of that class ("session")."""
        return class_noun(self.owner.name) if self.owner is not None else None

    def private_noun(self, attribute: str) -> str | None:
        """Return the noun for a private attribute, None where it has none, or would be taken for the object itself."""
        noun, owner = private_noun(attribute), self.owner_noun
        if noun is None:
            return None
        words = noun.removeprefix("the ").split()
        bases = [class_noun(last_name(dotted(base) or "")) for base in (self.owner.bases if self.owner else ())]
        if any(base and base.lower().split()[-1] == words[-1] for base in bases):
            return None
        if owner is None:
            return noun
        if words[0] in OF_AN_OBJECT and len(words) == 1:
            return f"{noun} of the {owner}"
        is_owner = words[-1] == owner.lower().split()[-1] and set(words) <= set(owner.lower().split())
        return None if is_owner else noun

    @property
    def function(self) -> Function | None:
        """The definition where it is a function."""
        return self.node if isinstance(self.node, (ast.FunctionDef, ast.AsyncFunctionDef)) else None

    @cached_property
    def parameters(self) -> dict[str, Parameter]:
        """The parameters by name."""
        return {parameter.name: parameter for parameter in self.signature.parameters}

    @cached_property
    def ignored(self) -> frozenset[str]:
        """The parameters that a body which does something does not read."""
        if self.function is None or self.signature.is_stub_body or self.signature.is_abstract:
            return frozenset()
        read = {node.id for one in self.body for node in ast.walk(one) if isinstance(node, ast.Name)}
        return frozenset(self.parameters) - (frozenset(self.parameters) if "locals" in read else read)

    @cached_property
    def required(self) -> list[str]:
        """The parameters that must be given."""
        return [p.name for p in self.signature.parameters if p.default is None and p.label == p.name]

    @cached_property
    def code(self) -> "Subject":
        """The code: a class's constructor, else the definition itself."""
        constructor = constructor_of(self.node) if isinstance(self.node, ast.ClassDef) else None
        if constructor is None or isinstance(self.node, ast.Module):
            return self
        return Subject(self.module, constructor, (*self.parents, self.node), self.signature, self.project, self.repeats)

    @cached_property
    def body(self) -> list[ast.stmt]:
        """The statements after the docstring."""
        return list(without_docstring(self.node.body))

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """The nodes of its own code, in source order."""
        return list(own_nodes(self.body))

    def returned(self) -> Iterator[ast.expr]:
        """Yield the values that it returns, without None."""
        for node in self.nodes:
            if isinstance(node, ast.Return) and node.value is not None and not is_none(node.value):
                yield node.value

    @property
    def returns_something(self) -> bool:
        """Whether a call returns a value: by its body, or by its annotation where the body is a stub."""
        signature = self.signature
        if signature.returns_value or signature.yields:
            return True
        if signature.is_stub_body:
            return signature.is_property or signature.returns not in {None, "None", "NoReturn", "typing.NoReturn"}
        return False

    @cached_property
    def returns_function(self) -> bool:
        """Whether it returns a function, as decorators do: its name is about what that one does."""
        inner = {node.name for node in self.nodes if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))}
        return "Callable" in (self.signature.returns or "") or any(
            isinstance(value, ast.Lambda) or dotted(value) in inner for value in self.returned()
        )
