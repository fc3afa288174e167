"""The Python code that a docstring describes, read as far as a check asks."""

import ast
from collections.abc import Mapping, Sequence
from functools import cached_property

from workhorse_core.checks.words.stems import PART, stem
from workhorse_core.checks.words.text import read_texts, word_key
from workhorse_core.languages.python.nodes import DefinitionNode, Function, own_nodes, without_docstring
from workhorse_core.languages.python.signature import Parameter, constructor_of, parameters_of
from workhorse_core.system.lazy_regex import late_pattern

_WORD = late_pattern(r"[^\W\d]\w*")


class File:
    """The file of a docstring, shared by all that it has.

    Args:
        path: Of the file.
        module: Its tree in the candidate.
        lines: Its lines in the candidate.
        base: Its text without what was written into it.
    """

    def __init__(self, path: str, module: ast.Module, lines: Sequence[str], base: str) -> None:
        self.path = path
        self.module = module
        self.lines = lines
        self.base = base

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word of the base."""
        return frozenset(_WORD.findall(self.base))

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stem of every part of its words."""
        return frozenset(stem(part) for word in self.words for part in PART.findall(word))

    @cached_property
    def names_by_sentence(self) -> Mapping[tuple[str, ...], set[str]]:
        """The bare names of the definitions whose docstrings have a sentence, by its words."""
        names: dict[tuple[str, ...], set[str]] = {}
        for node in ast.walk(self.module):
            if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)) and (
                docstring := ast.get_docstring(node)
            ):
                for text in read_texts(docstring):
                    for sentence in text.sentences:
                        names.setdefault(word_key(sentence), set()).add(node.name)
        return names

    @cached_property
    def constants(self) -> Sequence[object]:
        """The value of every constant."""
        return [node.value for node in ast.walk(self.module) if isinstance(node, ast.Constant)]


class Subject:
    """Code of a definition or module.

    Args:
        file: The file that holds it.
        node: The definition.
        parents: Enclosing definitions, outermost first.
        prompt: Constant texts of the question to a model.
    """

    def __init__(
        self,
        file: File,
        node: ast.Module | DefinitionNode,
        parents: Sequence[DefinitionNode] = (),
        prompt: Sequence[str] = (),
    ) -> None:
        self.file = file
        self.node = node
        self.parents = tuple(parents)
        self.prompt = prompt

    @property
    def name(self) -> str:
        """The bare name; "" of a module."""
        return "" if isinstance(self.node, ast.Module) else self.node.name

    @property
    def place(self) -> str:
        """The path of the file, and the names of the definition and of those around it."""
        return " ".join([self.file.path, *(parent.name for parent in self.parents), self.name])

    @cached_property
    def function(self) -> Function | None:
        """The function whose body is described: of a class its constructor."""
        if isinstance(self.node, ast.ClassDef):
            return constructor_of(self.node)
        return None if isinstance(self.node, ast.Module) else self.node

    @cached_property
    def parameters(self) -> Mapping[str, Parameter]:
        """The parameters by name, without ``self``."""
        if isinstance(self.node, ast.Module):
            return {}
        return {parameter.name: parameter for parameter in parameters_of(self.node, self.parents)}

    @cached_property
    def body(self) -> Sequence[ast.stmt]:
        """The statements of the function, or of the class or module without one, docstring aside."""
        return without_docstring((self.function or self.node).body)

    @cached_property
    def nodes(self) -> Sequence[ast.AST]:
        """The nodes of the body in source order, those of nested definitions aside."""
        return list(own_nodes(self.body))

    @cached_property
    def code(self) -> str:
        """The source of the definition without its docstring."""
        lines = self.file.lines
        first, last = 1, len(lines)
        if not isinstance(self.node, ast.Module):
            first = min([self.node.lineno, *(each.lineno for each in self.node.decorator_list)])
            last = self.node.end_lineno or first
        if not self.node.body or without_docstring(self.node.body) == self.node.body:
            return "\n".join(lines[first - 1 : last])
        docstring = self.node.body[0]
        end = docstring.end_lineno or docstring.lineno
        return "\n".join([*lines[first - 1 : docstring.lineno - 1], *lines[end:last]])

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word of the code, comments and strings included."""
        return frozenset(_WORD.findall(self.code))
