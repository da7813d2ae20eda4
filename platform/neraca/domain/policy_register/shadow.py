"""Shadows: a rule that is tried beside the one in force for a year. It moves no number, and few may see what it gives.

It is named before the days that it is compared over, with its text, so that nobody chooses afterwards what looks best.
"""

from datetime import date, timedelta

from neraca.domain import validation
from neraca.domain.command_rules import PolicyRef
from neraca.domain.contexts import Context
from neraca.domain.errors import AlreadyDone, Conflict, Invalid, NotFound, NotOpen, TooEarly, TooLate
from neraca.domain.policy_register.commands import EndShadow, NameShadow
from neraca.domain.policy_register.events import PolicyShadowEnded, PolicyShadowNamed
from neraca.domain.policy_register.state import State
from neraca.domain.vocabulary import Purpose

FURTHEST = timedelta(days=366)
"""How far ahead a shadow may be named: whoever names it should still be there when it begins."""


def name_shadow(command: NameShadow, state: State, context: Context) -> list[PolicyShadowNamed]:
    reason = validation.written(command.reason, "/reason", "the reason")
    policy, purpose, file, texts = _candidate(command, state)
    if purpose != "predicate":
        raise Invalid(f"{policy.name} is a policy for {purpose}; a shadow is one for predicate")
    if command.since < context.today:
        raise TooLate(
            f"/since: {command.since} is past; a shadow is named before the days that it is compared over",
            field="/since",
        )
    if command.since > context.today + FURTHEST:
        raise TooEarly(f"/since: {command.since} is more than a year away; name it nearer the day", field="/since")
    running = next((one for one in state.shadows.values() if one.last >= command.since), None)
    if running is not None:
        raise Conflict(
            f"/since: shadow {running.named.shadow} runs until {running.last}; end it, or begin later", field="/since"
        )
    if any(
        span.hash == policy.hash and span.classes is None and span.holds(command.since)
        for span in state.of("predicate")
    ):
        raise Invalid(f"{policy.name} is in force on {command.since} itself; a shadow is another rule")
    return [
        PolicyShadowNamed(
            shadow=f"s{len(state.shadows) + 1}",
            policy=policy,
            author=context.actor.id,
            reason=reason,
            since=command.since,
            until=_a_year_on(command.since) - timedelta(days=1),
            file=file,
            texts=texts,
        )
    ]


def end_shadow(command: EndShadow, state: State, context: Context) -> list[PolicyShadowEnded]:
    reason = validation.written(command.reason, "/reason", "the reason")
    shadow = state.shadows.get(command.shadow)
    if shadow is None:
        near = validation.suggestion(command.shadow, state.shadows)
        raise NotFound(f"/shadow: there is no shadow '{command.shadow}'; {near}", field="/shadow")
    if shadow.ended is not None:
        raise AlreadyDone(f"/shadow: {command.shadow} was ended on {shadow.ended.on}", field="/shadow")
    if context.today > shadow.named.until:
        raise NotOpen(f"/shadow: {command.shadow} ran until {shadow.named.until}, and is over", field="/shadow")
    return [PolicyShadowEnded(shadow=command.shadow, on=context.today, reason=reason)]


def _candidate(command: NameShadow, state: State) -> tuple[PolicyRef, Purpose, str, dict[str, str]]:
    """What it is, what for, and its text where no published version keeps it."""
    if (command.proposal is None) is (command.id is None or command.version is None):
        raise Invalid("name a proposal, or id and version of what is published")
    if command.proposal is not None:
        found = state.proposals.get(command.proposal)
        if found is None:
            near = validation.suggestion(command.proposal, state.proposals)
            raise NotFound(f"/proposal: no proposal '{command.proposal}'; {near}", field="/proposal")
        proposed = found.proposed
        if found.fate != "published":
            return proposed.policy, proposed.purpose, proposed.file, proposed.texts
        return proposed.policy, proposed.purpose, "", {}
    published = state.versions.get((command.id or "", command.version or 0))
    if published is None:
        there = [one.policy.name for one in state.versions.values()]
        named = PolicyRef.written(command.id or "", command.version or 0)
        raise NotFound(f"/id: no policy '{named}' is published; {validation.suggestion(named, there)}", field="/id")
    return published.policy, published.purpose, "", {}


def _a_year_on(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # the 29th of February
        return date(day.year + 1, 3, 1)
