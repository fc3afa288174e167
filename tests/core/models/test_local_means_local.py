"""Not one byte of code leaves the machine: every trap here is a real socket that would receive it.

Each test was seen to fail with its guard taken away.
"""

import socket
from collections.abc import Callable

import pytest
from openai import AsyncOpenAI, BadRequestError

from core.models.double import Listener, delta, events, http, usage
from workhorse_core.errors import EndpointError, EndpointRefused
from workhorse_core.models.chat.openai_compatible import OpenAICompatible
from workhorse_core.models.discovery.places import require_server
from workhorse_core.models.locate import Search, find_endpoint
from workhorse_core.models.privacy.access import Access
from workhorse_core.models.question import Question, ask
from workhorse_core.settings.config import Config

SECRET = "def the_users_own_code(): ..."
QUESTION = Question("system", "context", f"CODE {SECRET}")
Listen = Callable[..., Listener]

PROXY_VARIABLES = ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "HTTPS_PROXY", "https_proxy")


def set_proxies(monkeypatch: pytest.MonkeyPatch, trap: Listener) -> None:
    for name in PROXY_VARIABLES:
        monkeypatch.setenv(name, f"http://127.0.0.1:{trap.port}")


async def test_a_proxy_from_the_environment_gets_nothing(
    llama: str, trap: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_proxies(monkeypatch, trap)
    endpoint = OpenAICompatible(Access(llama))
    await ask(endpoint, QUESTION)
    await endpoint.close()
    assert trap.connected == 0


async def test_the_proxy_trap_would_catch(llama: str, trap: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    set_proxies(monkeypatch, trap)
    await ask_carelessly(f"{llama}/v1")  # there is no exemption for this machine
    assert SECRET.encode() in b"".join(trap.received)


async def test_a_proxy_gets_nothing_while_servers_are_looked_for(
    llama: str, trap: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_proxies(monkeypatch, trap)
    found = find_endpoint(Config(), {}, Search(ports=[int(llama.rpartition(":")[2])]))
    assert found is not None
    await ask(found, QUESTION)
    await found.close()
    assert trap.connected == 0


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed(listen: Listen, trap: Listener, status: int) -> None:
    elsewhere = f"Location: http://localhost:{trap.port}/v1/chat/completions\r\n"
    server = listen(lambda _: http(status, b"", headers=elsewhere))
    endpoint = OpenAICompatible(Access(server.url))
    with pytest.raises(EndpointError, match="redirects the question"):
        await ask(endpoint, QUESTION)
    await endpoint.close()
    assert len(server.bodies) == 1
    assert trap.connected == 0


def test_a_redirect_is_not_followed_while_servers_are_looked_for(listen: Listen, trap: Listener) -> None:
    server = listen(lambda _: http(307, b"", headers=f"Location: http://localhost:{trap.port}/v1/models\r\n"))
    environ = {"MY_KEY": "s3cret"}
    with pytest.raises(EndpointError, match="redirects the question"):
        require_server(Config(url=server.url, api_key_env="MY_KEY"), environ)
    assert b"s3cret" in server.received[0]
    assert trap.connected == 0


async def test_the_redirect_trap_would_catch(listen: Listen, trap: Listener) -> None:
    elsewhere = f"Location: http://localhost:{trap.port}/v1/chat/completions\r\n"
    server = listen(lambda _: http(307, b"", headers=elsewhere))
    await ask_carelessly(server.url)
    assert SECRET.encode() in b"".join(trap.received)


async def ask_carelessly(url: str) -> None:
    """Ask as the library does by itself; the traps answer with a 400."""
    async with AsyncOpenAI(base_url=url, api_key="none", max_retries=0) as client:
        with pytest.raises(BadRequestError):
            await client.chat.completions.create(model="x", messages=[{"role": "user", "content": SECRET}])


def other_names_of_this_machine() -> list[str]:
    """Hosts that are not loopback by their look, yet reach a listener here: so the trap is real."""
    names = ["0.0.0.0", "[::ffff:127.0.0.1]"]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing: only the route is looked up
            names.append(probe.getsockname()[0])
        except OSError:
            pass  # no network at all
    return names


@pytest.mark.parametrize("host", other_names_of_this_machine())
async def test_an_address_outside_loopback_gets_nothing(host: str, listen: Listen) -> None:
    server = listen(lambda _: http(400, b"{}"), "0.0.0.0")
    with pytest.raises(EndpointRefused):
        await ask_configured(Config(url=f"http://{host}:{server.port}/v1"))
    assert server.connected == 0


async def ask_configured(config: Config) -> None:
    found = find_endpoint(config, {})
    assert found is not None
    try:
        await ask(found, QUESTION)
    finally:
        await found.close()


@pytest.mark.parametrize("host", other_names_of_this_machine())
async def test_the_same_address_is_reached_when_the_user_names_it(host: str, listen: Listen) -> None:
    server = listen(lambda _: http(400, b"{}"), "0.0.0.0")
    with pytest.raises(EndpointError):
        await ask_configured(Config(url=f"http://{host}:{server.port}/v1", hosts=(host,)))
    assert SECRET.encode() in b"".join(server.received)


async def test_no_key_is_sent_to_a_server_that_was_only_found(listen: Listen) -> None:
    models = b'{"object": "list", "data": [{"id": "m"}]}'
    server = listen(lambda request: http(200, models) if b"GET /v1/models" in request else http(404, b"{}"))
    found = find_endpoint(Config(api_key_env="MY_KEY"), {"MY_KEY": "s3cret"}, Search(ports=[server.port]))
    assert found is not None
    with pytest.raises(EndpointError):
        await ask(found, QUESTION)
    await found.close()
    assert server.bodies
    assert b"s3cret" not in b"".join(server.received)


async def test_the_request_holds_nothing_but_itself(listen: Listen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "ambient-key")
    monkeypatch.setenv("OPENAI_ORG_ID", "ambient-organization")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "ambient-project")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "Authorization: ambient\nX-Ambient: ambient")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    server = listen(lambda _: events(delta(content="fine"), delta("stop"), usage(20)))
    endpoint = OpenAICompatible(Access(server.url))
    await ask(endpoint, QUESTION)
    await endpoint.close()
    said = b"".join(server.received)
    assert b"mbient" not in said
    assert b"stainless" not in said.lower()


async def test_a_model_that_is_relayed_to_a_cloud_gets_nothing(listen: Listen) -> None:
    models = b'{"object": "list", "data": [{"id": "gpt-oss:120b-cloud"}]}'
    server = listen(lambda request: http(200, models) if b"GET /v1/models" in request else http(200, b"{}"))
    with pytest.raises(EndpointRefused, match="not on this machine"):
        OpenAICompatible(Access(server.url, "gpt-oss:120b-cloud"))
    assert server.received == []
