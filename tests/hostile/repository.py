"""Hostile repositories: they try to execute their own code in every way that a tool, git or Python offers.

Each way leaves its name in one file outside of the repository, so that a test can list those that worked.
"""

import json
from pathlib import Path

from support.repository import commit_all, make_repository, write_files
from workhorse_core.git.repository import Repository

SHADOWS = (
    "click",
    "git",
    "json",
    "pygls",
    "sitecustomize",
    "unidiff",
    "usercustomize",
    "workhorse_cli",
    "workhorse_core",
)
"""Modules of ours, of our dependencies and of the interpreter that the repository has its own version of."""
PROGRAMS = (
    "basedpyright",
    "black",
    "flake8",
    "git",
    "mypy",
    "pydoclint",
    "pyrefly",
    "pyright",
    "python",
    "python3",
    "ruff",
    "ty",
)
"""Programs that the repository brings, in the folders where tools are looked for."""
PROGRAM_FOLDERS = ("", ".venv/bin", "venv/bin", "node_modules/.bin")
CODE = """\
import os


# Square a side, whatever its sign.
def area(side):
    return side * side


# Return the name of a shape in lower case.
def name(shape, upper=False):
    if upper:
        raise ValueError("upper is not supported")
    return str(shape)


class Shape:
    def __init__(self, side=1):
        self.side = side

    def is_empty(self):
        return not self.side
"""


class Trap:
    """The traces of the hostile code, in ``log``, outside of the repository."""

    def __init__(self, log: Path) -> None:
        self.log = log

    def shell(self, way: str) -> str:
        """Return a shell command that leaves ``way`` in the log."""
        return f"echo {way} >> {self.log}"

    def python(self, way: str) -> str:
        """Return a Python statement that leaves ``way`` in the log."""
        return f"open({str(self.log)!r}, 'a').write({way + chr(10)!r})"

    @property
    def sprung(self) -> list[str]:
        """The ways that worked."""
        return sorted(set(self.log.read_text().splitlines())) if self.log.exists() else []


def make_hostile_repository(root: Path, trap: Trap, git_settings: bool) -> Repository:
    """Make the repository, its traps committed.

    Args:
        root: The folder for it.
        trap: Where what was executed leaves its name.
        git_settings: Also write ``.git/config``, as in a folder that was copied or unpacked whole.
    """
    write_files(root, {"src/pkg/__init__.py": "", "src/pkg/shapes.py": CODE, "loose.py": CODE})
    write_files(root, _tool_settings(trap))
    write_files(root, {f"{name}.py": trap.python(f"module {name}") + "\n" for name in (*SHADOWS, "evil", "conftest")})
    write_files(root, {f"src/{name}.py": trap.python(f"module src/{name}") + "\n" for name in SHADOWS})
    for folder in PROGRAM_FOLDERS:
        for program in PROGRAMS:
            path = root / folder / program
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"#!/bin/sh\n{trap.shell(f'program {folder}/{program}')}\nexit 0\n")
            path.chmod(0o755)
    make_repository(root / "submodule", {"inner.py": CODE})
    write_files(root, {".gitmodules": _submodules(trap)})
    repository = make_repository(root, commit=False)
    commit_all(repository, "Begin")
    if git_settings:
        _set_git_traps(root, trap)
        _set_rarer_git_traps(root, trap)
    return repository


def _submodules(trap: Trap) -> str:
    run = trap.shell("submodule update")
    return f"""[submodule "submodule"]
    path = submodule
    url = ext::sh -c '{run}'
    update = !{run}
    ignore = none
[submodule "--upload-pack=./git"]
    path = other
    url = -u./git
"""


def _tool_settings(trap: Trap) -> dict[str, str]:
    command = json.dumps(["sh", "-c", trap.shell("pyrefly python-interpreter-find-command")])
    plugin = "plugins = ./evil.py\n"
    local = "[flake8:local-plugins]\nextension =\n    X = evil:X\npaths = .\n"
    return {
        "pyproject.toml": f"""\
[build-system]
requires = ["hatchling"]
build-backend = "evil"
backend-path = ["."]

[project]
name = "pkg"
version = "1"
requires-python = ">=3.9"

[tool.workhorse.checks]
require = ["types", "format", "lint"]

[tool.mypy]
plugins = ["./evil.py"]
python_executable = "./python"

[tool.pyright]
venvPath = "."
venv = ".venv"
extraPaths = ["/"]

[tool.pyrefly]
python-interpreter-find-command = {command}
python-interpreter-path = "./python"

[tool.ty.environment]
python = ".venv"

[tool.ruff]
extend = "/etc/passwd"
cache-dir = "/tmp/ruff-hostile-cache"

[tool.black]
required-version = "1"

[tool.pytest.ini_options]
addopts = "-p evil"
""",
        "mypy.ini": f"[mypy]\n# harmless\r{plugin}python_executable = ./python\n",
        "setup.cfg": f"[mypy]\n{plugin}\n{local}",
        ".flake8": f"[flake8]\n# harmless\r{local}",
        "tox.ini": f"[flake8]\nmax-line-length = 100\n{local}",
        "pyrefly.toml": f"python-interpreter-find-command = {command}\n",
        "pyrightconfig.json": json.dumps({"venvPath": ".", "venv": ".venv", "stubPath": "stubs"}),
        "src/pkg/pyproject.toml": f"[tool.pyrefly]\npython-interpreter-find-command = {command}\n",
        "src/pkg/pyrefly.toml": f"python-interpreter-find-command = {command}\n",
        "src/pkg/mypy.ini": f"[mypy]\n{plugin}",
        "src/pkg/setup.cfg": f"[mypy]\n{plugin}\n{local}",
        "src/pkg/pytest.ini": "[pytest]\naddopts = -p evil\n",
        "src/pkg/conftest.py": trap.python("nested conftest") + "\n",
        "setup.py": trap.python("setup.py") + "\n",
        ".pre-commit-config.yaml": f"""\
repos:
- repo: local
  hooks:
  - {{id: x, name: x, language: system, entry: "sh -c '{trap.shell("pre-commit")}'"}}
""",
    }


def _set_git_traps(root: Path, trap: Trap) -> None:
    """Write the settings of git that name programs, and attributes that choose them."""
    hooks = root / ".git" / "evil-hooks"
    hooks.mkdir()
    for name in ("post-checkout", "post-commit", "post-index-change", "pre-commit", "reference-transaction"):
        (hooks / name).write_text(f"#!/bin/sh\n{trap.shell(f'git hook {name}')}\n")
        (hooks / name).chmod(0o755)
    run = {
        way: f"sh -c '{trap.shell('git ' + way)}'" for way in ("fsmonitor", "pager", "editor", "ssh", "askpass", "gpg")
    }
    run |= {way: f"sh -c '{trap.shell('git ' + way)}; cat'" for way in ("clean", "smudge", "textconv", "external")}
    with (root / ".git" / "config").open("a") as config:
        config.write(f"""
[core]
    fsmonitor = {run["fsmonitor"]}
    hooksPath = {hooks}
    pager = {run["pager"]}
    editor = {run["editor"]}
    sshCommand = {run["ssh"]}
    askPass = {run["askpass"]}
    attributesFile = {root / ".git" / "evil-attributes"}
[diff]
    external = {run["external"]}
[diff "evil"]
    command = {run["external"]}
    textconv = {run["textconv"]}
[merge "evil"]
    driver = {run["external"]}
[commit]
    gpgSign = true
[gpg]
    program = {run["gpg"]}
[gc]
    auto = 1
[alias]
    rev-parse = !{run["ssh"]}
    status = !{run["ssh"]}
    diff = !{run["external"]}
[credential]
    helper = !{run["askpass"]}
[remote "origin"]
    url = ext::{run["ssh"]}
    uploadpack = {run["ssh"]}
[protocol "ext"]
    allow = always
[uploadpack]
    packObjectsHook = {run["external"]}
[trailer "job"]
    key = Workhorse-Job
    command = {run["external"]}
[interactive]
    diffFilter = {run["external"]}
[gpg "ssh"]
    program = {run["gpg"]}
    defaultKeyCommand = {run["gpg"]}
[include]
    path = {root / ".git" / "evil-include"}
""")
    (root / ".git" / "evil-include").write_text(f"[sequence]\n    editor = {run['editor']}\n")
    (root / ".git" / "evil-attributes").write_text("*.py diff=evil merge=evil\n")


def _set_rarer_git_traps(root: Path, trap: Trap) -> None:
    """Write the settings that git reads from elsewhere, of a submodule, and those that act without being asked."""
    git = root / ".git"

    def named(way: str) -> str:
        program = git / "evil-programs" / way
        write_files(program.parent, {way: f"#!/bin/sh\n{trap.shell(f'git {way}')}\nexit 1\n"})
        program.chmod(0o755)
        return str(program)

    (git / "config.worktree").write_text(
        f"[core]\n    fsmonitor = {named('worktree-fsmonitor')}\n[diff]\n    external = {named('worktree-external')}\n"
    )
    (git / "evil-included").write_text(f"[core]\n    alternateRefsCommand = {named('included-refs')}\n")
    with (git / "config").open("a") as config:
        config.write(f"""
[extensions]
    worktreeConfig = true
    partialClone = origin
[remote "origin"]
    promisor = true
    receivepack = {named("receive-pack")}
[includeIf "gitdir:/**"]
    path = evil-included
[core]
    gitProxy = {named("proxy")}
[gc]
    recentObjectsHook = {named("recent-objects")}
[maintenance]
    auto = true
    strategy = incremental
[submodule]
    recurse = true
[submodule "submodule"]
    update = !{named("submodule-update")}
    url = ext::{named("submodule-url")}
[diff]
    submodule = log
    ignoreSubmodules = none
    tool = evil
[difftool "evil"]
    cmd = {named("difftool")}
[merge]
    default = evil
    tool = evil
[mergetool "evil"]
    cmd = {named("mergetool")}
[status]
    submoduleSummary = true
[push]
    recurseSubmodules = on-demand
""")
    with (root / "submodule" / ".git" / "config").open("a") as inner:
        inner.write(f"""
[core]
    fsmonitor = {named("submodule-fsmonitor")}
    hooksPath = {git / "evil-hooks"}
[diff]
    external = {named("submodule-external")}
[filter "evil"]
    clean = {named("submodule-filter")}
""")
    write_files(root / "submodule", {"inner.py": CODE + "# changed\n", ".gitattributes": "*.py filter=evil\n"})
    (git / "info" / "grafts").write_text(f"{'1' * 40} {'2' * 40}\n")


NAMING = {
    "an endpoint": '[tool.workhorse]\nurl = "http://203.0.113.9:8000/v1"\n',
    "a host": '[tool.workhorse]\nhosts = ["203.0.113.9"]\n',
    "a command": '[tool.workhorse.commands]\nruff = "./ruff"\n',
}
"""Settings of ours that a repository may not have before the user trusts it."""
