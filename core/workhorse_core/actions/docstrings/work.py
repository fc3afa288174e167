"""Work of one docstrings task: find regions, write by rules, ask a model, place the result."""

import ast
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from workhorse_core.actions.docstrings.convention import Conventions
from workhorse_core.actions.docstrings.eligibility.exemptions import (
    Exemption,
    Inclusion,
    find_exemption,
    find_protection,
    rule_code,
)
from workhorse_core.actions.docstrings.merge import (
    THE_MODEL,
    wants_summary,
)
from workhorse_core.actions.docstrings.options import Options
from workhorse_core.actions.docstrings.render.placement import (
    NoPlacement,
    docstring_node,
    find_placement,
)
from workhorse_core.actions.docstrings.render.writing import DocstringWriter
from workhorse_core.actions.docstrings.rules.known import Known
from workhorse_core.actions.docstrings.shape import Shape, shape_of
from workhorse_core.errors import AnswerMalformed
from workhorse_core.languages.python.definitions import node_of
from workhorse_core.languages.python.docstring.content import DocstringContent
from workhorse_core.languages.python.language import Python
from workhorse_core.languages.python.signature import Signature, read_signature
from workhorse_core.pipeline.action import AnswerIncomplete, Proposal, Retry, Skipped
from workhorse_core.pipeline.region import Refused, Region, Scope, Selection, select
from workhorse_core.pipeline.task import Task
from workhorse_core.workspace.project import Project
from workhorse_core.workspace.python_files import ProjectFiles

if TYPE_CHECKING:
    from workhorse_core.actions.docstrings.old_docstrings import OldDocstrings
    from workhorse_core.actions.docstrings.prompt.answer import Reading
    from workhorse_core.actions.docstrings.prompt.examples import Example
    from workhorse_core.actions.docstrings.prompt.gaps import Gaps
    from workhorse_core.actions.docstrings.prompt.labels import Texts
    from workhorse_core.actions.docstrings.rules.summaries import Form
    from workhorse_core.models.question import Question


_INHERITED = "Its base class documents it, as help() shows; --fill repeats that."
_FORMULA = "Its docstring would only repeat its name; --fill writes it."


class DocstringsWork:
    """Docstrings for the targets of one task; see `workhorse_core.pipeline.action.Work`."""

    def __init__(self, task: Task, project: Project, options: Options) -> None:
        from workhorse_core.actions.docstrings.rules.project_docstrings import ProjectDocstrings
        from workhorse_core.actions.docstrings.rules.writer import write

        self._task = task
        self._project = project
        self._options = options
        self._conventions = Conventions(project, options.style)
        self._writer = DocstringWriter(self._conventions)
        self._write_by_rule = write
        self._left = set[tuple[str, str, int]]()
        self._filled = set[tuple[str, str, int]]()
        self._old_docstrings: OldDocstrings | None = None
        self._docstrings = ProjectDocstrings(ProjectFiles(project))

    def regions(self) -> Iterator[Region | Skipped]:
        """Find regions without a docstring, and with ``rewrite`` those whose docstring does not match."""
        config = self._project.config
        scope = Scope(config.include, config.exclude, (Python.name,))
        for found in select(self._project.tree, self._task.targets, scope):
            if isinstance(found, Refused):
                yield Skipped(found.path, "", 1, 1, found.reason)
            else:
                yield from self._regions(found)

    async def by_rule(self, region: Region) -> Proposal:
        """Write a docstring from evidence in the code."""
        from workhorse_core.actions.docstrings.rules.summaries import Form

        signature = self._signature(region)
        if docstring_node(node_of(region)) is not None:
            return self._old.mend(region, signature, self._rules(region, signature), None)
        settings = self._conventions.of(region.path).settings
        form = Form(self._writer.summary_room(region), settings.demands("D401"))
        known = self._rules(region, signature, settings.checks_signatures, form)
        inherited = _INHERITED if known.inherited else ""
        if known.content is None or not known.content.summary:
            return Proposal(missing=known.missing or ("summary",), reason=inherited)
        if known.formula:
            place = (region.path, region.name, region.first)
            if not self._fills(region) and inherited:
                return Proposal(missing=known.missing or ("summary",), reason=inherited)
            if not self._fills(region):
                self._left.add(place)
                missing = () if known.sources[0].startswith("summary: convention") else known.missing
                return Proposal(missing=missing, reason="" if missing else _FORMULA)
            self._filled.add(place)
        content = known.content
        if self._writer.misread_results(region, signature, content):
            content = content._replace(returns=None, yields=None)
        part = self._writer.part(region, signature, content, known.sources)
        return Proposal((part,), known.missing) if part else Proposal(missing=known.missing or ("summary",))

    def question(self, region: Region, known: Proposal, retry: Retry | None) -> "Question | None":
        """Return the question for a docstring, or for the missing entries of an old one; None where none is missing."""
        from workhorse_core.actions.docstrings.prompt.question import make_question
        from workhorse_core.actions.docstrings.prompt.substance import has_substance

        node = node_of(region)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not has_substance(node):
            return None
        gaps = self._gaps(region, known)
        kept: Texts = self._standing(region, gaps, retry) if retry and retry.kept else {}
        asked = gaps.without(kept)
        if asked == Shape(summary=False):
            return None
        self._left.discard((region.path, region.name, region.first))
        self._filled.discard((region.path, region.name, region.first))
        examples = self._examples if gaps.results else [each.without_results() for each in self._examples]
        return make_question(region, asked, gaps.written(kept), examples, retry, kept)

    def by_answer(self, region: Region, known: Proposal, text: str) -> Proposal:
        """Fill what the rules do not know with the model's answer.

        Raises:
            AnswerMalformed: The answer does not fit the question.
            AnswerIncomplete: Some of its texts do.
        """
        gaps = self._gaps(region, known)
        read = self._read(region, gaps, text)
        if not read.texts:
            raise AnswerIncomplete(" ".join(read.faults), text, None)
        if not self._has_news(region, gaps, read.texts):
            raise AnswerIncomplete(
                "The summary is only the name in a sentence; describe what the code does.", text, None
            )
        proposal = self._filled_in(region, gaps.filled(read.texts))
        if read.faults:
            from workhorse_core.actions.docstrings.prompt.labels import write_lines

            raise AnswerIncomplete(" ".join(read.faults), write_lines(read.texts), proposal)
        if proposal is None:
            raise AnswerMalformed(f"The file is written in {region.source.encoding}; use only characters that it has.")
        return proposal

    def notes(self) -> list[str]:
        """Count the docstrings that only repeat the name, and the definitions left without one for that reason."""
        filled, left = len(self._filled), len(self._left)
        notes = [f"{_counted(filled, 'docstring', 'repeat')} only the name."] if filled else []
        if left:
            notes.append(f"{_counted(left, 'definition', 'lack')} a docstring: the name alone gives one, with --fill.")
        return [*notes, *(self._old_docstrings.notes() if self._old_docstrings else ())]

    # -- finding

    def _regions(self, selection: Selection) -> Iterator[Region | Skipped]:
        convention = self._conventions.of(selection.source.path)
        inclusion = self._inclusion(selection.source.path)
        for region in selection.regions:
            if docstring_node(node_of(region)) is None:
                alone = find_exemption(region, convention, inclusion) or _unplaced(region)
            elif self._options.rewrite and self._old.mismatch(region, self._signature(region)):
                alone = find_protection(region, inclusion)
            else:
                continue
            if alone is None:
                yield region
            elif not alone.plain or self._is_pointed_at(region):
                yield Skipped(region.path, region.name, region.first, region.last, alone.reason)

    def _inclusion(self, path: str) -> Inclusion:
        config = self._project.config.docstrings
        targets = self._task.targets
        named = frozenset(target.symbol for target in targets if target.path == path and target.symbol)
        places = [t.path for t in targets if t.path == path or (t.path and path.startswith(f"{t.path}/"))]
        place = max(places, key=len, default="")
        return Inclusion(config.private or self._options.private, config.tests, named, place)

    def _is_pointed_at(self, region: Region) -> bool:
        """Return whether the user named a line in the region: then a skip is reported."""
        return any(
            target.path == region.path and target.first is not None and target.first == target.last
            for target in self._task.targets
        )

    @property
    def _old(self) -> "OldDocstrings":
        if self._old_docstrings is None:
            from workhorse_core.actions.docstrings.old_docstrings import OldDocstrings  # most tasks have none to mend

            self._old_docstrings = OldDocstrings(self._writer, self._options.remove)
        return self._old_docstrings

    # -- writing

    def _rules(self, region: Region, signature: Signature, complete: bool = False, form: "Form | None" = None) -> Known:
        """Write by rules; a summary from the name alone gives way to a model's unless such docstrings are filled in."""
        from workhorse_core.actions.docstrings.rules.summaries import Form

        repeats = self._fills(region) or docstring_node(node_of(region)) is not None
        known = self._write_by_rule(region, signature, self._docstrings, complete, form or Form(), repeats)
        if not known.formula or self._fills(region) or wants_summary(known):
            return known
        return known._replace(missing=("summary beyond the name", *known.missing))

    def _fills(self, region: Region) -> bool:
        """Return whether a docstring is written that only repeats the name."""
        demanded = self._conventions.of(region.path).settings.demands(rule_code(region))
        return self._options.fill or self._project.config.docstrings.fill or demanded

    def _signature(self, region: Region) -> Signature:
        """Read the signature; a class whose ``__init__`` documents the parameters has none of its own."""
        signature = read_signature(region)
        if signature.constructor in ("__init__", "__new__") and self._conventions.of(region.path).documents_inits:
            return signature._replace(parameters=(), raises=(), constructor=None)
        return signature

    def _gaps(self, region: Region, known: Proposal) -> "Gaps":
        """Return the entries to ask a model for, which neither an old docstring nor the rules have.

        The summary is asked for even if the rules are complete: the task names the model.
        """
        from workhorse_core.actions.docstrings.prompt.gaps import find_gaps

        signature = self._signature(region)
        rules = self._rules(region, signature)
        if docstring_node(node_of(region)) is not None:
            return find_gaps(self._old.mismatch(region, signature).missing, rules, anew=False, results=True)
        has_facts = bool(known.parts or known.missing)
        results = self._asks_results or self._conventions.of(region.path).settings.checks_signatures
        return find_gaps(shape_of(signature), rules if has_facts else None, anew=not known.missing, results=results)

    @cached_property
    def _asks_results(self) -> bool:
        """Whether a model describes results: as the setting has it, or the project's own docstrings."""
        from workhorse_core.actions.docstrings.prompt.examples import OWN
        from workhorse_core.actions.docstrings.prompt.labels import RETURNS, YIELDS

        theirs = [example for example in self._examples if example not in OWN]
        described = any(RETURNS in example.texts or YIELDS in example.texts for example in theirs)
        return self._project.config.docstrings.results or described

    @cached_property
    def _examples(self) -> "Sequence[Example]":
        """The example turns, the same for the whole job."""
        from workhorse_core.actions.docstrings.prompt.examples import choose_examples

        return choose_examples(self._project)

    def _has_news(self, region: Region, gaps: "Gaps", texts: "Texts") -> bool:
        """Return whether a new docstring holds more than the name, or may do without."""
        from workhorse_core.actions.docstrings.prompt.news import has_news

        if not gaps.asked.summary or gaps.known != DocstringContent("") or self._fills(region):
            return True
        return has_news(texts, region.name, self._signature(region))

    def _standing(self, region: Region, gaps: "Gaps", retry: Retry) -> "Texts":
        """Return the texts of an earlier answer without the faulty ones; none where no text is named."""
        from workhorse_core.actions.docstrings.prompt.labels import is_named, labels_of

        if not any(is_named(label, retry.words) for label in labels_of(gaps.shape)):
            return {}
        texts = self._read(region, gaps, retry.kept).texts
        return {label: text for label, text in texts.items() if not is_named(label, retry.words)}

    def _read(self, region: Region, gaps: "Gaps", text: str) -> "Reading":
        from workhorse_core.actions.docstrings.prompt.answer import Asked, read_answer

        settings = self._conventions.of(region.path).settings
        shown = [text for example in self._examples for text in example.texts.values()]
        code = region.text.decode(region.source.codec, "replace")
        name = region.name.rpartition(".")[2]
        untyped = self._writer.untyped_results(region, self._signature(region))
        return read_answer(
            text, Asked(gaps.asked, self._writer.summary_room(region), name, code, shown, settings, untyped)
        )

    def _filled_in(self, region: Region, content: DocstringContent) -> Proposal | None:
        """Place the words of rules and model together; None where that is no docstring."""
        signature = self._signature(region)
        if docstring_node(node_of(region)) is not None:
            return self._old.mend(region, signature, self._rules(region, signature), content)
        if not content.summary:
            return None
        part = self._writer.part(region, signature, content, (*self._rules(region, signature).sources, THE_MODEL))
        return Proposal((part,)) if part else None


def _counted(count: int, noun: str, verb: str) -> str:
    return f"{count} {noun} {verb}s" if count == 1 else f"{count} {noun}s {verb}"


def _unplaced(region: Region) -> Exemption | None:
    place = find_placement(region)
    return Exemption(place.reason, plain=False) if isinstance(place, NoPlacement) else None
