"""Configuration files as text: TOML written, files of sections read and written, JSON with comments read."""

import json
import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime, time
from io import StringIO
from typing import cast

from workhorse_core.system.lazy_regex import late_pattern

Table = Mapping[str, object]

_JSON_TOKEN = late_pattern(r'"(?:[^"\\]|\\.)*"|//[^\r\n]*|/\*.*?\*/|,(?=(?:\s|//[^\r\n]*|/\*.*?\*/)*[}\]])', re.DOTALL)
_BARE_KEY = late_pattern(r"[A-Za-z0-9_-]+")


class ConfigTextError(ValueError):
    """A configuration file is not written in its own grammar."""


def read_ini(data: bytes) -> Mapping[str, Table]:
    """Parse a file of sections as mypy and flake8 do: UTF-8, every line end a line feed, nothing interpolated.

    Raises:
        ConfigTextError: It is not such a file.
    """
    from configparser import Error, RawConfigParser  # deferred: most projects have none of these files

    parser = RawConfigParser()
    try:
        parser.read_file(StringIO(data.decode("utf-8"), newline=None))
    except (Error, UnicodeDecodeError) as error:
        raise ConfigTextError(" ".join(str(error).split())) from error
    return {section: dict(parser[section]) for section in parser.sections()}


def write_ini(sections: Mapping[str, Table]) -> bytes:
    """Write sections so that they read back the same."""
    from configparser import RawConfigParser

    parser = RawConfigParser()
    parser.read_dict(sections)
    text = StringIO()
    parser.write(text)
    return text.getvalue().encode()


def read_toml(data: bytes) -> Table:
    """Parse TOML.

    Raises:
        ConfigTextError: It is not such a file.
    """
    try:
        return tomllib.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise ConfigTextError(str(error)) from error


def read_json(data: bytes) -> Table:
    """Parse JSON with comments and trailing commas, as pyright does.

    Raises:
        ConfigTextError: It is not such a file, or holds no object.
    """
    try:
        text = data.decode("utf-8-sig")
        plain = _JSON_TOKEN.sub(lambda match: match[0] if match[0].startswith('"') else "", text)
        found: object = json.loads(plain)
    except (ValueError, RecursionError) as error:
        raise ConfigTextError(str(error)) from error
    if not isinstance(found, dict):
        raise ConfigTextError("it holds no object")
    return cast("dict[str, object]", found)


def write_toml(table: Table) -> bytes:
    """Write a table of plain values as TOML."""
    lines = [f"{_key(name)} = {_value(value)}\n" for name, value in table.items()]
    return "".join(lines).encode("utf-8", "replace")


def _key(name: str) -> str:
    return name if _BARE_KEY.fullmatch(name) else _text(name)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, dict):
        items = cast("dict[str, object]", value).items()
        return "{" + ", ".join(f"{_key(name)} = {_value(each)}" for name, each in items) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, cast("list[object]", value))) + "]"
    raise TypeError(f"TOML has no {type(value).__name__}")
