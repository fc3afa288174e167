"""Fetches real editors from Debian and unpacks them into a cache, without installing anything.

Run: ``python tests/editors/fetch.py``. The mirror is the one that this machine's apt is set to. Each editor is
started with the dynamic linker and the libraries that came with it, so its age does not matter.
"""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

SYSTEM = [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*"))]
KEYS = "/usr/share/keyrings/debian-archive-keyring.gpg"
NOTHING_MORE = [f"--no-{kind}" for kind in ("recommends", "suggests", "conflicts", "breaks", "replaces", "enhances")]


@dataclass(frozen=True, slots=True)
class Packaged:
    """An editor in Debian: the suite, the packages, and the program in them."""

    name: str
    suite: str
    packages: tuple[str, ...]
    program: str


EDITORS = (
    Packaged("nvim-0.7", "bookworm", ("neovim",), "usr/bin/nvim"),
    Packaged("nvim-0.10", "trixie", ("neovim",), "usr/bin/nvim"),
    Packaged("nvim-new", "sid", ("neovim",), "usr/bin/nvim"),
    Packaged("helix", "trixie", ("hx",), "usr/lib/hx/hx"),
    Packaged("emacs", "trixie", ("emacs-nox",), "usr/bin/emacs-nox"),
)


def cache() -> Path:
    """Return the folder of the editors."""
    given = os.environ.get("WORKHORSE_EDITORS")
    return Path(given) if given else Path.home() / ".cache" / "workhorse-tests" / "editors"


def mirror() -> str:
    """Return the Debian mirror of this machine."""
    for file in SYSTEM:
        lines = file.read_text().splitlines() if file.is_file() else []
        for line in lines:
            if not line.startswith("#") and (found := re.search(r"https?://\S+/debian(?=/?(?:\s|$))", line)):
                return found[0]
    sys.exit("This machine's apt names no Debian mirror.")


def main() -> None:
    """Fetch what is not there yet."""
    wanted = sys.argv[1:]
    for editor in EDITORS:
        if not wanted or editor.name in wanted:
            place = cache() / editor.name
            if not (place / "complete").exists():
                fetch(editor, place)
            print(f"{editor.name}: {place}")


def fetch(editor: Packaged, place: Path) -> None:
    """Download the packages and all that they need, and unpack them."""
    unfinished = place.with_name(f"{place.name}-{os.getpid()}")  # another run may fetch the same
    debs = unfinished / "debs"
    options = prepare_apt(unfinished, editor.suite)
    run(["apt-get", *options, "-qq", "update"])
    needed = run(["apt-cache", *options, "depends", "--recurse", *NOTHING_MORE, *editor.packages])
    names = sorted(set(re.findall(r"^(\w[\w.+-]*)$", needed, re.MULTILINE)))
    debs.mkdir()
    run(["apt-get", *options, "-qq", "download", *names], debs)
    for deb in debs.glob("*.deb"):
        run(["dpkg-deb", "-x", str(deb), str(unfinished / "root")])
    shutil.rmtree(debs)
    shutil.rmtree(unfinished / "apt")
    if not (unfinished / "root" / editor.program).exists():
        sys.exit(f"{editor.program} is not in the packages of {editor.name}")
    (unfinished / "complete").touch()
    if not (place / "complete").exists():
        shutil.rmtree(place, ignore_errors=True)
        unfinished.rename(place)
    shutil.rmtree(unfinished, ignore_errors=True)


def prepare_apt(place: Path, suite: str) -> list[str]:
    """Write apt's settings for a set of folders of its own, so that this machine's stay untouched."""
    apt = place / "apt"
    for folder in ("lists/partial", "archives/partial", "etc"):
        (apt / folder).mkdir(parents=True)
    (apt / "etc" / "sources.list").write_text(f"deb [signed-by={KEYS}] {mirror()} {suite} main\n")
    (apt / "status").touch()
    settings = {
        "Dir::Etc::sourcelist": apt / "etc" / "sources.list",
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::Etc::preferencesparts": "/dev/null",
        "APT::Update::Error-Mode": "any",
        "Dir::State::lists": apt / "lists",
        "Dir::State::status": apt / "status",
        "Dir::Cache": apt,
        "Dir::Cache::archives": apt / "archives",
        "APT::Sandbox::User": "root",
        "Acquire::Languages": "none",
    }
    return [word for name, value in settings.items() for word in ("-o", f"{name}={value}")]


def run(command: list[str], folder: Path | None = None) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command[:2])} failed: {done.stderr.strip()}")
    return done.stdout


if __name__ == "__main__":
    main()
