"""Installing and taking away, beside whatever was there before."""

import json
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from cli.running import PROGRAM, Result
from hooks.hooked import BARE, SHOP, Hooked
from workhorse_hooks.install import Instead, install, this_program, uninstall
from workhorse_hooks.shim import HOOKS, KEPT, Program, is_current, write_shim

NEW = SHOP + BARE


def workhorse(shop: Hooked, *arguments: str) -> Result:
    done = subprocess.run([*PROGRAM, "hooks", *arguments], cwd=shop.root, capture_output=True, text=True)
    return Result(done.returncode, done.stdout, done.stderr)


def put(shop: Hooked, hook: str, script: str, mode: int = 0o755) -> Path:
    file = shop.root / ".git" / "hooks" / hook
    file.parent.mkdir(exist_ok=True)
    file.write_text(script)
    file.chmod(mode)
    return file


def test_the_usual_hooks_only_look(shop: Hooked) -> None:
    done = workhorse(shop, "install")
    assert done.code == 0, done.err
    assert done.out.split("\n")[:3] == ["pre-commit: installed", "commit-msg: installed", "pre-push: installed"]
    told = workhorse(shop, "status").out
    assert "pre-commit          report  installed" in told
    assert "post-commit         draft   not installed" in told


def test_drafting_before_a_commit_needs_the_hook_after_it(shop: Hooked) -> None:
    shop.set(pre_commit="draft")
    assert "post-commit: installed" in workhorse(shop, "install").out


@pytest.mark.parametrize("code", [0, 1, 7])
def test_a_foreign_hook_runs_in_its_place_with_its_exit_code(shop: Hooked, code: int) -> None:
    put(shop, "pre-commit", f'#!/bin/sh\necho "foreign $0 $GIT_INDEX_FILE" >&2\nexit {code}\n')
    shop.install("pre-commit")
    shop.stage("shop.py", NEW)
    done = shop.git("hook", "run", "pre-commit", check=False, environment={"GIT_INDEX_FILE": ".git/index"})
    assert done.returncode == code
    assert done.stderr.startswith("foreign .git/hooks/pre-commit")
    assert ".git/index\n" in done.stderr
    assert ("is_odd" in done.stderr) is (code == 0)


def test_a_foreign_push_hook_gets_its_input_and_arguments(shop: Hooked, tmp_path: Path) -> None:
    put(shop, "pre-push", '#!/bin/sh\necho "$1" > "$(git rev-parse --git-dir)/said"; cat >> .git/said\n')
    shop.install("pre-push")
    subprocess.run(["git", "init", "-q", "--bare", str(tmp_path / "far")], check=True)
    shop.git("remote", "add", "far", str(tmp_path / "far"))
    shop.git("push", "-q", "far", "main", "main:refs/heads/other")
    said = shop.read(".git/said").split("\n")
    assert said[0] == "far"
    assert said[1].startswith("refs/heads/main ")
    assert said[2].startswith("refs/heads/main ")


def test_a_foreign_message_hook_gets_its_arguments(shop: Hooked) -> None:
    put(shop, "prepare-commit-msg", '#!/bin/sh\necho "$2: $(cat "$1")" > "$1"\n')
    shop.install("prepare-commit-msg")
    shop.stage("shop.py", NEW)
    shop.commit()
    assert shop.out("log", "-1", "--format=%s") == "message: Change\n"


def test_a_foreign_hook_that_may_not_run_still_does_not(shop: Hooked) -> None:
    put(shop, "pre-commit", "#!/bin/sh\nexit 1\n", 0o644)
    shop.install("pre-commit")
    assert shop.commit("--allow-empty").returncode == 0


def test_taking_away_restores_byte_for_byte(shop: Hooked) -> None:
    folder = shop.root / ".git" / "hooks"
    put(shop, "pre-commit", "#!/bin/sh\r\n# \u00fc\nexit 0", 0o751)
    put(shop, "real", "#!/bin/sh\n")
    (folder / "commit-msg").symlink_to("real")
    before = picture(folder)
    shop.install(*HOOKS)
    assert picture(folder) != before
    shop.install(*HOOKS)  # twice does no harm
    assert sorted(uninstall(shop.repository)) == sorted(HOOKS)
    assert picture(folder) == before
    assert not (shop.root / ".git" / "workhorse" / "hooks").exists()


def picture(folder: Path) -> dict[str, tuple[int, bytes | str]]:
    return {
        path.name: (
            stat.S_IMODE(path.lstat().st_mode),
            str(path.readlink()) if path.is_symlink() else path.read_bytes(),
        )
        for path in folder.iterdir()
    }


def test_an_older_version_of_ours_is_replaced_and_not_kept(shop: Hooked) -> None:
    old = write_shim("pre-commit", this_program()).replace(b"hook, made", b"hook, form 1. Made")
    put(shop, "pre-commit", old.decode())
    shop.install("pre-commit")
    assert not (shop.root / ".git" / "hooks" / f"pre-commit{KEPT}").exists()
    assert (shop.root / ".git" / "hooks" / "pre-commit").read_bytes() == write_shim("pre-commit", this_program())


def test_status_names_the_hooks_that_another_version_wrote(shop: Hooked) -> None:
    old = b"grep -q '^Workhorse-Job:' \"$1\" || exit 0"
    shop.install("pre-commit", "commit-msg")
    file = shop.root / ".git" / "hooks" / "commit-msg"
    file.write_bytes(b"\n".join(old if line.startswith(b"grep ") else line for line in file.read_bytes().split(b"\n")))
    told = workhorse(shop, "status").out
    assert "commit-msg          report  installed by another version of Workhorse: workhorse" in told
    assert "pre-commit          report  installed\n" in told
    rows = json.loads(workhorse(shop, "status", "--json").out)["hooks"]
    assert [hook for hook, row in rows.items() if row["installed"] and not row["current"]] == ["commit-msg"]
    assert workhorse(shop, "install", "--hook", "commit-msg").code == 0
    assert "another version" not in workhorse(shop, "status").out


@pytest.mark.parametrize("place", ["/usr/bin/python3", "/it's here/python"])
def test_script_is_current_whichever_program_it_starts(place: str) -> None:
    for hook in HOOKS:
        assert is_current(hook, write_shim(hook, Program(place, "/main.py", "/path")))
        assert not is_current(hook, write_shim(hook, Program("", "", "")) + b"true\n")


def test_a_hook_that_took_our_place_is_not_taken_away(shop: Hooked) -> None:
    shop.install("pre-commit")
    file = put(shop, "pre-commit", "#!/bin/sh\nexit 0\n")
    assert uninstall(shop.repository) == []
    assert file.read_text() == "#!/bin/sh\nexit 0\n"


def test_a_linked_work_tree_has_the_hooks_of_all(shop: Hooked, tmp_path: Path) -> None:
    shop.git("worktree", "add", "-q", str(tmp_path / "linked"))
    linked = Hooked(tmp_path / "linked")
    linked.install("pre-commit")
    assert (shop.root / ".git" / "hooks" / "pre-commit").exists()
    linked.stage("shop.py", NEW)
    assert "is_odd" in linked.commit().stderr


def test_a_submodule_has_hooks_of_its_own(shop: Hooked, tmp_path: Path) -> None:
    shop.git("clone", "-q", str(shop.root), str(tmp_path / "outer"))
    Hooked(tmp_path / "outer").git("submodule", "add", "-q", str(shop.root), "inner")
    inner = Hooked(tmp_path / "outer" / "inner")
    inner.install("pre-commit")
    inner.stage("shop.py", NEW)
    assert "is_odd" in inner.commit().stderr


def test_a_hooks_path_inside_the_work_tree_is_used_and_reported(shop: Hooked) -> None:
    shop.git("config", "core.hooksPath", ".githooks")
    done = workhorse(shop, "install", "--hook", "pre-commit")
    assert "among your own files" in done.err
    shop.stage("shop.py", NEW)
    assert "is_odd" in shop.commit().stderr


def test_nothing_is_written_outside_of_the_repository(shop: Hooked, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shop.git("config", "--global", "core.hooksPath", str(shared))
    done = workhorse(shop, "install", "--hook", "pre-commit")
    assert done.code == 1
    assert f"core.hooksPath is {shared}, outside of this repository, so nothing was written there." in done.out
    assert 'workhorse hooks run pre-commit "$@"' in done.out
    assert list(shared.iterdir()) == []


@pytest.mark.parametrize(
    ("file", "text", "line"),
    [
        (".pre-commit-config.yaml", "repos: []\n", "        entry: workhorse hooks run pre-commit"),
        ("lefthook.yml", "", "    - run: workhorse hooks run pre-commit"),
    ],
)
def test_a_hook_manager_is_given_lines_instead(shop: Hooked, file: str, text: str, line: str) -> None:
    shop.write(file, text)
    done = workhorse(shop, "install")
    assert done.code == 1
    assert f"Add these lines to {file} instead" in done.out
    assert line in done.out.split("\n")
    assert not (shop.root / ".git" / "hooks" / "pre-commit").exists()


def test_husky_is_given_lines_instead(shop: Hooked) -> None:
    shop.git("config", "core.hooksPath", ".husky/_")
    found = install(shop.repository, ["pre-commit"])
    assert isinstance(found, Instead)
    assert found.lines == ("# .husky/pre-commit", 'workhorse hooks run pre-commit "$@"')


def test_a_moved_interpreter_is_reported_and_blocks_nothing(shop: Hooked, tmp_path: Path) -> None:
    shop.set(pre_commit="block")
    python = tmp_path / "python"
    shutil.copy("/bin/sh", python)
    program = this_program()
    install(shop.repository, ["pre-commit"], Program(str(python), program.main, program.path))
    python.unlink()
    shop.stage("shop.py", NEW)
    said = shop.commit().stderr
    assert said == f"workhorse: pre-commit was skipped: {python} is gone. Run again: workhorse hooks install\n"
    assert "its Python is gone: workhorse hooks install" in workhorse(shop, "status").out


def test_an_interpreter_that_does_not_work_blocks_nothing(shop: Hooked, tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\nexit 1\n")
    python.chmod(0o755)
    program = this_program()
    install(shop.repository, ["pre-commit"], Program(str(python), program.main, program.path))
    shop.stage("shop.py", NEW)
    assert f"{python} does not work" in shop.commit().stderr


def test_a_kept_hook_that_calls_ours_again_does_not_go_round_for_ever(shop: Hooked) -> None:
    put(shop, "pre-commit", '#!/bin/sh\necho once >> .git/times\nexec "$(dirname "$0")/pre-commit"\n')
    shop.install("pre-commit")
    shop.stage("shop.py", NEW)
    shop.commit()
    assert shop.read(".git/times") == "once\n"


def test_a_path_with_quotes_and_spaces_is_started(tmp_path: Path) -> None:
    from support.repository import make_repository

    shop = Hooked(make_repository(tmp_path / 'it\'s a "shop"', {"shop.py": SHOP}).root)
    python = tmp_path / "it's"
    python.symlink_to("/bin/true")
    program = this_program()
    install(shop.repository, ["pre-commit"], Program(str(python), program.main, program.path))
    shop.stage("shop.py", NEW)
    assert shop.commit().stderr == ""
