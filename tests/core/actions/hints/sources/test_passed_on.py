from workhorse_core.actions.hints.sources.passed_on import from_passed_on

from .conftest import Said


def test_a_parameter_that_is_passed_on_is_what_the_callee_takes(said: Said) -> None:
    code = "from b import g\ndef f(a, b, c):\n    g(a, y=b)\n    c = 1\n    g(c)\n"
    assert said(from_passed_on, code, b="def g(x: int, y: str = ''): ...\n") == {"f:a": "int", "f:b": "str"}


def test_callees_that_disagree_are_no_evidence(said: Said) -> None:
    assert said(from_passed_on, "def g(x: int): ...\ndef h(x: str): ...\ndef f(a):\n    g(a)\n    h(a)\n") == {}


def test_methods_and_constructors_are_callees_too(said: Said) -> None:
    code = """
        class Base:
            def up(self, x: int): ...
        class C(Base):
            def __init__(self, x: bytes): ...
            def f(self, a, b):
                self.g(a)
                super().up(b)
            def g(self, y: str): ...
        def h(z):
            C(z)
    """
    assert said(from_passed_on, code) == {"C.f:a": "str", "C.f:b": "int", "h:z": "bytes"}


def test_a_name_passed_on_before_its_reassignment_is_the_parameter(said: Said) -> None:
    callee = "def g(x: int): ...\n"
    assert said(from_passed_on, f"{callee}def f(a):\n    a = g(a)\n") == {"f:a": "int"}
    assert said(from_passed_on, f"{callee}def f(a):\n    g(a)\n    a = 1\n") == {"f:a": "int"}
    assert said(from_passed_on, f"{callee}def f(a):\n    for a in a:\n        g(a)\n") == {}
    assert said(from_passed_on, f"{callee}def f(a):\n    while 1:\n        g(a)\n        a = 1\n") == {}


def test_the_only_method_of_its_name_is_meant_by_every_call_of_it(said: Said) -> None:
    code = "class C:\n    def launch(self, x: int): ...\n    def append(self, x: int): ...\n"
    assert said(from_passed_on, f"{code}def f(a):\n    b().launch(a)\n") == {"f:a": "int"}
    assert said(from_passed_on, f"{code}def f(a):\n    b().append(a)\n") == {}
    assert said(from_passed_on, f"import b\n{code}def f(a):\n    b.launch(a)\n") == {}
    assert said(from_passed_on, f"{code}class D:\n    def launch(self, x): ...\ndef f(a):\n    b().launch(a)\n") == {}


def test_a_variable_of_the_functions_around_is_no_function_of_the_module(said: Said) -> None:
    code = "def g(x: int): ...\ndef f(a):\n    g = a\n    def h(b):\n        g(b)\n"
    assert said(from_passed_on, code) == {}


def test_a_parameter_that_a_decorator_fills_is_not_what_it_is_passed_on_as(said: Said) -> None:
    assert said(from_passed_on, "def g(x: int): ...\n@option('a')\ndef f(a):\n    g(a)\n") == {}
