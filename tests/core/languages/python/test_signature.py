from textwrap import dedent

import pytest

from workhorse_core.languages.python.guards import GuardKind
from workhorse_core.languages.python.signature import Parameter, ParameterKind, Signature, read_signature
from workhorse_core.languages.python.source import PythonSource
from workhorse_core.pipeline.region import definitions


def signature(code: str, name: str = "f") -> Signature:
    source = PythonSource("a.py", dedent(code).encode())
    return [read_signature(region) for region in definitions(source) if region.name == name][-1]


def test_every_kind_of_parameter_is_read_with_its_annotation_and_default() -> None:
    read = signature("def f(a, /, b: int, c='x', *d: str, e, g: 'list[int] | None' = None, **h): ...")
    assert read.parameters == (
        Parameter("a", ParameterKind.POSITIONAL_ONLY),
        Parameter("b", annotation="int"),
        Parameter("c", default="'x'"),
        Parameter("d", ParameterKind.VAR_POSITIONAL, "str"),
        Parameter("e", ParameterKind.KEYWORD_ONLY),
        Parameter("g", ParameterKind.KEYWORD_ONLY, "list[int] | None", "None"),
        Parameter("h", ParameterKind.VAR_KEYWORD),
    )
    assert [parameter.label for parameter in read.parameters] == ["a", "b", "c", "*d", "e", "g", "**h"]


def test_source_text_is_taken_as_written_in_any_encoding() -> None:
    source = PythonSource("a.py", "# coding: latin-1\ndef f(é='ü', b=0x1F): ...\n".encode("latin-1"))
    assert [p.default for p in read_signature(definitions(source)[-1]).parameters] == ["'ü'", "0x1F"]


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ("def f(self, a): ...", ["a"]),
        ("@classmethod\n    def f(cls, a): ...", ["a"]),
        ("@staticmethod\n    def f(a): ...", ["a"]),
        ("def f(*args): ...", ["args"]),
        ("def f(this, /, a): ...", ["a"]),
    ],
)
def test_a_method_is_bound_to_its_first_parameter(header: str, names: list[str]) -> None:
    read = signature(f"class C:\n    {header}\n", "C.f")
    assert [parameter.name for parameter in read.parameters] == names
    assert read.is_method


def test_a_function_within_a_method_is_not_a_method() -> None:
    read = signature("class C:\n    def m(self):\n        def f(a): ...\n", "C.m.f")
    assert not read.is_method
    assert [parameter.name for parameter in read.parameters] == ["a"]


@pytest.mark.parametrize(
    ("body", "returns_value", "yields", "yields_value"),
    [
        ("return 1", True, False, False),
        ("return", False, False, False),
        ("return None", False, False, False),
        ("def g():\n        return 1", False, False, False),
        ("return lambda: (yield)", True, False, False),
        ("yield", False, True, False),
        ("yield 1\n    return 2", True, True, True),
        ("yield from x", False, True, True),
        ("x = [(yield 1)]", False, True, True),
        ("class C:\n        x = 1", False, False, False),
    ],
)
def test_only_its_own_returns_and_yields_count(
    body: str, returns_value: bool, yields: bool, yields_value: bool
) -> None:
    read = signature(f"def f(x):\n    {body}\n")
    assert (read.returns_value, read.yields, read.yields_value) == (returns_value, yields, yields_value)


def test_an_async_generator_is_both() -> None:
    read = signature("async def f():\n    yield 1\n")
    assert read.is_async
    assert read.is_generator


@pytest.mark.parametrize(
    ("decorators", "flag"),
    [
        ("@property", "is_property"),
        ("@functools.cached_property", "is_property"),
        ("@f.setter", "is_setter"),
        ("@f.deleter", "is_deleter"),
        ("@typing.overload", "is_overload"),
        ("@override", "is_override"),
        ("@abc.abstractmethod", "is_abstract"),
        ("@staticmethod", "is_staticmethod"),
        ("@classmethod", "is_classmethod"),
        ("@contextlib.contextmanager", "is_context_manager"),
    ],
)
def test_decorators_are_understood(decorators: str, flag: str) -> None:
    read = signature(f"class C:\n    {decorators}\n    def f(self): return 1\n", "C.f")
    assert getattr(read, flag)


def test_decorators_that_are_called_are_named_without_their_arguments() -> None:
    read = signature("@app.route('/x', methods=[1])\n@plain\ndef f(): ...\n")
    assert read.decorators == ("app.route", "plain")


@pytest.mark.parametrize(
    ("body", "stub"),
    [
        ("...", True),
        ("pass", True),
        ("'''Text.'''", True),
        ("raise NotImplementedError('x')", True),
        ("return 1", False),
        ("print()", False),
    ],
)
def test_bodies_that_do_nothing_are_stubs(body: str, stub: bool) -> None:
    assert signature(f"def f():\n    {body}\n").is_stub_body is stub


CAUGHT_OUTSIDE = """try:
        try:
            raise KeyError
        except KeyError:
            raise A
    except A:
        pass"""

RAISES = [
    ("raise ValueError('x')", ["ValueError"]),
    ("raise ValueError", ["ValueError"]),
    ("raise errors.Bad('x') from e", ["errors.Bad"]),
    ("def g():\n        raise ValueError", []),
    ("raise (A() if x else B())", ["A", "B"]),
    ("e = KeyError(1)\n    raise e", ["KeyError"]),
    ("e = KeyError()\n    e = e.with_traceback(x)\n    raise e", ["KeyError"]),
    ("e = None\n    e = KeyError(1)\n    raise e.with_traceback(None)", ["KeyError"]),
    ("try:\n        raise KeyError\n    except KeyError:\n        pass", []),
    ("try:\n        raise KeyError\n    except LookupError:\n        pass", []),
    ("try:\n        raise KeyError\n    except Exception:\n        pass", []),
    ("try:\n        raise KeyError\n    except:\n        pass", []),
    ("try:\n        raise KeyError\n    except ValueError:\n        pass", ["KeyError"]),
    ("try:\n        raise KeyboardInterrupt\n    except Exception:\n        pass", ["KeyboardInterrupt"]),
    ("try:\n        raise IOError\n    except OSError:\n        pass", []),
    ("try:\n        raise KeyError\n    except KeyError:\n        raise", ["KeyError", "KeyError"]),
    ("try:\n        raise KeyError\n    except Exception:\n        raise", ["KeyError"]),
    ("try:\n        g()\n    except (KeyError, ValueError):\n        raise", ["KeyError", "ValueError"]),
    ("try:\n        g()\n    except KeyError as e:\n        raise e", ["KeyError"]),
    ("try:\n        g()\n    except Exception:\n        raise", []),
    ("try:\n        g()\n    except KeyError:\n        raise ValueError", ["ValueError"]),
    ("try:\n        g()\n    finally:\n        raise ValueError", ["ValueError"]),
    ("try:\n        raise KeyError\n    finally:\n        return", []),
    ("try:\n        pass\n    except A:\n        pass\n    else:\n        raise A", ["A"]),
    ("with suppress(KeyError):\n        raise KeyError", []),
    ("with open(x):\n        raise KeyError", ["KeyError"]),
    (CAUGHT_OUTSIDE, []),
    ("match x:\n        case 1:\n            raise A", ["A"]),
    ("raise self.make()", []),
    ("raise make_error()", []),
    ("raise x", []),
    ("raise socket.timeout", ["socket.timeout"]),
    ("try:\n        raise A\n    except* A:\n        pass", []),
]


@pytest.mark.parametrize(("body", "names"), RAISES)
def test_exceptions_that_escape_are_read(body: str, names: list[str]) -> None:
    read = signature(f"def f(x):\n    {body}\n")
    assert [raised.exception for raised in read.raises] == names


def test_an_exception_without_a_known_class_is_flagged() -> None:
    assert signature("def f(x):\n    raise x\n").raises_unnamed
    assert not signature("def f(x):\n    raise A\n").raises_unnamed


def test_classes_of_the_file_decide_whether_a_handler_catches() -> None:
    code = """
        class Base(Exception): ...
        class Child(Base): ...
        def f():
            try:
                raise Child
            except Base:
                pass
    """
    assert signature(code).raises == ()


def test_an_exception_of_unknown_class_under_a_handler_is_doubtful() -> None:
    (raised,) = signature("def f():\n    try:\n        raise Child\n    except Base:\n        pass\n").raises
    assert raised.doubtful


def test_raise_cls_means_the_class_itself() -> None:
    read = signature("class Bad(Exception):\n    @classmethod\n    def f(cls):\n        raise cls('x')\n", "Bad.f")
    assert read.raised_names == ("Bad",)


def test_a_stub_raise_is_not_documented() -> None:
    read = signature("def f():\n    raise NotImplementedError\n")
    assert read.raises[0].stub
    assert read.raised_names == ()


def test_guards_go_from_the_outermost_to_the_innermost() -> None:
    code = """
        def f(a, b, c):
            if a:
                return 1
            for x in b:
                if c > 1:
                    pass
                elif x:
                    raise A("m %s" % x)
    """
    (raised,) = signature(code).raises
    assert [(g.kind, g.test, g.holds) for g in raised.guards] == [
        (GuardKind.EARLIER, "a", False),
        (GuardKind.LOOP, "x in b", True),
        (GuardKind.IF, "c > 1", False),
        (GuardKind.IF, "x", True),
    ]
    assert (raised.condition, raised.negated, raised.message) == ("x", False, "m {x}")


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("'plain'", "plain"),
        ("f'got {x!r}'", "got {x}"),
        ("'a ' 'b'", "a b"),
        ("'a %s b' % x", "a {x} b"),
        ("'a %s %d' % (x, y)", "a {x} {y}"),
        ("'a {} {}'.format(x, y)", "a {x} {y}"),
        ("'a {name}'.format(name=x)", "a {x}"),
        ("_('text')", "text"),
        ("'a ' + x", "a {x}"),
        ("400, 'text'", "text"),
        ("x, message='text'", "text"),
        ("x", None),
        ("'100 %' % x", None),
    ],
)
def test_messages_are_read_with_inserted_values(written: str, message: str | None) -> None:
    (raised,) = signature(f"def f(x, y):\n    raise A({written})\n").raises
    assert raised.message == message


CONSTRUCTORS = [
    ("class C:\n    def __init__(self, a, b=1): ...", "__init__", ["a", "b"]),
    ("class C:\n    def __new__(cls, a): ...", "__new__", ["a"]),
    ("@dataclass\nclass C:\n    a: int\n    b: str = 'x'\n    c: ClassVar[int] = 1", "fields", ["a", "b"]),
    ("@dataclass(frozen=True)\nclass C:\n    a: int = field(init=False)\n    b: int = 0", "fields", ["b"]),
    ("@dataclasses.dataclass(init=False)\nclass C:\n    a: int", None, []),
    ("class C(NamedTuple):\n    a: int\n    b: int = 1", "fields", ["a", "b"]),
    ("@attr.s\nclass C:\n    _a = attr.ib()\n    b = attr.ib(default=1)\n    c = 3", "fields", ["a", "b"]),
    ("@attrs.define\nclass C:\n    _a: int\n    b: list = attrs.field(factory=list)", "fields", ["a", "b"]),
    ("class C(Base):\n    x: int = 1", None, []),
]


@pytest.mark.parametrize(("code", "constructor", "names"), CONSTRUCTORS)
def test_a_class_takes_what_its_constructor_takes(code: str, constructor: str | None, names: list[str]) -> None:
    read = signature(code + "\n", "C")
    assert read.is_class
    assert read.constructor == constructor
    assert [parameter.name for parameter in read.parameters] == names


def test_fields_after_a_kw_only_mark_are_keywords_and_factories_are_called() -> None:
    read = signature(
        "@dataclass\nclass C:\n    a: int\n    _: KW_ONLY\n    b: list = field(default_factory=list)\n", "C"
    )
    assert read.parameters == (
        Parameter("a", annotation="int"),
        Parameter("b", ParameterKind.KEYWORD_ONLY, "list", "list()"),
    )


def test_the_implementation_of_an_overloaded_constructor_counts() -> None:
    code = """
        class C:
            @overload
            def __init__(self, a: int): ...
            @overload
            def __init__(self, a: str): ...
            def __init__(self, a, b=None): ...
    """
    assert [parameter.name for parameter in signature(code, "C").parameters] == ["a", "b"]


def test_a_module_has_an_empty_signature() -> None:
    assert signature("x = 1\n", "").parameters == ()
