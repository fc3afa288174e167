"""The tables of docs/results.md on type hints."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from compare import Judged, Verdict, count
from kinds import kind_rows
from ours import RULES, TRACED
from tools import Result

Measured = Mapping[str, Mapping[str, tuple[Result, Sequence[Judged]]]]
"""By project and tool."""
_VERDICTS = (Verdict.EXACT, Verdict.COMPATIBLE, Verdict.DIFFERENT)
_EXAMPLES = 10


def compared_table(measured: Measured) -> str:
    """Exact / compatible / different, of every tool on every project."""
    projects = list(measured)
    totals = [f"{name} ({_total(measured[name])})" for name in projects]
    tools = dict.fromkeys(tool for results in measured.values() for tool in results)
    rows = [[tool, *(_cell(measured[name].get(tool)) for name in projects)] for tool in tools]
    return _table(["exact / compatible / different", *totals], rows)


def _total(results: Mapping[str, tuple[Result, Sequence[Judged]]]) -> int:
    return next((len(judged) for _, judged in results.values()), 0)


def _cell(found: tuple[Result, Sequence[Judged]] | None) -> str:
    if found is None:
        return "not run"
    result, judged = found
    if result.failure:
        return "failed"
    counts = count(judged)
    return " / ".join(str(counts[verdict]) for verdict in _VERDICTS)


def kinds_table(measured: Measured) -> str:
    """How often the rules were right, by kind of slot, on all projects together."""
    judged = [each for results in measured.values() for each in results.get(RULES, (None, ()))[1]]
    return _table(["kind of slot", "real", *(str(verdict) for verdict in _VERDICTS)], kind_rows(judged))


def sources_table(measured: Measured) -> str:
    """How often each source was right where it spoke for what was proposed, with the tests and without."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for results in measured.values():
        for tool in (RULES, TRACED):
            result, judged = results.get(tool, (None, ()))
            for each in judged:
                place = each.place
                for source in result.sources.get(place, ()) if result else ():
                    counts[source][f"{tool} {each.verdict}"] += 1
    rows = [
        [source, *(" / ".join(str(found[f"{tool} {verdict}"]) for verdict in _VERDICTS) for tool in (RULES, TRACED))]
        for source, found in sorted(counts.items(), key=lambda item: -sum(item[1].values()))
    ]
    return _table(["source: exact / compatible / different", RULES, TRACED], rows)


def cost_table(measured: Measured) -> str:
    """Seconds, and slots per second of ours."""
    projects = list(measured)
    tools = dict.fromkeys(tool for results in measured.values() for tool in results)
    rows: list[list[str]] = []
    for tool in tools:
        cells: list[str] = []
        for name in projects:
            result = measured[name][tool][0] if tool in measured[name] else None
            speed = f" ({result.slots / result.seconds:.0f} slots/s)" if result and result.slots else ""
            cells.append(f"{result.seconds:.1f}{speed}" if result else "not run")
        rows.append([tool, *cells])
    return _table(["seconds", *projects], rows)


def wrong_examples(measured: Measured) -> str:
    """Ten that are different, of each project in turn, from as many sources as there are."""
    waiting = {name: _wrong(results) for name, results in measured.items()}
    rows: list[list[str]] = []
    while len(rows) < _EXAMPLES and any(waiting.values()):
        for name, wrong in waiting.items():
            if wrong and len(rows) < _EXAMPLES:
                rows.append([name, *wrong.pop(0)])
    return _table(["", "slot", "real", "proposed", "by"], rows, left=True)


def _wrong(results: Mapping[str, tuple[Result, Sequence[Judged]]]) -> list[list[str]]:
    """Return the rows of differing hints, those of sources not shown above first."""
    first: list[list[str]] = []
    others: list[list[str]] = []
    seen: set[tuple[str, ...]] = set()
    for tool in (RULES, TRACED):
        result, judged = results.get(tool, (None, ()))
        for each in judged:
            if result is None or each.verdict is not Verdict.DIFFERENT or each.got is None:
                continue
            sources = result.sources.get(each.place, ())
            place = f"{each.truth.path.rpartition('/')[2]} {each.truth.key.partition('@')[0]}"
            cells = (f"`{cell}`".replace("|", "\\|") for cell in (each.truth.expression, each.got.text))
            (others if sources in seen else first).append([f"`{place}`", *cells, ", ".join(sources)])
            seen.add(sources)
    return [*first, *others]


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], *, left: bool = False) -> str:
    lines = [head, ["---", *("---" if left else "--:" for _ in head[1:])], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
