"""What may be asked of the service times of a unit in a period."""

from decimal import Decimal
from typing import TypeAlias

from msgspec import Struct

from neraca.domain.service_times.records import Measure, TimeRecord, TimeUnit
from neraca.domain.text_kinds import Key, PeriodLabel, Prose


class MeasureAs(Struct, frozen=True):
    """Which measure of which service a fact of the policy is to be; `time_unit` is that of a time."""

    fact: Key
    service: Key
    measure: Measure
    time_unit: TimeUnit = "minutes"


class ToServiceTimes(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="command"):
    unit: Key
    period: PeriodLabel


class ImportServiceTimes(ToServiceTimes, frozen=True, tag="import-service-times"):
    """A batch is known by its source and name; a large one comes in parts, counted from 1. With a `reason` part 1 takes
    the place of the whole batch that is there. `file` is the hex sha256 of the file it came in.
    """

    source: Key
    batch: Key
    records: list[TimeRecord]
    part: int = 1
    file: Key | None = None
    reason: Prose | None = None


class WithdrawServiceTimes(ToServiceTimes, frozen=True, tag="withdraw-service-times"):
    """A whole batch; what was confirmed stands until it is confirmed again."""

    source: Key
    batch: Key
    reason: Prose


class ConfirmServiceTimes(ToServiceTimes, frozen=True, tag="confirm-service-times"):
    """`facts` says what is to become a fact of the unit's people; `standards` how many minutes a service may take."""

    facts: list[MeasureAs]
    standards: dict[Key, Decimal] = {}


ServiceTimesCommand: TypeAlias = ImportServiceTimes | WithdrawServiceTimes | ConfirmServiceTimes
