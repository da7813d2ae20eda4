"""What is open of a person: what they owe, and what is owed in their appraisals, since when and until when."""

from datetime import date
from typing import Any

import msgspec
import strawberry
from msgspec import Struct
from msgspec.structs import asdict

from neraca.api.authentication import AccessScope
from neraca.api.graphql.support.context import RequestContext
from neraca.api.graphql.support.enums import AssignmentStanding, DeadlineKind
from neraca.api.graphql.support.visibility import reach
from neraca.domain.appraisal.clocks import Since
from neraca.domain.command_rules import APPRAISER, EMPLOYEE, REVIEWER
from neraca.domain.vocabulary import PositionClass
from neraca.service import acting_parties, open_deadlines, owed_reports, rater_deadlines, report_deadlines
from neraca.service.plan_deadlines import WantedPlans, candidates


class ClockRow(Struct, frozen=True):
    """`policy_hash` is of the rule by which the appraisal is scored, None where none is in force."""

    period: str
    kind: DeadlineKind
    since: date
    starts: date
    ends: date
    began: Since
    superiors: bool
    submitted: bool
    decided: bool
    position_class: PositionClass | None
    delivered: date | None
    fixed_by: str | None
    opened: date | None
    near: date | None
    passed: date | None
    employee: str
    appraiser: str
    reviewer: str | None
    policy_hash: str | None


_ROWS = msgspec.json.Decoder(list[ClockRow])
_GROUP = open_deadlines.ClockGroup.__struct_fields__


@strawberry.type(description="Something that is due of somebody in an appraisal.")
class OpenDeadline:
    employee_number: str = strawberry.field(description="Whose appraisal it is in.")
    period: str = strawberry.field(description="Label of the period.")
    kind: DeadlineKind = strawberry.field(description="What is due.")
    role: str = strawberry.field(description="Who has to act, by the policy's word.")
    person: str | None = strawberry.field(
        description="Employee number of whoever stands in that role by the appraisal; null where nobody does."
    )
    acts: str | None = strawberry.field(
        description="Employee number of whoever acts in that role: the same person, or who does so in their place that"
        " day; null where nobody does."
    )
    since: date = strawberry.field(description="The day from which it runs, which does not count.")
    last: date = strawberry.field(description="The last day in time, by the calendar of today.")
    late: bool = strawberry.field(description="Whether the last day is over.")


async def read(
    context: RequestContext, access_scope: AccessScope, person: str, position: int | None
) -> list[OpenDeadline]:
    """Late first."""
    params = await reach(context, access_scope.agency, access_scope.reader, position)
    rows = await context.parts.reads.one(
        access_scope.agency, "graphql/due", params | {"person": person, "position": position}
    )
    found = [
        await _due(context, access_scope.agency, row, params["day"])
        for row in _ROWS.decode(rows["rows"])
        # Of those who are assigned to rate it is told one by one.
        if row.policy_hash is not None and row.kind is not DeadlineKind.RATING
    ]
    wanted = await _wanted(context, params | {"person": person, "position": position})
    told = await _told(context, access_scope.agency, params["day"], position, [one for one in found if one])
    shown = [one for one in told if acting_parties.concerns(one, person)]
    known = await _told(context, access_scope.agency, params["day"], position, wanted)
    rating = await _to_rate(context, access_scope, person) if position is None else []
    reports = await _to_report(context, params | {"person": person}) if position is None else []
    return [OpenDeadline(**_named(one)) for one in open_deadlines.in_order([*shown, *known, *rating, *reports])]


async def _to_report(context: RequestContext, params: dict[str, Any]) -> list[open_deadlines.OpenDeadline]:
    """The report that the person owes first in each appraisal that the reader may see."""
    agency = context.parts.agencies[params["agency"]]
    if not report_deadlines.asked(agency):
        return []
    entries = owed_reports.wants_entries(agency, await context.policies.published_reporting_rules(agency.id))
    known = params | report_deadlines.params(params["day"], entries=entries)
    row = await context.parts.reads.one(agency.id, f"service/{report_deadlines.STATEMENT}", known)
    found = owed_reports.read([tuple(row.values())])
    rules = await context.policies.reporting_rules(agency.id, found.policies)
    return report_deadlines.owed(found, agency, params["day"], rules.__getitem__)


async def _to_rate(
    context: RequestContext, access_scope: AccessScope, person: str
) -> list[open_deadlines.OpenDeadline]:
    """What the reader is assigned to rate; to those who see everybody, also what others are, and who is to rate the
    person, but not themselves.
    """
    parts, reader = context.parts, context.actor.id
    if person != reader and access_scope.reader is not None:
        return []
    agency = parts.agencies[access_scope.agency]
    params = {"agency": agency.id, "person": person, "assigned": AssignmentStanding.ASSIGNED.value}
    there = await parts.reads.rows(agency.id, "service/rater-deadlines", params)
    told = rater_deadlines.read_rows(tuple(one.values()) for one in there)
    rows = [row for row in told if row.rater == reader or row.employee != reader]
    rules_of = open_deadlines.Deadlines(parts.service.policies, agency).judging
    now, own = context.now(), reader
    return await parts.threads.run(
        agency.id, lambda: rater_deadlines.still_due(rows, rules_of, agency, now, own), parts.longest
    )


async def _told(
    context: RequestContext, agency: str, today: date, position: int | None, found: list[open_deadlines.OpenDeadline]
) -> list[open_deadlines.OpenDeadline]:
    """With who acts, which is looked for in the log."""
    if not found:
        return found
    parts = context.parts
    unsettled = (await parts.reads.one(agency, "service/unsettled", {"agency": agency}))["unsettled"]
    acting = acting_parties.ActingParties(parts.service.as_of_reader, agency, today, position)
    return await parts.threads.run(agency, lambda: acting.told(found, unsettled), parts.longest)


async def _wanted(context: RequestContext, params: dict[str, Any]) -> list[open_deadlines.OpenDeadline]:
    """Plans of the year that are wanted of the person and of those directly below them."""
    parts, agency, today = context.parts, params["agency"], params["day"]
    wanted = WantedPlans(parts.service.policies, parts.agencies[agency], today)
    if not await parts.threads.run(agency, wanted.asked, parts.longest):
        return []
    found = candidates((await parts.reads.one(agency, "service/plan-deadlines", params | {"today": today}))["rows"])
    # Rules are looked up among the policies, which blocks.
    return await parts.threads.run(agency, lambda: open_deadlines.wanted_of(wanted, found, today), parts.longest)


async def _due(context: RequestContext, agency: str, row: ClockRow, today: date) -> open_deadlines.OpenDeadline | None:
    policy = await context.policies.by_hash(agency, row.policy_hash or "")
    if policy is None:
        return None
    group = open_deadlines.ClockGroup(*(getattr(row, name) for name in _GROUP))
    due = open_deadlines.last_day(group, policy.rules, context.parts.agencies[agency])
    if due is None or not open_deadlines.is_open(due, today):
        return None
    who = {EMPLOYEE: row.employee, APPRAISER: row.appraiser, REVIEWER: row.reviewer}.get(due.role)
    return open_deadlines.opened(group, due, row.employee, who, today)


def _named(one: open_deadlines.OpenDeadline) -> dict[str, Any]:
    told = asdict(one)
    return {"employee_number": told.pop("employee")} | told
