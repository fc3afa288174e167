import re

import pytest

from workhorse_core.system.lazy_regex import late_pattern


def test_a_late_pattern_does_what_a_compiled_one_does() -> None:
    text = late_pattern(r"(?P<word>a+)b", re.IGNORECASE)
    data = late_pattern(rb"\d+")

    assert [match["word"] for match in text.finditer("aab Ab")] == ["aa", "A"]
    assert text.sub("-", "xAABx") == "x-x"
    assert text.flags & re.IGNORECASE
    assert data.findall(b"1 22") == [b"1", b"22"]


def test_a_late_pattern_is_compiled_once_and_only_when_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[str] = []
    real = re.compile

    def counted(source: str, flags: int = 0) -> re.Pattern[str]:
        compiled.append(source)
        return real(source, flags)

    monkeypatch.setattr(re, "compile", counted)

    pattern = late_pattern("a")

    assert compiled == []
    assert pattern.search("a")
    assert pattern.search("a")
    assert compiled == ["a"]


def test_a_wrong_late_pattern_is_an_error_when_it_is_used() -> None:
    with pytest.raises(re.error):
        late_pattern("(").search("a")
