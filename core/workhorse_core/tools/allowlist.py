"""Settings of a repository that a tool gets without trust: an allowlist for each tool, and what it leaves out.

Listed is what changes a tool's judgement: versions, strictness, rules, line length, ignores by file, which files to
look at, and search roots inside the repository. Everything else is left out, whatever it does: settings that run a
program, load code, write a file or read another one are only examples of that. See ``docs/security.md``.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import cast

from workhorse_core.system.lazy_regex import late_pattern
from workhorse_core.system.named_tuple import NamedTuple
from workhorse_core.tools.config_text import Table

Inside = Callable[[str], bool]
"""Whether a path, as a configuration names it, stays in the repository."""


class Names(NamedTuple):
    """Names of settings: some in full, and patterns of others, compiled only for a name that is none of those."""

    full: frozenset[str]
    patterns: re.Pattern[str]

    def has(self, name: str) -> bool:
        """Return whether a name is one of them."""
        return name in self.full or self.patterns.fullmatch(name) is not None


class Keys(NamedTuple):
    """Names of settings, lower case with hyphens.

    ``plain`` are taken as they are. ``paths`` hold one path or a list, and only those inside the repository are taken.
    ``tables`` are tables, or lists of them, with keys of their own. ``silent`` is left out without a remark, because
    our own command line decides it.
    """

    plain: Names
    paths: frozenset[str] = frozenset()
    tables: "Mapping[str, Keys]" = MappingProxyType({})
    silent: frozenset[str] = frozenset()


class Kept(NamedTuple):
    """The settings that a tool gets, and the names of those that were left out."""

    table: Table
    left_out: tuple[str, ...] = ()


def keep(table: Table, keys: Keys, inside: Inside, prefix: str = "") -> Kept:
    """Keep the settings of an allowlist.

    Args:
        table: The configuration.
        keys: The allowlist.
        inside: Whether a path stays in the repository.
        prefix: Of the names of what is left out: the table's own name.
    """
    kept: dict[str, object] = {}
    left_out: list[str] = []
    for name, value in table.items():
        key = name.replace("_", "-").lower()
        if key in keys.tables:
            found = _tables(value, keys.tables[key], inside, f"{prefix}{name}.")
            kept[name] = found[0]
            left_out += found[1]
        elif key in keys.paths:
            paths = _paths(value, inside)
            if paths is None or paths != value:
                left_out.append(f"{prefix}{name}")
            if paths:
                kept[name] = paths
        elif keys.plain.has(key):
            kept[name] = value
        elif key not in keys.silent:
            left_out.append(f"{prefix}{name}")
    return Kept(kept, tuple(dict.fromkeys(left_out)))


def _tables(value: object, keys: Keys, inside: Inside, prefix: str) -> tuple[object, Sequence[str]]:
    if isinstance(value, dict):
        return keep(cast("Table", value), keys, inside, prefix)
    if isinstance(value, list):
        tables = [cast("Table", each) for each in cast("list[object]", value) if isinstance(each, dict)]
        kept = [keep(each, keys, inside, prefix) for each in tables]
        return [each.table for each in kept], [name for each in kept for name in each.left_out]
    return {}, [prefix.rstrip(".")]


def _paths(value: object, inside: Inside) -> object | None:
    """Return the paths that stay inside, as a text or a list like the value; None for any other value."""
    if isinstance(value, str):
        return value if inside(value) else None
    if isinstance(value, list):
        return [each for each in cast("list[object]", value) if isinstance(each, str) and inside(each)]
    return None


def _names(*words: str) -> Names:
    """Take letters and hyphens for a name in full, and anything else for a pattern."""
    full = frozenset(word for word in words if word.replace("-", "").isalnum())
    return Names(full, late_pattern("|".join(word for word in words if word not in full) or "(?!)"))


_RUFF_LINT = (
    *("allowed-confusables", "dummy-variable-rgx", "select", "extend-select", "ignore", "extend-ignore"),
    *("external", "logger-objects"),
    *("ignore-init-module-imports", "explicit-preview-rules", "task-tags", "typing-modules", "typing-extensions"),
    *("(extend-)?per-file-ignores", "exclude", "preview", "future-annotations", "ruff", "isort", "mccabe"),
    *("flake8-[a-z0-9-]+", "pep8-naming", "pycodestyle", "pydocstyle", "pyflakes", "pylint", "pyupgrade", "pydoclint"),
)
_RUFF_FIXES = frozenset({"fixable", "unfixable", "extend-fixable", "extend-safe-fixes", "extend-unsafe-fixes"})
RUFF = Keys(
    _names(
        *("required-version", "preview", "(extend-)?(include|exclude)", "force-exclude", "extension", "builtins"),
        *("namespace-packages", "(per-file-)?target-version", "line-length", "indent-width", "tab-size"),
        *("format", *_RUFF_LINT),
    ),
    frozenset({"src", "extend"}),
    {"lint": Keys(_names(*_RUFF_LINT), silent=_RUFF_FIXES)},
    _RUFF_FIXES
    | {"cache-dir", "output-format", "output-prefer-rule-codes", "fix", "unsafe-fixes", "fix-only", "show-fixes"}
    | {"respect-gitignore", "analyze", "show-source"},
)

BLACK = Keys(
    _names(
        *("line-length", "target-version", "pyi", "skip-source-first-line", "skip-string-normalization"),
        *("skip-magic-trailing-comma", "preview", "unstable", "enable-unstable-feature", "required-version"),
        *("include", "(extend-|force-)?exclude", "python-cell-magics"),
    ),
    silent=frozenset({"check", "diff", "color", "quiet", "verbose", "workers", "no-cache", "fast", "safe"}),
)

FLAKE8 = Keys(
    _names(
        *("max-line-length", "max-doc-length", "indent-size", "hang-closing", "(extend-)?(ignore|select)"),
        *("per-file-ignores", "(extend-)?exclude", "filename", "disable-noqa", "max-complexity", "doctests"),
        *("builtins", "enable-extensions", "require-plugins", "extended-default-(ignore|select)"),
        # of widespread plugins, which the user has installed: words and numbers, nothing that is opened or imported
        *("inline-quotes", "multiline-quotes", "docstring-(quotes|convention)", "avoid-escape", "import-order-style"),
        *("application-(import|package)-names", "ban-relative-imports", "ignore-names", "max-cognitive-complexity"),
        *("max-(annotations|expression)-complexity", "max-function-(length|arguments)", "max-(returns|arguments)"),
        *("(ignore|property|classmethod|staticmethod)-decorators", "style", "skip-checking-[a-z-]+"),
        "check-(arg-order|arg-defaults|class-attributes|return-types|style-mismatch|yield-types)",
        *(
            "(arg-)?type-hints-in-(docstring|signature)",
            "allow-init-docstring",
            "require-(return|yield)-section-[a-z-]+",
        ),
        *("ignore-(underscore-only|private|special-dunder)-(args|class-attributes)", "should-document-star-arguments"),
    ),
    silent=frozenset(
        {
            *("benchmark", "color", "count", "exit-zero", "format", "jobs", "output-file", "quiet", "show-source"),
            *("statistics", "tee", "verbose"),
        }
    ),
)

_MYPY_BY_MODULE = (
    *("(no-)?(dis)?allow-[a-z-]+", "(no-)?always-(true|false)", "(no-)?check-unreachable", "(no-)?check-untyped-defs"),
    *(
        "(disable|enable)-error-code",
        "(no-)?extra-checks",
        "follow-imports(-for-stubs)?",
        "(no-)?follow-untyped-imports",
    ),
    *("(no-)?ignore-(errors|missing-imports)", "(no-)?(no-)?implicit-(optional|reexport)", "(no-)?local-partial-types"),
    *("(no-)?strict-(concatenate|equality|equality-for-none|optional|bytes)", "(no-)?(no-)?warn-[a-z-]+", "module"),
)
_MYPY_SHOWN = frozenset(
    {
        *("pretty", "color-output", "error-summary", "show-error-codes", "hide-error-codes", "show-column-numbers"),
        *("show-error-context", "show-absolute-path", "show-error-end", "show-error-code-links", "verbosity", "output"),
        *("show-traceback", "incremental", "cache-dir", "cache-fine-grained", "sqlite-cache", "fixed-format-cache"),
        *("install-types", "non-interactive", "num-workers", "skip-version-check", "skip-cache-mtime-checks"),
        *("native-parser", "quickstart-file", "raise-exceptions", "pdb", "no-incremental", "error-format"),
    }
)
MYPY_SECTION = Keys(_names(*_MYPY_BY_MODULE), silent=_MYPY_SHOWN)
MYPY = Keys(
    _names(
        *_MYPY_BY_MODULE,
        *("python-version", "platform", "strict", "exclude", "namespace-packages", "packages", "modules"),
        *("explicit-package-bases", "no-site-packages", "no-silence-site-packages", "scripts-are-modules"),
        *("untyped-calls-exclude", "enable-incomplete-feature", "disable-bytearray-promotion", "many-errors-threshold"),
        *("disable-memoryview-promotion", "deprecated-calls-exclude", "old-type-inference"),
    ),
    frozenset({"files", "mypy-path", "package-root"}),
    {"overrides": MYPY_SECTION},
    _MYPY_SHOWN,
)

_PYRIGHT_RULES = (
    *("report[a-z]+", "strict[a-z]+", "enable[a-z]+", "disable[a-z]+", "deprecatetypingaliases"),
    *("analyzeunannotatedfunctions", "typecheckingmode", "pythonversion", "pythonplatform", "defineconstant"),
)
_PYRIGHT_PATHS = frozenset({"include", "exclude", "ignore", "strict", "extrapaths", "stubpath"})
PYRIGHT = Keys(
    _names(*_PYRIGHT_RULES, "uselibrarycodefortypes", "allowedUntypedLibraries".lower(), "failonwarnings"),
    _PYRIGHT_PATHS,
    {"executionenvironments": Keys(_names(*_PYRIGHT_RULES, "name"), frozenset({"root", "extrapaths"}))},
    frozenset({"verboseoutput", "$schema", "extends"}),
)

_PYREFLY_RULES = (
    *("errors", "replace-imports-with-any", "ignore-missing-imports", "replace-untyped-imports-with-any"),
    *("untyped-def-behavior", "check-unannotated-defs", "infer-return-types", "infer-with-first-use"),
    *("permissive-ignores", "enabled-ignores", "type-ignore-unknown-tag-behavior", "ignore-errors-in-generated-code"),
    *("strict-callable-subtyping", "strict-partial-subtyping", "spec-compliant-overloads"),
    *("legacy-overload-expansion", "treat-all-caps-as-final", "tensor-shapes", "pytorch-efficiency-lints"),
    *("recursion-depth-limit", "recursion-overflow-handler"),
)
PYREFLY = Keys(
    _names(
        *_PYREFLY_RULES,
        *("preset", "python-version", "python-platform", "disable-project-excludes-heuristics"),
        *("disable-search-path-heuristics", "enable-fallback-search-path"),
    ),
    frozenset({"project-includes", "project-excludes", "search-path"}),
    {"sub-config": Keys(_names(*_PYREFLY_RULES, "matches"))},
    frozenset({"output-format", "min-severity", "skip-interpreter-query", "use-ignore-files"}),
)

_IGNORE_FILES = frozenset({"respect-ignore-files"})
_TY_RULES = {"rules": Keys(_names(".*")), "analysis": Keys(_names(".*"))}
TY = Keys(
    _names(),
    tables={
        **_TY_RULES,
        "src": Keys(_names("exclude-scripts"), frozenset({"root", "include", "exclude"}), silent=_IGNORE_FILES),
        "environment": Keys(_names("python-version", "python-platform"), frozenset({"root", "extra-paths"})),
        "overrides": Keys(_names(), frozenset({"include", "exclude"}), _TY_RULES),
    },
    silent=frozenset({"terminal"}),
)


def stays_inside(origin: str, path: str) -> bool:
    """Whether a path in the configuration file ``origin`` stays in the repository.

    Home folders, variables, drives and absolute paths do not; globs are steps like any other.
    """
    path = path.removeprefix("!")
    if path.startswith(("/", "~")) or any(mark in path for mark in ("$", "\\", ":", "\0", "\r", "\n", "%")):
        return False
    depth = origin.count("/")
    for step in path.split("/"):
        if step not in ("", "."):
            depth += -1 if step == ".." else 1
        if depth < 0:
            return False
    return True
