"""The policy book of an agency: how a rule comes from a proposal into force, and every version it ever published.

Published versions are kept with their full text, so a replay never needs a file.
"""

from neraca.domain.policy_book.commands import (
    ApprovePolicy,
    AttachImpact,
    PolicyCommand,
    ProposePolicy,
    PublishPolicy,
    SchedulePolicy,
    ToPolicyBook,
    UnschedulePolicy,
    WithdrawPolicy,
)
from neraca.domain.policy_book.decide import decide, permit, published
from neraca.domain.policy_book.events import (
    OfPolicyBook,
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
from neraca.domain.policy_book.spans import Span
from neraca.domain.policy_book.state import Proposal, Published, State, evolve, in_force, the_one_in_force

__all__ = [
    "ApprovePolicy",
    "AttachImpact",
    "OfPolicyBook",
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
    "Span",
    "State",
    "ToPolicyBook",
    "UnschedulePolicy",
    "WithdrawPolicy",
    "decide",
    "evolve",
    "in_force",
    "permit",
    "published",
    "the_one_in_force",
]
