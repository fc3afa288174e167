"""Reports, fixes and refusals of the pre-commit hook; it never touches unstaged work."""

import subprocess
from pathlib import Path

import pytest

from hooks.hooked import BARE, FIXED, SHOP, Hooked
from workhorse_core.git.repository import Repository
from workhorse_core.jobs.job import read_job
from workhorse_core.jobs.ledger import Ledger
from workhorse_hooks.install import install
from workhorse_hooks.queue import Queue
from workhorse_hooks.worker import serve

NEW = SHOP + BARE


def test_a_commit_of_documented_code_passes_without_a_word(shop: Hooked) -> None:
    shop.install("pre-commit")
    shop.stage("shop.py", SHOP.replace("% 2 == 0", "% 2 < 1"))
    done = shop.commit()
    assert (done.stdout, done.stderr) == ("", "")


def test_an_undocumented_function_is_reported_and_the_commit_goes_through(shop: Hooked) -> None:
    shop.install("pre-commit")
    shop.stage("shop.py", NEW)
    said = shop.commit().stderr
    assert "shop.py:10  is_odd: no docstring" in said
    assert "workhorse docstrings --changed=HEAD^" in said
    assert shop.committed("shop.py") == NEW


def test_only_definitions_that_the_commit_touches_are_reported(shop: Hooked) -> None:
    shop.stage("shop.py", NEW)
    shop.commit()
    shop.install("pre-commit")
    shop.stage("shop.py", NEW.replace("% 2 == 0", "% 2 < 1"))
    assert shop.commit().stderr == ""


def test_unstaged_changes_are_not_checked(shop: Hooked) -> None:
    shop.install("pre-commit")
    shop.stage("shop.py", SHOP.replace("% 2 == 0", "% 2 < 1"))
    shop.write("shop.py", NEW)
    assert shop.commit().stderr == ""
    assert shop.read("shop.py") == NEW


def test_private_names_tests_and_nested_functions_are_left_alone(shop: Hooked) -> None:
    shop.install("pre-commit")
    shop.stage("shop.py", SHOP + "\n\ndef _private():\n    def inner():\n        return 1\n\n    return inner\n")
    shop.stage("test_shop.py", "def test_it():\n    assert True\n")
    assert shop.commit().stderr == ""


def test_with_block_the_commit_is_refused_for_its_stated_reason(shop: Hooked) -> None:
    shop.set(pre_commit="block")
    shop.install("pre-commit")
    shop.stage("shop.py", NEW)
    before = shop.out("rev-parse", "HEAD")
    done = shop.commit(check=False)
    assert done.returncode == 1
    assert "is_odd: no docstring" in done.stderr
    assert "The commit is refused. Draft them: workhorse docstrings --staged" in done.stderr
    assert shop.out("rev-parse", "HEAD") == before
    assert shop.staged("shop.py") == NEW


def test_mode_off_prints_nothing(shop: Hooked) -> None:
    shop.set(pre_commit="off")
    shop.install("pre-commit")
    shop.stage("shop.py", NEW)
    assert shop.commit().stderr == ""


def test_a_changed_configuration_counts_at_the_next_commit(shop: Hooked) -> None:
    shop.install("pre-commit")
    shop.stage("shop.py", NEW)
    assert "is_odd" in shop.commit().stderr
    shop.set(pre_commit="off")
    shop.stage("shop.py", NEW + BARE.replace("odd", "one"))
    assert shop.commit().stderr == ""


def test_the_repository_may_refuse_and_may_not_fix(shop: Hooked) -> None:
    shop.install("pre-commit")
    shop.stage("pyproject.toml", '[tool.workhorse.hooks]\npre-commit = "fix"\n')
    shop.stage("shop.py", NEW)
    assert "is_odd: no docstring" in shop.commit().stderr
    assert shop.committed("shop.py") == NEW
    shop.stage("pyproject.toml", '[tool.workhorse.hooks]\npre-commit = "block"\n')
    shop.stage("shop.py", NEW + BARE.replace("odd", "one"))
    assert shop.commit(check=False).returncode == 1


@pytest.mark.parametrize(
    "state", ["MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "BISECT_LOG", "rebase-merge", "rebase-apply"]
)
def test_in_the_middle_of_something_else_it_ends_at_once(shop: Hooked, state: str) -> None:
    shop.set(pre_commit="block")
    shop.install("pre-commit")
    (shop.root / ".git" / state).write_text(shop.out("rev-parse", "HEAD"))
    shop.stage("shop.py", NEW)
    done = shop.git("hook", "run", "pre-commit", check=False)
    assert (done.returncode, done.stderr) == (0, "")


# -- fix


def fixing(shop: Hooked) -> Hooked:
    shop.set(pre_commit="fix")
    shop.install("pre-commit")
    return shop


def test_fix_changes_the_commit_the_index_and_the_work_tree_alike(shop: Hooked) -> None:
    fixing(shop).stage("shop.py", NEW)
    done = shop.commit()
    assert "docstrings were added to shop.py" in done.stderr
    assert "no docstring" not in done.stderr
    assert FIXED in shop.committed("shop.py")
    assert shop.read("shop.py") == shop.staged("shop.py") == shop.committed("shop.py")
    assert shop.out("status", "--porcelain") == ""


def test_fix_leaves_a_partially_staged_file_as_it_is_and_reports(shop: Hooked) -> None:
    fixing(shop).stage("shop.py", NEW)
    more = NEW + "\nprint(is_odd(3))\n"
    shop.write("shop.py", more)
    assert "is_odd: no docstring" in shop.commit().stderr
    assert shop.committed("shop.py") == shop.staged("shop.py") == NEW
    assert shop.read("shop.py") == more


def test_fix_reports_what_the_rules_cannot_write(shop: Hooked) -> None:
    fixing(shop).stage("shop.py", NEW + "\n\ndef frobnicate(number):\n    return NAMES[number](number) @ 3\n")
    said = shop.commit().stderr
    assert "docstrings were added to shop.py" in said
    assert "frobnicate: no docstring" in said
    assert "is_odd:" not in said


def test_fix_leaves_other_staged_and_unstaged_files_alone(shop: Hooked) -> None:
    fixing(shop).stage("shop.py", NEW)
    shop.stage("notes.txt", "Staged\n")
    shop.write("notes.txt", "Not staged\n")
    shop.commit()
    assert shop.committed("notes.txt") == "Staged\n"
    assert shop.read("notes.txt") == "Not staged\n"


def test_fix_gives_way_to_another_git_that_holds_the_index(shop: Hooked) -> None:
    fixing(shop).stage("shop.py", NEW)
    hook = shop.root / ".git" / "hooks" / "pre-commit.kept-by-workhorse"
    hook.write_text("#!/bin/sh\ntouch .git/index.lock\n")
    hook.chmod(0o755)
    done = shop.git("hook", "run", "pre-commit", check=False, environment={"GIT_INDEX_FILE": ".git/index"})
    (shop.root / ".git" / "index.lock").unlink()
    assert done.returncode == 0
    assert "pre-commit was skipped: Git's index is locked" in done.stderr
    assert shop.read("shop.py") == shop.staged("shop.py") == NEW


TEXT, AUTO = "*.py text eol=crlf\n", "*.py text=auto eol=crlf\n"


@pytest.mark.parametrize(
    ("settings", "attributes", "arguments"),
    [
        *(("core.autocrlf", "", []), ("core.eol", TEXT, ["-a"]), ("core.eol", AUTO, [])),
        pytest.param("core.autocrlf", "", ["-a"], marks=pytest.mark.slow),
        pytest.param("core.eol", TEXT, [], marks=pytest.mark.slow),
        pytest.param("core.eol", AUTO, ["-a"], marks=pytest.mark.slow),
    ],
)
def test_fix_keeps_the_line_ends_that_git_changes_on_its_way(
    shop: Hooked, settings: str, attributes: str, arguments: list[str]
) -> None:
    shop.set(pre_commit="fix")
    shop.install("pre-commit")
    shop.git("config", settings, "true" if settings == "core.autocrlf" else "crlf")
    if attributes:
        shop.stage(".gitattributes", attributes)
        shop.commit()
    shop.stage("shop.py", NEW.replace("\n", "\r\n"))
    assert "docstrings were added to shop.py" in shop.commit(*arguments).stderr
    work_tree = (shop.root / "shop.py").read_bytes().decode()
    assert work_tree.startswith(SHOP.replace("\n", "\r\n") + FIXED.replace("\n", "\r\n"))
    assert work_tree.count("\n") == work_tree.count("\r\n")
    assert shop.git("show", "HEAD:shop.py").stdout.startswith(SHOP + FIXED)
    assert shop.out("status", "--porcelain") == ""


def test_fix_leaves_a_file_alone_that_differs_by_more_than_its_line_ends(shop: Hooked) -> None:
    shop.set(pre_commit="fix")
    shop.install("pre-commit")
    shop.git("config", "core.autocrlf", "true")
    shop.stage("shop.py", NEW.replace("\n", "\r\n"))
    unstaged = (NEW + "LIMIT = 1\n").replace("\n", "\r\n")
    shop.write("shop.py", unstaged)
    assert "is_odd: no docstring" in shop.commit().stderr
    assert (shop.root / "shop.py").read_bytes().decode() == unstaged
    assert shop.committed("shop.py") == NEW


def test_fix_works_with_an_explicit_git_dir_and_work_tree(tmp_path: Path) -> None:
    """As people keep their dotfiles: no ``.git`` lies above the files."""
    home = Hooked(tmp_path / "home")
    home.root.mkdir()
    subprocess.run(["git", "init", "-q", "--bare", tmp_path / "dots"], check=True)
    place = ["--git-dir=../dots", "--work-tree=."]
    repository = Repository.open(tmp_path / "dots", home.root)
    assert repository is not None
    home.set(pre_commit="fix")
    install(repository, ["pre-commit", "post-commit"])
    home.write("shop.py", NEW)
    home.git(*place, "add", "shop.py")
    done = home.git(*place, "commit", "-qm", "Begin")
    assert "docstrings were added to shop.py" in done.stderr
    assert home.read("shop.py").startswith(SHOP + FIXED)
    assert home.git(*place, "show", "HEAD:shop.py").stdout == home.read("shop.py")
    assert home.git(*place, "status", "--porcelain", "-uno").stdout == ""


def test_the_worker_drafts_with_an_explicit_git_dir_and_work_tree(tmp_path: Path) -> None:
    home = Hooked(tmp_path / "home")
    home.root.mkdir()
    subprocess.run(["git", "init", "-q", "--bare", tmp_path / "dots"], check=True)
    home.write("shop.py", NEW)
    for words in (["add", "shop.py"], ["commit", "-qm", "Begin"]):
        home.git("--git-dir=../dots", "--work-tree=.", *words)
    commit = home.git("--git-dir=../dots", "rev-parse", "HEAD").stdout.strip()
    common_dir = str(tmp_path / "dots")
    queue = Queue(common_dir)
    queue.add(commit, str(home.root), common_dir)
    serve(queue, next(queue.requests()), common_dir)
    with Ledger.open(tmp_path / "dots" / "workhorse") as ledger:
        (job,) = ledger.jobs()
        assert read_job(ledger, job).status == "verified"
