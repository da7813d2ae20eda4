"""Cases from outside: JSON text or a policy's own test, read strictly and exactly, every mistake named by its path.

A number may be written as a JSON number or, as GraphQL and the event log give it, as a string of digits: "96.5".
"""

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from decimal import Decimal
from typing import Any, TypeVar, cast

from neraca.domain.case import Case, Fact, Item, Micro, SurveyElement
from neraca.policy.compiled.classification import Bands, Condition, spoken
from neraca.policy.compiled.compilation import CompiledPolicy
from neraca.policy.compiled.methods.items import ItemsStep
from neraca.policy.compiled.methods.majority import MajorityStep
from neraca.policy.compiled.methods.rated import EVERY, RatedStep
from neraca.policy.findings import suggestion
from neraca.policy.model import PolicyTest
from neraca.policy.numbers import NotExact, micro, text

T = TypeVar("T")

KEYS = ("name", "facts", "ratings", "items", "surveys")

_PLAIN = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
_AS_WRITTEN = "write digits with a point, such as 96.5"


class CaseRefused(ValueError):
    """A case that can't be judged as it was given: `faults`, each with its path and what to do."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


def read(text: str | bytes, plan: CompiledPolicy | None = None) -> Case:
    """One case in the shape of a policy test without `expect`; `name` is allowed and not kept. Raises CaseRefused.

    A fact such as "96.5" is a number, unless `plan` compares that fact with this very word.
    """
    return _Reader(frozenset(_words_like_numbers(plan)) if plan else ()).case(_parsed(text))


def _words_like_numbers(plan: CompiledPolicy) -> Iterator[tuple[str, str]]:
    """Facts with words that look like numbers: a condition may ask for the word "3"."""
    asked: list[Condition] = [one.when for one in plan.modifiers]
    asked += [
        test for one in plan.classifiers if isinstance(one, Bands) for band in one.bands for test in band.requires
    ]
    for one in asked:
        words = {*(one.among or ()), *([one.equals] if isinstance(one.equals, str) else [])}
        yield from ((one.fact, word) for word in words if _PLAIN.fullmatch(word))


def of_test(test: PolicyTest) -> Case:
    """Raises CaseRefused for a number of more than six decimals."""
    reader = _Reader()
    case = Case(
        facts={k: reader.fact(v, f"facts/{k}") for k, v in test.facts.items()},
        ratings={
            indicator: {
                group: [reader.exact(x, f"ratings/{indicator}/{group}/{i}") for i, x in enumerate(values)]
                for group, values in groups.items()
            }
            for indicator, groups in test.ratings.items()
        },
        items={
            source: [
                Item(
                    target=reader.perhaps(item.target, f"items/{source}/{i}/target"),
                    actual=reader.perhaps(item.actual, f"items/{source}/{i}/actual"),
                    level=item.level,
                    weight=reader.perhaps(item.weight, f"items/{source}/{i}/weight"),
                    polarity=item.polarity,
                    priority=item.priority,
                )
                for i, item in enumerate(items)
            ]
            for source, items in test.items.items()
        },
        surveys={
            survey: {
                name: SurveyElement(reader.exact(element.sum, f"surveys/{survey}/{name}/sum"), element.n)
                for name, element in elements.items()
            }
            for survey, elements in test.surveys.items()
        },
    )
    reader.refuse_faults()
    return case


def refusals(plan: CompiledPolicy, case: Case) -> list[str]:
    """What this policy can't take: unknown indicators, rater groups and levels, ratings off their scale, a word where a
    number is measured or a number where a word is looked up, a weight that is not declared.

    Facts, items and surveys that it does not read are left alone: another policy may.
    """
    measures = [step.measuring for step in plan.indicators]
    rated = {step.indicator: step for step in measures if isinstance(step, RatedStep)}
    found = _unknown_ratings(rated, case)
    for step in rated.values():
        found += _off_scale(step, case)
    for step in measures:
        if isinstance(step, ItemsStep | MajorityStep):
            found += _items(step, case)
    words = {path for step in plan.indicators for path in step.words}
    numbers = {path for step in measures for path in step.reads} - words
    for name, fact in case.facts.items():
        if f"facts/{name}" in numbers and type(fact) is not int:
            said = _shown(fact) if isinstance(fact, str) else spoken(fact)
            found.append(f"facts/{name}: {said} is not a number, and the policy measures with it; {_AS_WRITTEN}")
        if f"facts/{name}" in words and not isinstance(fact, str):
            found.append(f"facts/{name}: {spoken(fact)} is not a word; the policy looks it up")
    return list(dict.fromkeys(found))


def _unknown_ratings(rated: Mapping[str, RatedStep], case: Case) -> list[str]:
    found: list[str] = []
    every = list(dict.fromkeys(group.name for step in rated.values() for group in step.panel.groups))
    for indicator, groups in case.ratings.items():
        if indicator != EVERY and indicator not in rated:
            found.append(f"ratings/{indicator}: no rated indicator of this name - {suggestion(indicator, rated)}")
            continue
        known = every if indicator == EVERY else [group.name for group in rated[indicator].panel.groups]
        found += [
            f"ratings/{indicator}/{group}: no such rater group here - {suggestion(group, known)}"
            for group in groups
            if group not in known
        ]
    return found


def _off_scale(step: RatedStep, case: Case) -> list[str]:
    name = step.indicator if step.indicator in case.ratings else EVERY
    ratings = case.ratings.get(name, {})
    return [
        f"ratings/{name}/{group.name}/{i}: {text(x)} is not on the {group.scale.words()}"
        for group in step.panel.groups
        for i, x in enumerate(ratings.get(group.name, ()))
        if not group.scale.allows(x)
    ]


def _items(step: ItemsStep | MajorityStep, case: Case) -> list[str]:
    found: list[str] = []
    for i, item in enumerate(case.items.get(step.given, ())):
        where = f"items/{step.given}/{i}"
        if step.levels is not None and item.level is not None and item.level not in step.levels:
            found.append(f"{where}/level: no level {item.level!r} - {suggestion(item.level, step.levels)}")
        if isinstance(step, ItemsStep) and step.declared and (item.weight is None or item.weight < 0):
            found.append(f"{where}/weight: this policy wants a weight declared for each, 0 or more")
    return found


class _Object(dict[str, Any]):
    """A JSON object that remembers which keys were repeated: the last of two would win silently."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.repeated = [key for i, (key, _) in enumerate(pairs) if any(key == k for k, _ in pairs[:i])]


def _parsed(given: str | bytes) -> object:
    try:
        return json.loads(
            given, parse_float=Decimal, parse_int=Decimal, parse_constant=_no_number, object_pairs_hook=_Object
        )
    except (ValueError, RecursionError) as wrong:
        raise CaseRefused((f"not JSON: {wrong}",)) from None


def _no_number(word: str) -> object:
    raise ValueError(f"{word} is not a number")


class _Reader:
    """Walks a parsed case and gathers all that is wrong with it; `refuse_faults` then refuses."""

    def __init__(self, words: Collection[tuple[str, str]] = ()) -> None:
        """`words` are facts with words that are not numbers, whatever they look like."""
        self.faults: list[str] = []
        self.words = words

    def refuse_faults(self) -> None:
        if self.faults:
            raise CaseRefused(tuple(self.faults))

    def case(self, given: object) -> Case:
        top = self.keyed(given, "", KEYS)
        case = Case(
            facts=self.mapped(top.get("facts", {}), "facts", self.fact),
            ratings=self.mapped(top.get("ratings", {}), "ratings", self.groups),
            items=self.mapped(top.get("items", {}), "items", self.items),
            surveys=self.mapped(top.get("surveys", {}), "surveys", self.survey),
        )
        self.refuse_faults()
        return case

    def fault(self, path: str, what: str) -> None:
        self.faults.append(f"{path or 'case'}: {what}")

    def keyed(self, given: object, path: str, keys: tuple[str, ...] | None = None) -> dict[str, Any]:
        if not isinstance(given, dict):
            self.fault(path, f"{_kind(given)} where an object is wanted")
            return {}
        found = cast(dict[str, Any], given)
        if isinstance(found, _Object):
            for key in found.repeated:
                self.fault(f"{path}/{key}".lstrip("/"), "the key is there twice; keep one")
        for key in found:
            if keys is not None and key not in keys:
                self.fault(f"{path}/{key}".lstrip("/"), f"unknown key - {suggestion(key, keys)}")
        return found

    def mapped(self, given: object, path: str, one: Callable[[Any, str], T]) -> dict[str, T]:
        return {key: one(value, f"{path}/{key}") for key, value in self.keyed(given, path).items()}

    def listed(self, given: object, path: str, one: Callable[[Any, str], T]) -> list[T]:
        if not isinstance(given, list):
            self.fault(path, f"{_kind(given)} where a list is wanted")
            return []
        return [one(value, f"{path}/{i}") for i, value in enumerate(cast(list[Any], given))]

    def fact(self, given: object, path: str) -> Fact:
        if isinstance(given, bool):
            return given
        if isinstance(given, str):
            is_word = (path.removeprefix("facts/"), given) in self.words or not _PLAIN.fullmatch(given)
            return given if is_word else self.exact(given, path)
        if isinstance(given, Decimal):
            return self.exact(given, path)
        self.fault(path, f"{_kind(given)} where a number, a word, true or false is wanted; leave out what is not known")
        return False

    def groups(self, given: object, path: str) -> dict[str, list[Micro]]:
        return self.mapped(given, path, lambda values, at: self.listed(values, at, self.exact))

    def items(self, given: object, path: str) -> list[Item]:
        return self.listed(given, path, self.item)

    def item(self, given: object, path: str) -> Item:
        found = self.keyed(given, path, ("target", "actual", "level", "weight", "polarity", "priority"))
        level = found.get("level")
        if level is not None and not isinstance(level, str):
            self.fault(f"{path}/level", f"{_kind(level)} where a word is wanted")
        polarity = found.get("polarity", "max")
        if polarity not in ("max", "min"):
            self.fault(f"{path}/polarity", "write max (more is better) or min (less is better)")
        priority = found.get("priority", "utama")
        if priority not in ("utama", "tambahan"):
            self.fault(f"{path}/priority", "write utama (a main result) or tambahan (an additional one)")
        numbers = {key: self.perhaps(found.get(key), f"{path}/{key}") for key in ("target", "actual", "weight")}
        return Item(level=level, polarity=polarity, priority=priority, **numbers)

    def survey(self, given: object, path: str) -> dict[str, SurveyElement]:
        return self.mapped(given, path, self.element)

    def element(self, given: object, path: str) -> SurveyElement:
        found = self.keyed(given, path, ("sum", "n"))
        n = _number(found.get("n"))
        if not isinstance(n, Decimal) or n < 0 or n.adjusted() > 12 or n != n.to_integral_value():
            self.fault(f"{path}/n", "write how many respondents answered, a whole number")
            n = Decimal(0)
        return SurveyElement(self.exact(found.get("sum"), f"{path}/sum"), int(n))

    def perhaps(self, given: object, path: str) -> Micro | None:
        return None if given is None else self.exact(given, path)

    def exact(self, given: object, path: str) -> Micro:
        number = _number(given)
        if not isinstance(number, Decimal):
            said = f"{_shown(given)} is not a number; {_AS_WRITTEN}" if isinstance(given, str) else _wanted(given)
            self.fault(path, said)
            return 0
        try:
            return micro(number)
        except NotExact as wrong:
            self.fault(path, str(wrong))
            return 0


def _number(given: object) -> object:
    """The number that a string of digits writes; anything else as it is."""
    return Decimal(given) if isinstance(given, str) and _PLAIN.fullmatch(given) else given


def _shown(given: object) -> str:
    said = repr(given)
    return said if len(said) <= 40 else f"{said[:37]}..."


def _wanted(given: object) -> str:
    return f"{_kind(given)} where a number is wanted"


def _kind(given: object) -> str:
    if given is None:
        return "nothing"
    if isinstance(given, bool):
        return "true or false"
    if isinstance(given, Decimal):
        return "a number"
    if isinstance(given, str):
        return "text"
    return "a list" if isinstance(given, list) else "an object"
