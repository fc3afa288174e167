"""Starts the language server: ``python -I -m workhorse_lsp_server``."""

import argparse
import gc
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve an editor until its connection ends."""
    given = _read(arguments)
    gc.set_threshold(50_000)
    sys.setswitchinterval(0.001)  # our threads read ledgers: the user's typing goes first
    import workhorse_lsp_server.lean_types  # noqa: F401  # pyright: ignore[reportUnusedImport]
    from workhorse_lsp_server.features import serve

    serve(given.tcp)


def _read(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("workhorse lsp", description="The language server, on standard input and output.")
    parser.add_argument("--stdio", action="store_true", help="the default; accepted because editors pass it")
    parser.add_argument("--tcp", metavar="[HOST:]PORT", type=_address, help="listen instead, for debugging")
    parser.add_argument("--version", action="store_true", help="print the version")
    given = parser.parse_args(arguments)
    if given.version:
        from importlib.metadata import version

        print(f"workhorse {version('workhorse')}")
        sys.exit()
    return given


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    return host or "127.0.0.1", int(port)


if __name__ == "__main__":
    main()
