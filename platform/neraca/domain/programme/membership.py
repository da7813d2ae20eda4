"""Who is in a programme from when to when, with which share, and who leads and owns it."""

from datetime import date, timedelta
from decimal import Decimal

from neraca.domain import validation
from neraca.domain.assignments import is_exempt, is_state_official, named_in_service, serves
from neraca.domain.contexts import Context, having
from neraca.domain.errors import AlreadyDone, Invalid, NotFound
from neraca.domain.programme.commands import JoinProgramme, LeaveProgramme, ReassignProgramme, ReviseShare
from neraca.domain.programme.contexts import FeedingContext
from neraca.domain.programme.events import MemberJoined, MemberLeft, ProgrammeReassigned, ProgrammeStarted, ShareRevised
from neraca.domain.programme.state import Programme, Stay

MOST_MEMBERS = 1_000
"""Of one programme, whoever left counted: what is concluded names each of them."""


def joinable(command: JoinProgramme, state: Programme, context: Context) -> None:
    """Raises all that can be refused before anything is looked up. That somebody took part may be recorded late, also
    when the programme has ended: they have their part of what is concluded afterwards, or corrected.
    """
    started = started_of(command.programme, state)
    named_in_service(command.employee, command.since, "/employee", context.people)
    if is_state_official(command.employee, context.people):
        raise Invalid(
            f"/employee: {command.employee} is a state official, whom nobody appraises; name an employee",
            field="/employee",
        )
    if is_exempt(context.people(command.employee), command.since):
        raise Invalid(
            f"/employee: {command.employee} is exempt on {command.since}; take them in from the day they are back",
            field="/employee",
        )
    _within(command.since, started, state)
    _share(command.share)
    validation.written(command.role, "/role", "the role")
    stays = state.stays.get(command.employee, ())
    if any(one.until is None or one.until >= command.since for one in stays):
        raise AlreadyDone(
            f"/since: {command.employee} is a member on {command.since} or later already; revise their share, or name "
            "a day after they left",
            field="/since",
        )
    if command.employee not in state.stays and len(state.stays) >= MOST_MEMBERS:
        raise Invalid(
            f"/employee: '{command.programme}' has {MOST_MEMBERS:,} members, the most there may be; start another "
            "programme beside it",
            field="/employee",
        )


def join(command: JoinProgramme, state: Programme, context: Context) -> MemberJoined:
    joinable(command, state, context)
    for typed in having(FeedingContext, context).typed:
        raise Invalid(
            f"/since: '{typed.fact}' of {typed.employee} in {typed.period} was typed by an official, and the programme "
            "would tell it too; take them in from a day after that period",
            field="/since",
        )
    return MemberJoined(
        programme=command.programme,
        employee=command.employee,
        since=command.since,
        share=command.share,
        role=command.role,
    )


def revise_share(command: ReviseShare, state: Programme) -> ShareRevised:
    """Also of a programme that has ended, from a day until then."""
    _within(command.since, started_of(command.programme, state), state)
    stay = _member_on(command.employee, command.since, "/since", state)
    validation.written(command.reason, "/reason", "the reason")
    _share(command.share)
    if stay.shares[-1][1] == command.share and stay.shares[-1][0] <= command.since:
        raise AlreadyDone(f"/share: {command.employee} has {command.share} already", field="/share")
    if stay.shares[-1][0] > command.since:
        raise Invalid(
            f"/since: the share was revised from {stay.shares[-1][0]}, after {command.since}; name that day or a later "
            "one",
            field="/since",
        )
    return ShareRevised(
        programme=command.programme,
        employee=command.employee,
        since=command.since,
        share=command.share,
        reason=command.reason,
    )


def leave(command: LeaveProgramme, state: Programme) -> MemberLeft:
    """Also of a programme that has ended: when somebody left may be recorded late."""
    started_of(command.programme, state)
    never = state.stay_from(command.employee, command.on + timedelta(days=1))
    stay = never or _member_on(command.employee, command.on, "/on", state)
    validation.written(command.reason, "/reason", "the reason")
    if never is None and stay.until is not None:
        raise AlreadyDone(f"/on: {command.employee} left on {stay.until} already", field="/on")
    return MemberLeft(programme=command.programme, employee=command.employee, on=command.on, reason=command.reason)


def reassign(command: ReassignProgramme, state: Programme, context: Context) -> ProgrammeReassigned:
    _running(command.programme, state)
    validation.written(command.reason, "/reason", "the reason")
    lead, owner = command.lead or state.lead, command.owner or state.owner
    if (lead, owner) == (state.lead, state.owner):
        raise AlreadyDone(f"'{command.programme}' is led by {lead} and owned by {owner} already; name another")
    if command.lead is not None:
        named_in_service(command.lead, context.today, "/lead", context.people)
    if command.owner is not None and command.owner != context.actor.id:
        named_in_service(command.owner, context.today, "/owner", context.people)
    apart(lead, owner)
    return ProgrammeReassigned(programme=command.programme, lead=lead, owner=owner, reason=command.reason)


def apart(lead: str, owner: str) -> None:
    """Whoever answers for what the lead reports is somebody else."""
    if lead == owner:
        raise Invalid(f"/lead: {lead} owns the programme; name somebody else to lead it", field="/lead")


def started_of(programme: str, state: Programme) -> ProgrammeStarted:
    if state.started is None:
        raise NotFound(f"/programme: there is no programme '{programme}'; start it first", field="/programme")
    return state.started


def may_report(actor: str, day: date, state: Programme, context: Context) -> bool:
    """The lead, or who is a member on the day up to which is reported or today, and serves today."""
    if not serves(context.people(actor), context.today):
        return False
    return actor == state.lead or any(state.stay_on(actor, one) is not None for one in (day, context.today))


def _running(programme: str, state: Programme) -> ProgrammeStarted:
    started = started_of(programme, state)
    if state.ended is not None:
        raise AlreadyDone(f"/programme: '{programme}' ended on {state.ended}; start another", field="/programme")
    return started


def _within(since: date, started: ProgrammeStarted, state: Programme) -> None:
    if state.ended is not None and since > state.ended:
        raise AlreadyDone(
            f"/since: the programme ended on {state.ended}; name a day until then, or start another", field="/since"
        )
    if not started.begins <= since <= state.planned_end:
        raise Invalid(
            f"/since: {since} is outside the programme's days, {started.begins} to {state.planned_end}; name a day "
            "within, or revise its end",
            field="/since",
        )


def _share(share: Decimal) -> None:
    if not 0 < validation.exact(share, "/share") <= validation.exact(Decimal(1), "/share"):
        raise Invalid(f"/share: {share} is no share; send a number above 0 and at most 1", field="/share")


def _member_on(employee: str, day: date, field: str, state: Programme) -> Stay:
    stay = state.stay_on(employee, day)
    if stay is None:
        validation.known(employee, state.stays.keys(), "/employee", "the programme has no member {}")
        raise Invalid(f"{field}: {employee} is no member on {day}; name a day on which they are", field=field)
    return stay


__all__ = ["MOST_MEMBERS", "apart", "join", "joinable", "leave", "may_report", "reassign", "revise_share", "started_of"]
