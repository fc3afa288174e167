"""The quick look: it reads a diff as git stores the files, and never passes over what the rules would find."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.pages import ROOT
from hooks.hooked import BARE, SHOP, Hooked
from support.repository import make_repository
from workhorse_core.git.changed_lines import changed_lines
from workhorse_core.git.repository import Repository
from workhorse_hooks.findings import find_lacking
from workhorse_hooks.run_hook import staged_changes
from workhorse_hooks.scan import Changed, Wanted, may_lack

EVERYTHING = Wanted(("docstrings",), {"docstrings": {"private": True, "tests": True}})
USUAL = Wanted(("docstrings",), {"docstrings": {"private": False, "tests": False}})
LINES = st.lists(
    st.sampled_from(["a", "b", "", " ", "+", "-x", "\\ No newline", "@@ -1 +1 @@", "diff --git a/b", "\r", "\f"])
)
ENDS = st.sampled_from(["\n", "\r\n", ""])


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("diffs")


@given(old=LINES, new=LINES, end=ENDS)
def test_the_diff_gives_each_file_as_it_is_stored_and_its_new_lines(
    scratch: Path, old: list[str], new: list[str], end: str
) -> None:
    repository = _repository(scratch)
    for words, lines in (("HEAD", old), ("staged", new)):
        data = (end or "\n").join(lines).encode() + end.encode()
        (repository.root / "a.py").write_bytes(data)
        repository.write("add", "a.py")
        if words == "HEAD":
            repository.write("commit", "-q", "--allow-empty", "-m", "Old")
    found = staged_changes(repository)
    wanted = changed_lines(repository, staged=True).get("a.py", [])
    assert [each.ranges for each in found] == ([wanted] if wanted else [])
    assert [each.data for each in found] == ([data] if wanted else [])


def test_file_that_is_too_large_is_passed_over_before_its_lines_are_read(tmp_path: Path) -> None:
    repository = make_repository(tmp_path, {"a.py": "", "b.py": ""})
    (repository.root / "a.py").write_text("x = 1\n" * 700_000)
    (repository.root / "b.py").write_text("x = 1\n")
    repository.write("add", ".")
    assert [each.path for each in staged_changes(repository)] == ["b.py"]


def _repository(folder: Path) -> Repository:
    if not (folder / ".git").exists():
        return make_repository(folder, {"a.py": ""})
    found = Repository.find(folder)
    assert found is not None
    return found


SOURCES = sorted((ROOT / "core" / "workhorse_core").rglob("*.py"))


@pytest.mark.parametrize(
    "path", [*SOURCES[::48], *(pytest.param(path, marks=pytest.mark.slow) for path in SOURCES[12::12])]
)
@pytest.mark.parametrize("wanted", [EVERYTHING, USUAL])
@pytest.mark.parametrize("bare", [(ast.FunctionDef,), (ast.Module, ast.ClassDef)])
def test_the_first_look_passes_every_file_in_which_the_rules_find_something(
    path: Path, wanted: Wanted, bare: tuple[type[ast.AST], ...], tmp_path: Path
) -> None:
    text = _without_docstrings(path.read_text("utf-8"), bare)
    repository = make_repository(tmp_path / "project", commit=False)
    if len(text) > 500 * text.count("\n"):
        pytest.skip("a list of words on one line looks minified")
    starts = [node.lineno for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    for line in [1, *starts]:
        changed = Changed("a.py", text.encode(), [(line, line)])
        if find_lacking([changed], wanted, str(repository.root)):
            assert may_lack(changed, wanted), line


def _without_docstrings(text: str, bare: tuple[type[ast.AST], ...]) -> str:
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, bare) and ast.get_docstring(node) is not None:  # type: ignore[arg-type]
            node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(tree) + "\n"


def test_functions_without_hints_are_looked_at_where_that_is_asked_for() -> None:
    hints = Wanted(("hints",), {"hints": {}})

    def look(code: str) -> bool:
        return may_lack(Changed("a.py", code.encode(), [(1, 2)]), hints)

    assert look("def f(a):\n    return a\n")
    assert look("def f(a: int):\n    return a\n")
    assert look("def f(*a) -> int:\n    return a\n")
    assert not look("def f(a: int, *b: int, c: int = 1, **d: int) -> int:\n    return a\n")
    assert not look("class A:\n    pass\n")


HEAVY = ("openai", "pygls", "libcst", "click", "git", "httpx2", "asyncio", "sqlite3", "socket", "ssl")


@pytest.mark.parametrize(
    ("text", "allowed"),
    [(SHOP.replace("% 2 == 0", "% 2 < 1"), ("re", "ast", "dataclasses", "pathlib", "subprocess")), (SHOP + BARE, ())],
)
def test_nothing_heavy_is_imported_in_the_foreground(shop: Hooked, text: str, allowed: tuple[str, ...]) -> None:
    shop.install("pre-commit")
    shop.stage("shop.py", text)
    shim = shop.root / ".git" / "hooks" / "pre-commit"
    shop.git("hook", "run", "pre-commit", check=False)  # now the settings are remembered
    shim.write_text(shim.read_text().replace("-W ignore", "-W ignore -X importtime"))
    said = shop.git("hook", "run", "pre-commit", environment={"GIT_INDEX_FILE": ".git/index"}).stderr
    imported = {line.rpartition("|")[2].strip() for line in said.splitlines() if line.startswith("import time:")}
    assert "workhorse_hooks.scan" in imported
    assert imported.isdisjoint(HEAVY)
    assert imported.isdisjoint(allowed)


def test_a_commit_without_python_starts_no_python(shop: Hooked, tmp_path: Path) -> None:
    shop.install("pre-commit", "post-commit")
    for hook in ("pre-commit", "post-commit"):
        shim = shop.root / ".git" / "hooks" / hook
        shim.write_text(shim.read_text().replace(f"python='{sys.executable}'", f"python='{tmp_path / 'trap'}'"))
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch '{tmp_path}/started'\n")
    trap.chmod(0o755)
    shop.stage("notes.txt", "More\n")
    shop.commit()
    assert not (tmp_path / "started").exists()
    shop.stage("shop.py", SHOP + BARE)
    shop.commit()
    assert (tmp_path / "started").exists()


def test_the_scan_alone_needs_no_site(shop: Hooked) -> None:
    code = f"import sys; sys.path += {[str(ROOT / 'hooks'), str(ROOT / 'core')]!r}; import workhorse_hooks.scan"
    subprocess.run([sys.executable, "-I", "-S", "-c", code], check=True)
