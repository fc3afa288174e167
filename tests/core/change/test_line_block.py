import pytest

from workhorse_core.change.edit import Edit, splice
from workhorse_core.change.line_block import LineBlock, LineItem, write_block

OS = LineItem("1", "os", "import os")
ANY = LineItem("1", "typing Any", "from typing import", "Any")
TEXT = LineItem("1", "typing TextIO", "from typing import", "TextIO")
OWN = LineItem("3", "shapes", "import shapes")


def test_blocks_of_one_form_are_sorted_and_written_once() -> None:
    blocks = [LineBlock((TEXT, OWN)), LineBlock((ANY, TEXT)), LineBlock((OS,))]
    assert write_block(blocks) == "import os\nfrom typing import Any, TextIO\n\nimport shapes\n"


def test_every_word_has_its_own_line_where_lines_are_not_joined() -> None:
    text = write_block([LineBlock((ANY, TEXT), joined=False, newline="\r\n")])
    assert text == "from typing import Any\r\nfrom typing import TextIO\r\n"


def test_a_line_over_the_width_is_wrapped() -> None:
    text = write_block([LineBlock((ANY, TEXT), indent="    ", width=30)])
    assert text == "    from typing import (\n        Any,\n        TextIO,\n    )\n"


@pytest.mark.parametrize(
    ("block", "text"),
    [
        (LineBlock((OS,), before="0"), "\nimport os\n"),
        (LineBlock((OS,), before="1"), "import os\n"),
        (LineBlock((OS,), after="5", gap=2), "import os\n\n\n"),
        (LineBlock((OS,), header="if CHECKING:\n", indent="    "), "if CHECKING:\n    import os\n"),
        (LineBlock((ANY,), indent="    ", whole_lines=False), "from typing import Any"),
    ],
)
def test_block_is_separated_from_the_sections_around_it(block: LineBlock, text: str) -> None:
    assert write_block([block]) == text


def test_shared_edits_of_one_span_and_form_are_merged() -> None:
    edits = [Edit("f", 0, 0, b"alone", shared=True, block=LineBlock((item,))) for item in (TEXT, OS, ANY)]
    assert splice(b"x\n", edits) == b"import os\nfrom typing import Any, TextIO\nx\n"
