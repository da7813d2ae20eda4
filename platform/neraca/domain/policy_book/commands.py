"""What a policy book can be asked."""

from datetime import date
from typing import TypeAlias

from msgspec import Struct

from neraca.domain.policy_book.events import Classes, Override


class ToPolicyBook(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="command"):
    pass


class ProposePolicy(ToPolicyBook, frozen=True, tag="propose-policy"):
    """`texts` are the policy's file and its parents'; the service resolves and checks them.

    Without `proposal` it is a new one, named p1, p2 and so on; with that of an open one it replaces its text.
    `in_parts` is said where it begins within a period, which is then to be appraised in parts.
    """

    file: str
    texts: dict[str, str]
    reason: str
    since: date
    until: date | None = None
    classes: Classes | None = None
    legal_basis: str | None = None
    proposal: str | None = None
    in_parts: bool = False


class AttachImpact(ToPolicyBook, frozen=True, tag="attach-impact"):
    """The service computes the report and keeps it; without `period`, of the last that has final results.

    `policy_hash` is that of the text that was read. Whoever has seen a report says its hash in `report`: another one
    is refused.
    """

    proposal: str
    policy_hash: str
    period: str | None = None
    report: str | None = None


class ApprovePolicy(ToPolicyBook, frozen=True, tag="approve-policy"):
    """Names what the approver has read. With the last approval that is needed, the text is published and scheduled."""

    proposal: str
    policy_hash: str
    impact_hash: str
    override: Override | None = None


class WithdrawPolicy(ToPolicyBook, frozen=True, tag="withdraw-policy"):
    proposal: str
    reason: str


class PublishPolicy(ToPolicyBook, frozen=True, tag="publish-policy"):
    """For the operator of the deployment, who adopts what an agency's file names. Everybody else proposes."""

    file: str
    texts: dict[str, str]
    reason: str


class SchedulePolicy(ToPolicyBook, frozen=True, tag="schedule-policy"):
    """For the operator. An open-ended version in force is superseded on the day before `since`."""

    id: str
    version: int
    since: date
    until: date | None = None
    classes: Classes | None = None


PolicyCommand: TypeAlias = (
    ProposePolicy | AttachImpact | ApprovePolicy | WithdrawPolicy | PublishPolicy | SchedulePolicy
)
