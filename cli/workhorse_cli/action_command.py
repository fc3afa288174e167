"""Commands of the actions: made from their descriptions, from words to the report."""

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from workhorse_cli.output import Output
from workhorse_cli.shared_options import OPTIONS, Decorator, Shared, open_for
from workhorse_core.actions import action_info
from workhorse_core.actions.action_info import ActionInfo, Option
from workhorse_core.errors import UsageError
from workhorse_core.pipeline.task import Engine, Task


class ActionCommand(click.Command):
    """Click command that reads ``--changed`` as git reads an option with an optional value: only ``=`` gives it one."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse a bare ``--changed`` as an option with an empty value, so that the next word stays a target."""
        end = args.index("--") if "--" in args else len(args)
        args = ["--changed=" if word == "--changed" else word for word in args[:end]] + args[end:]
        return super().parse_args(ctx, args)


def make_command(info: ActionInfo) -> click.Command:
    """Make the command of an action from its description."""

    def run(targets: tuple[str, ...], argument: str | None = None, report: bool = False, **given: Any) -> int:
        given["engine"] = given["engine"] or Engine.AUTO.value
        shared = Shared(**{name: given.pop(name) for name in Shared._fields})
        if report:
            from workhorse_cli.coverage_report import print_coverage

            return print_coverage(info, targets, shared)
        options = _read_options(info, given)
        if info.argument and argument:
            options[info.argument] = argument
        return run_action(info.name, targets, options, shared)

    decorators = [_TARGETS, *_argument(info), *map(_click_option, info.options), *_report(info), *OPTIONS]
    for decorator in reversed(decorators):
        decorator(run)
    return click.command(info.name, cls=ActionCommand, help=_help(info))(run)


_TARGETS = click.argument("targets", nargs=-1, metavar="TARGET…")


def _help(info: ActionInfo) -> str:
    words = "TARGET is a path, path::Class.method, path:LINE, path:FIRST-LAST or a folder."
    waits = "The result waits on a scratch branch until you approve and merge it."
    return f"{info.summary}\n\n{' '.join(filter(None, (words, info.promise, waits)))}"


def _argument(info: ActionInfo) -> list[Decorator]:
    if info.argument is None:
        return []
    return [click.argument("argument", metavar=info.argument.removeprefix("the ").upper().replace(" ", "_"))]


def _report(info: ActionInfo) -> list[Decorator]:
    return [click.option("--report", is_flag=True, help=info.report)] if info.report else []


def _click_option(option: Option) -> Decorator:
    name = _parameter(option)
    match option.kind:
        case action_info.FLAG:
            return click.option(f"--{option.name}", name, is_flag=True, help=option.words)
        case action_info.SWITCH:
            return click.option(f"--{option.name}/--no-{option.name}", name, default=None, help=option.words)
        case action_info.CHOICE:
            return click.option(f"--{option.name}", name, type=click.Choice(option.choices), help=option.words)
        case _:
            return click.option(f"--{option.name}", name, metavar=option.metavar, help=option.words)


def _parameter(option: Option) -> str:
    """Return the name of click's parameter; an action's option may be called like one of the shared."""
    return f"own_{option.name.replace('-', '_')}"


def _read_options(info: ActionInfo, given: Mapping[str, Any]) -> dict[str, str]:
    """Return what was given of an action's own options, as `Task.options` takes it."""
    found: dict[str, str] = {}
    for option in info.options:
        value = given[_parameter(option)]
        if option.kind == action_info.FLAG:
            value = value or None
        if value is not None and value != "":
            found[option.name] = ("yes" if value else "no") if isinstance(value, bool) else value
    return found


def run_action(action: str, targets: Sequence[str], options: Mapping[str, str], shared: Shared) -> int:
    """Run a task from the words on the command line to the report.

    Args:
        action: The name of a registered action.
        targets: As they were typed.
        options: The action's own options, as `Task.options` takes them.
        shared: The options of every action.

    Returns:
        The exit code.
    """
    output = Output(shared.json)
    folder = Path.cwd()
    session = open_for(folder, shared, output)
    from workhorse_cli.targets import changed_targets, not_a_repository, read_targets
    from workhorse_cli.task_run import TaskRun, run_task

    project = session.project
    if not session.dry_run and project.repository is None:
        raise not_a_repository(project.root)
    found = read_targets(targets, folder, project.root)
    if shared.staged or shared.changed is not None:
        found = changed_targets(project, shared.changed or None, shared.staged, found)
        if not found:
            output.note("No Python code has changed there.")
    elif not found:
        raise UsageError("No target is given.", "Name a file, a folder, path::name, path:LINE or --changed")
    task = Task(action, found, Engine(shared.engine), options, shared.max_rounds)
    again = _as_typed(action, targets, options, shared) if shared.check else None
    with session:
        return run_task(TaskRun(task, session, output, shared.lanes, check=again))


def _as_typed(action: str, targets: Sequence[str], options: Mapping[str, str], shared: Shared) -> str:
    """Return the command that would write what ``--check`` finds missing."""
    words = [f"--{name}" if value == "yes" else f"--{name}={value}" for name, value in options.items()]
    words += ["--staged"] if shared.staged else []
    words += [f"--changed={shared.changed}" if shared.changed else "--changed"] if shared.changed is not None else []
    return shlex.join(["workhorse", action, *words, *targets])
