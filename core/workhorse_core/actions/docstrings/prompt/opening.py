"""The first word of a summary, where the project's linter checks it: imperative (D401), not "This" (D404)."""

from workhorse_core.errors import AnswerMalformed
from workhorse_core.tools.linter_settings import LinterSettings

_WORDS = """
add append apply assert attach build calculate call cancel check clean clear close collect combine compare
compile compute configure connect convert copy count create decode define delete describe determine disable
display download emit enable encode ensure evaluate execute expand extract fetch fill filter find flush format
gather generate get give handle hold initialize insert invoke iterate join keep list load log look make manage
map mark merge move normalize notify open parse perform prepare print process produce provide push put raise
read record register reload remove render replace report represent request reset resolve restore retrieve return
run save search select send serialize set show sort split start stop store strip take tell test transform
translate try turn update upload use validate verify wait wrap write yield
"""
_VERBS = frozenset(_WORDS.split())


def make_imperative(summary: str, settings: LinterSettings) -> str:
    """Turn "Returns the …" into "Return the …" where the linter demands it; other openings stay."""
    word, space, rest = summary.partition(" ")
    if not settings.demands("D401") or not word.endswith("s"):
        return summary
    for ending, stem in (("ies", "y"), ("es", ""), ("s", "")):
        verb = word.lower().removesuffix(ending) + stem
        if word.endswith(ending) and verb in _VERBS:
            return verb[0].upper() + verb[1:] + space + rest
    return summary


def check_opening(summary: str, settings: LinterSettings) -> None:
    """Refuse a summary that begins with "This" where the linter would.

    Raises:
        AnswerMalformed: It begins so.
    """
    if settings.demands("D404") and summary.partition(" ")[0].lower() == "this":
        raise AnswerMalformed('The summary begins with "This"; begin with a verb.')
