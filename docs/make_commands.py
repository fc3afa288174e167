"""Writes docs/commands.md from the commands' own help texts: ``python -I docs/make_commands.py [--check]``."""

import sys
from pathlib import Path

import click

from workhorse_cli.command_list import list_entries
from workhorse_cli.group import HELP_NAMES, LazyGroup

PAGE = Path(__file__).parent / "commands.md"
WIDTH = 96
BEGIN = """\
# Commands

This page is made from the help texts by `make docs`; change those.

`git workhorse …` is the same as `workhorse …`.
"""
END = """
## Targets

`path`, `path::Class.method`, `path:LINE`, `path:FIRST-LAST` (lines from 1, both included) or a folder, each relative
to the current folder or absolute. A file that exists by exactly that name is that file, whatever colons it has.
`--staged` and `--changed[=REV]` take what has changed; TARGETs beside them narrow it. With `--staged` it is the staged
text that is worked on, also where the work tree has moved on.

## Jobs

Every task that finds something to do becomes a job with a short id. A unique prefix of it is enough, and `@` is the
newest job.

## Exit codes

| code | meaning |
|---|---|
| 0 | it worked, or there was nothing to do |
| 1 | it could not be done; the message has the reason and the next step |
| 2 | wrong usage |
| 3 | a bug in Workhorse; a log file is named |
| 130 | interrupted; `workhorse resume` goes on |

With `--check` 1 also means that something needs to be written, and from `workhorse audit` that a commit does not hold
what was approved.

## JSON

With `--json` one object goes to standard output and all other text to standard error; `workhorse jobs --json` prints a
list of them. A value that does not apply is null; `coverage`, `notes`, `parent` and `children` are left out where there
is nothing to list. Times are in seconds since 1970, null in a dry run. Text that is not UTF-8 holds replacement
characters; `workhorse diff` prints the exact bytes.

```json
{"job": "k3f9", "action": "docstrings",
 "status": "drafting | verified | failed | nothing | approved | rejected | merged | discarded | newer",
 "title": "Docstrings for Parser.parse in src/a.py", "targets": ["src/a.py"], "note": null, "reason": null,
 "started": 1764518400.0, "updated": 1764518401.5, "landed": "<commit>",
 "branch": "workhorse/docstrings/parse-k3f9", "base": "<commit>", "candidate": "<commit>", "tree": "<tree>",
 "regions": [{"path": "src/a.py", "name": "Parser.parse", "first": 10, "last": 31,
              "status": "drafted | skipped | failed", "engine": "rules | local", "model": null, "rounds": 1,
              "reason": null, "prompt_tokens": 0, "cached_tokens": 0, "completion_tokens": 0, "seconds": 0.0,
              "price": null,
              "parts": [{"name": "Parser.parse(text)", "sources": ["default"]}],
              "dropped": [{"name": "Parser.parse return", "reason": "…"}]}],
 "checks": [{"name": "same-code", "status": "passed | failed | skipped", "seconds": 0.0, "reason": null,
             "findings": [{"path": "src/a.py", "line": 12, "message": "…", "rule": "D417"}],
             "evidence": [{"name": "mutants killed", "value": 12, "of": 15, "unit": null}]}],
 "verdicts": [{"by": "human | claude", "name": "…", "verdict": "approve | reject", "reason": "…",
               "tree": "<tree>",
               "rejected": [{"path": "src/a.py", "region": "Parser.parse", "part": "Parser.parse return",
                             "reason": "…"}]}],
 "diff": "…",
 "coverage": [{"path": "src/a.py", "before": 0, "annotated": 3, "slots": 4}],
 "notes": ["…"], "parent": "p2q7", "children": ["r5s1"]}
```

With `--check` the object is that of a dry run: the exit code is 0 when `status` is `nothing`, else 1.

`workhorse audit --json` gives one object; `audited` are the commits with our trailers, newest first. `record` is
whether this repository's own record has the job; `commits` counts all of the range.

```json
{"range": "origin/main..HEAD", "commits": 12, "valid": false,
 "audited": [{"commit": "<commit>", "subject": "…", "job": "k3f9", "action": "docstrings",
              "record": "found | absent", "valid": false,
              "proofs": [{"name": "same-code", "status": "passed | failed"}],
              "problems": [{"rule": "draft | trailers | parent | change | proof | record", "message": "…"}]}]}
```
"""


def main() -> int:
    """Write the page; with ``--check`` only report whether it is up to date."""
    text = make_page()
    if "--check" in sys.argv[1:]:
        up_to_date = PAGE.exists() and PAGE.read_text("utf-8") == text
        sys.stdout.write("" if up_to_date else "docs/commands.md is not up to date; run: make docs\n")
        return 0 if up_to_date else 1
    PAGE.write_text(text, "utf-8")
    return 0


def make_page() -> str:
    """Put the help texts together."""
    entries = list_entries()
    group = LazyGroup(entries)
    parts = [BEGIN, _section("workhorse", group, None)]
    parent = click.Context(group, info_name="workhorse")
    for entry in entries:
        parts += _sections(f"workhorse {entry.name}", entry.load(), parent)
    return "\n".join(parts) + END


def _sections(title: str, command: click.Command, parent: click.Context) -> list[str]:
    """Return a command's section, and those of its subcommands."""
    below = command.commands if isinstance(command, click.Group) else {}
    context = click.Context(command, parent, title.rpartition(" ")[2])
    inner = [part for name, each in below.items() for part in _sections(f"{title} {name}", each, context)]
    return [_section(title, command, parent), *inner]


def _section(title: str, command: click.Command, parent: click.Context | None) -> str:
    name = title.rpartition(" ")[2]
    context = click.Context(
        command, parent, name, terminal_width=WIDTH, max_content_width=WIDTH, help_option_names=HELP_NAMES
    )
    return f"## {title}\n\n```\n{command.get_help(context)}\n```\n"


if __name__ == "__main__":
    sys.exit(main())
