"""Options that every action has, and the session that they open."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from workhorse_cli.output import Output
from workhorse_core.errors import UsageError
from workhorse_core.pipeline.task import Engine
from workhorse_core.services.session import Overrides, Session
from workhorse_core.system.named_tuple import NamedTuple

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


_ENGINE_OPTIONS: tuple[Decorator, ...] = (
    click.option(
        "--engine",
        type=click.Choice([engine.value for engine in Engine]),
        help="auto: rules where they suffice, the local model for the rest when its server answers.",
    ),
    click.option("--model", metavar="NAME", help="The model, over WORKHORSE_MODEL and the configuration."),
    click.option("--url", metavar="URL", help="The model server, over WORKHORSE_URL and the configuration."),
)
OPTIONS: tuple[Decorator, ...] = (
    click.option("--staged", is_flag=True, help="Only what the staged lines touch; TARGETs narrow it."),
    click.option(
        "--changed",
        metavar="[=REV]",
        help="Only what changed since HEAD, or since the branch left REV; TARGETs narrow it.",
    ),
    *_ENGINE_OPTIONS,
    click.option("--dry-run", is_flag=True, help="Print the diff, create nothing."),
    click.option("--check", is_flag=True, help="As --dry-run, and exit with 1 when anything needs to be written."),
    click.option("--json", is_flag=True, help="One JSON object on standard output; messages go to standard error."),
    click.option(
        "--jobs",
        "lanes",
        type=click.IntRange(min=1),
        metavar="N",
        help="Questions to the model at the same time; by default as many as the server serves.",
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


def open_for(folder: Path, shared: Shared, output: Output) -> Session:
    """Open the project of a folder with the model's settings, and with the staged text where that is asked for."""
    if shared.staged and shared.changed is not None:
        raise UsageError("--staged and --changed do not go together.", "Choose one of them")
    overrides = Overrides(shared.model, shared.url)
    session = Session(folder, overrides, dry_run=shared.dry_run or shared.check, note=output.note)
    session.look_ahead()
    if not shared.staged:
        return session
    from workhorse_cli.targets import repository_of, staged_buffers

    buffers = staged_buffers(repository_of(session.project))
    return session.with_buffers(buffers) if buffers else session
