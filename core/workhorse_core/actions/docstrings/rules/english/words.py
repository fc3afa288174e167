"""Names as English: words, articles, plurals, and the noun of a class."""

import re
from collections.abc import Sequence

from workhorse_core.actions.docstrings.rules.english.nouns import COMMON_NOUNS
from workhorse_core.actions.docstrings.rules.english.vocabulary import (
    ACRONYMS,
    ADJECTIVES,
    HARD_WORDS,
    MASS_NOUNS,
    NOUNS_IN_ED,
    SMALL_WORDS,
    SPELLED,
    VERBS,
    word_set,
)

_CAMEL = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z]+[0-9]*|[0-9]+")
_SPOKEN = frozenset({"soap", "ram", "mime", "lan", "nan", "fifo", "lifo", "sha", "posix"})
"""Acronyms that are pronounced as words."""
_AN_LETTERS = frozenset("AEFHILMNORSX")
_ADJECTIVE_ENDINGS = ("able", "ible", "ful", "less", "ous", "ish", "ular", "ic", "ive")
_NOUNS_LIKE_ADJECTIVES = word_set(
    """
    alternative archive cable callable characteristic clinic deliverable directive dish drive epic executable
    fabric finish graphic heuristic hive initiative iterable logic mechanic metric mic mosaic music objective
    polish publish radish statistic table topic traffic variable wish
    """
)
_DETERMINERS = word_set("the a an this that its their all any each every both some many most another multiple two")


def split_words(name: str) -> list[str]:
    """Return the words of a snake_case or CamelCase name in lower case."""
    words: list[str] = []
    for part in name.strip("_").split("_"):
        if part.islower() or part.isupper() or not part:
            words.append(part.lower())
        else:
            words += _merged([word.lower() for word in _CAMEL.findall(part)])
    return [word for word in words if word]


def _merged(words: list[str]) -> list[str]:
    """Join a lone letter to the word after it: "GZip" is one word."""
    merged: list[str] = []
    for word in words:
        if merged and len(merged[-1]) == 1:
            merged[-1] += word
        else:
            merged.append(word)
    return merged


def spell(word: str) -> str:
    """Spell one word of a name as in a sentence."""
    if word in SPELLED:
        return SPELLED[word]
    return word.upper() if word in ACRONYMS else word


def spell_all(words: Sequence[str]) -> str:
    """Spell words of a name as in a sentence."""
    return " ".join(spell(word) for word in words)


def article(phrase: str) -> str:
    """Return "a" or "an", by the sound of the phrase."""
    first = phrase.split()[0].strip("`") if phrase.split() else ""
    if first.isupper() and first.lower() in ACRONYMS - _SPOKEN:
        return "an" if first[0] in _AN_LETTERS else "a"
    if re.match(r"(?:uni|use|usu|utf|uti|uri|url|uuid|one|eu|ubi)", first.lower()) and not re.match(
        r"uni(?:n[^i]|m)", first.lower()
    ):
        return "a"
    return "an" if re.match(r"[aeiou]|hour|honest|heir", first.lower()) else "a"


def is_plural(word: str) -> bool:
    """Return whether a noun is plural."""
    last = spell(word).lower().split()[-1]
    if last in {"children", "people", "men", "women", "indices", "criteria", "media", "vertices", "matrices"}:
        return True
    return last.endswith("s") and not last.endswith(("ss", "us", "is", "os", "as", "news", "alias", "basis", "https"))


def singular(word: str) -> str:
    """Return the singular of a regular plural."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    return word[:-1] if is_plural(word) else word


def plural(word: str) -> str:
    """Return the plural of a regular noun."""
    if is_plural(word):
        return word
    if re.search(r"[^aeiou]y$", word):
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("s", "x", "z", "ch", "sh")) else "s")


def is_adjective(word: str) -> bool:
    """Return whether a word is an adjective: "Whether it is closed", not "a closed"."""
    if word in ADJECTIVES:
        return True
    if word in NOUNS_IN_ED or word in _NOUNS_LIKE_ADJECTIVES:
        return False
    if re.sub(r"^(?:un|in|non|im|ir)", "", word) in ADJECTIVES:
        return True
    return (word.endswith("ed") and len(word) > 4) or word.endswith(_ADJECTIVE_ENDINGS)


def definite(words: Sequence[str]) -> str:
    """Put "the" before a noun phrase, where it takes one."""
    bare = words[0] in _DETERMINERS or (words[-1].endswith("ing") and words[-1] in MASS_NOUNS)
    return spell_all(words) if bare else "the " + spell_all(words)


def indefinite(words: Sequence[str]) -> str:
    """Put "a" or "an" before a noun phrase, where it takes one."""
    phrase = spell_all(words)
    if words[0] in _DETERMINERS or is_plural(words[-1]) or words[-1] in MASS_NOUNS:
        return phrase
    return f"{article(phrase)} {phrase}"


def base_verb(word: str) -> str | None:
    """Return the base form of a verb in the third person, None where a word is none."""
    for ending, stem in (("ies", "y"), ("es", ""), ("s", "")):
        if word.endswith(ending) and (verb := word.removesuffix(ending) + stem) in VERBS:
            return verb
    return None


def split_parts(words: Sequence[str]) -> list[tuple[str, list[str]]] | None:
    """Split words at the small ones that join them: ``[("", [cookie]), ("from", [header])]``.

    None where they are no such phrase.
    """
    parts: list[tuple[str, list[str]]] = [("", [])]
    for word in words:
        if word in HARD_WORDS:
            return None
        if word in SMALL_WORDS:
            parts.append((word, []))
        else:
            parts[-1][1].append(word)
    if any(not noun for _, noun in parts[1:]):
        return None
    return parts


def class_noun(name: str) -> str | None:
    """Return the noun for an object of a class ("HTTP adapter"), None where the name has none."""
    words = split_words(name)
    while len(words) > 1 and words[0] in {"base", "abstract", "i"}:
        words = words[1:]
    while len(words) > 1 and words[-1] in {"base", "mixin", "impl", "abc", "protocol"}:
        words = words[:-1]
    if _is_proper(name):
        return None
    if not words or len("".join(words)) < 3 or is_adjective(words[-1]) or set(words) & HARD_WORDS:
        return None
    if words[-1] in _NO_NOUNS:
        return None
    capitals = {part.lower(): part for part in _CAMEL.findall(name) if part.isupper() and len(part) > 1}
    shown = {} if name.isupper() else capitals
    return " ".join(shown.get(word, spell(word)) for word in words)


def private_noun(attribute: str) -> str | None:
    """Return a noun for a private attribute ("the message queue"), None where its name is no plain noun."""
    words = split_words(attribute)
    if not words or not set(words) <= COMMON_NOUNS or (len(words) == 1 and words[0] in _VAGUE):
        return None
    return f"the {spell_all(words)}"


_NO_NOUNS = frozenset({"any", "all", "both", "each", "either", "every", "never", "none", "not", "or", "some", "when"})
"""Words that are names of classes, and determiners or adverbs in a sentence."""
_VAGUE = frozenset({"object", "objects", "dictionary", "mapping", "part"})
OF_AN_OBJECT = frozenset({"value", "values", "result", "results", "state"})
"""Nouns that say nothing without the object that they belong to."""


def _is_proper(name: str) -> bool:
    """Return whether a class is named after something with a spelling of its own: "LaTeX", "PDispatcher", "eBay"."""
    bare = name.strip("_")
    parts = _CAMEL.findall(bare) if not bare.islower() and not bare.isupper() else []
    odd = [part for part in parts if len(part) < 3 and part.isalpha() and part.lower() not in _SHORT_WORDS]
    return bool(odd) and "".join(odd) != "GZ" and not bare.startswith("GZip")


_SHORT_WORDS = ACRONYMS | SMALL_WORDS | frozenset({"my", "no", "go", "db", "vm", "ws", "ok", "up", "js", "tk"})


def sentence(text: str) -> str:
    """Make a text a sentence: capital and full stop."""
    text = text.strip()
    first = text.split(" ", 1)[0].rstrip(",:;.")
    if first.isalpha() and first.islower():
        text = text[0].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else text + "."


def parts_text(parts: Sequence[tuple[str, list[str]]]) -> str:
    """Spell the parts of a name after the first, each with its preposition."""
    return "".join(f" {joint} {_joined_noun(joint, noun)}" for joint, noun in parts)


def _joined_noun(joint: str, noun: list[str]) -> str:
    if (
        noun[-1].endswith("ing")
        or joint in {"by", "as", "per", "and", "or", "via"}
        or noun[-1] in MASS_NOUNS
        or is_adjective(noun[-1])
    ):
        return spell_all(noun)
    if joint in {"into", "onto", "with", "without", "of"} and joint != "of":
        return indefinite(noun)
    return definite(noun)
