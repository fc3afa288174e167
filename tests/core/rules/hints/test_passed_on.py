from workhorse_core.rules.hints.passed_on import from_passed_on

from .conftest import Said


def test_a_parameter_that_is_passed_on_is_what_the_callee_takes(said: Said) -> None:
    code = "from b import g\ndef f(a, b, c):\n    g(a, y=b)\n    c = 1\n    g(c)\n"
    assert said(from_passed_on, code, b="def g(x: int, y: str = ''): ...\n") == {"f:a": "int", "f:b": "str"}


def test_callees_that_disagree_say_nothing(said: Said) -> None:
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
