"""What the appraiser judged, competencies, and facts that an official vouches for."""

from datetime import date
from decimal import Decimal

from msgspec import Struct

from neraca.domain.appraisal.events.reports import Evidence
from neraca.domain.appraisal.events.stages import OfAppraisal
from neraca.domain.event_facets import ReadableWhole, WithoutDossier, WithoutPlan, WithoutState
from neraca.domain.text_kinds import Title


class Competency(Struct, frozen=True):
    """Level required by the position and level reached."""

    name: Title
    required: Decimal
    reached: Decimal


class StandardOfPost(Struct, frozen=True):
    """That which was set by the event at log `position`, for a post or a class of posts, which `of` names."""

    of: str
    since: date
    decree: str
    position: int


class LevelJudged(OfAppraisal, WithoutPlan, ReadableWhole, frozen=True, tag="appraisal.level-judged"):
    """The appraiser's judgement of a planned result as a level of the policy's scale (di_atas, sesuai, di_bawah).

    `by` is who judged, which logs from before do not say: the reviewer may, for an appraiser who is silent.
    """

    result: str
    level: str
    note: str | None = None
    by: str | None = None


class CompetenciesAssessed(
    OfAppraisal, WithoutState, WithoutDossier, ReadableWhole, frozen=True, tag="appraisal.competencies-assessed"
):
    """`standard` is what the levels required are of, where a standard of the post stands; `evidence` is what shows the
    level reached, by competency.
    """

    competencies: list[Competency]
    basis: str
    standard: StandardOfPost | None = None
    evidence: dict[str, list[Evidence]] = {}


class FactEstablished(OfAppraisal, WithoutDossier, ReadableWhole, frozen=True, tag="appraisal.fact-established"):
    """An authorised official vouches for a fact of the policy: exactly one of number, flag and word.

    A later one replaces it.
    """

    fact: str
    basis: str
    number: Decimal | None = None
    flag: bool | None = None
    word: str | None = None


class FactWithdrawn(OfAppraisal, WithoutDossier, ReadableWhole, frozen=True, tag="appraisal.fact-withdrawn"):
    """What was vouched for of a fact counts no more, and nothing that was vouched for before it in its place."""

    fact: str
    reason: str
