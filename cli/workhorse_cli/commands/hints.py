"""``workhorse hints``: adds missing type hints."""

import click

from workhorse_cli.action_command import ActionCommand, Shared, action_options, run_action


@click.command(cls=ActionCommand)
@click.argument("targets", nargs=-1, metavar="TARGET…")
@click.option("--rewrite", is_flag=True, help="Also turn # type: comments into annotations.")
@click.option("--runtime", is_flag=True, help="Also where annotations are read while the program runs.")
@click.option(
    "--tests/--no-tests", default=None, help="Run the project's tests before and after; a trusted project's always."
)
@click.option("--trace", metavar="COMMAND", help='Run the project\'s tests and note the types: --trace "pytest tests".')
@click.option("--report", is_flag=True, help="Only say how much is annotated; write nothing.")
@action_options
def command(
    shared: Shared,
    targets: tuple[str, ...],
    rewrite: bool,
    runtime: bool,
    tests: bool | None,
    trace: str | None,
    report: bool,
) -> int:
    """Add missing type hints.

    TARGET is a path, path::Class.method, path:LINE, path:FIRST-LAST or a folder. Each annotation is kept only when
    it holds by itself. The result waits on a scratch branch until you approve and merge it.
    """
    if report:
        from workhorse_cli.coverage import print_coverage

        return print_coverage(targets, shared)
    options = {name: "yes" for name, asked in (("rewrite", rewrite), ("runtime", runtime)) if asked}
    if tests is not None:
        options["tests"] = "yes" if tests else "no"
    if trace:
        options["trace"] = trace
    return run_action("hints", targets, options, shared)
