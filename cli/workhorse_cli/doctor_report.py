"""The findings of the doctor, as words and as JSON."""

import os
from pathlib import Path

from workhorse_cli.errors import DONE, NOT_DONE
from workhorse_cli.json_line import JsonObject, to_line
from workhorse_cli.output import Output
from workhorse_core.services.doctor import Diagnosis, State, examine

_MARKS = {State.OK: "passed", State.NOTE: "skipped", State.PROBLEM: "failed"}


def print_health(json: bool) -> int:
    """Print each finding as soon as it is made, and return the exit code."""
    output = Output(json)
    found: list[Diagnosis] = []
    for diagnosis in examine(Path.cwd(), os.environ):
        found.append(diagnosis)
        if not json:
            output.say(
                f"{output.mark(_MARKS[diagnosis.state])} {diagnosis.name.ljust(10)}  {output.style(diagnosis.words)}"
            )
            if diagnosis.advice:
                output.say(output.style(f"  {' ' * 10}  {diagnosis.advice}", "dim"))
    if json:
        print(to_line([_row(diagnosis) for diagnosis in found]))
    return NOT_DONE if any(one.state is State.PROBLEM for one in found) else DONE


def _row(diagnosis: Diagnosis) -> JsonObject:
    return {
        "name": diagnosis.name,
        "state": diagnosis.state.value,
        "what": diagnosis.words,
        "advice": diagnosis.advice or None,
    }
