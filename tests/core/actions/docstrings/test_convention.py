from pathlib import Path

from core.actions.docstrings.docstring_cases import make_project
from workhorse_core.actions.docstrings.convention import Convention, Conventions
from workhorse_core.languages.python.docstring.content import Style
from workhorse_core.settings.config import Config, DocstringsConfig

GOOGLE = 'def f(a):\n    """Do.\n\n    Args:\n        a: It.\n    """\n'
TYPED = 'def f(a):\n    """Do.\n\n    Args:\n        a (int): It.\n\n    Returns:\n        int: It.\n    """\n'
NUMPY = 'def f(a):\n    """\n    Do.\n\n    Parameters\n    ----------\n    a : int\n        It.\n    """\n'
SPHINX = 'def f(a):\n    """Do.\n\n    :param a: It.\n    """\n'
BARE = "def f(a):\n    pass\n"


def convention(files: dict[str, str], root: Path, path: str = "src/a.py", **config: object) -> Convention:
    project = make_project(root, write(files, root), Config(**config))  # type: ignore[arg-type]
    return Conventions(project).of(path)


def write(files: dict[str, str], root: Path) -> dict[str, bytes]:
    """Write files to disk."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return {}


def test_user_style_wins_over_settings_over_habits(tmp_path: Path) -> None:
    files = {"src/a.py": SPHINX, "pyproject.toml": '[tool.ruff.lint.pydocstyle]\nconvention = "numpy"\n'}
    assert convention(files, tmp_path).style is Style.NUMPY
    wished = convention(files, tmp_path, docstrings=DocstringsConfig(style="google"))
    assert wished.style is Style.GOOGLE


def test_the_files_own_docstrings_come_before_those_beside_it(tmp_path: Path) -> None:
    files = {"src/a.py": SPHINX, "src/b.py": NUMPY, "src/c.py": NUMPY}
    assert convention(files, tmp_path).style is Style.SPHINX
    assert convention(files, tmp_path, "src/b.py").style is Style.NUMPY


def test_the_neighbours_decide_for_a_file_without_docstrings(tmp_path: Path) -> None:
    found = convention({"src/a.py": BARE, "src/b.py": NUMPY, "src/c.py": NUMPY, "src/d.py": GOOGLE}, tmp_path)
    assert (found.style, found.summary_on_first_line, found.types) == (Style.NUMPY, False, True)


def test_a_folder_without_habits_falls_back_to_its_parents(tmp_path: Path) -> None:
    assert convention({"src/a.py": BARE, "src/b.py": BARE, "other.py": SPHINX}, tmp_path).style is Style.SPHINX


def test_google_is_the_last_resort(tmp_path: Path) -> None:
    found = convention({"src/a.py": BARE}, tmp_path)
    assert (found.style, found.width, found.summary_on_first_line, found.types) == (Style.GOOGLE, 88, True, False)


def test_types_are_written_where_the_project_does(tmp_path: Path) -> None:
    found = convention({"src/a.py": TYPED}, tmp_path)
    assert (found.types, found.return_types) == (True, True)
    assert not convention({"src/a.py": GOOGLE}, tmp_path).types


def test_only_so_many_neighbours_are_read(tmp_path: Path) -> None:
    files = {f"src/m{number:03}.py": GOOGLE for number in range(60)}
    project = make_project(tmp_path, write(files, tmp_path))
    conventions = Conventions(project)
    conventions.of("src/new.py")
    assert len(conventions._habits) <= 32


def test_a_link_among_the_neighbours_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src/x.py").symlink_to("/nowhere")
    assert convention({"src/a.py": BARE}, tmp_path).style is Style.GOOGLE


def test_inits_are_documented_when_most_are_or_the_linter_asks(tmp_path: Path) -> None:
    init = 'class A:\n    def __init__(self, a: int = f(1)) -> None:\n        """Make it."""\n'
    bare = "class B:\n    def __init__(self):\n        self.x = 1\n"
    assert convention({"src/a.py": '"""Doc."""\n' + init}, tmp_path).documents_inits
    assert not convention({"src/a.py": '"""Doc."""\n' + init + bare}, tmp_path).documents_inits
    asked = {"src/a.py": bare, "pyproject.toml": '[tool.ruff.lint]\nselect = ["D107"]\n'}
    assert convention(asked, tmp_path).documents_inits


def test_the_configured_line_length_wins(tmp_path: Path) -> None:
    files = {"src/a.py": BARE, "ruff.toml": "line-length = 100\n"}
    assert convention(files, tmp_path, line_length=60).width == 60
