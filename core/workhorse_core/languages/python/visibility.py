"""Private names and test files, by names alone; imports nothing, so that a git hook can use it."""


def is_private(name: str) -> bool:
    """Return whether the name of a module or definition is private."""
    return name.startswith("_") and not is_dunder(name)


def is_dunder(name: str) -> bool:
    """Return whether a name is one of Python's own, like ``__len__``."""
    return len(name) > 4 and name.startswith("__") and name.endswith("__")


def is_test(path: str) -> bool:
    """Return whether a file belongs to the tests, by its name or its folders."""
    *folders, name = path.split("/")
    if "tests" in folders or "test" in folders:
        return True
    return name in ("conftest.py", "tests.py") or (
        name.endswith(".py") and (name.startswith("test_") or name.endswith("_test.py"))
    )
