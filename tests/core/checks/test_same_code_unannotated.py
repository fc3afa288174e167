"""The proof stands alone: it accepts annotations and their imports, and nothing else."""

import pytest

from workhorse_core.change.edit import Edit
from workhorse_core.change.patch import FileChange, make_patch
from workhorse_core.checks.same_code_unannotated import differences

BASE = b"""\
#!/usr/bin/env python
import os  # the system
from typing import cast


def f(a, b=1):
    # a remark
    return cast(int, a) + b  # another


class A:
    x = None
"""


def change_of(before: bytes, *edits: tuple[bytes, bytes]) -> FileChange:
    """Replace each first text by the second; an empty span stands before the bar in "before|after"."""
    made: list[Edit] = []
    for old, new in edits:
        head, bar, tail = old.partition(b"|")
        start = before.index(head + tail) + len(head) if bar else before.index(old)
        made.append(Edit("a.py", start, start if bar else start + len(old), new))
    return make_patch(lambda _: before, made).changes[0]


ACCEPTED = {
    "a parameter": [(b"f(a|", b": int")],
    "a default": [(b"=", b": int = ")],
    "a result": [(b"b=1)|", b" -> int")],
    "a variable": [(b"    x|", b": int | None")],
    "in quotes": [(b"f(a|", b': "int"')],
    "a new import": [(b"import cast\n|", b"from collections.abc import Sized\n"), (b"f(a|", b": Sized")],
    "a new import for a quoted type": [
        (b"import cast\n|", b"from types import TracebackType\n"),
        (b"f(a|", b': "list[TracebackType]"'),
    ],
    "a name more": [(b"from typing import cast", b"from typing import Any, cast"), (b"f(a|", b": Any")],
    "a name of a module that is imported": [
        (b"# the system\n|", b"from os import PathLike\n"),
        (b"f(a|", b": PathLike"),
    ],
    "imports for checkers": [
        (b"from typing import cast", b"from typing import TYPE_CHECKING, cast"),
        (b"import cast\n|", b"\nif TYPE_CHECKING:\n    from pathlib import Path\n"),
        (b"f(a|", b': "Path"'),
    ],
    "anything for checkers": [
        (b"from typing import cast", b"from typing import TYPE_CHECKING, cast"),
        (b"import cast\n|", b"\nif TYPE_CHECKING:\n    from antigravity import fly\n"),
        (b"f(a|", b': "fly"'),
    ],
    "late evaluation": [(b"python\n|", b"from __future__ import annotations\n\n")],
}
ACCEPTED["a header broken up"] = [(b"def f(|a", b"\n    "), (b"b=1|)", b",\n")]

REFUSED = {
    "a call in a type": [(b"f(a|", b": print(1)")],
    "a lambda in a type": [(b"f(a|", b": (lambda: 1)")],
    "a walrus in a type": [(b"f(a|", b": (x := int)")],
    "another default": [(b"b=1", b"b: int = 2")],
    "a parameter more": [(b"b=1|", b", c: int = 2")],
    "a comment": [(b"f(a|", b": int  # kind\n")],
    "a comment gone": [(b"  # another", b"")],
    "a comment changed": [(b"# a remark", b"# A remark")],
    "a statement": [(b"import cast\n|", b"print(1)\n")],
    "a statement beside an import": [(b"import cast\n|", b"import re; print(1)\n")],
    "an import lost": [(b"from typing import cast", b"from typing import Any")],
    "an import of another name": [(b"from typing import cast", b"from typing import Any as cast")],
    "a name that means something": [(b"import cast\n|", b"from re import A\n")],
    "a builtin's name that is used": [(b"import cast\n|", b"from numpy import int\n")],
    "everything": [(b"import cast\n|", b"from os import *\n")],
    "another future": [(b"python\n|", b"from __future__ import barry_as_FLUFL\n\n")],
    "code for checkers": [
        (b"from typing import cast", b"from typing import TYPE_CHECKING, cast"),
        (b"import cast\n|", b"\nif TYPE_CHECKING:\n    x = 1\n"),
    ],
    "an import in a function": [(b"remark\n|", b"    import re\n")],
    "a decorator": [(b"\n|def f", b"@staticmethod\n")],
    "the first line": [(b"python\n", b"python3\n")],
    "a line end of another kind": [(b"def f(|a", b"\r\n    ")],
    "a type within a string": [(b"a rem|", b": int")],
    "a bare annotation": [(b"    x = None\n|", b"    y: int\n")],
    "an import for nothing": [(b"import cast\n|", b"from typing import Any\n")],
    "an import for nothing, in brackets": [(b"import cast\n|", b"from typing import (\n    Any,\n)\n")],
    "an import for nothing among checkers'": [
        (b"from typing import cast", b"from typing import TYPE_CHECKING, cast"),
        (b"import cast\n|", b"\nif TYPE_CHECKING:\n    from pathlib import Path\n"),
    ],
    "an import with an effect": [(b"import cast\n|", b"import this\n")],
    "an import with an effect, used": [(b"import cast\n|", b"import this\n"), (b"f(a|", b": this")],
    "a name with an effect, used": [(b"import cast\n|", b"from antigravity import fly\n"), (b"f(a|", b": fly")],
    "a module of the library, used": [(b"import cast\n|", b"from pathlib import Path\n"), (b"f(a|", b": Path")],
    "a module of the library for a quoted type": [
        (b"import cast\n|", b"from decimal import Decimal\n"),
        (b"f(a|", b': "Decimal"'),
    ],
    "a module of the library, with a dot": [(b"import cast\n|", b"import logging\n"), (b"f(a|", b": logging.Logger")],
    "a backport, used": [(b"import cast\n|", b"from typing_extensions import Self\n"), (b"f(a|", b": Self")],
    "a foreign module, used": [(b"import cast\n|", b"from numpy import ndarray\n"), (b"f(a|", b": ndarray")],
    "a module beside it, used": [(b"import cast\n|", b"from .b import B\n"), (b"f(a|", b": B")],
    "a module of a package that is imported": [(b"import cast\n|", b"from os import path\n"), (b"f(a|", b": path.P")],
    "a docstring": [(b"class A:\n|", b'    """Words."""\n')],
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_annotations_and_their_imports_are_the_same_code(name: str) -> None:
    assert differences(change_of(BASE, *ACCEPTED[name])) == []


@pytest.mark.parametrize("name", REFUSED)
def test_anything_else_is_another_code(name: str) -> None:
    assert differences(change_of(BASE, *REFUSED[name])) != []


def alone(change: FileChange) -> FileChange:
    """The two files without the edits, as they are found in a commit."""
    return FileChange(change.path, change.before, change.after)


@pytest.mark.parametrize("name", ACCEPTED)
def test_the_two_files_alone_prove_it_too(name: str) -> None:
    assert differences(alone(change_of(BASE, *ACCEPTED[name]))) == []


@pytest.mark.parametrize("name", REFUSED)
def test_the_two_files_alone_show_other_code_too(name: str) -> None:
    assert differences(alone(change_of(BASE, *REFUSED[name]))) != []


@pytest.mark.parametrize("new", [b"a: str", b"a"])
def test_an_annotation_that_was_there_stays(new: bytes) -> None:
    before = b"def f(a: int, b):\n    return b\n"
    after = before.replace(b"a: int", new).replace(b"b)", b"b: int)")
    assert differences(FileChange("a.py", before, after)) != []


def test_a_file_that_comes_goes_or_moves_is_no_annotation() -> None:
    assert differences(FileChange("a.py", None, b"x = 1\n"))
    assert differences(FileChange("a.py", b"x = 1\n", None))
    assert differences(FileChange("b.py", b"x = 1\n", b"x = 1\n", moved_from="a.py"))


def test_a_default_that_becomes_a_tuple_is_another_code() -> None:
    before = b"def f(a=(1)):\n    return a\n"
    assert differences(change_of(before, (b"(1|)", b",")))
    assert not differences(change_of(before, (b"(1)|)", b",")))


def test_text_like_a_type_comment_in_a_docstring_stays() -> None:
    before = b'def f(a):\n    """Words.\n\n    # type: (int) -> str\n    """\n    # type: (int) -> str\n    return a\n'
    line = b"    # type: (int) -> str\n"
    first = before.index(line)
    for start, same in ((first, False), (before.index(line, first + 1), True)):
        change = make_patch(lambda _: before, [Edit("a.py", start, start + len(line), b"")]).changes[0]
        found = [finding.message for finding in differences(change)]
        assert any("no annotation stands for it" in message for message in found) is same


@pytest.mark.parametrize(("old", "new"), [(b"import os  #", b"import os \t#"), (b"+ b  #", b"+ b \t#")])
def test_a_blank_elsewhere_is_a_change_too(old: bytes, new: bytes) -> None:
    change = change_of(BASE, *ACCEPTED["a parameter"])
    other = FileChange("a.py", change.before, (change.after or b"").replace(old, new), change.edits)
    assert differences(other) != []


def test_edits_that_do_not_lead_to_the_file_are_refused() -> None:
    change = change_of(BASE, *ACCEPTED["a parameter"])
    other = FileChange("a.py", change.before, (change.after or b"").replace(b"+ b", b"- b"), change.edits)
    assert differences(other) != []


LATIN = "# coding: latin-1\ndef größe(maß, *, höhe=1):\n    return 'ü'  # ü\n".encode("latin-1")


def test_other_encodings_are_proved_by_their_own_bytes() -> None:
    assert differences(change_of(LATIN, ("maß|".encode("latin-1"), b": int"), (b"=1", b": int = 1"))) != []
    assert differences(change_of(LATIN, ("(maß|".encode("latin-1"), b": int"), (b"=", b": int = "))) == []


# -- comments


def commented(text: str, *edits: tuple[str, str]) -> FileChange:
    return change_of(text.encode(), *((old.encode(), new.encode()) for old, new in edits))


KEPT = {
    "words behind the type": ("x = []  # type: list  # of names\n", [("x|", ": list"), ("# type: list  ", "")]),
    "a noqa behind the type": ("x = []  # type: list  # noqa: E501\n", [("x|", ": list"), ("# type: list  ", "")]),
    "the type alone": ("x = []  # type: list\n", [("x|", ": list"), ("  # type: list", "")]),
    "a line of its own": ("def f(a):\n    # type: (int) -> str\n    pass\n", [(")|:", " -> str"), ("    # type: (int) -> str\n", "")]),  # noqa: E501
    "a line of its own with words": (
        "def f(a):\n    # type: (int) -> str  # words\n    pass\n",
        [(")|:", " -> str"), ("# type: (int) -> str  ", "")],
    ),
    "a parameter's": ("def f(\n    a,  # type: int  # in bytes\n):\n    pass\n", [("a|,", ": int"), ("# type: int  ", "")]),  # noqa: E501
}  # fmt: skip
LOST = {
    "words behind the type": ("x = []  # type: list  # of names\n", [("x|", ": list"), ("  # type: list  # of names", "")]),  # noqa: E501
    "a noqa behind the type": ("x = []  # type: list  # noqa\n", [("x|", ": list"), ("  # type: list  # noqa", "")]),
    "a noqa of its own": ("x = []  # noqa\n", [("x|", ": list"), ("  # noqa", "")]),
    "a pragma of its own": ("x = []  # pragma: no cover\n", [("x|", ": list"), ("  # pragma: no cover", "")]),
    "a type that is ignored": ("x = []  # type: ignore\n", [("x|", ": list"), ("  # type: ignore", "")]),
    "a type with an ignored error": ("x = []  # type: ignore[attr-defined]\n", [("x|", ": list"), ("  # type: ignore[attr-defined]", "")]),  # noqa: E501
    "words that name no type": ("x = []  # type: list of names\n", [("x|", ": list"), ("  # type: list of names", "")]),
    "a call in the type": ("x = []  # type: list(1)\n", [("x|", ": list"), ("  # type: list(1)", "")]),
    "a type for which no annotation stands": ("x = []  # type: list\nz = 1\n", [("z|", ": int"), ("  # type: list", "")]),  # noqa: E501
    "a comment in an import that is written again": (
        "from os import (  # noqa\n    PathLike,\n)\nx = 1\n",
        [("from os import (  # noqa\n    PathLike,\n)", "from os import PathLike, stat_result"), ("x|", ": stat_result")],  # noqa: E501
    ),
    "a comment alone in an import's brackets": (
        "from os import (\n    PathLike,\n    # words\n)\nx = 1\n",
        [("from os import (\n    PathLike,\n    # words\n)", "from os import PathLike, stat_result"), ("x|", ": stat_result")],  # noqa: E501
    ),
    "half of a type": ("x = []  # type: list[int]\n", [("x|", ": list"), ("[int]", "")]),
}  # fmt: skip


@pytest.mark.parametrize("name", KEPT)
def test_comment_behind_a_removed_type_comment_stays(name: str) -> None:
    text, edits = KEPT[name]
    change = commented(text, *edits)
    assert differences(change) == []
    assert differences(alone(change)) == []


@pytest.mark.parametrize("name", LOST)
def test_removed_comment_that_is_not_a_replaced_type_is_refused(name: str) -> None:
    text, edits = LOST[name]
    change = commented(text, *edits)
    assert differences(change) != []
    assert differences(alone(change)) != []


# -- annotations that are read


FIELDS = {
    "dataclass": "from dataclasses import dataclass\n@dataclass\nclass A:\n    x = 1\n",
    "dataclass with arguments": "import dataclasses as d\n@d.dataclass(frozen=True)\nclass A:\n    x = 1\n",
    "dataclass by another name": "from dataclasses import dataclass as value\n@value\nclass A:\n    x = 1\n",
    "derived dataclass": "import dataclasses\nclass A:\n    x = 1\n@dataclasses.dataclass\nclass B(A):\n    y = 1\n",
    "named tuple": "from typing import NamedTuple\nclass A(NamedTuple):\n    x = 1\n",
    "typed dictionary": "import typing\nclass A(typing.TypedDict):\n    x = 1\n",
    "protocol": "from typing import Protocol\nclass A(Protocol):\n    x = 1\n",
    "enumeration": "from enum import Enum\nclass A(Enum):\n    x = 1\n",
    "string enumeration": "import enum\nclass A(enum.StrEnum):\n    x = '1'\n",
    "attrs": "import attr\n@attr.s(auto_attribs=True)\nclass A:\n    x = 1\n",
    "attrs of today": "from attrs import define\n@define\nclass A:\n    x = 1\n",
    "pydantic": "from pydantic import BaseModel\nclass A(BaseModel):\n    x = 1\n",
    "pydantic, derived twice": "import pydantic\nclass B(pydantic.BaseModel):\n    pass\nclass A(B):\n    x = 1\n",
    "msgspec": "import msgspec\nclass A(msgspec.Struct):\n    x = 1\n",
    "SQLAlchemy": "from sqlalchemy.orm import DeclarativeBase\nclass A(DeclarativeBase):\n    x = 1\n",
    "an unknown base": "from somewhere import Base\nclass A(Base):\n    x = 1\n",
    "an unknown base in brackets": "from somewhere import Base\nclass A(Base[int]):\n    x = 1\n",
    "a computed base": "def base():\n    return object\nclass A(base()):\n    x = 1\n",
    "an unknown decorator": "from somewhere import model\n@model\nclass A:\n    x = 1\n",
    "an unknown metaclass": "from somewhere import Meta\nclass A(metaclass=Meta):\n    x = 1\n",
    "an argument for the base": "class B:\n    pass\nclass A(B, table=True):\n    x = 1\n",
    "a base of the module that reads": (
        "class B:\n    def __init_subclass__(cls):\n        print(cls.__annotations__)\nclass A(B):\n    x = 1\n"
    ),
    "a decorator of the module that reads": (
        "import typing\ndef model(cls):\n    return typing.get_type_hints(cls)\n@model\nclass A:\n    x = 1\n"
    ),
    "a decorator of the module that hands on": (
        "from attrs import define\ndef model(cls):\n    return define(cls)\n@model\nclass A:\n    x = 1\n"
    ),
    "a class that is handed over": "import typing\nclass A:\n    x = 1\nprint(typing.get_type_hints(A))\n",
    "a shadowed builtin": "from somewhere import object\nclass A(object):\n    x = 1\n",
    "a value that is told its class": (
        "class Field:\n    def __set_name__(self, owner, name):\n        print(owner.__annotations__)\n"
        "class A:\n    x = Field()\n"
    ),
    "a value of another package": "from somewhere import Field\nclass A:\n    x = Field()\n",
    "a base that registers": (
        "from somewhere import register\nclass B:\n    def __init_subclass__(cls):\n        register(cls)\n"
        "class A(B):\n    x = 1\n"
    ),
    "a variable that holds a decorator": "from attrs import define\nvalue = define\n@value\nclass A:\n    x = 1\n",
    "a variable made by itself": "value = value()\n@value\nclass A:\n    x = 1\n",
    "a class that is handed to another package": "import somewhere\nclass A:\n    x = 1\nsomewhere.register(A)\n",
    "a class that is handed to what reads by another name": (
        "from typing import get_type_hints as hints\nclass A:\n    x = 1\nhints(A)\n"
    ),
    "a class that is asked by name": "class A:\n    x = 1\nprint(A.__annotations__)\n",
    "a class whose dictionary is asked": "class A:\n    x = 1\nprint(A.__dict__['__annotations__'])\n",
    "a module that reads its own": "if 1:\n    x = 1\nprint(__annotations__)\n",
    "a module that hands itself over": (
        "import sys, typing\nif 1:\n    x = 1\ntyping.get_type_hints(sys.modules[__name__])\n"
    ),
    "a module that looks among its names": "if 1:\n    x = 1\nfor name in globals()['__annotations__']:\n    pass\n",
    "inside an if": "from dataclasses import dataclass\n@dataclass\nclass A:\n    if 1:\n        x = 1\n",
}


@pytest.mark.parametrize("name", FIELDS)
def test_annotated_field_of_a_class_that_may_read_it_is_refused(name: str) -> None:
    change = commented(FIELDS[name], ("  x|", ": int"))
    assert [finding.rule for finding in differences(change)] == ["read"]
    assert [finding.rule for finding in differences(alone(change))] == ["read"]


PLAIN = {
    "no base": "class A:\n    x = 1\n",
    "object": "class A(object):\n    x = 1\n",
    "an error": "class A(ValueError):\n    x = 1\n",
    "ABC": "import abc\nclass A(abc.ABC):\n    x = 1\n",
    "ABCMeta": "from abc import ABCMeta\nclass A(metaclass=ABCMeta):\n    x = 1\n",
    "Generic": "from typing import Generic, TypeVar\nT = TypeVar('T')\nclass A(Generic[T]):\n    x = 1\n",
    "a class of the library": "from threading import Thread\nclass A(Thread):\n    x = 1\n",
    "a plain class of the module": "class B:\n    pass\nclass A(B):\n    x = 1\n",
    "total_ordering": "import functools\n@functools.total_ordering\nclass A:\n    x = 1\n",
    "a plain decorator of the module": "def known(cls):\n    return cls\n@known\nclass A:\n    x = 1\n",
    "a module beside a dataclass": (
        "from dataclasses import dataclass\n@dataclass\nclass B:\n    y: int = 2\nclass A:\n    x = 1\n"
    ),
    "a class that is handed to the library": "class A:\n    x = 1\nprint(isinstance(1, A), repr(A))\n",
    "a class beside one that is asked for its methods": (
        "import inspect\ndef find(x):\n    return inspect.isclass(x)\nclass A:\n    x = 1\nfind(A)\n"
    ),
    "in a method of a dataclass": (
        "from dataclasses import dataclass\n@dataclass\nclass A:\n    def f(self):\n        x = 1\n"
    ),
}


@pytest.mark.parametrize("name", PLAIN)
def test_annotated_variable_of_a_plain_class_is_the_same_code(name: str) -> None:
    change = commented(PLAIN[name], ("  x|", ": int"))
    assert differences(change) == []
    assert differences(alone(change)) == []


READ_FUNCTIONS = (
    "from functools import singledispatch\n@singledispatch\n",
    "import functools\n@functools.singledispatch\n",
    "from pydantic import validate_call\n@validate_call\n",
    "from somewhere import unknown\n@unknown\n",
    "from somewhere import unknown\n@unknown(1)\n",
    "import typer\napp = typer.Typer()\n@app.command()\n",
    "import inspect\ndef deco(f):\n    return inspect.signature(f)\n@deco\n",
    "from .other import deco\n@deco\n",
    "def deco(f):\n    return f.__annotations__\n@deco\n",
    "import typing\ndef first(f):\n    return typing.get_type_hints(f)\ndef deco(f):\n    return first(f)\n@deco\n",
    "from dataclasses import make_dataclass\n@make_dataclass\n",
)
READ_METHODS = (
    "from beartype import beartype\n@beartype\nclass A:\n",
    "import typeguard\n@typeguard.typechecked\nclass A:\n",
    "from somewhere import Meta\nclass A(metaclass=Meta):\n",
    "class Meta(type):\n    def __new__(m, n, b, d):\n        use(d['f'].__annotations__)\nclass A(metaclass=Meta):\n",
    "import typing\nclass B:\n    def __init_subclass__(cls):\n        typing.get_type_hints(cls.f)\nclass A(B):\n",
    "def each(cls):\n    return cls.f.__annotations__\n@each\nclass A:\n",
)
PLAIN_METHODS = (
    "class A:\n",
    "from dataclasses import dataclass\n@dataclass(frozen=True)\nclass A:\n",
    "import attrs\n@attrs.define\nclass A:\n",
    "import enum\n@enum.unique\nclass A(enum.Enum):\n",
    "from typing import Protocol\nclass A(Protocol):\n",
    "from somewhere import Base\nclass A(Base):\n",
    "import abc\nclass A(metaclass=abc.ABCMeta):\n",
)
HANDED = (
    "import typer\ndef target(b):\n    pass\ntyper.run(target)\n",
    "import typer\napp = typer.Typer()\ndef target(b):\n    pass\napp.command()(target)\n",
    "import fastapi\napp = fastapi.FastAPI()\ndef target(b):\n    pass\napp.add_api_route('/', target)\n",
    "import inspect\ndef target(b):\n    pass\nprint(inspect.signature(target))\n",
    "import functools\ndef target(b):\n    pass\ntarget = functools.singledispatch(target)\n",
    "import inspect\ndef target(b):\n    pass\nfor f in (target,):\n    print(inspect.signature(f))\n",
    "import typing\ndef look(f):\n    return typing.get_type_hints(f)\ndef target(b):\n    pass\nlook(target)\n",
    "def target(b):\n    pass\nprint(target.__annotations__)\n",
    "def target(b):\n    return list(target.__annotations__)\n",
    "def target(b):\n    pass\nprint(getattr(target, '__annotations__'))\n",
    "def target(b):\n    pass\nprint(vars(target)['__annotations__'])\n",
    "class A:\n    def target(b):\n        pass\nprint(A.target.__annotate__)\n",
)
NOT_HANDED = (
    "import threading\ndef target(b):\n    pass\nthreading.Thread(target=target)\n",
    "import inspect\ndef target(b):\n    pass\nprint(inspect.isfunction(target))\n",
    "import inspect\ndef look(f):\n    return inspect.unwrap(f)\ndef target(b):\n    pass\nlook(target)\n",
    "import somewhere\ndef target(b):\n    pass\ndef other(target):\n    somewhere.use(target)\n",
    "import somewhere\ndef target(b):\n    pass\nsomewhere.use(target(1))\n",
)
PLAIN_FUNCTIONS = (
    "",
    "@staticmethod\n",
    "import functools\n@functools.lru_cache(maxsize=None)\n",
    "from functools import lru_cache as memo\n@memo\n",
    "import contextlib\n@contextlib.contextmanager\n",
    "import pytest\n@pytest.fixture(scope='module')\n",
    "import pytest\n@pytest.mark.parametrize('a', [1])\n",
    "from functools import wraps\ndef deco(f):\n    @wraps(f)\n    def g(*a):\n        return f(*a)\n    return g\n@deco\n",  # noqa: E501
)


@pytest.mark.parametrize("head", READ_FUNCTIONS)
def test_annotation_of_a_function_whose_decorator_may_read_it_is_refused(head: str) -> None:
    change = commented(f"{head}def target(b):\n    pass\n", ("target(b|", ": int"))
    assert [finding.rule for finding in differences(change)] == ["read"]


@pytest.mark.parametrize("head", READ_METHODS)
def test_annotation_of_a_method_whose_class_may_read_it_is_refused(head: str) -> None:
    change = commented(f"{head}    def f(self, b):\n        pass\n", ("f(self, b|", ": int"))
    assert [finding.rule for finding in differences(change)] == ["read"]


@pytest.mark.parametrize("head", PLAIN_METHODS)
def test_annotation_of_a_method_whose_class_reads_at_most_fields_is_the_same_code(head: str) -> None:
    assert differences(commented(f"{head}    def f(self, b):\n        pass\n", ("f(self, b|", ": int"))) == []


@pytest.mark.parametrize("text", HANDED)
def test_annotation_of_a_function_that_is_handed_to_a_reader_is_refused(text: str) -> None:
    assert [finding.rule for finding in differences(commented(text, ("target(b|", ": int")))] == ["read"]


@pytest.mark.parametrize("text", NOT_HANDED)
def test_annotation_of_a_function_that_is_handed_to_no_reader_is_the_same_code(text: str) -> None:
    assert differences(commented(text, ("target(b|", ": int"))) == []


@pytest.mark.parametrize("head", PLAIN_FUNCTIONS)
def test_annotation_of_a_function_with_a_harmless_decorator_is_the_same_code(head: str) -> None:
    assert differences(commented(f"{head}def target(b):\n    pass\n", ("target(b|", ": int"))) == []


QUOTED_CODE = (
    "__import__('os')",
    " __import__('os')",
    "list[f()]",
    "*f()",
    "lambda: 0",
    "(x := 1)",
    "f'{f()}'",
    "list['f()']",
    "Literal['a'][f()]",
    "int if f() else str",
    "[x for x in f()]",
    "not a type",
)


@pytest.mark.parametrize("code", QUOTED_CODE)
@pytest.mark.parametrize("form", [": {}", ": list[{}]", ": dict[str, {}]", ": Annotated[{}, 'a b']"])
def test_quoted_annotation_that_would_run_code_is_refused(code: str, form: str) -> None:
    """``typing.get_type_hints`` evaluates it, as typer and pydantic do."""
    change = commented(
        "from typing import Annotated, Literal\ndef target(b):\n    pass\n", ("target(b|", form.format(repr(code)))
    )
    assert differences(change) != []
    assert differences(alone(change)) != []


@pytest.mark.parametrize("text", ["Literal['a b']", "Literal['f()', 'x']", "Annotated[int, 'a b']", "'list[\"int\"]'"])
def test_text_that_is_no_type_may_stand_where_none_is_expected(text: str) -> None:
    change = commented("from typing import Annotated, Literal\ndef target(b):\n    pass\n", ("target(b|", f": {text}"))
    assert differences(change) == []
    assert differences(alone(change)) == []


RUNNING_BLOCKS = {
    "set to True": "TYPE_CHECKING = True\n",
    "set to True behind it": "from typing import TYPE_CHECKING\nTYPE_CHECKING = True\n",
    "never bound": "",
    "of another module": "from somewhere import TYPE_CHECKING\n",
    "another name by that name": "from os import name as TYPE_CHECKING\n",
    "from a module below": "from .typing import TYPE_CHECKING\n",
    "from anywhere": "from typing import TYPE_CHECKING\nfrom somewhere import *\n",
    "a function": "def TYPE_CHECKING():\n    pass\n",
    "of a loop": "for TYPE_CHECKING in (0, 1):\n    pass\n",
    "in a condition": "import os\nTYPE_CHECKING = False\nif os.name:\n    TYPE_CHECKING = 1\n",
    "set by a function": "TYPE_CHECKING = False\ndef g():\n    global TYPE_CHECKING\n    TYPE_CHECKING = 1\ng()\n",
    "of another object": "import os as typing\n",
    "set in typing": "import typing\ntyping.TYPE_CHECKING = True\n",
    "a class by the name of typing": "class typing:\n    TYPE_CHECKING = True\n",
    "walrus": "print(TYPE_CHECKING := 1)\n",
}


@pytest.mark.parametrize("name", RUNNING_BLOCKS)
def test_import_in_a_block_that_may_run_is_refused(name: str) -> None:
    head = RUNNING_BLOCKS[name]
    test = "typing.TYPE_CHECKING" if "typing" in head and "import TYPE_CHECKING" not in head else "TYPE_CHECKING"
    text = f"{head}if {test}:\n    import os\ndef target(b):\n    pass\n"
    change = commented(text, ("    import os\n|", "    import antigravity\n"), ("target(b|", ': "antigravity.fly"'))
    assert [finding.rule for finding in differences(change)] == ["imports"]
    assert [finding.rule for finding in differences(alone(change))] == ["imports"]


@pytest.mark.parametrize(
    "head",
    [
        "from typing import TYPE_CHECKING\n",
        "from typing_extensions import TYPE_CHECKING\n",
        "import typing\n",
        "import typing as t\ndef g(t):\n    pass\n",
        "TYPE_CHECKING = False\n",
        "TYPE_CHECKING: bool = False\nif TYPE_CHECKING:\n    from typing import Any\n",
        "try:\n    from typing import TYPE_CHECKING\nexcept ImportError:\n    TYPE_CHECKING = False\n",
    ],
)
def test_import_in_a_block_that_never_runs_is_the_same_code(head: str) -> None:
    test = (
        "TYPE_CHECKING" if "TYPE_CHECKING" in head else "t.TYPE_CHECKING" if " as t" in head else "typing.TYPE_CHECKING"
    )
    text = f"{head}if {test}:\n    import os\ndef target(b):\n    pass\n"
    change = commented(text, ("    import os\n|", "    import antigravity\n"), ("target(b|", ': "antigravity.fly"'))
    assert differences(change) == []


UNCOMPILED = {
    "a global variable": ("x = 1\ndef f():\n    global x\n    x = 2\n", ("    x|", ": int")),
    "a variable of the function around": (
        "def g():\n    x = 1\n    def f():\n        nonlocal x\n        x = 2\n",
        ("        x|", ": int"),
    ),
    "a late future import": (
        "x = 1\ndef f(a):\n    pass\n",
        ("x = 1\n|", "from __future__ import annotations\n"),
        ("f(a|", ": int"),
    ),
    "a global variable of a class": ("class A:\n    global x\n    x = 2\n", ("    x|", ": int")),
}


@pytest.mark.parametrize("name", UNCOMPILED)
def test_annotation_with_which_the_file_does_not_compile_is_refused(name: str) -> None:
    text, *edits = UNCOMPILED[name]
    change = commented(text, *edits)
    assert differences(change) != []
    assert differences(alone(change)) != []


def test_file_that_never_compiled_may_be_annotated() -> None:
    assert differences(commented("def f(a):\n    pass\nreturn\n", ("f(a|", ": int"))) == []


def test_every_annotation_that_is_read_is_a_finding_in_its_own_line() -> None:
    text = FIELDS["dataclass"] + "    y = 2\n"
    change = commented(text, ("  x|", ": int"), ("  y|", ": int"))
    assert [finding.line for finding in differences(change)] == [4, 5]


def test_annotation_that_is_read_is_accepted_where_the_user_asked_for_it() -> None:
    change = commented(FIELDS["dataclass"], ("  x|", ": int"))
    assert differences(change, at_run_time=True) == []


OTHER_FILES = {
    "pkg/__init__.py": b"from .base import Plain, Model\n",
    "pkg/base.py": b"import pydantic\nclass Plain:\n    pass\nclass Model(pydantic.BaseModel):\n    pass\n",
    "pkg/deco.py": b"def mark(f):\n    f.marked = True\n    return f\n",
}


@pytest.mark.parametrize(
    ("text", "accepted"),
    [
        ("from .base import Plain\nclass A(Plain):\n    x = 1\n", True),
        ("from .base import Model\nclass A(Model):\n    x = 1\n", False),
        ("from pkg import Plain\nclass A(Plain):\n    x = 1\n", True),
        ("import pkg.base\nclass A(pkg.base.Plain):\n    x = 1\n", True),
        ("import pkg\nclass A(pkg.Model):\n    x = 1\n", False),
        ("from pkg import base\nclass A(base.Plain):\n    x = 1\n", True),
        ("from pkg import base\nclass A(base.Model):\n    x = 1\n", False),
        ("from .deco import mark\n@mark\nclass A:\n    x = 1\n", True),
    ],
)
def test_base_class_of_another_module_is_read_from_the_project(text: str, accepted: bool) -> None:
    change = commented(text, ("  x|", ": int"))
    change = change._replace(path="pkg/a.py", edits=())
    assert (differences(change, OTHER_FILES.get) == []) is accepted
    assert differences(change) != []


PLAIN_MODULE = "class A:\n    x = 1\n\n\ndef main(b):\n    pass\n"
READING_FILES = {
    "derives with pydantic": ("x|", "from .a import A\nimport pydantic\nclass B(A, pydantic.BaseModel):\n    pass\n"),
    "derives with a data class": ("x|", "from pkg.a import A\nimport dataclasses\n@dataclasses.dataclass\nclass B(A):\n    pass\n"),  # noqa: E501
    "derives under another name": ("x|", "from .a import A as Plain\nimport attr\n@attr.s\nclass B(Plain):\n    pass\n"),  # noqa: E501
    "derives through the package": ("x|", "from pkg import A\nimport attr\n@attr.s\nclass B(A):\n    pass\n"),
    "derives by a star": ("x|", "from .a import *\nimport attr\n@attr.s\nclass B(A):\n    pass\n"),
    "derives by the module": ("x|", "import pkg.a\nimport attr\n@attr.s\nclass B(\n    # words\n    pkg.a.A,\n):\n    pass\n"),  # noqa: E501
    "derives twice": ("x|", "from .a import A\nimport attr\nclass C(A):\n    pass\n@attr.s\nclass B(C):\n    pass\n"),
    "decorates by a call": ("x|", "from .a import A\nimport attrs\nB = attrs.define(A)\n"),
    "asks for hints": ("x|", "from . import a\nimport typing\nprint(typing.get_type_hints(a.A))\n"),
    "runs a function": ("main(b|", "from .a import main\nimport typer\ntyper.run(main)\n"),
    "registers a function": ("main(b|", "from pkg.a import (\n    A,\n    main,\n)\nimport typer\napp = typer.Typer()\napp.command()(main)\n"),  # noqa: E501
}  # fmt: skip
PLAIN_FILES = {
    "derives alone": ("x|", "from .a import A\nclass B(A):\n    pass\n"),
    "derives from another class of this name": (
        "x|",
        "from other import A\nimport attr\n@attr.s\nclass B(A):\n    pass\n",
    ),
    "calls a function": ("main(b|", "from .a import main\nmain(1)\n"),
    "hands a function to the library": ("main(b|", "from .a import main\nimport atexit\natexit.register(main)\n"),
}


@pytest.mark.parametrize("name", [*READING_FILES, *PLAIN_FILES])
def test_annotation_that_another_file_reads_is_refused(name: str) -> None:
    place, text = {**READING_FILES, **PLAIN_FILES}[name]
    change = commented(PLAIN_MODULE, (place, ": int"))._replace(path="pkg/a.py", edits=())
    files = {"pkg/a.py": PLAIN_MODULE.encode(), "pkg/b.py": text.encode(), "pkg/__init__.py": b"from .a import A\n"}
    found = [finding.rule for finding in differences(change, files.get, lambda: files)]
    assert found == (["read"] if name in READING_FILES else [])


def test_import_of_a_name_that_is_a_module_of_an_imported_package_is_refused() -> None:
    before = b"import pkg\ndef f(a):\n    pass\n"
    change = change_of(before, (b"import pkg\n|", b"from pkg import b\n"), (b"f(a|", b": b"))
    assert differences(change) == []
    assert differences(change, {"pkg/__init__.py": b"", "pkg/b.py": b""}.get) != []


def test_file_of_nothing_and_comment_of_many_marks_are_compared_at_once() -> None:
    assert differences(FileChange("a.py", b"\n", b"from typing import Any\n")) != []
    marks = {"b.py": b"from a import A\nf(" + b"# " * 3000 + b"\nA;\n"}
    assert differences(commented("class A:\n    x = 1\n", ("  x|", ": int")), marks.get, lambda: marks) == []
