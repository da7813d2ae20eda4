"""How long the services of the civil registry take: a file that its queue system is said to have written, invented as
all of the demo is, imported by the system's own token, corrected once, and confirmed by an official as facts of the
office's people.
"""

from collections.abc import Iterable, Mapping, Sequence
from csv import DictReader
from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from importlib.resources import files
from io import StringIO
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from neraca.demo.steps import Simulation, Step
from neraca.domain.appraisal.commands import EstablishFact, OpenAppraisal, ReassignAppraisal
from neraca.domain.contexts import Actor
from neraca.domain.period import Period, parse
from neraca.domain.registry import Command
from neraca.domain.roster import AssignEmployee, TransferEmployee
from neraca.domain.service_times.commands import ConfirmServiceTimes, ImportServiceTimes, MeasureAs
from neraca.domain.service_times.records import TimeRecord
from neraca.domain.service_times.source import RegisterTimeSource
from neraca.domain.vocabulary import Role
from neraca.policy.model import Inverse

UNIT = "disdukcapil"
_SOURCE, _SYSTEM = "antrean-disdukcapil", "Sistem antrean Disdukcapil (contoh)"
_FILE, _PERIOD = "waktu-pelayanan-2025-Q4.csv", "2025-Q4"
_SERVICE, _STANDARD = "ktp-el", Decimal(15)
"""The service that is measured for the office's people, and how many minutes it may take."""

_FAST = timedelta(hours=2)


def import_times(stage: Simulation, periods: list[Period]) -> Iterable[Step]:
    """Where an agency has the office, judges by the quarter, and its policy asks how many minutes work takes."""
    asked = [one.measure for one in stage.policy.indicators.values() if isinstance(one.measure, Inverse)]
    facts = [(one.actual, one.target) for one in asked if "menit_penyelesaian" in one.actual]
    if UNIT not in stage.agency.units or not facts or _PERIOD not in [one.label for one in periods]:
        return
    official, period = stage.clerk(Role.OFFICIAL), parse(_PERIOD)
    importer = Actor(_SOURCE, frozenset({Role.INTEGRATOR}), stage.agency.id)
    register = RegisterTimeSource(source=_SOURCE, system=_SYSTEM, importers=[_SOURCE])
    yield Step(stage.at(stage.working(date(period.starts.year, 9, 1)), 9), official, (register,))
    day = stage.working(period.ends + timedelta(days=1))
    file = (files("neraca.demo") / "data" / _FILE).read_bytes()
    measured = _measured(file, ZoneInfo(stage.agency.time_zone))
    wrong = [replace(one, finished=one.finished and one.finished + _FAST) for one in measured[:3]]
    batch = ImportServiceTimes(
        unit=UNIT,
        period=_PERIOD,
        source=_SOURCE,
        batch=_PERIOD,
        records=[*wrong, *measured[3:]],
    )
    yield Step(stage.at(day, 7), importer, (batch,))
    # The clock of one machine was fast: the whole file comes again, with the reason.
    again = replace(
        batch, records=measured, file=sha256(file).hexdigest(), reason="jam satu mesin terlalu cepat (contoh)"
    )
    yield Step(stage.at(day, 8), importer, (again,))
    (actual, target), *_ = facts
    confirmed = [MeasureAs(actual, _SERVICE, "mean")]
    if isinstance(target, str):
        confirmed.append(MeasureAs(target, _SERVICE, "standard"))
    confirm = ConfirmServiceTimes(unit=UNIT, period=_PERIOD, facts=confirmed, standards={_SERVICE: _STANDARD})
    yield Step(stage.at(day, 9), official, (confirm,))


def _measured(file: bytes, zone: ZoneInfo) -> list[TimeRecord]:
    """What the file has of the office: a line of one service, or of those of a month."""

    def at(time: str) -> datetime:
        return datetime.fromisoformat(time).replace(tzinfo=zone)

    def record(row: dict[str, str]) -> TimeRecord:
        if row["month"]:
            count, within = int(row["count"]), int(row["within"])
            return TimeRecord(
                row["service"], month=row["month"], count=count, minutes=Decimal(row["minutes"]), within=within
            )
        return TimeRecord(row["service"], started=at(row["started"]), finished=at(row["finished"]))

    return [record(row) for row in DictReader(StringIO(file.decode())) if row["unit"] == UNIT]


def unmeasured(steps: Sequence[Step]) -> list[Step]:
    """The steps without what officials would vouch for although it is measured by then."""
    measured: set[str] = set()
    places: dict[str, list[tuple[date, str]]] = {}
    units: dict[tuple[str, str], str] = {}
    kept: dict[int, Step] = {}
    for number, step in sorted(enumerate(steps), key=lambda one: one[1].at):
        said: list[Command] = []
        for one in step.commands:
            if isinstance(one, AssignEmployee | TransferEmployee):
                places.setdefault(one.employee, []).append((one.since, one.unit))
            elif isinstance(one, OpenAppraisal):
                so_far = [place for place in places.get(one.employee, ()) if place[0] <= step.at.date()]
                units[one.employee, one.period] = max(so_far)[1] if so_far else ""
            elif isinstance(one, ReassignAppraisal):
                units[one.employee, one.period] = one.unit
            elif isinstance(one, ConfirmServiceTimes):
                measured = {fact.fact for fact in one.facts}
            elif isinstance(one, EstablishFact) and one.fact in measured and _is_of_office(one, units):
                continue
            said.append(one)
        if len(said) == len(step.commands):
            kept[number] = step
        elif said:
            kept[number] = replace(step, commands=tuple(said))
    return [kept[number] for number in sorted(kept)]


def _is_of_office(one: EstablishFact, units: Mapping[tuple[str, str], str]) -> bool:
    return one.period == _PERIOD and units.get((one.employee, one.period)) == UNIT
