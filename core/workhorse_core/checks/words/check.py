"""Check of new docstring sentences: none is cut, repeated, empty, or contradicted by the code."""

import ast
import asyncio
import time
from collections.abc import Collection, Iterator, Sequence

from workhorse_core.change.edit import Edit
from workhorse_core.change.patch import FileChange
from workhorse_core.checks.touched_statements import parse_file, touched_lines
from workhorse_core.checks.words.kinds import FROM_CODE_ALONE, KINDS, find_faults
from workhorse_core.checks.words.subject import File, Subject
from workhorse_core.checks.words.text import Fault, Place, Text, read_texts
from workhorse_core.languages.python.nodes import DefinitionNode
from workhorse_core.pipeline.check import CheckCost, CheckResult, CheckStatus, Comparison, Evidence, Finding
from workhorse_core.pipeline.part import Part
from workhorse_core.system.named_tuple import NamedTuple
from workhorse_core.tools.findings import line_starts

_PYTHON = (".py", ".pyi", ".pyw")
_WITHOUT_SOURCES = [kind for kind in KINDS if kind not in FROM_CODE_ALONE]
"""Kinds to look for in a patch whose parts are not known: one merged with later edits, or approved in part."""
_LIMITS = "not seen: a condition turned round, an effect that the code leaves to others"


class Words:
    """Finds sentences that no reviewer would keep, and can leave each out of its docstring."""

    name = "words"
    proof = False
    cost = CheckCost.PROOF

    async def run(self, comparison: Comparison) -> CheckResult:
        """Look at every new sentence of the docstrings that the edits touch."""
        begin = time.perf_counter()
        findings: list[Finding] = []
        sentences = compared = 0
        for change in comparison.patch.changes:
            for judged in _judged(comparison, change):
                sentences += judged.sentences
                compared += judged.compared
                findings += [Finding(change.path, judged.line + f.text.line, f.message, f.kind) for f in judged.faults]
            await asyncio.sleep(0)
        status = CheckStatus.FAILED if findings else CheckStatus.PASSED
        evidence = (Evidence("new sentences looked at", sentences), Evidence("of them with a name or value", compared))
        seconds = time.perf_counter() - begin
        return CheckResult(self.name, status, tuple(findings), seconds, "" if findings else _LIMITS, evidence)

    def trim(self, part: Part, comparison: Comparison) -> Part | None:
        """Cut the faulty sentences and entries out of a docstring; None where they cannot be cut."""
        from workhorse_core.checks.words.trim import trim_docstring

        if len(part.edits) != 1 or part.moves or part.deletions:
            return None
        edit = part.edits[0]
        for change in comparison.patch.changes:
            for judged in _judged(comparison, change) if change.path == edit.path else ():
                if judged.edit == edit and judged.faults:
                    new = trim_docstring(edit.new, judged.faults)
                    return None if new is None else part._replace(edits=(edit._replace(new=new),))
        return None


class _Judged(NamedTuple):
    """A new or changed docstring: its first line, the edit that wrote it, and what was found."""

    line: int
    edit: Edit | None
    faults: Sequence[Fault]
    sentences: int
    compared: int


def _judged(comparison: Comparison, change: FileChange) -> Iterator[_Judged]:
    if not change.path.endswith(_PYTHON) or change.after is None:
        return
    touched = set(touched_lines(change, "after"))
    module = parse_file(change.after)
    lines, base = (_decoded(data).splitlines() for data in (change.after, change.before or b""))
    file = File(change.path, module, lines, "\n".join(base))
    starts = [*line_starts(change.after), len(change.after)]
    for node, parents in _definitions(module, touched):
        statement = node.body[0] if node.body else None
        value = _text_of(statement)
        if statement is None or value is None or touched.isdisjoint(_lines_of(statement)):
            continue
        begin, end = starts[statement.lineno - 1], starts[statement.end_lineno or statement.lineno]
        edit = _edit_of(change, begin, end)
        old = _sentences_of(change.before[edit.start : edit.end] if edit and change.before else b"")
        texts = read_texts(value)
        said = [sentence for text in texts for sentence in text.sentences if sentence not in old]
        sources = _sources_of(comparison.parts, edit, change.after[begin:end])
        subject = Subject(file, node, parents, _prompt(sources))
        faults = [
            fault
            for fault in find_faults(texts, subject, _kinds(texts, sources) if comparison.parts else _WITHOUT_SOURCES)
            if not old.issuperset([fault.sentence] if fault.sentence else fault.text.sentences)
            and not (fault.kind in FROM_CODE_ALONE and _has_source(fault.text, sources))
        ]
        yield _Judged(statement.lineno, edit, faults, len(said), sum(any(c in s for c in "`_0123456789") for s in said))


def _sources_of(parts: Sequence[Part], edit: Edit | None, written: bytes) -> Sequence[str]:
    """Return the sources of the part that wrote a docstring, found by its bytes where a merge moved its edit."""
    for part in parts:
        if edit in part.edits:
            return part.sources
    return next((part.sources for part in parts for own in part.edits if written.strip() in own.new), ())


def _prompt(sources: Sequence[str]) -> Sequence[str]:
    """Return the constant texts of the question, where a model was asked."""
    if not any(source.endswith(": the model") for source in sources):
        return ()
    from workhorse_core.actions.docstrings.prompt.examples import OWN  # deferred: rules ask nothing
    from workhorse_core.actions.docstrings.prompt.question import SYSTEM

    return (SYSTEM, *(text for example in OWN for text in example.texts.values()))


def _kinds(texts: Sequence[Text], sources: Sequence[str]) -> Collection[str]:
    """Return the kinds to look for: where rules wrote everything, fewer."""
    if all(_has_source(text, sources) for text in texts):
        return _WITHOUT_SOURCES
    return KINDS


def _has_source(text: Text, sources: Sequence[str]) -> bool:
    """Return whether rules wrote a text, from the project's own words: those need not be in the code."""
    labels = {source.lstrip("*").partition(":")[0] for source in sources}
    if any(source.endswith(": the model") for source in sources):
        labels -= {Place.SUMMARY, Place.DESCRIPTION}
    label = text.name if text.place is Place.PARAMETER else f"raises {text.name}" if text.name else text.place
    return label in labels or (text.place is Place.YIELDS and "returns" in labels)


def _definitions(
    module: ast.Module, touched: set[int]
) -> Iterator[tuple[ast.Module | DefinitionNode, tuple[DefinitionNode, ...]]]:
    """Yield the module and the definitions with a touched line, each with those around it."""
    waiting: list[tuple[ast.AST, tuple[DefinitionNode, ...]]] = [(module, ())]
    while waiting:
        node, parents = waiting.pop()
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node, parents
            parents = parents if isinstance(node, ast.Module) else (*parents, node)
        below = [inner for inner in ast.iter_child_nodes(node) if isinstance(inner, ast.stmt)]
        waiting += [(inner, parents) for inner in below if not touched.isdisjoint(_lines_of(inner))]


def _decoded(data: bytes) -> str:
    """Decode a file as far as words need it, whatever its encoding."""
    return data.decode("utf-8", "replace")


def _lines_of(statement: ast.stmt) -> range:
    return range(statement.lineno, (statement.end_lineno or statement.lineno) + 1)


def _text_of(statement: ast.stmt | None) -> str | None:
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        value = statement.value.value
        return value if isinstance(value, str) else None
    return None


def _edit_of(change: FileChange, begin: int, end: int) -> Edit | None:
    """Return the edit that wrote a docstring: the one whose bytes are among those of its lines."""
    shift = 0
    for edit in change.edits:
        start = edit.start + shift
        if start < end and begin < start + len(edit.new):
            return edit
        shift += len(edit.new) - (edit.end - edit.start)
    return None


def _sentences_of(literal: bytes) -> frozenset[str]:
    """Return the sentences of a docstring that an edit replaced, which are not judged."""
    try:
        value = ast.literal_eval(literal.decode("utf-8", "replace").strip()) if literal.strip() else ""
    except (ValueError, SyntaxError):
        return frozenset()
    texts = read_texts(value) if isinstance(value, str) and value else []
    return frozenset(sentence for text in texts for sentence in text.sentences)
