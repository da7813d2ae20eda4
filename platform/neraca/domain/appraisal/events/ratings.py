"""What raters gave, and that their groups closed."""

from datetime import date
from decimal import Decimal

from neraca.domain.appraisal.events.stages import OfAppraisal
from neraca.domain.command_rules import PolicyRef
from neraca.domain.event_facets import ReadableWhole, WithoutFacts, WithoutPlan
from neraca.domain.vocabulary import ANONYMOUS, Relation


class Rated(OfAppraisal, WithoutPlan, frozen=True, tag="appraisal.rated"):
    """`scores` is indicator -> value on the group's scale. `rater` is an employee number, or a citizen's token, which
    begins with `warga:` since tokens are a name space of their own.

    `anonymous` where the policy promised it to a relation that is not anonymous by itself; `sealed` where nobody reads
    it, by name or not, before the time to rate is over.
    """

    rater: str
    relation: Relation
    scores: dict[str, Decimal]
    note: str | None = None
    anonymous: bool = False
    sealed: bool = False

    @property
    def hidden(self) -> bool:
        """Whether nobody may know of it until its group has closed, and never of it alone."""
        return self.anonymous or self.relation in ANONYMOUS


class RatingRevised(OfAppraisal, WithoutPlan, frozen=True, tag="appraisal.rating-revised"):
    """`scores` replaces the values of the indicators it names."""

    rater: str
    scores: dict[str, Decimal]
    reason: str


class RatingWithdrawn(OfAppraisal, WithoutPlan, frozen=True, tag="appraisal.rating-withdrawn"):
    rater: str
    reason: str


class RatingsClosed(OfAppraisal, WithoutFacts, WithoutPlan, ReadableWhole, frozen=True, tag="appraisal.ratings-closed"):
    """The anonymous groups closed before there was a result, so that a cohort can be judged: they count as what they
    came to by then under `policy`. `closed` has how many raters each had, None below its floor.
    """

    on: date
    policy: PolicyRef
    closed: dict[str, int | None] = {}
