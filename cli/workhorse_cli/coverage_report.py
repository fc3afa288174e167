"""``--report`` of an action: its coverage of the targets, file by file."""

from collections.abc import Sequence
from pathlib import Path

from workhorse_cli.errors import DONE
from workhorse_cli.json_line import to_line
from workhorse_cli.output import Output
from workhorse_cli.report import coverage_lines
from workhorse_cli.shared_options import Shared, open_for
from workhorse_core.actions.action_info import ActionInfo
from workhorse_core.actions.coverage import Measuring, total
from workhorse_core.actions.registry import find_action
from workhorse_core.errors import UsageError
from workhorse_core.services.job_json import coverage_json


def print_coverage(info: ActionInfo, targets: Sequence[str], shared: Shared) -> int:
    """Measure an action's coverage of the targets, print a line for each file, and return the exit code."""
    from workhorse_cli.targets import read_targets

    output = Output(shared.json)
    project = open_for(Path.cwd(), shared, output).project
    found = read_targets(targets, Path.cwd(), project.root)
    if not found:
        hint = f"Name a file or a folder: workhorse {info.name} --report src"
        raise UsageError("No target is given.", hint)
    action = find_action(info.name)
    assert isinstance(action, Measuring)
    files = action.measure(project, found)
    if output.json:
        print(to_line({"coverage": [coverage_json(each) for each in files], "total": coverage_json(total(files))}))
        return DONE
    for line in coverage_lines(info.name, files):
        output.say(line)
    return DONE
