"""Starting and stopping model servers, with the report."""

import os
from dataclasses import asdict
from pathlib import Path

from workhorse_cli.json_line import to_line
from workhorse_cli.output import Output
from workhorse_core.models.lifecycle.down import bring_down
from workhorse_core.models.lifecycle.memory import Fit
from workhorse_core.models.lifecycle.starting import Wish
from workhorse_core.models.lifecycle.up import bring_up
from workhorse_core.services.session import Overrides, Session


def report_up(wish: Wish, overrides: Overrides, json: bool) -> int:
    """Bring a model server up and return the exit code."""
    output = Output(json)
    config = Session(Path.cwd(), overrides).project.config
    up = bring_up(wish, config, os.environ, output.progress)
    output.clear_progress()
    if json:
        print(to_line({**asdict(up), "fit": up.fit.value}))
    context = f", {up.context} tokens of context" if up.context else ""
    output.say(output.style(f"{up.kind} serves {up.model} at {up.url}{context}."))
    if up.fit is Fit.NOT:
        output.note("It does not fit into the free memory, so it may be very slow.")
    output.note("Stop it with: workhorse down" if up.started else "It was running already.")
    return 0


def report_down(model: str | None, persist: bool, json: bool) -> int:
    """Bring the model server down and return the exit code."""
    output = Output(json)
    config = Session(Path.cwd()).project.config
    down = bring_down(config, os.environ, persist, model)
    if json:
        said = {"unloaded": list(down.unloaded), "stopped": down.stopped or None, "left": list(down.left)}
        print(to_line(said))
    for name in down.unloaded:
        output.say(output.style(f"{name} is unloaded."))
    if down.stopped:
        output.say(output.style(f"The server at {down.stopped} is stopped."))
    if not down.unloaded and not down.stopped:
        output.say("Nothing that workhorse up started is running.")
    for name in down.left:
        output.note(f"{name} stays: workhorse up has not loaded it. To unload it: workhorse down --model {name}")
    return 0
