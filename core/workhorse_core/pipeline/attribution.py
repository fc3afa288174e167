"""The attribution of findings to the parts in whose lines they stand."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate

from workhorse_core.change.diff import split_lines
from workhorse_core.change.edit import Edit
from workhorse_core.change.patch import FileChange, Patch
from workhorse_core.pipeline.check import Finding
from workhorse_core.pipeline.part import Part
from workhorse_core.system.named_tuple import NamedTuple


class Attribution(NamedTuple):
    """The parts with findings in their lines, each with the first one, and the findings in no part's lines."""

    reasons: dict[Part, str]
    unplaced: tuple[Finding, ...]


def attribute(findings: Iterable[Finding], patch: Patch, parts: Sequence[Part]) -> Attribution:
    """Attribute each finding to the parts that wrote the line it stands in."""
    changes = {change.path: change for change in patch.changes}
    owners: dict[str, list[tuple[int, int, Part]]] = {}
    reasons: dict[Part, str] = {}
    unplaced: list[Finding] = []
    for finding in findings:
        if finding.path in changes and finding.path not in owners:
            owners[finding.path] = _owners(changes[finding.path], parts)
        hit = [part for first, last, part in owners.get(finding.path, ()) if first <= finding.line <= last]
        for part in hit:
            reasons.setdefault(part, finding.text)
        if not hit:
            unplaced.append(finding)
    return Attribution(reasons, tuple(unplaced))


def parts_near(findings: Iterable[Finding], patch: Patch, parts: Iterable[Part]) -> list[Part]:
    """Return the parts that touch a file of these findings, wherever in it."""
    moved = {change.path: change.moved_from for change in patch.changes if change.moved_from}
    paths = {path for finding in findings for path in (finding.path, moved.get(finding.path, finding.path))}
    return [part for part in parts if not paths.isdisjoint(part.paths)]


def _owners(change: FileChange, parts: Sequence[Part]) -> list[tuple[int, int, Part]]:
    """Return the lines of the candidate, from 1 and both included, that each part has written."""
    by_edit: dict[Edit, list[Part]] = {}
    for part in parts:
        for edit in part.edits:
            by_edit.setdefault(edit, []).append(part)
    starts = [0, *accumulate(len(line) for line in split_lines(change.after or b""))]
    owned: list[tuple[int, int, Part]] = []
    shift = 0
    for edit in change.edits:
        start = edit.start + shift
        end = start + len(edit.new)
        shift += len(edit.new) - (edit.end - edit.start)
        lines = bisect_right(starts, start), bisect_right(starts, max(start, end - 1))
        owned += [(*lines, part) for part in by_edit.get(edit, [])]
    return owned
