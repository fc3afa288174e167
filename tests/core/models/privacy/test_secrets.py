"""Secrets stay here: what leaves holds placeholders, and what comes back holds the secrets again."""

import contextlib
import json
import time
from collections.abc import Callable

import pytest

from core.models.double import Listener, delta, events, http
from support.endpoint import ScriptedEndpoint
from workhorse_core.errors import AnswerMalformed, EndpointError
from workhorse_core.models.chat.openai_compatible import OpenAICompatible
from workhorse_core.models.conversation import Conversation, user
from workhorse_core.models.locate import Search, find_endpoint
from workhorse_core.models.privacy.access import Access
from workhorse_core.models.privacy.masking import MaskingEndpoint, mask_conversation
from workhorse_core.models.privacy.secrets import STEM, find_secrets
from workhorse_core.models.question import Question, ask
from workhorse_core.settings.config import Config

# put together here, so that no scanner takes this file for a leak
AWS = "AKIA" + "IOSFODNN7QQXYZAB"
GITHUB = "ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a"
STRIPE = "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc"
JWT = "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0NTY3ODkwIn0." + "dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P"
KEY = "-----BEGIN RSA PRIVATE KEY-----\n" + "MIIEpAIBAAKCAQEA7bq2x9Qv\n" * 4 + "-----END RSA PRIVATE KEY-----"

SECRETS = [
    (f'key = "{AWS}"', AWS),
    (f"git clone https://x:{GITHUB}@github.com/a/b", GITHUB),
    (f"stripe.api = '{STRIPE}'", STRIPE),
    (f"curl -H 'Authorization: Bearer {JWT}'", JWT),
    (f'KEY = """{KEY}"""', KEY),
    ('PASSWORD = "hunter2hunter2"', "hunter2hunter2"),
    ('db = connect(password="S3cr3t!pass")', "S3cr3t!pass"),
    ('config["api_key"] = "0f9a8b7c6d5e4f3a"', "0f9a8b7c6d5e4f3a"),
    ('{"client_secret": "Zm9vYmFyYmF6cXV4"}', "Zm9vYmFyYmF6cXV4"),
    ('TOKEN: str = "a1b2c3d4e5f6"', "a1b2c3d4e5f6"),
    ("DB_PASSWORD=correct-h0rse\n", "correct-h0rse"),
    ("export SECRET_KEY=9fj20dkw02kd\n", "9fj20dkw02kd"),
    ("password: hunter2!x\n", "hunter2!x"),
    ("postgres://app:pa55word@db/main", "pa55word"),
    ("x = 'kJ8s0QpLm3Zx7VbN2cRt5Yw9HgFd4AaE6uIoT1eP'", "kJ8s0QpLm3Zx7VbN2cRt5Yw9HgFd4AaE6uIoT1eP"),
]

INNOCENT = [
    'token = "token"',
    'password = getpass("Password: ")',
    "token = tokenizer.next_token()",
    "def check(password: str, token: int = 0) -> bool:",
    "secret_name = settings.secret_name",
    'PASSWORD = "changeme1"',
    'API_KEY = "your-api-key-1"',
    'API_KEY = "${API_KEY_1}"',
    'raise KeyError("private key is missing")',
    "if header == '-----BEGIN PRIVATE KEY-----':",
    'ALPHABET = "abcdefghijklmnopqrstuvwxyz"',
    "token = parse(token2)",
    'url = "http://127.0.0.1:11434/v1"',
    "https://example.org/a:b@c",
]


@pytest.mark.parametrize(("text", "secret"), SECRETS, ids=[text[:24] for text, _ in SECRETS])
async def test_a_secret_is_not_sent_and_comes_back(text: str, secret: str) -> None:
    inner = ScriptedEndpoint(lambda conversation: conversation.messages[-1].text)
    answer = await ask(MaskingEndpoint(inner), Question("system", "", text))
    assert secret not in inner.conversations[0].text
    assert STEM in inner.conversations[0].text
    assert answer.text == text


@pytest.mark.parametrize("text", INNOCENT)
async def test_code_that_only_speaks_of_secrets_is_sent_as_it_is(text: str) -> None:
    inner = ScriptedEndpoint("Done.")
    await ask(MaskingEndpoint(inner), Question("system", "", text))
    assert inner.conversations[0].messages[-1].text == text


async def test_no_byte_of_a_secret_is_on_the_wire(listen: Callable[..., Listener]) -> None:
    listener = listen(lambda _: events(delta(content="Done."), delta(finish="stop")))
    text = "\n".join(text for text, _ in SECRETS)
    endpoint = MaskingEndpoint(OpenAICompatible(Access(listener.url, "m")))
    await ask(endpoint, Question(text, text, text))
    await endpoint.close()
    sent = b"".join(listener.received)
    assert STEM.encode() in sent
    for _, secret in SECRETS:
        for line in secret.splitlines()[1:-1] or [secret]:
            assert line.encode() not in sent
            assert json.dumps(line)[1:-1].encode() not in sent


@pytest.mark.parametrize("how", ["named", "several", "found"])
async def test_every_endpoint_that_is_found_masks(listen: Callable[..., Listener], how: str) -> None:
    def respond(request: bytes) -> bytes:
        if request.startswith(b"GET /v1/models"):
            return http(200, b'{"data": [{"id": "m"}]}')
        return events(delta(content="Done."), delta(finish="stop")) if b"/chat/" in request else http(404, b"{}")

    listener = listen(respond)
    configs = {"named": Config(url=listener.url), "several": Config(urls=(listener.url,)), "found": Config()}
    endpoint = find_endpoint(configs[how], {}, Search(ports=[listener.port]))
    assert endpoint is not None
    await ask(endpoint, Question("s", "c", f'key = "{AWS}"'))
    await endpoint.close()
    (body,) = listener.bodies
    assert AWS not in json.dumps(body)
    assert STEM in json.dumps(body)


async def test_in_json_a_secret_is_written_as_json_wants_it() -> None:
    inner = ScriptedEndpoint(lambda conversation: json.dumps({"text": conversation.messages[-1].text}))
    answer = await ask(MaskingEndpoint(inner), Question("s", "", KEY, schema={"type": "object"}))
    assert json.loads(answer.text) == {"text": KEY}


async def test_the_same_secret_has_the_same_placeholder_and_the_context_stays_the_same_for_every_region() -> None:
    start = Conversation((user(f'a = "{AWS}"'),))
    first, _ = mask_conversation(start.plus(user(f'b = "{AWS}"')))
    second, _ = mask_conversation(start.plus(user(f'c = "{STRIPE}"')))
    assert [message.text for message in first.messages] == [f'a = "{STEM}1"', f'b = "{STEM}1"']
    assert [message.text for message in second.messages] == [f'a = "{STEM}1"', f'c = "{STEM}2"']


async def test_a_changed_placeholder_fails_the_draft() -> None:
    inner = ScriptedEndpoint(f"The key is {STEM}7.")
    with pytest.raises(AnswerMalformed, match="changed the placeholder"):
        await ask(MaskingEndpoint(inner), Question("s", "c", f'a = "{AWS}"'))


async def test_a_text_that_looks_like_a_placeholder_is_left_alone() -> None:
    inner = ScriptedEndpoint(lambda conversation: conversation.messages[-1].text)
    text = f'a = "{AWS}"  # {STEM}1'
    assert (await ask(MaskingEndpoint(inner), Question("s", "", text))).text == text


@pytest.mark.parametrize("part", [KEY[:90], KEY[60:]])
async def test_half_a_private_key_is_refused(part: str) -> None:
    inner = ScriptedEndpoint("Done.")
    with pytest.raises(EndpointError, match="part of a private key"):
        await ask(MaskingEndpoint(inner), Question("s", "c", part))
    assert not inner.conversations


@pytest.mark.parametrize(
    "text",
    ["password" * 20_000, "-----BEGIN PRIVATE KEY-----" * 2_000, "://a:" * 30_000, "eyJ" * 40_000, "secret=" * 20_000],
)
def test_looking_takes_no_long_time_whatever_the_text(text: str) -> None:
    started = time.process_time()
    with contextlib.suppress(EndpointError):
        list(find_secrets(text))
    assert time.process_time() - started < 2
