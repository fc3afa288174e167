"""Choice of a model by its properties: able to chat, loaded if possible; never by its place in a list.

Servers describe their models in different fields; without any, the name decides: embedding, reranking, speech and
image models carry a hint of their kind in it.
"""

import re
from collections.abc import Mapping, Sequence

from workhorse_core.errors import EndpointError
from workhorse_core.system.printable import printable
from workhorse_core.system.untrusted_json import list_in, object_in, text_in

DEFAULT_MODEL = "qwen2.5-coder:7b"

_OTHER_KINDS = re.compile(
    r"embed|rerank|\bbge\b|\be5\b|\bgte\b|minilm|nomic|arctic-?embed|colbert|splade|jina-(?:clip|colbert)"
    r"|whisper|parakeet|\btts\b|kokoro|piper|bark\b|musicgen|wav2vec|silero"
    r"|stable-?diffusion|sdxl|\bflux\b|dreamshaper|dall-?e|\bclip\b|siglip|\bvae\b|esrgan"
    r"|moderation|guard\d*\b|classifier|reward",
    re.IGNORECASE,
)
_CHAT_WORDS = frozenset(("completion", "chat", "llm", "vlm", "language", "text-generation", "completion_chat", "text"))
_OTHER_WORDS = frozenset(
    ("embedding", "embeddings", "rerank", "reranker", "image", "audio", "speech", "transcription", "moderation", "tts")
)


def can_chat(name: str, entry: Mapping[str, object]) -> bool:
    """Return whether a model can chat, by the fields of its entry in a server's list, else by its name."""
    words = _words_in(entry)
    if words & _CHAT_WORDS:
        return True
    if words & _OTHER_WORDS:
        return False
    return not _OTHER_KINDS.search(name.replace("_", "-"))


def choose_model(candidates: Sequence[str], loaded: Sequence[str], preferred: Sequence[str] = ()) -> str:
    """Choose among models that can chat: the only one that is loaded, else the first preferred, else the only one.

    Args:
        candidates: The models that can chat.
        loaded: Those of them that are in memory.
        preferred: The user's preferences, the best first; the usual model comes after them.

    Raises:
        EndpointError: There are several, and nothing decides between them.
    """
    wanted = (*preferred, DEFAULT_MODEL)
    for group in (loaded, candidates):
        if len(group) == 1:
            return group[0]
        for name in wanted:
            if found := next((each for each in group if each in (name, f"{name}:latest")), None):
                return found
    if not candidates:
        return preferred[0] if preferred else DEFAULT_MODEL
    shown = sorted(printable(name, 60) for name in loaded or candidates)
    more = f" and {len(shown) - 6} more" if len(shown) > 6 else ""
    raise EndpointError(
        f"The server has several models that can chat: {', '.join(shown[:6])}{more}.",
        f"Name one: --model {shown[0]}",
    )


def _words_in(entry: Mapping[str, object]) -> set[str]:
    """Collect the words by which a list describes a model: its type, task, capabilities or modalities."""
    words = [text_in(entry.get(name)) for name in ("type", "task", "object_type", "model_type", "pipeline_tag")]
    able = entry.get("capabilities")
    words += [text_in(word) for word in list_in(able)]
    words += [name for name, value in object_in(able).items() if value is True]
    words += [text_in(word) for word in list_in(object_in(entry.get("architecture")).get("output_modalities"))]
    return {word.lower() for word in words if word}
