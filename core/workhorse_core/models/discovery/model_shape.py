"""The size of a model: its weights, and the memory that each token of its context takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from workhorse_core.system.untrusted_json import count_in

_FULL_CACHE_BYTES = 2
"""The cache of keys and values has 16 bits a number unless told otherwise."""


@dataclass(frozen=True, slots=True)
class ModelShape:
    """A model's size: ``weights`` in bytes, ``cache`` in bytes for each token of context, ``context`` in tokens."""

    weights: int
    cache: int
    context: int
    architecture: str = ""
    can_chat: bool = True


def shape_of(values: Mapping[str, object], weights: int, *, can_chat: bool = True) -> ModelShape:
    """Work the shape out of a model's key and value pairs, as a GGUF file or Ollama's ``/api/show`` gives them."""
    architecture = values.get("general.architecture")
    name = architecture if isinstance(architecture, str) else ""

    def number(key: str) -> int:
        value = values.get(f"{name}.{key}")
        if isinstance(value, list):  # one for each layer: some models have layers of two kinds
            return max((count_in(item) for item in cast("list[object]", value)), default=0)
        return count_in(value)

    heads = number("attention.head_count") or 1
    width = number("embedding_length") // heads
    sides = (number("attention.key_length") or width) + (number("attention.value_length") or width)
    cache = number("block_count") * (number("attention.head_count_kv") or heads) * sides * _FULL_CACHE_BYTES
    return ModelShape(weights, cache, number("context_length"), name, can_chat)
