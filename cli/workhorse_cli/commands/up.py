"""``workhorse up``: finds or starts a model server."""

from pathlib import Path

import click

from workhorse_cli.job_command import json_option


@click.command
@click.option(
    "--gguf",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Serve this model file with llama.cpp.",
)
@click.option("--model", metavar="NAME", help="The model to load, over WORKHORSE_MODEL and the configuration.")
@click.option("--url", metavar="URL", help="The model server, over WORKHORSE_URL and the configuration.")
@click.option(
    "--context",
    type=click.IntRange(512, 1_048_576),
    default=16_384,
    show_default=True,
    metavar="TOKENS",
    help="For each question and its answer.",
)
@click.option(
    "--slots", type=click.IntRange(1, 64), default=1, show_default=True, metavar="N", help="Questions at the same time."
)
@click.option("--port", type=click.IntRange(1, 65535), metavar="N", help="Where a server that is started listens.")
@click.option("--force", is_flag=True, help="Load the model even if it does not fit into memory.")
@json_option
def command(
    gguf: Path | None,
    model: str | None,
    url: str | None,
    context: int,
    slots: int,
    port: int | None,
    force: bool,
    json: bool,
) -> int:
    """Find a model server, or start one, and load its model.

    Ollama is started if it is installed, and its model pulled if it is missing; else the compose files are used if
    Docker is there; a model file is served by the extra workhorse[embedded]. Every server listens on this machine
    only. A model that would not fit into the free memory is refused.
    """
    from workhorse_cli.model_server import report_up
    from workhorse_core.models.lifecycle.starting import Wish
    from workhorse_core.services.session import Overrides

    return report_up(Wish(gguf, context, slots, port or 0, force), Overrides(model, url), json)
