import sys
from pathlib import Path

import pytest

from support.opened_project import open_project
from support.symbols import facts_of, propose
from workhorse_core.actions.hints.sources.recorder import describe
from workhorse_core.actions.hints.sources.trace import from_trace
from workhorse_core.errors import UsageError

CODE = """
class C: ...

def f(x, y):
    if x is None:
        raise ValueError
    return [x]

def g():
    yield "a"

def h(c, b):
    return None
"""
RUN = """
import pkg
from pathlib import Path
assert Path(pkg.__file__).resolve().is_relative_to(Path.cwd().resolve())
Path("left behind").touch()
pkg.f(1, y=None); pkg.f(2, y="x"); list(pkg.g()); pkg.h(pkg.C(), b"")
try:
    pkg.f(None, y=None)
except ValueError:
    pass
"""


@pytest.fixture
def traced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.setenv("VIRTUAL_ENV", sys.prefix)
    (tmp_path / "pkg.py").write_text(CODE)
    (tmp_path / "run_it.py").write_text(RUN)
    proposer = propose(open_project(tmp_path), trace="run_it")
    assert not (tmp_path / "left behind").exists()
    found: dict[str, str] = {}
    for slot in proposer.facts.slots:
        for evidence in proposer.evidence(slot):
            if evidence.source == "trace":
                found[slot.title] = evidence.expression
    return found


def test_types_are_seen_in_a_copy(traced: dict[str, str]) -> None:
    assert traced["f(y)"] == "str | None"
    assert traced["f return"] == "list[int]"
    assert traced["g return"] == "Iterator[str]"
    assert traced["h(c)"] == "C"


def test_an_exception_is_no_result_and_bytes_alone_are_too_narrow(traced: dict[str, str]) -> None:
    assert "None" not in traced["f return"]
    assert "h(b)" not in traced


@pytest.mark.parametrize("command", ["", "rm -rf /", "./run", "python run.py"])
def test_only_a_module_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.setenv("VIRTUAL_ENV", sys.prefix)
    (tmp_path / "pkg.py").write_text(CODE)
    if command:
        with pytest.raises(UsageError):
            propose(open_project(tmp_path), trace=command)


def test_containers_are_named_with_what_is_in_them() -> None:
    assert describe({"a": [1, None]}) == "dict[str, list[None | int]]"
    assert describe((1, "a")) == "tuple[int, str]"
    assert describe([]) == "list[]"
    assert describe(int) == "type[int]"
    assert describe(Path("a")).startswith("pathlib")


def test_text_or_bytes_alone_is_no_evidence_where_parameters_of_the_name_took_both() -> None:
    facts = facts_of({"a.py": b"def f(key): ...\ndef g(key): ...\ndef h(other): ...\n"})
    seen = {
        ("a.py", 1, "key"): {"str": 1, "bytes": 1},
        ("a.py", 2, "key"): {"str": 1},
        ("a.py", 3, "other"): {"str": 1},
    }
    found = {each.evidence.slot: each.evidence.expression for each in from_trace(facts, seen)}
    assert set(found.pop("f:key@1").split(" | ")) == {"str", "bytes"}
    assert found == {"h:other@3": "str"}
