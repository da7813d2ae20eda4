"""What the policy register can be asked."""

from datetime import date
from typing import TypeAlias

from msgspec import Struct

from neraca.domain.policy_register.events import Classes, Override
from neraca.domain.text_kinds import Key, PeriodLabel, PolicyFile, PolicyText, Prose


class ToPolicyRegister(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="command"):
    pass


class ProposePolicy(ToPolicyRegister, frozen=True, tag="propose-policy"):
    """`texts` are the policy's file and its parents'; the service resolves and checks them.

    Without `proposal` it is a new one, named p1, p2 and so on; with that of an open one it replaces its text.
    `in_parts` is said where it begins within a period, which is then to be appraised in parts. `fewer_tests` says why
    it has fewer tests than the version before.
    """

    file: PolicyFile
    texts: dict[PolicyFile, PolicyText]
    reason: Prose
    since: date
    until: date | None = None
    classes: Classes | None = None
    legal_basis: Prose | None = None
    proposal: Key | None = None
    in_parts: bool = False
    fewer_tests: Prose | None = None


class AttachImpact(ToPolicyRegister, frozen=True, tag="attach-impact"):
    """The service computes the report and keeps it; without `period`, of the last that has final results.

    `policy_hash` is that of the text that was read. Whoever has seen a report says its hash in `report`: another one
    is refused.
    """

    proposal: Key
    policy_hash: Key
    period: PeriodLabel | None = None
    report: Key | None = None


class ApprovePolicy(ToPolicyRegister, frozen=True, tag="approve-policy"):
    """Names what the approver has read. With the last approval that is needed, the text is published and scheduled."""

    proposal: Key
    policy_hash: Key
    impact_hash: Key
    override: Override | None = None


class WithdrawPolicy(ToPolicyRegister, frozen=True, tag="withdraw-policy"):
    proposal: Key
    reason: Prose


class PublishPolicy(ToPolicyRegister, frozen=True, tag="publish-policy"):
    """For the operator of the deployment, who adopts what an agency's file names. Everybody else proposes."""

    file: PolicyFile
    texts: dict[PolicyFile, PolicyText]
    reason: Prose


class SchedulePolicy(ToPolicyRegister, frozen=True, tag="schedule-policy"):
    """For the operator. An open-ended version in force is superseded on the day before `since`.

    `in_parts` is said where it may cut a period, which is then appraised in parts.
    """

    id: Key
    version: int
    since: date
    until: date | None = None
    classes: Classes | None = None
    in_parts: bool = False


class UnschedulePolicy(ToPolicyRegister, frozen=True, tag="unschedule-policy"):
    """Takes a schedule back while no result is final by it: what ruled before rules again. `since` says which, where a
    version has several.
    """

    id: Key
    version: int
    reason: Prose
    since: date | None = None


class NameShadow(ToPolicyRegister, frozen=True, tag="name-shadow"):
    """Tries a rule beside the one in force for a year from `since`: the text of a `proposal` as it stands, or what is
    published as `id` and `version`.
    """

    reason: Prose
    since: date
    proposal: Key | None = None
    id: Key | None = None
    version: int | None = None


class EndShadow(ToPolicyRegister, frozen=True, tag="end-shadow"):
    """Before its year is over."""

    shadow: Key
    reason: Prose


PolicyCommand: TypeAlias = (
    ProposePolicy
    | AttachImpact
    | ApprovePolicy
    | WithdrawPolicy
    | PublishPolicy
    | SchedulePolicy
    | UnschedulePolicy
    | NameShadow
    | EndShadow
)
