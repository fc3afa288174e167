"""The menu at a position of a document, as LSP's code actions; made from the outline, without waiting."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp

from workhorse_lsp_server.candidate import Candidate
from workhorse_lsp_server.incremental_outline import Outline
from workhorse_lsp_server.menu import Choice, Spot
from workhorse_lsp_server.projects import OpenProject

if TYPE_CHECKING:
    from workhorse_core.jobs.job import Job

REGION_KIND = "refactor.rewrite.workhorse"
SOURCE_KIND = "source.workhorse"
REVIEW_KIND = "refactor.rewrite.workhorse.review"
RUN = "workhorse.run"


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


def list_reviews(
    jobs: "Sequence[Job | Candidate]",
    home: OpenProject,
    params: lsp.CodeActionParams,
    can_choose: bool,
    was_shown: Callable[[str], bool],
) -> list[lsp.CodeAction]:
    """List the reviews of waiting jobs at a position.

    Args:
        jobs: The jobs and unrecorded drafts there.
        home: Their project.
        params: The client's request.
        can_choose: Whether the client can show buttons; without it the verdicts are in the menu.
        was_shown: Returns whether the text of a version was shown: only then it can be applied from the menu.
    """
    wanted = params.context.only
    if wanted is not None and not _is_of(REVIEW_KIND, wanted):
        return []
    found: list[lsp.CodeAction] = []
    for job in jobs:
        subject, version = _subject_and_version(job)
        argument = {"job": job.id, "folder": home.uri}
        if not can_choose and was_shown(version):
            approval = {**argument, "version": version}
            found.append(_action(f"Apply the draft: {subject}", REVIEW_KIND, approval, "workhorse.approve"))
        found.append(_action(f"Review the draft: {subject}", REVIEW_KIND, argument, "workhorse.review"))
        if not can_choose:
            found.append(_action(f"Discard the draft: {subject}", REVIEW_KIND, argument, "workhorse.discard"))
    return found


def _subject_and_version(job: "Job | Candidate") -> tuple[str, str]:
    from workhorse_core.jobs.job import subject_of_drafts  # deferred: loaded already where there are jobs

    version = job.version if isinstance(job, Candidate) else job.scratch.candidate if job.scratch else ""
    return subject_of_drafts(job.task, job.drafts), version


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
