"""The policy book of an agency: every version it ever published, with full text, so a replay never needs a file."""

from datetime import date, timedelta
from typing import TypeAlias, assert_never

from msgspec import Struct, field

from neraca.domain import values
from neraca.domain.errors import AlreadyDone, Conflict, Invalid, NotFound
from neraca.domain.given import Given
from neraca.domain.rulebook import PolicyRef
from neraca.domain.vocabulary import Purpose


class OfPolicyBook(Struct, frozen=True, kw_only=True, omit_defaults=True):
    pass


class PolicyPublished(OfPolicyBook, frozen=True, tag="policy.published"):
    """`file` is the policy's own file among `texts`, which also holds its parents: file name -> full text."""

    policy: PolicyRef
    file: str
    texts: dict[str, str]
    reason: str
    purpose: Purpose = "predicate"


class PolicyScheduled(OfPolicyBook, frozen=True, tag="policy.scheduled"):
    """In force for the appraisals whose policy date lies in the span; `until` None is open-ended."""

    policy: PolicyRef
    since: date
    until: date | None = None


class PolicySuperseded(OfPolicyBook, frozen=True, tag="policy.superseded"):
    """Its last day in force is `until`."""

    policy: PolicyRef
    until: date
    reason: str


PolicyEvent: TypeAlias = PolicyPublished | PolicyScheduled | PolicySuperseded


class ToPolicyBook(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="command"):
    pass


class PublishPolicy(ToPolicyBook, frozen=True, tag="publish-policy"):
    """`texts` are the policy's file and its parents'; the service checks and resolves them and fills in the hashes."""

    file: str
    texts: dict[str, str]
    reason: str


class SchedulePolicy(ToPolicyBook, frozen=True, tag="schedule-policy"):
    """An open-ended version in force is superseded on the day before `since`."""

    id: str
    version: int
    since: date
    until: date | None = None


PolicyCommand: TypeAlias = PublishPolicy | SchedulePolicy


class Published(Struct, frozen=True):
    policy: PolicyRef
    purpose: Purpose


class Scheduled(Struct):
    """`until` None is open-ended."""

    policy: PolicyRef
    purpose: Purpose
    since: date
    until: date | None

    def holds(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


class State(Struct):
    """Versions by id and number, and when each rules. Spans of one purpose never overlap. Changes in place."""

    versions: dict[tuple[str, int], Published] = field(default_factory=dict[tuple[str, int], Published])
    schedule: list[Scheduled] = field(default_factory=list[Scheduled])


def evolve(state: State, event: PolicyEvent) -> State:
    match event:
        case PolicyPublished():
            state.versions[event.policy.id, event.policy.version] = Published(event.policy, event.purpose)
        case PolicyScheduled():
            purpose = state.versions[event.policy.id, event.policy.version].purpose
            state.schedule.append(Scheduled(event.policy, purpose, event.since, event.until))
        case PolicySuperseded():
            for span in state.schedule:
                if span.policy == event.policy and span.until is None:
                    span.until = event.until
        case _:
            assert_never(event)
    return state


def in_force(state: State, day: date, purpose: Purpose = "predicate") -> PolicyRef | None:
    return next((span.policy for span in state.schedule if span.purpose == purpose and span.holds(day)), None)


def decide(command: PolicyCommand, state: State, given: Given) -> list[PolicyEvent]:
    match command:
        case PublishPolicy():
            return _publish(command, state, given)
        case SchedulePolicy():
            return _schedule(command, state)
        case _:
            assert_never(command)


def _publish(command: PublishPolicy, state: State, given: Given) -> list[PolicyEvent]:
    policy = given.policy
    if policy is None:
        raise Invalid("/texts: the texts don't make a policy; run neraca check on them", field="/texts")
    values.written(command.reason, "/reason", "the reason")
    if command.file not in command.texts:
        raise Invalid(
            f"/file: '{command.file}' is not among the texts; {values.suggestion(command.file, command.texts)}",
            field="/file",
        )
    before = state.versions.get((policy.id, policy.version))
    if before is not None and before.policy.hash == policy.hash:
        raise AlreadyDone(f"policy {policy.id} version {policy.version} is published already, word for word")
    if before is not None:
        raise Conflict(f"{policy.id} version {policy.version} is published and immutable; write {policy.version + 1}")
    return [
        PolicyPublished(
            policy=policy, file=command.file, texts=command.texts, reason=command.reason, purpose=given.purpose
        )
    ]


def _schedule(command: SchedulePolicy, state: State) -> list[PolicyEvent]:
    """Whoever ruled open-ended until now rules until the eve; any other overlap is refused."""
    published = _published(command, state)
    if command.until is not None and command.until < command.since:
        raise Invalid(f"/until: {command.until} is before {command.since}", field="/until")
    events: list[PolicyEvent] = []
    for span in state.schedule:
        if span.purpose != published.purpose or not _overlap(span, command):
            continue
        if span.policy == published.policy and (span.since, span.until) == (command.since, command.until):
            raise AlreadyDone(f"policy {command.id} version {command.version} is scheduled so already")
        if span.until is not None or span.since >= command.since:
            raise Conflict(f"/since: {_named(span)}; choose days outside that span", field="/since")
        events.append(
            PolicySuperseded(
                policy=span.policy,
                until=command.since - timedelta(days=1),
                reason=f"{command.id} version {command.version} rules from {command.since}",
            )
        )
    events.append(PolicyScheduled(policy=published.policy, since=command.since, until=command.until))
    return events


def _published(command: SchedulePolicy, state: State) -> Published:
    published = state.versions.get((command.id, command.version))
    if published is not None:
        return published
    versions = sorted(number for name, number in state.versions if name == command.id)
    if versions:
        there = ", ".join(map(str, versions))
        raise NotFound(f"/version: {command.id} has version {there}, not {command.version}", field="/version")
    near = values.suggestion(command.id, {name for name, _ in state.versions})
    raise NotFound(f"/id: no policy '{command.id}' is published; {near}", field="/id")


def _overlap(span: Scheduled, asked: SchedulePolicy) -> bool:
    return (span.until is None or asked.since <= span.until) and (asked.until is None or span.since <= asked.until)


def _named(span: Scheduled) -> str:
    until = f"to {span.until}" if span.until else "on without end"
    return f"{span.policy.id} version {span.policy.version} rules from {span.since} {until}"
