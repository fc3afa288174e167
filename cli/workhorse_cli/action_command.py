"""Commands of the actions: made from their descriptions, with shared options, from words to the report."""

import shlex
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import click

from workhorse_cli.output import Output
from workhorse_core.actions import action_info
from workhorse_core.actions.action_info import ActionInfo, Option
from workhorse_core.errors import UsageError
from workhorse_core.pipeline.task import Engine, Task
from workhorse_core.services.session import Overrides, Session

Decorator = Callable[[Any], Any]


class Shared(NamedTuple):
    """Options of every action. ``changed`` is a revision, "" for HEAD, None when it was not asked for.

    ``check`` asks only whether anything is to be written, so it creates nothing either.
    """

    staged: bool
    changed: str | None
    engine: str
    model: str | None
    url: str | None
    dry_run: bool
    check: bool
    json: bool
    lanes: int | None
    max_rounds: int


class ActionCommand(click.Command):
    """Click command that reads ``--changed`` as git reads an option with an optional value: only ``=`` gives it one."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse a bare ``--changed`` as an option with an empty value, so that the next word stays a target."""
        end = args.index("--") if "--" in args else len(args)
        args = ["--changed=" if word == "--changed" else word for word in args[:end]] + args[end:]
        return super().parse_args(ctx, args)


_ENGINE_OPTIONS: tuple[Decorator, ...] = (
    click.option(
        "--engine",
        type=click.Choice([engine.value for engine in Engine]),
        help="auto: rules where they suffice, the local model for the rest when its server answers.",
    ),
    click.option("--model", metavar="NAME", help="The model, over WORKHORSE_MODEL and the configuration."),
    click.option("--url", metavar="URL", help="The model server, over WORKHORSE_URL and the configuration."),
)
_OPTIONS: tuple[Decorator, ...] = (
    click.option("--staged", is_flag=True, help="Only what the staged lines touch; TARGETs narrow it."),
    click.option(
        "--changed",
        metavar="[=REV]",
        help="Only what changed since HEAD, or since the branch left REV; TARGETs narrow it.",
    ),
    *_ENGINE_OPTIONS,
    click.option("--dry-run", is_flag=True, help="Print the diff, create nothing."),
    click.option("--check", is_flag=True, help="As --dry-run, and exit with 1 when anything needs to be written."),
    click.option("--json", is_flag=True, help="One JSON object on standard output; words go to standard error."),
    click.option(
        "--jobs",
        "lanes",
        type=click.IntRange(min=1),
        metavar="N",
        help="Questions in flight at the same time; as many as the server serves by default.",
    ),
    click.option(
        "--max-rounds",
        type=click.IntRange(min=1),
        default=2,
        show_default=True,
        metavar="N",
        help="Drafts per region before it is given up.",
    ),
)


def engine_options(function: Callable[..., int]) -> Callable[..., int]:
    """Add the options that choose who does the work to a command."""
    for option in reversed(_ENGINE_OPTIONS):
        option(function)
    return function


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

    decorators = [_TARGETS, *_argument(info), *map(_click_option, info.options), *_report(info), *_OPTIONS]
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
    from workhorse_cli.targets import changed_targets, not_a_repository, read_targets
    from workhorse_cli.task_run import TaskRun, run_task

    output = Output(shared.json)
    folder = Path.cwd()
    session = open_for(folder, shared, output)
    project = session.project
    if not session.dry_run and project.repository is None:
        raise not_a_repository(project.root)
    found = read_targets(targets, folder, project.root)
    if shared.staged or shared.changed is not None:
        found = changed_targets(project, shared.changed or None, shared.staged, found)
        if not found:
            output.note("No Python code has changed there.")
    elif not found:
        raise UsageError("Nothing is named to work on.", "Name a file, a folder, path::name, path:LINE or --changed")
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


def open_for(folder: Path, shared: Shared, output: Output) -> Session:
    """Open the project of a folder with the model's settings, and with the staged text where that is asked for."""
    if shared.staged and shared.changed is not None:
        raise UsageError("--staged and --changed do not go together.", "Choose one of them")
    overrides = Overrides(shared.model, shared.url)
    session = Session(folder, overrides, dry_run=shared.dry_run or shared.check, note=output.note)
    if not shared.staged:
        return session
    from workhorse_cli.targets import repository_of, staged_buffers

    buffers = staged_buffers(repository_of(session.project))
    return session.with_buffers(buffers) if buffers else session
