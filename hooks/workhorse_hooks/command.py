"""``workhorse hooks``: install the hooks, show what they do, and run one for another hook manager.

The command line knows this module by its name only, as it knows each of its own commands.
"""

import os
import sys
from pathlib import Path

import click

from workhorse_hooks.shim import HOOKS

_HOOKS = click.Choice(HOOKS)


@click.group
def command() -> None:
    """Install the git hooks, and see what they do."""


@command.command
@click.option("--hook", "hooks", type=_HOOKS, multiple=True, help="Which one; may be given more than once.")
def install(hooks: tuple[str, ...]) -> int:
    """Install the hooks: pre-commit, commit-msg and pre-push where none is named.

    A hook that is there already is kept, and runs before ours.
    """
    from workhorse_core.services.session import Session
    from workhorse_hooks.install import USUAL, Instead, find_folder, is_tracked_place
    from workhorse_hooks.install import install as put
    from workhorse_hooks.quick_settings import modes_of

    session = Session(Path.cwd())
    repository = session.repository
    wanted = list(dict.fromkeys(hooks or USUAL))
    if "pre-commit" in wanted and modes_of(session.project.config)["pre-commit"] == "draft":
        wanted = list(dict.fromkeys([*wanted, "post-commit"]))  # what is drafted is what was committed
    done = put(repository, wanted)
    if isinstance(done, Instead):
        click.echo(done.reason)
        click.echo(f"Add these lines to {done.file} instead:\n")
        click.echo("\n".join(done.lines))
        return 1
    for each in done:
        click.echo(f"{each.hook}: installed{', the hook that was there runs before it' if each.kept else ''}")
    folder = find_folder(repository)
    if is_tracked_place(repository, folder):
        click.echo(f"They lie in {folder}, among your own files: leave them out of your commits.", err=True)
    click.echo("See what each one does with: workhorse hooks status", err=True)
    return 0


@command.command
@click.option("--hook", "hooks", type=_HOOKS, multiple=True, help="Which one; all of ours where none is named.")
def uninstall(hooks: tuple[str, ...]) -> int:
    """Remove our hooks; the hooks that they kept are put back as they were."""
    from workhorse_core.services.session import Session
    from workhorse_hooks.install import uninstall as take

    repository = Session(Path.cwd()).repository
    if not hooks:
        from workhorse_hooks.worker import Stopped, stop_worker

        if stop_worker(str(repository.common_dir)) is Stopped.STILL_RUNS:
            click.echo(_still_runs(str(repository.common_dir)), err=True)
    gone = take(repository, hooks or HOOKS)
    click.echo(f"Taken away: {', '.join(gone)}" if gone else "None of our hooks was installed.")
    return 0


@command.command
@click.option("--json", is_flag=True, help="JSON on standard output.")
def status(json: bool) -> int:
    """Show which hooks are installed, and what each does."""
    from workhorse_core.services.session import Session
    from workhorse_hooks.status import print_status

    print_status(Session(Path.cwd()), json)
    return 0


@command.command
def stop() -> int:
    """Stop the background worker; what is queued stays queued."""
    from workhorse_core.services.session import Session
    from workhorse_hooks.worker import Stopped, stop_worker

    common_dir = str(Session(Path.cwd()).repository.common_dir)
    stopped = stop_worker(common_dir)
    if stopped is Stopped.STILL_RUNS:
        click.echo(_still_runs(common_dir), err=True)
        return 1
    click.echo(stopped.value)
    return 0


def _still_runs(common_dir: str) -> str:
    from workhorse_hooks.worker import running_worker

    return (
        f"The background worker (process {running_worker(common_dir)}) does not end.\n  End it yourself, then run again"
    )


@command.command(context_settings={"ignore_unknown_options": True})
@click.argument("hook", type=_HOOKS)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def run(hook: str, arguments: tuple[str, ...]) -> int:
    """Run one hook now: for husky, lefthook, pre-commit and prek."""
    from workhorse_hooks.pre_commit import REFUSED
    from workhorse_hooks.run_hook import run_hook

    pushed = sys.stdin.buffer.read() if hook == "pre-push" and not sys.stdin.isatty() else b""
    return 1 if run_hook(hook, arguments, pushed) == REFUSED else 0


def _check_help() -> str:
    from workhorse_core.actions.catalog import describe_all

    names = ", ".join(info.name for info in describe_all() if info.lack)
    return f"Fail if the code that this commit touches lacks what ACTIONS add: {names}."


@command.command(help=_check_help())
@click.argument("actions", nargs=-1, required=True)
def check(actions: tuple[str, ...]) -> int:
    """Run the check that hook frameworks call."""
    from workhorse_hooks.framework import check_commit

    return check_commit(actions, Path(os.curdir))
