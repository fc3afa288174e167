import pytest

from workhorse_core.landing.trailers import read_trailers, say_verified, write_trailers

CHANGE = "0123456789abcdef0123456789abcdef"
WHOLE = {
    "Workhorse-Job": "k3f9",
    "Workhorse-Change": f"docstrings {CHANGE}",
    "Assisted-by": "workhorse local qwen2.5-coder:7b",
    "Verified-by": "workhorse same-code, syntax (evidence 0123456789abcdef)",
    "Reviewed-by": "Ada Lovelace <ada@example.org>",
}


def message(**changed: str) -> str:
    values = {name: changed.get(name.replace("-", "_"), value) for name, value in WHOLE.items()}
    return "Subject\n\nBody.\n\n" + "".join(f"{name}: {value}\n" for name, value in values.items())


@pytest.mark.parametrize(
    "value",
    [
        "qwen\nWorkhorse-Job: evil",
        "qwen\r\nReviewed-by: Boss",
        "qwen\x1b]0;title\x07",
        "qwen\u202enoitcerid",
        "a\u2028b",
    ],
)
def test_value_of_a_trailer_stays_on_its_line_with_unseen_characters_escaped(value: str) -> None:
    written = write_trailers([("Assisted-by", value)])
    assert written.count("\n") == 1
    assert written.splitlines() == [written.rstrip("\n")]
    assert written.rstrip("\n").isprintable()


def test_written_trailers_are_read_back() -> None:
    trailers = read_trailers("Subject\n\n" + write_trailers(WHOLE.items()))
    assert trailers is not None
    assert (trailers.job, trailers.action, trailers.change) == ("k3f9", "docstrings", CHANGE)
    assert (trailers.checks, trailers.evidence) == (("same-code", "syntax"), "0123456789abcdef")
    assert (trailers.reviewers, trailers.problems) == (("Ada Lovelace <ada@example.org>",), ())


def test_a_value_is_written_on_one_line_and_the_evidence_is_cut() -> None:
    assert write_trailers([("Reviewed-by", "Ada\nWorkhorse-Job: k3f9")]) == "Reviewed-by: Ada Workhorse-Job: k3f9\n"
    assert say_verified(["same-code", "lint"], "0" * 64) == f"workhorse same-code, lint (evidence {'0' * 16})"


@pytest.mark.parametrize(
    "text",
    ["", "Subject\n", "Subject\n\nReviewed-by: Ada\n", "See Workhorse-Job: k3f9\n", "  Workhorse-Job: k3f9\n",
     "# Workhorse-Job: k3f9\n", "Workhorse-Jobs: k3f9\n", "+Workhorse-Job: k3f9\n"],
)  # fmt: skip
def test_most_messages_claim_nothing(text: str) -> None:
    assert read_trailers(text) is None


def test_case_blanks_folding_and_line_ends_do_not_matter() -> None:
    folded = (
        message().replace("same-code, syntax", "same-code,\n  syntax").replace("Workhorse-Job: ", "workhorse-JOB :\t")
    )
    for text in (folded, folded.replace("\n", "\r\n")):
        trailers = read_trailers(text)
        assert trailers is not None
        assert (trailers.job, trailers.checks, trailers.problems) == ("k3f9", ("same-code", "syntax"), ())


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"Workhorse_Job": ""}, "Workhorse-Job names no job: it is empty."),
        ({"Workhorse_Job": "../x"}, "Workhorse-Job names no job: ../x."),
        (
            {"Workhorse_Change": "docstrings"},
            "The trailer Workhorse-Change is not one that Workhorse writes: docstrings.",
        ),
        ({"Workhorse_Change": f"docstrings {CHANGE[1:]}"}, "Workhorse-Change is not one that Workhorse writes"),
        ({"Assisted_by": "me"}, "The trailer Assisted-by is missing."),
        ({"Verified_by": "workhorse"}, "The trailer Verified-by is not one that Workhorse writes: workhorse."),
        ({"Verified_by": "workhorse same-code"}, "The trailer Verified-by is not one that Workhorse writes"),
        ({"Reviewed_by": ""}, "The trailer Reviewed-by is not one that Workhorse writes: it is empty."),
    ],
)
def test_malformed_trailer_is_one_sentence(changed: dict[str, str], sentence: str) -> None:
    trailers = read_trailers(message(**changed))
    assert trailers is not None
    (problem,) = trailers.problems
    assert sentence in problem


@pytest.mark.parametrize("name", ["Workhorse-Change", "Verified-by"])
def test_two_that_differ_are_at_odds(name: str) -> None:
    other = {
        "Workhorse-Change": f"docstrings {CHANGE[::-1]}",
        "Verified-by": WHOLE["Verified-by"].replace("syntax", "lint"),
    }
    trailers = read_trailers(message() + f"{name}: {other[name]}\n")
    assert trailers is not None
    assert trailers.problems == (f"There are 2 different trailers {name}.",)


def test_two_jobs_are_a_problem_wherever_their_trailers_are() -> None:
    trailers = read_trailers("Squash\n\nWorkhorse-Job: aaaa\n\nWords.\n\n" + message())
    assert trailers is not None
    assert trailers.problems == ("It holds 2 jobs (aaaa, k3f9), and no verdict is about all of them together.",)
    assert trailers.change is None
