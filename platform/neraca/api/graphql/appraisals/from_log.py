"""Plan and ratings of an appraisal as they were, from its own events: the tables keep only how they are."""

from collections.abc import Iterable
from decimal import Decimal as Number
from typing import assert_never, cast

from msgspec import Struct, field
from msgspec.structs import replace

from neraca.api.graphql.appraisals import plan_and_reports
from neraca.api.graphql.appraisals.ratings import RatingRow
from neraca.api.graphql.support.enums import Polarity, RatingStatus
from neraca.api.graphql.support.scalars import Decimal, Position
from neraca.domain.appraisal import events as appraisal
from neraca.domain.event_facets import WithoutDossier
from neraca.service.event_reader import RecordedEvent


class LogState(Struct):
    """In the order in which the present is shown. `drafted` waits for approval, `reported` for an answer; of what was
    taken over there are aside the results as they were, and targets that left the plan.
    """

    results: dict[str, plan_and_reports.PlannedResult] = field(
        default_factory=dict[str, plan_and_reports.PlannedResult]
    )
    targets: dict[tuple[str, str], plan_and_reports.Target] = field(
        default_factory=dict[tuple[str, str], plan_and_reports.Target]
    )
    ratings: dict[str, RatingRow] = field(default_factory=dict[str, RatingRow])
    sealed: dict[str, RatingRow] = field(default_factory=dict[str, RatingRow])
    results_aside: dict[str, plan_and_reports.PlannedResult] = field(
        default_factory=dict[str, plan_and_reports.PlannedResult]
    )
    targets_aside: dict[tuple[str, str], plan_and_reports.Target] = field(
        default_factory=dict[tuple[str, str], plan_and_reports.Target]
    )
    drafted: list[appraisal.PlannedResult] = []
    reported: dict[str, appraisal.ProgressReported] = field(default_factory=dict[str, appraisal.ProgressReported])


def fold(events: Iterable[RecordedEvent]) -> LogState:
    """Of the events of one appraisal's stream, from its opening."""
    then = LogState()
    for past in events:
        event = cast(appraisal.AppraisalEvent, past.event)
        match event:
            case appraisal.PlanDrafted() as body:
                then.drafted = body.results
            case appraisal.PlanApproved():
                _adopt(then)
            case appraisal.PlanTaken() as body:
                _take_plan(then, past, body)
            case appraisal.PlanChangeAgreed() as body:
                _change_plan(then, past, body)
            case appraisal.TargetRevised() as body:
                _revise(then, past, body)
            case appraisal.ResultTakenOver() as body:
                _take_over(then, past, body)
            case appraisal.TakeOverRevised() as body:
                _revise_take_over(then, past, body)
            case appraisal.ProgressReported() as body:
                then.reported[body.report] = body
            case appraisal.ReportAccepted() as body:
                _accept(then, body)
            case appraisal.LevelJudged() as body:
                result = then.results[body.result]
                result.level, result.level_note = body.level, body.note
            case appraisal.Rated() as body:
                if body.sealed and not body.hidden:
                    then.sealed[body.rater] = _rating(past, body)
                elif not body.hidden:
                    _put(then, _rating(past, body))
            case appraisal.RatingsClosed() | appraisal.Finalised():
                for rating in then.sealed.values():
                    _put(then, rating)
                then.sealed = {}
            case appraisal.RatingRevised() as body:
                for known in (then.ratings, then.sealed):
                    if (rating := known.get(body.rater)) is not None:
                        scores = {**rating.scores, **_texts(body.scores)}
                        known[body.rater] = replace(
                            rating, scores=scores, reason=body.reason, revisions=rating.revisions + 1
                        )
            case appraisal.RatingWithdrawn() as body:
                then.sealed.pop(body.rater, None)
                if (rating := then.ratings.get(body.rater)) is not None:
                    then.ratings[body.rater] = replace(rating, status=RatingStatus.WITHDRAWN, reason=body.reason)
            case (
                WithoutDossier()
                | appraisal.Opened()
                | appraisal.PlanSubmitted()
                | appraisal.PlanReturned()
                | appraisal.ActivityReported()
                | appraisal.ReportReturned()
                | appraisal.ObjectionFiled()
                | appraisal.ObjectionExplained()
                | appraisal.ObjectionDecided()
                | appraisal.SpecialExpectationAdded()
                | appraisal.FollowUpRecorded()
                | appraisal.Cancelled()
            ):
                pass
            case _:
                assert_never(event)
    return then


def _adopt(then: LogState) -> None:
    """The approved plan takes the place of an earlier one, and keeps nothing of it."""
    then.results, then.targets, then.results_aside, then.targets_aside = {}, {}, {}, {}
    for planned in then.drafted:
        result = then.results[planned.id] = plan_and_reports.PlannedResult(
            result=planned.id,
            title=planned.title,
            priority=planned.priority,
            source=planned.source,
            level=None,
            level_note=None,
            perspective=planned.perspective,
        )
        for target in planned.targets:
            then.targets[planned.id, target.id] = plan_and_reports.Target(
                target=target.id,
                planned_result=result,
                indicator=target.indicator,
                unit=target.unit,
                aspect=target.aspect,
                polarity=Polarity(target.polarity),
                value=_text(target.target),
                weight=_text(target.weight),
                actual=None,
                until=None,
                revisions=[],
                expectations=plan_and_reports.expected(target.expectations),
            )
    then.drafted = []


def _change_plan(then: LogState, past: RecordedEvent, body: appraisal.PlanChangeAgreed) -> None:
    """What was reported and judged of what is still there stays; what was taken over stays aside."""
    aside = then.results_aside, then.targets_aside
    then.drafted, results, targets = body.results, then.results, then.targets
    _adopt(then)
    then.results_aside, then.targets_aside = aside
    _keep_known(then, results, targets, past, body.reason)


def _take_plan(then: LogState, past: RecordedEvent, body: appraisal.PlanTaken) -> None:
    """In the place of what was taken before; what was reported and judged of what is still there stays, and what was
    taken over stays aside.
    """
    results, targets = then.results, then.targets
    over = {one.result for one in body.taken_over} - {one.id for one in body.results}
    results_aside = {name: one for name, one in (then.results_aside | results).items() if name in over}
    targets_aside = {pair: one for pair, one in (then.targets_aside | targets).items() if pair[0] in over}
    then.drafted = body.results
    _adopt(then)
    then.results_aside, then.targets_aside = results_aside, targets_aside
    _keep_known(then, results, targets, past, body.reason or "")


def _keep_known(
    then: LogState,
    results: dict[str, plan_and_reports.PlannedResult],
    targets: dict[tuple[str, str], plan_and_reports.Target],
    past: RecordedEvent,
    reason: str,
) -> None:
    """What was reported and judged of a plan before this one, with what was revised of it by this one."""
    for name, result in then.results.items():
        if (judged := results.get(name)) is not None:
            result.level, result.level_note = judged.level, judged.level_note
    for pair, target in then.targets.items():
        if (before := targets.get(pair)) is None:
            continue
        target.actual, target.until, target.revisions = before.actual, before.until, before.revisions
        if (target.value, target.weight) != (before.value, before.weight):
            target.revisions.append(
                plan_and_reports.Revision(
                    position=Position(past.position),
                    recorded_at=past.recorded_at,
                    reason=reason,
                    value=None if target.value == before.value else target.value,
                    weight=None if target.weight == before.weight else target.weight,
                )
            )


def _revise(then: LogState, past: RecordedEvent, body: appraisal.TargetRevised) -> None:
    target, value, weight = then.targets[body.result, body.target], _text(body.value), _text(body.weight)
    target.revisions.append(
        plan_and_reports.Revision(
            position=Position(past.position),
            recorded_at=past.recorded_at,
            reason=body.reason,
            value=value,
            weight=weight,
        )
    )
    target.value = target.value if value is None else value
    target.weight = target.weight if weight is None else weight


def _take_over(then: LogState, past: RecordedEvent, body: appraisal.ResultTakenOver) -> None:
    """The result leaves the plan, but for the targets of which something counts."""
    name = body.taken.result
    then.results_aside[name] = then.results[name]
    for result, target_id in [pair for pair in then.targets if pair[0] == name]:
        if target_id not in body.counts:
            then.targets_aside[result, target_id] = then.targets.pop((result, target_id))
        elif (amount := _text(body.counts[target_id])) is not None:
            target = then.targets[result, target_id]
            target.value = amount
            target.revisions.append(
                plan_and_reports.Revision(
                    position=Position(past.position),
                    recorded_at=past.recorded_at,
                    reason=body.taken.note,
                    value=amount,
                    weight=None,
                )
            )
    if not body.counts:
        del then.results[name]


def _revise_take_over(then: LogState, past: RecordedEvent, body: appraisal.TakeOverRevised) -> None:
    """What is there of the result from now on is in its place, with what was reported and judged of it."""
    name = body.taken.result
    result = then.results.pop(name, then.results_aside[name])
    if body.planned is not None:
        left = list(then.results.items())
        left.insert(body.at, (name, result))
        then.results = dict(left)
    known = {pair: target for pair, target in (then.targets_aside | then.targets).items() if pair[0] == name}
    own: dict[tuple[str, str], plan_and_reports.Target] = {}
    for planned in body.planned.targets if body.planned is not None else []:
        target, value = known.pop((name, planned.id)), _text(planned.target)
        if target.value != value:
            revision = plan_and_reports.Revision(
                position=Position(past.position),
                recorded_at=past.recorded_at,
                reason=body.taken.note,
                value=value,
                weight=None,
            )
            target.value, target.revisions = value, [*target.revisions, revision]
        own[name, planned.id] = target
    then.targets_aside = {pair: one for pair, one in then.targets_aside.items() if pair[0] != name} | known
    there = then.targets | own
    then.targets = {pair: there[pair] for each in then.results for pair in there if pair[0] == each}


def _accept(then: LogState, body: appraisal.ReportAccepted) -> None:
    report = then.reported.pop(body.report, None)
    if report is None:
        return
    # As the fold of the facts has it: the plan of the year may have lost the target since; actuals are cumulative, and
    # what is said of the latest day holds.
    named = (report.result, report.target)
    target = then.targets.get(named) or then.targets_aside.get(named)
    if target is not None and (target.until is None or report.until >= target.until):
        target.actual, target.until = _text(report.actual), report.until


def _put(then: LogState, rating: RatingRow) -> None:
    # Taken out first, so that who rates again comes last, as the table has them by position.
    then.ratings.pop(rating.rater, None)
    then.ratings[rating.rater] = rating


def _rating(past: RecordedEvent, body: appraisal.Rated) -> RatingRow:
    return RatingRow(
        rater=body.rater,
        relation=body.relation,
        scores=_texts(body.scores),
        note=body.note,
        status=RatingStatus.GIVEN,
        reason=None,
        revisions=0,
        recorded_at=past.recorded_at,
    )


def _text(number: Number | None) -> Decimal | None:
    return None if number is None else Decimal(f"{number:f}")


def _texts(scores: dict[str, Number]) -> dict[str, str]:
    return {name: str(value) for name, value in scores.items()}
