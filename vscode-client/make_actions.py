"""Writes version, commands and menus into package.json: ``python -I vscode-client/make_actions.py [--check]``.

VS Code knows a command only from there. The core's catalog is where an action is listed; a later one comes by itself.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from workhorse_core.actions.action_info import ActionInfo
from workhorse_core.actions.catalog import describe_all
from workhorse_core.system.version import VERSION

PACKAGE = Path(__file__).with_name("package.json")
OURS = "workhorse.do."
SMALL = ("in", "of", "the")
ANY_PYTHON = "editorLangId == python"
MENUS = {
    "workhorse.editorActions": lambda scope: ANY_PYTHON,
    "workhorse.explorerActions": lambda scope: (
        "explorerResourceIsFolder" if scope == "folder" else "resourceLangId == python"
    ),
}
"""The submenus of the editor and of the explorer, with the place where each scope is offered."""

Json = dict[str, Any]


def commands_of(info: ActionInfo) -> Iterator[tuple[str, Json]]:
    """Yield the commands of an action with the scope of each."""
    more = "…" if info.argument else ""
    titles = (
        {"region": info.title + more}
        if info.argument
        else {
            "region": info.title,
            "file": f"Add missing {info.noun} in file",
            "folder": f"Add missing {info.noun} in folder",
        }
    )
    for scope, title in titles.items():
        words = [word if word in SMALL else word[:1].upper() + word[1:] for word in title.split()]
        yield scope, {"command": f"{OURS}{info.name}.{scope}", "title": " ".join(words), "category": "Workhorse"}


def made(package: Json) -> str:
    """Return the text of package.json with the actions of the catalog, and the version of the server."""
    package["version"] = VERSION
    contributed = package["contributes"]
    kept = [each for each in contributed["commands"] if not each["command"].startswith(OURS)]
    commands = [(scope, command) for info in describe_all() for scope, command in commands_of(info)]
    contributed["commands"] = [*(command for _, command in commands), *kept]
    for menu, where in MENUS.items():
        others = [each for each in contributed["menus"].get(menu, []) if not each["command"].startswith(OURS)]
        rows = [
            {"command": command["command"], "when": where(scope), "group": f"1_{command['command'].split('.')[2]}"}
            for scope, command in commands
            if menu == "workhorse.editorActions" or scope != "region"
        ]
        contributed["menus"][menu] = [*rows, *others]
    return json.dumps(package, indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    """Write the file, or with --check fail if it is out of date."""
    text = PACKAGE.read_text("utf-8")
    wanted = made(json.loads(text))
    if "--check" not in sys.argv:
        PACKAGE.write_text(wanted, "utf-8")
    elif wanted != text:
        sys.exit("vscode-client/package.json does not have the actions of the catalog: make docs")


if __name__ == "__main__":
    main()
