"""What a programme is measured by: its indicators, the targets of their periods, and which facts of a policy they are.

A fact is told once: by programmes or by an official, and by all programmes alike as a rate or as a quantity.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from neraca.domain import validation
from neraca.domain.appraisal.events import Feeds
from neraca.domain.contexts import Context, having
from neraca.domain.errors import AlreadyDone, Invalid, NotOpen
from neraca.domain.facts import FROM_THE_LEDGER
from neraca.domain.period import Period, parse
from neraca.domain.programme.commands import (
    DefineIndicator,
    NamedBaseline,
    ReviseProgrammeBaseline,
    ReviseProgrammeTarget,
)
from neraca.domain.programme.contexts import FeedingContext
from neraca.domain.programme.events import (
    Baseline,
    BaselineRevised,
    Counting,
    IndicatorDefined,
    ProgrammeStarted,
    ProgrammeTargetRevised,
)
from neraca.domain.programme.membership import started_of
from neraca.domain.programme.state import Indicator, Programme
from neraca.domain.record_uses import evaluates

MOST_INDICATORS = 50
MOST_PERIODS = 120
"""Of one indicator: ten years by the month."""


def definable(command: DefineIndicator, state: Programme, context: Context) -> None:
    """Raises all that can be refused before anything is looked up."""
    started = started_of(command.programme, state)
    if command.indicator in state.indicators:
        raise AlreadyDone(
            f"/indicator: '{command.indicator}' is defined; revise its targets, or use another id", field="/indicator"
        )
    if len(state.indicators) >= MOST_INDICATORS:
        raise Invalid(
            f"/indicator: '{command.programme}' has {MOST_INDICATORS} indicators, the most there may be; use one of "
            "those that are there",
            field="/indicator",
        )
    validation.written(command.title, "/title", "the title")
    validation.written(command.measure, "/measure", "the unit of measure")
    if not command.targets:
        raise Invalid("/targets: an indicator is measured in some period; name at least one", field="/targets")
    if len(command.targets) > MOST_PERIODS:
        raise Invalid(f"/targets: at most {MOST_PERIODS} periods are taken; leave out the last", field="/targets")
    for label, target in command.targets.items():
        at = validation.pointer("targets", label)
        _period(label, at, started, state)
        _target(target, at, command.feeds)
    _baseline(command.baseline, started)
    if command.feeds is not None and command.feeds.actual == command.feeds.target:
        raise Invalid("/feeds/target: it is the fact of the actual; name another", field="/feeds/target")


def define(command: DefineIndicator, state: Programme, context: Context) -> IndicatorDefined:
    definable(command, state, context)
    if command.feeds is not None:
        _feeds(
            command.feeds,
            command.counting,
            command.targets,
            _others(command.indicator, state),
            having(FeedingContext, context),
        )
    named = command.baseline
    return IndicatorDefined(
        programme=command.programme,
        indicator=command.indicator,
        title=command.title,
        measure=command.measure,
        counting=command.counting,
        targets=command.targets,
        polarity=command.polarity,
        baseline=None if named is None else Baseline(named.value, named.day, named.source),
        feeds=command.feeds,
    )


def revise_baseline(command: ReviseProgrammeBaseline, state: Programme) -> BaselineRevised:
    """Also of a programme that has ended, as it is in no number that counts for members."""
    started = started_of(command.programme, state)
    validation.known(command.indicator, state.indicators.keys(), "/indicator", "the programme has no indicator {}")
    validation.written(command.reason, "/reason", "the reason")
    named = command.baseline
    _baseline(named, started)
    baseline = None if named is None else Baseline(named.value, named.day, named.source)
    if baseline == state.indicators[command.indicator].baseline:
        raise AlreadyDone("/baseline: it is that already; nothing would change", field="/baseline")
    return BaselineRevised(
        programme=command.programme, indicator=command.indicator, reason=command.reason, baseline=baseline
    )


def revisable(command: ReviseProgrammeTarget, state: Programme, context: Context) -> None:
    """Raises all that can be refused before anything is looked up."""
    started = started_of(command.programme, state)
    lacks = "the programme has no indicator {}"
    validation.known(command.indicator, state.indicators.keys(), "/indicator", lacks)
    validation.written(command.reason, "/reason", "the reason")
    _period(command.period, "/period", started, state)
    indicator = state.indicators[command.indicator]
    before = indicator.targets.get(command.period)
    if command.target == before:
        said = "not measured" if before is None else f"{before}"
        raise AlreadyDone(f"/target: it is {said} in {command.period} already", field="/target")
    if command.target is not None:
        _target(command.target, "/target", indicator.defined.feeds)
        if before is None and len(indicator.targets) >= MOST_PERIODS:
            raise Invalid(f"/period: '{command.indicator}' has {MOST_PERIODS} periods already", field="/period")


def revise(command: ReviseProgrammeTarget, state: Programme, context: Context) -> ProgrammeTargetRevised:
    revisable(command, state, context)
    indicator = state.indicators[command.indicator]
    if command.target is not None and command.period not in indicator.targets and indicator.defined.feeds is not None:
        targets = {command.period: command.target}
        _feeds(
            indicator.defined.feeds,
            indicator.counting,
            targets,
            _others(command.indicator, state),
            having(FeedingContext, context),
        )
    return ProgrammeTargetRevised(
        programme=command.programme,
        indicator=command.indicator,
        period=command.period,
        reason=command.reason,
        target=command.target,
    )


def _period(label: str, at: str, started: ProgrammeStarted, state: Programme) -> Period:
    period = validation.period(label)
    last = state.planned_end if state.ended is None else state.ended
    if period.ends < started.begins or period.starts > last:
        raise Invalid(
            f"{at}: {label} has no day of the programme, which runs from {started.begins} to {last}; name one that has",
            field=at,
        )
    return period


def _target(target: Decimal, at: str, feeds: Feeds | None) -> None:
    if validation.exact(target, at) < 0:
        raise Invalid(f"{at}: {target} is below 0; send what is to be reached", field=at)
    if target == 0 and feeds is not None and feeds.target is not None:
        raise Invalid(
            f"{at}: the target must be above 0, as '{feeds.target}' is divided by; leave the period out where nothing "
            "is planned",
            field=at,
        )


def _baseline(named: NamedBaseline | None, started: ProgrammeStarted) -> None:
    if named is None:
        return
    validation.exact(named.value, "/baseline/value")
    validation.written(named.source, "/baseline/source", "the source")
    if named.day >= started.begins:
        raise Invalid(
            f"/baseline/day: {named.day} is not before the programme began on {started.begins}; name a day before",
            field="/baseline/day",
        )


def _others(indicator: str, state: Programme) -> dict[str, Indicator]:
    return {name: one for name, one in state.indicators.items() if name != indicator}


def _feeds(
    feeds: Feeds,
    counting: Counting,
    targets: Mapping[str, Decimal],
    others: Mapping[str, Indicator],
    context: FeedingContext,
) -> None:
    for fact, at in ((feeds.actual, "/feeds/actual"), (feeds.target, "/feeds/target")):
        if fact is None:
            continue
        if fact in FROM_THE_LEDGER:
            raise Invalid(f"{at}: '{fact}' is counted from the log; name another fact", field=at)
        _read(fact, at, targets, context)
        _alike(fact, at, counting, others, context)
    for typed in context.typed:
        raise NotOpen(
            f"/feeds: '{typed.fact}' of {typed.employee} in {typed.period} was typed by an official, and the programme "
            "would tell it too; leave that period out, or record that they left before it",
            field="/feeds",
        )


def _read(fact: str, at: str, targets: Iterable[str], context: FeedingContext) -> None:
    """Some policy that judges each period reads it as a number."""
    for label in targets:
        rulebooks = context.applied.get(label, ())
        if rulebooks and not any(evaluates(rulebook, parse(label)) for rulebook in rulebooks):
            raise Invalid(
                f"{at}: nobody is appraised for {label}, so that '{fact}' would count nowhere; name a period of "
                "appraisals, or leave `feeds` out",
                field=at,
            )
        there = {name for rulebook in rulebooks for name in rulebook.facts} - FROM_THE_LEDGER
        validation.known(fact, there, at, f"no policy in force in {label} reads the fact {{}}")
        for rulebook in rulebooks:
            rule = rulebook.kinds.get(fact)
            if rule is not None and rule.kind != "number":
                raise Invalid(
                    f"{at}: policy {rulebook.policy.id} reads '{fact}' as a {rule.kind}, and an indicator is a number; "
                    "name another fact",
                    field=at,
                )


def _alike(fact: str, at: str, counting: Counting, others: Mapping[str, Indicator], context: FeedingContext) -> None:
    """Within a programme one indicator tells a fact, and all programmes count it alike."""
    for name, indicator in others.items():
        if fact in indicator.facts:
            raise Invalid(f"{at}: '{name}' of this programme tells '{fact}' already; name another fact", field=at)
    other = context.fed.get(fact)
    if other is not None and other.counting is not counting:
        raise Invalid(
            f"{at}: '{fact}' is told by programme '{other.programme}' as {other.counting}; two programmes count a fact "
            f"alike, so that this must be {other.counting} too",
            field=at,
        )


__all__ = ["MOST_INDICATORS", "MOST_PERIODS", "definable", "define", "revisable", "revise", "revise_baseline"]
