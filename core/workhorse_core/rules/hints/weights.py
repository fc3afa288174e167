"""What each source was measured to be worth, by what it went by.

Shares of right answers (exact or compatible) on ten projects whose annotations were stripped first: itsdangerous,
pluggy, requests, click, httpx, werkzeug, packaging, jinja2, blinker, rich (those of the trace on the first five). No
project counts for more than forty answers of one kind. ``benchmarks/hints/precision.py`` measures them anew, and what
they give on a project that they were not set by.
"""

from collections.abc import Mapping
from types import MappingProxyType

WEIGHTS: Mapping[str, float] = MappingProxyType(
    {
        "call-sites private": 0.93,
        "call-sites public": 0.92,
        "default bool": 0.98,
        "default class": 0.33,
        "default display": 0.20,
        "default float": 0.80,
        "default int": 0.82,
        "default str": 0.62,
        "docstring parameter": 0.91,
        "docstring return": 0.92,
        "isinstance both": 0.79,
        "isinstance only": 0.73,
        "literal NoReturn": 0.74,
        "literal None": 0.99,
        "literal Self": 0.85,
        "literal class": 0.92,
        "literal display": 0.82,
        "literal guard": 0.83,
        "literal own class": 0.76,
        "literal plain": 0.99,
        "literal union": 0.79,
        "name end alias": 0.06,
        "name end alias around": 0.25,
        "name end alias here": 0.90,
        "name end alias here around": 0.96,
        "name end class": 0.18,
        "name end class here": 0.92,
        "name whole alias": 0.59,
        "name whole alias here": 0.80,
        "name whole class": 0.32,
        "name whole class here": 0.94,
        "override annotated parameter": 0.95,
        "override annotated return": 0.95,
        "override guessed parameter": 0.73,
        "override guessed return": 0.80,
        "override special": 0.98,
        "override sure parameter": 0.98,
        "override sure return": 0.92,
        "passed-on firm": 0.94,
        "passed-on named": 0.90,
        "pyrefly class parameter": 0.81,
        "pyrefly class return": 0.94,
        "pyrefly container parameter": 0.50,
        "pyrefly container return": 0.93,
        "pyrefly own class return": 0.80,
        "pyrefly own class parameter": 0.81,
        "pyrefly plain parameter": 0.80,
        "pyrefly plain return": 0.95,
        "pyrefly union parameter": 0.50,
        "pyrefly union return": 0.80,
        "same-name": 0.90,
        "trace class parameter": 0.68,
        "trace class return": 0.82,
        "trace container parameter": 0.33,
        "trace container return": 0.58,
        "trace plain parameter": 0.88,
        "trace plain return": 0.93,
        "trace union parameter": 0.35,
        "trace union return": 0.40,
    }
)
UNKNOWN = 0.5
"""For what was not measured."""


def weight_of(source: str, kind: str = "") -> float:
    """Give the share of right answers of a source, from 0 to 1."""
    return WEIGHTS.get(f"{source} {kind}".strip(), UNKNOWN)
