"""The wheels of the server's dependencies, by platform: with them in the package, the server is installed offline."""

import subprocess
import sys
import tempfile
from pathlib import Path

TARGETS = {
    "linux-x64": ("x86_64-unknown-linux-gnu", ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64")),
    "linux-arm64": ("aarch64-unknown-linux-gnu", ("manylinux_2_28_aarch64", "manylinux_2_17_aarch64")),
    "darwin-x64": ("x86_64-apple-darwin", ("macosx_13_0_x86_64",)),
    "darwin-arm64": ("aarch64-apple-darwin", ("macosx_13_0_arm64",)),
    "win32-x64": ("x86_64-pc-windows-msvc", ("win_amd64",)),
}
"""VS Code's names of the platforms, with uv's name and the wheels' names."""
PYTHONS = ("3.11", "3.12", "3.13", "3.14")


def fetch_wheels(root: Path, target: str, folder: Path) -> None:
    """Fetch the locked dependencies of one platform, for each Python, into a folder; hashes are compared.

    Raises:
        subprocess.CalledProcessError: One cannot be had, or is not the locked one; pip's words are on the terminal.
    """
    platform, tags = TARGETS[target]
    with tempfile.NamedTemporaryFile("r", suffix=".txt") as wanted:
        locked = ["pyproject.toml", "-c", "requirements/run.txt", "--generate-hashes", "-o", wanted.name]
        python(
            root, "uv", "pip", "compile", "-q", *locked, "--python-platform", platform, "--python-version", PYTHONS[0]
        )
        only = ["--only-binary=:all:", "--no-deps", "--require-hashes", "-r", wanted.name, "-d", str(folder)]
        for version in PYTHONS:
            names = [word for tag in tags for word in ("--platform", tag)]
            options = ["--disable-pip-version-check", "-qq", "--implementation", "cp", "--python-version", version]
            python(root, "pip", "download", *options, *names, *only)


def python(root: Path, *words: str) -> None:
    """Run a module of this Python."""
    subprocess.run([sys.executable, "-I", "-m", *words], cwd=root, check=True)
