"""Where a version finds its place among those that rule: it takes over from an open-ended one, and overlaps none."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta

from msgspec import Struct

from neraca.domain import validation
from neraca.domain.command_rules import PolicyRef
from neraca.domain.errors import AlreadyDone, Conflict, Invalid
from neraca.domain.policy_register.events import Classes, PolicyEvent, PolicyScheduled, PolicySuperseded
from neraca.domain.policy_register.state import State
from neraca.domain.policy_register.validity import ValidityPeriod, members, written


class Placement(Struct, frozen=True):
    """With a legal basis it may take the whole place of an open-ended version that began on the same day."""

    policy: PolicyRef
    since: date
    until: date | None
    classes: Classes | None
    legal_basis: str | None = None


def placed(wanted: Placement, spans: Iterable[ValidityPeriod]) -> list[PolicyEvent]:
    """Whoever ruled open-ended until now rules until the day before; any other overlap of a class is refused."""
    whom = members(wanted.classes)
    if not whom:
        raise Invalid("/classes: rules nobody; name some classes, or leave it out for all", field="/classes")
    if wanted.until is not None and wanted.until < wanted.since:
        raise Invalid(
            f"/until: {wanted.until} is before {wanted.since}; end then or later, or leave it out", field="/until"
        )
    events: list[PolicyEvent] = []
    for span in spans:
        if not whom & members(span.classes) or not span.meets(wanted.since, wanted.until):
            continue
        # A retry is told that it is done already, before it would be told that it overlaps itself.
        if span.hash == wanted.policy.hash and (span.since, span.until) == (wanted.since, wanted.until):
            raise AlreadyDone(f"policy {wanted.policy.id} version {wanted.policy.version} is scheduled so already")
        if not _yields(span, wanted):
            raise Conflict(f"/since: {span.words()}; choose days outside that span", field="/since")
        events.append(_superseded(span, wanted))
    scheduled = PolicyScheduled(
        policy=wanted.policy,
        since=wanted.since,
        until=wanted.until,
        classes=written(whom),
        legal_basis=wanted.legal_basis,
    )
    return [*events, scheduled]


def _yields(span: ValidityPeriod, wanted: Placement) -> bool:
    # With a later first day the other keeps days of its own; to take them all needs a law that says so.
    whole = span.since == wanted.since and wanted.legal_basis is not None
    return span.until is None and (span.since < wanted.since or whole)


def _superseded(span: ValidityPeriod, wanted: Placement) -> PolicySuperseded:
    whom = written(members(span.classes) & members(wanted.classes))
    return PolicySuperseded(
        policy=span.ref,
        until=wanted.since - timedelta(days=1),
        reason=f"{wanted.policy.id} version {wanted.policy.version} rules from {wanted.since}",
        since=span.since,
        classes=whom,
    )


def never_published(policy: PolicyRef, state: State) -> None:
    before = state.versions.get((policy.id, policy.version))
    if before is not None and before.policy.hash == policy.hash:
        raise AlreadyDone(f"policy {policy.id} version {policy.version} is published already, word for word")
    if before is not None:
        after = max(version for name, version in state.versions if name == policy.id) + 1
        raise Conflict(f"{policy.id} version {policy.version} is published and immutable; write {after}")


def file_is_there(file: str, texts: Collection[str]) -> None:
    if file not in texts:
        raise Invalid(f"/file: '{file}' is not among the texts; {validation.suggestion(file, texts)}", field="/file")
