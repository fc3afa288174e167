"""Packages of the environment, which the hooks' quick start leaves out."""

import sys


def open_environment() -> None:
    """Run ``site``, which ``-S`` has skipped, before an import from outside of our packages."""
    if sys.flags.no_site and "site" not in sys.modules:
        import site

        site.main()
