"""What is asked of many results together: how they are spread, and that they are ranked."""

from typing import Annotated, Literal

from msgspec import Meta

from neraca.policy.blocks import Id, Percent
from neraca.policy.model.kinds import Block


class Quota(Block, frozen=True):
    """A share of a cohort, in percent.

    min: at least
    max: at most
    """

    min: Percent | None = None
    max: Percent | None = None


class GroupQuota(Block, frozen=True):
    """How many of a cohort may have any of several predicates together.

    of: the predicates that are counted as one
    min: at least this percentage
    max: at most this percentage
    """

    of: list[str]
    min: Percent | None = None
    max: Percent | None = None


class Curve(Block, frozen=True):
    """How predicates may be spread where the unit itself did so well.

    quotas: shares of one predicate each
    group_quotas: shares of several predicates together
    at_least_one_of: somebody must have one of these
    none_of: nobody may have these
    """

    quotas: dict[Id, Quota] = {}
    group_quotas: dict[Id, GroupQuota] = {}
    at_least_one_of: list[str] = []
    none_of: list[str] = []


class Distribution(Block, frozen=True):
    """How the predicates of people should look together. It never changes a predicate by itself.

    mode: advisory records what is out of bounds; enforce keeps a cohort open, and its results, until it is mended
    cohort: who is counted together: pejabat_penilai, the people of one appraiser; unit_organisasi, those of a unit,
        which is told and binds nobody
    select_by: the fact that picks the curve
    rounding: how shares become people: {max: floor, min: ceil}
    curves: a curve for each word of that fact
    min_cohort: fewer people are not checked
    ref: the reference it rests on
    """

    mode: Literal["off", "advisory", "enforce"]
    cohort: str
    select_by: str
    rounding: dict[Literal["min", "max"], Literal["ceil", "floor"]]
    curves: dict[Id, Curve]
    min_cohort: Annotated[int, Meta(ge=1)] = 1
    ref: str | None = None


class RankingShares(Block, frozen=True):
    """How many percent of those who are ranked are at the top, in the middle and at the bottom; together 100.

    top: of the people, from the best down
    middle: those who follow
    bottom: the rest
    """

    top: Percent
    middle: Percent
    bottom: Percent


class Ranking(Block, frozen=True):
    """That people are ranked by their scores once all of a group are final. It changes no score and no predicate.

    within: whom one is ranked among: the people of one's unit, of one's class of posts, or of the whole agency
    shares: what part of the people is called top, middle and bottom; equal places are in one part
    ref: the reference it rests on
    """

    within: Literal["unit", "class", "agency"]
    shares: RankingShares | None = None
    ref: str | None = None
