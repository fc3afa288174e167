"""Roles: each has its model and prices in the user's settings, and falls back on the worker."""

from pathlib import Path

import pytest

from core.models.speeches import CODE
from workhorse_core.errors import ConfigError
from workhorse_core.models.locate import Search, find_endpoint
from workhorse_core.models.question import Question, ask
from workhorse_core.models.roles import Role, choose_role, price_of
from workhorse_core.settings.config import Config, RoleConfig
from workhorse_core.settings.loaded_config import load_config

STRONG = RoleConfig("http://127.0.0.1:9/v1", "big", "BIG_KEY", 3.0, 15.0)


def test_a_role_that_is_not_set_is_the_worker() -> None:
    config = Config(url="http://127.0.0.1:1/v1", model="m")
    choice = choose_role(config, Role.REVIEWER)
    assert choice.config == config
    assert choice.reason == "No reviewer is set, so the worker is asked."


def test_a_role_brings_its_server_model_key_and_prices() -> None:
    choice = choose_role(Config(urls=("http://127.0.0.1:1/v1",), model="m", reviewer=STRONG), Role.REVIEWER)
    chosen = choice.config
    assert (chosen.url, chosen.urls, chosen.model, chosen.api_key_env) == (STRONG.url, (), "big", "BIG_KEY")
    assert price_of(chosen) == (3.0, 15.0)
    assert "big at http://127.0.0.1:9/v1 as reviewer" in choice.reason


def test_a_role_with_a_model_alone_uses_the_same_server() -> None:
    chosen = choose_role(Config(url="http://127.0.0.1:1/v1", describer=RoleConfig(model="eyes")), Role.DESCRIBER).config
    assert (chosen.url, chosen.model) == ("http://127.0.0.1:1/v1", "eyes")


async def test_an_answer_has_its_price(llama: str) -> None:
    config = Config(reviewer=RoleConfig(llama, "tiny", None, 1_000_000.0, 2_000_000.0))
    endpoint = find_endpoint(config, {}, Search(Role.REVIEWER))
    assert endpoint is not None
    answer = await ask(endpoint, Question("s", "", "CODE"))
    await endpoint.close()
    assert answer.text == CODE
    assert answer.price == answer.prompt_tokens + 2 * answer.completion_tokens
    assert endpoint.price == (1_000_000.0, 2_000_000.0)


async def test_without_prices_an_answer_has_none(llama: str) -> None:
    endpoint = find_endpoint(Config(worker=RoleConfig(llama, "tiny")), {})
    assert endpoint is not None
    assert (await ask(endpoint, Question("s", "", "CODE"))).price is None
    await endpoint.close()


@pytest.mark.parametrize("role", [role.value for role in Role])
@pytest.mark.parametrize(
    "line", ['url = "http://127.0.0.1:1/v1"', 'model = "m"', 'api_key_env = "HOME"', "price_in = 0"]
)
def test_the_repository_may_not_name_a_role(tmp_path: Path, role: str, line: str) -> None:
    (tmp_path / "pyproject.toml").write_text(f"[tool.workhorse.{role}]\n{line}\n")
    with pytest.raises(ConfigError):
        load_config(tmp_path, {"HOME": str(tmp_path)})
