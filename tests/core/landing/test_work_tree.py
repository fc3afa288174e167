"""Files of the work tree that another program swaps between the plan of a landing and its last step."""

import os
from pathlib import Path

import pytest

from support.repository import make_repository
from workhorse_core.change.edit import Edit
from workhorse_core.errors import LandingRefused
from workhorse_core.git.repository import Repository
from workhorse_core.jobs.landing import FileStep
from workhorse_core.jobs.scratch import digest
from workhorse_core.landing.work_tree import Swap, prepare_swaps, swap_folder

pytestmark = pytest.mark.skipif(os.name == "nt", reason="links of POSIX")
OLD, NEW = b"x = 1\n", b"x = 2\n"
CHANGE = FileStep("src/a.py", digest(OLD), digest(NEW), (Edit("src/a.py", 4, 5, b"2"),))
MAKE = FileStep("src/new.py", None, digest(NEW), (Edit("src/new.py", 0, 0, NEW),))
REMOVE = FileStep("src/a.py", digest(OLD), None)
STEPS = {"change": CHANGE, "make": MAKE, "remove": REMOVE}


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder outside with the same file, so that its bytes betray nothing."""
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "a.py").write_bytes(OLD)
    return folder


@pytest.fixture
def shop(tmp_path: Path) -> Repository:
    return make_repository(tmp_path / "shop", {"src/a.py": OLD, "b.py": ""})


def swap_by_link(path: Path, target: Path) -> None:
    path.rename(path.with_name("away"))
    path.symlink_to(target)


def assert_refused(swap: Swap, outside: Path) -> None:
    with pytest.raises(LandingRefused, match=r"link|changed meanwhile"):
        swap.do()
    swap.undo()
    assert {path.name: path.read_bytes() for path in outside.iterdir()} == {"a.py": OLD}


@pytest.mark.parametrize("name", STEPS)
def test_folder_that_becomes_a_link_before_the_last_step_is_not_followed(
    shop: Repository, outside: Path, name: str
) -> None:
    with swap_folder(shop, [STEPS[name]], "x") as folder:
        (swap,) = prepare_swaps(shop, [STEPS[name]], folder)
        swap_by_link(shop.root / "src", outside)
        assert_refused(swap, outside)


@pytest.mark.parametrize("name", ["change", "remove"])
def test_file_that_becomes_a_link_before_the_last_step_stays_one(shop: Repository, outside: Path, name: str) -> None:
    with swap_folder(shop, [STEPS[name]], "x") as folder:
        (swap,) = prepare_swaps(shop, [STEPS[name]], folder)
        swap_by_link(shop.root / "src/a.py", outside / "a.py")
        assert_refused(swap, outside)
        assert (shop.root / "src/a.py").readlink() == outside / "a.py"


def test_file_that_becomes_a_link_during_the_last_step_stays_one(
    shop: Repository, outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = os.link

    def swap_and_link(source: Path, target: Path) -> None:
        swap_by_link(source, outside / "a.py")
        link(source, target)

    with swap_folder(shop, [CHANGE], "x") as folder:
        (swap,) = prepare_swaps(shop, [CHANGE], folder)
        monkeypatch.setattr("os.link", swap_and_link)
        assert_refused(swap, outside)
        assert (shop.root / "src/a.py").readlink() == outside / "a.py"


def test_folder_that_becomes_a_link_before_a_change_is_taken_back_is_not_followed(
    shop: Repository, outside: Path
) -> None:
    with swap_folder(shop, [CHANGE], "x") as folder:
        (swap,) = prepare_swaps(shop, [CHANGE], folder)
        swap.do()
        (outside / "a.py").write_bytes(NEW)
        swap_by_link(shop.root / "src", outside)
        with pytest.raises(LandingRefused, match="link"):
            swap.undo()
        assert (outside / "a.py").read_bytes() == NEW
