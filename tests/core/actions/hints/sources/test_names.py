from workhorse_core.actions.hints.sources.defaults import from_defaults
from workhorse_core.actions.hints.sources.names import from_names, from_same_names

from .conftest import Said


def test_a_parameter_called_after_a_class_is_of_it_when_its_uses_fit(said: Said) -> None:
    request = "class Request:\n    url = ''\n    def send(self): ...\n"
    assert said(from_names, "def f(request):\n    return request.url\n", b=request) == {"f:request": "Request"}


def test_a_use_that_the_class_does_not_have_refutes_it_everywhere(said: Said) -> None:
    request = "class Request:\n    url = ''\n"
    code = "def f(request):\n    return request.url\ndef g(request):\n    return request.body\n"
    assert said(from_names, code, b=request) == {}


def test_the_class_that_has_them_all_is_taken_instead(said: Said) -> None:
    classes = "class Request:\n    url = ''\nclass PreparedRequest:\n    url = body = ''\n"
    code = "def f(request):\n    return request.url\ndef g(request):\n    return request.body\n"
    found = said(from_names, code, b=classes)
    assert found == {"f:request": "PreparedRequest", "g:request": "PreparedRequest"}


def test_a_class_of_which_nothing_is_used_is_no_more_than_a_name(said: Said) -> None:
    assert said(from_names, "def f(request):\n    print(request)\n", b="class Request: ...\n") == {}


def test_an_alias_of_the_project_is_found_by_its_name(said: Said) -> None:
    types = "from typing import Union\nHeaderTypes = Union[str, bytes]\nTimeoutType = int | None\nOTHER = 1 | 2\n"
    found = said(from_names, "def f(headers, timeout, other): ...\n", b=types)
    assert found == {"f:headers": "HeaderTypes", "f:timeout": "TimeoutType"}


def test_a_private_alias_stays_in_its_module(said: Said) -> None:
    types = "from typing import Union\n_Message = Union[str, bytes]\n"
    assert said(from_names, "def f(message): ...\n", b=types) == {}
    assert said(from_names, f"{types}def f(message): ...\n") == {"f:message": "_Message"}


def test_of_an_alias_the_one_class_that_fits_the_uses_is_taken(said: Said) -> None:
    types = "from typing import Union\nclass URL:\n    host = ''\nURLTypes = Union[URL, str]\n"
    found = said(from_names, f"{types}def f(url):\n    return url.host\ndef g(url): ...\n")
    assert found == {"f:url": "URL", "g:url": "URLTypes"}


def test_parameters_of_one_name_are_alike_when_all_agree(said: Said) -> None:
    code = "def e(depth=0): ...\ndef f(depth=1): ...\ndef g(depth=2): ...\ndef h(depth): ...\n"
    assert said(from_same_names, code, known=[from_defaults])["h:depth"] == "int"
    assert said(from_same_names, f"{code}def i(depth=''): ...\n", known=[from_defaults]) == {}


def test_two_parameters_alone_are_no_rule(said: Said) -> None:
    assert (
        said(from_same_names, "def f(depth=1): ...\ndef g(depth=2): ...\ndef h(depth): ...\n", known=[from_defaults])
        == {}
    )


def test_a_name_is_no_evidence_where_a_decorator_may_pass_the_argument(said: Said) -> None:
    types = "from typing import Union\nHeaderTypes = Union[str, bytes]\n"
    assert said(from_names, "@command()\ndef f(headers): ...\n", b=types) == {}


def test_a_protocol_that_fits_as_well_leaves_the_class_in_doubt(said: Said) -> None:
    code = "class Serializer:\n    def dumps(self): ...\ndef f(serializer):\n    serializer.dumps()\n"
    protocol = "from typing import Protocol\nclass _AnySerializer(Protocol):\n    def dumps(self): ...\n"
    assert said(from_names, code) == {"f:serializer": "Serializer"}
    assert said(from_names, protocol + code) == {}


def test_other_parameters_named_after_the_class_add_no_evidence(said: Said) -> None:
    code = "class C:\n    y = 1\ndef f(c):\n    c.y\ndef g(c):\n    c.y\ndef h(c):\n    c.y\ndef i(c):\n    c.y\n"
    assert said(from_same_names, code, known=[from_names]) == {}
    assert said(from_same_names, code.replace("f(c)", "f(c: C)"), known=[from_names]) != {}


def test_many_parameters_of_one_name_and_type_are_a_kind_of_their_own(kinds: Said) -> None:
    few = "".join(f"def f{number}(depth: int): ...\n" for number in range(7))
    more = "def g(depth): ...\n"
    assert kinds(from_same_names, few + more)["g:depth"] == "plain"
    assert kinds(from_same_names, f"{few}def f7(depth: int): ...\n{more}")["g:depth"] == "plain many"


def test_a_required_parameter_may_be_none_where_another_of_its_file_may(said: Said) -> None:
    many = "".join(f"def f{number}(depth: int): ...\n" for number in range(8))
    asked, left_out = "def g(depth: 'int | None'): ...\n", "def g(depth: 'int | None' = None): ...\n"
    assert said(from_same_names, f"{many}{left_out}def h(depth): ...\n") == {"h:depth": "int"}
    assert said(from_same_names, f"{many}{asked}def h(depth): ...\n") == {}
    assert said(from_same_names, f"{many}def h(depth): ...\n", b=asked) == {"h:depth": "int"}
    assert said(from_same_names, "def h(depth): ...\n", b=many + asked) == {}
