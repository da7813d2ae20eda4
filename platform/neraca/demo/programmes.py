"""Programmes over several offices: led, reported once by whoever of them, and told of each member by share and days.

What an official would vouch for one by one is told of the members by the programme, so that nobody types it for them.
Of each office the last people are in it who lead nobody and stay where they are, so that the others' year is as it was.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal, TypedDict

from msgspec import Struct, structs

from neraca.demo.scope import YEAR
from neraca.demo.staff import Person
from neraca.demo.steps import Simulation, Step
from neraca.domain.agency import Unit
from neraca.domain.appraisal.commands import EstablishFact
from neraca.domain.appraisal.events import Evidence, Feeds
from neraca.domain.contexts import Actor
from neraca.domain.period import Period
from neraca.domain.programme import commands as ask
from neraca.domain.programme.events import Counting, ProgrammeKind
from neraca.domain.registry import Command
from neraca.domain.vocabulary import Role

_OFFICES = 2
"""At least so many take part."""

_FROM_EACH = 3
"""People of each office."""

_SHARES = (Decimal("0.4"), Decimal("0.35"), Decimal("0.25"))
_WHOLE = frozenset({"inovasi", "kegiatan", "layanan", "program"})
"""Of which there is no half."""

_BEFORE = date(YEAR - 1, 12, 31)
_SOURCE = "LKjIP tahun sebelumnya (contoh)"


class _Measured(Struct, frozen=True):
    """An indicator with what it stood at before, what is aimed at, and how far from that it may come, in hundredths."""

    id: str
    title: str
    measure: str
    counting: Counting
    before: int
    target: int
    reach: tuple[int, int]
    feeds: Feeds | None = None
    polarity: Literal["max", "min"] = "max"


class _Plot(Struct, frozen=True):
    """`words` are of the offices that take part."""

    id: str
    kind: ProgrammeKind
    title: str
    purpose: str
    words: tuple[str, ...]
    measured: tuple[_Measured, ...]

    @property
    def facts(self) -> set[str]:
        feeds = [one.feeds for one in self.measured if one.feeds is not None]
        return {name for one in feeds for name in (one.actual, one.target) if name is not None}

    def takes_in(self, unit: Unit) -> bool:
        return any(word in unit.name.get("id", "").lower() for word in self.words)


_PLOTS = (
    _Plot(
        "layanan-terpadu",
        ProgrammeKind.PROGRAMME,
        "Layanan administrasi terpadu (contoh)",
        "satu loket dan satu berkas untuk kependudukan dan perizinan (contoh)",
        ("satu pintu", "kependudukan"),
        (
            _Measured(
                "daring",
                "Layanan yang selesai daring (contoh)",
                "layanan",
                Counting.SHARED,
                90,
                240,
                (85, 115),
                Feeds("layanan_daring", "target_layanan_daring"),
            ),
            _Measured(
                "tunggu", "Menit menunggu di loket (contoh)", "menit", Counting.COMMON, 42, 20, (90, 140), None, "min"
            ),
        ),
    ),
    _Plot(
        "smart-city",
        ProgrammeKind.PROGRAMME,
        "Bandung Smart City (contoh)",
        "layanan dan informasi kota yang terbuka dan lebih cepat (contoh)",
        ("pendidikan", "komunikasi", "kependudukan", "satu pintu", "perencanaan"),
        (
            _Measured(
                "efektivitas",
                "Sasaran program yang tercapai (contoh)",
                "persen",
                Counting.COMMON,
                55,
                80,
                (90, 118),
                Feeds("capaian_smart_city", "target_smart_city"),
            ),
            _Measured(
                "inovasi",
                "Inovasi yang diterapkan (contoh)",
                "inovasi",
                Counting.COMMON,
                0,
                2,
                (50, 100),
                Feeds("inovasi_smart_city_diterapkan"),
            ),
            _Measured(
                "akses", "Informasi yang dapat diakses warga (contoh)", "persen", Counting.COMMON, 38, 70, (80, 120)
            ),
            _Measured(
                "kecepatan",
                "Jam sampai keluhan dijawab (contoh)",
                "jam",
                Counting.COMMON,
                72,
                24,
                (90, 160),
                None,
                "min",
            ),
        ),
    ),
    _Plot(
        "sekolah-mutu",
        ProgrammeKind.PROGRAMME,
        "Program mutu sekolah (contoh)",
        "pendampingan guru, kelas digital dan kesehatan sekolah (contoh)",
        ("pendidikan", "komunikasi", "kesehatan"),
        (
            _Measured(
                "program",
                "Program pendidikan yang tercapai (contoh)",
                "program",
                Counting.SHARED,
                18,
                30,
                (80, 120),
                Feeds("program_pendidikan_tercapai", "target_program_pendidikan"),
            ),
        ),
    ),
    _Plot(
        "posyandu-keliling",
        ProgrammeKind.PROGRAMME,
        "Posyandu dan layanan keliling (contoh)",
        "puskesmas dan kantor kecamatan bersama ke kampung-kampung (contoh)",
        ("puskesmas", "kecamatan"),
        (
            _Measured(
                "kegiatan",
                "Kegiatan bersama di kampung (contoh)",
                "kegiatan",
                Counting.COMMON,
                4,
                10,
                (75, 125),
                Feeds("kegiatan_program"),
            ),
        ),
    ),
)


class _Which(TypedDict):
    programme: str


class _Member(Struct, frozen=True):
    """`until` is the last day of whoever leaves."""

    nip: str
    since: date
    share: Decimal
    until: date | None = None

    def in_period(self, period: Period) -> bool:
        return self.since <= period.ends and (self.until is None or period.starts <= self.until)


def run_programmes(
    stage: Simulation, people: Sequence[Person], moving: Collection[str], periods: Sequence[Period], steps: list[Step]
) -> list[Step]:
    """The steps of a year with those of its programmes, and without what officials would type of the members."""
    found = list(steps)
    for plot in _PLOTS:
        story = _story(stage, plot, people, moving, periods)
        if story is not None:
            found = [*_untyped(found, story), *story.steps()]
    return found


def _story(
    stage: Simulation, plot: _Plot, people: Sequence[Person], moving: Collection[str], periods: Sequence[Period]
) -> "_Story | None":
    """None where the city's rules ask nothing that it tells, or too few offices are there for it."""
    said = [value for one in stage.policy.indicators.values() for value in structs.asdict(one.measure).values()]
    if not plot.facts <= {value for value in said if isinstance(value, str)}:
        return None
    units = [unit for unit in dict.fromkeys(one.unit for one in people) if plot.takes_in(stage.agency.units[unit])]
    leading = {one.supervisor for one in people}
    chosen = {
        unit: [one.nip for one in people[1:] if one.unit == unit and one.nip not in leading | {*moving}][-_FROM_EACH:]
        for unit in units
    }
    chosen = {unit: found for unit, found in chosen.items() if found}
    heads = [one.nip for one in people[1:] if one.supervisor == people[0].nip and one.unit in chosen]
    if len(chosen) < _OFFICES or not heads:
        return None
    return _Story(stage.beside(plot.id), plot, heads[0], chosen, periods)


def _untyped(steps: Iterable[Step], story: "_Story") -> Iterator[Step]:
    """Without the facts that the programme tells of its members in the periods in which they are."""
    told = {
        (member.nip, period.label, fact)
        for member in story.members
        for period in story.periods
        if member.in_period(period)
        for fact in story.plot.facts
    }
    for step in steps:
        kept = tuple(
            one
            for one in step.commands
            if not isinstance(one, EstablishFact) or (one.employee, one.period, one.fact) not in told
        )
        if kept == step.commands:
            yield step
        elif kept:
            yield structs.replace(step, commands=kept)


class _Story:
    """One programme from its first day to its end. One member comes late, and one leaves before the others."""

    def __init__(
        self,
        stage: Simulation,
        plot: _Plot,
        lead: str,
        chosen: dict[str, list[str]],
        periods: Sequence[Period],
    ) -> None:
        self.stage, self.plot, self.periods, self.units = stage, plot, periods, list(chosen)
        self.key = _Which(programme=plot.id)
        self.begins = stage.working(periods[0].starts)
        self.lead, self.owner = stage.person(lead), stage.clerk(Role.OFFICIAL)
        nips = [nip for found in chosen.values() for nip in found]
        late = stage.working(periods[-1].starts + timedelta(days=20)) if len(periods) > 1 else self.begins
        gone = stage.working(periods[-1].ends - timedelta(days=25)) if len(periods) > 1 else None
        self.members = [
            _Member(
                nip,
                late if number == len(nips) - 1 > 1 else self.begins,
                _SHARES[number % len(_SHARES)],
                gone if number == len(nips) - 2 > 0 else None,
            )
            for number, nip in enumerate(nips)
        ]

    def steps(self) -> Iterator[Step]:
        yield from self._beginning()
        for number, period in enumerate(self.periods):
            yield from self._reported(period, number)
            yield self._at(
                period.ends + timedelta(days=1), 13, self.owner, ask.ConcludePeriod(**self.key, period=period.label)
            )
            if number == 0:
                yield from self._corrected(period)
        for member in self.members:
            if member.until is not None:
                leave = ask.LeaveProgramme(
                    **self.key, employee=member.nip, on=member.until, reason="ditarik ke unitnya (contoh)"
                )
                yield self._at(member.until, 15, self.lead, leave)
        last = self.periods[-1].ends
        end = ask.EndProgramme(**self.key, on=last, reason="tahun program selesai (contoh)")
        yield self._at(last + timedelta(days=6), 15, self.owner, end)

    def _beginning(self) -> Iterator[Step]:
        plot = self.plot
        start = ask.StartProgramme(
            **self.key,
            kind=plot.kind,
            title=plot.title,
            purpose=plot.purpose,
            units=self.units,
            lead=self.lead.id,
            begins=self.begins,
            ends=self.periods[-1].ends,
        )
        joined = [self._joined(one) for one in self.members if one.since == self.begins]
        # Before anybody is told a target by an official, in the third week of the period.
        yield self._at(self.begins, 9, self.owner, start, *joined)
        yield self._at(self.begins, 10, self.owner, *(self._defined(one) for one in plot.measured))
        for one in self.members:
            if one.since != self.begins:
                yield self._at(one.since, 9, self.owner, self._joined(one))

    def _joined(self, one: _Member) -> ask.JoinProgramme:
        return ask.JoinProgramme(
            **self.key, employee=one.nip, since=one.since, share=one.share, role="pelaksana (contoh)"
        )

    def _defined(self, one: _Measured) -> ask.DefineIndicator:
        return ask.DefineIndicator(
            **self.key,
            indicator=one.id,
            title=one.title,
            measure=one.measure,
            counting=one.counting,
            targets={period.label: Decimal(one.target) for period in self.periods},
            polarity=one.polarity,
            baseline=ask.NamedBaseline(Decimal(one.before), _BEFORE, _SOURCE),
            feeds=one.feeds,
        )

    def _reported(self, period: Period, number: int) -> Iterator[Step]:
        """Once in the middle, which the lead answers, and at the end; the lead's own the owner answers."""
        middle = self.stage.working(period.starts + (period.ends - period.starts) // 2)
        by_lead = number % 2 == 1
        for day, until, whole in ((middle, middle, 45), (period.ends + timedelta(days=1), period.ends, 100)):
            reports = [self._report(one, f"{one.id}-{until:%m%d}", until, whole) for one in self.plot.measured]
            sender = self.lead if by_lead and whole == 100 else self.stage.person(self.members[0].nip)
            answer = self.owner if sender is self.lead else self.lead
            yield self._at(day, 9, sender, *reports)
            accepted = [ask.AcceptProgrammeReport(**self.key, report=one.report) for one in reports]
            yield self._at(day, 11, answer, *accepted)

    def _report(self, one: _Measured, name: str, until: date, whole: int) -> ask.ReportProgrammeProgress:
        low, high = one.reach
        drawn = Decimal(one.target * self.stage.rng.randint(low, high)) / 100
        # A quantity grows with the period, and a rate is what it is whenever it is looked at.
        value = drawn * whole / 100 if one.counting is Counting.SHARED else drawn
        return ask.ReportProgrammeProgress(
            **self.key,
            report=name,
            indicator=one.id,
            until=until,
            actual=value.quantize(Decimal(1)) if one.measure in _WHOLE else value,
            evidence=[Evidence("laporan program (contoh)", f"arsip:{self.plot.id}/{name}")],
        )

    def _corrected(self, period: Period) -> Iterator[Step]:
        """What was counted wrong is reported again and corrected, before the results are fixed."""
        concluded = self.stage.working(period.ends + timedelta(days=1))
        one, day = self.plot.measured[0], concluded + timedelta(days=1)
        again = self._report(one, f"{one.id}-ulang", period.ends, 100)
        yield self._at(day, 9, self.stage.person(self.members[0].nip), again)
        yield self._at(
            day, 11, self.lead, ask.AcceptProgrammeReport(**self.key, report=again.report, feedback="sesuai bukti")
        )
        corrected = ask.CorrectPeriod(**self.key, period=period.label, reason="rekap satu loket terlewat (contoh)")
        yield self._at(day, 14, self.owner, corrected)

    def _at(self, day: date, hour: int, by: Actor, *commands: Command) -> Step:
        return Step(self.stage.at(self.stage.working(day), hour), by, commands)
