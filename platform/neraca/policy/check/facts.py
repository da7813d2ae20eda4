"""Facts named in conditions: that somebody gives them, that they are what the condition takes them for."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import assert_never, get_args

from msgspec import Struct

from neraca.domain.achievement import OrgPredicate
from neraca.domain.facts import FROM_THE_LEDGER, HEADED_UNIT_PREDICATE, NO_SANCTION, SANCTION, UNIT_PREDICATE
from neraca.domain.vocabulary import Severity
from neraca.policy.check.subject import Check, Subject
from neraca.policy.compiled.methods.method import Kind
from neraca.policy.findings import Finding, nearest, suggestion
from neraca.policy.model import Bands, Condition, Policy

WORDS: dict[str, tuple[str, ...]] = {
    SANCTION: (NO_SANCTION, *(severity.value for severity in Severity)),
    UNIT_PREDICATE: get_args(OrgPredicate),
    HEADED_UNIT_PREDICATE: get_args(OrgPredicate),
}
"""The words that the ledger itself writes, or means by writing nothing."""


class Use(Struct, frozen=True):
    """Where a fact is read, and as what; None where anything does."""

    fact: str
    path: str
    kind: Kind | None


def uses(policy: Policy) -> Iterator[Use]:
    for name, indicator in policy.indicators.items():
        for read in indicator.measure.facts():
            yield Use(read.fact, f"/indicators/{name}/measure/{read.at}", read.kind)
    for path, condition in conditions(policy):
        yield Use(condition.fact, f"{path}/fact", asked(condition))
    if policy.distribution is not None:
        yield Use(policy.distribution.select_by, "/distribution/select_by", "a word")


def conditions(policy: Policy) -> Iterator[tuple[str, Condition]]:
    for name, modifier in policy.modifiers.items():
        yield f"/modifiers/{name}/when", modifier.when
    for name, classifier in policy.classify.items():
        if isinstance(classifier, Bands):
            for level, band in classifier.bands.items():
                for index, condition in enumerate(band.requires):
                    yield f"/classify/{name}/bands/{level}/requires/{index}", condition


def asked(condition: Condition) -> Kind | None:
    if condition.at_least is not None:
        return "a number"
    return "a word" if condition.in_ is not None else kind(condition.equals)


def kind(value: bool | Decimal | str | None) -> Kind | None:
    match value:
        case None:
            return None
        case bool():
            return "true or false"
        case Decimal():
            return "a number"
        case str():
            return "a word"
        case _:
            assert_never(value)


def facts_are_one_thing(subject: Subject) -> Iterable[Finding]:
    """A fact that is a number in one place and a word in another never meets one of the two."""
    first: dict[str, tuple[Kind, str]] = {}
    for fact in FROM_THE_LEDGER:
        first[fact] = ("a word" if fact in WORDS else "a number", "as the ledger writes it")
    for use in uses(subject.policy):
        if use.kind is None:
            continue
        known, where = first.setdefault(use.fact, (use.kind, f"in {use.path.removeprefix('/')}"))
        if known != use.kind:
            what = f"'{use.fact}' is {use.kind} here, but {known} {where}"
            yield subject.value(use.path, what, "name another fact, or ask it for the same kind of thing")
    for index, test in enumerate(subject.policy.tests):
        for fact, value in test.facts.items():
            path, is_ = f"/tests/{index}/facts/{fact}", kind(value)
            if fact in first and is_ != first[fact][0]:
                what = f"'{fact}' is {is_} here, but {first[fact][0]} {first[fact][1]}"
                yield subject.value(path, what, f"write {first[fact][0]}")


def words_of_the_ledger_are_known(subject: Subject) -> Iterable[Finding]:
    for path, condition in conditions(subject.policy):
        known = WORDS.get(condition.fact)
        if known is None:
            continue
        if isinstance(condition.equals, str):
            yield from subject.unknown(f"{path}/equals", f"word for {condition.fact}", condition.equals, known)
        for index, word in enumerate(condition.in_ or ()):
            yield from subject.unknown(f"{path}/in/{index}", f"word for {condition.fact}", word, known)
    for index, test in enumerate(subject.policy.tests):
        for fact, value in test.facts.items():
            if fact in WORDS and isinstance(value, str):
                yield from subject.unknown(f"/tests/{index}/facts/{fact}", f"word for {fact}", value, WORDS[fact])


def facts_of_conditions_are_declared(subject: Subject) -> Iterable[Finding]:
    """A misspelt fact in a condition would be false for ever, and nobody would see."""
    policy = subject.policy
    given = {*FROM_THE_LEDGER, *policy.required_facts, *(use.fact for use in uses(policy) if "/measure/" in use.path)}
    for path, condition in conditions(policy):
        if condition.fact in given:
            continue
        close = nearest(condition.fact, given)
        remedy = f"did you mean '{close}'? Else name it in required_facts" if close else "name it in required_facts"
        what = f"no measure and no declaration knows fact '{condition.fact}'"
        yield subject.value(f"{path}/fact", what, remedy, severity="warning")


def declared_facts_are_read(subject: Subject) -> Iterable[Finding]:
    policy = subject.policy
    read = {use.fact for use in uses(policy)}
    for index, fact in enumerate(policy.required_facts):
        path = f"/required_facts/{index}"
        if fact in policy.required_facts[:index]:
            yield subject.at(path, f"'{fact}' is there twice", "name it once")
        elif fact not in read:
            what = f"nothing reads fact '{fact}' (silent no-effect)"
            yield subject.at(path, what, suggestion(fact, sorted(read)), severity="warning")


def what_is_not_said_is_not_false(subject: Subject) -> Iterable[Finding]:
    """A flag that nobody established is absent, and an absent fact meets no condition."""
    for path, condition in conditions(subject.policy):
        if condition.equals is False:
            what = f"'{condition.fact}' is false only for whom an official said so, and absent for all others"
            remedy = "ask it the other way round with equals: true, or let an official establish it for everybody"
            yield subject.value(f"{path}/equals", what, remedy, severity="warning")


def conditions_can_hold_together(subject: Subject) -> Iterable[Finding]:
    for name, classifier in subject.policy.classify.items():
        if not isinstance(classifier, Bands):
            continue
        for level, band in classifier.bands.items():
            path = f"/classify/{name}/bands/{level}/requires"
            for index, one in enumerate(band.requires):
                for other in band.requires[:index]:
                    if one.fact == other.fact and _exclude(one, other):
                        what = f"'{one.fact}' cannot be both: no one is ever '{level}'"
                        yield subject.at(f"{path}/{index}", what, "keep one of the two")


def _exclude(one: Condition, other: Condition) -> bool:
    a, b = _met_by(one), _met_by(other)
    if a is not None and b is not None:
        return not a & b
    limits = [c.at_least for c in (one, other) if c.at_least is not None]
    numbers = [c.equals for c in (one, other) if isinstance(c.equals, Decimal)]
    return any(number < limit for number in numbers for limit in limits)


def _met_by(condition: Condition) -> frozenset[object] | None:
    """All values that meet it, where they can be listed."""
    if condition.in_ is not None:
        return frozenset(condition.in_)
    if condition.equals is None:
        return None
    return frozenset(
        {(kind(condition.equals), condition.equals)} if not isinstance(condition.equals, str) else {condition.equals}
    )


def each_unit_predicate_has_its_curve(subject: Subject) -> Iterable[Finding]:
    rule = subject.policy.distribution
    if rule is None or rule.mode == "off" or subject.broken_in("/distribution"):
        return
    words = WORDS.get(rule.select_by)
    if words is None:
        return
    for name in rule.curves:
        if name not in words:
            what = f"no unit is ever '{name}'"
            left = [word for word in words if word not in rule.curves]
            yield subject.at(f"/distribution/curves/{name}", what, suggestion(name, left or words))
    missing = [
        word for word in words if word not in rule.curves and nearest(word, rule.curves.keys() - set(words)) is None
    ]
    if missing:
        what = f"no curve for a unit that is {' or '.join(missing)}"
        remedy = f"add {', '.join(missing)}; {{}} lets everything be"
        yield subject.at("/distribution/curves", what, remedy, severity="warning")


CHECKS: tuple[Check, ...] = (
    facts_are_one_thing,
    words_of_the_ledger_are_known,
    facts_of_conditions_are_declared,
    declared_facts_are_read,
    what_is_not_said_is_not_false,
    conditions_can_hold_together,
    each_unit_predicate_has_its_curve,
)
