"""Runs a module under a profiler that notes the types of arguments and results. Started by path in a child of its own.

It imports nothing of Workhorse, as it runs in the project's interpreter:
``python -I recorder.py OUTPUT ROOT IMPORT_PATHS MODULE ARGUMENT…``
"""

import atexit
import dis
import json
import os
import runpy
import sys
import threading
from types import CodeType, FrameType
from typing import cast

_SAMPLE = 20
_DEEPEST = 3
_MOST_TYPES = 12
_RETURNS = {dis.opmap[name] for name in ("RETURN_VALUE", "RETURN_CONST", "RETURN_GENERATOR") if name in dis.opmap}
_YIELDS = {dis.opmap[name] for name in ("YIELD_VALUE",) if name in dis.opmap}
_COROUTINE = 0x80 | 0x100
_GENERATOR = 0x20 | 0x200


class Recorder:
    """Notes how often a name of a function had which type. Keys are path, first line, name."""

    def __init__(self, root: str) -> None:
        self.root = root + os.sep
        self.seen: dict[str, dict[str, int]] = {}
        self._wanted: dict[CodeType, str] = {}

    def profile(self, frame: FrameType, event: str, value: object) -> None:
        """Take one event of ``sys.setprofile``."""
        if event not in ("call", "return"):
            return
        code = frame.f_code
        path = self._wanted.get(code)
        if path is None:
            name = code.co_filename
            inside = name.startswith(self.root) and not code.co_name.startswith("<")
            path = self._wanted[code] = name[len(self.root) :] if inside else ""
        if not path:
            return
        here = f"{path}\0{code.co_firstlineno}\0"
        if event == "call":
            if frame.f_lasti <= 0 or code.co_flags & (_GENERATOR | _COROUTINE) == 0:
                self._arguments(frame, code, here)
            return
        operation = code.co_code[frame.f_lasti] if frame.f_lasti >= 0 else -1
        if operation in _YIELDS and code.co_flags & _GENERATOR:
            self._note(here + "yield", value)
        elif operation in _RETURNS and dis.opname[operation] != "RETURN_GENERATOR":
            self._note(here + "return", value)

    def _arguments(self, frame: FrameType, code: CodeType, here: str) -> None:
        count = code.co_argcount + code.co_kwonlyargcount
        values = frame.f_locals
        for name in code.co_varnames[:count]:
            if name in values:
                self._note(here + name, values[name])

    def _note(self, key: str, value: object) -> None:
        types = self.seen.setdefault(key, {})
        if len(types) <= _MOST_TYPES:
            name = describe(value)
            types[name] = types.get(name, 0) + 1


def describe(value: object, depth: int = 0) -> str:
    """Name a value's type: "module:Class", with what is in it for the containers that are built in."""
    kind = type(value)
    if value is None:
        return "None"
    name = _name(kind)
    if depth >= _DEEPEST:
        return name
    if kind in (list, set, frozenset):
        inner = _union(list(cast("list[object]", value))[:_SAMPLE], depth)
        return f"{name}[{inner}]"
    if kind is dict:
        pairs = list(cast("dict[object, object]", value).items())[:_SAMPLE]
        parts = (_union([key for key, _ in pairs], depth), _union([each for _, each in pairs], depth))
        return f"dict[{', '.join(parts)}]" if pairs else "dict[]"
    if kind is tuple:
        items = cast("tuple[object, ...]", value)
        return f"tuple[{', '.join(describe(each, depth + 1) for each in items)}]" if len(items) < 6 else "tuple[]"
    return f"type[{_name(value)}]" if isinstance(value, type) else name


def _union(values: "list[object]", depth: int) -> str:
    return " | ".join(sorted({describe(each, depth + 1) for each in values}))


def _name(kind: type) -> str:
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}:{kind.__qualname__}"


def main() -> None:
    """Run the module and write what was seen, however it ends."""
    output, root, paths, module, *arguments = sys.argv[1:]
    recorder = Recorder(root)
    process = os.getpid()

    def write() -> None:
        sys.setprofile(None)
        if os.getpid() == process:
            with open(output, "w", encoding="utf-8") as file:  # noqa: PTH123
                json.dump(recorder.seen, file)

    atexit.register(write)
    sys.path[:0] = paths.split(os.pathsep)
    sys.argv = [module, *arguments]
    threading.setprofile(recorder.profile)
    sys.setprofile(recorder.profile)
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
