"""The policy book of an agency: every version it ever published, with full text, so a replay never needs a file."""

from datetime import date
from typing import TypeAlias

from msgspec import Struct

from neraca.domain.rulebook import PolicyRef


class _Event(Struct, frozen=True, kw_only=True, omit_defaults=True):
    pass


class PolicyPublished(_Event, frozen=True, tag="policy.published"):
    """`file` is the policy's own file among `texts`, which also holds its parents: file name -> full text."""

    policy: PolicyRef
    file: str
    texts: dict[str, str]
    reason: str


class PolicyScheduled(_Event, frozen=True, tag="policy.scheduled"):
    """In force for the appraisals whose policy date lies in the span; `until` None is open-ended."""

    policy: PolicyRef
    since: date
    until: date | None = None


class PolicySuperseded(_Event, frozen=True, tag="policy.superseded"):
    """Its last day in force is `until`."""

    policy: PolicyRef
    until: date
    reason: str


PolicyEvent: TypeAlias = PolicyPublished | PolicyScheduled | PolicySuperseded


class _Command(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="command"):
    pass


class PublishPolicy(_Command, frozen=True, tag="publish-policy"):
    """`texts` are the policy's file and its parents'; the service checks and resolves them and fills in the hashes."""

    file: str
    texts: dict[str, str]
    reason: str


class SchedulePolicy(_Command, frozen=True, tag="schedule-policy"):
    """An open-ended version in force is superseded on the day before `since`."""

    id: str
    version: int
    since: date
    until: date | None = None


PolicyCommand: TypeAlias = PublishPolicy | SchedulePolicy
