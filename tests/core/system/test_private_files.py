import os
from pathlib import Path

import pytest

from workhorse_core.errors import LedgerError
from workhorse_core.jobs.ledger import Ledger
from workhorse_core.system.private_files import make_private_file, make_private_folder, open_private

pytestmark = pytest.mark.skipif(os.name == "nt", reason="links and pipes of POSIX")


@pytest.mark.parametrize("inner", ["", "hooks", "hooks/queue"])
def test_folder_below_a_link_in_gits_folder_is_not_made(tmp_path: Path, inner: str) -> None:
    (tmp_path / "victim").mkdir(mode=0o755)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "workhorse").symlink_to(tmp_path / "victim")
    with pytest.raises(OSError, match="not followed"):
        make_private_folder(tmp_path / ".git" / "workhorse" / inner)
    assert list((tmp_path / "victim").iterdir()) == []
    assert (tmp_path / "victim").stat().st_mode & 0o777 == 0o755


def test_link_around_gits_folder_and_in_the_users_own_folders_are_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / ".git").symlink_to(tmp_path / "real")
    make_private_folder(tmp_path / ".git" / "workhorse")
    (tmp_path / "workhorse").symlink_to(tmp_path / "real")
    make_private_folder(tmp_path / "workhorse", follow=True)
    assert (tmp_path / "real" / "workhorse").is_dir()


@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_file_that_is_a_link_or_a_pipe_is_not_opened(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "log"
    (tmp_path / "victim").write_text("kept")
    os.mkfifo(path) if kind == "pipe" else path.symlink_to(tmp_path / "victim")
    with pytest.raises(OSError, match=str(path)):
        make_private_file(path)
    with pytest.raises(OSError, match=str(path)), open(path, "w", opener=open_private):
        pass
    assert (tmp_path / "victim").read_text() == "kept"


@pytest.mark.parametrize("kind", ["link", "pipe"])
@pytest.mark.parametrize("name", ["ledger.db", "ledger.db-wal", "ledger.db-shm", "ledger.db-journal"])
def test_ledger_of_others_making_is_refused_at_once(tmp_path: Path, name: str, kind: str) -> None:
    folder = tmp_path / "workhorse"
    folder.mkdir()
    (tmp_path / "victim").write_bytes(b"")
    os.mkfifo(folder / name) if kind == "pipe" else (folder / name).symlink_to(tmp_path / "victim")
    with pytest.raises(LedgerError, match="no ordinary file"):
        Ledger.open(folder)
    assert (tmp_path / "victim").read_bytes() == b""
