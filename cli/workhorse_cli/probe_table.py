"""The result of the probe as a table."""

import os
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

from workhorse_cli.interruption import run_interruptible
from workhorse_cli.json_line import to_line
from workhorse_cli.output import Output
from workhorse_core.models.asking import Asking
from workhorse_core.models.discovery.conformance import Conformance, Strategy, Switch, recall, remember
from workhorse_core.models.discovery.places import require_server
from workhorse_core.services.session import Overrides, Session


def print_probe(model: str | None, again: bool, json: bool) -> int:
    """Print the measurements of a model, measured now or before, and return the exit code.

    Raises:
        EndpointError: No model server answers.
    """
    output = Output(json)
    config = Session(Path.cwd(), Overrides(model)).project.config
    access, server = require_server(config, os.environ)
    access = replace(access, model=access.model or server.choose_model())
    known = None if again else recall(server, access.model or "", os.environ)
    if known is None:
        from workhorse_core.actions.registry import all_exams
        from workhorse_core.models.probe.probe import probe  # deferred: its imports take half a second

        try:

            def show(step: str) -> None:
                output.progress(f"measuring: {step}")

            known = run_interruptible(probe(access, server, show, all_exams()))
        finally:
            output.clear_progress()
        remember(known, server, os.environ)
    if json:
        print(to_line(asdict(known)))
        return 0
    rows = list(_rows(known))
    width = max(len(name) for name, _, _ in rows)
    for name, words, good in rows:
        output.say(f"{output.style(name.ljust(width), 'dim')}  {output.style(words, *([] if good else ['yellow']))}")
    output.note(f"{known.calls} questions, {known.seconds:.1f} s; measure again with: workhorse probe --again")
    return 0


def _rows(known: Conformance) -> Iterator[tuple[str, str, bool]]:
    """Yield each line of the table: its name, the measurement, and whether it is good."""
    yield "model", f"{known.model} on {known.backend}", True
    yield "digest", known.digest[:12] or "-", True
    yield "thinking is turned off by", _switch(known), known.switch is not Switch.NONE
    yield "JSON schema obeyed", _yes(known.schema), known.schema
    yield "the same while thinking", _yes(known.schema_thinking), known.schema_thinking is not False
    yield "JSON is requested by", known.strategy.value, known.strategy in (Strategy.SCHEMA, Strategy.GRAMMAR)
    yield "docstrings are requested in", _asking(known), known.asking is not Asking.NONE
    yield "prompts are counted", _counts(known), known.counts
    yield "prompt cache reused", _yes(known.cache_reused), known.cache_reused is not False
    yield "cancelling frees the slot", _cancel(known), known.cancel_frees is not False
    yield "slots", str(known.slots), True


def _asking(known: Conformance) -> str:
    counts = ", ".join(f"{way}: {right} of {known.asked} right" for way, right in known.right.items())
    return f"{known.asking} ({counts})" if counts else known.asking.value


def _switch(known: Conformance) -> str:
    if known.switch in (Switch.NONE, Switch.NOT_NEEDED):
        return known.switch.value
    return f"{known.switch.value} (saves {known.saved_tokens} tokens, {known.saved_seconds:.2f} s of a short answer)"


def _counts(known: Conformance) -> str:
    if known.counts and not known.counts_cached:
        return "yes, without the cached part"
    return _yes(known.counts) if known.counts else "no: a word of the prompt's start must come back"


def _cancel(known: Conformance) -> str:
    if known.cancel_frees:
        return f"yes, after {known.cancel_seconds * 1000:.0f} ms"
    return _yes(known.cancel_frees)


def _yes(value: bool | None) -> str:
    return "unknown" if value is None else "yes" if value else "no"
