"""Who would be considered for something under another policy, and who would not be any more: by the facts of each
person up to a log position, as a listing would judge them.
"""

from collections.abc import Sequence
from itertools import repeat
from typing import NamedTuple

from neraca.domain.command_rules import PolicyRef
from neraca.domain.development.considered import Considered
from neraca.policy.impact.report import (
    BLOCKED,
    MOST_AFFECTED,
    CandidacyEffect,
    CandidateChange,
    CandidatesOfUnit,
    PolicyName,
)
from neraca.policy.published import PublishedPolicy
from neraca.service.candidacies import considered_all
from neraca.service.event_reader import EventReader


class Concerned(NamedTuple):
    """Somebody with a final result of the period, in the unit and class in which they were appraised."""

    employee: str
    unit: str
    position_class: str


class _Both(NamedTuple):
    whom: Concerned
    before: Considered | None
    after: Considered

    @property
    def was(self) -> bool:
        return self.before is not None and self.before.eligible

    @property
    def comes_in(self) -> bool:
        return self.after.eligible and not self.was

    @property
    def drops_out(self) -> bool:
        return self.was and not self.after.eligible


def candidacy_effect(
    reader: EventReader,
    agency: str,
    period: str,
    people: Sequence[Concerned],
    policies: tuple[PublishedPolicy | None, PublishedPolicy],
    until: int,
) -> tuple[CandidacyEffect, tuple[str, ...]]:
    """Under the policy in force, None where none is, and under another; and the employee numbers of its changes."""
    old, new = policies
    names = [whom.employee for whom in people]
    before = repeat(None) if old is None else considered_all(reader, agency, names, period, old, until)
    after = considered_all(reader, agency, names, period, new, until)
    both = [_Both(*one) for one in zip(people, before, after, strict=False)]
    moved = sorted((one for one in both if one.comes_in or one.drops_out), key=lambda one: (one.comes_in, one.whom))
    units = sorted({one.whom.unit for one in both})
    effect = CandidacyEffect(
        before=None if old is None else _named(old.ref, old),
        after=_named(new.ref, new),
        total=_of(both, ""),
        blocked=sum(one.after.blocked is not None for one in both),
        by_unit=tuple(_of([one for one in both if one.whom.unit == unit], unit) for unit in units),
        changes=tuple(_change(one) for one in moved[:MOST_AFFECTED]),
    )
    return effect, tuple(one.whom.employee for one in moved[:MOST_AFFECTED])


def _of(both: Sequence[_Both], unit: str) -> CandidatesOfUnit:
    return CandidatesOfUnit(
        name=unit,
        people=len(both),
        before=sum(one.was for one in both),
        after=sum(one.after.eligible for one in both),
        come_in=sum(one.comes_in for one in both),
        drop_out=sum(one.drops_out for one in both),
    )


def _change(one: _Both) -> CandidateChange:
    return CandidateChange(
        unit=one.whom.unit,
        position_class=one.whom.position_class,
        before=BLOCKED if one.before is None or one.before.outcome is None else one.before.outcome,
        after=one.after.outcome or BLOCKED,
        comes_in=one.comes_in,
    )


def _named(ref: PolicyRef, policy: PublishedPolicy) -> PolicyName:
    return PolicyName(ref.id, ref.version, ref.hash, policy.plan.calc_hash)
