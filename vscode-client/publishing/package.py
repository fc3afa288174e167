"""One package: the files that belong into it, staged in a folder of their own, and packed by vsce."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from repository import Repository
from wheels import fetch_wheels

EXTENSION = Path(__file__).parents[1]
ROOT = EXTENSION.parent
DEPENDENCIES = Path("bundled", "dependencies")
_FILES = ("package.json", "README.md", "CHANGELOG.md", "LICENSE", "dist/extension.js", ".vscodeignore")


def make_package(repository: Repository | None, target: str | None) -> Path:
    """Make a package, with the dependencies of one platform or without any; return its path.

    Without a repository it has no address in it, and the pictures of its README are those inside.
    """
    name = f"workhorse-{target}" if target else "workhorse"
    staged = ROOT / "dist" / name
    stage(staged, repository)
    if target:
        fetch_wheels(ROOT, target, staged / DEPENDENCIES)
    package = staged.with_suffix(".vsix")
    tool("vsce", ["package", "--no-dependencies", "--out", str(package), *_options(repository, target)], staged)
    shutil.rmtree(staged)
    return package


def stage(staged: Path, repository: Repository | None) -> None:
    """Copy what belongs into a package, and write the addresses into its package.json."""
    shutil.rmtree(staged, ignore_errors=True)
    for name in _FILES:
        (staged / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(EXTENSION / name, staged / name)
    for folder in ("media", "bundled"):
        shutil.copytree(EXTENSION / folder, staged / folder)
    manifest = json.loads((staged / "package.json").read_text("utf-8"))
    (staged / "package.json").write_text(json.dumps(addressed(manifest, repository), indent=2), "utf-8")


def addressed(manifest: dict[str, Any], repository: Repository | None) -> dict[str, Any]:
    """Return a manifest with the addresses of its repository."""
    if repository is None:
        return manifest
    return {
        **manifest,
        "repository": {"type": "git", "url": f"{repository.url}.git", "directory": EXTENSION.name},
        "bugs": {"url": repository.issues},
        "homepage": f"{repository.url}#readme",
    }


def _options(repository: Repository | None, target: str | None) -> list[str]:
    where = ["--no-rewrite-relative-links"]
    if repository:
        where = ["--baseContentUrl", repository.file(EXTENSION.name), "--baseImagesUrl", repository.raw(EXTENSION.name)]
    return [*(["--target", target] if target else []), *where]


def tool(name: str, words: Sequence[str], folder: Path = ROOT) -> None:
    """Run a program of the extension's development; without a terminal, it asks no question.

    Raises:
        SystemExit: It failed; its output is on the terminal.
    """
    program = EXTENSION / "node_modules" / ".bin" / name
    done = subprocess.run([str(program), *words], cwd=folder, check=False, stdout=subprocess.PIPE, text=True)
    print(done.stdout, end="")
    if done.returncode:
        raise SystemExit(f"{name} failed.")
