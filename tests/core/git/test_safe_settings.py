"""No program that a repository's own configuration names is started, whatever is asked of git."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from support.prepared_jobs import approved_job, open_ledger
from support.repository import commit_all, make_repository, write_files
from workhorse_core.change.edit import Edit
from workhorse_core.errors import LandingRefused, RepositoryError, TargetError, WorkhorseError
from workhorse_core.git.changed_lines import changed_lines
from workhorse_core.git.differences import digest_between
from workhorse_core.git.own_programs import repository_programs
from workhorse_core.git.repository import Repository
from workhorse_core.landing.landed_commits import default_range
from workhorse_core.landing.plan import land, plan_landing
from workhorse_core.services.review import user_of

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the programs are shell scripts")

ATTRIBUTES = "*.py filter=evil diff=evil merge=evil\n*.txt filter=a=b\n"
SETTINGS = {
    "core.fsmonitor": "{program}",
    "core.pager": "{program}",
    "pager.diff": "{program}",
    "pager.log": "{program}",
    "core.editor": "{program}",
    "sequence.editor": "{program}",
    "core.askPass": "{program}",
    "core.sshCommand": "{program}",
    "core.gitProxy": "{program}",
    "credential.helper": "{program}",
    "diff.external": "{program}",
    "diff.evil.command": "{program}",
    "diff.evil.textconv": "{program}",
    "merge.evil.driver": "{program}",
    "filter.evil.clean": "{program}",
    "filter.evil.smudge": "{program}",
    "filter.evil.process": "{program}",
    "filter.a=b.clean": "{program}",
    "gpg.program": "{program}",
    "gpg.ssh.program": "{program}",
    "gpg.ssh.defaultKeyCommand": "{program}",
    "log.showSignature": "true",
    "interactive.diffFilter": "{program}",
    "core.alternateRefsCommand": "{program}",
    "uploadpack.packObjectsHook": "{program}",
    "alias.diff": "!{program}",
    "alias.log": "!{program}",
    "trailer.sign.command": "{program}",
    "remote.origin.url": "ext::{program}",
    "remote.origin.uploadpack": "{program}",
    "remote.origin.promisor": "true",
    "extensions.partialClone": "origin",
    "protocol.allow": "always",
    "remote.origin.receivepack": "{program}",
    "gc.auto": "1",
    "gc.recentObjectsHook": "{program}",
    "maintenance.auto": "true",
    "merge.default": "evil",
    "submodule.recurse": "true",
    "submodule.inner.update": "!{program}",
    "submodule.inner.url": "ext::{program}",
    "diff.ignoreSubmodules": "none",
    "diff.submodule": "log",
    "status.submoduleSummary": "true",
    "extensions.worktreeConfig": "true",
    "core.hooksPath": "{hooks}",
    "include.path": "{included}",
}
HOOKS = (
    *("pre-commit", "commit-msg", "prepare-commit-msg", "post-commit", "post-checkout", "post-merge", "pre-auto-gc"),
    *("reference-transaction", "post-index-change", "fsmonitor-watchman", "post-rewrite", "proc-receive", "update"),
)


@pytest.fixture
def proof(tmp_path: Path) -> Path:
    """The file to which everything that is started appends its name."""
    return tmp_path / "started"


def write_program(path: Path, proof: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'#!/bin/sh\necho "$0 $*" >> {proof}\nexit 1\n')
    path.chmod(0o755)
    return path


@pytest.fixture
def hostile(tmp_path: Path, proof: Path) -> Repository:
    """A repository as it was unpacked: its .git/config and hooks start a program wherever git knows how."""
    repository = make_repository(tmp_path / "project", {"a.py": "x = 1\n", "b.txt": "b\n", "c.py": "y = 1\n"})
    program = write_program(tmp_path / "evil", proof)
    for name in HOOKS:
        write_program(tmp_path / "hooks" / name, proof)
        write_program(repository.git_dir / "hooks" / name, proof)
    included = tmp_path / "included"
    included.write_text(f"[core]\n\tfsmonitor = {program}\n")
    write_files(repository.root, {".gitattributes": ATTRIBUTES, "a.py": "x = 2\n"})
    values = {"program": program, "hooks": tmp_path / "hooks", "included": included}
    with (repository.git_dir / "config").open("a") as config:
        for key, value in SETTINGS.items():
            section, _, subsection = key.rpartition(".")[0].partition(".")
            name = f'{section} "{subsection}"' if subsection else section
            config.write(f"[{name}]\n\t{key.rpartition('.')[2]} = {value.format(**values)}\n")
    return repository


def read_everything(repository: Repository) -> None:
    repository.paths()
    changed_lines(repository)
    changed_lines(repository, staged=True)
    changed_lines(repository, "HEAD")
    repository.read_blobs("HEAD", ["a.py"])
    repository.read_blobs(None, ["a.py"])
    digest_between(repository, "HEAD^{tree}", "HEAD")
    default_range(repository)
    user_of(repository)


def read_missing_object(repository: Repository) -> None:
    """A partial clone downloads what it lacks, with whatever its remote names."""
    with pytest.raises(RepositoryError):
        repository.read("cat-file", "blob", "1" * 40)


def land_unfiltered(repository: Repository) -> None:
    (repository.root / ".gitattributes").write_text("")
    with open_ledger(repository) as ledger:
        job = approved_job(repository, ledger, [Edit("c.py", 0, 0, b"# new\n"), Edit("d.py", 0, 0, b"d = 1\n")])
        land(repository, ledger, plan_landing(repository, job), "Land")


def land_filtered(repository: Repository) -> None:
    with open_ledger(repository) as ledger, pytest.raises(TargetError, match=r"filter 'evil', which only"):
        approved_job(repository, ledger, [Edit("a.py", 0, 0, b"# new\n")])


def land_signed(repository: Repository) -> None:
    repository.write("config", "commit.gpgsign", "true")
    with pytest.raises(LandingRefused, match=r"gpg\..* names a program to sign with"):
        land_unfiltered(repository)


@pytest.mark.parametrize(
    "use", [read_everything, read_missing_object, land_unfiltered, land_filtered, land_signed], ids=lambda u: u.__name__
)
def test_nothing_of_the_repository_is_started(
    hostile: Repository, proof: Path, use: Callable[[Repository], None]
) -> None:
    use(hostile)
    assert not proof.exists(), proof.read_text()


STARTED = {
    "core.fsmonitor": ["status"],
    "core.hooksPath": ["update-ref", "refs/heads/x", "HEAD"],
    "diff.external": ["diff"],
    "diff.evil.textconv": ["show", "HEAD:a.py", "--textconv"],
    "filter.evil.clean": ["hash-object", "--path=a.py", "a.py"],
    "filter.a=b.clean": ["hash-object", "--path=b.txt", "b.txt"],
    "gpg.program": ["commit-tree", "-S", "-m", "x", "HEAD^{tree}"],
    "remote.origin.uploadpack": ["cat-file", "blob", "1" * 40],
}
"""Settings, each with a command by which plain git starts what they name: the test above would notice it."""


@pytest.mark.parametrize("setting", STARTED)
def test_plain_git_starts_what_the_settings_name(
    hostile: Repository, proof: Path, setting: str, tmp_path: Path
) -> None:
    kept = {setting, "remote.origin.promisor", "extensions.partialClone"}
    for key in SETTINGS.keys() - kept:
        subprocess.run(["git", "config", "--file", hostile.git_dir / "config", "--unset", key], check=True)
    if setting == "remote.origin.uploadpack":
        subprocess.run(
            ["git", "config", "--file", hostile.git_dir / "config", "remote.origin.url", tmp_path], check=True
        )
    subprocess.run(["git", "-C", hostile.root, *STARTED[setting]], check=False, capture_output=True)
    assert proof.exists()


VARIABLES = {
    "GIT_DIFF_OPTS": "-u9",
    "GIT_EXTERNAL_DIFF": "{program}",
    "GIT_PAGER": "{program}",
    "GIT_EDITOR": "{program}",
    "GIT_SSH_COMMAND": "{program}",
    "GIT_PROXY_COMMAND": "{program}",
    "GIT_ASKPASS": "{program}",
    "GIT_ICASE_PATHSPECS": "1",
    "GIT_GLOB_PATHSPECS": "1",
    "GIT_NOGLOB_PATHSPECS": "1",
    "GIT_NAMESPACE": "other",
    "GIT_GRAFT_FILE": "{program}",
    "GIT_ATTR_SOURCE": "HEAD^",
    "GIT_INDEX_VERSION": "4",
    "GIT_DEFAULT_HASH": "sha256",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "PAGER": "{program}",
    "EDITOR": "{program}",
    "SSH_ASKPASS": "{program}",
    "LANGUAGE": "de",
    "LC_ALL": "de_DE.UTF-8",
}
"""Variables of git's that a tool like direnv may have left, or that ``git -c`` and aliases pass on."""


@pytest.mark.parametrize("name", VARIABLES)
def test_no_variable_changes_what_git_answers_or_starts(
    tmp_path: Path, proof: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = make_repository(tmp_path / "project", {"a.py": "".join(f"x = {n}\n" for n in range(30))})
    write_files(repository.root, {"a.py": (repository.root / "a.py").read_text().replace("= 15", "= 16")})
    commit_all(repository, "Change")
    write_files(repository.root, {"a.py": (repository.root / "a.py").read_text().replace("= 16", "= 17")})

    def answers() -> object:
        found = Repository.find(repository.root)
        assert found is not None
        lines = changed_lines(found), changed_lines(found, "HEAD^")
        return found.paths(), lines, digest_between(found, "HEAD^", "HEAD"), found.paths("a.py"), user_of(found)

    before = answers()
    monkeypatch.setenv(name, VARIABLES[name].format(program=write_program(tmp_path / "evil", proof)))
    assert answers() == before
    assert not proof.exists(), proof.read_text()


@pytest.fixture
def filtered(tmp_path: Path) -> Repository:
    """A repository whose filter the user's own configuration names."""
    repository = make_repository(tmp_path / "project", {".gitattributes": "*.py filter=upper\n", "a.py": "x = 1\n"})
    repository.write("config", "--global", "filter.upper.clean", "tr a-z A-Z")
    repository.write("add", "--renormalize", "a.py")
    commit_all(repository, "Filter")
    return repository


def test_filter_of_the_user_is_applied_also_where_the_repository_repeats_it(filtered: Repository) -> None:
    filtered.write("config", "--local", "filter.upper.clean", "tr a-z A-Z")
    with open_ledger(filtered) as ledger:
        job = approved_job(filtered, ledger, [Edit("a.py", 0, 0, b"new = 1\n")])
        land(filtered, ledger, plan_landing(filtered, job), "Land")
    assert filtered.read_blobs("HEAD", ["a.py"]) == {"a.py": b"NEW = 1\nX = 1\n"}
    assert changed_lines(filtered) == {}


def test_filter_that_the_repository_replaces_is_refused(filtered: Repository, proof: Path, tmp_path: Path) -> None:
    filtered.write("config", "--local", "filter.upper.clean", str(write_program(tmp_path / "evil", proof)))
    with open_ledger(filtered) as ledger, pytest.raises(WorkhorseError, match="filter 'upper'"):
        approved_job(filtered, ledger, [Edit("a.py", 0, 0, b"new = 1\n")])
    changed_lines(filtered)
    assert not proof.exists()


@pytest.mark.parametrize(
    ("key", "filter_program"),
    [
        ("lfs.extension.evil.clean", "git-lfs clean -- %f"),
        ("lfs.extension.evil.smudge", "git lfs clean -- %f"),
        ("lfs.customtransfer.evil.path", "/usr/bin/git-lfs clean -- %f"),
        ("annex.freezecontent-command", "git annex smudge --clean -- %f"),
    ],
)
def test_filter_of_the_user_that_would_start_a_program_of_the_repository_is_refused(
    filtered: Repository, proof: Path, tmp_path: Path, key: str, filter_program: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such a filter runs, after its own work, what this setting names: here a double of it does."""
    starter = write_program(tmp_path / "bin" / ("git-annex" if "annex" in key else "git-lfs"), proof)
    starter.write_text(f'#!/bin/sh\nsh -c "$(git config {key})"\ncat\n')
    monkeypatch.setenv("PATH", f"{starter.parent}{os.pathsep}{os.environ['PATH']}")
    program = filter_program.replace("/usr/bin", str(starter.parent))
    filtered.write("config", "--global", "filter.upper.clean", program)
    filtered.write("config", "--local", key, str(write_program(tmp_path / "evil", proof)))
    write_files(filtered.root, {"a.py": "x = 2\n"})
    changed_lines(filtered)
    with open_ledger(filtered) as ledger, pytest.raises(WorkhorseError, match=rf"filter 'upper', which only.*{key}"):
        approved_job(filtered, ledger, [Edit("a.py", 0, 0, b"new = 1\n")])
    assert not proof.exists(), proof.read_text()
    filtered.write("config", "--global", key, "cat")  # the user's own setting of that name is the user's
    filtered.write("config", "--local", "--unset", key)
    assert changed_lines(filtered) != {}


def test_settings_are_read_as_the_user_wrote_them(hostile: Repository, tmp_path: Path) -> None:
    assert hostile.setting("core.hooksPath", "path") == str(tmp_path / "hooks")
    assert os.fsdecode(hostile.read("rev-parse", "--git-path", "hooks")).strip() == str(tmp_path / "hooks")


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (b"", set()),
        (b"global\0filter.x.clean\ncat\0", set()),
        (b"local\0filter.x.clean\ncat\0", {"filter.x.clean"}),
        (b"worktree\0gpg.program\ncat\0", {"gpg.program"}),
        (b"global\0filter.x.clean\ncat\0local\0filter.x.clean\ncat\0", set()),
        (b"global\0filter.x.clean\ncat\0local\0filter.x.clean\nevil\0", {"filter.x.clean"}),
        (b"local\0filter.x.clean\nevil\0command\0filter.x.clean\ncat\0", set()),
        (b"local\0filter.x.clean\n\0", set()),
        (b"local\0filter.x.clean\0", set()),
        (b"local\0filter.a\xff=b.clean\nevil\nmore\0", {"filter.a\udcff=b.clean"}),
        (
            b"global\0filter.lfs.clean\ngit-lfs clean\0local\0lfs.extension.x.clean\nevil\0",
            {"filter.lfs.clean", "lfs.extension.x.clean"},
        ),
        (b"global\0filter.lfs.clean\ngit-lfs clean\0global\0lfs.extension.x.clean\nmine\0", set()),
        (b"global\0filter.x.clean\ncat\0local\0lfs.extension.x.clean\nevil\0", {"lfs.extension.x.clean"}),
    ],
)
def test_programs_are_the_repositorys_where_only_it_names_them(output: bytes, expected: set[str]) -> None:
    assert set(repository_programs(output)) == expected
