"""Docstrings: the missing ones written, and with ``rewrite`` those mended that do not match their signature.

What is not needed to offer it is imported when it is: a menu and a job by rules are there sooner.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from workhorse_core.actions.docstrings.convention import Convention, Conventions
from workhorse_core.actions.docstrings.info import INFO
from workhorse_core.actions.docstrings.place import NoPlace, Place, docstring_node, find_place, line_end
from workhorse_core.actions.docstrings.render import (
    Layout,
    find_unwritable,
    finish_summary,
    reads_as_type,
    render,
    splits_summary,
    summary_room,
)
from workhorse_core.actions.docstrings.rules.known import Known
from workhorse_core.actions.docstrings.settings import Settings
from workhorse_core.actions.docstrings.shape import Shape, shape_of
from workhorse_core.actions.docstrings.wanted import LeftAlone, Wishes, leave_alone, leave_as_it_is
from workhorse_core.actions.docstrings.words import (
    THE_MODEL,
    choose,
    known_words,
    merge,
    names_of,
    sources_of,
    wants_summary,
    without_known,
)
from workhorse_core.change.edit import Edit
from workhorse_core.errors import AnswerMalformed, TargetError, UsageError
from workhorse_core.languages.language import RegionKind
from workhorse_core.languages.python.definitions import node_of, source_of
from workhorse_core.languages.python.docstring.content import DocstringContent, Style
from workhorse_core.languages.python.docstring.paragraph import split_lines
from workhorse_core.languages.python.docstring.read import read_docstring
from workhorse_core.languages.python.language import Python
from workhorse_core.languages.python.signature import Signature, read_signature
from workhorse_core.models.question import Question
from workhorse_core.pipeline.action import Action, Proposal, Retry, Skipped, Work
from workhorse_core.pipeline.part import Part
from workhorse_core.pipeline.region import Refused, Region, Scope, Selection, select
from workhorse_core.pipeline.task import Task
from workhorse_core.settings.config import Config
from workhorse_core.workspace.project import Project
from workhorse_core.workspace.python_files import ProjectFiles

if TYPE_CHECKING:
    from workhorse_core.actions.docstrings.rewrite import Mismatch

_ANY_CONVENTION = Convention(Style.GOOGLE, 88, Settings())
_OPTIONS = tuple(option.name for option in INFO.options)


class DocstringsAction:
    """Adds missing docstrings; see `workhorse_core.pipeline.action.Action`."""

    name = INFO.name
    title = INFO.title
    argument = INFO.argument
    checks: tuple[str, ...] = ("same-code", "syntax", "docstring-signature", "format", "lint")

    def offer(self, region: Region, config: Config) -> str | None:
        """Offer to document whatever has no docstring and could have one."""
        if region.kind is RegionKind.LINES or docstring_node(node_of(region)) is not None:
            return None
        if region.path.endswith(".pyi") or isinstance(find_place(region), NoPlace):
            return None
        return self.title

    def offer_rewrite(self, region: Region, config: Config) -> str | None:
        """Offer to mend a docstring that does not match its signature."""
        node = docstring_node(node_of(region))
        if node is None or not isinstance(node.value, str) or region.kind is RegionKind.MODULE:
            return None
        from workhorse_core.actions.docstrings.rewrite import find_mismatch

        signature = read_signature(region)
        if region.kind is RegionKind.CLASS and signature.constructor is None:
            return None  # what it is made with is inherited, or not in the excerpt
        return "Rewrite docstring" if find_mismatch(read_docstring(node.value), signature) else None

    def is_wanted(self, region: Region, config: Config) -> bool:
        """Leave alone what a whole file's task would, as far as the region itself says."""
        wishes = Wishes(config.docstrings.private, config.docstrings.tests, (), region.path)
        return leave_alone(region, _ANY_CONVENTION, wishes) is None

    def start(self, task: Task, project: Project) -> Work:
        """Read the options and get ready; files are read when they are come to.

        Raises:
            UsageError: An option is unknown or has a value that it cannot have.
        """
        return DocstringsWork(task, project, _read_options(task.options))


class _Options(NamedTuple):
    style: Style | None = None
    rewrite: bool = False
    private: bool = False


def _read_options(options: Mapping[str, str]) -> _Options:
    for name in options:
        if name not in _OPTIONS:
            from difflib import get_close_matches

            nearest = get_close_matches(name, _OPTIONS, 1) or _OPTIONS
            raise UsageError(f"Docstrings have no option {name}.", f"There is: {', '.join(nearest)}")
    style = options.get("style")
    if style is not None and style not in {known.value for known in Style}:
        raise UsageError(f"{style} is no docstring style.", "Choose one with --style google|numpy|sphinx")
    flags = {name: _read_flag(name, options.get(name, "no")) for name in ("rewrite", "private")}
    return _Options(Style(style) if style else None, flags["rewrite"], flags["private"])


def _read_flag(name: str, value: str) -> bool:
    if value not in {"yes", "no"}:
        raise UsageError(f"The option {name} is yes or no, not {value}.")
    return value == "yes"


class DocstringsWork:
    """Docstrings for the targets of one task; see `workhorse_core.pipeline.action.Work`."""

    def __init__(self, task: Task, project: Project, options: _Options) -> None:
        from workhorse_core.actions.docstrings.rules.project_docstrings import ProjectDocstrings
        from workhorse_core.actions.docstrings.rules.writer import write

        self._task = task
        self._project = project
        self._options = options
        self._conventions = Conventions(project, options.style)
        self._write = write
        self._docstrings = ProjectDocstrings(ProjectFiles(project))

    def regions(self) -> Iterator[Region | Skipped]:
        """Find what has no docstring, or with ``rewrite`` one that does not match."""
        config = self._project.config
        scope = Scope(config.include, config.exclude, (Python.name,))
        for found in select(self._project.tree, self._task.targets, scope):
            if isinstance(found, Refused):
                yield Skipped(found.path, "", 1, 1, found.reason)
            else:
                yield from self._regions(found)

    async def by_rule(self, region: Region) -> Proposal:
        """Write what can be pointed to in the code."""
        from workhorse_core.actions.docstrings.rules.summaries import Form

        signature = self._signature(region)
        if docstring_node(node_of(region)) is not None:
            return self._mend(region, signature)
        settings = self._conventions.of(region.path).settings
        form = Form(self._summary_room(region), settings.demands("D401"))
        known = self._write(region, signature, self._docstrings, complete=settings.checks_signatures, form=form)
        if known.content is None or not known.content.summary:
            return Proposal(missing=known.missing or ("summary",))
        said = known.content
        if self._result_misleads(region, signature, said):
            said = said._replace(returns=None, yields=None)
        part = self._part(region, signature, said, known.sources)
        return Proposal((part,), known.missing) if part else Proposal(missing=known.missing or ("summary",))

    def question(self, region: Region, known: Proposal, retry: Retry | None) -> Question | None:
        """Ask for the docstring, or for what an old one lacks; None where it lacks nothing that words could give."""
        from workhorse_core.actions.docstrings.prompt import make_question

        signature = self._signature(region)
        rules = self._write(region, signature, self._docstrings)
        shape = self._shape(region, signature, rules)
        if shape == Shape(summary=False):
            return None
        sure = rules.content._replace(summary="") if rules.content and wants_summary(rules) else rules.content
        return make_question(region, shape, self._summary_room(region), sure, rules.facts, retry)

    def by_answer(self, region: Region, known: Proposal, text: str) -> Proposal:
        """Take the model's words for what the rules do not know.

        Raises:
            AnswerMalformed: It is not what was asked for.
        """
        from workhorse_core.actions.docstrings.answer import read_answer
        from workhorse_core.actions.docstrings.mood import check_opening, make_imperative

        signature = self._signature(region)
        rules = self._write(region, signature, self._docstrings)
        shape = self._shape(region, signature, rules)
        code = region.text.decode(region.source.encoding.removesuffix("-sig"), "replace")
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

    # -- finding

    def _regions(self, selection: Selection) -> Iterator[Region | Skipped]:
        convention = self._conventions.of(selection.source.path)
        wishes = self._wishes(selection.source.path)
        for region in selection.regions:
            if docstring_node(node_of(region)) is None:
                alone = leave_alone(region, convention, wishes) or _unplaced(region)
            elif self._options.rewrite and self._mismatch(region):
                alone = leave_as_it_is(region, wishes)
            else:
                continue
            if alone is None:
                yield region
            elif not alone.plain or self._is_pointed_at(region):
                yield Skipped(region.path, region.name, region.first, region.last, alone.reason)

    def _wishes(self, path: str) -> Wishes:
        config = self._project.config.docstrings
        targets = self._task.targets
        named = frozenset(target.symbol for target in targets if target.path == path and target.symbol)
        places = [t.path for t in targets if t.path == path or (t.path and path.startswith(f"{t.path}/"))]
        place = max(places, key=len, default="")
        return Wishes(config.private or self._options.private, config.tests, named, place)

    def _is_pointed_at(self, region: Region) -> bool:
        """Whether the user named a line in it, and so wants to hear why nothing happens."""
        return any(
            target.path == region.path and target.first is not None and target.first == target.last
            for target in self._task.targets
        )

    def _mismatch(self, region: Region) -> "Mismatch":
        from workhorse_core.actions.docstrings.rewrite import Mismatch, find_mismatch

        node = docstring_node(node_of(region))
        assert node is not None
        assert isinstance(node.value, str)
        if region.kind is RegionKind.MODULE:
            return Mismatch(Shape(summary=False))
        return find_mismatch(read_docstring(node.value), self._signature(region))

    # -- writing

    def _signature(self, region: Region) -> Signature:
        """Read the signature; a class that leaves its parameters to a documented ``__init__`` has none of its own."""
        signature = read_signature(region)
        if signature.constructor in ("__init__", "__new__") and self._conventions.of(region.path).documents_inits:
            return signature._replace(parameters=(), raises=(), constructor=None)
        return signature

    def _shape(self, region: Region, signature: Signature, rules: Known) -> Shape:
        """Say what a model is asked: everything, or for an old docstring what neither it nor the rules have."""
        if docstring_node(node_of(region)) is None:
            return shape_of(signature)
        missing = self._mismatch(region).missing
        return without_known(missing, known_words(rules, missing))

    def _result_misleads(self, region: Region, signature: Signature, content: DocstringContent) -> bool:
        """Whether what is said of the result would be read as "type: words", since its type is not written."""
        convention = self._conventions.of(region.path)
        typed = convention.return_types and signature.returns is not None
        if convention.style is not Style.GOOGLE or typed:
            return False
        return any(text is not None and reads_as_type(text) for text in (content.returns, content.yields))

    def _summary_room(self, region: Region) -> int:
        place = find_place(region) if docstring_node(node_of(region)) is None else None
        indent = place.indent if isinstance(place, Place) else ""
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
        """Place new words; None where the file cannot hold them."""
        place = find_place(region)
        assert isinstance(place, Place)
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
        """Mend an old docstring with the rules' words and the model's for what is missing."""
        from workhorse_core.actions.docstrings.rewrite import OldDocstring, mend

        node = docstring_node(node_of(region))
        assert node is not None
        assert isinstance(node.value, str)
        mismatch = self._mismatch(region)
        rules = self._write(region, signature, self._docstrings)
        content = choose(mismatch.missing, known_words(rules, mismatch.missing), answered)
        demands = self._conventions.of(region.path).settings.demands
        if demands("D417") and without_known(mismatch.missing, content).parameters:
            content = content._replace(parameters=())  # all or none: some alone are what the rule minds
        sources = sources_of(content, rules, answered)
        start, end = source_of(region).span(node)
        text = region.source.data[start:end].decode(region.source.encoding.removesuffix("-sig"))
        old = OldDocstring("\n".join(split_lines(text)), node.value)
        newline = line_end(text) or region.source.newline
        layout = self._layout(region, region.source.indent_of(region.source.line_of(start)), newline)
        new = mend(old, mismatch, content, signature, layout)
        missing = names_of(without_known(mismatch.missing, content))
        if new == text or (find_unwritable(new) and not find_unwritable(text)):
            return Proposal(missing=missing)
        part = _make_part(region, start, end, new, sources)
        return Proposal((part,) if part else (), missing)


def _unplaced(region: Region) -> LeftAlone | None:
    place = find_place(region)
    return LeftAlone(place.reason, plain=False) if isinstance(place, NoPlace) else None


def _make_part(region: Region, start: int, end: int, text: str, sources: tuple[str, ...]) -> Part | None:
    """Make the part; None where the file's encoding cannot hold it."""
    try:
        data = region.source.encode(text)
    except TargetError:
        return None
    return Part("docstring", (Edit(region.path, start, end, data),), sources)


ACTION: Action = DocstringsAction()
