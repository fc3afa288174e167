"""Scratch branches: what they hold, what they leave alone, and what git stores for files that it changes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.repository import commit_all, make_repository, write_files
from workhorse_core.change.edit import Edit, Move
from workhorse_core.change.patch import FileChange, Patch, make_patch
from workhorse_core.errors import JobError, PatchError, RepositoryError, TargetError
from workhorse_core.git.fast_import import IDENTITY, Step, Stored, write_commits
from workhorse_core.git.repository import Repository
from workhorse_core.jobs.scratch import Scratch, drop_scratch, make_scratch, read_ground, read_patch

SHAPES = "src/shapes.py"


def patch_of(repository: Repository, *edits: Edit, moves: tuple[Move, ...] = ()) -> Patch:
    def read(path: str) -> bytes | None:
        file = repository.root / path
        return file.read_bytes() if file.is_file() else None

    return make_patch(read, edits, moves)


def scratch_of(repository: Repository, *edits: Edit, job: str = "k3f9", moves: tuple[Move, ...] = ()) -> Scratch:
    return make_scratch(repository, job, "docstrings", "shapes", patch_of(repository, *edits, moves=moves))


def blob(repository: Repository, commit: str, path: str = SHAPES) -> bytes | None:
    return repository.read_blobs(commit, [path]).get(path)


def untouched(repository: Repository) -> tuple[object, ...]:
    files = {
        path: path.read_bytes() for path in repository.root.rglob("*") if ".git" not in path.parts and path.is_file()
    }
    index = repository.git_dir / "index"
    head = (repository.git_dir / "HEAD").read_bytes()
    refs = repository.read("for-each-ref", "refs/heads/main", "refs/stash", "refs/tags")
    return files, index.read_bytes() if index.exists() else None, head, refs


def test_patch_with_another_diff_is_not_written(repository: Repository) -> None:
    before = blob(repository, "HEAD")
    lying = Patch((FileChange(SHAPES, before, b"something else\n", (Edit(SHAPES, 0, 0, b"# new\n"),)),))
    with pytest.raises(PatchError, match="does not give the bytes"):
        make_scratch(repository, "k3f9", "docstrings", "shapes", lying)
    assert not repository.read("for-each-ref", "refs/heads/workhorse")


def test_ground_that_was_read_before_is_built_on_although_head_moved(repository: Repository) -> None:
    ground = read_ground(repository, frozenset({SHAPES, "elsewhere.py"}))
    write_files(repository.root, {"later.py": ""})
    commit_all(repository, "later")
    patch = patch_of(repository, Edit(SHAPES, 0, 0, b"# new\n"))
    scratch = make_scratch(repository, "k3f9", "docstrings", "shapes", patch, ground)
    assert scratch.base == ground.head.commit != repository.head().commit


def test_ground_that_lacks_a_path_of_the_patch_is_read_again(repository: Repository) -> None:
    patch = patch_of(repository, Edit(SHAPES, 0, 0, b"# new\n"))
    scratch = make_scratch(repository, "k3f9", "docstrings", "shapes", patch, read_ground(repository, frozenset()))
    assert scratch.base == repository.head().commit  # and no snapshot of a file that looks untracked


def test_the_branch_holds_the_candidate_upon_head_and_touches_nothing(repository: Repository) -> None:
    before = untouched(repository)
    head = repository.head()
    scratch = scratch_of(repository, Edit(SHAPES, 0, 0, b"# new\n"))
    assert untouched(repository) == before
    assert scratch.branch == "workhorse/docstrings/shapes-k3f9"
    assert (scratch.base, scratch.base_tree) == (head.commit, head.tree)
    assert repository.commit_id(scratch.branch) == scratch.candidate
    assert repository.commit_id(scratch.branch + "^") == scratch.base
    assert repository.read("rev-parse", scratch.candidate + "^{tree}").decode().strip() == scratch.tree
    assert repository.read("diff", "--name-only", scratch.base, scratch.candidate).decode() == SHAPES + "\n"
    assert (blob(repository, scratch.candidate) or b"").startswith(b"# new\ndef area")
    author = repository.read("log", "-1", "--format=%an <%ae>", scratch.candidate).decode().strip()
    assert author == IDENTITY


def test_work_that_is_not_committed_goes_into_a_snapshot_under_the_candidate(repository: Repository) -> None:
    write_files(repository.root, {SHAPES: "dirty = 1\n", "new.py": "new = 1\n", "README.md": "Other\n", "x.log": "x\n"})
    repository.write("add", "README.md")
    before = untouched(repository)
    edits = [Edit(SHAPES, 0, 0, b"# a\n"), Edit("new.py", 0, 0, b"# b\n"), Edit("x.log", 0, 0, b"# c\n")]
    scratch = scratch_of(repository, *edits)
    assert untouched(repository) == before
    assert repository.commit_id(scratch.base + "^") == repository.head().commit
    assert blob(repository, scratch.base) == b"dirty = 1\n"
    assert blob(repository, scratch.base, "new.py") == b"new = 1\n"
    assert blob(repository, scratch.base, "README.md") == b"Shapes\n", "only what the job touches is taken along"
    assert blob(repository, scratch.candidate, "x.log") == b"# c\nx\n"


def test_an_editors_buffer_is_the_base_although_the_disk_has_something_else(repository: Repository) -> None:
    patch = make_patch(lambda _: b"typed = 1\n", [Edit(SHAPES, 0, 0, b"# new\n")])
    scratch = make_scratch(repository, "k3f9", "docstrings", "shapes", patch)
    assert blob(repository, scratch.base) == b"typed = 1\n"
    assert blob(repository, scratch.candidate) == b"# new\ntyped = 1\n"


def test_before_the_first_commit_the_base_has_no_parent(tmp_path: Path) -> None:
    repository = make_repository(tmp_path / "new", {"a.py": "a\n"}, commit=False)
    scratch = scratch_of(repository, Edit("a.py", 0, 0, b"# a\n"), Edit("b.py", 0, 0, b"b\n"))
    assert repository.ask("rev-parse", "--verify", "--quiet", scratch.base + "^").status == 1
    assert repository.tree_files(scratch.base) == ["a.py"]
    assert repository.tree_files(scratch.candidate) == ["a.py", "b.py"]
    assert repository.head().commit is None


def test_new_files_deleted_ones_and_moved_ones(repository: Repository) -> None:
    (repository.root / "README.md").unlink()
    edits = [Edit("new/test.py", 0, 0, b"new\n"), Edit("README.md", 0, 0, b"Fresh\n"), Edit(SHAPES, 0, 0, b"# moved\n")]
    scratch = scratch_of(repository, *edits, moves=(Move(SHAPES, "lib/forms.py"),))
    assert "README.md" not in repository.tree_files(scratch.base), "the user has deleted it"
    assert blob(repository, scratch.candidate, "README.md") == b"Fresh\n"
    assert blob(repository, scratch.candidate) is None
    assert (blob(repository, scratch.candidate, "lib/forms.py") or b"").startswith(b"# moved\ndef area")
    assert blob(repository, scratch.candidate, "new/test.py") == b"new\n"


def test_the_right_to_run_a_file_is_kept(repository: Repository) -> None:
    write_files(repository.root, {"run.py": "run\n", "new.py": "new\n"})
    (repository.root / "run.py").chmod(0o755)
    commit_all(repository, "Run")
    (repository.root / "new.py").chmod(0o755)
    write_files(repository.root, {"other.py": "other\n"})
    (repository.root / "other.py").chmod(0o755)
    scratch = scratch_of(repository, Edit("run.py", 0, 0, b"# a\n"), Edit("other.py", 0, 0, b"# b\n"))
    entries = repository.tree_entries(scratch.candidate, ["run.py", "other.py"])
    assert {entry.mode for entry in entries.values()} == {"100755"}


def test_odd_names_and_bytes_are_written_as_they_are(tmp_path: Path) -> None:
    names = [
        "with space.py",
        "line\nbreak.py",
        'quo"te.py',
        os.fsdecode(b"latin-\xe9.py"),
        "-dash.py",
        "ü/*.py",
        " .py",
    ]
    repository = make_repository(tmp_path / "odd", dict.fromkeys(names, b"\0\xff\r\n\n"))
    scratch = scratch_of(repository, *(Edit(name, 2, 2, b"\x80") for name in names))
    assert scratch.base == repository.head().commit
    assert repository.read_blobs(scratch.candidate, names) == dict.fromkeys(names, b"\0\xff\x80\r\n\n")


def test_the_slug_is_made_fit_for_a_branch_name(repository: Repository) -> None:
    patch = patch_of(repository, Edit(SHAPES, 0, 0, b"# new\n"))
    for slug in ("Parser.parse", "../../HEAD", "a b~^:?*[\\", "x" * 300, "", "ünï", ".lock"):
        scratch = make_scratch(repository, "k3f9", "docstrings", slug, patch)
        repository.write("check-ref-format", "--branch", scratch.branch)
        assert len(scratch.branch) < 80
        assert drop_scratch(repository, scratch)


def test_no_hook_runs_and_no_signature_is_made(repository: Repository, tmp_path: Path) -> None:
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for name in ("reference-transaction", "post-index-change", "pre-commit", "post-commit", "post-checkout"):
        (hooks / name).write_text(f"#!/bin/sh\necho {name} >> {tmp_path / 'said'}\n")
        (hooks / name).chmod(0o755)
    repository.write("config", "core.hooksPath", str(hooks))
    repository.write("config", "commit.gpgsign", "true")
    scratch = scratch_of(repository, Edit(SHAPES, 0, 0, b"# new\n"))
    assert b"gpgsig" not in repository.read("cat-file", "commit", scratch.candidate)
    drop_scratch(repository, scratch)
    assert not (tmp_path / "said").exists()


def test_branch_in_the_way_is_an_error_and_leaves_no_report(repository: Repository) -> None:
    repository.write("branch", "workhorse")
    with pytest.raises(RepositoryError, match="workhorse"):
        scratch_of(repository, Edit(SHAPES, 0, 0, b"# new\n"))
    assert not list(repository.git_dir.glob("fast_import_crash*"))
    assert not list(repository.git_dir.rglob("*.lock"))


def test_a_commit_that_cannot_be_written_leaves_no_report(repository: Repository) -> None:
    with pytest.raises(RepositoryError, match="fast-import failed"):
        write_commits(repository, "refs/heads/workhorse/x", "1" * 40, [Step("x", {"a.py": Stored("100644", b"a")})])
    assert not list(repository.git_dir.glob("fast_import_crash*"))
    assert not repository.read("for-each-ref", "refs/heads/workhorse")


def test_written_again_after_a_kill_it_replaces_its_own_branch(repository: Repository) -> None:
    first = scratch_of(repository, Edit(SHAPES, 0, 0, b"# first\n"))
    second = scratch_of(repository, Edit(SHAPES, 0, 0, b"# second\n"))
    assert first.branch == second.branch
    assert repository.commit_id(second.branch) == second.candidate


def test_a_branch_with_commits_of_the_user_is_neither_replaced_nor_removed(repository: Repository) -> None:
    scratch = scratch_of(repository, Edit(SHAPES, 0, 0, b"# new\n"))
    repository.write("checkout", "--quiet", scratch.branch)
    own = commit_all(repository, "Of my own")
    repository.write("checkout", "--quiet", "main")
    with pytest.raises(RepositoryError, match="holds other commits"):
        drop_scratch(repository, scratch)
    with pytest.raises(RepositoryError, match="holds other commits"):
        scratch_of(repository, Edit(SHAPES, 0, 0, b"# other\n"))
    assert repository.commit_id(scratch.branch) == own


def test_a_branch_that_is_checked_out_is_not_removed(repository: Repository, tmp_path: Path) -> None:
    scratch = scratch_of(repository, Edit(SHAPES, 0, 0, b"# new\n"))
    repository.write("worktree", "add", "--quiet", str(tmp_path / "look"), scratch.branch)
    with pytest.raises(RepositoryError, match="is checked out in"):
        drop_scratch(repository, scratch)


def test_dropping_removes_the_branch_once(repository: Repository) -> None:
    scratch = scratch_of(repository, Edit(SHAPES, 0, 0, b"# new\n"))
    assert drop_scratch(repository, scratch)
    assert not drop_scratch(repository, scratch)
    assert not repository.read("for-each-ref", "refs/heads/workhorse")
    assert not (repository.git_dir / "logs/refs/heads/workhorse/docstrings/shapes-k3f9").exists()


def test_a_link_and_a_path_in_another_repository_are_refused(repository: Repository, tmp_path: Path) -> None:
    (repository.root / "link.py").symlink_to(SHAPES)
    commit_all(repository, "Link")
    with pytest.raises(TargetError, match="is a link"):
        scratch_of(repository, Edit("link.py", 0, 0, b"# new\n"))
    make_repository(repository.root / "nested", {"in.py": "1\n"})
    with pytest.raises(TargetError, match="belongs to another repository"):
        scratch_of(repository, Edit("nested/in.py", 0, 0, b"# new\n"))


# -- reading it back


def test_the_patch_is_read_back_as_it_was(repository: Repository) -> None:
    write_files(repository.root, {"new.py": "new = 1\n"})
    edits = [Edit(SHAPES, 0, 0, b"# a\n"), Edit("new.py", 0, 0, b"# b\n"), Edit("made.py", 0, 0, b"made\n")]
    patch = patch_of(repository, *edits)
    scratch = make_scratch(repository, "k3f9", "docstrings", "shapes", patch)
    write_files(repository.root, {SHAPES: "changed\n"})
    assert read_patch(repository, scratch) == patch


def test_scratch_whose_commits_are_gone_is_an_error(repository: Repository) -> None:
    write_files(repository.root, {SHAPES: "dirty\n"})
    scratch = scratch_of(repository, Edit(SHAPES, 0, 0, b"# a\n"))
    drop_scratch(repository, scratch)
    repository.write("gc", "--quiet", "--prune=now")
    with pytest.raises(JobError, match="no longer in this repository"):
        read_patch(repository, scratch)


# -- line ends, filters, encodings


def stored(repository: Repository, path: str, content: bytes) -> bytes:
    """Return the bytes that ``git add`` stores for a file, in an index of its own."""
    write_files(repository.root, {path: content})
    index = repository.git_dir / "trial-index"
    index.write_bytes((repository.git_dir / "index").read_bytes())
    environment = {"GIT_INDEX_FILE": str(index)}
    repository.write("-c", "core.safecrlf=false", "add", "--force", path, environment=environment)
    return repository.read("cat-file", "blob", ":" + path, environment=environment)


LF, CRLF = b"a\nb\n$Id$\n", b"a\r\nb\r\n$Id$\r\n"


@pytest.mark.parametrize("autocrlf", ["false", "true"])
@pytest.mark.parametrize(
    "attributes",
    [
        "",
        "* text=auto",
        "*.py text",
        "*.py -text",
        "*.py eol=crlf",
        "*.py text=auto eol=crlf",
        "*.py ident",
    ],
)
@pytest.mark.parametrize(
    ("at_head", "dirty"),
    [
        pytest.param(LF, False, id="lf-clean"),
        pytest.param(CRLF, True, id="crlf-dirty"),
        pytest.param(LF, True, id="lf-dirty", marks=pytest.mark.slow),
        pytest.param(CRLF, False, id="crlf-clean", marks=pytest.mark.slow),
    ],
)
def test_stored_form_equals_that_of_git_add(
    tmp_path: Path, autocrlf: str, attributes: str, at_head: bytes, dirty: bool
) -> None:
    repository = make_repository(tmp_path / "ends", {"a.py": at_head, "z": "z\n"})
    write_files(repository.root, {".gitattributes": attributes + "\n"})
    repository.write("config", "core.autocrlf", autocrlf)
    work = at_head.replace(b"b", b"B") if dirty else at_head
    if not dirty and b"\r" not in at_head and ("eol=crlf" in attributes or autocrlf == "true"):
        work = at_head.replace(b"\n", b"\r\n")  # as a checkout would have written it
    write_files(repository.root, {"a.py": work})
    scratch = scratch_of(repository, Edit("a.py", 0, 0, b"# new\r\n" if b"\r" in work else b"# new\n"))
    after = scratch.files[0]
    candidate = blob(repository, scratch.candidate, "a.py")
    base = blob(repository, scratch.base, "a.py")
    kept_raw = not dirty and work == at_head
    if kept_raw:
        assert scratch.base == repository.head().commit
        assert base == at_head
        assert candidate == after.edits[0].new + at_head
    else:
        assert base == stored(repository, "a.py", work)
        assert candidate == stored(repository, "a.py", after.edits[0].new + work)
    write_files(repository.root, {"a.py": work})
    assert read_patch(repository, scratch).changes[0].after == after.edits[0].new + work


def test_a_filter_and_an_encoding_are_applied(repository: Repository) -> None:
    repository.write("config", "--global", "filter.upper.clean", "tr a-z A-Z")
    repository.write("config", "--global", "filter.upper.smudge", "tr A-Z a-z")
    attributes = "up.py filter=upper\nwide.py working-tree-encoding=UTF-16LE\n"
    write_files(repository.root, {".gitattributes": attributes, "up.py": "abc\n", "wide.py": "a\n".encode("utf-16-le")})
    commit_all(repository, "Filters")
    scratch = scratch_of(repository, Edit("up.py", 0, 0, b"x\n"), Edit("wide.py", 0, 0, "b\n".encode("utf-16-le")))
    assert scratch.base == repository.head().commit
    assert blob(repository, scratch.candidate, "up.py") == b"X\nABC\n"
    assert blob(repository, scratch.candidate, "wide.py") == b"b\na\n"
    assert [change.after for change in read_patch(repository, scratch).changes] == [
        b"x\nabc\n",
        "b\na\n".encode("utf-16-le"),
    ]


def test_a_filter_that_fails_is_an_error(repository: Repository) -> None:
    repository.write("config", "--global", "filter.broken.clean", "false")
    repository.write("config", "--global", "filter.broken.required", "true")
    write_files(repository.root, {".gitattributes": "new.py filter=broken\n", "new.py": "abc\n"})
    with pytest.raises(RepositoryError, match="filter 'false' failed"):
        scratch_of(repository, Edit("new.py", 0, 0, b"x\n"))


# -- inside git hooks, which run with GIT_DIR, GIT_INDEX_FILE and others: https://git-scm.com/docs/githooks

HOOK = """\
import json, subprocess, sys
sys.path[:0] = {path!r}
from pathlib import Path
from workhorse_core.change.edit import Edit
from workhorse_core.change.patch import make_patch
from workhorse_core.git.changed_lines import changed_lines
from workhorse_core.git.repository import Repository
from workhorse_core.jobs.scratch import make_scratch
from support.repository import commit_all, write_files

here = Repository.find(Path.cwd())
staged = changed_lines(here, staged=True)
content = here.read_blobs(None, ["src/shapes.py"])["src/shapes.py"]
patch = make_patch(lambda _: content, [Edit("src/shapes.py", 0, 0, b"# drafted\\n")])
scratch = make_scratch(here, "k3f9", "docstrings", "shapes", patch)
other = Repository.find(Path({other!r}))
write_files(other.root, {{"other.py": "changed\\n"}})
commit_all(other, "By the hook")
child = subprocess.run(["git", "status", "--porcelain"], cwd=other.root, capture_output=True, text=True)
said = {{"root": str(here.root), "staged": staged, "content": content.decode(), "child": child.stdout + child.stderr}}
Path({said!r}).write_text(json.dumps(said))
"""


IN_A_HOOK = [
    *(("main", ".", "staged"), ("main", ".", "amend"), ("main", "src", "path"), ("linked", "src", "all")),
    ("linked", ".", "path"),
]
MORE_IN_A_HOOK = [
    *(("main", ".", "all"), ("main", ".", "path"), ("main", "src", "all"), ("linked", ".", "staged")),
    *(("linked", ".", "all"), ("linked", ".", "amend"), ("linked", "src", "path")),
]


@pytest.mark.parametrize(
    ("place", "folder", "how"),
    [*IN_A_HOOK, *(pytest.param(*each, marks=pytest.mark.slow) for each in MORE_IN_A_HOOK)],
)
def test_a_scratch_made_inside_a_hook_leaves_the_users_commit_alone(
    repository: Repository, tmp_path: Path, place: str, folder: str, how: str
) -> None:
    other = make_repository(tmp_path / "other", {"other.py": "other\n"})
    root = repository.root
    if place == "linked":
        root = tmp_path / "linked"
        repository.write("worktree", "add", "--quiet", str(root))
    script = tmp_path / "hook.py"
    said = tmp_path / "said.json"
    script.write_text(HOOK.format(path=sys.path, other=str(other.root), said=str(said)))
    hook = repository.git_dir / "hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\nexec '{sys.executable}' -I '{script}'\n")
    hook.chmod(0o755)
    here = Repository.find(root)
    assert here is not None
    text = (root / SHAPES).read_text()
    write_files(root, {SHAPES: text + "# mine\n", "README.md": "Not yet\n"})
    arguments = {"staged": [], "all": ["--all"], "path": ["--", ":/" + SHAPES], "amend": ["--all", "--amend"]}[how]
    if how == "staged":
        here.write("add", SHAPES)
    subprocess.run(["git", "commit", "-q", "-m", "Mine", *arguments], cwd=root / folder, check=True)
    answer = json.loads(said.read_text())
    whole = how in ("all", "amend")
    expected = {SHAPES: [[7, 7]], **({"README.md": [[1, 1]]} if whole else {})}
    assert answer["root"] == str(root)
    assert answer["staged"] == expected if how != "amend" else SHAPES in answer["staged"]
    assert answer["content"] == text + "# mine\n"
    assert answer["child"] == ""
    assert blob(here, "HEAD") == (text + "# mine\n").encode()
    assert blob(here, "HEAD", "README.md") == (b"Not yet\n" if whole else b"Shapes\n")
    assert here.read("status", "--porcelain").decode() == ("" if whole else " M README.md\n")
    assert other.read_blobs("HEAD", ["other.py"]) == {"other.py": b"changed\n"}
    assert other.tree_files("HEAD") == ["other.py"]
    assert here.ask("fsck").status == 0


def test_name_of_a_file_adds_no_line_to_the_message_of_the_draft(repository: Repository) -> None:
    slug = "shapes\n\nReviewed-by: Boss <boss@example.org>\n"
    scratch = make_scratch(repository, "k3f9", "docstrings", slug, patch_of(repository, Edit(SHAPES, 0, 0, b"# 1\n")))
    message = repository.read("log", "-1", "--format=%B", scratch.candidate).decode()
    assert [line for line in message.splitlines() if line.startswith("Reviewed-by")] == []
