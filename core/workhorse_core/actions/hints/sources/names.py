"""Names: the project's own class or alias that a parameter is called after, and parameters of one name alike."""

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from workhorse_core.actions.hints.slot import Slot, SlotKind, slot_key
from workhorse_core.actions.hints.sources.optional import member_types
from workhorse_core.actions.hints.sources.project_facts import ProjectFacts, SlotEvidence, decorators_of, is_auxiliary
from workhorse_core.actions.hints.sources.project_types import class_type, read_type
from workhorse_core.actions.hints.sources.uses import Uses, uses_of
from workhorse_core.languages.python.nodes import arguments_of, defaults_of, dotted, is_none, last_name
from workhorse_core.languages.python.symbols.module import Module
from workhorse_core.languages.python.symbols.symbol import ClassSymbol
from workhorse_core.languages.python.type_expression import TypeExpression, without_none

NAME = "name"
SAME_NAME = "same-name"
_NOT_SPECIAL = frozenset({"__init__", "__new__"})
_STRONG = frozenset(
    """attributes compared default docstring fallback isinstance name override revealed stored used-as""".split()  # noqa: SIM905
)
HARMLESS = frozenset(
    """abstractmethod asynccontextmanager cache cached_property classmethod contextmanager final lru_cache overload
    override property setter staticmethod wraps""".split()  # noqa: SIM905
)
"""Decorators that leave to its callers what a function is given."""
_ENOUGH = 3
"""Parameters of one name whose type is known well, before others of that name are taken for the same."""
_MANY = 8
"""Of them, before a name stands for one type in the whole project."""
_SUFFIXES = frozenset({"type", "types", "input", "like", "alias"})


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A class or an alias. ``words`` are those of its name, without a suffix such as "Type"."""

    type_: TypeExpression
    words: tuple[str, ...]
    symbol: ClassSymbol | None = None
    suffixed: bool = False

    @property
    def is_protocol(self) -> bool:
        """Whether it is a protocol."""
        bases = self.symbol.node.bases if self.symbol else ()
        return "Protocol" in {last_name(dotted(b.value if isinstance(b, ast.Subscript) else b) or "") for b in bases}


def from_names(facts: ProjectFacts) -> Iterator[SlotEvidence]:
    """Take the class or alias of the project that a parameter is named after, where every use is consistent with it."""
    candidates = _candidates(facts)
    groups = {name: _named_after(facts, name, candidates, found) for name, found in facts.uses.items()}
    for slot in facts.of_kind(SlotKind.PARAMETER):
        group = [each for each in groups.get(slot.name, ()) if _may_name(facts, slot, each)]
        if len(group) > 1 and len(aliases := [each for each in group if each.symbol is None]) == 1:
            group = aliases  # of a class and an alias of one name, the alias holds the class
        best = group if len(group) == 1 else [each for each in group if _belongs(facts, slot, each, groups)]
        if len(best) == 1 and not slot.star and decorators_of(facts.function(slot).node) <= HARMLESS:
            yield from facts.found(
                slot, _narrowed(facts, slot, best[0].type_), NAME, _kind(facts, slot, best[0], best is group)
            )


def _kind(facts: ProjectFacts, slot: Slot, candidate: _Candidate, alone: bool) -> str:
    """Return the kind of a match: whole name or its end, class or alias, bound in this module or not."""
    name = candidate.type_.text
    here = facts.index.home(facts.index.module(slot.path), name) == candidate.type_.names[name]
    words = tuple(part for part in slot.name.lower().split("_") if part)
    whole = "whole" if candidate.words in (words, _singular(words)) else "end"
    what = "class" if candidate.symbol else "type" if candidate.suffixed else "alias"
    left_out = ""
    if what == "type" and slot.default is not None:
        left_out = " or None" if is_none(slot.default) else " or default"
    return f"{whole} {what}{' here' if here else ''}{'' if alone else ' around'}{left_out}"


def _may_name(facts: ProjectFacts, slot: Slot, candidate: _Candidate) -> bool:
    """A private name is used where it is known: in its own module, and where it is imported already."""
    name = candidate.type_.text
    module = facts.index.module(slot.path)
    return not name.startswith("_") or facts.index.home(module, name) == candidate.type_.names[name]


def _narrowed(facts: ProjectFacts, slot: Slot, type_: TypeExpression) -> TypeExpression:
    """Take the one class of an alias that has what the function takes of the parameter: ``url.host`` is no string's."""
    taken = uses_of(facts.function(slot)).get(slot.name)
    if taken is None or not taken.attributes or taken.assigned or taken.guards:
        return type_
    parts = member_types(facts.index, type_)
    if len(parts) < 2:
        return type_
    fits = [(part, facts.has(part, taken.attributes)) for part in parts]
    fitting = [part for part, has in fits if has] or [part for part, has in fits if has is not False]
    return fitting[0] if len(fitting) == 1 else type_


def _candidates(facts: ProjectFacts) -> "list[_Candidate]":
    found: list[_Candidate] = []
    for module in facts.index.modules:
        if is_auxiliary(module.path) or module.name.rpartition(".")[2] in {"test", "testing"}:
            continue
        for name, symbol in module.classes.items():
            if "." not in name:
                found.append(_Candidate(class_type(symbol), words_of(name), symbol))
        for name, value in module.assigned.items():
            bare = name.lstrip("_")
            if bare[:1].isupper() and not bare.isupper() and is_alias(facts, module, value):
                words = all_words = words_of(name)
                while len(words) > 1 and words[-1] in _SUFFIXES:
                    words = words[:-1]
                suffixed = len(words) < len(all_words)
                found.append(_Candidate(TypeExpression(name, {name: f"{module.name}:{name}"}), words, None, suffixed))
    return found


def is_alias(facts: ProjectFacts, module: Module, value: ast.expr) -> bool:
    """Return whether an assigned value is a type expression and not a computed value."""
    if not isinstance(value, (ast.Subscript, ast.BinOp)):
        return isinstance(value, ast.Name) and value.id in {"object", "str", "bytes", "int", "float"}
    return read_type(facts.index, module, value) is not None


def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a class's name, in small letters."""
    return tuple(each.lower() for each in re.findall(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z]+", name))


def _singular(words: Sequence[str]) -> tuple[str, ...]:
    return (*words[:-1], words[-1].removesuffix("s"))


def _named_after(
    facts: ProjectFacts, name: str, candidates: "list[_Candidate]", uses: "list[Uses]"
) -> "list[_Candidate]":
    """Return the best candidates for a name that no use refutes: the whole name before its end before singular."""
    words = tuple(part for part in name.lower().split("_") if part)
    if not words:
        return []
    last = words[-1].removesuffix("s")
    candidates = [each for each in candidates if each.words and each.words[-1].removesuffix("s") == last]
    aliases = [each for each in candidates if each.symbol is None]
    classes = [each for each in candidates if each.symbol is not None and _fits(facts, each.symbol, uses)]
    ending = [c for c in aliases if c.words[-len(words) :] == words and not c.type_.text.startswith("_")]
    one = _singular(words)
    ending_one = [c for c in aliases if c.words[-len(words) :] == one and not c.type_.text.startswith("_")]
    ranks = (
        [c for c in (*classes, *aliases) if c.words == words or (c.is_protocol and c in classes)],
        ending,
        [c for c in aliases if c.suffixed and c.words == one],
        [c for c in ending_one if c.suffixed],
        [c for c in classes if c.words[-len(words) :] == words],
    )
    nothing: list[_Candidate] = []
    return next((rank for rank in ranks if rank), nothing)


def _fits(facts: ProjectFacts, symbol: ClassSymbol, uses: "list[Uses]") -> bool:
    """Whether objects of a class have all that functions take of parameters of one name, and there is some of it."""
    taken = [use.attributes for use in uses if not use.guards and not use.assigned]
    if not any(taken):
        return False
    has = facts.attributes_of(symbol)
    return has is not None and all(attributes <= has for attributes in taken)


def _belongs(facts: ProjectFacts, slot: Slot, candidate: _Candidate, groups: "Mapping[str, list[_Candidate]]") -> bool:
    """Whether the other words of a candidate's name stand in the function's name, or in its other parameters' types."""
    more = candidate.words[0]
    if more in slot.owner.lower().replace(".", "_").split("_"):
        return True
    others = [groups.get(each.arg, []) for each in arguments_of(facts.function(slot).node)]
    return any(len(group) == 1 and group[0].words[0] == more and len(group[0].words) > 1 for group in others)


def _is_special(name: str) -> bool:
    """Whether Python calls a method: what it is given has nothing to do with others of the parameter's name."""
    return name.startswith("__") and name.endswith("__") and name not in _NOT_SPECIAL


@dataclass
class _Known:
    """The known types of the parameters of one name, None aside, with counts of independent evidence.

    ``firm``: of some it is known by more than their name, which each of them has for itself. ``files`` counts the
    evidence by file; in ``optional`` ones some caller must give the parameter, and may give None.
    """

    counts: Counter[str] = field(default_factory=Counter[str])
    files: Counter[str] = field(default_factory=Counter[str])
    optional: set[str] = field(default_factory=set[str])
    firm: bool = False

    def may_be_none(self, slot: Slot) -> bool:
        """Whether a parameter without a default may be None: another of its file is, or of the project if unknown."""
        return bool(self.optional) and (slot.path in self.optional or self.files[slot.path] < _MANY)


def from_same_names(facts: ProjectFacts) -> Iterator[SlotEvidence]:
    """Take what the parameters of the same name in the project are known to be, when they all agree."""
    texts: dict[str, TypeExpression] = {}
    groups = _known_by_name(facts, texts)
    for slot in facts.of_kind(SlotKind.PARAMETER):
        group = groups.get(slot.name)
        if group is None or slot.star or len(group.counts) != 1 or _is_special(last_name(slot.owner)):
            continue
        if not group.firm or (slot.default is None and group.may_be_none(slot)):
            continue
        ((expression, number),) = group.counts.items()
        if number >= _ENOUGH and expression != "None":
            kind = _same_kind(facts, slot, texts[expression]) + (" many" if number >= _MANY else "")
            yield from facts.found(slot, texts[expression], SAME_NAME, kind)


def _known_by_name(facts: ProjectFacts, texts: dict[str, TypeExpression]) -> Mapping[str, _Known]:
    found: defaultdict[str, _Known] = defaultdict(_Known)
    for symbol in facts.index.functions:
        if is_auxiliary(symbol.module.path) or _is_special(symbol.node.name):
            continue
        left_out = {argument.arg for argument, _ in defaults_of(symbol.node)}
        for each in arguments_of(symbol.node):
            sources = facts.sources.get((symbol.module.path, slot_key(symbol, each.arg)), _STRONG)
            whole = None if sources == {SAME_NAME} else facts.type_of(symbol, each.arg)
            type_ = without_none(whole) if whole else None
            if type_ is not None:
                group = found[each.arg]
                group.counts[type_.text] += bool(sources & _STRONG)
                group.firm |= bool(sources & (_STRONG - {NAME}))
                group.files[symbol.module.path] += bool(sources & _STRONG)
                if whole != type_ and each.arg not in left_out:
                    group.optional.add(symbol.module.path)
                texts[type_.text] = type_
    return found


def _same_kind(facts: ProjectFacts, slot: Slot, type_: TypeExpression) -> str:
    """Return the kind of a match: type bound here or elsewhere, container, flag; a required flag is less certain."""
    if type_.names:
        module = facts.index.module(slot.path)
        here = all(facts.index.home(module, name) == home for name, home in type_.names.items())
        return "here" if here else "away"
    if type_.text == "bool" and slot.default is None:
        return "bool required"
    return "container" if "[" in type_.text else "bool" if type_.text == "bool" else "plain"
