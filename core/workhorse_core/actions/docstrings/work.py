"""Work of one docstrings task: find regions, write by rules, ask a model, place the result."""

from collections.abc import Iterator
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
    choose,
    known_words,
    merge,
    names_of,
    sources_of,
    wants_summary,
    without_known,
)
from workhorse_core.actions.docstrings.options import Options
from workhorse_core.actions.docstrings.render.literal import (
    Layout,
    find_unwritable,
    finish_summary,
    reads_as_type,
    render,
    splits_summary,
    summary_room,
)
from workhorse_core.actions.docstrings.render.placement import (
    NoPlacement,
    Placement,
    docstring_node,
    find_placement,
    line_end,
)
from workhorse_core.actions.docstrings.rules.known import Known
from workhorse_core.actions.docstrings.shape import Shape, shape_of
from workhorse_core.change.edit import Edit
from workhorse_core.errors import AnswerMalformed, TargetError
from workhorse_core.languages.language import RegionKind
from workhorse_core.languages.python.definitions import node_of, source_of
from workhorse_core.languages.python.docstring.content import DocstringContent, Style
from workhorse_core.languages.python.docstring.paragraph import split_lines
from workhorse_core.languages.python.docstring.read import read_docstring
from workhorse_core.languages.python.language import Python
from workhorse_core.languages.python.signature import Signature, read_signature
from workhorse_core.pipeline.action import Proposal, Retry, Skipped
from workhorse_core.pipeline.part import Part
from workhorse_core.pipeline.region import Refused, Region, Scope, Selection, select
from workhorse_core.pipeline.task import Task
from workhorse_core.workspace.project import Project
from workhorse_core.workspace.python_files import ProjectFiles

if TYPE_CHECKING:
    from workhorse_core.actions.docstrings.render.rewrite import Mismatch
    from workhorse_core.actions.docstrings.rules.summaries import Form
    from workhorse_core.models.question import Question


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
        self._write_by_rule = write
        self._left = set[tuple[str, str, int]]()
        self._filled = set[tuple[str, str, int]]()
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
            return self._mend(region, signature)
        settings = self._conventions.of(region.path).settings
        form = Form(self._summary_room(region), settings.demands("D401"))
        known = self._rules(region, signature, settings.checks_signatures, form)
        if known.content is None or not known.content.summary:
            return Proposal(missing=known.missing or ("summary",))
        if known.formula:
            place = (region.path, region.name, region.first)
            if not self._fills(region):
                self._left.add(place)
                missing = () if known.sources[0].startswith("summary: convention") else known.missing
                return Proposal(missing=missing, reason="" if missing else _FORMULA)
            self._filled.add(place)
        said = known.content
        if self._result_misleads(region, signature, said):
            said = said._replace(returns=None, yields=None)
        part = self._part(region, signature, said, known.sources)
        return Proposal((part,), known.missing) if part else Proposal(missing=known.missing or ("summary",))

    def question(self, region: Region, known: Proposal, retry: Retry | None) -> "Question | None":
        """Return the question for a docstring, or for the missing entries of an old one; None where none is missing."""
        from workhorse_core.actions.docstrings.prompt.question import make_question

        signature = self._signature(region)
        rules = self._rules(region, signature)
        shape = self._shape(region, signature, rules)
        if shape == Shape(summary=False):
            return None
        self._left.discard((region.path, region.name, region.first))
        self._filled.discard((region.path, region.name, region.first))
        sure = rules.content._replace(summary="") if rules.content and wants_summary(rules) else rules.content
        return make_question(region, shape, self._summary_room(region), sure, rules.facts, retry)

    def by_answer(self, region: Region, known: Proposal, text: str) -> Proposal:
        """Fill what the rules do not know with the model's answer.

        Raises:
            AnswerMalformed: The answer does not fit the question.
        """
        from workhorse_core.actions.docstrings.prompt.answer import read_answer
        from workhorse_core.actions.docstrings.prompt.opening import check_opening, make_imperative

        signature = self._signature(region)
        rules = self._rules(region, signature)
        shape = self._shape(region, signature, rules)
        code = region.text.decode(region.source.codec, "replace")
        content = read_answer(text, shape, self._summary_room(region), region.name.rpartition(".")[2], code)
        if docstring_node(node_of(region)) is not None:
            return self._mend(region, signature, content)
        settings = self._conventions.of(region.path).settings
        if self._result_misleads(region, signature, content):
            raise AnswerMalformed(
                "The result begins with a word and a colon, which reads as its type; write a sentence."
            )
        check_opening(content.summary, settings)
        content = content._replace(summary=make_imperative(content.summary, settings))
        content = merge(rules, known_words(rules, shape), content) if known.missing else content
        part = self._part(region, signature, content, (*rules.sources, THE_MODEL))
        if part is None:
            raise AnswerMalformed(f"The file is written in {region.source.encoding}; use only characters that it has.")
        return Proposal((part,))

    def notes(self) -> list[str]:
        """Count the docstrings that only repeat the name, and the definitions left without one for that reason."""
        filled, left = len(self._filled), len(self._left)
        notes = [f"{_counted(filled, 'docstring', 'repeat')} only the name."] if filled else []
        if left:
            notes.append(f"{_counted(left, 'definition', 'lack')} a docstring: the name alone gives one, with --fill.")
        return notes

    # -- finding

    def _regions(self, selection: Selection) -> Iterator[Region | Skipped]:
        convention = self._conventions.of(selection.source.path)
        inclusion = self._inclusion(selection.source.path)
        for region in selection.regions:
            if docstring_node(node_of(region)) is None:
                alone = find_exemption(region, convention, inclusion) or _unplaced(region)
            elif self._options.rewrite and self._mismatch(region):
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

    def _mismatch(self, region: Region) -> "Mismatch":
        from workhorse_core.actions.docstrings.render.rewrite import Mismatch, find_mismatch

        node = docstring_node(node_of(region))
        assert node is not None
        assert isinstance(node.value, str)
        if region.kind is RegionKind.MODULE:
            return Mismatch(Shape(summary=False))
        return find_mismatch(read_docstring(node.value), self._signature(region))

    # -- writing

    def _rules(self, region: Region, signature: Signature, complete: bool = False, form: "Form | None" = None) -> Known:
        """Write by rules; a summary from the name alone gives way to a model's unless such docstrings are filled in."""
        from workhorse_core.actions.docstrings.rules.summaries import Form

        known = self._write_by_rule(region, signature, self._docstrings, complete, form or Form())
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

    def _shape(self, region: Region, signature: Signature, rules: Known) -> Shape:
        """Return the entries to ask a model for: all, or those that neither an old docstring nor the rules have."""
        if docstring_node(node_of(region)) is None:
            return shape_of(signature)
        missing = self._mismatch(region).missing
        return without_known(missing, known_words(rules, missing))

    def _result_misleads(self, region: Region, signature: Signature, content: DocstringContent) -> bool:
        """Return whether the text of the result would be parsed as "type: text", since no type is written."""
        convention = self._conventions.of(region.path)
        typed = convention.return_types and signature.returns is not None
        if convention.style is not Style.GOOGLE or typed:
            return False
        return any(text is not None and reads_as_type(text) for text in (content.returns, content.yields))

    def _summary_room(self, region: Region) -> int:
        place = find_placement(region) if docstring_node(node_of(region)) is None else None
        indent = place.indent if isinstance(place, Placement) else ""
        return max(summary_room(self._layout(region, indent, "\n")), 30)

    def _layout(self, region: Region, indent: str, newline: str) -> Layout:
        convention = self._conventions.of(region.path)
        unit = source_of(region).indent_unit
        return Layout(
            convention.style,
            convention.width,
            indent,
            "\t" if "\t" in indent else unit if len(unit) <= 4 else "    ",
            newline,
            convention.summary_on_first_line,
            convention.settings.demands("D413"),
            convention.types,
            convention.return_types,
        )

    def _part(
        self, region: Region, signature: Signature, content: DocstringContent, sources: tuple[str, ...]
    ) -> Part | None:
        """Render and place new words; None where the file cannot hold them."""
        place = find_placement(region)
        assert isinstance(place, Placement)
        layout = self._layout(region, place.indent, place.newline)
        names = [region.name.rpartition(".")[2], *(parameter.name for parameter in signature.parameters)]
        summary, rest = splits_summary(finish_summary(content.summary, names), layout)
        description = "\n\n".join(part for part in (rest, content.description) if part)
        content = content._replace(summary=summary, description=description)
        literal = render(content, signature, layout)
        if find_unwritable(literal):
            return None
        return _make_part(region, place.offset, place.offset, place.before + literal + place.after, sources)

    def _mend(self, region: Region, signature: Signature, answered: DocstringContent | None = None) -> Proposal:
        """Add the missing entries to an old docstring, from the rules and the model."""
        from workhorse_core.actions.docstrings.render.rewrite import OldDocstring, mend

        node = docstring_node(node_of(region))
        assert node is not None
        assert isinstance(node.value, str)
        mismatch = self._mismatch(region)
        rules = self._rules(region, signature)
        content = choose(mismatch.missing, known_words(rules, mismatch.missing), answered)
        demands = self._conventions.of(region.path).settings.demands
        if demands("D417") and without_known(mismatch.missing, content).parameters:
            content = content._replace(parameters=())  # all or none: the rule reports a part of them
        sources = sources_of(content, rules, answered)
        start, end = source_of(region).span(node)
        text = region.source.data[start:end].decode(region.source.codec)
        old = OldDocstring("\n".join(split_lines(text)), node.value)
        newline = line_end(text) or region.source.newline
        layout = self._layout(region, region.source.indent_of(region.source.line_of(start)), newline)
        new = mend(old, mismatch, content, signature, layout)
        missing = names_of(without_known(mismatch.missing, content))
        if new == text or (find_unwritable(new) and not find_unwritable(text)):
            return Proposal(missing=missing)
        part = _make_part(region, start, end, new, sources)
        return Proposal((part,) if part else (), missing)


def _counted(count: int, noun: str, verb: str) -> str:
    return f"{count} {noun} {verb}s" if count == 1 else f"{count} {noun}s {verb}"


def _unplaced(region: Region) -> Exemption | None:
    place = find_placement(region)
    return Exemption(place.reason, plain=False) if isinstance(place, NoPlacement) else None


def _make_part(region: Region, start: int, end: int, text: str, sources: tuple[str, ...]) -> Part | None:
    """Return the part; None where the file's encoding cannot hold it."""
    try:
        data = region.source.encode(text)
    except TargetError:
        return None
    return Part("docstring", (Edit(region.path, start, end, data),), sources)
