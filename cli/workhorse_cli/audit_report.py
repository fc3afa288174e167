"""The report of an audit, as words and as JSON."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from workhorse_cli.errors import DONE, NOT_DONE
from workhorse_cli.json_line import JsonObject, to_line
from workhorse_cli.output import Output
from workhorse_core.errors import NotARepository
from workhorse_core.landing.landed_commits import CommitsInRange, default_range, read_commits, read_range
from workhorse_core.services.session import Session

if TYPE_CHECKING:
    from workhorse_core.services.audit import AuditedCommit

_SHORT = 12


def audit_range(text: str | None, json: bool) -> int:
    """Audit a range of commits, report the result, and return the exit code.

    Args:
        text: The range as it was typed, None for the default one.
        json: Whether to print JSON.

    Raises:
        NotARepository: The current folder lies outside of git.
        RepositoryError: The range names no commits.
        LedgerError: The ledger cannot be used.
    """
    output = Output(json)
    with Session(Path.cwd()) as session:
        if session.found is None:
            sentence = f"There is no git repository in {Path.cwd()}, so there are no commits."
            raise NotARepository(sentence, "Go to the project whose commits you mean")
        commits = default_range(session.found) if text is None else read_range(text)
        found = read_commits(session.found, commits)
        audited = _audit(session, found, output) if found.total else []
    if json:
        print(to_line(to_json(commits.title, found, audited)))
    _print(commits.title, found, audited, output)
    return DONE if all(each.valid for each in audited) else NOT_DONE


def _audit(session: Session, found: CommitsInRange, output: Output) -> "list[AuditedCommit]":
    from workhorse_core.services.audit import audit  # deferred: most ranges have nothing to audit

    audited: list[AuditedCommit] = []
    try:
        for each in audit(session.repository, found, session.existing_ledger):
            audited.append(each)
            output.progress(f"auditing {len(audited)}/{len(found.landed)}  {each.subject}")
    finally:
        output.clear_progress()
    return audited


def to_json(title: str, found: CommitsInRange, audited: "Sequence[AuditedCommit]") -> JsonObject:
    """Return the object that docs/commands.md describes."""
    return {
        "range": title,
        "commits": found.total,
        "valid": all(each.valid for each in audited),
        "audited": [_commit(each) for each in audited],
    }


def _commit(audited: "AuditedCommit") -> JsonObject:
    return {
        "commit": audited.commit,
        "subject": audited.subject,
        "job": audited.job,
        "action": audited.action,
        "record": audited.record.value,
        "valid": audited.valid,
        "proofs": [{"name": proof.name, "status": proof.status.value} for proof in audited.proofs],
        "problems": [{"rule": problem.rule.value, "message": problem.message} for problem in audited.problems],
    }


# -- words


def _print(title: str, found: CommitsInRange, audited: "Sequence[AuditedCommit]", output: Output) -> None:
    wrong = [each for each in audited if not each.valid]
    for each in wrong:
        name = output.style(each.commit[:_SHORT], "bold")
        output.say(f"{output.mark('failed')} {name}  {output.style(f'{each.job}  {each.subject}')}")
        for problem in each.problems:
            output.say(f"    {output.style(problem.message)}")
    counted = f"{output.style(title)}: {_count(found.total, 'commit')}, {len(found.landed) or 'none'} with our trailers"
    output.say(f"{counted}{_outcome(len(audited), len(wrong))}.")
    absent = sum(each.record.value == "absent" for each in audited if each.valid)
    if absent:
        has = "has" if absent == 1 else "have"
        output.note(f"{absent} {has} no record in this repository: only the trailers show who approved.")
    if wrong:
        output.note(f"  {_next(wrong[0])}")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _outcome(audited: int, wrong: int) -> str:
    if not audited:
        return ""
    if not wrong:
        return ", as approved" if audited == 1 else ", all as approved"
    return f", {wrong} not as approved"


def _next(audited: "AuditedCommit") -> str:
    if any(problem.rule.value == "parent" for problem in audited.problems):
        return "Get the rest of the history: git fetch --unshallow"
    return f"See what it holds: git show {audited.commit[:_SHORT]}"
