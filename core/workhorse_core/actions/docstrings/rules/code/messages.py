"""Messages of exceptions as clauses: "if the signature does not match"."""

import re

from workhorse_core.actions.docstrings.rules.english.vocabulary import VERBS, word_set
from workhorse_core.languages.python.raised import Raised
from workhorse_core.system.lazy_regex import late_pattern

_PLACEHOLDER = late_pattern(r"(['\"`]?)\{([^{}]+)\}\1")
_TAIL = late_pattern(
    r"(?:,|:|;| -| \(|\.)? ?(?:but |and |it )?(?:not|got|was|is|received|found|given"
    r"|instead)\b[^{}]*\{[^{}]*\}\)?$|: ?['\"]?\{[^{}]*\}['\"]?$"
)
_NOUN_FIRST = {
    "invalid": "is invalid",
    "unknown": "is unknown",
    "malformed": "is malformed",
    "unsupported": "is not supported",
    "unexpected": "is unexpected",
    "missing": "is missing",
    "duplicate": "is a duplicate",
    "empty": "is empty",
    "bad": "is bad",
    "unrecognized": "is not recognized",
}
_NOT_MODAL = late_pattern(
    r"^(?P<noun>.+?) (?:must not|may not|should not|mustn't|shouldn't|cannot|can't|can not) be (?P<rest>.+)$"
)
_MODAL = late_pattern(r"^(?P<noun>.+?) (?:must|should|needs to|has to) be (?P<rest>.+)$")
_REQUIRED = late_pattern(r"^(?P<noun>.+?) (?:is|are) required$")
_FACT = late_pattern(
    r"^(?P<noun>(?:[\w'`{}.-]+ ){1,6}?)(?P<verb>was|were|has|does not (?:have|match|exist|contain|fit)"
    r"|did not|didn't"
    r"|(?:is|are) (?:missing|invalid|empty|closed|unknown|malformed|unavailable|already|too|out of"
    r"|not (?:a|an|the|valid|found|set|open"
    r"|available|in|connected|ready|installed|unique|allowed|known|callable|empty))|already exists"
    r"|contains|exceeds|failed|expired"
    r"|cannot be|can't be|could not be|couldn't be)(?= |$)(?P<rest>.*)$"
)
_NO_NOUN = late_pattern(
    r"^(?:can ?not|can't|could|couldn't|unable|failed|must|no|not|need|needs|exceeded|exceeds|invalid"
    r"|expected|got|only|either|at|too"
    r"|was|were|is|are|if|when|while|either|don't|do|did|error|use|\w+ing)\b|\b(?:that|which|who|when|if"
    r"|but|because|must|only|should)\b"
)
_ENDING = late_pattern(
    r"^(?P<noun>[\w' -]+?) (?P<state>missing|invalid|not found|unavailable|unsupported|not supported"
    r"|expired|empty|malformed|not available)$"
)
_UNABLE = late_pattern(
    r"^(?:was not able to|could not|couldn't|cannot|can't|can not|unable to|failed to"
    r"|failure to) (?P<verb>[a-z]+) (?P<noun>(?:the |a |an |any )?[\w'-]+(?: [\w'-]+)*?)"
    r"(?P<rest>(?: (?:because|from|to|in|into|for|with|on|at|after|before|while|when|without)\b.*)?)$"
)
_IRREGULAR = {
    "find": "found",
    "get": "obtained",
    "read": "read",
    "write": "written",
    "set": "set",
    "send": "sent",
    "build": "built",
    "put": "put",
    "split": "split",
    "bind": "bound",
    "make": "made",
    "take": "taken",
    "understand": "understood",
    "give": "given",
    "choose": "chosen",
    "draw": "drawn",
    "run": "run",
    "do": "done",
    "tell": "told",
    "hold": "held",
    "lay": "laid",
    "overwrite": "overwritten",
    "rewind": "rewound",
    "unbind": "unbound",
    "begin": "begun",
    "cut": "cut",
    "reset": "reset",
    "unset": "unset",
    "shut": "shut",
    "rebuild": "rebuilt",
    "spawn": "spawned",
    "open": "opened",
}
_EVENTS = word_set(
    """
    access acquire allocate bind compare compile compute connect convert create decode decompress decrypt
    delete deserialize detect determine download encode expand extract fetch find get guess identify import
    infer join launch load locate match open parse reach read receive recover resolve restore retrieve
    rewind save seek send serialize spawn start stat understand unpack verify write
    """
)
"""Verbs of attempts: "cannot parse x" is a failure, "cannot combine x" a rule."""
_STATE = late_pattern(
    r"(?:empty|none|null|negative|positive|zero|blank|true|false|both|an?|less|more|greater|smaller|larger|longer"
    r"|shorter|lower|higher|equal)\b",
    re.IGNORECASE,
)
_VERB_IN_IT = late_pattern(r"\b(?:is|are|was|were|be|been|being|not|has|have|had|got|cannot|must|may|can)\b")
_ANY = late_pattern(r"(?:an?|any|all|every|each|some) ", re.IGNORECASE)
_ADDRESSED = late_pattern(r"\b(?:you|your|we|i|i'm|please|try|use)\b", re.IGNORECASE)
_LINKED = late_pattern(r"\b(?:for|in|of|to|from|with)\b")
_NO = late_pattern(
    r"^no (?P<noun>.+?) (?:was |were )?(?P<done>given|found|specified|provided|available|supplied|passed|set)$"
)


def message_words(raised: Raised) -> str | None:
    """Turn a message into a clause ("if the signature does not match"), None where it is none."""
    if raised.message is None:
        return None
    text = " ".join(raised.message.split())
    first = re.split(r"(?<=[.!?;]) |: ?$", text)[0].rstrip(".!:;, ")
    plain = _PLACEHOLDER.sub("", first)
    if len(re.findall(r"(?<![\w.])[A-Za-z]{2,}(?![\w=])", plain)) < 2 or "{" in plain:
        return None
    head, colon, tail = first.rpartition(": ")
    if colon and len(re.findall(r"[A-Za-z]{2,}", _PLACEHOLDER.sub("", tail))) < 2:
        first = head
    if re.search(r"'|\b(?:positive|negative|greater|less|zero)\b", first):
        return None  # such messages are often off by one
    clause = _clause(_TAIL.sub("", first))
    if clause is not None:
        clause = re.sub(r"\b(\w+_\w+)\b", lambda match: f"``{match[1]}``", clause)
    return clause or _clause(first)


def _clause(text: str) -> str | None:
    """Turn the commonest forms of messages into an ``if`` clause, where that keeps their meaning."""
    if _PLACEHOLDER.search(text) or ":" in text or "," in text or _ADDRESSED.search(text):
        return None
    lowered = text[0].lower() + text[1:] if text[:2].isalpha() and text[1].islower() else text
    if re.match(r"there (?:is|are|was|were) (?:no|already|more than)\b", lowered):
        return f"if {lowered}"
    for rule in (_state_clause, _failure_clause, _lack_clause, _rule_clause, _fact_clause, _noun_clause):
        if clause := rule(lowered):
            return clause
    return None


def _state_clause(text: str) -> str | None:
    """Turn "signature missing" into "if the signature is missing"."""
    match = _ENDING.match(text)
    if match is None or _NO_NOUN.search(match["noun"]) or _VERB_IN_IT.search(match["noun"]):
        return None
    return f"if {_the(match['noun'])} {_number('is', match['noun'])} {match['state']}"


def _failure_clause(text: str) -> str | None:
    """Turn "could not parse the header" into "if the header cannot be parsed"."""
    match = _UNABLE.match(text)
    done = _participle(match["verb"]) if match is not None else None
    if match is None or done is None or _NO_NOUN.search(match["noun"]):
        return None
    forbids = text.startswith(("cannot", "can't", "can not"))
    if re.match(r"(?:to|from|in|into|on|for|with|at|of|by|as)\b", match["noun"]) or (match["noun"] in {"it", "them"}):
        return None
    if forbids and (match["verb"] not in _EVENTS or _ANY.match(match["noun"])):
        return None
    return f"if {_the(match['noun'])} cannot be {done}{match['rest']}"


def _lack_clause(text: str) -> str | None:
    """Turn "no host given" into "if no host is given"."""
    match = _NO.match(text)
    return f"if no {match['noun']} {_number('is', match['noun'])} {match['done']}" if match is not None else None


def _rule_clause(text: str) -> str | None:
    """Turn "x must be y" into "if x is not y"."""
    for pattern, link in ((_NOT_MODAL, "is"), (_MODAL, "is not"), (_REQUIRED, "is missing")):
        match = pattern.match(text)
        if match is not None and not _NO_NOUN.search(match["noun"]):
            rest = match.groupdict().get("rest") or ""
            if re.match(r"[<>=!]", rest):
                return None  # "must be != 0"
            if re.search(r" can(?:'t|not| not) be ", text) and not _STATE.match(rest):
                return None  # "cannot be found" is a failure, "cannot be cancelled" a rule
            if link == "is not" and rest.count(" or ") == 1 and "," not in rest:
                one, other = rest.split(" or ")
                return f"if {_the(match['noun'])} {_number('is', match['noun'])} neither {one} nor {other}"
            return f"if {_the(match['noun'])} {_number(link, match['noun'])} {rest}".rstrip()
    return None


def _fact_clause(text: str) -> str | None:
    """Turn "the stream is closed" into "if the stream is closed"."""
    match = _FACT.match(text)
    if match is None or _NO_NOUN.search(match["noun"]) or _VERB_IN_IT.search(match["noun"]):
        return None
    if re.match(r"cannot|can't|could", match["verb"]) and not _fails(match["noun"], match["rest"]):
        return None
    return f"if {_the(match['noun'].strip())} {match['verb']}{match['rest']}"


def _fails(noun: str, rest: str) -> bool:
    """Return whether it is a failure ("the header cannot be parsed") and no rule ("an order cannot be cancelled")."""
    done = rest.split()[0] if rest.split() else ""
    return done in {_participle(verb) for verb in _EVENTS} and not _ANY.match(noun)


def _noun_clause(text: str) -> str | None:
    """Turn "invalid header" into "if the header is invalid"."""
    word, _, rest = text.partition(" ")
    if word not in _NOUN_FIRST or not rest or len(rest.split()) > 4 or _LINKED.search(rest):
        return None
    return f"if {_the(rest)} {_number(_NOUN_FIRST[word], rest)}"


def _participle(verb: str) -> str | None:
    """Return the participle of a known verb."""
    if verb in _IRREGULAR:
        return _IRREGULAR[verb]
    if verb not in VERBS:
        return None
    if verb.endswith("e"):
        return verb + "d"
    if re.search(r"[^aeiou]y$", verb):
        return verb[:-1] + "ied"
    return verb + verb[-1] + "ed" if re.fullmatch(r"[^aeiou]*[aeiou][bdgmnprt]", verb) else verb + "ed"


def _the(noun: str) -> str:
    if re.match(
        r"(?:the|a|an|no|some|any|this|that|these|all|its|it|only|one|both|each|every|either|neither|there)\b",
        noun,
        re.IGNORECASE,
    ):
        return noun
    first = noun.split()[0]
    if "_" in noun or "`" in noun or (not noun[0].islower() and not re.match(r"\w*[A-Z]\w*[A-Z]", first)):
        return noun if not (noun[0] in "'\"" and " " in noun) else f"the {noun}"
    return f"the {noun}"


def _number(link: str, noun: str) -> str:
    last = noun.split()[-1]
    many = " and " in noun or (last.endswith("s") and not last.endswith(("ss", "us", "is")))
    return re.sub(r"^is\b", "are", link) if many else link
