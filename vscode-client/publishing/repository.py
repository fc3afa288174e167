"""The address of the repository: given, or that of the remote "origin"; it is written down nowhere else."""

import re
import subprocess
from pathlib import Path

from workhorse_core.system.named_tuple import NamedTuple

_SSH = re.compile(r"(?:ssh://)?git@(?P<host>[\w.-]+)(?::\d+)?[:/](?P<path>.+)")
_HTTPS = re.compile(r"https://(?:[^@/]*@)?(?P<host>[\w.-]+)/(?P<path>.+)")
_PLACES = {
    "github.com": ("blob/HEAD", "raw/HEAD", "issues"),
    "gitlab.com": ("-/blob/HEAD", "-/raw/HEAD", "-/issues"),
    "codeberg.org": ("src/branch/main", "raw/branch/main", "issues"),
}
"""Where each forge shows a file, gives its bytes, and lists issues."""


class Repository(NamedTuple):
    """An address ``https://host/owner/name`` at a forge."""

    host: str
    path: str

    @property
    def url(self) -> str:
        """The address for people."""
        return f"https://{self.host}/{self.path}"

    def file(self, path: str) -> str:
        """Return the address that shows a file or folder."""
        return f"{self.url}/{_PLACES[self.host][0]}/{path}"

    def raw(self, path: str) -> str:
        """Return the address of the bytes of a file."""
        return f"{self.url}/{_PLACES[self.host][1]}/{path}"

    @property
    def issues(self) -> str:
        """The address of the issues."""
        return f"{self.url}/{_PLACES[self.host][2]}"


def read_address(address: str) -> Repository | None:
    """Return the repository of an address by https or ssh; None where no forge is known that has it."""
    found = _HTTPS.fullmatch(address.strip()) or _SSH.fullmatch(address.strip())
    if found is None or found["host"] not in _PLACES:
        return None
    return Repository(found["host"], found["path"].rstrip("/").removesuffix(".git"))


def find_repository(root: Path, given: str | None) -> Repository | None:
    """Return the repository that is given, else the one of the remote "origin"; None if that is at no forge.

    Raises:
        SystemExit: The given address is at no forge whose pictures can be linked.
    """
    if given is not None:
        if (found := read_address(given)) is None:
            raise SystemExit(f"{given} is no https or ssh address at {', '.join(_PLACES)}.")
        return found
    origin = ["git", "remote", "get-url", "origin"]
    asked = subprocess.run(origin, cwd=root, check=False, capture_output=True, text=True)
    return read_address(asked.stdout) if asked.returncode == 0 else None
