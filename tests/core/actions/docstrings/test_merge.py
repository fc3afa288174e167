from workhorse_core.actions.docstrings.merge import choose, known_words, merge, names_of, sources_of, without_known
from workhorse_core.actions.docstrings.rules.known import Known
from workhorse_core.actions.docstrings.shape import Shape
from workhorse_core.languages.python.docstring.content import DocstringContent, ParameterText, RaiseText

SHAPE = Shape(("a", "*rest"), returns=True, raises=("ValueError",))
ANSWER = DocstringContent(
    "Model's summary.",
    "Model's words.",
    (ParameterText("a", "Model's a."), ParameterText("*rest", "Model's rest.")),
    "Model's result.",
    None,
    (RaiseText("ValueError", "Model's reason."),),
)


def test_rule_text_wins_over_model_text() -> None:
    rules = Known(
        DocstringContent("Rule.", raises=(RaiseText("ValueError", "It is negative."),)), facts=("a: The side.",)
    )
    merged = merge(SHAPE, known_words(rules, SHAPE), ANSWER._replace(summary=""))
    assert merged.summary == "Rule."
    assert [entry.description for entry in merged.parameters] == ["The side.", "Model's rest."]
    assert merged.raises[0].description == "It is negative."
    assert merged.returns == "Model's result."


def test_parameters_are_described_all_or_none() -> None:
    merged = merge(SHAPE, DocstringContent(""), ANSWER._replace(parameters=ANSWER.parameters[:1], raises=()))
    assert merged == DocstringContent("Model's summary.", "", (), "Model's result.")


def test_facts_count_where_the_rules_have_no_summary() -> None:
    rules = Known(facts=("rest: The others.", "Raises ValueError: It is negative.", "no fact of this kind"))
    known = known_words(rules, SHAPE)
    assert known.parameters == (ParameterText("*rest", "The others."),)
    assert known.raises == (RaiseText("ValueError", "It is negative."),)
    assert without_known(SHAPE, known) == Shape(("a",), returns=True)


def test_only_what_is_missing_is_chosen_in_the_order_of_the_signature() -> None:
    missing = Shape(("*rest", "a"), returns=False, raises=(), summary=False)
    chosen = choose(missing, DocstringContent("", parameters=(ParameterText("a", "Rule's a."),)), ANSWER)
    assert [entry.description for entry in chosen.parameters] == ["Model's rest.", "Rule's a."]
    assert (chosen.returns, chosen.raises) == (None, ())


def test_entries_without_text_stay_missing() -> None:
    chosen = choose(SHAPE, DocstringContent(""), None)
    assert names_of(without_known(SHAPE, chosen)) == (
        "description of a",
        "description of *rest",
        "what is returned",
        "when ValueError is raised",
    )


def test_sources_are_those_of_the_chosen_entries() -> None:
    rules = Known(sources=("summary: name", "a: default value", "b: default value"))
    content = DocstringContent("", parameters=(ParameterText("a", "It."),))
    assert sources_of(content, rules, None) == ("a: default value",)
    assert sources_of(content, rules, ANSWER)[-1] == "the rest: the model"
