"""Sentences from bodies; a body that is not certain has none."""

from collections.abc import Callable
from textwrap import indent

import pytest

from workhorse_core.actions.docstrings.rules.known import Known

Write = Callable[..., Known]

BODIES = [
    # stores
    ("self.unit = 'days'\nreturn self", 'Set ``self.unit`` to ``"days"`` and return the job.'),
    ("self.unit = x\nself.size = 1", "Set ``self.unit`` to ``x`` and ``self.size`` to 1."),
    ("self.items.append(x)", "Append ``x`` to ``self.items``."),
    ("self.items[x] = None", "Store None under ``x`` in ``self.items``."),
    ("del self.items[x]", "Delete ``x`` from ``self.items``."),
    ("self.count += 1", "Increase ``self.count`` by 1."),
    # delegates
    ("return self.client.fetch(x)", "Delegate to ``self.client.fetch``."),
    ("return self.client.fetch(x, retry=True)", "Delegate to ``self.client.fetch`` with ``retry=True``."),
    ("self.socket.close()", "Close ``self.socket``."),
    ("super().run(x)\nself.done = True", "Do what the base class does and set ``self.done`` to True."),
    # constants, and cases
    ("return 'csv'", 'Always return ``"csv"``.'),
    ("if x:\n    return 1\nreturn 2", "Return 1 if ``x`` is truthy, else 2."),
    ("if x is None:\n    return True\nreturn False", "Return whether ``x`` is None."),
    ("return x.name if x is not None else ''", "Return ``x.name`` if ``x`` is not None, else an empty string."),
    (
        "try:\n    return self.a[x]\nexcept KeyError:\n    return 0",
        "Return the item of ``self.a`` at ``x``, or 0 if that raises ``KeyError``.",
    ),
    ("raise ValueError(x)", "Always raise ``ValueError``."),
    # conditions: every part of them
    ("return x > 0 and x < 9", "Return whether ``x`` is positive and ``x`` is less than 9."),
    ("if self.closed:\n    return\nself.f.close()", "Close ``self.f`` if the job is not closed."),
    # aggregates, filters, searches
    ("return sum(i.size for i in self.items)", "Return the sum of ``i.size`` for each ``i`` in ``self.items``."),
    (
        "n = 0\nfor i in self.items:\n    n += i.size\nreturn n",
        "Return the sum of ``i.size`` for each ``i`` in ``self.items``.",
    ),
    ("return [i for i in x if i < 3]", "Return a list of the elements of ``x`` that are less than 3."),
    ("return [i for i in x if not i.size > 9]", "Return a list of the elements of ``x`` whose ``size`` is at most 9."),
    ("return [i for i in x if i.done]", "Return a list of the elements of ``x`` whose ``done`` is truthy."),
    (
        "found = []\nfor rule in x:\n    if rule.done:\n        found.append(rule)\nreturn found",
        "Return a list of the rules in ``x`` whose ``done`` is truthy.",
    ),
    (
        "for i in x:\n    if i.bad:\n        return False\nreturn True",
        "Return whether ``not i.bad`` holds for every ``i`` in ``x``.",
    ),
    (
        "for i in x:\n    if i is not None:\n        return i",
        "Return the first element of ``x`` that is not None, or None if there is none.",
    ),
    ("return sorted(x, key=lambda i: i.size)", "Return ``x``, sorted by ``size``."),
    ("return ', '.join(x)", 'Return the elements of ``x``, joined by ``", "``.'),
    ("for i in x:\n    yield i", "Yield the elements of ``x``."),
    ("return {'a': x, 'b': f(x)}", "Return a dictionary with the keys ``a`` and ``b``."),
    # caches, files, conversions
    (
        "if self._table is None:\n    self._table = load(x)\nreturn self._table",
        "Return ``load(x)``, made at the first call and kept.",
    ),
    ("with open(x) as f:\n    return f.read()", "Return the content of the file ``x``."),
    ("return x.encode('utf-8')", "Return ``x`` encoded as UTF-8."),
    ("with self._lock:\n    return len(self._rules)", "Return the number of rules."),
]


def body_of(known: Write, body: str) -> str | None:
    code = f"class Job(Base):\n    def run(self, x):\n{indent(body, ' ' * 8)}\n"
    found = known(code, "Job.run")
    return found.content.summary if found.content and found.sources[0].startswith("summary: body") else None


@pytest.mark.parametrize(("body", "words"), BODIES)
def test_a_body_that_can_be_read_with_certainty_becomes_a_sentence(known: Write, body: str, words: str) -> None:
    assert body_of(known, body) == words


@pytest.mark.parametrize(
    "body",
    [
        "old = self.x\nself.x = x\nreturn old",  # inlined, it would return the new one
        "x = x + 1\nself.a = x\nself.b = x",
        "y = _g()\nreturn y",
        "return self._x",
        "return self.callback(x)",
        "return x(self)",
        "self.a = _secret(x)",
        "while x:\n    x.pop()",
        "for i in x:\n    total = i\nreturn total",
        "total = 1\nfor i in x:\n    total += i\nreturn total",
        "found = []\nfor i in x:\n    found.append(i)\n    if i:\n        break\nreturn found",
        "def inner():\n    return x\nreturn inner",
        "row = self.fetch()\nif row is None:\n    raise StopIteration\nreturn row",
        "raise NotImplementedError",
        "pass",
        "...",
    ],
)
def test_a_body_that_cannot_be_read_with_certainty_has_no_sentence(known: Write, body: str) -> None:
    assert body_of(known, body) is None


@pytest.mark.parametrize(
    ("name", "body"),
    [("close", "self.close_it()"), ("set_unit", "self.unit = unit"), ("paused", "return self.paused")],
)
def test_a_sentence_that_only_repeats_the_name_is_a_formula(known: Write, name: str, body: str) -> None:
    found = known(f"class Job:\n    def {name}(self, unit=1):\n        {body}\n", f"Job.{name}")
    assert found.formula or found.content is None or "Delegate" in found.content.summary


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (
            "def load_page(path):\n    if not path:\n        return None\n    return _g(path)\n",
            "Return None if ``path`` is falsy.",
        ),
        (
            "def load_page(path):\n    if not path:\n        return\n    _g(path)\n    _h()\n",
            "Do nothing if ``path`` is falsy.",
        ),
        ("def load_page(path):\n    _h()\n    if not path:\n        return None\n    return _g(path)\n", ""),
    ],
)
def test_an_exit_at_the_beginning_is_described_below_the_name(known: Write, code: str, words: str) -> None:
    content = known(code, "load_page").content
    assert content is not None
    assert content.description == words


@pytest.mark.parametrize("name", ["LaTeXTranslator", "PEventListener", "eBayClient"])
def test_a_proper_name_gets_no_article(known: Write, name: str) -> None:
    content = known(
        f"class {name}:\n    def go(self):\n        self.size = 1\n        return self\n", f"{name}.go"
    ).content
    assert content is not None
    assert content.summary == "Set ``self.size`` to 1 and return ``self``."


@pytest.mark.parametrize("name", ["convert_func", "parse_impl", "build_wrapper", "check_cb"])
def test_a_suffix_is_no_object(known: Write, name: str) -> None:
    assert known(f"def {name}(x):\n    return _g(x)\n", name).content is None


@pytest.mark.parametrize(
    "words",
    ["Open the FileSystem target.", "If your type is ordered.", "Called before all others.", "The work of a Target."],
)
def test_a_sentence_about_another_class_is_not_inherited(known: Write, words: str) -> None:
    code = f'class FileSystemTarget:\n    def open_it(self):\n        """{words}"""\n        _g()\n'
    code += "class Local(FileSystemTarget):\n    def open_it(self):\n        return _g(1)\n"
    content = known(code, "Local.open_it").content
    assert content is None or content.summary != words
