"""The policy book of an agency: how a rule comes from a proposal into force, and every version it ever published.

Published versions are kept with their full text, so a replay never needs a file.
"""

from neraca.domain.policy_register.commands import (
    ApprovePolicy,
    AttachImpact,
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
    PolicySuperseded,
    PolicyWithdrawn,
)
from neraca.domain.policy_register.state import Proposal, Published, State, evolve, in_force, require_in_force
from neraca.domain.policy_register.validity import ValidityPeriod

__all__ = [
    "ApprovePolicy",
    "AttachImpact",
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
    "PolicySuperseded",
    "PolicyWithdrawn",
    "Proposal",
    "ProposePolicy",
    "PublishPolicy",
    "Published",
    "SchedulePolicy",
    "State",
    "ToPolicyRegister",
    "UnschedulePolicy",
    "ValidityPeriod",
    "WithdrawPolicy",
    "decide",
    "evolve",
    "in_force",
    "permit",
    "published",
    "require_in_force",
]
