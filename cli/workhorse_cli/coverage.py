"""How much of the targets is annotated, printed file by file."""

from collections.abc import Sequence
from pathlib import Path

from workhorse_cli.action_command import Shared, open_for
from workhorse_cli.errors import DONE
from workhorse_cli.json_line import to_line
from workhorse_cli.output import Output
from workhorse_cli.report import coverage_lines
from workhorse_core.actions.hints.coverage import total
from workhorse_core.services.job_json import coverage_json


def print_coverage(targets: Sequence[str], shared: Shared) -> int:
    """Measure what the targets name, print a line for each file, and give the exit code."""
    from workhorse_cli.targets import read_targets
    from workhorse_core.actions.hints.coverage import measure
    from workhorse_core.errors import UsageError

    output = Output(shared.json)
    project = open_for(Path.cwd(), shared, output).project
    found = read_targets(targets, Path.cwd(), project.root)
    if not found:
        raise UsageError("Nothing is named to measure.", "Name a file or a folder: workhorse hints --report src")
    files = measure(project, found)
    if output.json:
        print(to_line({"coverage": [coverage_json(each) for each in files], "total": coverage_json(total(files))}))
        return DONE
    for line in coverage_lines(files):
        output.say(line)
    return DONE
