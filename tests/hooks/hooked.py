"""A repository with our hooks in it: what the tests of this folder share."""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from workhorse_core.git.repository import Repository
from workhorse_hooks.install import install

SHOP = '''\
"""A shop."""


def is_even(number: int) -> bool:
    """Tell whether a number is even."""
    return number % 2 == 0
'''
BARE = """

# Return whether a rest is left.
def is_odd(number: int) -> bool:
    return number % 2 == 1
"""
FIXED = '''

# Return whether a rest is left.
def is_odd(number: int) -> bool:
    """Return whether'''


@dataclass(frozen=True)
class Hooked:
    """A work tree; git is run in it as a user would, hooks and all."""

    root: Path

    def git(
        self,
        *arguments: str,
        folder: str = "",
        check: bool = True,
        environment: Mapping[str, str] | None = None,
        stdin: str | None = None,
    ) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.root / folder,
            capture_output=True,
            text=True,
            errors="surrogateescape",
            env={**os.environ, **(environment or {})},
            input=stdin,
        )
        assert done.returncode == 0 or not check, done.stderr
        return done

    def out(self, *arguments: str) -> str:
        return self.git(*arguments).stdout

    def write(self, path: str, text: str | bytes) -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        return file

    def read(self, path: str) -> str:
        return (self.root / path).read_text()

    def stage(self, path: str, text: str | bytes) -> None:
        self.write(path, text)
        self.git("add", "--", path)

    def commit(self, *arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
        return self.git("commit", "-qm", "Change", *arguments, **options)  # type: ignore[arg-type]

    def staged(self, path: str) -> str:
        return self.out("show", f":{path}")

    def committed(self, path: str) -> str:
        return self.out("show", f"HEAD:{path}")

    @property
    def repository(self) -> Repository:
        found = Repository.find(self.root)
        assert found is not None
        return found

    @property
    def common_dir(self) -> str:
        return str(self.repository.common_dir)

    def install(self, *hooks: str) -> None:
        install(self.repository, hooks)

    def set(self, **modes: str) -> None:
        """Set modes in the user's own file."""
        file = Path(os.environ["XDG_CONFIG_HOME"], "workhorse", "config.toml")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("[hooks]\n" + "".join(f'{name} = "{mode}"\n' for name, mode in modes.items()))
