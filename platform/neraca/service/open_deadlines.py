"""What is open of whom and until when: clocks from the read model, and their last days by the rules that apply today.

The read model keeps no last day, as policies and calendars move; each is computed when it is asked for, by the
functions by which a decision computes it.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct
from psycopg import Connection

from neraca.domain.agency import Agency
from neraca.domain.appraisal import clocks, deadlines
from neraca.domain.appraisal.clocks import Clock, Since
from neraca.domain.appraisal.deadlines import Deadline
from neraca.domain.command_rules import APPRAISER, EMPLOYEE, REVIEWER, Rulebook
from neraca.domain.errors import NotOneInForce
from neraca.domain.period import Period, parse
from neraca.domain.vocabulary import AssignmentStanding, DeadlineKind, PositionClass
from neraca.service import owed_reports, report_deadlines
from neraca.service.open_deadline import OpenDeadline as OpenDeadline
from neraca.service.plan_deadlines import Candidate, WantedPlans, candidates
from neraca.service.policies import PolicyRepository
from neraca.service.rater_deadlines import read_rows, still_due
from neraca.service.statements import statement
from neraca.store.pool import fetch, open_pool


class ClockGroup(Struct, frozen=True):
    """Clocks of which all of this is the same: a column each, in the order of the statements."""

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


def read_group(row: Iterable[Any]) -> ClockGroup:
    period, kind, since, starts, ends, began, superiors, submitted, decided, position_class, *days = row
    kept = None if position_class is None else PositionClass(position_class)
    return ClockGroup(
        period, DeadlineKind(kind), since, starts, ends, began, superiors, submitted, decided, kept, *days
    )


class Deadlines:
    """The last days of an agency's clocks; rules are looked up once for each period, class and result."""

    def __init__(self, policies: PolicyRepository, agency: Agency) -> None:
        self._policies = policies
        self._agency = agency
        self._rules: dict[tuple[str, PositionClass | None, str | None], Rulebook | None] = {}

    def of(self, group: ClockGroup) -> Deadline | None:
        """None where no policy applies, or it gives no term."""
        rules = self._applying(group.period, group.position_class, group.fixed_by)
        return None if rules is None else last_day(group, rules, self._agency)

    def is_news(self, group: ClockGroup, due: Deadline, today: date) -> bool:
        """Whether something is to be told of it that the log did not say yet, as far as the read model knows."""
        if group.passed == due.last or today > due.last:
            return group.passed != due.last
        if group.kind is DeadlineKind.EVALUATION:
            first, _ = deadlines.window_of_moves(group.ends)
            if first <= today and group.opened != due.last:
                return True
        rules = self._applying(group.period, group.position_class, group.fixed_by)
        if rules is None or group.near == due.last:
            return False
        return deadlines.reminder(due, rules, self._agency) <= today

    def judging(self, period: str, position_class: PositionClass | None) -> Rulebook | None:
        """The rules that judge a period for a class of posts, None where none are in force."""
        return self._applying(period, position_class, None)

    def _applying(self, period: str, position_class: PositionClass | None, fixed_by: str | None) -> Rulebook | None:
        """As a decision on the appraisal has it (decision_context)."""
        key = (period, position_class, fixed_by)
        if key not in self._rules:
            self._rules[key] = self._found(parse(period), position_class, fixed_by)
        return self._rules[key]

    def _found(self, period: Period, position_class: PositionClass | None, fixed_by: str | None) -> Rulebook | None:
        agency = self._agency.id
        try:
            return self._policies.ruling(agency, period, position_class).rules
        except NotOneInForce:
            pass
        try:
            split = fixed_by is not None and self._policies.cut(agency, period, position_class)
        except NotOneInForce:
            return None
        return self._policies.by_hash(agency, fixed_by).rules if split and fixed_by is not None else None


def last_day(group: ClockGroup, rules: Rulebook, agency: Agency) -> Deadline | None:
    limits = rules.objection
    # One decision on an objection may be the last there is.
    if group.kind is DeadlineKind.OBJECTION and limits is not None and limits.final and group.decided:
        return None
    clock = Clock(
        group.kind, group.since, group.began, group.superiors, submitted=group.submitted, delivered=group.delivered
    )
    return clocks.due(clock, Period("", group.starts, group.ends, rules.cycle), rules, agency)


def open_deadlines(
    url: str,
    policies: PolicyRepository,
    agency: Agency,
    person: str | None,
    today: date,
    position: int | None = None,
    unsettled: Collection[str] = (),
) -> list[OpenDeadline]:
    """By last day, so what is late comes first. With a person what they owe, and what is owed in their appraisal; a
    plan of the year that is wanted also where they are above whose it is. And what is owed by whoever is unsettled.
    """
    params = {"agency": agency.id, "person": person, "position": position, "today": today, "unsettled": [*unsettled]}
    wanted = WantedPlans(policies, agency, today)
    reports: list[OpenDeadline] = []
    with open_pool(url, largest=1) as pool, pool.connection() as connection:
        rows = fetch(connection, agency.id, statement("running-clocks-of"), params)
        people = without_plan(connection, agency.id, today, person, position) if wanted.asked() else []
        raters = fetch(
            connection, agency.id, statement("rater-deadlines"), params | {"assigned": AssignmentStanding.ASSIGNED}
        )
        if position is None:
            reports = _reports_owed(connection, policies, agency, person, today)
    lasting, found = Deadlines(policies, agency), wanted_of(wanted, people, today) + reports
    # As the day ends: of the past it is not told who had rated.
    now = datetime.combine(today, time(23, 59, 59), ZoneInfo(agency.time_zone))
    if position is None:
        found += still_due(read_rows(raters), lasting.judging, agency, now)
    for *of, employee, appraiser, reviewer in rows:
        group = read_group(of)
        due = lasting.of(group)
        # Of those who are assigned it is told one by one.
        if due is None or not is_open(due, today) or due.kind is DeadlineKind.RATING:
            continue
        who = {EMPLOYEE: employee, APPRAISER: appraiser, REVIEWER: reviewer}.get(due.role)
        if person in (None, employee, who) or who in unsettled:
            found.append(opened(group, due, employee, who, today))
    return in_order(found)


def late_with_reports(url: str, policies: PolicyRepository, agency: Agency, today: date) -> int | None:
    """In how many appraisals a report is owed whose last day is over; None where the agency calls none late."""
    if not report_deadlines.asked(agency):
        return None
    with open_pool(url, largest=1) as pool, pool.connection() as connection:
        return sum(one.late for one in _reports_owed(connection, policies, agency, None, today))


def _reports_owed(
    connection: Connection, policies: PolicyRepository, agency: Agency, person: str | None, today: date
) -> list[OpenDeadline]:
    """Of everybody, or of a person."""
    if not report_deadlines.asked(agency):
        return []
    of: dict[str, Any] = {"agency": agency.id, "person": person, "reader": None, "below": []}
    of |= report_deadlines.params(
        today, entries=owed_reports.wants_entries(agency, policies.reporting_rules(agency.id))
    )
    rows = fetch(connection, agency.id, statement(report_deadlines.STATEMENT), of)
    found = owed_reports.read(rows)
    return report_deadlines.owed(found, agency, today, lambda hash_: policies.by_hash(agency.id, hash_).rules.reporting)


def without_plan(
    connection: Connection, agency: str, today: date, person: str | None = None, position: int | None = None
) -> list[Candidate]:
    """Who may lack a plan of the year: everybody's, or a person's and those of whom they are directly above."""
    params: dict[str, Any] = {"agency": agency, "person": person, "position": position, "today": today}
    params |= {"reader": None, "below": []}
    [(rows,)] = fetch(connection, agency, statement("plan-deadlines"), params)
    return candidates(rows)


def wanted_of(wanted: WantedPlans, people: Iterable[Candidate], today: date) -> list[OpenDeadline]:
    """Of a plan that waits for approval whoever is above has to act; else the employee."""
    found: list[OpenDeadline] = []
    for one in people:
        plan = wanted.of(one)
        if plan is None:
            continue
        due, who = plan.due, plan.employee if plan.due.role == EMPLOYEE else plan.superior
        late = due.last < today
        found.append(OpenDeadline(plan.employee, plan.period, due.kind, due.role, who, due.since, due.last, late, who))
    return found


def is_open(due: Deadline, today: date) -> bool:
    """What is owed stays so when it is late; a right to object is over with its last day."""
    return due.kind is not DeadlineKind.OBJECTION or today <= due.last


def opened(group: ClockGroup, due: Deadline, employee: str, who: str | None, today: date) -> OpenDeadline:
    late = due.last < today
    return OpenDeadline(employee, group.period, group.kind, due.role, who, due.since, due.last, late, who)


def in_order(found: list[OpenDeadline]) -> list[OpenDeadline]:
    return sorted(found, key=_place)


def _place(one: OpenDeadline) -> tuple[date | str, ...]:
    """Of two that are told apart by nothing of it, none comes first."""
    return one.last, one.employee, one.period, one.kind, one.role, one.since, one.person or "", one.acts or ""
