"""Names of modules and files of names, in every layout that is in use."""

import pytest

from workhorse_core.languages.python.symbols.import_resolver import ImportResolver
from workhorse_core.languages.python.symbols.source_files import FilesInMemory


def resolver(*paths: str, library: bool = False) -> ImportResolver:
    return ImportResolver(FilesInMemory(dict.fromkeys(paths, b"")), library=library)


PATHS = (
    "app/__init__.py",
    "app/core.py",
    "app/deep/__init__.py",
    "app/deep/leaf.py",
    "src/lib/__init__.py",
    "src/lib/mod.py",
    "src/space/part/__init__.py",
    "src/space/part/mod.py",
    "src/space/loose.py",
    "tests/helpers.py",
    "tool.py",
    "fast/__init__.py",
    "fast/native.pyi",
    "fast/both.py",
    "fast/both.pyi",
)


@pytest.mark.parametrize(
    ("path", "name", "root"),
    [
        ("app/__init__.py", "app", ""),
        ("app/deep/leaf.py", "app.deep.leaf", ""),
        ("src/lib/mod.py", "lib.mod", "src"),
        ("src/space/part/mod.py", "space.part.mod", "src"),
        ("src/space/part/__init__.py", "space.part", "src"),
        ("src/space/loose.py", "space.loose", "src"),
        ("tests/helpers.py", "helpers", "tests"),
        ("tool.py", "tool", ""),
        ("fast/native.pyi", "fast.native", ""),
    ],
)
def test_a_path_has_a_name_and_a_root(path: str, name: str, root: str) -> None:
    found = resolver(*PATHS)
    assert (found.name_of(path), found.root_of(path)) == (name, root)
    assert found.path_named(name) == path


def test_a_folder_without_an_init_may_be_a_namespace_package() -> None:
    assert resolver(*PATHS).path_named("tests.helpers") == "tests/helpers.py"


def test_a_source_comes_before_its_stub() -> None:
    assert resolver(*PATHS).path_named("fast.both") == "fast/both.py"
    assert "fast/both.pyi" not in resolver(*PATHS).paths


@pytest.mark.parametrize(
    ("importer", "level", "module", "path"),
    [
        ("app/core.py", 0, "app.deep.leaf", "app/deep/leaf.py"),
        ("app/deep/leaf.py", 1, "", "app/deep/__init__.py"),
        ("app/deep/leaf.py", 2, "core", "app/core.py"),
        ("app/deep/leaf.py", 3, "tool", "tool.py"),
        ("app/deep/leaf.py", 4, "tool", None),
        ("tests/test_it.py", 0, "lib.mod", "src/lib/mod.py"),
        ("tests/test_it.py", 0, "helpers", "tests/helpers.py"),
        ("src/space/loose.py", 1, "part.mod", "src/space/part/mod.py"),
        ("app/core.py", 0, "missing", None),
    ],
)
def test_an_import_leads_to_a_file_without_a_listing(importer: str, level: int, module: str, path: str | None) -> None:
    assert resolver(*PATHS).path_from(importer, level, module) == path


def test_the_standard_library_comes_before_a_neighbour_in_the_package() -> None:
    paths = ("app/__init__.py", "app/json.py", "app/use.py")
    assert resolver(*paths, library=True).path_from("app/use.py", 0, "json") == "<library>/json/__init__.py"
    assert resolver(*paths).path_from("app/use.py", 1, "json") == "app/json.py"
