"""Judging docstrings by the real ones: entries that both describe, and descriptions that add nothing."""

import ast
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from workhorse_core.languages.python.docstring.content import DocstringContent
from workhorse_core.languages.python.docstring.read import read_docstring
from workhorse_core.languages.python.handlers import class_bases
from workhorse_core.languages.python.signature import Signature, signature_of
from workhorse_core.languages.python.source import PythonSource
from workhorse_core.languages.python.symbols.import_resolver import ImportResolver
from workhorse_core.languages.python.symbols.module import Module
from workhorse_core.languages.python.symbols.source_files import FilesInMemory
from workhorse_core.languages.python.symbols.symbol import Symbol

_STOP = """
a an and any are as at be been being but by can for from given has have if in instance into is it its object
of on optional or parameter argument passed return returns returned set should some that the their them then
this those to type use used uses value values what was when where whether which will with
"""
_LONG = {
    "dir": "directory",
    "config": "configuration",
    "attr": "attribute",
    "params": "parameter",
    "args": "argument",
    "ctx": "context",
    "info": "information",
    "cmd": "command",
    "opt": "option",
    "env": "environment",
    "auth": "authentication",
    "dict": "dictionary",
}
STOP_WORDS = frozenset(_STOP.split())


@dataclass(frozen=True)
class Outcome:
    """One function or class: the written docstring, and its own."""

    place: Symbol
    signature: Signature
    written: DocstringContent | None
    real: DocstringContent | None


def judge(
    originals: Mapping[str, bytes], after: Mapping[str, bytes], asked: Collection[tuple[str, str]]
) -> Iterator[Outcome]:
    """Pair what was written into stripped files with the real docstrings, for the definitions asked for."""
    for path, data in originals.items():
        source = PythonSource(path, data)
        real, written = _file(path, data), _file(path, after[path])
        bases = class_bases(source.tree)
        for name, place in real.definitions.items():
            signature = signature_of(place.node, place.parents, source, bases)
            if (path, name) in asked and not (signature.is_overload or signature.is_setter or signature.is_deleter):
                yield Outcome(place, signature, own_content(written, name), real_content(real, name))


def _file(path: str, data: bytes) -> Module:
    return Module(PythonSource(path, data), ImportResolver(FilesInMemory({path: data})).name_of)


def own_content(module: Module, name: str) -> DocstringContent | None:
    """Read the docstring of one definition."""
    text = ast.get_docstring(module.definitions[name].node, clean=False) if name in module.definitions else None
    return read_docstring(text).content if text and text.strip() else None


def real_content(module: Module, name: str) -> DocstringContent | None:
    """Read a real docstring; that of a constructor may stand at its class, and the other way round."""
    others = [other for other in (name.removesuffix(".__init__"), f"{name}.__init__") if other != name]
    read = [content for one in (name, *others) if (content := own_content(module, one))]
    if not read:
        return None
    parameters = tuple(one for content in read for one in content.parameters)
    raises = tuple(one for content in read for one in content.raises)
    return DocstringContent(read[0].summary, read[0].description, parameters, read[0].returns, None, raises)


def is_filler(text: str, *names: str) -> bool:
    """Return whether a text has no word beyond those of the names that it is about."""
    return words_of(text) <= {part for name in names for part in name_words(name)} | STOP_WORDS


def words_of(text: str) -> set[str]:
    """Return the words of a text without their endings."""
    return {stem(word) for word in re.findall(r"[a-z]+", text.lower())}


def name_words(name: str) -> set[str]:
    """Return the words that a name is made of, short and long."""
    parts = [part.lower() for part in re.findall(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+", name)]
    return {stem(part) for part in parts} | {stem(_LONG.get(part, part)) for part in parts}


def stem(word: str) -> str:
    """Take the usual endings off."""
    return word if word in STOP_WORDS else re.sub(r"(?:ies|es|s|ed|ing)$", "", word)


@dataclass
class Score:
    """Counts over one project, or over all; ``filler`` lists the descriptions that add nothing."""

    counts: Counter[str] = field(default_factory=Counter)
    filler: list[str] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        """Count one definition."""
        kind = "classes" if outcome.signature.is_class else "functions"
        self.counts[f"{kind} asked for"] += 1
        self.counts[f"{kind} documented"] += outcome.written is not None
        self.counts[f"{kind} with a real docstring"] += outcome.real is not None
        self.counts[f"{kind} documented that really are"] += bool(outcome.written and outcome.real)
        if outcome.signature.is_class:
            return
        nothing = DocstringContent("")
        written, real = outcome.written or nothing, outcome.real or nothing
        self._add_parameters(outcome, written, real)
        self._add_raises(outcome, written, real)
        if outcome.written:
            self._add_summary(outcome, outcome.written)

    def _add_parameters(self, outcome: Outcome, written: DocstringContent, real: DocstringContent) -> None:
        everyone = {parameter.name for parameter in outcome.signature.parameters}
        theirs = {one.name.lstrip("*\\") for one in real.parameters} & everyone
        texts = {one.name.lstrip("*"): one.description for one in written.parameters}
        self.counts["parameters"] += len(everyone)
        self.counts["parameters described"] += len(texts)
        self.counts["parameters in real docstrings"] += len(theirs)
        self.counts["parameters in both"] += len(theirs & set(texts))
        self._add_filler(outcome, texts)

    def _add_raises(self, outcome: Outcome, written: DocstringContent, real: DocstringContent) -> None:
        theirs = {one.exception.rpartition(".")[2].strip("`") for one in real.raises}
        texts = {one.exception.rpartition(".")[2]: one.description for one in written.raises}
        raised = {name.rpartition(".")[2] for name in outcome.signature.raised_names}
        self.counts["exceptions"] += len(raised)
        self.counts["exceptions described"] += len(texts)
        self.counts["exceptions in real docstrings"] += len(theirs)
        self.counts["exceptions in both"] += len(theirs & set(texts))
        self._add_filler(outcome, texts, "raised raises error exception occurs")

    def _add_summary(self, outcome: Outcome, content: DocstringContent) -> None:
        place = outcome.place
        parents = [parent.name for parent in place.parents]
        names = [place.node.name, *parents, *(parameter.name for parameter in outcome.signature.parameters)]
        sections = content.parameters or content.raises or content.returns or content.yields
        bare = is_filler(f"{content.summary} {content.description}", *names)
        self.counts["summaries that say no more than the names"] += bare
        self.counts["docstrings that are nothing else"] += bare and not sections
        if content.returns:
            self._add_filler(outcome, {"returns": content.returns}, *names)

    def _add_filler(self, outcome: Outcome, texts: Mapping[str, str], *more: str) -> None:
        label = outcome.place.label
        self.filler += [f"{label}: {name}: {text}" for name, text in texts.items() if is_filler(text, name, *more)]
