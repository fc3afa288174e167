"""Every check by its name, each loaded only when it is asked for."""

from collections.abc import Callable, Sequence

from workhorse_core.errors import ConfigError
from workhorse_core.pipeline.check import Check


def find_checks(names: Sequence[str]) -> list[Check]:
    """Make the checks of these names, in this order, each once.

    Raises:
        ConfigError: There is no check of that name.
    """
    return [_maker(name)() for name in dict.fromkeys(names)]


def _maker(name: str) -> Callable[[], Check]:
    if name in CHECKS:
        return CHECKS[name]
    from difflib import get_close_matches  # deferred: only a mistake needs it

    near = get_close_matches(name, CHECKS, 1) or sorted(CHECKS)
    raise ConfigError(f"There is no check called {name}.", f"Did you mean {' or '.join(near)}?")


def _same_code() -> Check:
    from workhorse_core.checks.same_code import SameCode

    return SameCode()


def _same_code_unannotated() -> Check:
    from workhorse_core.checks.same_code_unannotated import SameCodeUnannotated

    return SameCodeUnannotated()


def _imports() -> Check:
    from workhorse_core.checks.imports import Imports

    return Imports()


def _annotation_types() -> Check:
    from workhorse_core.checks.annotation_types import AnnotationTypes

    return AnnotationTypes()


def _project_tests() -> Check:
    from workhorse_core.checks.project_tests import ProjectTests

    return ProjectTests()


def _syntax() -> Check:
    from workhorse_core.checks.syntax import Syntax

    return Syntax()


def _docstring_signature() -> Check:
    from workhorse_core.checks.docstring_signature import DocstringSignature

    return DocstringSignature()


def _words() -> Check:
    from workhorse_core.checks.words.check import Words

    return Words()


def _format() -> Check:
    from workhorse_core.checks.format import Format

    return Format()


def _lint() -> Check:
    from workhorse_core.checks.lint import Lint

    return Lint()


def _types() -> Check:
    from workhorse_core.checks.types import Types

    return Types()


CHECKS: dict[str, Callable[[], Check]] = {
    "same-code": _same_code,
    "same-code-unannotated": _same_code_unannotated,
    "syntax": _syntax,
    "imports": _imports,
    "annotation-types": _annotation_types,
    "project-tests": _project_tests,
    "docstring-signature": _docstring_signature,
    "words": _words,
    "format": _format,
    "lint": _lint,
    "types": _types,
}
