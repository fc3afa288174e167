"""The menu at a position of a document, as LSP's code actions; made from the outline, without waiting."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp

from workhorse_lsp_server.incremental_outline import Outline
from workhorse_lsp_server.menu import Choice, Spot
from workhorse_lsp_server.projects import OpenProject

if TYPE_CHECKING:
    from workhorse_core.jobs.job import Job

REGION_KIND = "refactor.rewrite.workhorse"
SOURCE_KIND = "source.workhorse"
REVIEW_KIND = "refactor.rewrite.workhorse.review"
RUN = "workhorse.run"
_VERDICTS = (("Apply", "workhorse.approve"), ("Show", "workhorse.showDiff"), ("Discard", "workhorse.discard"))


def list_code_actions(outline: Outline, params: lsp.CodeActionParams, can_ask: bool) -> list[lsp.CodeAction]:
    """List the actions at a position.

    Args:
        outline: The document's outline.
        params: The client's request: the range and the requested kinds.
        can_ask: Whether the client can ask its user for words; without it, actions that need words are left out.
    """
    uri, place = params.text_document.uri, params.range
    wanted = params.context.only
    found = [*_of_region(outline, uri, place, can_ask), *_of_file(outline, uri)]
    return [action for action in found if wanted is None or _is_of(str(action.kind), wanted)]


def list_reviews(jobs: "Sequence[Job]", home: OpenProject, params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
    """List the verdicts on waiting jobs, for an editor that cannot show buttons."""
    from workhorse_core.jobs.job import subject_of  # deferred: loaded already where there are jobs

    wanted = params.context.only
    if wanted is not None and not _is_of(REVIEW_KIND, wanted):
        return []
    return [
        _action(f"{title} the draft: {subject_of(job)}", REVIEW_KIND, {"job": job.id, "folder": home.uri}, command)
        for job in jobs
        for title, command in _VERDICTS
    ]


def _is_of(kind: str, wanted: Sequence[lsp.CodeActionKind | str]) -> bool:
    names = [name.value if isinstance(name, lsp.CodeActionKind) else name for name in wanted]
    return any(not name or kind == name or kind.startswith(f"{name}.") for name in names)


def _of_region(outline: Outline, uri: str, place: lsp.Range, can_ask: bool) -> Iterator[lsp.CodeAction]:
    first, last = place.start.line, place.end.line
    if last > first and place.end.character == 0:
        last -= 1  # a selection of whole lines ends at the start of the next
    for spot, line, choice in outline.choices(first, last):
        if choice.asks is None or can_ask:
            yield _of_spot(uri, spot, line, choice, place if last > first else None)


def _of_spot(uri: str, spot: Spot, line: int, choice: Choice, selection: lsp.Range | None) -> lsp.CodeAction:
    kind = f"{REGION_KIND}.{choice.action}" + (".rewrite" if choice.rewrite else "")
    title = choice.title if spot.name else f"{choice.title} to the module"
    argument: dict[str, Any] = {"action": choice.action, "uri": uri, "scope": "region", "title": title}
    if selection is None:
        argument |= {"name": spot.name, "line": line}
    else:
        argument["range"] = _plain(selection)
    if choice.rewrite:
        argument["options"] = {"rewrite": "yes"}
    return _action(title, kind, argument)


def _of_file(outline: Outline, uri: str) -> Iterator[lsp.CodeAction]:
    for name in outline.wanted():
        for scope, ending in (("file", ""), ("folder", ".folder")):
            title = f"Add missing {name} in {scope}"
            argument = {"action": name, "uri": uri, "scope": scope, "title": title}
            yield _action(title, f"{SOURCE_KIND}.{name}{ending}", argument)


def _action(title: str, kind: str, argument: dict[str, Any], command: str = RUN) -> lsp.CodeAction:
    return lsp.CodeAction(title, kind=kind, command=lsp.Command(title, command, arguments=[argument]))


def _plain(place: lsp.Range) -> dict[str, Any]:
    ends = {"start": place.start, "end": place.end}
    return {name: {"line": at.line, "character": at.character} for name, at in ends.items()}
