import json
from pathlib import Path

import pytest

from cli.running import Workhorse, git
from workhorse_cli.output import Output
from workhorse_cli.task_run import TaskRun, report_view
from workhorse_core.pipeline.draft import Draft, DraftStatus
from workhorse_core.pipeline.task import Target, Task
from workhorse_core.services.run import RunFinished
from workhorse_core.services.session import Session

RULES = ("--engine", "rules", "--json")
TOP = {"range", "commits", "valid", "audited"}
EACH = {"commit", "subject", "job", "action", "record", "valid", "proofs", "problems"}


@pytest.fixture
def landed(shop: Path, workhorse: Workhorse) -> str:
    """A landed job as HEAD; its commit."""
    job = json.loads(workhorse("docstrings", "src/shop.py::is_even", *RULES).out)["job"]
    assert workhorse("approve", job).code == 0
    assert workhorse("merge", job).code == 0
    return git("rev-parse", "HEAD").strip()


def spoil(shop: Path) -> None:
    """Change code in the landed commit."""
    file = shop / "src" / "shop.py"
    file.write_text(file.read_text().replace("number % 2", "number % 3"))
    git("commit", "--quiet", "--all", "--amend", "--no-edit")


def test_a_landed_job_passes_the_audit(landed: str, workhorse: Workhorse) -> None:
    result = workhorse("audit")
    assert (result.code, result.err) == (0, "")
    assert result.out == "HEAD -n 200: 2 commits, 1 with our trailers, as approved.\n"


def test_a_commit_amended_by_hand_is_listed_with_the_next_command(
    landed: str, shop: Path, workhorse: Workhorse
) -> None:
    spoil(shop)
    commit = git("rev-parse", "--short=12", "HEAD").strip()
    result = workhorse("audit", "HEAD")
    assert result.code == 1
    assert f"✗ {commit}" in result.out
    assert "    same-code fails in src/shop.py:" in result.out
    assert "HEAD: 2 commits, 1 with our trailers, 1 not as approved.\n" in result.out
    assert f"git show {commit}" in result.err


def test_json_of_an_audit_has_the_documented_keys(landed: str, shop: Path, workhorse: Workhorse) -> None:
    good = json.loads(workhorse("audit", "--json", "HEAD^..HEAD").out)
    assert set(good) == TOP
    assert (good["range"], good["commits"], good["valid"]) == ("HEAD^..HEAD", 1, True)
    (audited,) = good["audited"]
    assert set(audited) == EACH
    assert (audited["commit"], audited["record"], audited["action"]) == (landed, "found", "docstrings")
    assert audited["proofs"] == [{"name": "same-code", "status": "passed"}]
    spoil(shop)
    result = workhorse("audit", "--json", "HEAD^..HEAD")
    assert result.code == 1
    bad = json.loads(result.out)
    assert bad["valid"] is False
    assert {problem["rule"] for problem in bad["audited"][0]["problems"]} == {"change", "record", "proof"}


def test_a_clone_notes_the_missing_record_and_makes_no_ledger(
    landed: str, shop: Path, tmp_path: Path, workhorse: Workhorse, monkeypatch: pytest.MonkeyPatch
) -> None:
    git("clone", "--quiet", str(shop), str(tmp_path / "clone"))
    monkeypatch.chdir(tmp_path / "clone")
    result = workhorse("audit", "origin/main")
    assert result.code == 0
    assert "1 has no record in this repository: only the trailers show who approved." in result.err
    assert not (tmp_path / "clone" / ".git" / "workhorse").exists()


def test_the_default_range_is_the_commits_that_the_upstream_lacks(
    landed: str, shop: Path, tmp_path: Path, workhorse: Workhorse, monkeypatch: pytest.MonkeyPatch
) -> None:
    git("clone", "--quiet", str(shop), str(tmp_path / "clone"))
    monkeypatch.chdir(tmp_path / "clone")
    assert workhorse("audit").out == "origin/main..HEAD: 0 commits, none with our trailers.\n"
    git("checkout", "--quiet", "--detach")
    git("commit", "--quiet", "--allow-empty", "-m", "New")
    assert workhorse("audit").out == "HEAD --not --remotes: 1 commit, none with our trailers.\n"


def test_without_a_commit_there_is_nothing_to_audit(
    tmp_path: Path, workhorse: Workhorse, monkeypatch: pytest.MonkeyPatch
) -> None:
    git("init", "--quiet", str(tmp_path / "new"))
    monkeypatch.chdir(tmp_path / "new")
    assert workhorse("audit").code == 0


def test_a_shallow_clone_names_the_command_that_fetches_the_rest(
    landed: str, shop: Path, tmp_path: Path, workhorse: Workhorse, monkeypatch: pytest.MonkeyPatch
) -> None:
    git("clone", "--quiet", "--depth=1", f"file://{shop}", str(tmp_path / "clone"))
    monkeypatch.chdir(tmp_path / "clone")
    result = workhorse("audit", "HEAD")
    assert result.code == 1
    assert "Its parent is not in this clone" in result.out
    assert "git fetch --unshallow" in result.err


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ("nonsense", "git log --oneline --all"),
        ("origin/main..HEAD", "git fetch origin main"),
        ("HEAD..nowhere", "git log --oneline --all"),
        ("--output=stolen", "git log --oneline --all"),
    ],
)
def test_a_malformed_range_is_refused_with_the_next_command(
    shop: Path, workhorse: Workhorse, words: str, hint: str
) -> None:
    result = workhorse("audit", "--", words)
    assert (result.code, result.out) == (1, "")
    sentence, _, following = result.err.partition("\n")
    assert "names no commits here" in sentence
    assert hint in following
    assert not (shop / "stolen").exists()


def test_an_empty_range_is_wrong_usage_and_outside_of_git_there_is_none(
    shop: Path, workhorse: Workhorse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert workhorse("audit", "").code == 2
    (tmp_path / "bare").mkdir()
    monkeypatch.chdir(tmp_path / "bare")
    result = workhorse("audit")
    assert result.code == 1
    assert "There is no git repository" in result.err


# -- --check


def test_check_ends_with_1_and_names_the_command_when_something_is_to_be_written(
    shop: Path, workhorse: Workhorse
) -> None:
    result = workhorse("docstrings", "src/shop.py::is_even", "--engine", "rules", "--check")
    assert result.code == 1
    assert '+    """Return whether' in result.out
    assert result.err.endswith(
        "1 region to write: 1 would be written.\n  Write them with: workhorse docstrings src/shop.py::is_even\n"
    )
    assert not (shop / ".git" / "workhorse").exists()
    assert git("branch", "--list", "workhorse/*") == ""


def test_check_ends_with_1_when_what_is_missing_could_not_be_drafted(
    shop: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    draft = Draft("src/shop.py", "is_even", 17, 18, DraftStatus.FAILED, reason="same-code: it differs")
    task = Task("docstrings", (Target("src"),))
    given = TaskRun(task, Session(shop, dry_run=True), Output(), check="workhorse docstrings src")
    assert report_view(given, RunFinished(None, (draft,), None)) == 1
    assert "1 region to write: 1 could not be drafted here.\n" in capfd.readouterr().err


def test_check_ends_with_0_when_nothing_is_to_be_written(shop: Path, workhorse: Workhorse) -> None:
    assert (
        workhorse("docstrings", "src/shop.py::frobnicate", "--engine", "rules", "--check").code == 0
    )  # no words for it
    assert workhorse("docstrings", "src/plain.py", "--engine", "rules", "--check").code == 0
    assert workhorse("docstrings", "--changed", "--engine", "rules", "--check").code == 0


def test_check_in_json_is_the_object_of_a_dry_run(shop: Path, workhorse: Workhorse) -> None:
    result = workhorse("docstrings", "src", *RULES, "--check", "--dry-run")
    assert result.code == 1
    assert (json.loads(result.out)["status"], json.loads(result.out)["job"]) == ("verified", None)
    nothing = workhorse("docstrings", "src/plain.py", *RULES, "--check")
    assert nothing.code == 0
    assert json.loads(nothing.out)["status"] == "nothing"


def test_check_names_the_command_as_it_was_typed(shop: Path, workhorse: Workhorse) -> None:
    (shop / "src" / "new one.py").write_text(
        '"""New."""\n\n\n# Return whether a rest is left.\ndef is_odd(number: int) -> bool:\n    return True\n'
    )
    words = ("--changed=HEAD", "--style", "numpy", "--private", "src/new one.py")
    result = workhorse("docstrings", *words, "--engine", "rules", "--check")
    assert result.code == 1
    assert (
        "  Write them with: workhorse docstrings --private --style=numpy --changed=HEAD 'src/new one.py'\n"
        in result.err
    )
