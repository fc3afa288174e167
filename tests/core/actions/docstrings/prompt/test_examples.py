from pathlib import Path

from core.actions.docstrings.docstring_cases import make_project
from workhorse_core.actions.docstrings.prompt.examples import OWN, choose_examples
from workhorse_core.actions.docstrings.prompt.labels import SUMMARY, write_lines

GOOD = '''\
def knot(rope, times):
    """Tie a knot into a rope.

    Args:
        rope: The rope, which is changed.
        times: How often it is wound.

    Returns:
        The length that is left of it.
    """
    for _ in range(times):
        rope.wind()
    return rope.length
'''


def chosen(root: Path, **files: str) -> list[str]:
    project = make_project(root, {f"{name}.py": text.encode() for name, text in files.items()})
    for name, text in files.items():
        (root / f"{name}.py").write_text(text)
    return [example.texts[SUMMARY] for example in choose_examples(project)]


OURS = [example.texts[SUMMARY] for example in OWN]


def test_a_good_docstring_of_the_project_comes_before_our_own(tmp_path: Path) -> None:
    assert chosen(tmp_path, rope=GOOD) == ["Tie a knot into a rope.", OURS[0]]
    (example, _) = choose_examples(make_project(tmp_path, {}))
    assert example.code.startswith("def knot(rope, times):\n    for _ in range(times):")
    assert write_lines(example.texts).endswith("\nreturns: The length that is left of it.")


def test_docstrings_that_are_incomplete_wrong_long_or_of_tests_are_no_examples(tmp_path: Path) -> None:
    bad = {
        "incomplete": GOOD.replace("        times: How often it is wound.\n", ""),
        "invented": GOOD.replace("        times:", "        turns:"),
        "without_result": GOOD.replace("    return rope.length\n", ""),
        "described": GOOD.replace("rope.\n\n    Args", "rope.\n\n    It is slow.\n\n    Args"),
        "unfinished": GOOD.replace("wound.", "wound"),
        "long": GOOD.replace("wound.", "wound, " + "and so on " * 12 + "."),
        "private": GOOD.replace("def knot", "def _knot"),
        "commented": GOOD.replace("rope.wind()", "rope.wind()  # as sailors do"),
        "test_rope": GOOD,
        "broken": GOOD + "def (:\n",
    }
    for name, text in bad.items():
        folder = tmp_path / name
        folder.mkdir()
        assert chosen(folder, **{name: text}) == OURS, name


def test_the_choice_does_not_depend_on_the_order_of_the_files(tmp_path: Path) -> None:
    other = GOOD.replace("Tie a knot into", "Untie all knots of").replace("def knot", "def untie")
    assert chosen(tmp_path, a=GOOD, b=other) == chosen(tmp_path, b=GOOD, a=other)
