from pathlib import Path

import pytest

from workhorse_core.languages.python.docstring.content import Style
from workhorse_core.tools.linter_settings import LinterSettings, read_linter_settings
from workhorse_core.workspace.file_tree import WorkTree


def settings(files: dict[str, str], root: Path, folder: str = "") -> LinterSettings:
    return read_linter_settings(WorkTree(root, None, {path: text.encode() for path, text in files.items()}), folder)


@pytest.mark.parametrize(
    ("files", "width"),
    [
        ({"pyproject.toml": "[tool.ruff]\nline-length = 100\n"}, 100),
        ({"pyproject.toml": "[tool.ruff]\nfix = true\n"}, 88),
        ({"pyproject.toml": "[tool.ruff]\nline-length = 100\n[tool.ruff.lint.pycodestyle]\nmax-doc-length = 72\n"}, 72),
        ({"ruff.toml": "line-length = 99\n", "pyproject.toml": "[tool.black]\nline-length = 120\n"}, 99),
        ({"pyproject.toml": "[tool.black]\nline-length = 120\n"}, 120),
        ({".flake8": "[flake8]\nmax-line-length = 95\nmax-doc-length = 80\n"}, 80),
        ({"setup.cfg": "[pycodestyle]\nmax_line_length = 90\n"}, 90),
        ({"tox.ini": "[flake8]\nignore = E501\n"}, 79),
        ({"pyproject.toml": "[tool.ruff]\nline-length = 0\n"}, 88),
        ({"pyproject.toml": "[tool.mypy]\nstrict = true\n"}, None),
        ({"pyproject.toml": "not toml ="}, None),
        ({"setup.cfg": "not [ini"}, None),
        ({}, None),
    ],
)
def test_the_width_is_that_of_the_tools(files: dict[str, str], width: int | None, tmp_path: Path) -> None:
    assert settings(files, tmp_path).width == width


def test_the_nearest_folder_decides_and_what_it_leaves_open_comes_from_above(tmp_path: Path) -> None:
    files = {
        "pyproject.toml": '[tool.ruff]\nline-length = 100\n[tool.ruff.lint.pydocstyle]\nconvention = "numpy"\n',
        "src/a/ruff.toml": "line-length = 77\n",
    }
    found = settings(files, tmp_path, "src/a")
    assert (found.width, found.style) == (77, Style.NUMPY)
    assert settings(files, tmp_path, "src").width == 100


def test_ruff_settings_are_taken_from_the_file_that_they_extend(tmp_path: Path) -> None:
    files = {
        "pyproject.toml": '[tool.ruff]\nextend = "config/ruff.toml"\n',
        "config/ruff.toml": "line-length = 66\nextend = '../../outside.toml'\n",
    }
    assert settings(files, tmp_path).width == 66


def test_files_that_extend_each_other_come_to_an_end(tmp_path: Path) -> None:
    files = {"ruff.toml": 'extend = "other.toml"\n', "other.toml": 'extend = "ruff.toml"\n'}
    assert settings(files, tmp_path).width in (None, 88)


def test_pydoclint_settings_give_style_and_types(tmp_path: Path) -> None:
    text = "[tool.pydoclint]\nstyle = 'sphinx'\narg-type-hints-in-docstring = false\n"
    found = settings({"pyproject.toml": text}, tmp_path)
    assert (found.style, found.types, found.return_types, found.checks_signatures) == (Style.SPHINX, False, True, True)
    assert not settings({}, tmp_path).checks_signatures


@pytest.mark.parametrize(
    ("selection", "code", "demanded"),
    [
        ('select = ["D"]', "D213", True),
        ('select = ["ALL"]', "D401", True),
        ('select = ["ALL"]\nignore = ["D"]', "D107", False),
        ('select = ["ALL", "D107"]\nignore = ["D"]', "D107", True),
        ('select = ["D"]\nignore = ["D213"]', "D213", False),
        ('select = ["D"]\nignore = ["D2"]', "D213", False),
        ('select = ["D213"]\nignore = ["D2"]', "D213", True),
        ('extend-select = ["D4"]', "D401", True),
        ('select = ["E"]', "D401", False),
        ('select = ["D"]\n[tool.ruff.lint.pydocstyle]\nconvention = "google"', "D401", False),
        ('select = ["D", "D401"]\n[tool.ruff.lint.pydocstyle]\nconvention = "google"', "D401", True),
        ('select = ["D"]\n[tool.ruff.lint.pydocstyle]\nconvention = "numpy"', "D401", True),
    ],
)
def test_rules_are_demanded_as_ruff_selects_them(selection: str, code: str, demanded: bool, tmp_path: Path) -> None:
    found = settings({"pyproject.toml": f"[tool.ruff.lint]\n{selection}\n"}, tmp_path)
    assert found.demands(code) is demanded


def test_pydocstyle_and_flake8_conventions_are_read(tmp_path: Path) -> None:
    found = settings({".pydocstyle": "[pydocstyle]\nconvention = numpy\nadd-ignore = D105,D107\n"}, tmp_path)
    assert (found.style, found.forgives("D105"), found.demands("D103")) == (Style.NUMPY, True, True)
    assert settings({"tox.ini": "[flake8]\ndocstring-convention = google\n"}, tmp_path).style is Style.GOOGLE


def test_a_setting_behind_a_link_out_of_the_project_is_ignored(tmp_path: Path) -> None:
    root, outside = tmp_path / "in", tmp_path / "out.toml"
    root.mkdir()
    outside.write_text("line-length = 50\n")
    (root / "ruff.toml").symlink_to(outside)
    assert read_linter_settings(WorkTree(root), "").width is None
