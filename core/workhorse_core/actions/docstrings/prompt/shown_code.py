"""The code of a definition as a model is shown it: at the left edge, without notes of what is still to be done."""

import re

from workhorse_core.languages.python.comments import find_comments
from workhorse_core.languages.python.definitions import source_of
from workhorse_core.pipeline.region import Region

_LONGEST = 12_000
"""Characters of code shown: about 4,000 tokens."""
_NOTE = re.compile(rb"#[\s#:!-]*(?:TODO|FIXME|XXX|HACK|BUG)\b", re.IGNORECASE)


def shown_code(region: Region, left_out: tuple[int, int] | None = None) -> str:
    """Return the code of a region; small models take a note of what is to be done for what is done.

    Args:
        region: The definition.
        left_out: The span of a statement in it that is not shown, in bytes of the file.
    """
    cuts = [*([left_out] if left_out else []), *_notes(region)]
    data, position = b"", region.start
    for start, end in sorted(cuts):
        data += region.source.data[position:start]
        position = max(end, position)
    text = (data + region.source.data[position : region.end]).decode(region.source.codec, "replace")
    margin = region.source.indent_of(region.first)
    lines = [line.removeprefix(margin).rstrip() for line in re.split(r"\r\n?|\n", text)]
    code = "\n".join(line for line in lines if line)
    return code if len(code) <= _LONGEST else code[:_LONGEST].rpartition("\n")[0] + "\n# and so on"


def _notes(region: Region) -> list[tuple[int, int]]:
    """Find the comments that are notes, with the lines of comments right below them."""
    source = source_of(region)
    notes: list[tuple[int, int]] = []
    last = -1
    for start, end in find_comments(source):
        if not region.start <= start < region.end:
            continue
        line = source.line_of(start)
        alone = not source.data[source.start_of(line) : start].strip()
        if _NOTE.match(source.data, start) or (alone and line == last + 1):
            notes.append((start, end))
            last = line
    return notes
