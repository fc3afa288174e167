"""Commits of hostile and broken repositories go through, with one clear line where there is a finding."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hooks.hooked import BARE, FIXED, SHOP, Hooked
from support.repository import make_repository

NEW = SHOP + BARE


def test_no_python_on_path_is_no_trouble(shop: Hooked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.install("pre-commit")
    for name in ("git", "sh", "cat", "grep"):
        tmp_path.joinpath("bin").mkdir(exist_ok=True)
        (tmp_path / "bin" / name).symlink_to(shutil.which(name) or name)
    shop.stage("shop.py", NEW)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert "is_odd" in shop.commit().stderr


def test_a_broken_configuration_is_reported_in_one_line(shop: Hooked) -> None:
    shop.install("pre-commit", "post-commit")
    shop.stage("pyproject.toml", "[tool.workhorse.hooks]\nnonsense = 1\n")
    shop.stage("shop.py", NEW)
    said = shop.commit().stderr.splitlines()
    assert len(said) == 2
    assert said[0].startswith("workhorse: pre-commit was skipped: pyproject.toml has the unknown key hooks.nonsense.")
    assert said[1].startswith("workhorse: post-commit was skipped: ")


def test_the_first_commit_of_a_repository(tmp_path: Path) -> None:
    shop = Hooked(make_repository(tmp_path / "new", {"shop.py": NEW}, commit=False).root)
    shop.install("pre-commit", "commit-msg")
    shop.git("add", "-A")
    assert "is_odd" in shop.commit().stderr


def test_a_detached_head(shop: Hooked) -> None:
    shop.install("pre-commit")
    shop.git("checkout", "-q", "--detach")
    shop.stage("shop.py", NEW)
    assert "is_odd" in shop.commit().stderr


def test_a_submodule_in_the_commit(shop: Hooked, tmp_path: Path) -> None:
    other = make_repository(tmp_path / "other", {"a.py": "A = 1\n"})
    shop.install("pre-commit")
    shop.git("submodule", "add", "-q", str(other.root), "inner.py")
    assert shop.commit().stderr == ""


def test_a_shallow_clone(shop: Hooked, tmp_path: Path) -> None:
    shop.commit("--allow-empty")
    shop.git("clone", "-q", "--depth=1", f"file://{shop.root}", str(tmp_path / "shallow"))
    shallow = Hooked(tmp_path / "shallow")
    shallow.install("pre-commit")
    shallow.stage("shop.py", NEW)
    assert "is_odd" in shallow.commit().stderr


def test_a_sparse_checkout(shop: Hooked) -> None:
    shop.stage("far/away.py", NEW)
    shop.commit()
    shop.git("sparse-checkout", "set", "--no-cone", "/shop.py")
    assert not (shop.root / "far").exists()
    shop.set(pre_commit="fix")
    shop.install("pre-commit")
    shop.stage("shop.py", NEW)
    assert "docstrings were added to shop.py" in shop.commit().stderr
    assert shop.committed("far/away.py") == NEW


NAMES = [b"a b.py", b"line\nbreak.py", b"tab\t.py", b'qu"ote\\.py', b"\xc3\xbc.py", b"\xff\xfe.py", b"-x.py", b":x.py"]


@pytest.mark.parametrize("mode", ["report", "block", "fix"])
def test_any_name_of_a_file(shop: Hooked, mode: str) -> None:
    shop.set(pre_commit=mode)
    shop.install("pre-commit")
    for name in NAMES:
        (shop.root / os.fsdecode(name)).write_text(NEW)
    shop.git("add", "-A")
    done = shop.commit(check=False)
    assert done.returncode == (mode == "block"), done.stderr
    assert "bug" not in done.stderr
    assert done.stderr.count("is_odd: no docstring") == (0 if mode == "fix" else len(NAMES))
    assert len(done.stderr.splitlines()) == (1 if mode == "fix" else len(NAMES) + 2)
    if mode == "fix":
        for name in NAMES:
            assert FIXED in (shop.root / os.fsdecode(name)).read_text()
            assert FIXED in shop.committed(os.fsdecode(name))


def test_a_deleted_a_renamed_and_a_linked_file(shop: Hooked) -> None:
    shop.stage("old.py", NEW)
    shop.stage("gone.py", NEW)
    shop.commit()
    shop.install("pre-commit")
    shop.git("mv", "old.py", "new.py")
    shop.git("rm", "-q", "gone.py")
    (shop.root / "link.py").symlink_to("new.py")
    shop.git("add", "link.py")
    assert shop.commit().stderr == ""


def test_a_file_that_becomes_a_link_and_one_that_becomes_a_file(shop: Hooked) -> None:
    (shop.root / "turn.py").symlink_to("shop.py")
    shop.git("add", "-A")
    shop.commit()
    shop.install("pre-commit")
    (shop.root / "turn.py").unlink()
    shop.stage("turn.py", NEW)
    (shop.root / "shop.py").unlink()
    (shop.root / "shop.py").symlink_to("turn.py")
    shop.git("add", "-A")
    said = shop.commit().stderr
    assert "turn.py:10  is_odd" in said
    assert "shop.py:" not in said


def test_a_file_that_does_not_parse_is_for_others_to_complain_about(shop: Hooked) -> None:
    shop.install("pre-commit")
    broken = [b"def (:\n", b"def f():\n    return 1\0\n", b"\xff\xfe\x00", b"# coding: klingon\ndef f(): pass\n"]
    for number, text in enumerate([*broken, b"((((" * 5000, b""]):
        shop.stage(f"broken{number}.py", text)
    shop.stage("shop.py", NEW)
    said = shop.commit().stderr
    assert "shop.py:10  is_odd" in said
    assert "broken" not in said


def test_code_with_syntax_warnings_prints_nothing(shop: Hooked) -> None:
    shop.install("pre-commit")
    shop.stage("shop.py", SHOP + '\n_PATTERN = "\\d"\n')
    assert shop.commit().stderr == ""


def test_other_encodings_and_line_ends(shop: Hooked) -> None:
    shop.install("pre-commit")
    shop.stage("latin.py", '# coding: latin-1\n"""\u00fc."""\n'.encode("latin-1") + BARE.encode())
    shop.stage("windows.py", b"\xef\xbb\xbf" + NEW.replace("\n", "\r\n").encode())
    said = shop.commit().stderr
    assert "latin.py:6  is_odd" in said
    assert "windows.py:10  is_odd" in said


@pytest.mark.parametrize(
    "setting",
    [
        "diff.noprefix=true",
        "diff.mnemonicPrefix=true",
        "diff.suppressBlankEmpty=true",
        "diff.external=false",
        "color.ui=always",
        "core.quotePath=true",
        "diff.relative=true",
        "diff.renames=copies",
    ],
)
def test_settings_that_change_how_git_shows_diffs(shop: Hooked, setting: str) -> None:
    shop.install("pre-commit")
    shop.git("config", *setting.split("="))
    shop.stage(".gitattributes", "*.py -diff\n")
    shop.stage("\u00fc/shop.py", NEW)
    assert (
        "workhorse: 1 definition of this commit lacks docstrings:\n  \u00fc/shop.py:10  is_odd" in shop.commit().stderr
    )


def test_a_full_disk_stops_no_commit(shop: Hooked) -> None:
    shop.install("pre-commit", "post-commit")
    shop.stage("shop.py", NEW)
    folder = shop.root / ".git" / "workhorse"
    folder.write_text("not a folder: nothing can be written there\n")
    done = shop.commit()
    assert "is_odd" in done.stderr
    assert "post-commit was skipped: Not a directory" in done.stderr


def test_a_file_that_cannot_be_written_is_reported_in_one_line(shop: Hooked) -> None:
    shop.install("post-commit")
    (shop.root / ".git" / "workhorse" / "hooks" / "queue").mkdir(parents=True)
    commit = shop.out("rev-parse", "HEAD").strip()
    program = f"{sys.executable} -I -m workhorse_hooks post-commit .git .git {commit}"
    done = subprocess.run(["sh", "-c", f"ulimit -f 0; {program}"], cwd=shop.root, capture_output=True, text=True)
    assert done.returncode == 0
    assert done.stderr.startswith("workhorse: post-commit was skipped: ")
    assert len(done.stderr.splitlines()) == 1
    assert list((shop.root / ".git" / "workhorse" / "hooks" / "queue").iterdir()) == []


def test_a_bug_is_reported_in_one_line_and_logged(shop: Hooked) -> None:
    program = [sys.executable, "-I", "-m", "workhorse_hooks", "commit-msg", ".git", ".git"]  # without its argument
    (shop.root / ".git" / "workhorse" / "hooks").mkdir(parents=True)
    done = subprocess.run(program, cwd=shop.root, capture_output=True, text=True)
    assert done.returncode == 0
    assert done.stderr.startswith("workhorse: commit-msg was skipped: this is a bug in Workhorse (IndexError: ")
    assert len(done.stderr.splitlines()) == 1
    assert "IndexError" in shop.read(".git/workhorse/hooks/bug.log")


def test_a_very_large_commit_is_not_looked_at(shop: Hooked) -> None:
    shop.install("pre-commit")
    shop.stage("large.py", "# " + "x" * 9_000_000 + "\n" + BARE)
    assert shop.commit().stderr == "workhorse: this commit is too large to look at.\n"
