"""From an appraisal's own events to what its readers see of plan, reports, ratings, objections and follow-ups."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, TypeAlias, TypeVar, assert_never, cast, get_args

from neraca.domain import report_arrivals
from neraca.domain.appraisal import events as appraisal
from neraca.domain.appraisal.state import with_taken_over
from neraca.domain.event_facets import WithoutDossier
from neraca.projecting.projection import Entry, Key, Row, Table, Workspace, tags
from projections.dossier.rows import (
    ASIDE,
    DOSSIER,
    FOLLOW_UP,
    OBJECTION,
    PLAN_ORIGIN,
    RATING,
    REPORT,
    REPORTED_DAYS,
    RESULT,
    SEALED_RATINGS,
    SPECIAL_EXPECTATION,
    TARGET,
    TIMED_REPORT,
    Aside,
    Dossier,
    Explained,
    FollowUp,
    Objection,
    PlanOrigin,
    Rating,
    Report,
    ReportedDays,
    Result,
    Revision,
    SealedRatings,
    SpecialExpectation,
    Target,
    TimedReport,
)

OfResult = TypeVar("OfResult", Result, Target)

Change: TypeAlias = Callable[[report_arrivals.Shape, bytes, Iterable[int], date, int], tuple[bytes, list[int]]]
TAGS = tags(*(kind for kind in get_args(appraisal.AppraisalEvent) if not issubclass(kind, WithoutDossier)))


def apply(work: Workspace, entry: Entry) -> None:
    body = cast(appraisal.AppraisalEvent, entry.body)
    match body:
        case appraisal.ProgressReported() | appraisal.ActivityReported():
            report = _reported(entry, body)
            work.put(REPORT, report)
            _change_day(work, entry, report, report_arrivals.added)
            if isinstance(body, appraisal.ActivityReported) and body.minutes is not None:
                timed = TimedReport(entry.agency, entry.stream, body.report, entry.position, body.minutes)
                work.put(TIMED_REPORT, timed)
        case appraisal.ReportAccepted():
            _settle(work, entry, _there(work, entry, REPORT, body.report), "accepted", body.feedback)
        case appraisal.ReportReturned():
            report = _there(work, entry, REPORT, body.report)
            _settle(work, entry, report, "returned", body.feedback)
            _change_day(work, entry, report, report_arrivals.removed)
        case appraisal.Rated():
            # Of a hidden rating nothing is kept here, not even that there is one.
            if body.sealed and not body.hidden:
                _seal(work, entry, body)
            elif not body.hidden:
                work.put(RATING, _rated(entry, body))
        case appraisal.RatingsClosed() | appraisal.Finalised():
            _unseal(work, entry)
        case appraisal.RatingRevised():
            _revise_rating(work, entry, body)
        case appraisal.RatingWithdrawn():
            _withdraw_rating(work, entry, body)
        case appraisal.LevelJudged():
            result = _there(work, entry, RESULT, body.result)
            result.level, result.level_note, result.level_position = body.level, body.note, entry.position
            work.put(RESULT, result)
        case appraisal.TargetRevised():
            _revise_target(work, entry, body)
        case appraisal.PlanChangeAgreed():
            _change_plan(work, entry, body)
        case appraisal.ResultTakenOver():
            _take_over(work, entry, body)
        case appraisal.TakeOverRevised():
            _revise_take_over(work, entry, body)
        case appraisal.Opened():
            work.put(DOSSIER, _empty(entry, body.employee, body.period))
            work.put(REPORTED_DAYS, ReportedDays(entry.agency, entry.stream, body.starts, body.ends))
        case appraisal.Cancelled():
            _cancel(work, entry)
        case appraisal.PlanDrafted() | appraisal.PlanSubmitted() | appraisal.PlanReturned() | appraisal.PlanApproved():
            _plan(work, entry, body)
        case appraisal.PlanTaken():
            _take_plan(work, entry, body)
        case appraisal.ObjectionFiled() | appraisal.ObjectionExplained() | appraisal.ObjectionDecided():
            _object(work, entry, body)
        case appraisal.SpecialExpectationAdded():
            expected = SpecialExpectation(
                entry.agency, entry.stream, entry.position, body.indicator, body.expectation, entry.recorded_at
            )
            work.put(SPECIAL_EXPECTATION, expected)
        case appraisal.FollowUpRecorded():
            row = FollowUp(
                entry.agency, entry.stream, entry.position, body.kind, body.note, body.due, entry.recorded_at
            )
            work.put(FOLLOW_UP, row)
        case WithoutDossier():
            pass
        case _:
            assert_never(body)


def keys(entry: Entry) -> Iterable[tuple[Table[Any], tuple[Key, ...]]]:
    """What a batch loads at once."""
    match entry.body:
        case appraisal.Opened():
            yield DOSSIER, (entry.stream,)
        case appraisal.ProgressReported() | appraisal.ActivityReported() as body:
            yield REPORT, (entry.stream, body.report)
            yield TIMED_REPORT, (entry.stream, body.report)
            yield REPORTED_DAYS, (entry.stream,)
        case appraisal.Rated() as body:
            yield RATING, (entry.stream, body.rater)
        case appraisal.ReportAccepted() as body:
            yield REPORT, (entry.stream, body.report)
        case appraisal.ReportReturned() as body:
            yield REPORT, (entry.stream, body.report)
            yield REPORTED_DAYS, (entry.stream,)
        case appraisal.RatingRevised() | appraisal.RatingWithdrawn() as body:
            yield RATING, (entry.stream, body.rater)
            yield DOSSIER, (entry.stream,)
            yield SEALED_RATINGS, (entry.stream,)
        case appraisal.RatingsClosed() | appraisal.Finalised():
            yield SEALED_RATINGS, (entry.stream,)
        case appraisal.TargetRevised() as body:
            yield TARGET, (entry.stream, body.result, body.target)
        case appraisal.LevelJudged() as body:
            yield RESULT, (entry.stream, body.result)
        case (
            appraisal.PlanDrafted()
            | appraisal.PlanSubmitted()
            | appraisal.PlanReturned()
            | appraisal.PlanApproved()
            | appraisal.PlanTaken()
            | appraisal.PlanChangeAgreed()
            | appraisal.ResultTakenOver()
            | appraisal.TakeOverRevised()
            | appraisal.ObjectionFiled()
            | appraisal.ObjectionExplained()
            | appraisal.ObjectionDecided()
            | appraisal.Cancelled()
        ):
            yield DOSSIER, (entry.stream,)
            if isinstance(entry.body, appraisal.Cancelled):
                yield SEALED_RATINGS, (entry.stream,)
                yield REPORTED_DAYS, (entry.stream,)
        case _:
            pass


def _there(work: Workspace, entry: Entry, table: Table[Row], *key: Key) -> Row:
    row = work.get(table, entry.stream, *key)
    if row is None:
        named = "".join(f" {part}" for part in key)
        raise LookupError(f"{entry.agency}:{entry.position} {entry.tag}: no {table.name}{named} in {entry.stream}")
    return row


def _empty(entry: Entry, employee: str, period: str) -> Dossier:
    return Dossier(entry.agency, entry.stream, employee, period, "none", None, [], {}, 0, entry.position)


def _cancel(work: Workspace, entry: Entry) -> None:
    dossier = _there(work, entry, DOSSIER)
    _drop_plan(work, entry, dossier)
    if work.get(SEALED_RATINGS, entry.stream) is not None:
        work.drop(SEALED_RATINGS, entry.stream)
    work.drop(REPORTED_DAYS, entry.stream)
    work.put(DOSSIER, _empty(entry, dossier.employee, dossier.period))


def _drop_plan(work: Workspace, entry: Entry, dossier: Dossier) -> None:
    work.prefetch(RESULT, [(entry.stream, result) for result in dossier.planned])
    pairs = [(result, target) for result, targets in dossier.planned.items() for target in targets]
    work.prefetch(TARGET, [(entry.stream, *pair) for pair in pairs])
    for result, targets in dossier.planned.items():
        work.drop(RESULT, entry.stream, result)
        for target in targets:
            work.drop(TARGET, entry.stream, result, target)
    work.drop(ASIDE, entry.stream)


def _reported(entry: Entry, body: appraisal.ProgressReported | appraisal.ActivityReported) -> Report:
    progress = isinstance(body, appraisal.ProgressReported)
    return Report(
        agency=entry.agency,
        stream=entry.stream,
        report=body.report,
        position=entry.position,
        reported_at=entry.recorded_at,
        happened=entry.at,
        kind="progress" if progress else "activity",
        day=body.until if progress else body.day,
        result=body.result,
        target=body.target if progress else None,
        actual=body.actual if progress else None,
        activity=None if progress else body.activity,
        working_day=None if progress else body.working_day,
        note=body.note if progress else None,
        evidence=body.evidence,
    )


def _change_day(work: Workspace, entry: Entry, report: Report, change: Change) -> None:
    days, day = _there(work, entry, REPORTED_DAYS), report.day.isoformat()
    entries = report.kind == "activity"
    shape = report_arrivals.LINE if entries else report_arrivals.PAIRS
    firsts, later = (days.entries, days.later_entries) if entries else (days.progress, days.later_progress)
    number = report_arrivals.quarter(report.day, report.happened)
    firsts, of_day = change(shape, firsts, later.get(day, ()), report.day, number)
    later = {each: kept for each, kept in later.items() if each != day} | ({day: of_day} if of_day else {})
    if entries:
        days.entries, days.later_entries = firsts, later
    else:
        days.progress, days.later_progress = firsts, later
    work.put(REPORTED_DAYS, days)


def _settle(work: Workspace, entry: Entry, report: Report, status: Any, feedback: str | None) -> None:
    report.status, report.feedback = status, feedback
    report.settled_position, report.settled_at, report.answered = entry.position, entry.recorded_at, entry.at
    work.put(REPORT, report)
    if status != "accepted" or report.result is None or report.target is None:
        return
    # As the fold of the facts has it: the plan of the year may have lost the target since; actuals are cumulative, and
    # what is said of the latest day holds.
    target = work.get(TARGET, entry.stream, report.result, report.target)
    if target is not None:
        if _tells(target, report):
            work.put(TARGET, target)
        return
    aside = work.get(ASIDE, entry.stream)
    for one in aside.targets if aside is not None else []:
        if aside is not None and (one.result, one.target) == (report.result, report.target) and _tells(one, report):
            work.put(ASIDE, aside)


def _tells(target: Target, report: Report) -> bool:
    if target.until is not None and report.day < target.until:
        return False
    target.actual, target.until = report.actual, report.day
    return True


def _rated(entry: Entry, body: appraisal.Rated) -> Rating:
    return Rating(
        agency=entry.agency,
        stream=entry.stream,
        rater=body.rater,
        relation=body.relation,
        scores=dict(body.scores),
        note=body.note,
        status="given",
        reason=None,
        revisions=0,
        position=entry.position,
        recorded_at=entry.recorded_at,
    )


def _seal(work: Workspace, entry: Entry, body: appraisal.Rated) -> None:
    of = work.get(SEALED_RATINGS, entry.stream) or SealedRatings(entry.agency, entry.stream, {})
    of.ratings[body.rater] = _rated(entry, body)
    work.put(SEALED_RATINGS, of)


def _unseal(work: Workspace, entry: Entry) -> None:
    of = work.get(SEALED_RATINGS, entry.stream)
    if of is None:
        return
    for rating in of.ratings.values():
        work.put(RATING, rating)
    work.drop(SEALED_RATINGS, entry.stream)


def _revised(rating: Rating, body: appraisal.RatingRevised) -> None:
    rating.scores = {**rating.scores, **body.scores}
    rating.reason = body.reason
    rating.revisions += 1


def _revise_rating(work: Workspace, entry: Entry, body: appraisal.RatingRevised) -> None:
    sealed = work.get(SEALED_RATINGS, entry.stream)
    if sealed is not None and body.rater in sealed.ratings:
        _revised(sealed.ratings[body.rater], body)
        work.put(SEALED_RATINGS, sealed)
        return
    rating = _given(work, entry, body.rater)
    if rating is None:
        return
    _revised(rating, body)
    work.put(RATING, rating)


def _given(work: Workspace, entry: Entry, rater: str) -> Rating | None:
    """Of hidden ratings there is nothing here; a rating of an opening that was cancelled is not the rater's present."""
    rating = work.get(RATING, entry.stream, rater)
    opened = _there(work, entry, DOSSIER).opened
    return rating if rating is not None and rating.status == "given" and rating.position > opened else None


def _withdraw_rating(work: Workspace, entry: Entry, body: appraisal.RatingWithdrawn) -> None:
    sealed = work.get(SEALED_RATINGS, entry.stream)
    if sealed is not None and sealed.ratings.pop(body.rater, None) is not None:
        work.put(SEALED_RATINGS, sealed)
        return
    rating = _given(work, entry, body.rater)
    if rating is None:
        return
    rating.status, rating.reason = "withdrawn", body.reason
    work.put(RATING, rating)


def _revise_target(work: Workspace, entry: Entry, body: appraisal.TargetRevised) -> None:
    target = _there(work, entry, TARGET, body.result, body.target)
    target.revisions = [
        *target.revisions,
        Revision(entry.position, entry.recorded_at, body.reason, body.value, body.weight),
    ]
    target.value = target.value if body.value is None else body.value
    target.weight = target.weight if body.weight is None else body.weight
    work.put(TARGET, target)


def _plan(
    work: Workspace,
    entry: Entry,
    body: appraisal.PlanDrafted | appraisal.PlanSubmitted | appraisal.PlanReturned | appraisal.PlanApproved,
) -> None:
    dossier = _there(work, entry, DOSSIER)
    match body:
        case appraisal.PlanDrafted():
            dossier.plan, dossier.drafted = "drafted", body.results
        case appraisal.PlanSubmitted():
            dossier.plan = "submitted"
        case appraisal.PlanReturned():
            dossier.plan, dossier.feedback = "returned", body.feedback
        case appraisal.PlanApproved():
            dossier.plan, dossier.feedback = "approved", None
            if body.due is not None:
                work.put(PLAN_ORIGIN, PlanOrigin(entry.agency, entry.stream, entry.position, None, None, body.due))
            _adopt(work, entry, dossier)
        case _:
            assert_never(body)
    work.put(DOSSIER, dossier)


def _adopt(work: Workspace, entry: Entry, dossier: Dossier) -> None:
    """The approved plan takes the place of an earlier one, and keeps nothing of it."""
    work.prefetch(RESULT, [(entry.stream, planned.id) for planned in dossier.drafted])
    pairs = [(planned.id, target.id) for planned in dossier.drafted for target in planned.targets]
    work.prefetch(TARGET, [(entry.stream, *pair) for pair in pairs])
    _drop_plan(work, entry, dossier)
    nth = 0
    for at, planned in enumerate(dossier.drafted):
        result = Result(entry.agency, entry.stream, planned.id, at, planned.title, planned.priority, planned.source)
        result.perspective = planned.perspective
        work.put(RESULT, result)
        for target in planned.targets:
            work.put(TARGET, _target(entry, planned.id, nth, target))
            nth += 1
    dossier.planned = {planned.id: [target.id for target in planned.targets] for planned in dossier.drafted}
    dossier.drafted = []


def _take_plan(work: Workspace, entry: Entry, body: appraisal.PlanTaken) -> None:
    """In the place of what was taken before; what was reported and judged of what is still there stays, and what was
    taken over stays aside.
    """
    dossier = _there(work, entry, DOSSIER)
    planned = [(result, target) for result, targets in dossier.planned.items() for target in targets]
    results = {name: result for name in dossier.planned if (result := work.get(RESULT, entry.stream, name))}
    targets = {pair: target for pair in planned if (target := work.get(TARGET, entry.stream, *pair))}
    aside = work.get(ASIDE, entry.stream) or Aside(entry.agency, entry.stream, [], [])
    dossier.plan, dossier.feedback, dossier.drafted = "approved", None, body.results
    _adopt(work, entry, dossier)
    there = Aside(entry.agency, entry.stream, list(results.values()), list(targets.values()))
    work.put(DOSSIER, dossier)
    _keep_taken_over(work, entry, body, aside, there)
    _keep_known(work, entry, results, targets, body.reason or "")
    origin = PlanOrigin(entry.agency, entry.stream, entry.position, body.plan, body.version, body.due)
    work.put(PLAN_ORIGIN, origin)


def _keep_known(
    work: Workspace, entry: Entry, results: dict[str, Result], targets: dict[tuple[str, str], Target], reason: str
) -> None:
    """What was reported and judged of a plan before this one, with what was revised of it by this one."""
    for name, before in results.items():
        if (after := work.get(RESULT, entry.stream, name)) is not None:
            after.level, after.level_note, after.level_position = before.level, before.level_note, before.level_position
            work.put(RESULT, after)
    for pair, before in targets.items():
        if (after := work.get(TARGET, entry.stream, *pair)) is not None:
            after.actual, after.until, after.revisions = before.actual, before.until, before.revisions
            if (after.value, after.weight) != (before.value, before.weight):
                value = None if after.value == before.value else after.value
                weight = None if after.weight == before.weight else after.weight
                revision = Revision(entry.position, entry.recorded_at, reason, value, weight)
                after.revisions = [*before.revisions, revision]
            work.put(TARGET, after)


def _change_plan(work: Workspace, entry: Entry, body: appraisal.PlanChangeAgreed) -> None:
    """In the place of the plan before; what was reported and judged of what is still there stays, and what was taken
    over stays aside, each in its place.
    """
    dossier = _there(work, entry, DOSSIER)
    results = {name: _there(work, entry, RESULT, name) for name in dossier.planned}
    pairs = [(name, target) for name, own in dossier.planned.items() for target in own]
    targets = {pair: _there(work, entry, TARGET, *pair) for pair in pairs}
    dossier.drafted, aside = body.results, work.get(ASIDE, entry.stream)
    _adopt(work, entry, dossier)
    work.put(DOSSIER, dossier)
    _keep_known(work, entry, results, targets, body.reason)
    if aside is not None:
        _keep_places(work, entry, dossier, aside, results, targets)


def _keep_places(
    work: Workspace,
    entry: Entry,
    dossier: Dossier,
    aside: Aside,
    results: dict[str, Result],
    targets: dict[tuple[str, str], Target],
) -> None:
    """What is planned and what is aside have the places that they had to each other, what is new comes last."""
    over = {one.result: one for one in aside.results}
    places = {name: one.nth for name, one in results.items()} | {name: one.nth for name, one in over.items()}
    order = with_taken_over(list(dossier.planned), sorted(places, key=places.__getitem__), over)
    nth = 0
    for at, name in enumerate(order):
        if name in over:
            over[name].nth = at
        planned = [_there(work, entry, TARGET, name, key) for key in dossier.planned.get(name, ())]
        own = [(targets[name, one.target].nth if name in over else 0, one) for one in planned]
        own += [(one.nth, one) for one in aside.targets if one.result == name]
        for _, one in sorted(own, key=lambda pair: pair[0]):
            one.nth, nth = nth, nth + 1
        if name in dossier.planned:
            result = _there(work, entry, RESULT, name)
            result.nth = at
            work.put(RESULT, result)
            for one in planned:
                work.put(TARGET, one)
    work.put(ASIDE, aside)


def _keep_taken_over(work: Workspace, entry: Entry, body: appraisal.PlanTaken, aside: Aside, there: Aside) -> None:
    """What was taken over of the share before, of which this was `aside` and that `there`, is aside, and what is
    planned has the places that it has beside that.
    """
    dossier = _there(work, entry, DOSSIER)
    before = {one.result: one for one in (*aside.results, *there.results)}
    in_order = sorted(before, key=lambda name: before[name].nth)
    order = with_taken_over(list(dossier.planned), in_order, {one.result for one in body.taken_over})
    over = set(order) - dossier.planned.keys()
    if not over:
        return
    targets = {(one.result, one.target): one for one in (*aside.targets, *there.targets)}
    kept = Aside(aside.agency, aside.stream, [], [])
    nth = 0
    for at, name in enumerate(order):
        if name in over:
            result = before[name]
            own = sorted((one for one in targets.values() if one.result == name), key=lambda one: one.nth)
            kept.results, kept.targets = [*kept.results, result], [*kept.targets, *own]
        else:
            result = _there(work, entry, RESULT, name)
            own = [_there(work, entry, TARGET, name, key) for key in dossier.planned[name]]
        result.nth = at
        for one in own:
            one.nth, nth = nth, nth + 1
        if name not in over:
            work.put(RESULT, result)
            for one in own:
                work.put(TARGET, one)
    work.put(ASIDE, kept)


def _take_over(work: Workspace, entry: Entry, body: appraisal.ResultTakenOver) -> None:
    """The result leaves the plan, but for the targets of which something counts."""
    dossier, name = _there(work, entry, DOSSIER), body.taken.result
    kept: list[str] = []
    aside = work.get(ASIDE, entry.stream) or Aside(entry.agency, entry.stream, [], [])
    aside.results = [*_of_others(aside.results, name), _there(work, entry, RESULT, name)]
    for target_id in dossier.planned[name]:
        if target_id not in body.counts:
            aside.targets = [*aside.targets, _there(work, entry, TARGET, name, target_id)]
            work.drop(TARGET, entry.stream, name, target_id)
            continue
        kept.append(target_id)
        amount = body.counts[target_id]
        if amount is not None:
            target = _there(work, entry, TARGET, name, target_id)
            revision = Revision(entry.position, entry.recorded_at, body.taken.note, amount, None)
            target.value, target.revisions = amount, [*target.revisions, revision]
            work.put(TARGET, target)
    if not kept:
        work.drop(RESULT, entry.stream, name)
    left = {result: targets for result, targets in dossier.planned.items() if result != name or kept}
    dossier.planned = left | ({name: kept} if kept else {})
    work.put(ASIDE, aside)
    work.put(DOSSIER, dossier)


def _of_others(rows: list[OfResult], name: str) -> list[OfResult]:
    return [one for one in rows if one.result != name]


def _revise_take_over(work: Workspace, entry: Entry, body: appraisal.TakeOverRevised) -> None:
    """What there is of the result from now on is in the plan, with what was reported and judged of it."""
    dossier, aside, name = _there(work, entry, DOSSIER), _there(work, entry, ASIDE), body.taken.result
    there = [(target_id, _there(work, entry, TARGET, name, target_id)) for target_id in dossier.planned.get(name, ())]
    known = {one.target: one for one in aside.targets if one.result == name} | dict(there)
    result = work.get(RESULT, entry.stream, name) or next(one for one in aside.results if one.result == name)
    now = {} if body.planned is None else {target.id: target for target in body.planned.targets}
    for target_id, target in known.items():
        if target_id not in now:
            work.drop(TARGET, entry.stream, name, target_id)
            continue
        value = now[target_id].target
        if target.value != value:
            revision = Revision(entry.position, entry.recorded_at, body.taken.note, value, None)
            target.value, target.revisions = value, [*target.revisions, revision]
        target.weight = now[target_id].weight
        work.put(TARGET, target)
    if now:
        work.put(RESULT, result)
    else:
        work.drop(RESULT, entry.stream, name)
    aside.targets = [*_of_others(aside.targets, name), *(one for key, one in known.items() if key not in now)]
    aside.results = [*_of_others(aside.results, name), *(() if body.given_back else (result,))]
    dossier.planned = {each: kept for each, kept in dossier.planned.items() if each != name}
    if now:
        dossier.planned = {**dossier.planned, name: list(now)}
    work.put(ASIDE, aside)
    work.put(DOSSIER, dossier)


def _target(entry: Entry, result: str, nth: int, target: appraisal.Target) -> Target:
    return Target(
        agency=entry.agency,
        stream=entry.stream,
        result=result,
        target=target.id,
        nth=nth,
        indicator=target.indicator,
        unit=target.unit,
        aspect=target.aspect,
        polarity=target.polarity,
        value=target.target,
        weight=target.weight,
        actual=None,
        until=None,
        feeds=target.feeds.actual if target.feeds else None,
        revisions=[],
        expectations=target.expectations,
    )


def _object(
    work: Workspace,
    entry: Entry,
    body: appraisal.ObjectionFiled | appraisal.ObjectionExplained | appraisal.ObjectionDecided,
) -> None:
    dossier = _there(work, entry, DOSSIER)
    if isinstance(body, appraisal.ObjectionFiled):
        dossier.objection += 1
        work.put(DOSSIER, dossier)
        work.put(
            OBJECTION,
            Objection(entry.agency, entry.stream, dossier.objection, body.grounds, body.filed, entry.position, []),
        )
        return
    objection = _there(work, entry, OBJECTION, dossier.objection)
    if isinstance(body, appraisal.ObjectionExplained):
        explained = Explained(body.by, body.explanation, entry.position, entry.recorded_at)
        objection.explanations = [*objection.explanations, explained]
    else:
        objection.outcome, objection.reason, objection.decided = body.outcome, body.reason, body.decided
        objection.decided_position = entry.position
    work.put(OBJECTION, objection)
