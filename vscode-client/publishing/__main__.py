"""Package the VS Code extension, check the packages, and publish them: make vsix, make publish.

``package`` makes dist/workhorse.vsix, or with ``--target linux-x64`` dist/workhorse-linux-x64.vsix, with all that the
server needs. ``publish`` makes and checks every package, and uploads them; ``--dry-run`` stops before the upload.
The repository is named by ``--repository``, else by the remote "origin".
"""

import argparse
import os
import sys
from pathlib import Path

from checks import problems_of
from package import EXTENSION, ROOT, make_package, tool
from repository import Repository, find_repository
from wheels import TARGETS

REGISTRIES = {
    "VSCE_PAT": ("the Marketplace", "vsce", ["publish", "--packagePath"]),
    "OVSX_PAT": ("Open VSX", "ovsx", ["publish"]),
}
"""The registries by the variable that holds the token: name, program, and words before the packages."""


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Package and publish the VS Code extension.")
    parser.add_argument("what", choices=["package", "publish"])
    parser.add_argument("--repository", help="the address of the repository, over that of the remote origin")
    parser.add_argument("--target", choices=sorted(TARGETS), help="package with the dependencies of one platform")
    parser.add_argument("--dry-run", action="store_true", help="make and check the packages, and upload nothing")
    asked = parser.parse_args()
    repository = find_repository(ROOT, asked.repository or None)
    if asked.what == "package":
        print(made(repository, asked.target))
    else:
        publish(repository, asked.dry_run)


def made(repository: Repository | None, target: str | None) -> Path:
    """Make one package."""
    if repository is None:
        print("No repository is known, so the package is for this machine: make vsix REPOSITORY=https://…")
    return make_package(repository, target)


def publish(repository: Repository | None, dry_run: bool) -> None:
    """Make and check every package, then upload them where a token is given."""
    if repository is None:
        sys.exit("Nothing is published without a repository: make publish REPOSITORY=https://…")
    tokens = [name for name in REGISTRIES if os.environ.get(name)]
    if not tokens and not dry_run:
        sys.exit("No token is set: VSCE_PAT=… OVSX_PAT=… make publish")
    packages = [made(repository, target) for target in (None, *TARGETS)]
    found: dict[str, list[str]] = {}
    for path in packages:
        for problem in problems_of(path, EXTENSION, ROOT):
            found.setdefault(problem, []).append(path.name)
    if found:
        sys.exit("\n".join(["Not ready to publish:", *(f"{each} ({', '.join(found[each])})" for each in found)]))
    print(f"{len(packages)} packages are ready, {sum(path.stat().st_size for path in packages) / 1e6:.0f} MB.")
    for name, (registry, program, words) in REGISTRIES.items():
        if dry_run:
            print(f"For {registry}, with its token in {name}: {program} {' '.join(words)} dist/*.vsix")
        elif name in tokens:
            print(f"Publishing at {registry}.", flush=True)
            tool(program, [*words, *map(str, packages)])
        else:
            print(f"Not published at {registry}: {name} is not set.")
    if dry_run:
        print("Next: VSCE_PAT=… OVSX_PAT=… make publish")


if __name__ == "__main__":
    main()
