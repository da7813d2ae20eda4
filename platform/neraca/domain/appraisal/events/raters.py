"""Who is assigned to rate."""

from datetime import date

from msgspec import Struct

from neraca.domain.appraisal.events.stages import OfAppraisal
from neraca.domain.command_rules import PolicyRef, RaterSource
from neraca.domain.event_facets import WithoutDossier
from neraca.domain.vocabulary import Relation


class OfRaterAssignment(OfAppraisal, WithoutDossier, frozen=True):
    """Who is to rate is known to those who assign and to each of them: of anonymous groups it would tell of a small one
    who is in it, and when it changed, who rated after.
    """


class AssignedRaters(Struct, frozen=True, omit_defaults=True):
    """The raters of a relation. Of `candidates`, whose numbers in order, one a line, have this hex sha256, as many as
    `count` says were taken in the order that the `seed` gives, or all where it says none; where nobody was drawn there
    is no seed.
    """

    relation: Relation
    source: RaterSource
    raters: tuple[str, ...]
    count: int | None = None
    candidates: int = 0
    candidates_sha256: str | None = None
    seed: str | None = None


class RatersAssigned(OfRaterAssignment, frozen=True, tag="appraisal.raters-assigned"):
    """As the policy takes them, of the roster of the day `by_roster_of` as the log has it up to `position`; the draw
    rests on the salt of the event at log position `salt`.
    """

    on: date
    by_roster_of: date
    policy: PolicyRef
    position: int
    groups: list[AssignedRaters]
    salt: int | None = None


class RaterNamed(OfRaterAssignment, frozen=True, tag="appraisal.rater-named"):
    on: date
    rater: str
    relation: Relation
    by: str
    reason: str


class RaterDeclined(OfRaterAssignment, frozen=True, tag="appraisal.rater-declined"):
    """`instead` is the next of the draw, None where nobody is left."""

    on: date
    rater: str
    relation: Relation
    reason: str
    instead: str | None = None


class RaterReplaced(OfRaterAssignment, frozen=True, tag="appraisal.rater-replaced"):
    """By HR. What the rater gave before, if they did, stands."""

    on: date
    rater: str
    relation: Relation
    by: str
    reason: str
    instead: str | None = None
