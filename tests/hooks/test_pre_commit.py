"""What the pre-commit hook tells, mends and refuses, and that it never touches what is not its own."""

import pytest

from hooks.hooked import BARE, MENDED, SHOP, Hooked

NEW = SHOP + BARE


def test_a_commit_of_documented_code_passes_without_a_word(shop: Hooked) -> None:
    shop.install("pre-commit")
    shop.stage("shop.py", SHOP.replace("% 2 == 0", "% 2 < 1"))
    done = shop.commit()
    assert (done.stdout, done.stderr) == ("", "")


def test_an_undocumented_function_is_told_and_the_commit_goes_through(shop: Hooked) -> None:
    shop.install("pre-commit")
    shop.stage("shop.py", NEW)
    said = shop.commit().stderr
    assert "shop.py:9  is_odd: no docstring" in said
    assert "workhorse docstrings --changed=HEAD^" in said
    assert shop.committed("shop.py") == NEW


def test_only_what_the_commit_touches_is_told(shop: Hooked) -> None:
    shop.stage("shop.py", NEW)
    shop.commit()
    shop.install("pre-commit")
    shop.stage("shop.py", NEW.replace("% 2 == 0", "% 2 < 1"))
    assert shop.commit().stderr == ""


def test_what_is_not_staged_is_not_looked_at(shop: Hooked) -> None:
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


def test_off_says_nothing(shop: Hooked) -> None:
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


def test_the_repository_may_refuse_and_may_not_mend(shop: Hooked) -> None:
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


def test_fix_mends_the_commit_the_index_and_the_work_tree_alike(shop: Hooked) -> None:
    fixing(shop).stage("shop.py", NEW)
    done = shop.commit()
    assert "docstrings were added to shop.py" in done.stderr
    assert "no docstring" not in done.stderr
    assert MENDED in shop.committed("shop.py")
    assert shop.read("shop.py") == shop.staged("shop.py") == shop.committed("shop.py")
    assert shop.out("status", "--porcelain") == ""


def test_fix_leaves_a_partially_staged_file_as_it_is_and_tells(shop: Hooked) -> None:
    fixing(shop).stage("shop.py", NEW)
    more = NEW + "\nprint(is_odd(3))\n"
    shop.write("shop.py", more)
    assert "is_odd: no docstring" in shop.commit().stderr
    assert shop.committed("shop.py") == shop.staged("shop.py") == NEW
    assert shop.read("shop.py") == more


def test_fix_tells_what_the_rules_do_not_know(shop: Hooked) -> None:
    fixing(shop).stage("shop.py", NEW + "\n\ndef frobnicate(number):\n    return number\n")
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
