"""A page whose tables are made by a program, each between its markers: ``<!-- name -->`` and ``<!-- end -->``."""

from collections.abc import Mapping


def insert(page: str, parts: Mapping[str, str]) -> str:
    """Put each part between its markers.

    Raises:
        LookupError: The page has no such markers.
    """
    for name, text in parts.items():
        start, end = f"<!-- {name} -->\n", "\n<!-- end -->"
        before, found, rest = page.partition(start)
        _, closed, after = rest.partition(end)
        if not found or not closed:
            raise LookupError(f"The page has no markers for {name!r}.")
        page = f"{before}{start}\n{text}\n{end}{after}"
    return page
