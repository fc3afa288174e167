"""Tiny models that the real llama.cpp server loads: one writes random text, one writes a given text.

Needs ``gguf`` and ``numpy``; no network, no training. The same arguments give the same bytes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
from gguf import GGUFWriter, LlamaFileType, TokenType

Matrix = np.ndarray[tuple[int, int], np.dtype[np.float32]]

_END = "<|im_end|>"
_SPECIAL = {
    "<|endoftext|>": TokenType.CONTROL,
    "<|im_start|>": TokenType.CONTROL,
    _END: TokenType.CONTROL,
    "<think>": TokenType.USER_DEFINED,
    "</think>": TokenType.USER_DEFINED,
}
_TEMPLATE = """\
{%- set direct = enable_thinking is defined and enable_thinking is false %}
{%- for message in messages %}
{{- '<|im_start|>' + message.role + '\\n' }}
{%- if message.reasoning_content %}
{{- '<think>\\n' + message.reasoning_content + '\\n</think>\\n\\n' }}
{%- endif %}
{{- message.content }}
{%- if loop.last %}DISPATCH{%- endif %}
{{- '<|im_end|>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}
{{- '<|im_start|>assistant\\n' }}
{{- '<think>\\n\\n</think>\\n\\n' if direct else '<think>\\n' }}
{%- endif %}
"""
"""Like those of thinking models: it opens the block, or closes it where the model shall not think.

Only a template that names ``reasoning_content`` makes llama.cpp look for thinking.
"""


@dataclass(frozen=True, slots=True)
class Speech:
    """The text of the scripted model; the reasoning only where thinking is not switched off."""

    content: str
    reasoning: str = ""


def write_random_model(path: Path, *, seed: int = 0, stops: bool = True) -> None:
    """Write a model of about 250 kB that generates random printable ASCII.

    Args:
        path: The file to write.
        seed: Another seed is another model.
        stops: Whether it ends an answer by itself.
    """
    words = _Vocabulary()
    random = np.random.default_rng(seed)
    shape = _Shape(width=64, layers=2, heads=4)
    known = _normal(random, 1.0, words.size, shape.width)
    said = _normal(random, 0.05, words.size, shape.width)
    # Dimension 0 is a constant that no layer writes to, so its column is a bias on the output.
    known[:, 0] = 1.0
    said[:, 0] = -30.0
    said[[words.ids[chr(code)] for code in range(ord("!"), ord("~") + 1)], 0] = 0.0
    said[words.ids[_END], 0] = -1.0 if stops else -30.0
    layers = [_random_layer(random, shape) for _ in range(shape.layers)]
    _write(path, words, shape, _Weights(known, said, layers), dispatch="")


def write_scripted_model(path: Path, speeches: Mapping[str, Speech | str]) -> None:
    """Write a model that generates exactly the given text, whatever the sampling.

    Every speech is cut into chunks that are tokens of their own. The output weights encode "after this
    chunk comes that one". The chat template finds a marker in the last message and puts the control
    token of its speech there; one attention head finds that token at any distance and starts the speech.

    Args:
        path: The file to write.
        speeches: By a marker that the last message holds; "" is for all other messages.
    """
    words = _Vocabulary()
    plays = [_stage(words, number, *item) for number, item in enumerate(speeches.items())]
    starts = [start for play in plays for start in (play.thinking, play.direct)]
    room = -(-len(starts) // 32) * 32
    shape = _Shape(width=128 + 2 * room, layers=2, heads=1, rope_base=1e12)
    random = np.random.default_rng(0)

    # A state is: a constant, which speech I start, which speech is in the context, and the chunk's own code.
    seen, heard, code = 1, 1 + room, 1 + 2 * room
    known = random.choice(np.array([-1.0, 1.0], np.float32), (words.size, shape.width))
    known[:, 1:code] = 0.0
    known[:, 0] = 1.0
    said = np.zeros((words.size, shape.width), np.float32)
    said[words.ids[_END], 0] = 5.0  # no output left: stop
    for before, after in dict.fromkeys(pair for play in plays for pair in play.pairs):
        said[after, code:] += known[before, code:] * (80.0 / (shape.width - code))  # all others get below 30
    for number, start in enumerate(starts):
        known[start.control, seen + number] = 4.0
        said[start.first, heard + number] += 10.0  # about 40: a speech under way goes on with its 80
    layers = [_listening_layer(shape, room), *(_idle_layer(shape) for _ in range(shape.layers - 1))]
    _write(path, words, shape, _Weights(known, said, layers), _dispatch(plays))


# -- the vocabulary


def _byte_letters() -> list[str]:
    """GPT-2's table of one printable letter for each byte."""
    printable = [*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = iter(range(256, 512))
    return [chr(byte) if byte in printable else chr(next(others)) for byte in range(256)]


_LETTERS = _byte_letters()


def _spelled(text: str) -> str:
    return "".join(_LETTERS[byte] for byte in text.encode())


class _Vocabulary:
    """Byte-level BPE: a token for each byte, some merged blanks, specials, and whatever a speech needs."""

    def __init__(self) -> None:
        self.ids: dict[str, int] = {}
        self.kinds: list[TokenType] = []
        self.merges: list[str] = []
        for letter in _LETTERS:
            self.add(letter, TokenType.NORMAL)
        blank = _spelled(" ")
        for length in (1, 2, 4):
            self.merges.append(f"{blank * length} {blank * length}")
            self.add(blank * 2 * length, TokenType.NORMAL)
        for text, kind in _SPECIAL.items():
            self.add(text, kind)

    @property
    def size(self) -> int:
        return len(self.ids)

    def add(self, spelled: str, kind: TokenType) -> int:
        """Add a token; llama.cpp refuses a vocabulary that has one twice."""
        number = self.ids.setdefault(spelled, len(self.ids))
        if number != len(self.kinds):
            raise ValueError(f"The token {spelled!r} is there already.")
        self.kinds.append(kind)
        return number

    def add_chunks(self, text: str) -> list[int]:
        """Cut a text into new tokens, each unlike any other: six letters, or more where those are taken."""
        pieces: list[str] = []
        while text:
            length = 6
            while length < len(text) and (_spelled(text[:length]) in self.ids or text[:length] in pieces):
                length += 1
            pieces.append(text[:length])
            text = text[length:]
        while len(pieces) > 1 and (_spelled(pieces[-1]) in self.ids or pieces[-1] in pieces[:-1]):
            pieces[-2:] = [pieces[-2] + pieces[-1]]
        return [self.add(_spelled(piece), TokenType.NORMAL) for piece in pieces]


# -- speeches


@dataclass(frozen=True, slots=True)
class _Start:
    """A control token, and the token that comes first when it is in the context."""

    control: int
    first: int


@dataclass(frozen=True, slots=True)
class _Play:
    marker: str
    thinking: _Start
    direct: _Start
    pairs: Sequence[tuple[int, int]]


def _control(number: int, *, thinking: bool) -> str:
    return f"<|speech_{number}{'_thinking' if thinking else ''}|>"


def _stage(words: _Vocabulary, number: int, marker: str, speech: Speech | str) -> _Play:
    speech = Speech(speech) if isinstance(speech, str) else speech
    body = [*words.add_chunks(speech.content), words.ids[_END]]
    # Reasoning runs into the first chunk of the content; from there on both ways are one.
    first = speech.content[: _length(words, body[0])]
    reasoning = [*words.add_chunks(f"{speech.reasoning}\n</think>\n\n{first}"), *body[1:]]
    return _Play(
        marker,
        _Start(words.add(_control(number, thinking=True), TokenType.CONTROL), reasoning[0]),
        _Start(words.add(_control(number, thinking=False), TokenType.CONTROL), body[0]),
        [*pairwise(body), *pairwise(reasoning)],
    )


def _length(words: _Vocabulary, token: int) -> int:
    """How many characters a chunk has."""
    spelled = next(text for text, number in words.ids.items() if number == token)
    return len(bytes(_LETTERS.index(letter) for letter in spelled).decode())


def _dispatch(plays: Sequence[_Play]) -> str:
    """Return the part of the template that finds the marker, the longest first, and names the speech."""
    numbered = sorted(enumerate(plays), key=lambda item: -len(item[1].marker))
    lines: list[str] = []
    for number, play in numbered:
        test = "'" + play.marker.replace("\\", "\\\\").replace("'", "\\'") + "' in message.content"
        lines.append("{%- " + ("elif " if lines else "if ") + test + " %}")
        direct, thinking = _control(number, thinking=False), _control(number, thinking=True)
        lines.append("{{- '" + direct + "' if direct else '" + thinking + "' }}")
    return "\n".join([*lines, "{%- endif %}"])


# -- weights


@dataclass(frozen=True, slots=True)
class _Shape:
    width: int
    layers: int
    heads: int
    rope_base: float = 10_000.0  # 1e12: the last pair hardly turns, so that a key is found at any distance
    inner: int = 128
    context: int = 32_768


@dataclass(frozen=True, slots=True)
class _Weights:
    """``known``: the state of each token; ``uttered``: the token of each state; ``layers``: by llama.cpp's names."""

    known: Matrix
    uttered: Matrix
    layers: Sequence[Mapping[str, Matrix]] = field(default_factory=list[Mapping[str, Matrix]])


def _zeros(rows: int, columns: int) -> Matrix:
    return np.zeros((rows, columns), np.float32)


def _normal(random: np.random.Generator, scale: float, rows: int, columns: int) -> Matrix:
    return (random.standard_normal((rows, columns)) * scale).astype(np.float32)


def _idle_layer(shape: _Shape) -> dict[str, Matrix]:
    """Return a layer that changes nothing."""
    layer = {f"attn_{name}": _zeros(shape.width, shape.width) for name in ("q", "k", "v", "output")}
    layer |= {f"ffn_{name}": _zeros(shape.inner, shape.width) for name in ("gate", "up")}
    return {**layer, "ffn_down": _zeros(shape.width, shape.inner)}


def _random_layer(random: np.random.Generator, shape: _Shape) -> dict[str, Matrix]:
    layer = _idle_layer(shape)
    for name, weights in layer.items():
        layer[name] = _normal(random, shape.width**-0.5, *weights.shape)
    for name in ("attn_output", "ffn_down"):
        layer[name] *= 0.3
        layer[name][0] = 0.0
    return layer


def _listening_layer(shape: _Shape, room: int) -> dict[str, Matrix]:
    """Return the head that finds a control token anywhere and copies which one it is."""
    layer = _idle_layer(shape)
    layer["attn_q"][-1, 0] = 64.0
    layer["attn_k"][-1, 1 : 1 + room] = 16.0
    for number in range(room):
        layer["attn_v"][number, 1 + number] = 1.0
        layer["attn_output"][1 + room + number, number] = 1.0
    return layer


# -- the file


def _write(path: Path, words: _Vocabulary, shape: _Shape, weights: _Weights, dispatch: str) -> None:
    writer = GGUFWriter(path, "llama")
    writer.add_name("tiny")
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.inner)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.heads)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(shape.width // shape.heads)
    writer.add_rope_freq_base(shape.rope_base)
    writer.add_vocab_size(words.size)
    writer.add_file_type(LlamaFileType.MOSTLY_F16)
    _write_vocabulary(writer, words)
    writer.add_chat_template(_TEMPLATE.replace("DISPATCH", dispatch))
    _write_weights(writer, weights)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _write_vocabulary(writer: GGUFWriter, words: _Vocabulary) -> None:
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(list(words.ids))
    writer.add_token_types(words.kinds)
    writer.add_token_merges(words.merges)
    writer.add_eos_token_id(words.ids[_END])
    writer.add_bos_token_id(words.ids["<|endoftext|>"])
    writer.add_add_bos_token(False)


def _write_weights(writer: GGUFWriter, weights: _Weights) -> None:
    ones = np.ones(weights.known.shape[1], np.float32)
    writer.add_tensor("token_embd.weight", weights.known.astype(np.float16))
    writer.add_tensor("output_norm.weight", ones)
    writer.add_tensor("output.weight", weights.uttered.astype(np.float16))
    for number, layer in enumerate(weights.layers):
        writer.add_tensor(f"blk.{number}.attn_norm.weight", ones)
        writer.add_tensor(f"blk.{number}.ffn_norm.weight", ones)
        for name, matrix in layer.items():
            writer.add_tensor(f"blk.{number}.{name}.weight", matrix.astype(np.float16))
