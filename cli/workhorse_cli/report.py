"""The report of a job: its regions, checks and diff, and the next commands."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import reduce
from typing import TYPE_CHECKING

from workhorse_cli.output import Output
from workhorse_core.pipeline.check import CheckResult, CheckStatus
from workhorse_core.pipeline.draft import Cost, Draft, DraftStatus
from workhorse_core.services.job_view import JobView

if TYPE_CHECKING:
    from workhorse_core.actions.coverage import Coverage

MOST_REGIONS = 20
"""More than these are counted and not listed; ``workhorse show`` lists them all."""
MOST_DIFF_LINES = 400
_MOST_REASONS = 5
_MOST_FINDINGS = 3
_STATUS_STYLES = {
    "verified": "green",
    "approved": "green",
    "merged": "green",
    "failed": "red",
    "rejected": "red",
    "drafted": "green",
    "skipped": "dim",
}


def print_job(view: JobView, output: Output, everything: bool = False) -> None:
    """Print a job; ``everything`` lists all regions and findings, and leaves the diff to ``workhorse diff``."""
    print_title(view, output)
    if everything or len(view.drafts) <= MOST_REGIONS:
        for draft in view.drafts:
            output.say(f"  {_region_line(draft, output)}")
    else:
        _print_summary(view.drafts, output)
    _print_checks(view.results, output, everything)
    if view.coverage:
        _print_hints(view, output)
    _print_notes(view, output)
    for risk in view.risks:
        output.say(f"  {output.style('note', 'yellow')} {output.style(risk)}")
    if everything:
        _print_cost(view.drafts, output)
        _print_verdicts(view, output)
    elif view.diff:
        _print_diff(view, output)


def print_dry_run(view: JobView, output: Output) -> None:
    """Print the diff, and only the diff, to standard output; all other text goes to standard error."""
    words = Output(json=True)
    print_title(view, words)
    if len(view.drafts) <= MOST_REGIONS:
        for draft in view.drafts:
            words.say(f"  {_region_line(draft, words)}")
    else:
        _print_summary(view.drafts, words)
    _print_checks(view.results, words, False)
    if view.coverage:
        _print_hints(view, words)
    _print_notes(view, words)
    output.diff(view.diff or b"", always=True)


def print_next(view: JobView, output: Output) -> None:
    """Name the commands that make sense now."""
    steps = list(_next_steps(view))
    if steps:
        output.say()
    width = max((len(command) for command, _ in steps), default=0)
    for command, meaning in steps:
        output.say(f"  {output.style(command, 'bold')}{' ' * (width - len(command))}  {output.style(meaning, 'dim')}")


def _next_steps(view: JobView) -> Iterator[tuple[str, str]]:
    job = view.job
    match view.status:
        case _ if job is None:
            return
        case "drafting":
            yield f"workhorse resume {job}", "continue it"
        case "verified":
            yield f"workhorse show {job}", "its regions and checks"
            yield f"workhorse approve {job}", "approve it, so that it may be merged"
            yield f"workhorse reject {job} -m REASON", "or reject it with a reason"
        case "approved":
            yield f"workhorse merge {job}", "commit it on the current branch"
            yield f"workhorse discard {job}", "or remove its branch"
        case "rejected":
            yield f"workhorse retry {job} -m NOTE", "draft it again with your note"
            yield f"workhorse discard {job}", "or remove its branch"
        case "failed":
            yield f"workhorse retry {job} -m NOTE", "draft it again with your note"
            yield f"workhorse show {job}", "what went wrong with each region"
        case _:
            return


# -- the parts


def print_title(view: JobView, output: Output) -> None:
    """Print the task and its status."""
    status = output.style(view.status, _STATUS_STYLES.get(view.status, "bold"), "bold")
    asked = output.style(f"{view.action} {' '.join(view.targets[:3])}{' …' if len(view.targets) > 3 else ''}".rstrip())
    name = output.style(view.job, "bold") if view.job else "" if view.status.startswith("nothing") else "dry run"
    output.say(f"{f'{name}  ' if name else ''}{asked}  {status}")
    if view.note:
        output.say(f"  asked for: {output.style(view.note)}")
    if view.error:
        output.say(f"  {output.style(view.error, 'red')}")


def _region_line(draft: Draft, output: Output) -> str:
    place = f"{draft.path}:{draft.first} {draft.name}".rstrip()
    status = output.style(draft.status.value, _STATUS_STYLES[draft.status.value])
    by = f" by {draft.model or draft.engine}" if draft.status is DraftStatus.DRAFTED and draft.engine else ""
    reason = f": {draft.reason}" if draft.reason else ""
    return f"{output.style(place)}  {status}{output.style(by + reason)}"


def _print_summary(drafts: Sequence[Draft], output: Output) -> None:
    counts = Counter(draft.status for draft in drafts)
    files = len({draft.path for draft in drafts})
    shown = [
        output.style(f"{counts[status]} {status.value}", _STATUS_STYLES[status.value])
        for status in DraftStatus
        if counts[status]
    ]
    output.say(f"  {', '.join(shown)} in {files} file{'s' if files > 1 else ''}")
    for status in (DraftStatus.FAILED, DraftStatus.SKIPPED):
        reasons = Counter(draft.reason or "no reason given" for draft in drafts if draft.status is status)
        for reason, count in reasons.most_common(_MOST_REASONS):
            output.say(f"    {count} {status.value}: {output.style(reason)}")
        if len(reasons) > _MOST_REASONS:
            output.say(f"    and {len(reasons) - _MOST_REASONS} other reasons")
    for draft in [draft for draft in drafts if draft.status is DraftStatus.FAILED][:_MOST_REASONS]:
        output.say(f"    {_region_line(draft, output)}")


def _print_checks(results: Sequence[CheckResult], output: Output, everything: bool) -> None:
    for result in results:
        reason = f"  {result.reason}" if result.reason else ""
        output.say(f"  {output.mark(result.status.value)} {output.style(result.name)}{output.style(reason, 'dim')}")
        if result.status is not CheckStatus.FAILED:
            continue
        shown = result.findings if everything else result.findings[:_MOST_FINDINGS]
        for finding in shown:
            rule = f"{finding.rule} " if finding.rule else ""
            output.say(f"      {output.style(f'{finding.path}:{finding.line} {rule}{finding.message}')}")
        if len(shown) < len(result.findings):
            output.say(f"      and {len(result.findings) - len(shown)} more")


def _print_cost(drafts: Sequence[Draft], output: Output) -> None:
    cost = reduce(Cost.plus, (draft.cost for draft in drafts), Cost())
    if cost.prompt_tokens or cost.completion_tokens:
        price = "" if cost.price is None else f", for {cost.price:.4g}"
        output.say(f"  the model read {cost.prompt_tokens:,} tokens and wrote {cost.completion_tokens:,}{price}")


def _print_verdicts(view: JobView, output: Output) -> None:
    for verdict in view.verdicts:
        said = {"approve": "approved", "reject": "rejected"}[verdict.decision.value]
        reason = f": {verdict.reason}" if verdict.reason else ""
        output.say(f"  {said} by {verdict.by.value} {output.style(verdict.name + reason)}")
    if view.landed:
        output.say(f"  landed as {output.style(view.landed)}")
    if view.scratch and view.status not in ("merged", "discarded"):
        output.say(f"  branch {output.style(view.scratch.branch)}")


def _print_diff(view: JobView, output: Output) -> None:
    diff = view.diff or b""
    lines = diff.count(b"\n")
    if lines <= MOST_DIFF_LINES or view.job is None:
        output.say()
        output.diff(diff)
    else:
        output.say(f"  The diff has {lines} lines, see: workhorse diff {view.job}")


def _print_notes(view: JobView, output: Output) -> None:
    for note in view.notes:
        output.say(f"  {output.style('note', 'yellow')} {output.style(note)}")


def _print_hints(view: JobView, output: Output) -> None:
    """Print the sources of the types that are kept, what was dropped, and the coverage."""
    kept = Counter(source for draft in view.drafts for part in draft.parts for source in part.sources)
    if kept:
        shown = ", ".join(f"{source} {count}" for source, count in kept.most_common())
        output.say(f"  kept by source: {output.style(shown)}")
    dropped = [(draft, each) for draft in view.drafts for each in draft.dropped]
    for draft, each in dropped[:_MOST_REASONS]:
        output.say(f"  dropped {output.style(f'{draft.path} {each.name}: {each.reason}')}")
    if len(dropped) > _MOST_REASONS:
        output.say(f"  and {len(dropped) - _MOST_REASONS} more were dropped; --json lists them")
    for line in coverage_lines(view.action, view.coverage):
        output.say(line)


def coverage_lines(action: str, files: "Sequence[Coverage]") -> list[str]:
    """Write a line for each file, and one for all of them where there are several."""
    from workhorse_core.actions.catalog import describe
    from workhorse_core.actions.coverage import total  # deferred: most jobs measure nothing

    covered = describe(action).covered
    shown = [*files, *([total(files)] if len(files) > 1 else [])]
    width = max((len(each.path) for each in shown), default=0)
    return [f"  {each.path:<{width}}  {_share(each, covered)}" for each in shown]


def _share(each: "Coverage", covered: str) -> str:
    before = f"{each.before} → " if each.before != each.annotated else ""
    return f"{before}{each.annotated} of {each.total} {covered} ({each.percent:.0f} %)"


# -- many jobs


def print_list(views: Sequence[JobView], output: Output, everything: bool) -> None:
    """Print a line for each job."""
    if not views:
        output.note(
            "There is no job here yet." if everything else "No job waits for you; see all: workhorse jobs --all"
        )
    for view in views:
        print_title(view, output)
        counts = [(view.count(status), status.value) for status in DraftStatus]
        shown = ", ".join(f"{count} {name}" for count, name in counts if count)
        if shown:
            output.say(f"      {output.style(shown, 'dim')}")
