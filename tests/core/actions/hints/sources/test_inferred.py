from pathlib import Path

import pytest

from support.opened_project import open_project
from support.symbols import propose
from workhorse_core.actions.hints.slot import Slot
from workhorse_core.actions.hints.sources import inferred, revealed
from workhorse_core.actions.hints.sources.proposer import Proposer
from workhorse_core.tools.tool import Origin, Tool
from workhorse_core.workspace.project import Project


def write(folder: Path, **files: str) -> Project:
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    return open_project(folder)


def proposed(proposer: Proposer) -> dict[str, str]:
    found = {slot.title: proposer.propose(slot).expression for slot in proposer.facts.slots}
    return {title: expression for title, expression in found.items() if expression is not None}


def slot_of(proposer: Proposer, title: str) -> Slot:
    return next(slot for slot in proposer.facts.slots if slot.title == title)


def test_a_type_that_pyrefly_infers_is_read_back_and_named(tmp_path: Path) -> None:
    proposer = propose(write(tmp_path, a="import os\ndef f(x):\n    return os.listdir('.')\n"))
    settled = proposer.propose(slot_of(proposer, "f return"))
    assert settled.expression == "list[str]"
    assert settled.sources == ("pyrefly",)


def test_the_users_files_stay_as_they_are(tmp_path: Path) -> None:
    project = write(tmp_path, a="import os\ndef f(x):\n    return os.listdir('.')\n")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    propose(project)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_types_known_by_other_sources_let_pyrefly_infer_more(tmp_path: Path) -> None:
    code = "def f(s=False):\n    return _g(s)\ndef _g(s):\n    return s\n"
    assert proposed(propose(write(tmp_path, a=code)))["f return"] == "bool"


def test_a_configuration_of_the_project_is_not_read(tmp_path: Path) -> None:
    witness = tmp_path / "witness"
    (tmp_path / "run.sh").write_text(f"#!/bin/sh\ntouch {witness}\n")
    (tmp_path / "run.sh").chmod(0o755)
    (tmp_path / "pyrefly.toml").write_text(f'python-interpreter-path = "{tmp_path}/run.sh"\n')
    propose(write(tmp_path, a="import os\ndef f(x):\n    return os.listdir('.')\n"))
    assert not witness.exists()


def test_without_pyrefly_the_other_sources_are_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inferred, "find_tool", lambda name, project: None)
    monkeypatch.setattr(revealed, "find_tool", lambda name, project: None)
    found = proposed(propose(write(tmp_path, a="import os\ndef f(x=True):\n    return os.listdir('.')\n")))
    assert found == {"f(x)": "bool"}


def test_a_file_that_does_not_parse_costs_only_itself(tmp_path: Path) -> None:
    assert proposed(propose(write(tmp_path, a="def f(x=True): ...\n", b="def g(:\n")))["f(x)"] == "bool"


def test_a_failing_pyrefly_is_reported_and_costs_only_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failing = tmp_path / "pyrefly"
    failing.write_text("#!/bin/sh\necho broken >&2\nexit 3\n")
    failing.chmod(0o755)
    monkeypatch.setattr(inferred, "find_tool", lambda name, project: Tool(name, (str(failing),), Origin.PATH))
    proposer = propose(write(tmp_path, a="import os\ndef f(x=True):\n    return os.listdir('.')\n"))
    assert "broken" in proposer.trouble
    assert proposed(proposer)["f(x)"] == "bool"


def test_an_attribute_that_is_false_until_it_gets_its_value_is_no_flag(tmp_path: Path) -> None:
    code = (
        "class C:\n    def __init__(self):\n        self.x = False\n        self.y = False\n"
        "    def fill(self, data):\n        self.x = data()\n"
        "    def get(self):\n        return self.x\n    def ask(self):\n        return self.y\n"
    )
    proposer = propose(write(tmp_path, a=code))
    assert [each.source for each in proposer.evidence(slot_of(proposer, "C.get return"))] == []
    assert [each.source for each in proposer.evidence(slot_of(proposer, "C.ask return"))] == ["pyrefly"]


def test_inference_from_a_default_is_a_kind_of_its_own(tmp_path: Path) -> None:
    given = "def f(x, y=''):\n    return x + y\nf('a' + 'b')\n"
    default = "D = 'a'\ndef g(x, y=D):\n    return x + 'b'\n"
    proposer = propose(write(tmp_path, a=given, b=default))
    kinds = {s.title: [e.kind for e in proposer.evidence(s) if e.source == "pyrefly"] for s in proposer.facts.slots}
    assert (kinds["f(x)"], kinds["g(y)"]) == (["plain parameter"], ["plain default"])


def test_pyrefly_is_not_started_where_the_code_answers_every_slot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = Tool("pyrefly", ("/bin/sh", "-c", "exit 3"), Origin.PATH)
    monkeypatch.setattr(inferred, "find_tool", lambda name, project: failing)
    monkeypatch.setattr(revealed, "find_tool", lambda name, project: failing)
    proposer = propose(write(tmp_path, a="def f(x=True):\n    print(x)\n"))
    assert proposer.trouble == ""
    assert proposed(proposer) == {"f(x)": "bool", "f return": "None"}


def test_pyrefly_is_not_asked_again_where_nothing_in_the_code_could_be_revealed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(revealed, "find_tool", lambda name, project: Tool(name, ("/bin/false",), Origin.PATH))
    proposer = propose(write(tmp_path, a="import os\ndef f(x):\n    return os.listdir('.')\n"))
    assert proposer.trouble == ""
    assert proposed(proposer) == {"f return": "list[str]"}


def test_pyrefly_reveals_what_is_open_where_no_other_source_knows_anything(tmp_path: Path) -> None:
    code = "class C:\n    def __init__(self, x: str) -> None:\n        self.all = []\n        self.all.append(x)\n"
    assert proposed(propose(write(tmp_path, a=code))) == {"C.all": "list[str]"}


def test_pyrefly_without_output_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(revealed, "find_tool", lambda name, project: Tool(name, ("/bin/false",), Origin.PATH))
    assert "pyrefly check" in propose(write(tmp_path, a="def f(x):\n    return x.y\n")).trouble
