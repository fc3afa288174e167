"""Merging of the rules' words and a model's answer into one docstring."""

from workhorse_core.actions.docstrings.rules.known import Known
from workhorse_core.actions.docstrings.shape import Shape
from workhorse_core.languages.python.docstring.content import DocstringContent, ParameterText, RaiseText

THE_MODEL = "the rest: the model"


def wants_summary(rules: Known) -> bool:
    """Return whether the rules' summary is too weak to be kept."""
    return any(name.startswith("summary") for name in rules.missing)


def known_words(rules: Known, shape: Shape) -> DocstringContent:
    """Collect all that the rules know, including entries left out because their neighbours are unknown."""
    content = rules.content or DocstringContent("")
    told = dict(fact.split(": ", 1) for fact in rules.facts if ": " in fact)
    parameters = {entry.name: entry for entry in content.parameters if entry.description}
    raises = {entry.exception: entry for entry in content.raises if entry.description}
    for label in shape.parameters:
        if label not in parameters and (words := told.get(label.lstrip("*"))):
            parameters[label] = ParameterText(label, words)
    for name in shape.raises:
        if name not in raises and (words := told.get(f"Raises {name}")):
            raises[name] = RaiseText(name, words)
    return content._replace(parameters=tuple(parameters.values()), raises=tuple(raises.values()))


def merge(shape: Shape, known: DocstringContent, answered: DocstringContent) -> DocstringContent:
    """Merge two contents into the entries of a shape: the rules' words win, the model's fill the rest.

    Parameters are described all or none: a section without some of them would seem complete.
    """
    parameters = {entry.name: entry for entry in (*answered.parameters, *known.parameters)}
    raises = {entry.exception: entry for entry in (*answered.raises, *known.raises)}
    described = set(shape.parameters) <= parameters.keys()
    return DocstringContent(
        answered.summary or known.summary,
        known.description,
        tuple(parameters[name] for name in shape.parameters) if described else (),
        known.returns or answered.returns if shape.returns else None,
        known.yields or answered.yields if shape.yields else None,
        tuple(raises[name] for name in shape.raises if name in raises),
    )


def choose(missing: Shape, known: DocstringContent, answered: DocstringContent | None) -> DocstringContent:
    """Return words for the missing entries only, from the rules first and then from the answer."""
    other = answered or DocstringContent("")
    parameters = {entry.name: entry for entry in (*other.parameters, *known.parameters)}
    raises = {entry.exception: entry for entry in (*other.raises, *known.raises)}
    return DocstringContent(
        "",
        "",
        tuple(parameters[name] for name in missing.parameters if name in parameters),
        known.returns or other.returns if missing.returns else None,
        known.yields or other.yields if missing.yields else None,
        tuple(raises[name] for name in missing.raises if name in raises),
    )


def sources_of(content: DocstringContent, rules: Known, answered: DocstringContent | None) -> tuple[str, ...]:
    """Return the sources of the entries of ``content``, with the model where it was asked."""
    there = {entry.name for entry in content.parameters} | {f"raises {entry.exception}" for entry in content.raises}
    there |= {"returns"} if content.returns or content.yields else set()
    kept = tuple(source for source in rules.sources if source.partition(":")[0] in there)
    return (*kept, THE_MODEL) if answered else kept


def without_known(missing: Shape, known: DocstringContent) -> Shape:
    """Return what is missing without the entries that ``known`` describes."""
    described = {entry.name for entry in known.parameters}
    raised = {entry.exception for entry in known.raises}
    return Shape(
        tuple(name for name in missing.parameters if name not in described),
        missing.returns and known.returns is None,
        missing.yields and known.yields is None,
        tuple(name for name in missing.raises if name not in raised),
        summary=missing.summary and not known.summary,
    )


def names_of(missing: Shape) -> tuple[str, ...]:
    """Return the names of missing entries, as the rules write them."""
    names = [f"description of {name}" for name in missing.parameters]
    names += ["what is returned"] if missing.returns else []
    names += ["what is yielded"] if missing.yields else []
    return (*names, *(f"when {name} is raised" for name in missing.raises))
