"""The layout of a docstring: style, width, indentation, and the habits of a project."""

from workhorse_core.languages.python.docstring.content import Style
from workhorse_core.languages.python.docstring.paragraph import columns
from workhorse_core.system.named_tuple import NamedTuple


class Layout(NamedTuple):
    """The layout of a docstring.

    Attributes:
        style: The style of sections.
        width: The most columns of a line, its indentation included.
        indent: The indentation of the docstring.
        unit: One step of indentation within sections.
        newline: The line end.
        summary_on_first_line: Whether the summary is beside the opening quotes (D212) or below them (D213).
        blank_after_sections: Whether a blank line precedes the closing quotes after sections (D413).
        types: Whether entries repeat the types of the signature.
        return_types: Whether results repeat their type.
        bare_stars: Whether ``**kw`` keeps its stars in the style of Sphinx, where they are markup.
    """

    style: Style = Style.GOOGLE
    width: int = 88
    indent: str = "    "
    unit: str = "    "
    newline: str = "\n"
    summary_on_first_line: bool = True
    blank_after_sections: bool = False
    types: bool = False
    return_types: bool = False
    bare_stars: bool = False

    @property
    def room(self) -> int:
        """The columns beside the indentation, at least one."""
        return max(self.width - columns(self.indent), 1)

    @property
    def summary_room(self) -> int:
        """The columns for a summary that shares its line with both quotes and the prefix of a raw docstring."""
        return self.width - columns(self.indent) - len('r""""""')
