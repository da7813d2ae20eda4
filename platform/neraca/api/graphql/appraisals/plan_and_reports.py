"""What an appraisal consists of, as its readers see it. Rows decode straight into these types."""

from datetime import date, datetime
from typing import cast

import strawberry
from strawberry.scalars import JSON

from neraca.api.graphql.support.enums import (
    Aspect,
    DeadlineKind,
    Finality,
    FollowUpKind,
    GuidanceKind,
    ObjectionOutcome,
    Perspective,
    Polarity,
    Priority,
    ReportKind,
    ReportStatus,
    ScoreStatus,
)
from neraca.api.graphql.support.scalars import Decimal, Position
from neraca.domain.appraisal import events


@strawberry.type(description="A target as it was changed after approval.")
class Revision:
    position: Position = strawberry.field(description="Where in the log.")
    recorded_at: datetime = strawberry.field(description="When it was recorded.")
    reason: str = strawberry.field(description="Why.")
    value: Decimal | None = strawberry.field(description="The new target; null if it stayed.")
    weight: Decimal | None = strawberry.field(description="The new weight; null if it stayed.")


@strawberry.type(description="A planned result (rencana hasil kerja) of the approved plan.")
class PlannedResult:
    result: str = strawberry.field(description="Its id within the plan.")
    title: str = strawberry.field(description="What is to be achieved.")
    priority: Priority = strawberry.field(description="How it ranks.")
    source: str = strawberry.field(description="The item list of the policy it belongs to.")
    level: str | None = strawberry.field(description="The appraiser's judgement, where the policy asks for a level.")
    level_note: str | None = strawberry.field(description="What the appraiser wrote to it.")
    perspective: Perspective | None = strawberry.field(
        description="What it serves, where that was said (annex p. 29).", default=None
    )


@strawberry.type(description="What a plan says beside results (PermenPANRB 6/2022 ps 7(3)).")
class PlanTerms:
    resources: str | None = strawberry.field(description="What resources there are for it.", default=None)
    accountability: str | None = strawberry.field(
        description="How the employee accounts for it (skema pertanggungjawaban).", default=None
    )
    consequences: str | None = strawberry.field(description="What follows from it.", default=None)


@strawberry.type(description="What is expected of an indicator in words.")
class Expectations:
    meets: str = strawberry.field(description="What meets it.")
    above: str | None = strawberry.field(description="What would be above it.", default=None)
    below: str | None = strawberry.field(description="What would be below it.", default=None)


@strawberry.type(description="One indicator of a planned result, its target, and what has been achieved.")
class Target:
    target: str = strawberry.field(description="Its id within the planned result.")
    planned_result: PlannedResult = strawberry.field(
        description="The planned result it measures.",
        # Nobody sees this: it is read where it is asked for, and only there told.
        default=cast(PlannedResult, None),
    )
    indicator: str = strawberry.field(description="What is measured.")
    unit: str = strawberry.field(description="In what.")
    aspect: Aspect = strawberry.field(description="What the indicator measures.")
    polarity: Polarity = strawberry.field(description="Which way it is exceeded.")
    value: Decimal | None = strawberry.field(description="The target, as last revised.")
    weight: Decimal | None = strawberry.field(description="Percent of its list, where the policy lets it be declared.")
    actual: Decimal | None = strawberry.field(description="Achieved so far, by the last accepted report.")
    until: date | None = strawberry.field(description="The day up to which `actual` counts.")
    revisions: list[Revision] = strawberry.field(description="Every change after approval, oldest first.")
    expectations: Expectations | None = strawberry.field(
        description="What is expected in words; null where the number says it.", default=None
    )


@strawberry.type(description="How an appraisal of the same person stands whose period lies within this one.")
class PeriodResult:
    period: str = strawberry.field(description="Label of the period; `appraisal` has the rest.")
    status: ScoreStatus = strawberry.field(description="What the score is worth.")
    score: Decimal | None = strawberry.field(description="The score; null while blocked, or where there is none.")
    predicate: str | None = strawberry.field(description="The predicate.")


@strawberry.type(description="A reference to evidence kept elsewhere.")
class Evidence:
    title: str = strawberry.field(description="What it is.")
    uri: str = strawberry.field(description="Where it is.")
    sha256: str | None = strawberry.field(description="Fixes what was seen.", default=None)


@strawberry.type(description="A progress report on a target, or a day's activity.")
class Report:
    report: str = strawberry.field(description="Its id within the appraisal.")
    kind: ReportKind = strawberry.field(description="What it is about.")
    status: ReportStatus = strawberry.field(description="What the appraiser made of it.")
    day: date = strawberry.field(description="The day reported on, or up to which `actual` counts.")
    result: str | None = strawberry.field(description="The planned result it serves.")
    target: str | None = strawberry.field(description="The target it reports on.")
    actual: Decimal | None = strawberry.field(description="Cumulative from the start of the period.")
    activity: str | None = strawberry.field(description="What was done that day.")
    working_day: bool | None = strawberry.field(
        description="Whether the agency worked that day, by its calendar when it was reported; null for progress."
    )
    minutes: int | None = strawberry.field(description="How long the activity took, where that was said.")
    note: str | None = strawberry.field(description="What the reporter wrote to it.")
    evidence: list[Evidence] = strawberry.field(description="What shows it.")
    feedback: str | None = strawberry.field(description="What the appraiser answered.")
    reported_at: datetime = strawberry.field(description="When it was recorded.")
    settled_at: datetime | None = strawberry.field(description="When it was accepted or returned.")
    position: Position = strawberry.field(description="Where in the log it was reported.")


@strawberry.type(description="A stretch of days of which a report of progress is due (PermenPANRB 6/2022 ps 16).")
class ReportDue:
    since: date = strawberry.field(description="Its first day.")
    last: date = strawberry.field(description="Its last day.")
    in_time_until: date | None = strawberry.field(
        description="The last day on which a report of it is in time; null where the agency says nothing of that."
    )
    reported: date | None = strawberry.field(
        description="The day of the first report of progress up to a day in it that was not returned; null without one."
    )
    late: bool = strawberry.field(
        description="Whether that day is over, or was when the report came; false where there is none."
    )


@strawberry.type(description="The entries of one day, those that were returned aside.")
class WorkDay:
    day: date = strawberry.field(description="The day.")
    entries: int = strawberry.field(description="How many there are.")
    accepted: int = strawberry.field(description="How many of them the appraiser accepted.")
    minutes: int = strawberry.field(description="How long they took together, of those that say so.")
    untimed: int = strawberry.field(description="How many don't say how long they took.")
    working_day: bool = strawberry.field(
        description="Whether the agency worked that day, by its calendar when an entry was reported."
    )


@strawberry.type(description="What somebody said when an objection was looked into.")
class ObjectionStatement:
    by: str = strawberry.field(description="Id of whoever made it: the appraiser or the employee.")
    explanation: str = strawberry.field(description="What they said.")
    recorded_at: datetime = strawberry.field(description="When it was recorded.")


@strawberry.type(description="An objection (keberatan) against the result, and what became of it.")
class Objection:
    nth: int = strawberry.field(description="Counts those of the appraisal, from 1.")
    grounds: str = strawberry.field(description="Why the employee objects.")
    filed: date = strawberry.field(description="The legal day of filing.")
    explanations: list[ObjectionStatement] = strawberry.field(description="What the appraiser and the employee said.")
    outcome: ObjectionOutcome | None = strawberry.field(description="What became of the rating; null while undecided.")
    reason: str | None = strawberry.field(description="Why it was so decided.")
    decided: date | None = strawberry.field(description="The legal day of the decision.")
    due: date | None = strawberry.field(
        description="The last day there was to decide, by the policy and the calendar of the day of the decision; null "
        "while undecided, where the policy gives no term, and of decisions from before it was recorded."
    )
    days_late: int | None = strawberry.field(
        description="How many days after `due` it was decided, 0 where it was in time; null where `due` is."
    )


@strawberry.type(description="A result as it was fixed: the first, or the one that an amended objection came to.")
class FinalResult:
    event: strawberry.ID = strawberry.field(description="Id of the event, `<agency>:<position>`.")
    position: Position = strawberry.field(description="Where in the log.")
    on: date = strawberry.field(description="The legal day.")
    score: Decimal | None = strawberry.field(description="At the policy's final precision; null where it gives none.")
    predicate: str = strawberry.field(description="Predikat, as the policy names it.")
    policy_hash: str = strawberry.field(description="The policy that judged.")
    final: bool = strawberry.field(description="Whether no objection lies against it.")
    finality: Finality | None = strawberry.field(
        description="Why none does; null where one does, and of results from before it was recorded."
    )
    amends: date | None = strawberry.field(
        description="The day of the decision on an objection that it enacts; null of any other."
    )
    move_kept: bool | None = strawberry.field(
        description="Whether the appraiser's move of the result before, in a cohort, was kept when it was amended; "
        "null where there was none."
    )
    move_reason: str | None = strawberry.field(description="Why it was kept or withdrawn.")
    outdated_parts: list[str] = strawberry.field(
        description="Periods that it was joined from, or judged beside, of which the result was opened or fixed again "
        "since: where it is joined, join-parts joins them anew."
    )


@strawberry.type(description="What a leader expects besides in one value (PermenPANRB 6/2022 ps 10(4)).")
class SpecialExpectation:
    indicator: str = strawberry.field(description="The value, by its name in the policy.")
    expectation: str = strawberry.field(description="In words. It weighs nothing by itself.")
    position: Position = strawberry.field(description="Position of the event.")
    recorded_at: datetime = strawberry.field(description="When it was recorded.")


@strawberry.type(
    description="Coaching or counselling that the appraiser held in the year (PermenPANRB 6/2022 ps 20-21), and what "
    "the employee said to it. It weighs nothing."
)
class Guidance:
    guidance: str = strawberry.field(description="Its id within the appraisal.")
    kind: GuidanceKind = strawberry.field(description="Which of the two it was.")
    on: date = strawberry.field(description="The day on which it was held.")
    by: str = strawberry.field(description="Id of the appraiser who held it.")
    note: str = strawberry.field(description="In words.")
    result: str | None = strawberry.field(description="The planned result it was about; null where about none.")
    indicator: str | None = strawberry.field(description="The value it was about; null where about none.")
    answer: str | None = strawberry.field(description="What the employee answered; null while they did not.")
    answered_at: datetime | None = strawberry.field(description="When the answer was recorded.")
    position: Position = strawberry.field(description="Position of the event.")
    recorded_at: datetime = strawberry.field(description="When it was recorded.")


@strawberry.type(
    description="A planned result that the appraiser took over (PermenPANRB 6/2022 ps 20): it left the plan, and the "
    "note is for whoever judges the rest. Where it was said anew what counts of it, that is one more, by whoever said "
    "so, and why; one that was given back is none."
)
class TakenOver:
    result: str = strawberry.field(description="Its id within the plan.")
    title: str = strawberry.field(description="What was to be achieved.")
    on: date = strawberry.field(description="The day on which it was taken over.")
    by: str = strawberry.field(description="Id of the appraiser who took it over.")
    note: str = strawberry.field(description="What they wrote to it.")
    position: Position = strawberry.field(description="Position of the event by which this appraisal knows of it.")


@strawberry.type(description="What followed from the result (PermenPANRB 6/2022, annex p. 117).")
class FollowUp:
    kind: FollowUpKind = strawberry.field(description="What was decided.")
    note: str = strawberry.field(description="What is to be done.")
    due: date | None = strawberry.field(description="By when.")
    recorded_at: datetime = strawberry.field(description="When it was recorded.")
    position: Position = strawberry.field(description="Position of the event, by which a training answers it.")


@strawberry.type(description="One change of the score, and the event that caused it.")
class ScoreChange:
    event: strawberry.ID = strawberry.field(description="Id of the event, `<agency>:<position>`.")
    position: Position = strawberry.field(description="Where in the log.")
    cause: str = strawberry.field(description="Type of the event, such as appraisal.rated.")
    by: str | None = strawberry.field(description="Who caused it; null where that would name a rater.")
    recorded_at: datetime = strawberry.field(description="When it was recorded.")
    effective_at: date = strawberry.field(description="The legal day from which it counts.")
    status: ScoreStatus = strawberry.field(description="What the score is worth from then on.")
    reason: str | None = strawberry.field(description="Why it is blocked.")
    score: Decimal | None = strawberry.field(description="The score from then on.")
    predicate: str | None = strawberry.field(description="The predicate from then on.")
    policy_hash: str | None = strawberry.field(description="The policy that judged.")


@strawberry.type(description="Another rule that has come to hold for a period whose result was fixed before.")
class SupersededRule:
    policy_hash: str = strawberry.field(description="Hash of the policy that would judge it now.")
    position: Position = strawberry.field(description="Where in the log that began.")


@strawberry.type(description="A time limit of an appraisal, that runs or ran.")
class TimeLimit:
    kind: DeadlineKind = strawberry.field(description="What it is for.")
    since: date = strawberry.field(description="The day from which it runs, which does not count.")
    began: Position = strawberry.field(description="Where in the log it began.")
    ended: Position | None = strawberry.field(description="Where in the log it ended; null while it runs.")


@strawberry.type(description="Something that happened in an appraisal, in words its readers may see.")
class TimelineEntry:
    event: strawberry.ID = strawberry.field(description="Id of the event, `<agency>:<position>`.")
    position: Position = strawberry.field(description="Where in the log.")
    version: int = strawberry.field(description="Its number within the appraisal.")
    type: str = strawberry.field(description="Type of the event, such as appraisal.plan-approved.")
    at: datetime = strawberry.field(description="When it happened.")
    recorded_at: datetime = strawberry.field(description="When it was recorded.")
    by: str | None = strawberry.field(description="Who did it; null where that would name a rater.")
    on_behalf_of: str | None = strawberry.field(description="For whom, if for another.")
    data: JSON = strawberry.field(description="What it says; for a rating only relation and indicators.")


def expected(one: events.Expectations | None) -> Expectations | None:
    return None if one is None else Expectations(meets=one.meets, above=one.above, below=one.below)
