"""How much of the targets is annotated, printed file by file."""

from collections.abc import Sequence
from pathlib import Path

from workhorse_cli.action_command import Shared, open_for
from workhorse_cli.errors import DONE
from workhorse_cli.output import Output
from workhorse_cli.view import to_line
from workhorse_core.hinting.coverage import Coverage, total


def print_coverage(targets: Sequence[str], shared: Shared) -> int:
    """Measure what the targets name, print a line for each file, and give the exit code."""
    from workhorse_cli.targets import read_targets
    from workhorse_core.errors import UsageError
    from workhorse_core.hinting.coverage import measure

    output = Output(shared.json)
    project = open_for(Path.cwd(), shared)
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


def coverage_lines(files: Sequence[Coverage]) -> list[str]:
    """Write a line for each file, and one for all of them where there are several."""
    shown = [*files, *([total(files)] if len(files) > 1 else [])]
    width = max((len(each.path) for each in shown), default=0)
    return [f"  {each.path:<{width}}  {_share(each)}" for each in shown]


def _share(each: Coverage) -> str:
    before = f"{each.before} → " if each.before != each.annotated else ""
    return f"{before}{each.annotated} of {each.total} annotated ({each.percent:.0f} %)"


def coverage_json(each: Coverage) -> dict[str, object]:
    """Give one file's figures for machines."""
    return {"path": each.path, "before": each.before, "annotated": each.annotated, "slots": each.total}
