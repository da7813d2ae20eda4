"""What a planned result of a person serves: one of a superior, or of the unit (PermenPANRB 6/2022, annex p. 39-43).

A link is an event of its own, so that a subordinate drafts before the superior is done, and is linked later. Beside it
stand the notes of the talk in which both agree on the plan.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TypeAlias, assert_never

from msgspec import Struct, field

from neraca.domain import validation
from neraca.domain.assignments import Roster, assignment_on, first_superior, superiors
from neraca.domain.contexts import Actor, Context
from neraca.domain.errors import AlreadyDone, Invalid, NotAllowed, NotFound, TooLate
from neraca.domain.event_facets import ReadableWhole
from neraca.domain.period import Period, parse
from neraca.domain.text_kinds import Key, Nip, PeriodLabel, Prose
from neraca.domain.vocabulary import CascadeKind, Role

MOST_NOTES = 100
"""Of the talk on one plan: a talk is no diary."""


class Served(Struct, frozen=True, omit_defaults=True):
    """A planned `result`: of an `employee` in the plan for a `period`, or in that of a `unit` for the year."""

    result: Key
    employee: Nip | None = None
    period: PeriodLabel | None = None
    unit: Key | None = None


class OfLinks(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`period` is that of the plan which has the results: a year, or a period of appraisal."""

    employee: str
    period: str


class ResultLinked(OfLinks, ReadableWhole, frozen=True, tag="link.made"):
    """The planned `result` serves another from the day `on`, and what it served before no more; that has a `reason`.

    Of a load, `share` is how much of the `target` that it serves is this one's.
    """

    result: str
    serves: Served
    kind: CascadeKind
    on: date
    target: str | None = None
    share: Decimal | None = None
    reason: str | None = None


class ResultUnlinked(OfLinks, ReadableWhole, frozen=True, tag="link.undone"):
    """The planned `result` serves nothing from the day `on`."""

    result: str
    on: date
    reason: str


class PlanTalkNoted(OfLinks, ReadableWhole, frozen=True, tag="link.talk-noted"):
    """What was said on the day `on` in the talk about a plan, as `by` noted it, who is one of the two."""

    on: date
    by: str
    note: str


LinksEvent: TypeAlias = ResultLinked | ResultUnlinked | PlanTalkNoted


class ToLinks(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="command"):
    employee: Nip
    period: PeriodLabel


class _Link(ToLinks, frozen=True, kw_only=True):
    result: Key
    serves: Served
    kind: CascadeKind
    target: Key | None = None
    share: Decimal | None = None


class LinkResult(_Link, frozen=True, tag="link-result"):
    """Of a plan as it stands, be it a draft, to one that is approved. A load names the target, and its share in it."""


class RelinkResult(_Link, frozen=True, tag="relink-result"):
    """The same in the place of what the result served before."""

    reason: Prose


class UnlinkResult(ToLinks, frozen=True, tag="unlink-result"):
    result: Key
    reason: Prose


class NotePlanTalk(ToLinks, frozen=True, tag="note-plan-talk"):
    """By either of the two who agree on the plan, for both to read."""

    on: date
    note: Prose


LinksCommand: TypeAlias = LinkResult | RelinkResult | UnlinkResult | NotePlanTalk


class State(Struct):
    """What each result serves, by the period of its plan and its id; how many notes a plan has. Changes in place."""

    links: dict[tuple[str, str], ResultLinked] = field(default_factory=dict[tuple[str, str], ResultLinked])
    notes: dict[str, int] = field(default_factory=dict[str, int])


class TakenLoads(Struct, frozen=True):
    """How much of a target others take together, where the `policy` for whose target it is keeps loads within it."""

    policy: str
    amount: Decimal


class LinksContext(Context, frozen=True, kw_only=True):
    """To link a result: the ids of those in the employee's plan as it stands, None without a plan; and of the approved
    plan that has what is served, each result with the targets it has, None without one. `taken` is None where no rule
    keeps loads within the target.
    """

    own: frozenset[str] | None = None
    served: Mapping[str, Mapping[str, Decimal | None]] | None = None
    circular: bool = False
    taken: TakenLoads | None = None


def evolve(state: State, event: LinksEvent) -> State:
    match event:
        case ResultLinked():
            state.links[event.period, event.result] = event
        case ResultUnlinked():
            del state.links[event.period, event.result]
        case PlanTalkNoted():
            state.notes[event.period] = state.notes.get(event.period, 0) + 1
        case _:
            assert_never(event)
    return state


def permit(command: LinksCommand, actor: Actor, roster: Roster | None) -> None:
    """Raises NotAllowed, in the same words for a plan that is not there."""
    own = actor.id == command.employee
    above = not own and (roster is None or actor.id == _appraiser(command.employee, roster))
    match command:
        case LinkResult() | RelinkResult() | UnlinkResult():
            may = own or above or Role.HR in actor.roles
        case NotePlanTalk():
            may = own or above
        case _:
            assert_never(command)
    if not may:
        raise NotAllowed(
            f"there is no plan of {command.employee} for {command.period} in which {actor.id} may send "
            f"{command.__struct_config__.tag}"
        )


def _appraiser(employee: str, roster: Roster) -> str | None:
    return first_superior(superiors(roster.people, employee, roster.today), (employee,))


def decide(command: LinksCommand, state: State, context: LinksContext) -> list[LinksEvent]:
    permit(command, context.actor, Roster(context.people, context.today))
    period = validation.period(command.period)
    match command:
        case LinkResult():
            if (before := state.links.get((command.period, command.result))) is not None:
                raise AlreadyDone(
                    f"/result: '{command.result}' serves '{before.serves.result}' already; send relink-result with a "
                    "reason",
                    field="/result",
                )
            return [_linked(command, period, context, None)]
        case RelinkResult():
            before = _there(command, state)
            reason = validation.written(command.reason, "/reason", "the reason")
            same = (before.serves, before.kind, before.target, before.share)
            if same == (command.serves, command.kind, command.target, command.share):
                raise AlreadyDone(f"'{command.result}' serves that already; nothing would change")
            return [_linked(command, period, context, reason)]
        case UnlinkResult():
            _there(command, state)
            reason = validation.written(command.reason, "/reason", "the reason")
            return [
                ResultUnlinked(
                    employee=command.employee,
                    period=command.period,
                    result=command.result,
                    on=context.today,
                    reason=reason,
                )
            ]
        case NotePlanTalk():
            return [_noted(command, state, period, context)]
        case _:
            assert_never(command)


def _there(command: RelinkResult | UnlinkResult, state: State) -> ResultLinked:
    before = state.links.get((command.period, command.result))
    if before is None:
        raise NotFound(
            f"/result: '{command.result}' of {command.period} serves nothing yet; send link-result", field="/result"
        )
    return before


def _linked(
    command: LinkResult | RelinkResult, period: Period, context: LinksContext, reason: str | None
) -> ResultLinked:
    if context.own is None:
        raise NotFound(
            f"/period: {command.employee} has no plan of its own for {command.period}; draft one first, or name the "
            "year where the plan is of the year",
            field="/period",
        )
    validation.known(command.result, context.own, "/result", f"the plan for {command.period} has no result {{}}")
    whose = _served_plan(command, period, context)
    if context.served is None:
        raise NotFound(
            f"/serves: {whose} is not approved yet, or is a share in that of the year; link the result when it is, "
            "or name the year",
            field="/serves",
        )
    validation.known(command.serves.result, context.served.keys(), "/serves/result", f"{whose} has no result {{}}")
    if context.circular:
        raise Invalid(
            f"/serves: '{command.serves.result}' in {whose} serves '{command.result}' of {command.employee} itself, "
            "directly or over others; unlink that first, or name another",
            field="/serves",
        )
    _check_share(command, context.served[command.serves.result], context.taken)
    return ResultLinked(
        employee=command.employee,
        period=command.period,
        result=command.result,
        serves=command.serves,
        kind=command.kind,
        on=context.today,
        target=command.target,
        share=command.share,
        reason=reason,
    )


def _served_plan(command: LinkResult | RelinkResult, period: Period, context: LinksContext) -> str:
    """Whose plan it is, in words. Refuses that of somebody, or of a unit, that is not above the employee."""
    serves = command.serves
    if (serves.unit is None) == (serves.employee is None) or (serves.employee is None) != (serves.period is None):
        raise Invalid(
            "/serves: name a superior with the period of their plan, or a unit: one of the two", field="/serves"
        )
    day = min(max(context.today, period.starts), period.ends)
    above = [one for one in superiors(context.people, command.employee, day) if one != command.employee]
    if serves.unit is not None:
        _known_unit(serves.unit, context)
        held = [assignment_on(context.people(one), day) for one in (command.employee, *above)]
        if serves.unit not in {one.unit for one in held if one is not None}:
            raise Invalid(
                f"/serves/unit: neither {command.employee} nor anybody above serves in {serves.unit} on {day}; name "
                "the own unit or one above",
                field="/serves/unit",
            )
        return f"the plan of {serves.unit} for {period.starts.year}"
    if serves.employee not in above:
        raise Invalid(
            f"/serves/employee: {serves.employee} is not above {command.employee} on {day}; name a superior",
            field="/serves/employee",
        )
    _check_period(serves.period or "", period)
    return f"the plan of {serves.employee} for {serves.period}"


def _check_period(label: str, own: Period) -> None:
    try:
        theirs = parse(label)
    except ValueError as unknown:
        raise Invalid(f"/serves/period: {unknown}", field="/serves/period") from None
    if not theirs.meets(own):
        raise Invalid(
            f"/serves/period: {label} has no day of {own.label}; name the plan of the same time", field="/serves/period"
        )


def _known_unit(unit: str, context: Context) -> None:
    """Raises Invalid where it is pointed at in what a result serves, and is not there."""
    validation.known(unit, context.agency.units.keys(), "/serves/unit", f"{context.agency.id} has no unit {{}}")


def _check_share(
    command: LinkResult | RelinkResult, targets: Mapping[str, Decimal | None], taken: TakenLoads | None
) -> None:
    if command.kind is not CascadeKind.LOAD:
        for name, given in (("target", command.target), ("share", command.share)):
            if given is not None:
                raise Invalid(f"/{name}: only a LOAD is a share of a target; leave it out", field=f"/{name}")
        return
    if command.target is None:
        raise Invalid("/target: a LOAD is a share of a target; name which", field="/target")
    validation.known(command.target, targets.keys(), "/target", f"result '{command.serves.result}' has no target {{}}")
    whole = targets[command.target]
    if whole is None:
        raise Invalid(f"/target: '{command.target}' has no number to share in; name another kind", field="/target")
    if command.share is None or command.share <= 0:
        raise Invalid("/share: a LOAD has a share above 0; say how much of the target it is", field="/share")
    validation.exact(command.share, "/share")
    if taken is not None and taken.amount + command.share > whole:
        raise Invalid(
            f"/share: policy {taken.policy} keeps loads within their target: of {whole:f} in '{command.target}' others "
            f"take {taken.amount:f}, so {max(whole - taken.amount, Decimal(0)):f} is left; take no more than that",
            field="/share",
        )


def _noted(command: NotePlanTalk, state: State, period: Period, context: LinksContext) -> PlanTalkNoted:
    note = validation.written(command.note, "/note", "the note")
    if command.on > context.today:
        raise Invalid(f"/on: {command.on} has not come; note a talk after it was held", field="/on")
    if context.today > period.ends:
        raise TooLate(f"{command.period} has ended; what is said of its plan is said before")
    if state.notes.get(command.period, 0) >= MOST_NOTES:
        raise Invalid(f"/note: there are {MOST_NOTES} notes on this plan, and no more are kept", field="/note")
    return PlanTalkNoted(
        employee=command.employee, period=command.period, on=command.on, by=context.actor.id, note=note
    )
