"""What happens in the policy register."""

from datetime import date
from typing import TypeAlias

from msgspec import Struct

from neraca.domain.command_rules import PolicyRef
from neraca.domain.event_facets import ReadableWhole
from neraca.domain.text_kinds import Name, Prose
from neraca.domain.vocabulary import PositionClass, Purpose, Role

Classes: TypeAlias = tuple[PositionClass, ...]
"""Of the employees a version rules; where it is None, all."""


class OfPolicyRegister(Struct, frozen=True, kw_only=True, omit_defaults=True):
    pass


class PolicyProposed(OfPolicyRegister, ReadableWhole, frozen=True, tag="policy.proposed"):
    """A text that is to rule from `since`. Under the same `proposal` it replaces the text before, and all that was
    approved of it.

    `warnings` are what the checks said, `doubtful` the references that are unverified or illustrative, `locked` the
    paths that the text moves within what a parent's lock allows. `legal_basis` is named where it rules backwards,
    `in_parts` where it begins within a period, which is then appraised in parts; `fewer_tests` is why it has fewer
    tests than the version before.
    """

    proposal: str
    policy: PolicyRef
    file: str
    texts: dict[str, str]
    author: str
    reason: str
    since: date
    purpose: Purpose = "predicate"
    until: date | None = None
    classes: Classes | None = None
    legal_basis: str | None = None
    warnings: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()
    locked: tuple[str, ...] = ()
    in_parts: bool = False
    fewer_tests: str | None = None


class PolicyImpactAttached(OfPolicyRegister, frozen=True, tag="policy.impact-attached"):
    """What the text would do to the appraisals of a period, and to those that run on the day it begins.

    `report` is the hex sha256 of `text`, the whole report as the service computed it from the facts up to log
    `position`. Where there is no `text`, somebody else said what the report was.
    """

    proposal: str
    policy_hash: str
    report: str
    period: str
    summary: str
    position: int = 0
    text: str | None = None


class Override(Struct, frozen=True, forbid_unknown_fields=True):
    """Who answers for a production agency resting on a reference that nobody verified, and why."""

    name: Name
    reason: Prose


class PolicyApproved(OfPolicyRegister, ReadableWhole, frozen=True, tag="policy.approved"):
    """`role` is that in which the approver approved exactly this text with exactly this impact report."""

    proposal: str
    policy_hash: str
    impact_hash: str
    approver: str
    role: Role
    override: Override | None = None


class PolicyWithdrawn(OfPolicyRegister, ReadableWhole, frozen=True, tag="policy.withdrawn"):
    proposal: str
    reason: str


class PolicyPublished(OfPolicyRegister, ReadableWhole, frozen=True, tag="policy.published"):
    """`file` is the policy's own file among `texts`, which also holds its parents: file name -> full text.

    `proposal` is the one that was approved; None where the operator adopted it from the agency's file.
    """

    policy: PolicyRef
    file: str
    texts: dict[str, str]
    reason: str
    purpose: Purpose = "predicate"
    proposal: str | None = None


class PolicyScheduled(OfPolicyRegister, ReadableWhole, frozen=True, tag="policy.scheduled"):
    """In force for the appraisals whose policy date lies in the span; `until` None is open-ended."""

    policy: PolicyRef
    since: date
    until: date | None = None
    classes: Classes | None = None
    legal_basis: str | None = None


class PolicySuperseded(OfPolicyRegister, ReadableWhole, frozen=True, tag="policy.superseded"):
    """Its last day in force is `until`; a day before it began says that it never ruled.

    `since` names the span by its first day, None the open-ended one; `classes` those it no longer rules.
    """

    policy: PolicyRef
    until: date
    reason: str
    since: date | None = None
    classes: Classes | None = None


class RestoredSpan(Struct, frozen=True, omit_defaults=True):
    """What rules again, with the days it had before another took them over."""

    policy: PolicyRef
    since: date
    until: date | None = None
    classes: Classes | None = None


class PolicyScheduleWithdrawn(OfPolicyRegister, ReadableWhole, frozen=True, tag="policy.schedule-withdrawn"):
    """The schedule of `policy` from `since` for `classes` is taken back, as if it had never been; the text stays
    published. What it had taken over from is `restored`.
    """

    policy: PolicyRef
    since: date
    reason: str
    classes: Classes | None = None
    restored: tuple[RestoredSpan, ...] = ()


class PolicyShadowNamed(OfPolicyRegister, ReadableWhole, frozen=True, tag="policy.shadow-named"):
    """Appraisals of periods that end from `since` to `until` are judged by `policy` as well, which counts for nothing.

    `file` and `texts` are its own where it is a proposal, so that what becomes of that changes no shadow; empty where
    it is published.
    """

    shadow: str
    policy: PolicyRef
    author: str
    reason: str
    since: date
    until: date
    file: str = ""
    texts: dict[str, str] = {}


class PolicyShadowEnded(OfPolicyRegister, ReadableWhole, frozen=True, tag="policy.shadow-ended"):
    """Before its last day; `on` is the last it is compared over."""

    shadow: str
    on: date
    reason: str


PolicyEvent: TypeAlias = (
    PolicyProposed
    | PolicyImpactAttached
    | PolicyApproved
    | PolicyWithdrawn
    | PolicyPublished
    | PolicyScheduled
    | PolicySuperseded
    | PolicyScheduleWithdrawn
    | PolicyShadowNamed
    | PolicyShadowEnded
)
