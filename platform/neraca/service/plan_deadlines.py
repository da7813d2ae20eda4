"""Who has no plan of the year that is approved, and since and until when: people of the roster, not appraisals.

Who serves, who is exempt and how far plans are comes from the read models; what is owed of it, by the function by which
the domain tells it.
"""

from datetime import date

from msgspec import Struct
from msgspec.json import Decoder

from neraca.domain.agency import Agency
from neraca.domain.appraisal import deadlines
from neraca.domain.appraisal.deadlines import Deadline
from neraca.domain.assignments import Exemption, Tenure, class_on
from neraca.domain.command_rules import Rulebook
from neraca.domain.errors import NotOneInForce
from neraca.domain.period import of_months
from neraca.domain.vocabulary import ExemptionKind, PositionClass
from neraca.domain.workplan import clock
from neraca.domain.workplan.clock import StandingPlan
from neraca.domain.workplan.state import Stage
from neraca.service.policies import PolicyRepository

_STAGES = {
    "drafted": Stage.DRAFTING,
    "returned": Stage.DRAFTING,
    "submitted": Stage.SUBMITTED,
    "approved": Stage.APPROVED,
    "ended": Stage.APPROVED,
}


class Candidate(Struct, frozen=True):
    """Somebody on the roster, as the statement `plan-deadlines` tells. `superior` is empty where nobody is above."""

    employee: str
    since: date
    retired: date | None
    superior: str
    breaks: list[tuple[date, date]]
    exemptions: list[tuple[ExemptionKind, date, date | None]]
    classes: list[tuple[date, PositionClass]] | None
    plans: list[tuple[date, date, str]]
    told: list[tuple[str, date, bool, bool]]


class WantingPlan(Struct, frozen=True):
    """`near` is whether the day has come to remind of it; `news` whether the log does not say so yet."""

    employee: str
    superior: str | None
    period: str
    due: Deadline
    near: bool
    news: bool


def candidates(rows: str) -> list[Candidate]:
    return _CANDIDATES.decode(rows)


_CANDIDATES = Decoder(list[Candidate])


class WantedPlans:
    """Of the people of an agency on a day; rules are looked up once for each first day and class."""

    def __init__(self, policies: PolicyRepository, agency: Agency, today: date) -> None:
        self._policies = policies
        self._agency = agency
        self._today = today
        self._rules: dict[tuple[date, PositionClass | None], Rulebook | None] = {}

    def asked(self) -> bool:
        """Whether any policy has plans of the year and asks when they came: else nobody need be looked up."""
        firsts = [date(self._today.year, month, 1) for month in range(1, self._today.month + 1)]
        found = (self._ruling(day, of_class) for day in firsts for of_class in (None, *PositionClass))
        return any(one.plan.of_year and one.plan.late is not None for one in found if one is not None)

    def of(self, one: Candidate) -> WantingPlan | None:
        tenure = Tenure(
            since=one.since,
            retired=one.retired,
            exemptions=[Exemption("", kind, since, until) for kind, since, until in one.exemptions],
            breaks=one.breaks,
            classes=one.classes or [],
        )
        plans = [
            StandingPlan(of_months(starts.year, starts.month, ends.month), _STAGES[status])
            for starts, ends, status in one.plans
            if status in _STAGES
        ]
        wanted = clock.wanted(tenure, plans, self._today)
        if wanted is None:
            return None
        rules = self._ruling(wanted.months.starts, class_on(tenure, wanted.months.starts))
        due = None if rules is None else clock.due(wanted, rules.plan)
        if rules is None or due is None:
            return None
        near = deadlines.reminder(due, rules, self._agency) <= self._today
        return WantingPlan(
            employee=one.employee,
            superior=one.superior or None,
            period=wanted.months.label,
            due=due,
            near=near,
            news=near and not self._is_told(one, wanted.months.label, due),
        )

    def _is_told(self, one: Candidate, period: str, due: Deadline) -> bool:
        of_it = [(near, passed) for label, last, near, passed in one.told if (label, last) == (period, due.last)]
        return any(passed or (near and self._today <= due.last) for near, passed in of_it)

    def _ruling(self, day: date, position_class: PositionClass | None) -> Rulebook | None:
        """As a decision on the plan has it (decision_context)."""
        key = (day, position_class)
        if key not in self._rules:
            try:
                self._rules[key] = self._policies.require_in_force(
                    self._agency.id, day, position_class=position_class
                ).rules
            except NotOneInForce:
                self._rules[key] = None
        return self._rules[key]
