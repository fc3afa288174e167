"""docs/results.md is what `make results` and `make results-hints` write, whole."""

import re

from documents.pages import ROOT

PAGE = (ROOT / "docs" / "results.md").read_text("utf-8")
PARTS = dict(re.findall(r"<!-- ([\w ]+) -->\n(.*?)\n<!-- end -->", PAGE, re.DOTALL))


def test_every_part_has_been_written() -> None:
    docstrings = [
        "named",
        "drawn",
        "as they are",
        "stripped",
        "judged",
        "half",
        "half judged",
        "examples",
        "local model",
    ]
    hints = ["hints compared", "hints kinds", "hints sources", "hints cost", "hints kept", "hints wrong"]
    assert list(PARTS) == [*docstrings, *hints, "real models"]
    assert [name for name, text in PARTS.items() if not text.strip()] == []


def test_every_proof_held() -> None:
    rows = re.findall(r"(\d+) of (\d+)", "".join(PARTS[name] for name in ("as they are", "stripped", "half")))
    assert len(rows) == 9
    assert all(held == changed != "0" for held, changed in rows)


def test_the_examples_are_ten_and_not_only_good_ones() -> None:
    opinions = re.findall(r"^\*\*\d+\. .*\n\n(\w+)", PARTS["examples"], re.MULTILINE)
    assert len(opinions) == 10
    assert 0 < opinions.count("Good") < 10
    assert PARTS["examples"].count("left out: the code does not say enough") == 0, "choose another example"


def test_hints_that_pass_the_checks_break_nothing() -> None:
    rows = [line.strip("| ").split(" | ") for line in PARTS["hints kept"].splitlines() if line.startswith("|")][2:]
    assert len(rows) == 5
    for row in rows:
        assert (row[6], row[7]) == ("0", "0"), row
        assert row[8].endswith("(0)"), row
