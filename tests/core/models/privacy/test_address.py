"""Addresses that code may be sent to."""

import socket

import pytest

from workhorse_core.errors import EndpointRefused
from workhorse_core.models.privacy.address import admit, refuse_relayed


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:11434/v1", "http://127.0.0.1:11434/v1"),
        ("http://127.0.0.1:11434", "http://127.0.0.1:11434/v1"),
        ("http://127.0.0.1:11434/", "http://127.0.0.1:11434/v1"),
        ("http://127.8.9.10:80/v1/", "http://127.8.9.10:80/v1"),
        ("http://LOCALHOST:8080/api/v1", "http://localhost:8080/api/v1"),
        ("https://localhost", "https://localhost:443/v1"),
        ("http://[::1]:8080/v1", "http://[::1]:8080/v1"),
        ("http://[0:0:0:0:0:0:0:1]:8080/v1", "http://[0:0:0:0:0:0:0:1]:8080/v1"),
    ],
)
def test_this_machine_is_admitted(url: str, expected: str) -> None:
    assert admit(url).url == expected


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.1:8080/v1",
        "http://192.168.1.5/v1",
        "http://example.com/v1",
        "http://127.0.0.1.evil.com/v1",
        "http://localhost.evil.com/v1",
        "http://localhost./v1",
        "http://evil.localhost/v1",
        "http://0.0.0.0:8080/v1",
        "http://0/v1",
        "http://127.1/v1",
        "http://0x7f.0.0.1/v1",
        "http://0177.0.0.1/v1",
        "http://2130706433/v1",
        "http://128.0.0.1/v1",
        "http://[::]:8080/v1",
        "http://[::ffff:10.0.0.1]/v1",
        "http://[::ffff:127.0.0.1]/v1",
        "http://[fe80::1]/v1",
        "http://[::1%25eth0]/v1",
        "http://localhost@evil.com/v1",
        "http://localhost:8080@evil.com/v1",
        "http://user:secret@127.0.0.1/v1",
        "http://evil.com#@127.0.0.1/v1",
        "http://evil.com?@127.0.0.1/v1",
        "http://evil.com\\@127.0.0.1/v1",
        "http://127.0.0.1\\.evil.com/v1",
        "http://127.0.0.1 .evil.com/v1",
        "http://127.0.0.1\n.evil.com/v1",
        "http://127.0.0.1\t/v1",
        "http://127.0.0.1%2eevil.com/v1",
        "http://127。0。0。1/v1",
        "http://\uff11\uff12\uff17.0.0.1/v1",
        "http://ⓛocalhost/v1",
        "http://l\u043ecalhost/v1",
        "http://127.0.0.1:0/v1",
        "http://127.0.0.1:65536/v1",
        "http://127.0.0.1:8o80/v1",
        "http://127.0.0.1:80:80/v1",
        "http:///127.0.0.1/v1",
        "http:127.0.0.1/v1",
        "//127.0.0.1/v1",
        "ftp://127.0.0.1/v1",
        "file:///etc/passwd",
        "unix:///tmp/socket",
        "127.0.0.1:8080",
        "http://127.0.0.1/v1?model=x",
        "",
    ],
)
def test_everything_else_is_refused(url: str) -> None:
    with pytest.raises(EndpointRefused) as caught:
        admit(url)
    assert caught.value.message.endswith(".")
    assert caught.value.hint
    assert "secret" not in caught.value.message


def test_a_machine_that_the_user_names_is_admitted() -> None:
    assert admit("http://Box.lan:8080", ["box.LAN"]).url == "http://box.lan:8080/v1"
    assert admit("http://10.0.0.1:8080", ["10.0.0.1"]).url == "http://10.0.0.1:8080/v1"
    assert admit("https://[fd00::1]/v1", ["[fd00::1]"]).url == "https://[fd00::1]:443/v1"


def test_naming_one_machine_admits_no_other() -> None:
    for url in (
        "http://evil.box.lan/v1",
        "http://box.lan.evil/v1",
        "http://box.lan@evil/v1",
        "http://box/v1",
    ):
        with pytest.raises(EndpointRefused):
            admit(url, ["box.lan"])


@pytest.mark.parametrize("host", ["999.1.1.1", "127.1", "2130706433", "1.2.3.4.5", "[:::]", "[1:2]"])
def test_a_number_that_is_no_address_is_refused_even_when_named(host: str) -> None:
    with pytest.raises(EndpointRefused, match="not a plain one"):
        admit(f"http://{host}/v1", [host])


def test_the_refusal_has_the_setting_that_allows_it() -> None:
    with pytest.raises(EndpointRefused) as caught:
        admit("http://box.lan:8080/v1")
    assert "box.lan is not this machine" in caught.value.message
    assert 'hosts = ["box.lan"]' in caught.value.hint


def test_a_localhost_that_is_another_machine_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        assert host == "localhost"
        kind = socket.SOCK_STREAM
        return [
            (socket.AF_INET, kind, 6, "", ("127.0.0.1", port)),
            (socket.AF_INET, kind, 6, "", ("192.0.2.7", port)),
        ]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(EndpointRefused, match=r"localhost \(192\.0\.2\.7\) is not this machine"):
        admit("http://localhost:8080/v1")


@pytest.mark.parametrize("model", ["gpt-oss:120b-cloud", "kimi-k2:cloud", "qwen3-coder:480B-Cloud"])
def test_a_model_that_is_passed_on_to_a_cloud_is_refused(model: str) -> None:
    with pytest.raises(EndpointRefused, match="not on this machine"):
        refuse_relayed(model, ())
    refuse_relayed(model, ["ollama.com"])


@pytest.mark.parametrize("model", ["qwen2.5-coder:7b", "cloud", "cloudy:7b", "my-cloud-model", "/models/cloud.gguf"])
def test_a_model_of_this_machine_is_not_refused(model: str) -> None:
    refuse_relayed(model, ())
