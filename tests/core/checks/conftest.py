"""Every way to run a tool on an untrusted repository: in the sandbox, and where there is none."""

import pytest

from workhorse_core.tools.sandbox import sandbox_program


@pytest.fixture(params=["sandbox", "no sandbox"])
def walls(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run the test in the sandbox, and once more as on a machine that has none."""
    if request.param == "no sandbox":
        monkeypatch.setattr("workhorse_core.tools.process.sandbox_program", lambda: None)
    elif sandbox_program() is None:
        pytest.skip("bubblewrap is not installed, or may not make namespaces here")
    return request.param
