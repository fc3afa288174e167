"""Requirements on a package that is to be published."""

import json
import re
import struct
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from workhorse_core.system.named_tuple import NamedTuple

LARGEST = 60_000_000
"""Bytes of a package. With the dependencies of a platform it has 32 MB."""
_PICTURE = re.compile(r"!\[[^\]]*\]\(([^)]+)\)")


class Package(NamedTuple):
    """A package that was read: its files by name, its manifest, the sources that it was made from."""

    files: dict[str, bytes]
    size: int
    extension: Path
    root: Path

    @property
    def manifest(self) -> dict[str, Any]:
        """Its package.json."""
        return json.loads(self.files["package.json"])

    def text(self, name: str) -> str:
        """Return the text of a file, whatever the case of its name; "" if there is none."""
        return next((data.decode() for each, data in self.files.items() if each.lower() == name.lower()), "")


def problems_of(path: Path, extension: Path, root: Path) -> list[str]:
    """Return a sentence for each thing that a package lacks."""
    with zipfile.ZipFile(path) as archive:
        inside = [name for name in archive.namelist() if name.startswith("extension/")]
        files = {name.removeprefix("extension/"): archive.read(name) for name in inside}
        target = re.search(r'TargetPlatform="([\w-]+)"', archive.read("extension.vsixmanifest").decode())
    package = Package(files, path.stat().st_size, extension, root)
    found = [problem for check in CHECKS for problem in check(package)]
    has_wheels = any(name.startswith("bundled/dependencies/") for name in files)
    if has_wheels != (target is not None):
        found.append("The dependencies belong into the package of a platform, and into no other.")
    return found


def version_problems(package: Package) -> list[str]:
    """Compare the version with that of the Python package and of the wheel inside."""
    wanted = tomllib.loads((package.root / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    has = package.manifest["version"]
    wheels = [
        name for name in package.files if re.fullmatch(rf"bundled/workhorse-{re.escape(wanted)}-[^/]+\.whl", name)
    ]
    return [
        *([f"Its version is {has}, and that of the Python package {wanted}: make docs"] if has != wanted else []),
        *([f"It has {len(wheels)} wheels of Workhorse {wanted}, and needs one."] if len(wheels) != 1 else []),
    ]


def address_problems(package: Package) -> list[str]:
    """Look for the addresses of repository, bugs and homepage."""
    manifest = package.manifest
    given = {
        "repository": manifest.get("repository", {}).get("url", ""),
        "bugs": manifest.get("bugs", {}).get("url", ""),
        "homepage": manifest.get("homepage", ""),
    }
    return [f"Its {name} has no https address." for name, url in given.items() if not url.startswith("https://")]


def picture_problems(package: Package) -> list[str]:
    """Look for the README's pictures: absolute, and in the sources that are pushed there."""
    pictures = _PICTURE.findall(package.text("readme.md"))
    if not pictures:
        return ["Its README has no picture."]
    names = [name.relative_to(package.extension).as_posix() for name in package.extension.rglob("media/**/*.png")]
    return [
        f"The picture {url} of its README cannot be shown."
        for url in pictures
        if urlsplit(url).scheme != "https"
        or not any(url.endswith(f"/{package.extension.name}/{name}") for name in names)
    ]


def license_problems(package: Package) -> list[str]:
    """Look for the license, by name and by text."""
    text = package.text("LICENSE.txt") or package.text("LICENSE")
    named = package.manifest.get("license")
    return (
        [] if named and text == (package.root / "LICENSE").read_text("utf-8") else ["It has not the project's license."]
    )


def changelog_problems(package: Package) -> list[str]:
    """Look for a section about this version that is dated."""
    version = package.manifest["version"]
    heading = re.search(rf"^## {re.escape(version)}\b.*$", package.text("changelog.md"), re.MULTILINE)
    if heading is None:
        return [f"Its changelog has no section about {version}."]
    if not re.search(r"\d{4}-\d{2}-\d{2}", heading[0]):
        return [f'Its changelog has no date for {version}: "{heading[0]}".']
    return []


def icon_problems(package: Package) -> list[str]:
    """Look for a square icon in PNG of 128 pixels or more."""
    data = package.files.get(package.manifest.get("icon", ""), b"")
    if not data.startswith(b"\x89PNG\r\n\x1a\n"):
        return ["Its icon is no PNG."]
    width, height = struct.unpack(">II", data[16:24])
    return [] if width == height >= 128 else [f"Its icon has {width} times {height} pixels."]


def size_problems(package: Package) -> list[str]:
    """Compare the size with the largest one."""
    return [] if package.size <= LARGEST else [f"It has {package.size:,} bytes, more than {LARGEST:,}."]


CHECKS: tuple[Callable[[Package], list[str]], ...] = (
    version_problems,
    address_problems,
    picture_problems,
    license_problems,
    changelog_problems,
    icon_problems,
    size_problems,
)
