"""The subset of JSON Schema that a job's shape needs; a key that the schema does not name is an error."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

JOB = json.loads(Path(__file__).with_name("job_schema.json").read_text())
_TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "null": type(None),
}


def problems(value: Any, schema: Any, place: str = "$") -> Iterator[str]:
    """Yield each mismatch of a value with its schema."""
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if isinstance(value, bool) or not any(isinstance(value, _TYPES[name]) for name in types):
        yield f"{place} is {value!r} and not {types}"
    elif "enum" in schema and value not in schema["enum"]:
        yield f"{place} is {value!r} and none of {schema['enum']}"
    elif isinstance(value, str) and not re.fullmatch(schema.get("pattern", r"(?s:.*)"), value):
        yield f"{place} is {value!r} and does not match {schema['pattern']}"
    elif isinstance(value, list):
        for number, item in enumerate(cast("list[Any]", value)):
            yield from problems(item, schema["items"], f"{place}[{number}]")
    elif isinstance(value, dict):
        yield from (f"{place}.{name} is missing" for name in schema["required"] if name not in value)
        for name, item in cast("dict[str, Any]", value).items():
            if name in schema["properties"]:
                yield from problems(item, schema["properties"][name], f"{place}.{name}")
            else:
                yield f"{place}.{name} is not in the contract"
