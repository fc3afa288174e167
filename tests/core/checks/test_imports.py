from pathlib import Path

import pytest

from workhorse_core.change.edit import Edit
from workhorse_core.change.patch import make_patch
from workhorse_core.checks.imports import Imports
from workhorse_core.pipeline.check import CheckStatus, Comparison
from workhorse_core.pipeline.task import Task
from workhorse_core.settings.config import Config
from workhorse_core.workspace.file_tree import WorkTree
from workhorse_core.workspace.project import Project

FILES = {
    "pkg/__init__.py": "",
    "pkg/a.py": "import os\n\n\ndef f(x):\n    return x\n",
    "pkg/b.py": "from .a import f\n\n\nclass Box:\n    pass\n",
}


def project_of(root: Path, files: dict[str, str], *, trusted: bool = True) -> Project:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return Project(root, None, WorkTree(root), Config(), trusted=trusted)


def comparison(project: Project, path: str, old: str, new: str, **options: str) -> Comparison:
    data = project.tree.read(path) or b""
    start = data.index(old.encode())
    patch = make_patch(project.tree.read, [Edit(path, start, start + len(old), new.encode())])
    return Comparison(project, Task("hints", (), options=options), patch)


async def test_a_new_circular_import_is_found_without_running_anything(tmp_path: Path) -> None:
    project = project_of(tmp_path, FILES, trusted=False)
    result = await Imports().run(comparison(project, "pkg/a.py", "import os\n", "import os\nfrom .b import Box\n"))
    assert result.status is CheckStatus.FAILED
    assert [(finding.path, finding.line) for finding in result.findings] == [("pkg/a.py", 2)]


async def test_an_import_for_type_checkers_is_no_cycle(tmp_path: Path) -> None:
    project = project_of(tmp_path, FILES)
    new = "import os\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .b import Box\n"
    result = await Imports().run(comparison(project, "pkg/a.py", "import os\n", new))
    assert (result.status, result.reason) == (CheckStatus.PASSED, "")


async def test_module_that_no_longer_imports_is_found_in_a_child_process(tmp_path: Path) -> None:
    project = project_of(tmp_path, FILES)
    result = await Imports().run(comparison(project, "pkg/a.py", "import os\n", "import os\nos.missing\n"))
    assert result.status is CheckStatus.FAILED
    assert "AttributeError" in result.findings[0].message
    assert str(tmp_path) not in result.findings[0].message


async def test_the_code_of_a_project_that_is_not_trusted_is_not_run(tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    files = {**FILES, "pkg/a.py": f"import os\nopen({str(mark)!r}, 'w').close()\n\n\ndef f(x):\n    return x\n"}
    project = project_of(tmp_path, files, trusted=False)
    result = await Imports().run(comparison(project, "pkg/a.py", "f(x)", "f(x: int)"))
    assert result.status is CheckStatus.PASSED
    assert "workhorse trust" in result.reason
    assert not mark.exists()


async def test_module_that_did_not_import_before_is_in_the_reason_and_no_finding(tmp_path: Path) -> None:
    project = project_of(tmp_path, {**FILES, "pkg/a.py": "import missing_dependency\n\n\ndef f(x):\n    return x\n"})
    result = await Imports().run(comparison(project, "pkg/a.py", "f(x)", "f(x: int)"))
    assert result.status is CheckStatus.PASSED
    assert "missing_dependency" in result.reason


async def test_a_script_is_not_imported_because_that_would_run_it(tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    project = project_of(tmp_path, {"run.py": f"def f(x):\n    return x\n\n\nopen({str(mark)!r}, 'w').close()\n"})
    result = await Imports().run(comparison(project, "run.py", "f(x)", "f(x: int)"))
    assert result.status is CheckStatus.PASSED
    assert not mark.exists()


CIRCLE = {
    "shop/__init__.py": "",
    "shop/order.py": "from shop import item\n\n\ndef first(): ...\n",
    "shop/item.py": "from shop import order\n\n\nclass Item: ...\n",
}


@pytest.mark.parametrize(
    ("annotation", "status"),
    [
        ("item.Item", CheckStatus.FAILED),
        ("list[item.Item]", CheckStatus.FAILED),
        ('"item.Item"', CheckStatus.PASSED),
        ("Missing", CheckStatus.FAILED),
        ("int", CheckStatus.PASSED),
    ],
)
async def test_an_annotation_that_reads_an_unbound_name_is_found_without_running_anything(
    tmp_path: Path, annotation: str, status: CheckStatus
) -> None:
    project = project_of(tmp_path, CIRCLE, trusted=False)
    change = comparison(project, "shop/order.py", "def first():", f"def first() -> {annotation}:")
    result = await Imports().run(change)
    assert result.status is status
    assert [(each.path, each.line, each.rule) for each in result.findings] == (
        [("shop/order.py", 4, "unbound-annotation")] if status is CheckStatus.FAILED else []
    )


async def test_an_annotation_that_is_deferred_by_the_future_may_read_an_unbound_name(tmp_path: Path) -> None:
    future = "from __future__ import annotations\n"
    files = CIRCLE | {"shop/order.py": future + CIRCLE["shop/order.py"]}
    change = comparison(
        project_of(tmp_path, files, trusted=False), "shop/order.py", "def first():", "def first() -> item.Item:"
    )
    assert (await Imports().run(change)).status is CheckStatus.PASSED


async def test_a_read_that_the_base_has_already_is_no_finding(tmp_path: Path) -> None:
    files = CIRCLE | {"shop/order.py": "from shop import item\n\n\ndef first(x) -> item.Item: ...\n"}
    change = comparison(project_of(tmp_path, files, trusted=False), "shop/order.py", "(x)", "(x: int)")
    assert (await Imports().run(change)).status is CheckStatus.PASSED


async def test_the_other_modules_of_a_circle_are_imported_too(tmp_path: Path) -> None:
    files = CIRCLE | {"shop/order.py": "from shop import item\nkind = getattr(item, 'Item', None)\n"}
    project = project_of(tmp_path, files)
    change = comparison(project, "shop/order.py", "getattr(item, 'Item', None)", "item.Item")
    result = await Imports().run(change)
    assert result.status is CheckStatus.FAILED
    assert {each.path for each in result.findings} == {"shop/item.py"}


async def test_an_import_that_loads_more_modules_is_found_with_their_names(tmp_path: Path) -> None:
    project = project_of(tmp_path, FILES)
    result = await Imports().run(comparison(project, "pkg/a.py", "import os\n", "import os\nimport wsgiref.util\n"))
    assert result.status is CheckStatus.FAILED
    (finding,) = result.findings
    assert (finding.path, finding.rule) == ("pkg/a.py", "import-cost")
    assert "wsgiref" in finding.message
    before, after = (each.value for each in result.evidence)
    assert before < after


async def test_imports_of_typing_and_for_type_checkers_cost_nothing(tmp_path: Path) -> None:
    project = project_of(tmp_path, FILES)
    new = "import os\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import wsgiref.util\n"
    result = await Imports().run(comparison(project, "pkg/a.py", "import os\n", new))
    assert (result.status, result.reason) == (CheckStatus.PASSED, "")
    before, after = (each.value for each in result.evidence)
    assert before == after


async def test_module_that_another_one_loaded_earlier_is_still_found(tmp_path: Path) -> None:
    files = {**FILES, "pkg/b.py": "import wsgiref.util\nfrom .a import f\n"}
    project = project_of(tmp_path, files)
    edits = [
        Edit("pkg/a.py", 0, 9, b"import os, wsgiref.util"),
        Edit("pkg/b.py", 0, 0, b"import os\n"),
    ]
    result = await Imports().run(Comparison(project, Task("hints", ()), make_patch(project.tree.read, edits)))
    assert [finding.path for finding in result.findings] == ["pkg/a.py"]
