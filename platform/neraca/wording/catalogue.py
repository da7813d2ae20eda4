"""From an English sentence to the Indonesian one, by pairs of templates in files beside this one.

The places that refuse say what they say in English, once; what they fill in (names, days, numbers) is found again in
the sentence and carried over. So a refusal is made, recorded and tested in one language, and no place that refuses
knows of another.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import NamedTuple

SENTENCES = ("refusals.id.txt", "problems.id.txt", "terminal.id.txt")
PHRASES = ("phrases.id.txt",)
EXPLANATIONS = ("explanations.id.txt",)
LONGEST = 2_000
"""Characters of a line; a longer one stays as it is."""

DEEPEST = 6
"""Phrases within phrases."""

SLOT = re.compile(r"\{([a-z_]+)([*~&!]?)\}")
_POINTER = re.compile(r"(\S+): (.+)")
_JOINING: Mapping[str, str] = MappingProxyType(
    {"and": "dan", "or": "atau", "other": "lainnya", "others": "lainnya", "none": "tidak satu pun"}
)
_JOINS = re.compile(rf"(?<![^ ])(?:{'|'.join(_JOINING)})(?![^ ])")


class Translation(NamedTuple):
    """`whole` says that no English is left in it."""

    text: str
    whole: bool


class Template(NamedTuple):
    """`slots` are the names with what each stands for: "" one word, "*" any text, "&" joined names, "~" a phrase, and
    "!" what `explained` has in turn.
    """

    english: str
    indonesian: str
    slots: Mapping[str, str]
    longest_literal: str
    literals: int
    pattern: re.Pattern[str]

    def filled(self, values: Mapping[str, str]) -> str:
        return SLOT.sub(lambda slot: values[slot[1]], self.indonesian)


class Match(NamedTuple):
    template: Template
    said: Translation


def translated(text: str) -> Translation:
    """The sentence in Indonesian; what no template has stays English and is not `whole`.

    A field named before a sentence («/period: ...») stays before it, and so does what follows on further lines.
    """
    line, new_line, more = text.partition("\n")
    said = _sentence(line)
    return Translation(f"{said.text}{new_line}{more}", said.whole and not more)


def explained(text: str) -> Translation:
    """What a step of a score says, in Indonesian: its formula, a note, or why it has no number.

    The method, fact or node named before a sentence stays before it. Names of the policy stay as they are.
    """
    said = _best(text, EXPLANATIONS)
    if said is not None and said.said.whole:
        return said.said
    if (prefixed := _POINTER.fullmatch(text)) is not None and (rest := explained(prefixed[2])).whole:
        return Translation(f"{prefixed[1]}: {rest.text}", True)
    several = text.split("; ")
    each = [explained(one) for one in several] if len(several) > 1 else []
    if each and all(one.whole for one in each):
        return Translation("; ".join(one.text for one in each), True)
    return Translation(text, False)


@cache
def templates(*files: str) -> tuple[Template, ...]:
    """The pairs of the files, in order."""
    return tuple(template for file in files for template in _read(file))


def matches(text: str, among: tuple[Template, ...], depth: int = 0) -> list[Match]:
    """Each template that has the whole text, first the one that leaves the least of it as it was.

    `depth` counts the phrases that the text is within.
    """
    if len(text) > LONGEST:
        return []
    there = [
        Match(template, _filled(template, found, depth))
        for template in among
        # Most templates are ruled out by a part of theirs that is not in the text, before any pattern is tried.
        if template.longest_literal in text and (found := template.pattern.fullmatch(text)) is not None
    ]
    return sorted(there, key=lambda match: (match.said.whole, match.template.literals), reverse=True)


def _sentence(line: str) -> Translation:
    said = _best(line, SENTENCES)
    if said is not None and said.said.whole:
        return said.said
    if (prefixed := _POINTER.fullmatch(line)) is not None:
        rest = _best(prefixed[2], SENTENCES)
        if rest is not None and (rest.said.whole or said is None):
            return Translation(f"{prefixed[1]}: {rest.said.text}", rest.said.whole)
    return Translation(line, False) if said is None else said.said


def _phrase(text: str, depth: int) -> Translation:
    if depth > DEEPEST:
        return Translation(text, False)
    said = _best(text, (*PHRASES, *SENTENCES), depth)
    if said is not None and said.said.whole:
        return said.said
    several = text.split("; ")
    if len(several) > 1:
        each = [_phrase(one, depth + 1) for one in several]
        return Translation("; ".join(one.text for one in each), all(one.whole for one in each))
    return Translation(text, False) if said is None else said.said


def _best(text: str, files: tuple[str, ...], depth: int = 0) -> Match | None:
    return next(iter(matches(text, templates(*files), depth)), None)


def _filled(template: Template, found: re.Match[str], depth: int) -> Translation:
    values, whole = dict[str, str](), True
    for name, kind in template.slots.items():
        said = Translation(found[name], True)
        if kind == "~":
            said = _phrase(found[name], depth + 1)
        elif kind == "!":
            said = explained(found[name])
        elif kind == "&":
            said = Translation(_JOINS.sub(lambda word: _JOINING[word[0]], found[name]), True)
        values[name] = said.text
        whole = whole and said.whole
    return Translation(template.filled(values), whole)


def _read(file: str) -> Iterator[Template]:
    text = resources.files("neraca.wording").joinpath(file).read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    for english, indonesian in zip(lines[::2], lines[1::2], strict=True):
        yield _template(english, indonesian)


def _template(english: str, indonesian: str) -> Template:
    slots = {slot[1]: slot[2] for slot in SLOT.finditer(english)}
    # re.split leaves the names and kinds between the literals.
    literals = SLOT.split(english)[::3]
    pattern, at = "", 0
    for slot in SLOT.finditer(english):
        pattern += re.escape(english[at : slot.start()])
        pattern += f"(?P<{slot[1]}>{'.*?' if slot[2] else '[^ ]+?'})"
        at = slot.end()
    pattern += re.escape(english[at:])
    return Template(
        english,
        indonesian,
        MappingProxyType(slots),
        max(literals, key=len),
        sum(map(len, literals)),
        re.compile(pattern, re.DOTALL),
    )
