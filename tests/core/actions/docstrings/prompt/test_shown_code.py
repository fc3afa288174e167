from workhorse_core.actions.docstrings.prompt.shown_code import shown_code
from workhorse_core.languages.python.source import PythonSource
from workhorse_core.pipeline.region import find_definitions


def test_notes_of_what_is_to_be_done_are_not_shown() -> None:
    code = (
        "class A:\n    def f(self):\n        # Sums up.\n        # TODO: handle slots,\n        # and names\n"
        "        x = 1  # FIXME: round\n        y = '# TODO: a text'\n\n        # Weaves.\n        return weave(x, y)\n"
    )
    region = find_definitions(PythonSource("a.py", code.encode()))[2]
    assert shown_code(region) == (
        "def f(self):\n    # Sums up.\n    x = 1\n    y = '# TODO: a text'\n    # Weaves.\n    return weave(x, y)"
    )
