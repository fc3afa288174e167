"""The findings of the doctor, as words and as JSON."""

import os
from pathlib import Path

from workhorse_cli.errors import DONE, NOT_DONE
from workhorse_cli.json_line import JsonObject, to_line
from workhorse_cli.output import Output
from workhorse_core.services.doctor import HealthFinding, State, examine

_MARKS = {State.OK: "passed", State.NOTE: "skipped", State.PROBLEM: "failed"}


def print_health(json: bool) -> int:
    """Print each finding as soon as it is made, and return the exit code."""
    output = Output(json)
    found: list[HealthFinding] = []
    for finding in examine(Path.cwd(), os.environ):
        found.append(finding)
        if not json:
            output.say(f"{output.mark(_MARKS[finding.state])} {finding.name.ljust(10)}  {output.style(finding.words)}")
            if finding.advice:
                output.say(output.style(f"  {' ' * 10}  {finding.advice}", "dim"))
    if json:
        print(to_line([_row(finding) for finding in found]))
    return NOT_DONE if any(one.state is State.PROBLEM for one in found) else DONE


def _row(finding: HealthFinding) -> JsonObject:
    return {
        "name": finding.name,
        "state": finding.state.value,
        "what": finding.words,
        "advice": finding.advice or None,
    }
