"""From the events of a plan to what is there of it, and what was reported and judged of that."""

from collections.abc import Collection

from msgspec import UNSET
from msgspec.structs import replace

from neraca.domain.appraisal import events as appraisal
from neraca.domain.case import Item, micro
from neraca.domain.facts.kept import KeptResult, are_alike, facts_fed_by, kept_result
from neraca.domain.facts.ledger_facts import COMPETENCIES
from neraca.domain.facts.state import Changed, FactsState
from neraca.domain.facts.targets import feed, require_target, show_items, show_target


def adopt(facts: FactsState, position: int) -> Changed:
    facts.results = [kept_result(result, [position, facts.drafted_at]) for result in facts.drafted]
    facts.drafted, facts.gone = [], UNSET
    changed = {path for r in facts.results for t in r.targets for path in feed(facts, t)}
    for source in {result.source for result in facts.results}:
        changed.add(show_items(facts, source))
    return changed


def take(facts: FactsState, event: appraisal.PlanTaken, position: int) -> Changed:
    """What was reported and judged of a target or result that is still there stays, and of one that the leader took
    over it stays aside.
    """
    before = {(result.id, target.id): target for result in facts.results for target in result.targets}
    judged = {result.id: (result.level, result.judged_at) for result in facts.results}
    lists, fed = {result.source for result in facts.results}, facts_fed_by(facts.results)
    over = {one.result for one in event.taken_over} - {result.id for result in event.results}
    facts.gone = [one for one in (*(facts.gone or ()), *facts.results) if one.id in over] or UNSET
    facts.results = [kept_result(result, [position]) for result in event.results]
    for result in facts.results:
        result.level, result.judged_at = judged.get(result.id, (None, 0))
        for target in result.targets:
            if (known := before.get((result.id, target.id))) is not None:
                target.actual, target.until, target.reported = known.actual, known.until, known.reported
    return _show_plan(facts, lists, fed)


def change(facts: FactsState, event: appraisal.PlanChangeAgreed, position: int) -> Changed:
    """What was reported and judged of a target or result that is still there stays; what is as it was rests on what
    it rested on.
    """
    before = {(result.id, target.id): target for result in facts.results for target in result.targets}
    judged = {result.id: (result.level, result.judged_at) for result in facts.results}
    lists, fed = {result.source for result in facts.results}, facts_fed_by(facts.results)
    facts.results = [kept_result(result, [position]) for result in event.results]
    for result in facts.results:
        result.level, result.judged_at = judged.get(result.id, (None, 0))
        for target in result.targets:
            if (known := before.get((result.id, target.id))) is not None:
                target.planned = known.planned if are_alike(target, known) else [*known.planned, position]
                target.actual, target.until, target.reported = known.actual, known.until, known.reported
    return _show_plan(facts, lists, fed)


def take_over(facts: FactsState, event: appraisal.ResultTakenOver, position: int) -> Changed:
    """Of the result that left the plan stays what counts; what was reported and judged of that stays too."""
    lists, fed = {result.source for result in facts.results}, facts_fed_by(facts.results)
    results: list[KeptResult] = []
    for result in facts.results:
        if result.id == event.taken.result:
            _set_aside(facts, result, event.counts.keys())
            result.targets = [target for target in result.targets if target.id in event.counts]
            for target in result.targets:
                if (amount := event.counts[target.id]) is not None:
                    target.target = micro(amount)
                target.planned.append(position)
        if result.targets:
            results.append(result)
    facts.results = results
    return _show_plan(facts, lists, fed)


def _set_aside(facts: FactsState, result: KeptResult, kept: Collection[str]) -> None:
    """Of a result that leaves the plan, what stays of it aside, for the case that it comes back."""
    gone = [target for target in result.targets if target.id not in kept]
    if gone:
        facts.gone = [*(facts.gone or ()), replace(result, targets=gone)]


def revise_take_over(facts: FactsState, event: appraisal.TakeOverRevised, position: int) -> Changed:
    """Of what is there of the result from now on, what was reported and judged counts again."""
    lists, fed = {result.source for result in facts.results}, facts_fed_by(facts.results)
    # What is in the plan comes last: how it was judged there since holds.
    known = [one for one in (*(facts.gone or ()), *facts.results) if one.id == event.taken.result]
    targets = {target.id: target for one in known for target in one.targets}
    facts.gone = [one for one in facts.gone or () if one.id != event.taken.result] or UNSET
    facts.results = [one for one in facts.results if one.id != event.taken.result]
    now = event.planned
    for whole in known[-1:]:
        kept = [] if now is None else [target.id for target in now.targets]
        _set_aside(facts, replace(whole, targets=list(targets.values())), kept)
    if now is not None:
        result = kept_result(now, [position])
        for whole in known[-1:]:
            result.level, result.judged_at = whole.level, whole.judged_at
        for target in result.targets:
            if (before := targets.get(target.id)) is not None:
                target.planned = [*before.planned, position]
                target.actual, target.until, target.reported = before.actual, before.until, before.reported
        facts.results.insert(event.at, result)
    return _show_plan(facts, lists, fed)


def _show_plan(facts: FactsState, lists: set[str], fed: set[str]) -> Changed:
    """Of a plan in the place of one with these lists, which fed these facts."""
    gone = [
        name
        for name in fed - facts_fed_by(facts.results)
        if not facts.forgotten(name) and facts.case.facts.pop(name, None) is not None
    ]
    for name in gone:
        facts.sources.pop(f"facts/{name}", None)
    changed = {path for r in facts.results for t in r.targets for path in feed(facts, t)}
    shown = {show_items(facts, source) for source in lists | {result.source for result in facts.results}}
    return changed | shown | {f"facts/{name}" for name in gone}


def revise_target(facts: FactsState, event: appraisal.TargetRevised, position: int) -> Changed:
    result, target = require_target(facts, event.result, event.target)
    if event.value is not None:
        target.target = micro(event.value)
    if event.weight is not None:
        target.weight = micro(event.weight)
    target.planned.append(position)
    return show_target(facts, result, target)


def judge(facts: FactsState, event: appraisal.LevelJudged, position: int) -> Changed:
    result = next(result for result in facts.results if result.id == event.result)
    result.level, result.judged_at = event.level, position
    return (show_items(facts, result.source),)


def assess(facts: FactsState, event: appraisal.CompetenciesAssessed, position: int) -> Changed:
    at = [position] if event.standard is None else [event.standard.position, position]
    reached = [(Item(micro(c.required), micro(c.reached)), list(at)) for c in event.competencies]
    return (facts.put_items(COMPETENCIES, reached),)
