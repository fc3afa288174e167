import json
import re
from pathlib import Path

import pytest

from cli.json_schema import JOB
from cli.running import SHOP, Workhorse, git

REGION = {
    *("path", "name", "first", "last", "status", "engine", "model", "rounds", "reason"),
    *("prompt_tokens", "cached_tokens", "completion_tokens", "seconds", "price", "parts", "dropped"),
}


def test_from_a_file_to_a_commit_in_three_commands(shop: Path, program: Workhorse) -> None:
    drafted = program("docstrings", "src", "--engine", "rules")
    assert drafted.code == 0
    assert "src/shop.py:8 Shop.__len__  drafted by rules" in drafted.out
    assert "✓ same-code" in drafted.out
    assert '+        """Return the number of goods on sale."""' in drafted.out
    job = drafted.out.split()[0]
    assert f"workhorse approve {job}" in drafted.out
    assert (git("status", "--porcelain"), git("log", "--format=%s")) == ("", "Begin\n")

    assert program("merge", job).code == 1
    assert f"workhorse merge {job}" in program("approve", job, "-m", "fine").out
    merged = program("merge", job)
    assert merged.code == 0
    assert "committed as" in merged.out
    message = git("log", "-1", "--format=%B")
    assert message.startswith("Docstrings for src/shop.py\n")
    assert f"Workhorse-Job: {job}" in message
    assert "Reviewed-by: Ada Lovelace <ada@example.org>" in message
    assert git("status", "--porcelain") == ""
    assert git("branch", "--list", "workhorse/*") == ""
    assert '"""Return the number of goods on sale."""' in (shop / "src/shop.py").read_text()


def test_json_of_a_job_is_one_line_with_the_keys_of_the_schema(shop: Path, program: Workhorse) -> None:
    result = program("docstrings", "src", "--engine", "rules", "--json")
    found = json.loads(result.out)
    assert result.out.count("\n") == 1
    assert "drafted" in result.err
    assert set(found) == set(JOB["required"])
    assert found["status"] == "verified"
    assert found["branch"] == git("branch", "--list", "--format=%(refname:short)", "workhorse/*").strip()
    assert found["tree"] == git("rev-parse", f"{found['branch']}^{{tree}}").strip()
    assert found["candidate"] == git("rev-parse", found["branch"]).strip()
    assert found["base"] == git("rev-parse", "HEAD").strip()
    assert all(set(region) == REGION for region in found["regions"])
    assert {region["status"] for region in found["regions"]} == {"drafted", "skipped"}
    assert {check["name"]: check["status"] for check in found["checks"]}["same-code"] == "passed"
    (shop / "x.patch").write_text(found["diff"])
    git("apply", "--check", "x.patch")


def test_a_dry_run_prints_the_diff_and_nothing_else(shop: Path, workhorse: Workhorse) -> None:
    result = workhorse("docstrings", "src", "--engine", "rules", "--dry-run")
    assert result.code == 0
    assert result.out.startswith("diff --git a/src/shop.py b/src/shop.py\n")
    (shop / "x.patch").write_text(result.out)
    git("apply", "--check", "x.patch")
    assert git("branch", "--list", "workhorse/*") == ""
    assert not (shop / ".git" / "workhorse").exists()


def test_a_dry_run_in_json_has_no_job(shop: Path, workhorse: Workhorse) -> None:
    found = json.loads(workhorse("docstrings", "src", "--engine", "rules", "--dry-run", "--json").out)
    assert (found["job"], found["branch"], found["status"]) == (None, None, "verified")
    assert found["diff"].startswith("diff --git")


def test_without_git_only_a_dry_run_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workhorse: Workhorse
) -> None:
    (tmp_path / "shop.py").write_text(SHOP)
    monkeypatch.chdir(tmp_path)
    refused = workhorse("docstrings", "shop.py", "--engine", "rules")
    assert refused.code == 1
    assert "There is no git repository" in refused.err
    assert "--dry-run" in refused.err
    assert '+    """Return whether' in workhorse("docstrings", "shop.py", "--engine", "rules", "--dry-run").out
    assert (tmp_path / "shop.py").read_text() == SHOP
    unchanged = workhorse("docstrings", "--changed", "--dry-run")
    assert unchanged.code == 1
    assert "Name a file or a folder" in unchanged.err


def test_nothing_to_do_is_0_and_makes_no_branch(shop: Path, workhorse: Workhorse) -> None:
    result = workhorse("docstrings", "src/plain.py", "--engine", "rules", "--json")
    assert result.code == 0
    assert json.loads(result.out)["status"] == "nothing"
    assert git("branch", "--list", "workhorse/*") == ""


def test_auto_without_a_server_notes_once_that_rules_work_alone(
    shop: Path, workhorse: Workhorse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workhorse_core.models.locate.find_ready_endpoint", lambda *_: None)
    result = workhorse("docstrings", "src")
    assert result.code == 0
    assert result.err.count("By rules alone: No model server answers.") == 1


def test_local_without_a_server_cannot_be_done(
    shop: Path, workhorse: Workhorse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workhorse_core.models.locate.find_ready_endpoint", lambda *_: None)
    result = workhorse("docstrings", "src", "--engine", "local")
    assert result.code == 1
    assert "No model server answers." in result.err


def test_a_target_from_a_subfolder(shop: Path, workhorse: Workhorse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shop / "src")
    result = workhorse("docstrings", "shop.py::Shop.is_open", "--engine", "rules", "--dry-run")
    assert "+        " in result.out
    assert "a/src/shop.py" in result.out


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["src/shop.py::Shop.is_opn"], 1, "Did you mean"),
        (["src/missing.py"], 1, "src/missing.py"),
        ([".git/config"], 1, "belongs to git"),
        (["src/shop.py:0"], 2, "counted from 1"),
        ([], 2, "No target is given"),
        (["src", "--engine", "magic"], 2, "'magic'"),
        (["src", "--staged", "--changed"], 2, "do not go together"),
        (["src/bad.py"], 1, "line 1"),
    ],
)
def test_an_impossible_target_is_refused_with_its_reason(
    shop: Path, workhorse: Workhorse, arguments: list[str], code: int, words: str
) -> None:
    (shop / "src/bad.py").write_text("def (:\n")
    result = workhorse("docstrings", *arguments)
    assert (result.code, result.out) == (code, "")
    assert words in result.err


def test_many_regions_are_counted_and_listed_by_show(shop: Path, workhorse: Workhorse) -> None:
    code = "".join(f"# Return whether the flag is up.\ndef is_a{n}(x):\n    return x.a{n}\n\n\n" for n in range(30))
    (shop / "src/many.py").write_text('"""Many."""\n\n\n' + code + SHOP[SHOP.index("def frob") :])
    result = workhorse("docstrings", "src/many.py", "--engine", "rules")
    assert "30 drafted, 1 skipped in 1 file" in result.out
    assert "many.py:5 is_a0" not in result.out
    assert "many.py:5 is_a0  drafted" in workhorse("show", "@").out


def test_unsaved_and_untracked_work_is_left_as_it_is(shop: Path, workhorse: Workhorse) -> None:
    (shop / "src/shop.py").write_text(SHOP + "\n\nX = 1\n")
    (shop / "new.py").write_text("x = 1\n")
    git("add", "src/shop.py")
    (shop / "src/shop.py").write_text(SHOP + "\n\nX = 2\n")
    before = git("status", "--porcelain"), git("diff"), git("diff", "--cached")
    assert workhorse("docstrings", "src", "--engine", "rules").code == 0
    assert (git("status", "--porcelain"), git("diff"), git("diff", "--cached")) == before


def test_a_name_alone_gives_no_docstring_unless_it_is_asked_for(workhorse: Workhorse, shop: Path) -> None:
    body = "while self.busy:\n            knead(self)\n        return 3"
    (shop / "src/shop.py").write_text(re.sub(r" *# .*\n", "", SHOP).replace("return 3", body))
    found = workhorse("docstrings", "src/shop.py", "--engine", "rules", "--json")
    regions = {region["name"]: region for region in json.loads(found.out)["regions"]}
    assert regions["is_even"]["status"] == "skipped"
    assert "--fill writes it" in regions["Shop.__len__"]["reason"]
    assert [note for note in json.loads(found.out)["notes"] if "definitions lack a docstring" in note]
    filled = workhorse("docstrings", "src/shop.py", "--engine", "rules", "--fill", "--json")
    regions = {region["name"]: region for region in json.loads(filled.out)["regions"]}
    assert regions["is_even"]["status"] == regions["Shop.__len__"]["status"] == "drafted"
    assert "2 docstrings repeat only the name." in json.loads(filled.out)["notes"]
