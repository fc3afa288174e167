"""Modules of the standard library whose import has no effect that a program could notice."""

EFFECT_FREE_MODULES = frozenset(
    {
        *("abc", "argparse", "array", "ast", "bisect", "calendar", "collections", "collections.abc", "configparser"),
        *("contextlib", "copy", "csv", "dataclasses", "datetime", "decimal", "email.message", "enum", "fractions"),
        *(
            "functools",
            "graphlib",
            "heapq",
            "html.parser",
            "io",
            "ipaddress",
            "itertools",
            "json",
            "logging",
            "numbers",
        ),
        *("operator", "os", "pathlib", "pprint", "queue", "re", "socket", "string", "struct", "subprocess"),
        *("sys", "tempfile", "textwrap", "threading", "time", "tokenize", "traceback", "types", "typing"),
        *("typing_extensions", "urllib.parse", "uuid", "weakref", "xml.etree.ElementTree", "zipfile", "zoneinfo"),
    }
)
"""Listed one by one: others write, read settings, warn, need a system library, or open a web page."""
