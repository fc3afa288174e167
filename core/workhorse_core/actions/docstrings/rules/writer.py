"""Assembly of one docstring from the phrases of all sources."""

import ast

from workhorse_core.actions.docstrings.rules.classes import class_summary
from workhorse_core.actions.docstrings.rules.english.vocabulary import EMPTY_VERBS
from workhorse_core.actions.docstrings.rules.known import Known, Phrase
from workhorse_core.actions.docstrings.rules.modules import module_summary
from workhorse_core.actions.docstrings.rules.names.sentences import is_plain_name
from workhorse_core.actions.docstrings.rules.parameters import parameter_phrases
from workhorse_core.actions.docstrings.rules.project_docstrings import ProjectDocstrings
from workhorse_core.actions.docstrings.rules.project_words.elsewhere import is_told_by_base
from workhorse_core.actions.docstrings.rules.raises import raise_texts
from workhorse_core.actions.docstrings.rules.results import returns_phrase, truth_phrase
from workhorse_core.actions.docstrings.rules.subject import Subject
from workhorse_core.actions.docstrings.rules.summaries import Form, function_summary, shorthand
from workhorse_core.languages.python.definitions import node_of, parents_of, source_of
from workhorse_core.languages.python.docstring.content import DocstringContent, ParameterText
from workhorse_core.languages.python.nodes import dotted, last_name
from workhorse_core.languages.python.raised import read_escapes
from workhorse_core.languages.python.signature import Signature
from workhorse_core.languages.python.symbols.symbol import ClassSymbol
from workhorse_core.pipeline.region import Region

_ANY_FORM = Form()


def write(
    region: Region,
    signature: Signature,
    project: ProjectDocstrings,
    complete: bool = False,
    form: Form = _ANY_FORM,
    repeats: bool = True,
) -> Known:
    """Write a docstring from evidence.

    Args:
        region: The definition.
        signature: Its signature.
        project: The docstrings of the project around it.
        complete: Whether sections are written all or none, as pydoclint demands; else each stands by itself.
        form: The form of the summary.
        repeats: Whether an override repeats the words of its base class.
    """
    node = node_of(region)
    if node is None:
        return Known()
    subject = Subject(project.module_of(source_of(region)), node, parents_of(region), signature, project, repeats)
    return write_subject(subject, complete, form)


def write_subject(subject: Subject, complete: bool = False, form: Form = _ANY_FORM) -> Known:
    """Write a docstring for a definition or module of the project."""
    if isinstance(subject.node, ast.Module):
        said = module_summary(subject, form)
        if said is None:
            return Known(missing=("summary",))
        return Known(DocstringContent(said[0].text, said[1].text if said[1] else ""), (f"summary: {said[0].source}",))
    subject = subject._replace(signature=_resolved(subject))
    summarise = class_summary if isinstance(subject.node, ast.ClassDef) else function_summary
    found = summarise(subject, form)
    known = _Assembly(subject, found[0] if found else None, found[1] if found else None).known(complete)
    return known._replace(inherited=True) if is_told_by_base(subject) else known


def _resolved(subject: Subject) -> Signature:
    """Resolve doubtful exceptions by the classes of other files."""
    signature, function = subject.signature, subject.code.function
    if function is None or not any(raised.doubtful for raised in signature.raises):
        return signature
    bases: dict[str, list[str]] = {}
    names = {name for raised in signature.raises for name in [raised.exception]}
    for node in ast.walk(function):
        if isinstance(node, ast.ExceptHandler) and node.type is not None:
            types = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            names |= {name for one in types if (name := dotted(one))}
    for name in names:
        place = subject.project.index.find(subject.module, name)
        for one in [place, *subject.project.index.ancestors(place)] if isinstance(place, ClassSymbol) else ():
            bases[one.node.name] = [last_name(base) for b in one.node.bases if (base := dotted(b))]
    owner = subject.code.owner.name if subject.code.owner is not None else None
    escapes = read_escapes(function, owner, bases)
    return signature._replace(raises=escapes.raised, raises_unnamed=escapes.unnamed)


class _Assembly:
    """Collection of the phrases about one function or class, to become a docstring."""

    def __init__(self, subject: Subject, summary: Phrase | None, rest: Phrase | None) -> None:
        self.subject = subject
        self.summary = summary
        self.rest = rest
        self.parameters = parameter_phrases(subject)
        self.raises, self.raise_sources, self.unworded = raise_texts(subject.code)
        self.returns = returns_phrase(subject) if subject.function is not None else None
        if self.unworded and self.summary is not None and self.summary.source.startswith("body"):
            self.summary = self.rest = None  # half of what it does: it may raise as well
        self.defaulted: list[str] = []
        self.always_raises = summary is not None and summary.text.startswith("Always raise ")
        if not self.always_raises and any(raised.description == "Always." for raised in self.raises):
            self.summary = self.rest = None  # the act of its name is not done

    def known(self, complete: bool) -> Known:
        """Return the docstring, or the facts alone where there is no first sentence."""
        described = self._all_described()
        sections = not complete or (described and self._returns_done())
        if self.summary is None:
            return Known(None, (), tuple(self._missing()), tuple(self._facts(False, False)))
        sources = [f"summary: {self.summary.source}"]
        paragraphs = [self.rest.text] if self.rest else []
        if self.rest and self.rest.source != self.summary.source:
            sources.append(f"description: {self.rest.source}")
        if self.summary.source == "name" and self.rest is None and (short := shorthand(self.subject)):
            paragraphs.append(short.text)
            sources.append(f"description: {short.source}")
        with_parameters = sections and described and bool(self.parameters)
        if not with_parameters:
            self.defaulted = self._default_sentences(sources)
            paragraphs += self.defaulted
        if not sections:
            paragraphs += [f"Raises ``{one.exception}`` {_lowered(one.description)}" for one in self.raises]
        content = DocstringContent(
            self.summary.text,
            "\n\n".join(paragraphs),
            self._parameter_texts(sources) if with_parameters else (),
            self._returns_text(sources, complete) if sections and not self.subject.signature.yields else None,
            self._returns_text(sources, complete) if sections and self.subject.signature.yields else None,
            tuple(self.raises) if sections and (complete or not self.always_raises) else (),
        )
        if self._is_empty(content):
            return Known(None, (), ("summary", *self._missing()), tuple(self._facts(False, False)))
        sources += self.raise_sources
        facts = tuple(self._facts(with_parameters, True))
        return Known(content, tuple(sources), tuple(self._missing()), facts, self._is_formula(content))

    def _is_formula(self, content: DocstringContent) -> bool:
        """Return whether the content follows from the name and the signature alone."""
        assert self.summary is not None
        described = any(
            not one.description.startswith("If None, ") and "passed on to" not in one.description
            for one in content.parameters
        )
        has_evidence = bool(described or content.raises or self.rest)
        value = content.returns or content.yields
        has_value = value is not None and self.returns is not None and not self.returns.formula
        if self.subject.function is not None and self.subject.signature.is_stub_body:
            return True  # its verb is not what it does
        if self.summary.source == "name" and (self.unworded or not is_plain_name(self.subject)):
            return True
        if self.summary.source.startswith("convention of __") and self.subject.name != "__init__":
            return True
        return self.summary.formula and not has_evidence and not has_value

    def _is_empty(self, content: DocstringContent) -> bool:
        """Return whether there is only a name with an empty verb: "Process the value."."""
        alone = content == DocstringContent(content.summary)
        return (
            alone
            and self.summary is not None
            and self.summary.source == "name"
            and (content.summary.split()[0].lower() in EMPTY_VERBS)
        )

    def _all_described(self) -> bool:
        return all(name in self.parameters for name in self.subject.parameters)

    def _returns_done(self) -> bool:
        signature = self.subject.signature
        needed = (signature.returns_value or signature.yields) and not signature.is_property
        return not needed or self._value() is not None

    def _value(self) -> Phrase | None:
        truth = truth_phrase(self.subject, self.summary.text) if self.summary else None
        return self.returns or truth

    def _parameter_texts(self, sources: list[str]) -> tuple[ParameterText, ...]:
        texts: list[ParameterText] = []
        for parameter in self.subject.signature.parameters:
            phrase = self.parameters[parameter.name]
            texts.append(ParameterText(parameter.label, phrase.text))
            sources.append(f"{parameter.label}: {phrase.source}")
        return tuple(texts)

    def _returns_text(self, sources: list[str], complete: bool) -> str | None:
        told = self.summary is not None and self.summary.source.startswith("body")
        phrase = self._value() if complete else None if told else self.returns
        if phrase is None or not self.subject.returns_something:
            return None
        sources.append(f"returns: {phrase.source}")
        return phrase.text

    def _default_sentences(self, sources: list[str]) -> list[str]:
        """Yield sentences about defaults for None where the parameters have no section."""
        said: list[str] = []
        for name, phrase in self.parameters.items():
            if phrase.text.startswith("If None, "):
                said.append(f"If ``{name}`` is None, {phrase.text.removeprefix('If None, ')}")
                sources.append(f"description: {phrase.source}")
        return [" ".join(said)] if said else []

    def _missing(self) -> list[str]:
        missing: list[str] = []
        if self.summary is None:
            missing.append("summary")
        elif self.summary.source == "name":
            missing.append("summary beyond the name")
        missing += [
            f"description of {parameter.label}"
            for parameter in self.subject.signature.parameters
            if parameter.name not in self.parameters
        ]
        missing += [f"when {name} is raised" for name in self.unworded]
        text = self.summary.text if self.summary else ""
        says_value = text.startswith(("Return", "Whether", "Create", "Iterate", "Yield", "Convert"))
        gives = self.subject.returns_something and not self.subject.signature.is_property
        if gives and not says_value and self.returns is None:
            missing.append("what is yielded" if self.subject.signature.yields else "what is returned")
        return missing

    def _facts(self, with_parameters: bool, with_raises: bool) -> list[str]:
        facts = [] if with_parameters else [f"{name}: {p.text}" for name, p in self.parameters.items()]
        if not with_raises:
            facts += [f"Raises {one.exception}: {one.description}" for one in self.raises]
        return facts


def _lowered(text: str) -> str:
    return text[0].lower() + text[1:] if text else text
