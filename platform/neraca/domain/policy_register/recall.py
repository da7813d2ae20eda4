"""Taking a schedule back: what ruled before rules again, as long as nothing final rests on the one that goes.

The last comes first: what another schedule has taken days from since is taken back after that one.
"""

from neraca.domain import validation
from neraca.domain.command_rules import PolicyRef
from neraca.domain.contexts import RecallContext
from neraca.domain.errors import Conflict, Invalid, NotFound
from neraca.domain.policy_register.commands import UnschedulePolicy
from neraca.domain.policy_register.events import PolicyEvent, PolicyScheduleWithdrawn, RestoredSpan
from neraca.domain.policy_register.state import Published, Scheduling, State
from neraca.domain.policy_register.validity import ValidityPeriod, members


def unschedule(
    command: UnschedulePolicy, published: Published, state: State, context: RecallContext
) -> list[PolicyEvent]:
    validation.written(command.reason, "/reason", "the reason")
    span = recallable(command, published, state)
    name = PolicyRef.written(command.id, command.version)
    if context.resting:
        # Of which periods, but not of whom: whoever takes a schedule back may read no dossier.
        periods = ", ".join(sorted({one.rpartition("/")[2] for one in context.resting}))
        raise Conflict(
            f"{len(context.resting)} results are final by {name} ({periods}), and what is final stands; propose "
            "another version for the days to come"
        )
    return [
        PolicyScheduleWithdrawn(
            policy=published.policy,
            since=span.since,
            reason=command.reason,
            classes=span.classes,
            restored=tuple(_restored(one) for one in state.displaced[_scheduling(span)]),
        )
    ]


def recallable(command: UnschedulePolicy, published: Published, state: State) -> ValidityPeriod:
    """The span that is taken back. All that can be refused before the log is searched for what rests on it."""
    name = PolicyRef.written(command.id, command.version)
    own = [span for span in state.of(published.purpose) if span.hash == published.policy.hash]
    there = "; ".join(span.words() for span in own) or f"{name} is not scheduled"
    found = [span for span in own if command.since in (None, span.since)]
    if not found:
        raise NotFound(f"/since: no schedule of {name} to take back: {there}", field="/since")
    if len(found) > 1:
        raise Invalid(f"/since: which schedule of {name}? {there}", field="/since")
    (span,) = found
    # Taken back in between, the later schedule would give back days to a rule that is gone.
    for (hash_, since, _), taken in state.displaced.items():
        if any((one.hash, one.since) == (span.hash, span.since) for one in taken):
            later = next(one for one in state.versions.values() if one.policy.hash == hash_).policy
            raise Conflict(f"{later.name} took over from {name} on {since}; take that back first")
    if _scheduling(span) not in state.displaced:
        raise Conflict(f"{span.words()}, but for other classes than it was scheduled for; take back what changed that")
    _free(span, state.of(published.purpose), state.displaced[_scheduling(span)])
    return span


def _free(gone: ValidityPeriod, spans: list[ValidityPeriod], back: list[ValidityPeriod]) -> None:
    """What comes back may meet nothing that was scheduled since for the days that the one that goes had left."""
    for one in back:
        for other in spans:
            same = other is gone or (other.hash, other.since) == (one.hash, one.since)
            if not same and members(one.classes) & members(other.classes) and one.meets(other.since, other.until):
                raise Conflict(f"{one.policy} would rule again, but {other.words()}; take that back first")


def _scheduling(span: ValidityPeriod) -> Scheduling:
    return span.hash, span.since, span.classes


def _restored(span: ValidityPeriod) -> RestoredSpan:
    return RestoredSpan(span.ref, span.since, span.until, span.classes)
