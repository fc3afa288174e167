"""Left out: words of a base class, half a behaviour, and what only repeats a name or a type."""

from collections.abc import Callable

import pytest

from workhorse_core.actions.docstrings.rules.known import Known

Write = Callable[..., Known]

BASE = """
    class Base:
        def check(self, form):
            '''Apply all rules to the form.

            Args:
                form: What the user has sent, with its files.
            '''

    class Child(Base):
"""


def text(found: Known) -> str:
    """Return all words of a docstring that is written by default."""
    if found.content is None or found.formula:
        return ""
    parameters = [f"{entry.name}: {entry.description}" for entry in found.content.parameters]
    raises = [f"{entry.exception}: {entry.description}" for entry in found.content.raises]
    return " ".join([found.content.summary, found.content.description, *parameters, *raises]).replace("  ", " ").strip()


# -- words of the base class


@pytest.mark.parametrize(
    "body", ["return self.rules.run(form, 1)", "return super().check(form)", "x = _g(form)\n            return x"]
)
def test_an_override_repeats_nothing_of_the_base_class(known: Write, body: str) -> None:
    code = f"{BASE}        def check(self, form):\n            {body}\n"
    said = text(known(code, "Child.check", repeats=False))
    assert "rules to the form" not in said
    assert "What the user has sent" not in said


def test_an_override_repeats_the_base_class_on_demand(known: Write) -> None:
    code = f"{BASE}        def check(self, form):\n            return _g(form)\n"
    assert text(known(code, "Child.check")) == (
        "Apply all rules to the form. form: What the user has sent, with its files."
    )


def test_an_override_describes_what_its_own_body_proves(known: Write) -> None:
    code = f"{BASE}        def check(self, form):\n            self.forms.append(form)\n"
    assert text(known(code, "Child.check", repeats=False)) == "Append ``form`` to ``self.forms``."


def test_a_constructor_has_the_words_of_the_base_class(known: Write) -> None:
    code = BASE.replace("check", "__init__") + "        def __init__(self, form):\n            self.form = form\n"
    assert "What the user has sent" in text(known(code, "Child.__init__", repeats=False))


# -- bodies that do nothing


@pytest.mark.parametrize("body", ["pass", "return None", "return"])
@pytest.mark.parametrize("base", ["", "(Base)"])
def test_a_body_that_does_nothing_has_no_verb(known: Write, body: str, base: str) -> None:
    code = f"{BASE}        pass\n\n    class Idle{base}:\n        def check(self, form):\n            {body}\n"
    assert known(code, "Idle.check").content is None


def test_an_argument_given_back_is_described_as_unchanged(known: Write) -> None:
    code = f"{BASE}        def check(self, form):\n            return form\n"
    assert text(known(code, "Child.check")).startswith("Return ``form`` unchanged.")


def test_an_abstract_method_keeps_its_verb(known: Write) -> None:
    code = "class Base:\n    @abstractmethod\n    def check_form(self): pass\n"
    content = known(code, "Base.check_form").content
    assert content is not None
    assert content.summary == "Check the form."


# -- half a behaviour


def test_a_result_beside_an_unexplained_exception_is_left_out(known: Write) -> None:
    code = """
        def f(text, at):
            if at != 0 and at != skip(text, 0) and _h(lambda: text):
                raise ParseError(text, at)
            return at, []
    """
    assert text(known(code)) == ""


def test_a_result_beside_an_explained_exception_is_written_with_it(known: Write) -> None:
    code = "def f(text, at):\n    if at is None:\n        raise ValueError\n    return at, []\n"
    assert text(known(code)) == "Return a tuple of ``at`` and an empty list. ValueError: If ``at`` is None."


def test_the_last_of_several_exceptions_is_not_raised_always(known: Write) -> None:
    code = "def f(x):\n    if not x:\n        raise KeyError(x)\n    raise ValueError(x)\n"
    assert "Always raise" not in text(known(code))


def test_an_exception_that_is_always_raised_is_named_once(known: Write) -> None:
    assert text(known("def f(x):\n    raise ValueError(x)\n")) == "Always raise ``ValueError``."


@pytest.mark.parametrize(
    ("first", "words"), [("None", "Return ``load()``, made at the first call and kept."), ("x", "")]
)
def test_a_value_given_to_the_constructor_is_not_made_at_the_first_call(known: Write, first: str, words: str) -> None:
    code = f"""
        class Job:
            def __init__(self, x):
                self._table = {first}

            def run(self):
                if self._table is None:
                    self._table = load()
                return self._table
    """
    assert text(known(code, "Job.run")) == words


# -- code in the place of words


@pytest.mark.parametrize("value", ["f'{_name(self)}(/{self.regex}/)'", "f'{self.regex}'", "(20, 30)", "('a', 1)"])
def test_a_value_whose_source_does_not_explain_it_is_left_out(known: Write, value: str) -> None:
    assert text(known(f"class Job:\n    def run(self):\n        return {value}\n", "Job.run")) == ""


def test_a_call_of_the_object_itself_is_no_delegation(known: Write) -> None:
    assert text(known("class Job:\n    def run(self):\n        return self()\n", "Job.run")) == ""


def test_a_parser_that_is_only_built_does_not_get_its_description(known: Write) -> None:
    code = "def create_parser():\n    p = ArgumentParser(description='Format all files by rules.')\n"
    code += "    for x in _h():\n        p.add_argument(x)\n    return p{}\n"
    assert not text(known(code.format(""), "create_parser")).startswith("Format")
    assert text(known(code.format(".parse_args()"), "create_parser")).startswith("Format all files by rules.")


def test_a_class_in_a_parameter_has_instances(known: Write) -> None:
    code = "def f(kinds, x):\n    return isinstance(x, kinds)\n"
    assert text(known(code)) == "Return whether ``x`` is an instance of ``kinds``."


# -- parameters


def test_a_parameter_that_the_body_ignores_is_not_described(known: Write) -> None:
    code = f"{BASE}        def check(self, form):\n            self.forms.clear()\n"
    found = known(code, "Child.check")
    assert found.content is not None
    assert found.content.parameters == ()


@pytest.mark.parametrize(
    "words", [":class:`~pack.Form` instance.", "The form, a Form.", "A :class:`.Form` object.", "The `Form` instance."]
)
def test_a_description_that_repeats_the_type_is_left_out(known: Write, words: str) -> None:
    code = BASE.replace("What the user has sent, with its files.", words)
    code += "        def check(self, form: Form):\n            self.forms.append(form)\n"
    found = known(code, "Child.check")
    assert found.content is not None
    assert found.content.parameters == ()


def test_the_name_of_an_act_that_never_comes_about_is_no_summary(known: Write) -> None:
    assert text(known("def add_tags(tags):\n    log(tags)\n    raise TagError(tags)\n", "add_tags")) == ""
