"""The probe measures and believes nothing: each of its findings is seen both ways."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.models.double import Listener, delta, events, http
from support.llama_cpp import LlamaServer, serve
from support.ollama import Heard, Ollama, OllamaModel, Said, serve_ollama
from support.tiny_gguf import Speech, write_scripted_model
from workhorse_core.errors import EndpointRefused
from workhorse_core.models.discovery.conformance import Conformance, Strategy, Switch, recall, remember
from workhorse_core.models.discovery.server import Server, ServerKind, read_server
from workhorse_core.models.locate import make_endpoint
from workhorse_core.models.privacy.access import Access
from workhorse_core.models.probe.probe import probe
from workhorse_core.models.question import Question, ask

COUNTED = "\n".join(map(str, range(1, 401)))
JSON = '{"colour": "red", "reason": "It is warm."}'
SCRIPT: dict[str, Said | str] = {"PROBE-JSON": JSON, "PROBE-LONG": Said(COUNTED, pause=0.005), "": "Blue."}
MODEL = "qwen3:8b"


def server_at(url: str, model: str | None = None) -> Server:
    server = read_server(Access(url, model), 1.0)
    assert server is not None
    return server


async def measure(ollama: Ollama) -> Conformance:
    model = ollama.models[0].name
    with serve_ollama(ollama):
        return await probe(Access(ollama.url, model), server_at(ollama.url, model))


async def test_an_ordinary_ollama() -> None:
    ollama = Ollama(script=SCRIPT)
    found = await measure(ollama)
    assert (found.backend, found.model, found.digest) == ("Ollama", MODEL, ollama.models[0].digest)
    assert found.switch is Switch.THINK
    assert found.saved_tokens == 17
    assert (found.schema, found.schema_thinking, found.strategy) == (True, True, Strategy.SCHEMA)
    assert (found.counts, found.counts_cached, found.cancel_frees, found.slots) == (True, True, True, 1)
    assert found.cancel_seconds < 1
    assert ollama.loads == [(MODEL, 4096)]
    assert found.calls == 7
    assert "def " not in json.dumps([request.body for request in ollama.requests])


async def test_a_switch_that_does_nothing_is_not_believed() -> None:
    # The server takes `think: false` with a 200, and thinks.
    found = await measure(Ollama(script=SCRIPT, models=[OllamaModel(ignores_think=True)]))
    assert found.switch is Switch.LOW
    assert found.saved_tokens == 13


async def test_a_model_that_heeds_only_a_word() -> None:
    def script(heard: Heard) -> Said:
        said = _said(heard)
        return replace(said, thinking="") if "/no_think" in heard.text else replace(said, thinking="Oh my")

    assert (await measure(Ollama(script=script, models=[OllamaModel(ignores_think=True)]))).switch is Switch.WORD


async def test_a_model_that_always_thinks() -> None:
    def script(heard: Heard) -> Said:
        return replace(_said(heard), thinking="Oh my")

    assert (await measure(Ollama(script=script, models=[OllamaModel(ignores_think=True)]))).switch is Switch.NONE


def _said(heard: Heard) -> Said:
    found = next(SCRIPT[mark] for mark in SCRIPT if mark in heard.text)
    return found if isinstance(found, Said) else Said(found)


async def test_a_model_that_does_not_think_needs_no_switch() -> None:
    found = await measure(Ollama(script=SCRIPT, models=[OllamaModel(capabilities=("completion",))]))
    assert (found.switch, found.schema_thinking) == (Switch.NOT_NEEDED, None)


@pytest.mark.parametrize(
    ("said", "strategy"),
    [
        ("Red, since it is warm.", Strategy.TEXT),
        ('{"color": "red"}', Strategy.TEXT),
        (f"```json\n{JSON}\n```", Strategy.TEXT),
    ],
)
async def test_a_schema_that_is_not_obeyed_is_not_relied_on(said: str, strategy: Strategy) -> None:
    model = OllamaModel(ignores_format=True)
    found = await measure(Ollama(script={**SCRIPT, "PROBE-JSON": said}, models=[model]))
    assert (found.schema, found.strategy) == (False, strategy)


async def test_a_model_that_writes_json_only_when_asked_in_words() -> None:
    def script(heard: Heard) -> Said:
        obeys = "It obeys this JSON schema" in heard.text
        return Said("Red!") if "PROBE-JSON" in heard.text and not obeys else _said(heard)

    found = await measure(Ollama(script=script, models=[OllamaModel(ignores_format=True)]))
    assert found.strategy is Strategy.JSON


async def test_slots_are_counted() -> None:
    assert (await measure(Ollama(script=SCRIPT, parallel=3))).slots == 3


async def test_a_server_that_works_on_after_a_cancel_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workhorse_core.models.probe.probe.FREED_SECONDS", 0.3)
    found = await measure(Ollama(script=SCRIPT, deaf=True))
    assert found.cancel_frees is False


async def test_a_cloud_model_is_not_probed() -> None:
    ollama = Ollama(models=[OllamaModel("mine:latest", remote_host="https://ollama.com:443")])
    with pytest.raises(EndpointRefused):
        await measure(ollama)
    assert ollama.bodies() == []


@pytest.fixture(scope="module")
def probed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    path = tmp_path_factory.mktemp("models") / "probed.gguf"
    thinking = "The user wants a colour, and I think of the sky."
    write_scripted_model(
        path,
        {
            "PROBE-JSON": Speech(JSON, thinking),
            "PROBE-LONG": Speech(COUNTED, thinking),
            "": Speech("Blue.", thinking),
        },
    )
    with serve(LlamaServer(path, context=8192, slots=2)) as root:
        yield root


async def test_the_real_llama_cpp(probed: str) -> None:
    found = await probe(Access(probed), server_at(probed))
    assert found.switch is Switch.TEMPLATE
    assert found.saved_tokens > 5
    assert (found.schema, found.schema_thinking, found.strategy) == (True, True, Strategy.SCHEMA)
    assert (found.counts, found.cache_reused, found.slots) == (True, True, 2)
    assert found.cancel_frees is not False
    assert found.calls <= 5


async def test_the_slots_of_a_server_that_does_not_declare_them_are_counted() -> None:
    with serve_ollama(Ollama(script=SCRIPT, parallel=2)) as ollama:  # by its /v1, as any other
        found = await probe(Access(ollama.url, MODEL), Server(ServerKind.OTHER, (MODEL,)))
    assert (found.switch, found.strategy) == (Switch.EFFORT, Strategy.SCHEMA)
    assert (found.slots, found.cancel_frees) == (2, True)
    assert found.calls == 9


async def test_the_grammar_is_taken_by_the_real_llama_cpp(probed: str) -> None:
    server = server_at(probed)
    known = Conformance(str(server.kind), "tiny", server.digest, strategy=Strategy.GRAMMAR)
    home = {"XDG_CACHE_HOME": "/"}
    assert recall(server, "tiny", home) is None
    schema = {
        "type": "object",
        "properties": {
            "colour": {"enum": ["red", "green"]},
            "reason": {"type": "string", "maxLength": 40},
            "many": {"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 3},
            "sure": {"type": "boolean"},
        },
        "required": ["colour", "reason", "many", "sure"],
    }
    from workhorse_core.models.chat.openai_compatible import OpenAICompatible

    endpoint = OpenAICompatible(Access(probed), server, known)
    answer = await ask(endpoint, Question("s", "", "anything", schema, 200))
    await endpoint.close()
    value = json.loads(answer.text)
    assert value.keys() == schema["properties"].keys()  # type: ignore[attr-defined]
    assert value["colour"] in ("red", "green")


def refusing(root: str, fields: tuple[str, ...]) -> Callable[[bytes], bytes]:
    """Stand before a real server and refuse what it would take, as servers that know less do."""

    def respond(request: bytes) -> bytes:
        head, _, body = request.partition(b"\r\n\r\n")
        method, path, _ = head.split(b"\r\n")[0].decode().split(" ")
        if b"/chat/completions HTTP" in head and any(field in json.loads(body) for field in fields):
            return http(400, b'{"error": {"message": "unknown field", "code": 400}}')
        asked = urllib.request.Request(root + path, body or None, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(asked) as answer:
                return http(200, answer.read(), answer.headers["Content-Type"])
        except urllib.error.HTTPError as error:
            with error:
                return http(error.code, error.read())

    return respond


WORDY = "Sure, here it is:\n```json\n{}\n```\nAnything else?"
WAYS = [
    (("response_format",), "{}", Strategy.GRAMMAR),
    (("response_format", "grammar"), "{}", Strategy.JSON),
    (("response_format", "grammar"), WORDY, Strategy.TEXT),
]


@pytest.mark.parametrize(("refused", "frame", "strategy"), WAYS)
async def test_each_way_to_json_goes_from_the_probe_to_a_draft_by_the_real_llama_cpp(
    tmp_path: Path, listen: Callable[..., Listener], refused: tuple[str, ...], frame: str, strategy: Strategy
) -> None:
    path, environ = tmp_path / "model.gguf", {"XDG_CACHE_HOME": str(tmp_path)}
    drafted = '{"summary": "Add."}'
    write_scripted_model(
        path,
        {
            "PROBE-JSON": frame.replace("{}", JSON),
            "PROBE-LONG": COUNTED,
            "DRAFT": frame.replace("{}", drafted),
            "": "Blue.",
        },
    )
    with serve(LlamaServer(path, context=8192)) as root:
        before = listen(refusing(root, refused))
        server = server_at(before.url)
        found = await probe(Access(before.url), server)
        assert found.strategy is strategy
        assert found.calls <= 8
        remember(found, server, environ)
        endpoint = make_endpoint(Access(before.url), server, environ)
        answer = await ask(endpoint, Question("s", "", "DRAFT it", SCHEMA, 100))
        await endpoint.close()
    assert json.loads(answer.text) == json.loads(drafted)


# -- what is remembered


async def test_results_are_stored_until_the_model_changes(tmp_path: Path) -> None:
    environ = {"XDG_CACHE_HOME": str(tmp_path)}
    ollama = Ollama(script=SCRIPT, parallel=2)
    with serve_ollama(ollama):
        access = Access(ollama.url, MODEL)
        server = server_at(ollama.url, MODEL)
        found = await probe(access, server)
        remember(found, server, environ)
        assert recall(server, MODEL, environ) == found
        assert make_endpoint(access, server, environ).lanes == 2

        ollama.models = [OllamaModel(version=2)]
        renewed = server_at(ollama.url, MODEL)
        assert renewed.digest != server.digest
        assert recall(renewed, MODEL, environ) is None
        assert make_endpoint(access, renewed, environ).lanes == 1


@pytest.mark.parametrize("content", ["", "{}", "[1]", "null", '{"edition": 1}', "\xff"])
def test_a_spoilt_memory_is_as_none(tmp_path: Path, content: str) -> None:
    environ = {"XDG_CACHE_HOME": str(tmp_path)}
    server = Server(ServerKind.OLLAMA, (MODEL,), digest="abc")
    remember(Conformance("Ollama", MODEL, "abc"), server, environ)
    (file,) = tmp_path.rglob("*.json")
    assert recall(server, MODEL, environ) is not None
    file.write_text(content)
    assert recall(server, MODEL, environ) is None


# -- what follows


async def answer_of(ollama: Ollama, known: Conformance, question: Question) -> str:
    from workhorse_core.models.chat.ollama import Ollama as OllamaEndpoint

    with serve_ollama(ollama):
        endpoint = OllamaEndpoint(Access(ollama.url, MODEL), None, known)
        try:
            return (await ask(endpoint, question)).text
        finally:
            await endpoint.close()


SCHEMA = {"type": "object", "properties": {"summary": {"type": "string"}}, "required": ["summary"]}
DRAFT = Question("system", "", "region", SCHEMA, 200)


async def test_a_schema_that_is_not_obeyed_is_asked_for_in_words() -> None:
    ollama = Ollama(script='{"summary": "Add."}', models=[OllamaModel(ignores_format=True)])
    known = Conformance("Ollama", MODEL, "", strategy=Strategy.JSON)
    assert await answer_of(ollama, known, DRAFT) == '{"summary": "Add."}'
    (body,) = ollama.bodies()
    assert "format" not in body
    assert '"summary"' in body["messages"][0]["content"]


async def test_the_last_resort_takes_the_object_out_of_the_words() -> None:
    ollama = Ollama(script='Sure! Here:\n```json\n{"summary": "Add."}\n```\nAnything else?')
    known = Conformance("Ollama", MODEL, "", strategy=Strategy.TEXT)
    assert await answer_of(ollama, known, DRAFT) == '{"summary": "Add."}'


async def test_a_model_that_heeds_only_a_word_hears_it_in_every_draft() -> None:
    ollama = Ollama(script="{}")
    await answer_of(ollama, Conformance("Ollama", MODEL, "", switch=Switch.WORD), DRAFT)
    assert ollama.heard[0].text.endswith("/no_think<|im_end|>")


# -- a server that counts nothing

BIG = Question("system", "", "word " * 1000, SCHEMA, 200)


def uncounting(copies: bool) -> Callable[[bytes], bytes]:
    """A server that neither counts nor declares its context; one that cuts does not see the word."""

    def respond(request: bytes) -> bytes:
        if b"/chat/completions" not in request:
            return http(404, b"{}")
        body = json.loads(request.partition(b"\r\n\r\n")[2])
        said = {"summary": "Add."}
        system = body["messages"][0]["content"]
        if "control_word is" in system:
            said = {"control_word": system.split("is ")[1].split(".")[0] if copies else "unknown", **said}
        return events(delta(content=json.dumps(said)), delta("stop"))

    return respond


@pytest.mark.parametrize("copies", [True, False])
async def test_a_word_must_come_back_where_nothing_is_counted(listen: Callable[..., Listener], copies: bool) -> None:
    from workhorse_core.errors import AnswerTruncated
    from workhorse_core.models.chat.openai_compatible import OpenAICompatible

    server = listen(uncounting(copies))
    endpoint = OpenAICompatible(Access(server.url, "m"), Server(ServerKind.OTHER, ("m",)))
    if copies:
        assert json.loads((await ask(endpoint, BIG)).text) == {"summary": "Add."}
    else:
        with pytest.raises(AnswerTruncated, match="did not come back"):
            await ask(endpoint, BIG)
    await endpoint.close()
    properties = [body["response_format"]["json_schema"]["schema"]["properties"] for body in server.bodies]
    assert [list(names) for names in properties] == [["summary"], ["control_word", "summary"]]


async def test_no_word_is_spent_on_what_fits_anywhere(listen: Callable[..., Listener]) -> None:
    from workhorse_core.models.chat.openai_compatible import OpenAICompatible

    server = listen(uncounting(copies=False))
    endpoint = OpenAICompatible(Access(server.url, "m"), Server(ServerKind.OTHER, ("m",)))
    await ask(endpoint, DRAFT)
    await endpoint.close()
    assert len(server.bodies) == 1


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "workhorse").write_text("a file in the way")
    server = Server(ServerKind.OLLAMA, (MODEL,), digest="abc")
    remember(Conformance("Ollama", MODEL, "abc"), server, {"XDG_CACHE_HOME": str(tmp_path)})
    assert recall(server, MODEL, {"XDG_CACHE_HOME": str(tmp_path)}) is None
