"""The performance allowance (TPP) of one employee in one year, month by month: what is paid, and on what it rests."""

from decimal import Decimal
from typing import Any, TypeAlias, assert_never

from msgspec import Struct, field

from neraca.domain import validation
from neraca.domain.appraisal.state import Stage
from neraca.domain.command_rules import PolicyRef
from neraca.domain.contexts import AllowanceContext
from neraca.domain.errors import AlreadyDone, Blocked, Invalid, NotAllowed, NotFound, NotOpen, TooEarly
from neraca.domain.event_facets import ReadableWhole, WithoutFacts
from neraca.domain.period import Period
from neraca.domain.remuneration.told_facts import ReportRule, ToldFacts
from neraca.domain.remuneration.unpaid_days import UnpaidDays, paid_part
from neraca.domain.text_kinds import MonthLabel, Nip, PeriodLabel, Prose


class OfAllowance(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`appraisal` is the period of the result that it rests on, and `result` the log position of that; `position` is
    the one up to which the log was read. `provisional` tells that an objection to that result was pending: what stands
    is paid, and revised where the decision makes another of it. `lacking` are facts that the policy asks for and that
    nothing told. Where days of the month are `unpaid`, `whole` is what it would have come to without them.
    """

    employee: str
    month: str
    amount: Decimal
    predicate: str
    appraisal: str
    result: int
    policy: PolicyRef
    position: int
    facts_digest: str
    engine: str
    facts: ToldFacts
    nodes: dict[str, Decimal | None] = {}
    reports: ReportRule | None = None
    provisional: bool = False
    lacking: tuple[str, ...] = ()
    whole: Decimal | None = None
    unpaid: UnpaidDays | None = None

    @property
    def behind(self) -> list[int]:
        """Every event behind it, in order of the log."""
        return sorted({*self.facts.positions, *(self.unpaid.events if self.unpaid else ())})


class AllowanceFixed(OfAllowance, WithoutFacts, ReadableWhole, frozen=True, tag="allowance.fixed"):
    """In rupiah."""


class AllowanceRevised(OfAllowance, WithoutFacts, ReadableWhole, frozen=True, tag="allowance.revised"):
    """Takes the place of what was fixed for the month before; that stays readable."""

    reason: str


AllowanceEvent: TypeAlias = AllowanceFixed | AllowanceRevised


class ToAllowance(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="command"):
    """`appraisal` is the period of a final result: of the last one that ended by the end of the month."""

    employee: Nip
    month: MonthLabel
    appraisal: PeriodLabel


class FixAllowance(ToAllowance, frozen=True, tag="fix-allowance"):
    pass


class ReviseAllowance(ToAllowance, frozen=True, tag="revise-allowance"):
    """Where the result was amended since, a fact of the month has changed, or what was paid is provisional no more."""

    reason: Prose


AllowanceCommand: TypeAlias = FixAllowance | ReviseAllowance

STALE = 12
"""Months after which a result is too old to be paid by: a year has a result of its own by then (ours)."""


class State(Struct):
    """By month what counts. Changes in place."""

    months: dict[str, AllowanceFixed | AllowanceRevised] = field(
        default_factory=dict[str, AllowanceFixed | AllowanceRevised]
    )


def evolve(state: State, event: AllowanceEvent) -> State:
    match event:
        case AllowanceFixed() | AllowanceRevised():
            state.months[event.month] = event
        case _:
            assert_never(event)
    return state


def decide(command: AllowanceCommand, state: State, context: AllowanceContext) -> list[AllowanceEvent]:
    fixable(command, state, context)
    scored = context.scored
    if scored is None or scored.blocked is not None or scored.score is None:
        why = None if scored is None else scored.blocked
        raise Blocked(f"there is no allowance: {why or 'the policy gives no score'}")
    counted: dict[str, Any] = {
        "employee": command.employee,
        "month": command.month,
        "amount": paid_part(scored.score, context.unpaid),
        "predicate": context.predicate,
        "appraisal": command.appraisal,
        "result": context.appraisal.position,
        "policy": scored.policy,
        "position": scored.position,
        "facts_digest": scored.facts_digest,
        "engine": scored.engine,
        "facts": context.facts,
        "nodes": scored.nodes,
        "reports": context.reports,
        "provisional": _is_contested(context),
        "lacking": context.lacking,
        "whole": None if context.unpaid is None else scored.score,
        "unpaid": context.unpaid,
    }
    match command:
        case FixAllowance():
            return [AllowanceFixed(**counted)]
        case ReviseAllowance():
            reason = validation.written(command.reason, "/reason", "the reason")
            before = state.months[command.month]
            # What was recorded since and touches the month may come to the same: then that is what is recorded.
            if context.touched <= before.position and (
                before.facts_digest,
                before.policy,
                before.result,
                before.provisional,
                before.unpaid,
            ) == (
                scored.facts_digest,
                scored.policy,
                context.appraisal.position,
                _is_contested(context),
                context.unpaid,
            ):
                raise AlreadyDone(
                    f"/month: nothing that the allowance of {command.month} rests on has changed", field="/month"
                )
            return [AllowanceRevised(**counted, reason=reason)]
        case _:
            assert_never(command)


def fixable(command: AllowanceCommand, state: State, context: AllowanceContext) -> None:
    """Raises all that can be refused before the amount is reckoned."""
    if context.actor.id == command.employee:
        raise NotAllowed("nobody may fix their own allowance; ask another HR officer")
    month, result = validation.period(command.month), validation.period(command.appraisal)
    if context.today < month.ends:
        raise TooEarly(f"/month: {command.month} ends on {month.ends}; fix it then", field="/month")
    if isinstance(command, FixAllowance) and command.month in state.months:
        raise AlreadyDone(f"/month: the allowance of {command.month} is fixed; revise it with a reason", field="/month")
    if isinstance(command, ReviseAllowance) and command.month not in state.months:
        raise NotFound(f"/month: no allowance of {command.month} is fixed; fix it first", field="/month")
    _of_the_time(month, result)
    if context.later:
        raise Invalid(
            f"/appraisal: {context.later[-1]} is final as well and later than {result.label}; name that",
            field="/appraisal",
        )
    # Pay does not wait for an objection: nobody is to go unpaid for as long as it takes who may object.
    if context.appraisal.state.stage is not Stage.FINAL:
        raise NotOpen(
            f"/appraisal: the appraisal of {command.appraisal} is not final; finalise it first", field="/appraisal"
        )


def _is_contested(context: AllowanceContext) -> bool:
    state = context.appraisal.state
    return state.objection is not None and not state.objection_decided


def _of_the_time(month: Period, result: Period) -> None:
    if result.ends > month.ends:
        raise Invalid(
            f"/appraisal: {result.label} ends on {result.ends}, after {month.label}; name a result that was there",
            field="/appraisal",
        )
    months = (month.ends.year - result.ends.year) * 12 + month.ends.month - result.ends.month
    if months > STALE:
        raise Invalid(
            f"/appraisal: {result.label} ended {months} months before {month.label} did; at most {STALE} are taken",
            field="/appraisal",
        )
