"""The tiny models, and the server that runs them."""

import json
import urllib.request
from pathlib import Path
from urllib.error import URLError

import pytest

from core.models.speeches import CODE, SPEECHES, SUM
from support.llama_cpp import LlamaServer, serve
from support.tiny_gguf import Speech, write_random_model, write_scripted_model


def chat(root: str, text: str, **more: object) -> dict:
    body = {"messages": [{"role": "user", "content": text}], "max_tokens": 500, **more}
    request = urllib.request.Request(f"{root}/v1/chat/completions", json.dumps(body).encode())
    with urllib.request.urlopen(request) as response:
        return json.load(response)["choices"][0]


def test_the_same_arguments_give_the_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "a.gguf", tmp_path / "b.gguf"
    write_random_model(first)
    write_random_model(second)
    assert first.read_bytes() == second.read_bytes()
    write_random_model(second, seed=1)
    assert first.read_bytes() != second.read_bytes()
    write_scripted_model(first, SPEECHES)
    write_scripted_model(second, SPEECHES)
    assert first.read_bytes() == second.read_bytes()


def test_a_speech_comes_to_the_letter_whatever_the_sampling(llama: str) -> None:
    for temperature in (0.0, 1.0):
        choice = chat(llama, "SUM", temperature=temperature, top_k=0, top_p=1.0)
        assert choice["finish_reason"] == "stop"
        assert choice["message"]["content"] == SUM


def test_the_marker_is_found_in_a_long_message(llama: str) -> None:
    assert chat(llama, "x " * 600 + "CODE" + " y" * 600)["message"]["content"] == CODE


def test_thinking_comes_unless_it_is_switched_off(llama: str) -> None:
    speech = SPEECHES["SUM"]
    assert isinstance(speech, Speech)
    assert chat(llama, "SUM")["message"]["reasoning_content"].strip() == speech.reasoning.strip()
    quiet = chat(llama, "SUM", chat_template_kwargs={"enable_thinking": False})
    assert "reasoning_content" not in quiet["message"]
    assert quiet["message"]["content"] == SUM


def test_any_other_message_gets_the_last_resort(llama: str) -> None:
    assert chat(llama, "What is this?")["message"]["content"] == SPEECHES[""]


def test_the_server_is_gone_when_the_block_is_left(scripted_model: Path) -> None:
    with serve(LlamaServer(scripted_model)) as root:
        assert chat(root, "CODE")["message"]["content"] == CODE
    with pytest.raises(URLError):
        chat(root, "CODE")


def test_a_server_that_cannot_start_reports_the_reason(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match=r"missing\.gguf"), serve(LlamaServer(tmp_path / "missing.gguf")):
        pass
