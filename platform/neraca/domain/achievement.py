"""The organisation's achievement of a unit in a period (capaian kinerja organisasi)."""

from decimal import Decimal
from typing import Literal, TypeAlias

from msgspec import Struct

OrgPredicate: TypeAlias = Literal["istimewa", "baik", "butuh_perbaikan", "kurang", "sangat_kurang"]


class _Event(Struct, frozen=True, kw_only=True, omit_defaults=True):
    unit: str
    period: str
    index: Decimal
    predicate: OrgPredicate


class AchievementPublished(_Event, frozen=True, tag="achievement.published"):
    """`index` is the unit's IKU achievement in percent."""

    source: str


class AchievementRevised(_Event, frozen=True, tag="achievement.revised"):
    reason: str


AchievementEvent: TypeAlias = AchievementPublished | AchievementRevised


class _Command(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="command"):
    unit: str
    period: str
    index: Decimal
    predicate: OrgPredicate


class PublishAchievement(_Command, frozen=True, tag="publish-achievement"):
    source: str


class ReviseAchievement(_Command, frozen=True, tag="revise-achievement"):
    reason: str


AchievementCommand: TypeAlias = PublishAchievement | ReviseAchievement
