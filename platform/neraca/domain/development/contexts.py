"""What decisions about development may know besides the state of their own stream."""

from neraca.domain.contexts import Context
from neraca.domain.development.considered import Considered
from neraca.domain.development.needs import TrainingNeeds


class TrainingContext(Context, frozen=True, kw_only=True):
    """For a training plan of a unit: who heads the unit today, None where nobody does."""

    head: str | None


class ProposingContext(TrainingContext, frozen=True, kw_only=True):
    """To propose one: what the final results of the unit's people ask for, and the indicators and nodes of the policies
    in force in the period. Looked up after `proposable`.
    """

    needs: TrainingNeeds
    measured: frozenset[str]


class CompletingContext(TrainingContext, frozen=True, kw_only=True):
    """To record that somebody was trained: log positions of what was recorded as training to follow from their result
    of the plan's period.
    """

    follow_ups: frozenset[int] = frozenset()


class OwnPlanContext(Context, frozen=True, kw_only=True):
    """To plan for one's own development in a year: the indicators and nodes of the policies in force in it."""

    measured: frozenset[str]


class CandidacyContext(Context, frozen=True, kw_only=True):
    """For a candidacy: who heads the unit in which the employee serves today, None where nobody does."""

    head: str | None


class WeighingContext(CandidacyContext, frozen=True, kw_only=True):
    """To list, nominate, decide or revise: what the policy makes of the facts in the log; `asks` tells whether the
    candidate must accept. Looked up after `weighable`.
    """

    considered: Considered
    asks: bool
