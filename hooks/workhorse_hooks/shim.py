"""Shell scripts that git starts: most often they have nothing to do, and end before Python would be up."""

from workhorse_core.system.named_tuple import NamedTuple
from workhorse_hooks.scan import DIFF, QUIETLY

MARK = "# Workhorse git hook"
KEPT = ".kept-by-workhorse"
"""Suffix of a foreign hook's name while ours is in its place."""


class Program(NamedTuple):
    """Program of the shims: the interpreter, our ``__main__.py``, and the folders of our packages."""

    python: str
    main: str
    path: str


_HEAD = """\
#!/bin/sh
{mark}, made by `workhorse hooks install`; `workhorse hooks uninstall` takes it away.
hook={hook}
python={python}
main={main}
path={path}

# A foreign hook that was here before runs in its place. One that calls us again has run already.
[ "$WORKHORSE_HOOK" = "$hook" ] && exit 0
kept="${{0%/*}}/$hook{kept}"
"""
_RUN_KEPT = """\
if [ -x "$kept" ]; then WORKHORSE_HOOK=$hook "$kept" "$@" || exit $?; fi
"""
_RUN_KEPT_WITH_INPUT = """\
input=$(cat)
give() { [ -z "$input" ] || printf '%s\\n' "$input"; }
if [ -x "$kept" ]; then give | WORKHORSE_HOOK=$hook "$kept" "$@" || exit $?; fi
"""
_PLACE = """
dir=${GIT_DIR:-.git}
if [ -f "$dir" ]; then read -r _ dir < "$dir"; fi
common=$dir
if [ -f "$dir/commondir" ]; then
    read -r common < "$dir/commondir"
    case $common in /*) ;; *) common=$dir/$common ;; esac
fi
"""
_BUSY = """\
for state in MERGE_HEAD CHERRY_PICK_HEAD REVERT_HEAD BISECT_LOG rebase-merge rebase-apply; do
    [ -e "$dir/$state" ] && exit 0
done
"""
_THERE = """\
if [ ! -x "$python" ] || [ ! -f "$main" ]; then
    echo "workhorse: $hook was skipped: $python is gone. Run again: workhorse hooks install" >&2
    exit 0
fi
"""
_START = '"$python" -I -S -W ignore "$main" --path "$path" "$hook" "$dir" "$common"'
_END = """\
case $? in
    0) exit 0 ;;
    79) exit 1 ;;
    130) exit 130 ;;
esac
echo "workhorse: $hook was skipped: $python does not work. Run again: workhorse hooks install" >&2
exit 0
"""
_BODIES = {
    "pre-commit": """\
[ -s "$common/workhorse/hooks/waiting" ] || ! git diff --cached --quiet --no-ext-diff -- '*.py' || exit 0
git {quietly} {diff} | {start}
""",
    "prepare-commit-msg": """\
[ -z "$2" ] || exit 0
{start} "$@"
""",
    "commit-msg": """\
grep -qi -e '^Workhorse-Job[[:blank:]]*:' -e '^[[:blank:]]*Workhorse-Draft[[:blank:]]*:' "$1" || exit 0
{start} "$@"
""",
    "post-commit": """\
changed=$(git diff-tree -r --root --name-only --diff-filter=ACMRT -M HEAD -- '*.py')
[ -n "$changed" ] || [ -s "$common/workhorse/hooks/waiting" ] || exit 0
{start} "${{changed%%
*}}"
""",
    "pre-push": """\
[ -n "$input" ] || exit 0
give | {start} "$@"
""",
}
HOOKS = tuple(_BODIES)


def write_shim(hook: str, program: Program) -> bytes:
    """Return the whole script of a hook."""
    quoted = {name: _quote(value) for name, value in program._asdict().items()}
    head = _HEAD.format(mark=MARK, hook=hook, kept=KEPT, **quoted)
    run_kept = _RUN_KEPT_WITH_INPUT if hook == "pre-push" else _RUN_KEPT
    diff = " ".join(_quote(word) if "*" in word else word for word in DIFF)
    body = _BODIES[hook].format(quietly=" ".join(QUIETLY), diff=diff, start=_START)
    busy = "" if hook == "pre-push" else _BUSY  # what may not leave this machine may not leave it then either
    return "".join((head, run_kept, _PLACE, busy, _THERE, body, _END)).encode("utf-8", "surrogateescape")


def is_shim(data: bytes) -> bool:
    """Return whether a hook is ours, of this or of an older version."""
    return MARK.encode() in data[:200]


def is_current(hook: str, data: bytes) -> bool:
    """Return whether our script is what would be written now, whichever program it starts."""
    return _without_program(data) == _without_program(write_shim(hook, Program("", "", "")))


def _without_program(data: bytes) -> list[bytes]:
    return [line for line in data.split(b"\n") if not line.startswith((b"python='", b"main='", b"path='"))]


def _quote(text: str) -> str:
    """Quote for the shell; shlex would bring regular expressions."""
    return "'" + text.replace("'", "'\\''") + "'"
