"""The organisation's achievement of a unit in a period (capaian kinerja organisasi)."""

from decimal import Decimal
from typing import Literal, TypeAlias, assert_never

from msgspec import Struct

from neraca.domain import record_uses, validation
from neraca.domain.contexts import RecordContext
from neraca.domain.errors import AlreadyDone, Invalid, NotFound, TooEarly
from neraca.domain.event_facets import ReadableWhole
from neraca.domain.organisation import active_unit
from neraca.domain.text_kinds import Key, PeriodLabel, Prose, Title

# Those of an organisation (PermenPANRB 6/2022, annex p. 92), which are not those of a person.
OrgPredicate: TypeAlias = Literal["istimewa", "baik", "butuh_perbaikan", "kurang", "sangat_kurang"]


class OfAchievement(Struct, frozen=True, kw_only=True, omit_defaults=True):
    unit: str
    period: str
    index: Decimal
    predicate: OrgPredicate


class AchievementPublished(OfAchievement, ReadableWhole, frozen=True, tag="achievement.published"):
    """`index` is the unit's IKU achievement in percent."""

    source: str


class AchievementRevised(OfAchievement, ReadableWhole, frozen=True, tag="achievement.revised"):
    reason: str


AchievementEvent: TypeAlias = AchievementPublished | AchievementRevised


class ToAchievement(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="command"):
    unit: Key
    period: PeriodLabel
    index: Decimal
    predicate: OrgPredicate


class PublishAchievement(ToAchievement, frozen=True, tag="publish-achievement"):
    source: Title


class ReviseAchievement(ToAchievement, frozen=True, tag="revise-achievement"):
    reason: Prose


AchievementCommand: TypeAlias = PublishAchievement | ReviseAchievement


class State(Struct):
    published: bool = False


def evolve(state: State, event: AchievementEvent) -> State:
    match event:
        case AchievementPublished():
            state.published = True
        case AchievementRevised():
            pass
        case _:
            assert_never(event)
    return state


def decide(command: AchievementCommand, state: State, context: RecordContext) -> list[AchievementEvent]:
    period = validation.period(command.period)
    active_unit(command.unit, period.ends, context.agency)
    if context.today < period.starts:
        raise TooEarly(
            f"/period: {period.label} begins on {period.starts}; nothing is achieved in it yet", field="/period"
        )
    # Only when it is new: what was published is revised, even where no policy asks for it any more.
    if not state.published:
        record_uses.readers(period, context.applied, record_uses.evaluates)
    if validation.exact(command.index, "/index") < 0:
        raise Invalid(
            f"/index: {command.index} is below 0; send the achievement in percent, or 0 for none", field="/index"
        )
    match command:
        case PublishAchievement():
            if state.published:
                raise AlreadyDone(f"the achievement of {command.unit} in {command.period} is published; revise it")
            return [
                AchievementPublished(
                    unit=command.unit,
                    period=command.period,
                    index=command.index,
                    predicate=command.predicate,
                    source=validation.written(command.source, "/source", "the source"),
                )
            ]
        case ReviseAchievement():
            if not state.published:
                raise NotFound(f"no achievement of {command.unit} in {command.period} is published; publish one first")
            return [
                AchievementRevised(
                    unit=command.unit,
                    period=command.period,
                    index=command.index,
                    predicate=command.predicate,
                    reason=validation.written(command.reason, "/reason", "the reason"),
                )
            ]
        case _:
            assert_never(command)
