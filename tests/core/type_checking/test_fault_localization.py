"""Fault localization orders the annotations that may cause a finding, the likeliest first."""

import textwrap

from workhorse_core.actions.hints.slot_search import find_slots
from workhorse_core.actions.hints.writer import insertion
from workhorse_core.languages.python.source import PythonSource
from workhorse_core.pipeline.check import Finding
from workhorse_core.pipeline.part import Part
from workhorse_core.type_checking.fault_localization import FaultLocalization


class World:
    """One file, and annotations of it by their slots' names."""

    def __init__(self, text: str, types: dict[str, str], sources: dict[str, str] | None = None) -> None:
        self._data = textwrap.dedent(text).encode()
        source = PythonSource("a.py", self._data)
        slots = [slot for slot in find_slots(source).slots if slot.title in types]
        assert {slot.title for slot in slots} == {*types}
        known = {title: (name,) for title, name in (sources or {}).items()}
        self._parts = [
            Part(slot.title, (insertion(source, slot, types[slot.title]),), known.get(slot.title, ())) for slot in slots
        ]
        self.places = FaultLocalization(self._parts, lambda _: self._data)

    def finding(self, words: str, line: str) -> Finding:
        lines = [each.strip() for each in self._data.decode().splitlines()]
        return Finding("a.py", lines.index(line) + 1, words)

    def order(self, words: str, line: str) -> list[str]:
        found = self.places.order(self.finding(words, line))
        assert {*found} == {*self._parts}
        assert len(found) == len(self._parts)
        return [part.name for part in found]

    def part(self, name: str) -> Part:
        return next(part for part in self._parts if part.name == name)


BAR = World(
    """\
    def width_of(line):
        return len(line)


    class Bar:
        def __init__(self, steps=1):
            self.width = None
            self.steps = steps

        def show(self, line, times):
            length = width_of(line)
            self.width = length
    """,
    {
        "width_of return": "int",
        "width_of(line)": "str",
        "Bar.__init__(steps)": "int",
        "Bar.__init__ return": "None",
        "Bar.show return": "None",
        "Bar.show(line)": "str",
        "Bar.show(times)": "float",
    },
)
ASSIGNED = 'Incompatible types in assignment (expression has type "int", variable has type "None")'


def test_part_whose_type_a_finding_mentions_comes_first() -> None:
    order = BAR.order(ASSIGNED, "self.width = length")
    assert order[0] == "width_of return"
    assert order.index("Bar.__init__(steps)") == 1


def test_where_a_result_does_not_fit_it_comes_before_everything_else() -> None:
    words = 'Incompatible return value type (got "str", expected "None")'
    assert BAR.order(words, "self.width = length")[0] == "Bar.show return"


def test_certain_result_comes_after_an_uncertain_parameter_of_the_type_that_does_not_fit() -> None:
    text = """\
    def allowed(flag, name):
        return flag
    """
    types = {"allowed(flag)": "str", "allowed(name)": "str", "allowed return": "bool"}
    world = World(text, types, {"allowed(flag)": "call-sites", "allowed return": "override"})
    order = world.order('Incompatible return value type (got "str", expected "bool")', "return flag")
    assert order.index("allowed(flag)") < order.index("allowed return")
    world = World(text, types, {"allowed(flag)": "override", "allowed return": "call-sites"})
    order = world.order('Incompatible return value type (got "str", expected "bool")', "return flag")
    assert order[0] == "allowed return"


def test_return_type_of_none_causes_no_finding_elsewhere() -> None:
    found = BAR.places.near(BAR.finding('Type "Bar" is not assignable to "None"', "return len(line)"))
    assert BAR.part("Bar.__init__ return") not in found
    assert BAR.part("Bar.__init__(steps)") in found


BODY = World(
    """\
    def stripped(text):
        return text.strip()


    class Answer:
        def content(self):
            return self._data

        def size(self, unit):
            return len(stripped(self.content))


    class Other:
        def size(self, unit):
            return 1
    """,
    {"stripped return": "str", "Answer.content return": "bool", "Answer.size(unit)": "str", "Other.size(unit)": "str"},
)


def test_a_value_stands_for_its_type() -> None:
    words = 'Argument of type "Literal[True]" cannot be assigned to parameter "obj" of type "Sized"'
    assert BODY.order(words, "return len(stripped(self.content))")[0] == "Answer.content return"


def test_header_of_a_definition_calls_no_function() -> None:
    assert BODY.places.near(BODY.finding("Missing return statement", "def size(self, unit):")) == {
        BODY.part("Answer.size(unit)")
    }


POOL = World(
    """\
    def context(request):
        return request.url


    def attributes(request, verify):
        return context(request)


    def far(request):
        return 1


    def connect(request):
        found = attributes(request, True)
        return open_pool(**found)
    """,
    {
        "context(request)": "Request",
        "attributes(request)": "Request",
        "far(request)": "Request",
        "connect(request)": "Request",
    },
)


def test_called_functions_are_reached_through_those_without_a_useful_result() -> None:
    order = POOL.order('Argument of type "bytes" is wrong', "return open_pool(**found)")
    assert order == ["connect(request)", "attributes(request)", "context(request)", "far(request)"]


def test_a_finding_that_stands_in_another_function_of_the_same_name_can_be_about_both() -> None:
    finding = POOL.finding('parameter "request" of type "str" in function "attributes"', "return 1")
    assert POOL.places.is_called(finding, POOL.part("attributes(request)"))
    assert POOL.places.is_called(finding, POOL.part("far(request)"))
    assert not POOL.places.is_called(POOL.finding("is wrong", "return 1"), POOL.part("far(request)"))
