"""A changed file costs that file."""

from workhorse_core.languages.python.symbols.index import SymbolIndex
from workhorse_core.languages.python.symbols.source_files import FilesInMemory, OverlaidFiles

FILES = FilesInMemory(
    {"pkg/__init__.py": b"", **{f"pkg/m{number}.py": b"class A: ...\n" for number in range(20)}}
    | {"pkg/user.py": b"from pkg.m1 import A\nclass B(A): ...\n"}
)


def names(index: SymbolIndex) -> list[str]:
    return [module.name for module in index.modules]


def test_a_changed_file_is_the_only_one_parsed_again() -> None:
    first = SymbolIndex(FILES)
    assert len(names(first)) == 22
    assert first.parses == 22
    second = SymbolIndex(OverlaidFiles(FILES, {"pkg/m1.py": b"class A:\n    def new(self): ...\n"}), before=first)
    assert names(second) == names(first)
    assert second.parses == 1
    base = next(second.bases(second.module("pkg/user.py").classes["B"]))
    assert base.method("new") is not None
    assert first.module("pkg/m1.py").function("A.new") is None
    third = SymbolIndex(FILES, before=second)
    assert names(third) == names(first)
    assert third.parses == 1


def test_nothing_is_parsed_before_it_is_asked_for() -> None:
    index = SymbolIndex(FILES)
    assert index.find_class(index.module("pkg/user.py"), "A") is not None
    assert index.parses == 2


def test_a_file_that_is_gone_is_no_module() -> None:
    first = SymbolIndex(FILES)
    assert "pkg.m1" in names(first)
    second = SymbolIndex(OverlaidFiles(FILES, {"pkg/m1.py": None}), before=first)
    assert "pkg.m1" not in names(second)
    assert second.find(second.module("pkg/user.py"), "A") is None


def test_a_new_package_renames_its_modules() -> None:
    files = FilesInMemory({"a/b.py": b"x = 1\n"})
    first = SymbolIndex(files)
    assert names(first) == ["b"]
    second = SymbolIndex(OverlaidFiles(files, {"a/__init__.py": b""}), before=first)
    assert sorted(names(second)) == ["a", "a.b"]


def test_a_file_that_does_not_parse_is_tried_once() -> None:
    files = FilesInMemory({"a.py": b"def f(:\n"})
    first = SymbolIndex(files)
    assert first.at("a.py") is None
    second = SymbolIndex(files, before=first)
    assert second.at("a.py") is None
    assert (first.parses, second.parses) == (1, 0)


def test_only_files_that_mention_a_name_are_parsed_to_find_its_uses() -> None:
    index = SymbolIndex(FILES)
    assert [module.path for module in index.mentioning("B")] == ["pkg/user.py"]
    assert index.parses == 1
