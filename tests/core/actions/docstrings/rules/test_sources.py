from collections.abc import Callable

import pytest

from workhorse_core.actions.docstrings.rules.known import Known
from workhorse_core.languages.python.docstring.content import ParameterText

Write = Callable[..., Known]


def summary(found: Known) -> str | None:
    return found.content.summary if found.content else None


def parameters(found: Known) -> dict[str, str]:
    return {text.name: text.description for text in found.content.parameters} if found.content else {}


# -- comments


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("# Joins the parts that belong together.\ndef f(x): _g(x)", "Joins the parts that belong together."),
        ("# joins parts\n# that belong together\n@deco\ndef f(parts): _g(parts)", "Joins parts that belong together."),
        ("# The parts that belong together.\nclass f: pass", "The parts that belong together."),
        ("def f(x):\n    # Joins all the parts of it.\n\n    y = _g(x)\n    return y", "Joins all the parts of it."),
    ],
)
def test_a_comment_that_is_a_sentence_is_the_summary(known: Write, code: str, text: str) -> None:
    found = known(code)
    assert summary(found) == text
    assert found.sources[0].startswith("summary: comment")


@pytest.mark.parametrize(
    "comment",
    [
        "# type: ignore[misc]",
        "# noqa: D103 because it is short",
        "# TODO: make this work for all of them",
        "# FIXME this does not work at all",
        "# ---------- all the helper functions ----------",
        "# ==================================",
        "# return join(parts, separator)",
        "# Return what is said in https://example.org/rfc of it.",
        "# x = join_all_the_parts_of(y)",
        "# pylint: disable=too-many-arguments",
        "# We need this because of the old servers",
        "# Use the other one once it is available",
        "# From mitsuhiko/werkzeug (used with permission)",
        "# This is written to avoid expensive operations",
        "# Don't use it since it does not work",
        "# short one",
        "# Is this really the right way to do it?",
        "# See the issue in the tracker #123",
        "# common operations (shared by set and list)",
        "# Control behavior of attributes",
        "# one of the lesser known and used dict methods",
        "# thanks to the author for this code",
        "# The answer to all the questions.",
        "# E and x are throwback names of it",
        "#: Collects the errors that were found.",
        "# alias fix_up to the other one\n@g\ndef fix_up(): return _h() + 1\n\n",
    ],
)
def test_a_comment_that_is_a_note_is_no_summary(known: Write, comment: str) -> None:
    assert known(f"{comment}\ndef f(x):\n    return _g(x) + 1\n").content is None


@pytest.mark.parametrize("body", ["y = _g(x)\n    return y", "return _g(x) + 1"])
def test_a_comment_on_the_first_or_only_statement_is_not_about_the_function(known: Write, body: str) -> None:
    assert known(f"def f(x):\n    # Split x at the first comma.\n    {body}\n").content is None


def test_a_comment_right_below_other_code_is_not_about_the_function(known: Write) -> None:
    assert known("x = 1\n# The answer to all the questions.\ndef f(x):\n    return _g(x)\n").content is None


def test_comments_beside_parameters_describe_them(known: Write) -> None:
    code = """
        def parse_all_lines(
            lines,  # what the file holds, without line ends
            limit=10,  # stop after so many errors
        ):
            return 1 + 1
    """
    assert parameters(known(code, "parse_all_lines")) == {
        "lines": "What the file holds, without line ends.",
        "limit": "Stop after so many errors.",
    }


def test_fields_are_described_by_adjacent_comments(known: Write) -> None:
    code = '''
        # Where something stands in a file.
        @dataclass
        class Placement:
            #: The line, counted from one.
            line: int
            column: int = 0
            """The column, in characters.

            .. versionadded:: 2
            """
            path: str = ""  # relative to the root folder
    '''
    assert parameters(known(code, "Placement")) == {
        "line": "The line, counted from one.",
        "column": "The column, in characters.",
        "path": "Relative to the root folder.",
    }


def test_attribute_comments_in_a_constructor_describe_its_parameters(known: Write) -> None:
    code = """
        # Knows where things come from.
        class Origin:
            def __init__(self, url):
                #: Where it was fetched from.
                self.url = url
    """
    assert parameters(known(code, "Origin")) == {"url": "Where it was fetched from."}


# -- defaults


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("if cwd is None:\n        cwd = os.getcwd()", "``os.getcwd()``"),
        ("cwd = os.getcwd() if cwd is None else cwd", "``os.getcwd()``"),
        ("cwd = cwd if cwd is not None else os.getcwd()", "``os.getcwd()``"),
        ("if cwd is None:\n        cwd = []", "an empty list"),
        ("if cwd is None:\n        cwd = 80", "80"),
        ("if cwd is None:\n        cwd = 'x'", '``"x"``'),
        ("if cwd is None:\n        cwd = t.cast(str, other)", "``other``"),
    ],
)
def test_a_filled_in_default_is_described(known: Write, body: str, words: str) -> None:
    found = known(f"import os, t\ndef open_folder(other, cwd=None):\n    {body}\n    return _g(cwd)\n", "open_folder")
    assert found.content is not None
    assert found.content.parameters == ()
    assert found.content.description == f"If ``cwd`` is None, {words} is used."
    assert f"cwd: If None, {words} is used." in found.facts


@pytest.mark.parametrize(
    "body",
    [
        "if cwd is None:\n        cwd = _default",
        "if cwd is None:\n        cwd = self._cwd",
        "y = _g()\n    if cwd is None:\n        cwd = y",
        "if cwd is None:\n        cwd = os.getcwd()\n        _g()",
        "if not cwd:\n        cwd = os.getcwd()",
        "if cwd is None:\n        other = os.getcwd()",
    ],
)
def test_a_default_that_a_caller_does_not_know_is_omitted(known: Write, body: str) -> None:
    found = known(f"import os\ndef open_folder(other, cwd=None):\n    {body}\n    return _g(cwd)\n", "open_folder")
    assert found.content is not None
    assert found.content.description == ""


# -- what is called


def test_keyword_arguments_passed_whole_are_traced(known: Write) -> None:
    found = known(
        "import lib\ndef open_all(*args, **kwargs):\n    k = 1\n    return lib.open(*args, **kwargs)\n", "open_all"
    )
    assert found.facts == (
        "args: Positional arguments passed on to ``lib.open``.",
        "kwargs: Keyword arguments passed on to ``lib.open``.",
    )


@pytest.mark.parametrize(
    "body",
    [
        "kwargs.pop('x')\n    return _g(**kwargs)",
        "h(kwargs)\n    return _g(**kwargs)",
        "return _g(**kwargs) or _g(**kwargs)",
        "return _hidden(**kwargs)",
        "fn = _g()\n    return fn(**kwargs)",
        "def inner():\n        return kwargs\n    return _g(**kwargs)",
    ],
)
def test_keyword_arguments_with_other_uses_are_not_traced(known: Write, body: str) -> None:
    assert not [fact for fact in known(f"def f(**kwargs):\n    {body}\n").facts if "passed on" in fact]


CALLEE = '''
    def fetch(url, timeout=5):
        """Fetch a page and check it.

        Args:
            url: Where the page is.
            timeout: Seconds to wait for an answer.

        Returns:
            The page's text.
        """

'''


def test_a_wrapper_borrows_the_summary_of_its_callee(known: Write) -> None:
    found = known(CALLEE + "    def grab(url, timeout=3):\n        return fetch(url, timeout=timeout)\n", "grab")
    assert found.content is not None
    assert found.content.summary == "Fetch a page and check it."
    assert parameters(found) == {"url": "Where the page is.", "timeout": "Seconds to wait for an answer."}
    assert found.content.returns == "The page's text."
    assert found.sources[0] == "summary: docstring of fetch (src/a.py:2)"


def test_a_parameter_passed_unchanged_borrows_its_description(known: Write) -> None:
    code = CALLEE + "    def parse_page(url):\n        page = fetch(url)\n        return _g(page)\n"
    assert parameters(known(code, "parse_page")) == {"url": "Where the page is."}


def test_a_parameter_changed_before_the_call_borrows_nothing(known: Write) -> None:
    code = (
        CALLEE
        + "    def parse_page(url):\n        url = clean(url)\n        page = fetch(url)\n        return _g(page)\n"
    )
    found = known(code, "parse_page")
    assert (parameters(found), found.facts) == ({}, ())


def test_a_callee_is_found_through_imports(known: Write) -> None:
    files = {"src/pkg/net.py": CALLEE.replace("\n    ", "\n"), "src/pkg/__init__.py": "from .net import fetch\n"}
    code = "from . import fetch as get\n\ndef parse_page(url):\n    page = get(url)\n    return _g(page)\n"
    found = known(code, "parse_page", files, "src/pkg/a.py")
    assert parameters(found) == {"url": "Where the page is."}
    assert "url: docstring of fetch (src/pkg/net.py:2)" in found.sources


def test_a_body_of_one_call_is_described_as_delegation(known: Write) -> None:
    assert summary(known("def f(x):\n    return other.load(x, strict=True)\n")) == (
        "Delegate to ``other.load`` with ``strict=True``."
    )
    assert known("def f(x):\n    return _hidden(x)\n").content is None


def test_http_methods_are_known_by_what_they_call(known: Write) -> None:
    code = "def options(url, **kwargs):\n    kwargs.setdefault('a', 1)\n    return request('options', url, **kwargs)\n"
    assert summary(known(code, "options")) == "Send an OPTIONS request to ``url``."


# -- base classes


BASE = '''
    class Base:
        def run(self, job, limit=1):
            """Work through a job until it is done.

            Args:
                job: What is to be worked through.
                limit: How many errors are borne.

            Returns:
                How many steps it took.
            """
'''


def test_an_override_borrows_from_the_overridden_method(known: Write) -> None:
    code = "    class Child(Base):\n        def run(self, job, limit=2):\n            return _g(job, limit)\n"
    found = known(BASE + code, "Child.run")
    assert found.content is not None
    assert found.content.summary == "Work through a job until it is done."
    assert parameters(found) == {"job": "What is to be worked through.", "limit": "How many errors are borne."}
    assert found.content.returns == "How many steps it took."
    assert found.missing == ()


def test_an_instruction_to_subclasses_is_borrowed_as_a_summary(known: Write) -> None:
    code = (
        "class Base:\n    def open(self):\n        'Should return a stream.'\n"
        "class Child(Base):\n    def open(self): return _g(1)\n"
    )
    assert summary(known(code, "Child.open")) == "Return a stream."


def test_base_classes_are_found_in_other_files(known: Write) -> None:
    found = known(
        "from .base import Base\n\nclass Child(Base):\n    def run(self, job): return _g(job)\n",
        "Child.run",
        {"src/base.py": BASE.replace("\n    ", "\n")},
    )
    assert summary(found) == "Work through a job until it is done."


def test_the_standard_library_is_read_and_not_imported(known: Write) -> None:
    found = known(
        "import json\n\nclass Plain(json.JSONEncoder):\n    def iterencode(self, o): return super().iterencode(o)\n",
        "Plain.iterencode",
    )
    assert summary(found) == "Encode the given object and yield each string representation as available."
    assert found.sources[0] == "summary: docstring of json.encoder.JSONEncoder.iterencode"


@pytest.mark.parametrize(
    "text",
    [
        "Subclasses must override this method.",
        "run(job) -> int",
        "This method does nothing.",
        "Work through ``other``.",  # a parameter that the override has not
    ],
)
def test_descriptions_valid_only_in_their_place_are_not_borrowed(known: Write, text: str) -> None:
    code = f'class Base:\n    def run(self, job, other=1):\n        """{text}"""\n'
    code += "class Child(Base):\n    def run(self, job):\n        return _g(job) + 1\n"
    assert known(code, "Child.run").content is None


# -- the project's own words


def elsewhere(*functions: tuple[str, str, str]) -> str:
    return "".join(
        f'def {name}({parameter}):\n    """Do {name}.\n\n    Args:\n        {parameter}: {words}\n    """\n'
        for name, parameter, words in functions
    )


def test_a_description_on_which_two_places_agree_is_borrowed(known: Write) -> None:
    code = elsewhere(("one", "env_name", "Name of the variable."), ("two", "env_name", "name of  the variable"))
    found = known(code + "def set_environ(env_name):\n    _g(env_name)\n    k = 1\n", "set_environ")
    assert parameters(found) == {"env_name": "Name of the variable."}
    assert "env_name: docstring of one (src/a.py:1) and 1 more" in found.sources


def test_conflicting_descriptions_are_not_borrowed(known: Write) -> None:
    code = elsewhere(("one", "env_name", "Name of the variable."), ("two", "env_name", "What it is called."))
    found = known(code + "def set_environ(env_name):\n    _g(env_name)\n    k = 1\n", "set_environ")
    assert (parameters(found), found.facts) == ({}, ())


def test_descriptions_from_neighbouring_files_are_borrowed(known: Write) -> None:
    files = {
        "src/b.py": elsewhere(("one", "env_name", "Name of the variable.")),
        "src/c.py": elsewhere(("two", "env_name", "Name of the variable.")),
        "other/d.py": elsewhere(("three", "env_name", "Something else.")),
    }
    found = known("def set_environ(env_name):\n    _g(env_name)\n    k = 1\n", "set_environ", files)
    assert parameters(found) == {"env_name": "Name of the variable."}


@pytest.mark.parametrize(
    ("code", "why"),
    [
        (
            elsewhere(("one", "value", "The price."), ("two", "value", "The price.")),
            "it means something else everywhere",
        ),
        (elsewhere(("one", "env_name", "The env name."), ("two", "env_name", "The env name.")), "filler"),
        (
            elsewhere(("one", "env_name", "See above for it."), ("two", "env_name", "See above for it.")),
            "points elsewhere",
        ),
        (elsewhere(("one", "env_name: int", "A number."), ("two", "env_name: int", "A number.")), "another type"),
        (
            elsewhere(
                ("complete_it", "env_name", "Being completed."), ("complete_them", "env_name", "Being completed.")
            ),
            "it speaks of what those do",
        ),
    ],
)
def test_descriptions_that_may_be_wrong_here_are_not_borrowed(known: Write, code: str, why: str) -> None:
    target = "def set_environ(env_name: str, value):\n    _g(env_name)\n    k = 1\n"
    assert known(code + target, "set_environ").facts == (), why


# -- conventions


@pytest.mark.parametrize(
    ("method", "text"),
    [
        ("def __repr__(self): pass", "Return a representation of the session for debugging."),
        ("def __eq__(self, other): pass", "Return whether the session and ``other`` are equal."),
        ("def __contains__(self, key): pass", "Return whether ``key`` is in the session."),
        ("def __enter__(self): pass", "Enter the context of the session."),
        ("def __init__(self): pass", "Initialize the session."),
        ("async def __aexit__(self, *a): pass", "Leave the asynchronous context of the session."),
        ("def __len__(self): pass", "Return the length of the session."),
        ("def __reduce_ex__(self, protocol): return _g(protocol)", "Return how the session is pickled."),
    ],
)
def test_well_known_dunders_have_fixed_summaries(known: Write, method: str, text: str) -> None:
    name = method.split("def ")[1].partition("(")[0]
    assert summary(known(f"class Session:\n    {method}\n", f"Session.{name}")) == text


def test_unknown_dunders_get_no_summary(known: Write) -> None:
    for name in ("__call__", "__set_owner__"):
        assert known(f"class Session:\n    def {name}(self, x): return _g(x) + 1\n", f"Session.{name}").content is None


def test_enter_that_returns_self_is_described_so(known: Write) -> None:
    found = known("class Builder:\n    def add_repr(self):\n        _g()\n        return self\n", "Builder.add_repr")
    assert found.content is not None
    assert found.content.returns == "The builder itself."


def test_command_lines_describe_themselves(known: Write) -> None:
    code = "import argparse\ndef main():\n    p = argparse.ArgumentParser(description='Check all the links.')\n"
    assert summary(known(code, "main")) == "Check all the links."
    code = "import argparse\ndef main():\n    p = argparse.ArgumentParser()\n"
    assert summary(known(code, "main")) == "Run the command line."
    code = "@click.command(help='Check all the links.')\ndef f():\n    pass\n"
    assert summary(known(code)) == "Check all the links."


def test_test_cases_set_up(known: Write) -> None:
    assert summary(known("class T(Case):\n    def setUp(self): pass\n", "T.setUp")) is None
    code = "class T(SomeTestCase):\n    def setUp(self):\n        self._f = _g()\n"
    assert summary(known(code, "T.setUp")) == "Set up what each test needs."


# -- classes and modules


def test_an_exception_is_described_by_the_functions_that_raise_it(known: Write) -> None:
    code = "class Bad(Exception): ...\ndef parse(x):\n    if x:\n        raise Bad(x)\n"
    assert summary(known(code, "Bad")) == "Raised by ``parse``."
    assert known("class Bad(Exception): ...\n", "Bad").content is None


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (
            "#!/usr/bin/env python\n# Reads the files of the older versions.\n\nimport os\n",
            "Reads the files of the older versions.",
        ),
        ("# Reads the files of the older versions.\nimport os\n", "Reads the files of the older versions."),
        ("# Reads the files of the older versions.\ndef read(): ...\n", None),
        ("# Reads the files of the older versions.\n@cache\ndef read(): ...\n", None),
        ("# Holds the number of the version.\nversion = 1\n", None),
        ("# Copyright 2020 by all of them.\n\nimport os\n", None),
        ("# Learn more: https://example.org/kennethreitz/setup.py\nimport os\n", None),
        ("# The manual of it all is at www.example.org now.\nimport os\n", None),
        ("# Questions go to somebody@example.org by mail.\nimport os\n", None),
        ("# Purpose: reads the files of the older versions.\nimport os\n", None),
        ("# Created on Sunday by the first of them.\nimport os\n", None),
        ("# This file is part of the older versions.\nimport os\n", None),
        ("import os\n", None),
        ("", None),
        (
            "class A(Exception): ...\nclass B(Exception): ...\n",
            "The exceptions ``A`` and ``B``.",
        ),
    ],
)
def test_the_first_comment_becomes_the_module_summary(known: Write, code: str, text: str | None) -> None:
    assert summary(known(code, "")) == text


# -- putting it together


def test_parameters_are_described_all_or_none(known: Write) -> None:
    code = CALLEE + "    def parse_page(url, other):\n        page = fetch(url)\n        return _g(page)\n"
    found = known(code, "parse_page")
    assert parameters(found) == {}
    assert found.facts == ("url: Where the page is.",)
    assert "description of other" in found.missing


def test_stars_are_written_with_their_parameters(known: Write) -> None:
    code = "import lib\ndef open_stream(**kwargs):\n    k = 1\n    return lib.open(**kwargs)\n"
    content = known(code, "open_stream").content
    assert content is not None
    assert content.parameters == (ParameterText("**kwargs", "Keyword arguments passed on to ``lib.open``."),)


def test_incomplete_sections_become_sentences_where_completeness_is_demanded(known: Write) -> None:
    code = "def parse_limit(limit, other):\n    if limit < 0:\n        raise ValueError()\n    return _g(limit)\n"
    found = known(code, "parse_limit", complete=True)
    assert found.content is not None
    assert found.content.raises == ()
    assert found.content.description == "Raises ``ValueError`` if ``limit`` is negative."


def test_complete_sections_are_written_where_completeness_is_demanded(known: Write) -> None:
    code = CALLEE + "    def is_closed(url) -> bool:\n        page = fetch(url)\n        return _g(page)\n"
    content = known(code, "is_closed", complete=True).content
    assert content is not None
    assert content.parameters == (ParameterText("url", "Where the page is."),)
    assert content.returns == "True if ``url`` is closed, else False."


def test_unknown_entries_are_reported_as_missing(known: Write) -> None:
    found = known("def f(a, *b):\n    if x:\n        raise A\n    return _g(a)\n")
    assert found.content is None
    assert found.missing == ("summary", "description of a", "description of *b", "what is returned")
    assert found.facts == ("Raises A: If ``x`` is truthy.",)
