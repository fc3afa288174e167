"""Finding what looks like a secret in code, in texts and in settings.

The patterns are those of detect-secrets 1.5.0 and of the makers' own documentation. The library itself is not used:
its last release is of 2024, it brings five packages (an HTTP client among them) and half a second of importing, and
it reports that a line holds a private key, not where the key ends, which is what masking needs.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from workhorse_core.errors import EndpointError
from workhorse_core.models.privacy.secret_forms import (
    CHAIN,
    COMMON_WORDS,
    DEFAULT,
    FORMS,
    HELD,
    IN_WORDS,
    LITERAL,
    OPENS_CALL,
    OTHERWISE,
    SecretForm,
)
from workhorse_core.system.lazy_regex import late_pattern

STEM = "WORKHORSE_SECRET_"
"""The start of a placeholder: a name, so that it may stand in code, in a text and in a .env file alike."""

_PRIVATE_KEY = late_pattern(
    r"-----BEGIN (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----"
    r"(?:(?!-----BEGIN).){0,20000}?"
    r"-----END (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----"
    r"|PuTTY-User-Key-File-\d:(?:(?!Private-MAC).){0,20000}?Private-MAC: [0-9a-f]+",
    re.DOTALL,
)
_KEY_BEGIN = late_pattern(
    r"-----BEGIN (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----\s*(?:\\[nr]|[\"'+,]|\s)*[\w+/]{20}"
)
_KEY_END = late_pattern(r"-----END (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY")

_HOLDERS = tuple(
    (signs, late_pattern(f"(?<![A-Za-z0-9])(?:{pattern})"))
    for signs, pattern in (
        (
            ("AKIA", "ASIA", "ABIA", "ACCA", "A3T"),
            r"(?:AKIA|ASIA|ABIA|ACCA|A3T[A-Z0-9])[A-Z0-9]{16}(?![A-Z0-9])",
        ),  # Amazon
        (("ghp_", "gho_", "ghu_", "ghs_", "ghr_"), r"gh[pousr]_[A-Za-z0-9]{36,255}"),
        (("github_pat_",), r"github_pat_[A-Za-z0-9_]{22,255}"),
        (
            ("glpat-", "gldt-", "glrt-", "glptt-", "glcbt-", "glsoat-"),
            r"gl(?:pat|dt|rt|ptt|cbt|soat)-[A-Za-z0-9_-]{20,255}",
        ),
        (("xox", "xapp-"), r"(?:xox[abeoprs]|xapp)-[A-Za-z0-9-]{10,255}"),  # Slack
        (("k_live_", "k_test_"), r"[rs]k_(?:live|test)_[0-9A-Za-z]{10,255}"),  # Stripe
        (("whsec_",), r"whsec_[0-9A-Za-z+/=]{20,255}"),
        (("sk-",), r"sk-[A-Za-z0-9_-]{20,255}"),  # OpenAI, Anthropic, and those who do as they do
        (("AIza", "ya29.", "GOCSPX-"), r"AIza[\w-]{35}|ya29\.[\w-]{20,1000}|GOCSPX-[\w-]{20,60}"),  # Google
        (("npm_", "pypi-AgE", "hf_"), r"npm_[A-Za-z0-9]{36}|pypi-AgE[\w-]{50,1000}|hf_[A-Za-z0-9]{30,60}"),
        (("SG.",), r"SG\.[\w-]{16,32}\.[\w-]{16,64}"),  # SendGrid
        (("AC", "SK"), r"(?:AC|SK)[0-9a-f]{32}(?![0-9a-f])"),  # Twilio
        ((":AA",), r"[0-9]{8,10}:AA[\w-]{33}"),  # Telegram
        (("eyJ",), r"eyJ[\w-]{10,2000}\.[\w-]{10,4000}\.?[\w-]{0,1000}"),  # JSON web tokens
        (("AGE-SECRET-KEY-1",), r"AGE-SECRET-KEY-1[A-Z0-9]{50,70}"),
        (("dop_v1_", "shp"), r"dop_v1_[a-f0-9]{64}|shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}"),
    )
)
"""What tokens look like, and what a text must hold before looking for them is worth its time."""

_INSIDE = (
    ("://", late_pattern(r"://[^\s:/@\"'{}<>]{0,100}:([^\s/@\"'{}<>$]{3,200})@")),
    ("AccountKey=", late_pattern(r"AccountKey=([A-Za-z0-9+/]{40,100}={0,2})")),
    ("hooks.slack.com", late_pattern(r"hooks\.slack\.com/services/(T\w{5,20}/B\w{5,20}/\w{10,40})")),
    ("earer ", late_pattern(r"[Bb]earer +([A-Za-z0-9._~+/!%&*-]{16,2000}=*)")),
    ("/api/webhooks/", late_pattern(r"/api/webhooks/[0-9]{6,25}/([\w-]{20,200})")),  # Discord
)
"""Secrets in the middle of something; the group is what is hidden."""

_NAMES = (
    *("password", "passwd", "passphrase", "pwd", "secret", "token", "credential", "apikey", "api_key", "api-key"),
    *("accesskey", "access_key", "access-key", "auth_key", "authkey", "encryption_key", "signing_key", "private_key"),
    *("privatekey", "client_key", "account_key", "database_url", "dsn", "bearer", "passwort", "kennwort", "senha"),
    *("mot_de_passe", "contrase", "salt"),
)
_NAMED = late_pattern(
    r"[\w.-]{0,40}[\"']?\]?[ \t]{0,4}(?::[ \t]?[A-Za-z_][\w.| \[\]]{0,30}?[ \t]?)?(?::=|=>|==|!=|=|:)[ \t]{0,4}"
    r"(?:[rbuf]{0,2}(?P<mark>\"\"\"|\'\'\'|\"|'|`)(?P<quoted>[^\s\"'`]{6,1000}+)(?P=mark)"
    r"|(?P<bare>[^\s\"'`#,;(){}\[\]<>$]{6,400}+)(?=\s|$))",
    re.IGNORECASE,
)
"""What follows such a name: the rest of it, a type, a sign, a value."""

_RANDOM = late_pattern(r"(?P<mark>[\"'])(?P<quoted>[A-Za-z0-9+/_=-]{32,2000})(?P=mark)")
_EXAMPLE = late_pattern(
    r"(?i)example|placeholder|change_?me|your[_-]|dummy|x{6}|\*{3}|\.{3}|^[<{$]|^%(?:[(sdr]|\w+%$)|" + STEM
)

_COMMENT = late_pattern(r"(?:^|[\s;)}\]])(?:#|//|--|/\*|<!--|REM\b)|^\s*[;*]")
_DOTTED = late_pattern(r"[A-Za-z_]\w*(?:[./][\w-]+)+")

_NUMBERS = late_pattern(r"[0-9]+")
_ODD_RUNS = late_pattern(r"[A-Z]{2,}|(?<![a-z])[a-z]{1,2}(?![a-z])")
_SHORTEST = 12

_ENTROPY = 4.3
"""Bits a letter: names and sentences stay below, base64 of random bytes lies above from 32 letters on."""


def find_secrets(text: str) -> Iterator[tuple[int, int]]:
    """Find what looks like a secret: first and last place, the last excluded; in no order, and they may overlap.

    Raises:
        EndpointError: A private key begins and does not end.
    """
    if "PRIVATE KEY" in text or "PuTTY-User-Key" in text:
        yield from _private_keys(text)
    for signs, pattern in _HOLDERS:
        if any(sign in text for sign in signs):
            yield from (match.span() for match in pattern.finditer(text))
    for sign, pattern in _INSIDE:
        if sign in text:
            yield from (match.span(1) for match in pattern.finditer(text))
    for form in FORMS:
        if any(sign in text for sign in form.signs):
            yield from _in_form(text, form)
    yield from _named(text)
    yield from (match.span("quoted") for match in _RANDOM.finditer(text) if _is_random(match["quoted"]))


def _in_form(text: str, form: SecretForm) -> Iterator[tuple[int, int]]:
    for match in form.pattern.finditer(text):
        group = "value" if "value" in match.re.groupindex else 0
        value = match[group]
        if _EXAMPLE.search(value):
            continue
        if form.is_certain or (is_scattered(value) if form.is_loose else _is_value(value, bare=False, tight=True)):
            yield match.span(group)


def _named(text: str) -> Iterator[tuple[int, int]]:
    """Find the values of telling names; looking for each name by itself is seven times as fast as one pattern."""
    lowered = text.lower()
    if len(lowered) != len(text):  # a letter that has two in lower case: the places would be others
        lowered = "".join(map(_lower, text))
    for name in _NAMES:
        place = lowered.find(name)
        while place >= 0:
            if match := _NAMED.match(text, place + len(name)):
                kind = "quoted" if match["quoted"] else "bare"
                if _is_value(match[kind], bare=kind == "bare", tight=text[match.start(kind) - 1] == "="):
                    yield match.span(kind)
            yield from _after_name(text, place, place + len(name))
            place = lowered.find(name, place + len(name))


def _after_name(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Find a value that follows a telling name in another form than its own assignment."""
    is_argument = OPENS_CALL.search(text[max(start - 160, 0) : start]) is not None
    for pattern in (DEFAULT, OTHERWISE) if is_argument else (OTHERWISE,):
        if (match := pattern.match(text, end)) and _is_value(match["value"], bare=False, tight=False):
            yield match.span("value")
    if match := HELD.match(text, end):
        for literal in LITERAL.finditer(match["pieces"]):
            group = "double" if literal["double"] else "single"
            if is_scattered(literal[group]) or (
                match["default"] and _is_value(literal[group], bare=False, tight=False)
            ):
                yield match.start("pieces") + literal.start(group), match.start("pieces") + literal.end(group)
    if match := CHAIN.match(text, end):
        literals = list(LITERAL.finditer(match["pieces"]))
        is_list = any("," in match["pieces"][a.end() : b.start()] for a, b in pairwise(literals))
        joined = "".join(literal["double"] or literal["single"] for literal in literals)
        if (not is_list or ".join" in match[0]) and " " not in joined and _is_value(joined, bare=False, tight=False):
            first = match.start("pieces")
            for literal in literals:
                group = "double" if literal["double"] else "single"
                yield first + literal.start(group), first + literal.end(group)
    if (match := IN_WORDS.match(text, end)) and _is_given_away(text, start, match["sign"], match["value"]):
        yield match.span("value")


def _is_given_away(text: str, start: int, sign: str, value: str) -> bool:
    """Return whether a comment or a sentence gives a secret away: a word of letters and digits, not a common one."""
    line = text[text.rfind("\n", 0, start) + 1 : start]
    if sign in "=:->" and not _COMMENT.search(line):
        return False
    has_letter, has_digit = any(map(str.isalpha, value)), any(map(str.isdigit, value))
    has_sign = any(letter in "!@#%^&*+" for letter in value)
    if not has_letter or not (has_digit or has_sign) or _EXAMPLE.search(value) or "://" in value:
        return False
    return not COMMON_WORDS.fullmatch(value.rstrip(".:")) and not _DOTTED.fullmatch(value)


def _lower(letter: str) -> str:
    return letter.lower() if letter.isascii() else letter


def _private_keys(text: str) -> Iterator[tuple[int, int]]:
    spans = [match.span() for match in _PRIVATE_KEY.finditer(text)]
    for edge in (*_KEY_BEGIN.finditer(text), *_KEY_END.finditer(text)):
        if not any(first <= edge.start() < last for first, last in spans):
            raise EndpointError(
                "A part of a private key is in the code to be sent, so nothing is sent.",
                "Take the key out of the file, or name a region that does not hold it.",
            )
    yield from spans


def _is_value(value: str, *, bare: bool, tight: bool) -> bool:
    """Return whether a value looks like a secret: it has a digit, or letters of both cases with a sign.

    Args:
        value: The value of a telling name.
        bare: It stands without quotes.
        tight: It follows its sign without a blank, as in a .env file.
    """
    if _EXAMPLE.search(value):
        return False
    if bare and not tight and re.fullmatch(r"[A-Za-z_][\w.]*", value) and not is_scattered(value):
        return False  # a name in code
    has_digit = any(letter.isdigit() for letter in value)
    has_sign = any(not letter.isalnum() and letter not in "_-." for letter in value)
    mixed = value.lower() != value and value.upper() != value
    if bare and not has_digit and re.fullmatch(r"[\w.:/|-]+", value):
        return tight and is_scattered(value)  # else an expression, a type or a path
    return has_digit or (mixed and has_sign) or is_scattered(value)


def is_scattered(value: str) -> bool:
    """Return whether digits or capitals stand in it as in no name: ``fetchAccessToken`` has no odd run of either."""
    if " " in value or len(value) < _SHORTEST:
        return False
    if len(value) >= 16 and len(_NUMBERS.findall(value)) >= 3:
        return True
    return value.upper() != value and len(_ODD_RUNS.findall(value)) >= max(3, len(value) / 6)


def _is_random(value: str) -> bool:
    kinds = (str.isdigit, str.islower, str.isupper)
    if not all(any(kind(letter) for letter in value) for kind in kinds):
        return False
    counts = Counter(value)
    return -sum(count / len(value) * math.log2(count / len(value)) for count in counts.values()) >= _ENTROPY
