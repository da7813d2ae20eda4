"""What decisions about plans of units and links of results may know besides their own stream: looked up in the log."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from neraca.domain import streams
from neraca.domain.agency import Agency
from neraca.domain.appraisal.state import Appraisal
from neraca.domain.appraisal.state import Stage as PeriodStage
from neraca.domain.appraisal.state import evolve as evolve_appraisal
from neraca.domain.assignments import Tenure, class_on
from neraca.domain.cascade import links, mission, unit_plan
from neraca.domain.cascade.links import (
    LinkResult,
    LinksEvent,
    RelinkResult,
    ResultLinked,
    ResultUnlinked,
    Served,
    TakenLoads,
)
from neraca.domain.cascade.unit_plan import UnitResult
from neraca.domain.command_rules import Rulebook
from neraca.domain.contexts import Alignment, Unruled
from neraca.domain.errors import NotOneInForce
from neraca.domain.period import parse
from neraca.domain.vocabulary import CascadeKind
from neraca.domain.workplan.state import Stage, WorkPlans
from neraca.domain.workplan.state import evolve as evolve_plans
from neraca.service.batch_state import StreamSoFar
from neraca.service.event_reader import EventReader, RecordedEvent
from neraca.service.load_index import LINKING, LoadIndex, SharedTarget, load_of
from neraca.service.policies import PolicyRepository
from neraca.store.ledger import Unless

StateT = TypeVar("StateT")


class CascadeLookups:
    """Of one agency, as the batch has left it so far, or else as the log has it."""

    def __init__(
        self,
        reader: EventReader,
        policies: PolicyRepository,
        agency: Agency,
        loaded: Mapping[UUID, StreamSoFar],
        loads: LoadIndex,
    ) -> None:
        self._reader = reader
        self._policies = policies
        self._agency = agency
        self._loaded = loaded
        self._loads = loads
        self.unless: Unless | None = None

    def span(self, year: int) -> mission.Span | None:
        state = self._folded(streams.mission(self._agency.id), mission.State(), mission.evolve)
        return mission.span_of(state, year)

    def fixed(self, units: Iterable[str], year: int) -> dict[str, Mapping[str, UnitResult] | None]:
        """The results of each unit's approved plan; None of a unit without one, or that is not there."""
        return {unit: self._unit_plan(unit, year).fixed for unit in units if unit in self._agency.units}

    def above(self, units: Iterable[str], year: int) -> dict[str, Mapping[str, UnitResult] | None]:
        """The same of these units and of all whose results theirs serve, directly or over others."""
        found: dict[str, Mapping[str, UnitResult] | None] = {}
        more = {*units} & self._agency.units.keys()
        while more:
            new = self.fixed(more, year)
            found |= new
            served = {unit for plan in new.values() if plan for unit in unit_plan.named_above([*plan.values()])}
            more = (served & self._agency.units.keys()) - found.keys()
        return found

    def ruling(self, head: Tenure | None, year: int) -> Rulebook | Unruled:
        """The rules in force on the first day of a year for the class of somebody's post."""
        first = date(year, 1, 1)
        held = None if head is None or head.since is None else class_on(head, max(first, head.since))
        try:
            return self._policies.require_in_force(self._agency.id, first, position_class=held).rules
        except NotOneInForce as none:
            return Unruled(none.message)

    def own(self, employee: str, period: str) -> frozenset[str] | None:
        """The ids of what somebody plans for a period, drafted or fixed; None without a plan."""
        plan = self._work_plans(employee, period).plans.get(period)
        if plan is not None:
            fixed = plan.versions[-1].results if plan.stage is Stage.APPROVED else plan.drafted
            return frozenset(one.id for one in fixed)
        appraisal = self._appraisal(employee, period)
        # A share in a plan of the year is no plan of its own: links are those of the year.
        return frozenset(appraisal.results) if appraisal.results and appraisal.taken is None else None

    def served(self, serves: Served, year: int) -> Mapping[str, Mapping[str, Decimal | None]] | None:
        """Each result of the approved plan that is named, with the number of each of its targets; None without one."""
        if serves.unit is not None:
            found = self.fixed([serves.unit], year).get(serves.unit)
            return None if found is None else {one.id: _numbers(one.targets) for one in found.values()}
        if serves.employee is None or serves.period is None:
            return None
        plan = self._work_plans(serves.employee, serves.period).plans.get(serves.period)
        if plan is not None:
            if plan.stage is not Stage.APPROVED:
                return None
            return {one.id: _numbers(one.targets) for one in plan.versions[-1].results}
        appraisal = self._appraisal(serves.employee, serves.period)
        unfixed = appraisal.stage in (PeriodStage.UNOPENED, PeriodStage.DRAFTING, PeriodStage.SUBMITTED)
        if unfixed or appraisal.taken is not None:
            return None
        return {one.id: _numbers(one.targets) for one in appraisal.results.values()}

    def serves_itself(self, serves: Served, employee: str, period: str, result: str) -> bool:
        """Whether what is served serves that very result, directly or over others: superiors may have changed."""
        own, met = (employee, period, result), set[tuple[str, str, str]]()
        at: Served | None = serves
        while at is not None and at.employee is not None and at.period is not None:
            there = (at.employee, at.period, at.result)
            if there == own:
                return True
            if there in met:
                return False
            met.add(there)
            linked = self._linked(at.employee, at.period).links.get((at.period, at.result))
            at = None if linked is None else linked.serves
        return False

    def taken(
        self, command: LinkResult | RelinkResult, whose: Tenure | None, batch: Iterable[str]
    ) -> TakenLoads | None:
        """What others take of the target that a load names, where the rule for whoever has it keeps loads within it.

        `batch` is of whom links are made in the same batch: what they take is known by their own streams so far.
        """
        if command.kind is not CascadeKind.LOAD or command.target is None:
            return None
        year = _year(command.period)
        rules = self.ruling(whose, year)
        if isinstance(rules, Unruled) or not rules.plan.loads_within:
            return None
        shared = SharedTarget(command.serves, command.target, year)
        shares, looked_at = self._loads.of(self._agency.id, shared)
        self.unless = self.unless or Unless(LINKING, looked_at)
        names = {*batch}
        known = {taker: share for taker, share in shares.items() if taker[0] not in names}
        for name in names:
            for link in self._linked(name, command.period).links.values():
                if (found := load_of(link)) is not None and found[0] == shared:
                    known[name, link.period, link.result] = found[1]
        known.pop((command.employee, command.period, command.result), None)
        # What was dropped from the plan of whoever took it is taken no more, though its link stays.
        there = [share for (name, period, result), share in known.items() if result in (self.own(name, period) or ())]
        return TakenLoads(rules.policy.id, sum(there, Decimal(0)))

    def alignment(self, employee: str, period: str, state: Appraisal) -> Alignment:
        """Of the results that an appraisal has, by the links of the plan that they are of."""
        label = period if state.taken is None else state.taken[0]
        linked = self._links(employee, label)
        found = [linked[name] for name in state.results if name in linked]
        leading = sorted(past.position for past in found if self._leads(past.event, set()))
        return Alignment(len(leading), len(state.results), tuple(leading))

    def _links(self, employee: str, period: str) -> dict[str, RecordedEvent]:
        """What each result of a plan serves, by the event that linked it."""
        found: dict[str, RecordedEvent] = {}
        for past in self._reader.stream(self._agency.id, streams.links(self._agency.id, employee, _year(period))):
            event: LinksEvent = past.event
            if event.period == period and isinstance(event, ResultLinked):
                found[event.result] = past
            elif event.period == period and isinstance(event, ResultUnlinked):
                del found[event.result]
        return found

    def _leads(self, link: ResultLinked, met: set[tuple[str, str]]) -> bool:
        """Whether what is served is there, and leads to a goal that is. `met` are plans and results on the way: an
        older log may hold a circle.
        """
        serves, year = link.serves, _year(link.period)
        if serves.unit is not None:
            return self._unit_leads(serves.unit, serves.result, year, met)
        if serves.employee is None or serves.period is None:
            return False
        if not _first_time((f"{serves.employee}/{serves.period}", serves.result), met):
            return False
        if serves.result not in (self.served(serves, year) or {}):
            return False
        above = self._links(serves.employee, serves.period).get(serves.result)
        return above is not None and self._leads(above.event, met)

    def _unit_leads(self, unit: str, result: str, year: int, met: set[tuple[str, str]]) -> bool:
        planned = (self.fixed([unit], year).get(unit) or {}).get(result)
        if planned is None or not _first_time((unit, result), met):
            return False
        if planned.goal is not None:
            span = self.span(year)
            return span is not None and planned.goal in span.goals
        return planned.above is not None and self._unit_leads(planned.above.unit, planned.above.result, year, met)

    def _unit_plan(self, unit: str, year: int) -> unit_plan.State:
        return self._folded(streams.unit_plan(self._agency.id, unit, year), unit_plan.State(), unit_plan.evolve)

    def _work_plans(self, employee: str, period: str) -> WorkPlans:
        year = parse(period).starts.year
        return self._folded(streams.workplans(self._agency.id, employee, year), WorkPlans(), evolve_plans)

    def _appraisal(self, employee: str, period: str) -> Appraisal:
        return self._folded(streams.appraisal(self._agency.id, employee, period), Appraisal(), evolve_appraisal)

    def _linked(self, employee: str, period: str) -> links.State:
        return self._folded(streams.links(self._agency.id, employee, _year(period)), links.State(), links.evolve)

    def _folded(self, stream: UUID, state: StateT, evolve: Callable[[StateT, Any], StateT]) -> StateT:
        if (own := self._loaded.get(stream)) is not None:
            return own.state
        for past in self._reader.stream(self._agency.id, stream):
            state = evolve(state, past.event)
        return state


def _year(period: str) -> int:
    return parse(period).starts.year


def _first_time(one: tuple[str, str], met: set[tuple[str, str]]) -> bool:
    if one in met:
        return False
    met.add(one)
    return True


def _numbers(targets: Iterable[Any]) -> dict[str, Decimal | None]:
    return {one.id: one.target for one in targets}
