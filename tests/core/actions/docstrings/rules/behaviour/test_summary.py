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
    ("del self.items[x]", "Delete the item of ``self.items`` at ``x``."),
    ("self.count += 1", "Increase ``self.count`` by 1."),
    # delegates
    ("return self.client.fetch(x)", "Delegate to ``self.client.fetch``."),
    ("return self.client.fetch(x, retry=True)", "Delegate to ``self.client.fetch`` with ``retry=True``."),
    ("return object.__new__(x)", "Shorthand for ``object.__new__(x)``."),  # a formula: only with --fill
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
    ("raise self._Error", "Always raise ``self._Error``."),
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
    # text put together
    ("return f'<Job {self.name!r} {self.size:04}>'", "Return text of the form ``<Job {name!r} {size:04}>``."),
    ("return '<%s at %d>' % (x, self.size)", "Return text of the form ``<{x} at {size:d}>``."),
    ("return '{}: {n}'.format(x, n=self.size)", "Return text of the form ``{x}: {size}``."),
    ("return '<' + str(self) + '>'", "Return text of the form ``<{self}>``."),
    ("return '%s()' % type(self).__name__", "Return text of the form ``{class name}()``."),
    ("return x.replace('-', '_')", 'Return ``x`` with each ``"-"`` replaced by ``"_"``.'),
    ("return x.replace('\\n', '')", "Return ``x`` with each line break removed."),
    ("return x.join(g(i) for i in self.parts)", "Return ``g(i)`` for each ``i`` in ``self.parts``, joined by ``x``."),
    # comparisons
    ("return self.a == x.a and self.b == x.b", "Return whether ``x`` has the same ``a`` and ``b``."),
    (
        "if not isinstance(x, Job):\n    return False\nreturn (self.a, self.b) == (x.a, x.b)",
        "Return whether ``x`` is a ``Job`` with the same ``a`` and ``b``.",
    ),
    (
        "if isinstance(x, Job):\n    return self._host == x._host\nreturn NotImplemented",
        "Return whether ``x`` has the same host, or ``NotImplemented`` if it is not a ``Job``.",
    ),
    (
        "return type(self) is type(x) and self.__dict__ == x.__dict__",
        "Return whether ``x`` is of the same class and has the same attributes.",
    ),
    # checks
    ("if not callable(x):\n    raise TypeError('no')", "Check that ``x`` is callable."),
    (
        "try:\n    self.find(x)\n    return True\nexcept KeyError:\n    return False",
        "Return whether ``self.find(x)`` raises no ``KeyError``.",
    ),
    ("return self.flags & MASK != 0", "Return whether ``self.flags`` has a bit of ``MASK`` set."),
    ("return x.startswith(PREFIXES)", "Return whether ``x`` starts with one of ``PREFIXES``."),
    ("return x in self.names()", "Return whether ``x`` is in ``self.names()``."),
    # branches
    ("if x is not None:\n    return int(x)", "Return ``x`` as an integer, or None if ``x`` is None."),
    ("if x is None:\n    return False", "Return False if ``x`` is None, else None."),
    (
        "if x == 1:\n    return self.a\nelif x == 2:\n    return self.b\nelse:\n    return self.c",
        "Return ``self.a`` if ``x`` is 1, ``self.b`` if ``x`` is 2, else ``self.c``.",
    ),
    ("return True if x is None else False", "Return whether ``x`` is None."),
    ("return x if x is not None else None", "Return ``x`` unchanged."),
    ("return 1 if x else None", "Return 1 if ``x`` is truthy, else None."),
    ("if x == 1:\n    return self.a\nreturn None", "Return ``self.a``, or None if ``x`` is not 1."),
    (
        "if x == 1:\n    return self.a\nif x == 2:\n    return self.b",
        "Return ``self.a`` if ``x`` is 1, ``self.b`` if ``x`` is 2, else None.",
    ),
    # what logs, ignores and translates
    ("if self.debug:\n    log.info('no')\nreturn 1", "Always return 1."),
    ("with suppress(KeyError):\n    self.items.remove(x)", "Remove ``x`` from ``self.items``, ignoring ``KeyError``."),
    # hands on
    ("return self._socket.recv(x)", "Delegate to ``recv`` of the socket."),
    ("return self.client.fetch(self.id, x)", "Delegate to ``self.client.fetch`` with ``self.id`` and ``x``."),
    ("return self.__class__(x)", "Return a new instance of the class made from ``x``."),
    ("return self", "Return the job itself."),
    ("return frozenset((self.a,))", "Return a frozen set with only ``self.a``."),
    ("return set([x, self.a])", "Return a set of ``x`` and ``self.a``."),
    # parts
    ("return x[:3]", "Return the first 3 elements of ``x``."),
    ("return x[1:]", "Return ``x`` without its first element."),
    ("return x[:-1]", "Return ``x`` without its last element."),
    ("return x[-2:]", "Return the last 2 elements of ``x``."),
    ("return g(x)[1]", "Return item 1 of ``g(x)``."),
    ("return x.names[-1]", "Return the last item of ``x.names``."),
    ("return self.attrs['a']['b']", 'Return the item of ``self.attrs["a"]`` at ``"b"``.'),
    ("for a, b in x:\n    a.do(b)", "Call ``a.do(b)`` for each ``a, b`` in ``x``."),
    ("if x:\n    self.moved(x)", "Call ``self.moved(x)`` if ``x`` is truthy."),
    (
        "try:\n    return x is None or os.path.isfile(x)\nexcept TypeError:\n    return False",
        "Return whether ``x`` is None or ``x`` is a file, or False if that raises ``TypeError``.",
    ),
    ("return self._state == x", "Return whether the state of the job equals ``x``."),
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
        "return super().run(x.upper())",
        "return x(self)",
        "self.a = _secret(x)",
        "while x:\n    x.pop()",
        "for i in x:\n    total = i\nreturn total",
        "total = 1\nfor i in x:\n    total += i\nreturn total",
        "found = []\nfor i in x:\n    found.append(i)\n    if i:\n        break\nreturn found",
        "def inner():\n    return x\nreturn inner",
        "row = self.fetch()\nif row is None:\n    raise StopIteration\nreturn row",
        "raise NotImplementedError",
        "if isinstance(x, Exception):\n    raise x",  # it checks nothing, it hands on
        "if x:\n    return None\nreturn None",
        "return super().run(x)",  # as if it were not there
        "return self._state.closed",
        "if not _find(x):\n    raise KeyError(x)",
        "return f'{_g(x)}'",
        "return f'{x}'",  # nothing but the text of one value
        "return '%(a)s' % vars(x)",
        "return '%s %s' % x",
        "return bool(self.size % 2)",
        "return x.startswith(_PREFIXES)",
        "return self._job",  # it would be taken for the job itself
        "if isinstance(x, Job):\n    return self.a == x.a\nreturn None",
        "if self.connect():\n    log.info('no')\nreturn 1",
        "try:\n    self.find(x)\n    return True\nexcept KeyError:\n    return None",
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


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("return self.other_size", "The same as ``self.other_size``."),
        ("return True", "Always True."),
        ("return f'{self.a}: {self.b}'", "Text of the form ``{a}: {b}``."),
        ("return not self.odd", "Whether ``self.odd`` is false."),  # the property, not the object
    ],
)
def test_a_property_is_described_by_what_it_holds(known: Write, body: str, words: str) -> None:
    content = known(f"class Job:\n    @property\n    def even(self):\n        {body}\n", "Job.even").content
    assert content is not None
    assert content.summary == words


@pytest.mark.parametrize(
    ("name", "body", "words"),
    [
        ("__exit__", "self.reset_all()", "Call ``self.reset_all()``."),
        ("__enter__", "self.start_up()\n        return self", "Call ``self.start_up()`` and return the job."),
    ],
)
def test_a_method_that_python_calls_is_described_by_its_calls(known: Write, name: str, body: str, words: str) -> None:
    content = known(f"class Job:\n    def {name}(self, *args):\n        {body}\n", f"Job.{name}").content
    assert content is not None
    assert content.summary == words


def test_a_method_of_the_class_is_not_taken_for_that_of_text(known: Write) -> None:
    content = known("class Query:\n    def __str__(self):\n        return self.encode()\n", "Query.__str__").content
    assert content is None or "encoded" not in content.summary


def test_a_class_called_with_its_own_object_is_no_delegation(known: Write) -> None:
    assert known("class Job:\n    def copy(self):\n        return self.__class__(self)\n", "Job.copy").formula


def test_a_kept_value_that_has_no_words_is_called_by_the_name_of_the_method(known: Write) -> None:
    code = "class Job:\n    def get_children(self):\n        if self._kids is None:\n            found = _find()\n"
    code += "            for x in _h():\n                found.add(x)\n            self._kids = found\n"
    code += "        return self._kids\n"
    content = known(code, "Job.get_children").content
    assert content is not None
    assert content.summary == "Return the children, made at the first call and kept."


@pytest.mark.parametrize(("owner", "words"), [("ByteChannel", None), ("ChannelReader", "Close the channel.")])
def test_a_private_attribute_is_not_called_what_its_object_is_called(
    known: Write, owner: str, words: str | None
) -> None:
    content = known(
        f"class {owner}:\n    def stop_it(self):\n        self._channel.close()\n", f"{owner}.stop_it"
    ).content
    assert (content.summary if content and "channel" in content.summary.lower() else None) == words


def test_keys_of_a_mapping_are_no_elements(known: Write) -> None:
    content = known("class HeaderDict:\n    def names(self):\n        return list(self)\n", "HeaderDict.names").content
    assert content is not None
    assert content.summary == "Return a list of the keys of the header dictionary."


def test_a_value_of_a_class_derived_from_a_dictionary_is_described(known: Write) -> None:
    code = "class Limit(dict):\n    @property\n    def soft(self):\n        return self.get('Soft', 0)\n"
    content = known(code, "Limit.soft").content
    assert content is not None
    assert content.summary == 'The value of ``"Soft"`` in the limit, or 0 if there is none.'


@pytest.mark.parametrize("value", ["x", "True"])
@pytest.mark.parametrize(("decorator", "is_told"), [("treat_whitespace('collapse')", False), ("override", True)])
def test_a_result_that_a_decorator_may_change_is_not_called_unchanged(
    known: Write, value: str, decorator: str, is_told: bool
) -> None:
    content = known(f"class Job:\n    @{decorator}\n    def f(self, x):\n        return {value}\n", "Job.f").content
    assert (content is not None) is is_told


def test_a_private_attribute_is_not_called_what_a_base_of_its_object_is_called(known: Write) -> None:
    code = "class Optional(Schema):\n    def __hash__(self):\n        return hash(self._schema)\n"
    content = known(code, "Optional.__hash__").content
    assert content is None or "the schema" not in content.summary


def test_a_determiner_is_no_noun(known: Write) -> None:
    content = known("class Any:\n    def resolve(self):\n        return self\n", "Any.resolve").content
    assert content is not None
    assert content.summary == "Return ``self``."


@pytest.mark.parametrize("comment", ["Copies shouldn't be tracked.", "Ensure a copy of the parts."])
def test_a_remark_on_the_only_statement_is_no_summary(known: Write, comment: str) -> None:
    content = known(f"def copy_parts(x):\n    # {comment}\n    return _f(x)\n", "copy_parts").content
    assert content is None or content.summary != comment
