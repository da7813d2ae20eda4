"""The policy register of an agency: how a rule comes from a proposal into force, and every version it ever published.

Published versions are kept with their full text, so a replay never needs a file.
"""

from typing import TYPE_CHECKING

from neraca.domain.policy_register.commands import (
    ApprovePolicy,
    AttachImpact,
    EndShadow,
    NameShadow,
    PolicyCommand,
    ProposePolicy,
    PublishPolicy,
    SchedulePolicy,
    ToPolicyRegister,
    UnschedulePolicy,
    WithdrawPolicy,
)
from neraca.domain.policy_register.decide import decide, permit, published
from neraca.domain.policy_register.events import (
    OfPolicyRegister,
    Override,
    PolicyApproved,
    PolicyEvent,
    PolicyImpactAttached,
    PolicyProposed,
    PolicyPublished,
    PolicyScheduled,
    PolicyScheduleWithdrawn,
    PolicyShadowEnded,
    PolicyShadowNamed,
    PolicySuperseded,
    PolicyWithdrawn,
)
from neraca.domain.policy_register.state import Proposal, Published, Shadow, State, evolve, in_force, require_in_force
from neraca.domain.policy_register.validity import ValidityPeriod

if TYPE_CHECKING:
    from neraca.domain.policy_register import (
        applicability,
        approval,
        events,
        placement,
        proposal,
        recall,
        shadow,
        timing,
        validity,
    )

__all__ = [
    "ApprovePolicy",
    "AttachImpact",
    "EndShadow",
    "NameShadow",
    "OfPolicyRegister",
    "Override",
    "PolicyApproved",
    "PolicyCommand",
    "PolicyEvent",
    "PolicyImpactAttached",
    "PolicyProposed",
    "PolicyPublished",
    "PolicyScheduleWithdrawn",
    "PolicyScheduled",
    "PolicyShadowEnded",
    "PolicyShadowNamed",
    "PolicySuperseded",
    "PolicyWithdrawn",
    "Proposal",
    "ProposePolicy",
    "PublishPolicy",
    "Published",
    "SchedulePolicy",
    "Shadow",
    "State",
    "ToPolicyRegister",
    "UnschedulePolicy",
    "ValidityPeriod",
    "WithdrawPolicy",
    "applicability",
    "approval",
    "decide",
    "events",
    "evolve",
    "in_force",
    "permit",
    "placement",
    "proposal",
    "published",
    "recall",
    "require_in_force",
    "shadow",
    "timing",
    "validity",
]
