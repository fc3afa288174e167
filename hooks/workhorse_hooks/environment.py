"""The environment's other packages, which the hooks' quick start leaves out."""

import sys


def open_environment() -> None:
    """Do what ``-S`` has kept the interpreter from doing, before something is imported that is not ours."""
    if sys.flags.no_site and "site" not in sys.modules:
        import site

        site.main()
