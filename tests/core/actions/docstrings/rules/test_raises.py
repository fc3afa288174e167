from collections.abc import Callable

import pytest

from workhorse_core.actions.docstrings.rules.known import Known
from workhorse_core.languages.python.docstring.content import RaiseText

Write = Callable[..., Known]

CONDITIONS = [
    # comparisons
    ("limit < 0", "If ``limit`` is negative."),
    ("limit <= 0", "If ``limit`` is not positive."),
    ("not limit >= 0", "If ``limit`` is negative."),
    ("limit > 10", "If ``limit`` is greater than 10."),
    ("limit >= MAX", "If ``limit`` is at least ``MAX``."),
    ("limit == 'x'", 'If ``limit`` is ``"x"``.'),
    ("limit != -1", "If ``limit`` is not -1."),
    ("limit == ''", "If ``limit`` is empty."),
    ("not 0 <= limit <= 1", "If ``limit`` is not between 0 and 1."),
    ("len(items) == 0", "If ``items`` is empty."),
    ("len(items) > 3", "If the length of ``items`` is greater than 3."),
    ("limit is None", "If ``limit`` is None."),
    ("limit is not None", "If ``limit`` is not None."),
    ("limit not in ('a', 'b')", 'If ``limit`` is not one of ``"a"`` and ``"b"``.'),
    ("limit in items", "If ``limit`` is in ``items``."),
    ("'x' in items", 'If ``items`` contains ``"x"``.'),
    # kinds
    ("not isinstance(limit, int)", "If ``limit`` is not an ``int``."),
    ("isinstance(limit, (str, bytes))", "If ``limit`` is a ``str`` or ``bytes``."),
    ("not issubclass(limit, Base)", "If ``limit`` is not a subclass of ``Base``."),
    ("not callable(limit)", "If ``limit`` is not callable."),
    ("not hasattr(limit, 'read')", "If ``limit`` has no attribute ``read``."),
    # truth, as the parameter is annotated or left out
    ("not flag", "If ``flag`` is false."),
    ("flag", "If ``flag`` is true."),
    ("not text", "If ``text`` is empty."),
    ("not name", "If ``name`` is missing or empty."),
    ("name", "If ``name`` is given."),
    ("not count", "If ``count`` is missing or zero."),
    ("kwargs", "If ``**kwargs`` are given."),
    # methods
    ("not text.startswith('a')", 'If ``text`` does not start with ``"a"``.'),
    ("not PATTERN.match(text)", "If ``text`` does not match ``PATTERN``."),
    ("not os.path.exists(text)", "If ``text`` does not exist."),
    ("not path.is_file()", "If ``path`` is not a file."),
    # together
    ("flag and not text", "If ``flag`` is true and ``text`` is empty."),
    ("not (flag and text)", "If ``flag`` is false or ``text`` is empty."),
    # quoted where it cannot be worded
    ("limit % 2", "If ``limit % 2`` is truthy."),
    ("not limit & 1", "If ``limit & 1`` is falsy."),
]

HEADER = "def f(limit, items, flag: bool, text: str, path, name=None, count: int | None = None, **kwargs):\n"


def told(found: Known) -> list[str]:
    """List the sentences about exceptions, in a docstring or as facts without one."""
    raises = found.content.raises if found.content else ()
    return [*found.facts, *(f"Raises {one.exception}: {one.description}" for one in raises)]


@pytest.mark.parametrize(("test", "words"), CONDITIONS)
def test_a_guard_becomes_the_description_of_an_exception(known: Write, test: str, words: str) -> None:
    found = known(f"{HEADER}    if {test}:\n        raise ValueError()\n")
    assert told(found)[-1] == f"Raises ValueError: {words}"


UNTOLD = [
    "with g():\n        if h():\n            return\n    if flag:\n        raise ValueError()",
    "x = _g()\n    if x < 0:\n        raise ValueError()",  # a caller does not know x
    "limit = g(limit)\n    if limit < 0:\n        raise ValueError()",  # no longer what was passed in
    "kwargs.pop('x')\n    if kwargs:\n        raise ValueError()",  # taken from before
    "if g():\n        return\n    x = 1\n    if x:\n        raise ValueError()",
    "for x in g():\n        if x:\n            return\n    raise ValueError()",
    "while limit:\n        raise ValueError()",
    "if limit._state == 1:\n        raise ValueError()",
    "if _hidden(limit):\n        raise ValueError()",
    "limit.x = 3\n    if limit.x:\n        raise ValueError()",
    "if (y := g(limit)):\n        raise ValueError()",
    "if limit == 1 and items == 2 and flag and text and path:\n        raise ValueError()",
    "try:\n        g()\n        h()\n    except KeyError:\n        raise ValueError()",
]


@pytest.mark.parametrize("body", UNTOLD)
def test_conditions_that_a_caller_cannot_understand_give_no_description(known: Write, body: str) -> None:
    found = known(f"{HEADER}    {body}\n")
    assert not [fact for fact in found.facts if fact.startswith("Raises")]
    assert "when ValueError is raised" in found.missing


PLACES = [
    (
        "if limit is None:\n        return 1\n    if flag:\n        raise A()",
        "If ``flag`` is true and ``limit`` is not None.",
    ),
    ("if limit is None:\n        raise B()\n    if flag:\n        raise A()", "If ``flag`` is true."),
    (
        "if limit is None:\n        pass\n    elif flag:\n        raise A()",
        "If ``flag`` is true and ``limit`` is not None.",
    ),
    ("if flag:\n        if text:\n            raise A()", "If ``text`` is not empty and ``flag`` is true."),
    ("if limit is None:\n        limit = 3\n    if limit < 0:\n        raise A()", "If ``limit`` is negative."),
    (
        "for item in items:\n        if not isinstance(item, str):\n            raise A()",
        "If an item of ``items`` is not a ``str``.",
    ),
    ("try:\n        int(text)\n    except ValueError:\n        raise A()", "If ``int(text)`` raises ``ValueError``."),
    ("try:\n        import yaml\n    except ImportError:\n        raise A()", "If ``yaml`` cannot be imported."),
    ("_g()\n    raise A()", "Always."),
    (
        "if flag:\n        raise A()\n    if text:\n        raise A()",
        "If ``flag`` is true, or if ``text`` is not empty.",
    ),
]


@pytest.mark.parametrize(("body", "words"), PLACES)
def test_the_position_of_a_raise_decides_its_description(known: Write, body: str, words: str) -> None:
    found = known(f"{HEADER}    {body}\n")
    assert [fact for fact in told(found) if fact.startswith("Raises A:")] == [f"Raises A: {words}"]


MESSAGES = [
    ("Invalid header", "If the header is invalid."),
    ("Unknown keys", "If the keys are unknown."),
    ("No host supplied", "If no host is supplied."),
    ("Data must not be a string.", "If the data is a string."),
    ("iterable or length is required", "If the iterable or length is missing."),
    ("Timestamp missing", "If the timestamp is missing."),
    ("Could not parse the header", "If the header cannot be parsed."),
    ("Unable to rewind request body for redirect", "If the request body cannot be rewound for redirect."),
    ("There is no active context", "If there is no active context."),
    ("The content was already consumed", "If the content was already consumed."),
    ("Cannot compare apples with pears", "If the apples cannot be compared with pears."),
    ('Invalid "auth" argument', 'If the "auth" argument is invalid.'),
    ("Header value must be str or bytes, not {type(x)}", "If the header value is neither str nor bytes."),
    ("path is empty", "If the path is empty."),
    ("header cannot be empty", "If the header is empty."),
    ("the item cannot be found in the store", "If the item cannot be found in the store."),
    ("Name and value must be equal", "If the name and value are not equal."),
]


@pytest.mark.parametrize(("message", "words"), MESSAGES)
def test_a_message_describes_an_exception_where_the_condition_cannot(known: Write, message: str, words: str) -> None:
    found = known(f"{HEADER}    x = _g()\n    if x:\n        raise A(f{message!r})\n")
    assert [fact for fact in found.facts if fact.startswith("Raises A:")] == [f"Raises A: {words}"]


@pytest.mark.parametrize(
    "message",
    [
        *("x", "{x}", "name={x}, path={x}", "%s", "failed"),
        "You can only send one",
        "Streamed bodies and files are mutually exclusive",
        "Cannot encode objects that are not pairs",
        "Setting the encoding is not allowed",
        "{x} must be an int, not {type(x)}",
        "limit {limit} is too big",
        "An order without lines cannot be cancelled.",
        "Cannot use a closed session",
        "Cannot convert to specified type",
        "width must be != 0",
    ],
)
def test_a_message_that_is_empty_or_no_condition_gives_no_description(known: Write, message: str) -> None:
    found = known(f"{HEADER}    x = _g()\n    if x:\n        raise A(f{message!r})\n")
    assert "when A is raised" in found.missing


def test_the_state_of_the_object_is_described(known: Write) -> None:
    code = "class Stream:\n    def read_all(self):\n        if self._closed:\n            raise OSError()\n"
    found = known(code, "Stream.read_all")
    assert "Raises OSError: If the stream is closed." in told(found)


def test_each_exception_is_an_entry_with_its_source(known: Write) -> None:
    code = """
        def parse_limit(limit):
            if limit < 0:
                raise ValueError("negative")
            if not isinstance(limit, int):
                raise TypeError("no int")
    """
    found = known(code, "parse_limit")
    assert found.content is not None
    assert found.content.raises == (
        RaiseText("ValueError", "If ``limit`` is negative."),
        RaiseText("TypeError", "If ``limit`` is not an ``int``."),
    )
    assert found.sources[1:] == ("raises ValueError: guard on line 3", "raises TypeError: guard on line 5")


def test_whether_a_handler_catches_it_is_decided_by_the_classes_of_other_files(known: Write) -> None:
    code = """
        from .errors import Base, Child, Other

        def load_all(x):
            try:
                if x is None:
                    raise Child()
                if x == 1:
                    raise Other()
            except Base:
                pass
    """
    errors = "class Base(Exception): ...\nclass Child(Base): ...\nclass Other(Exception): ...\n"
    found = known(code, "load_all", {"src/errors.py": errors})
    assert found.facts == ("Raises Other: If ``x`` is 1.",)


def test_an_exception_that_a_handler_may_catch_is_not_documented(known: Write) -> None:
    body = "try:\n        if flag:\n            raise Child()\n    except Unknown:\n        pass"
    found = known(f"{HEADER}    {body}\n")
    assert "when Child is raised" in found.missing


def test_a_class_documents_what_its_constructor_raises(known: Write) -> None:
    code = """
        # Counts the things that pass by.
        class Counter:
            def __init__(self, start):
                start = int(start)
                if start < 0:
                    raise ValueError("Start must not be empty")
                if self is None:
                    raise TypeError()
    """
    found = known(code, "Counter")
    assert found.content is not None
    assert found.content.raises[0] == RaiseText("ValueError", "If the start is empty.")


CHANGED = [
    "def f(x):\n    while True:\n        if x > 3:\n            raise A()\n        x = g(x)\n",
    "async def f(x, y):\n    async for x in y:\n        pass\n    if x > 3:\n        raise A()\n",
    "def f(x=None):\n    if x is None:\n        x = _g()\n        if exists(x):\n            raise A()\n",
    "def f(x=None):\n    if x is None:\n        x = _g()\n    if not x:\n        raise A()\n",
    "class C:\n    def f(self):\n        self.fill()\n        if self.eof:\n            raise A()\n",
]


@pytest.mark.parametrize("code", CHANGED)
def test_a_guard_on_a_changed_parameter_gives_no_description(known: Write, code: str) -> None:
    found = known(code, "C.f" if code.startswith("class") else "f")
    assert "when A is raised" in found.missing


def test_a_message_that_omits_none_gives_way_to_the_condition(known: Write) -> None:
    code = """
    def read_all(used, size):
        if used and isinstance(size, bool):
            raise KeyError()
        elif size is not None and not isinstance(size, int):
            raise TypeError("size must be an int, it is instead a %s." % type(size))
    """
    found = known(code, "read_all")
    assert found.content is None or "TypeError" not in [entry.exception for entry in found.content.raises]
    assert "is not an int." not in " ".join(found.facts)


def test_a_message_inside_another_test_comes_after_that_test(known: Write) -> None:
    code = f"{HEADER}    if name is None:\n        name = limit.code\n        if name is None:\n"
    code += "            raise ValueError('The error code is not set.')\n"
    assert told(known(code))[-1] == "Raises ValueError: If ``name`` is None and the error code is not set."


def test_a_message_inside_a_test_without_words_is_left_out(known: Write) -> None:
    code = f"{HEADER}    y = g()\n    if y:\n        if _h():\n            raise ValueError('The code is not set.')\n"
    assert told(known(code)) == []


def test_a_message_does_not_hide_a_part_of_its_test(known: Write) -> None:
    code = f"{HEADER}    if flag and limit is None:\n        raise ValueError('Value is required')\n"
    assert told(known(code))[-1] == "Raises ValueError: If ``flag`` is true and ``limit`` is None."
