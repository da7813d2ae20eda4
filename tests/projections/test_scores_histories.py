"""Whatever happens in whatever order, a score is what its policy makes of the log, and a rebuilt row the live one."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

import psycopg
import pytest

from neraca.domain import policy_register, rater_privacy, streams
from neraca.domain.achievement import PublishAchievement, ReviseAchievement
from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal import events as happened
from neraca.domain.attendance import CorrectAttendance, RecordAttendance
from neraca.domain.errors import NotOneInForce, Refusal
from neraca.domain.forensics.comparison import compared
from neraca.domain.period import Period, of_year, parse
from neraca.domain.registry import Command
from neraca.domain.roster import SanctionEmployee, TransferEmployee
from neraca.domain.survey import CloseSurvey, OpenSurvey, RecordResponse, SurveyClosed, SurveyOpened
from neraca.domain.vocabulary import ObjectionOutcome, PositionClass, Relation, Severity
from neraca.policy.engine.evaluation import evaluate
from neraca.policy.numbers import printed
from neraca.projecting.rebuild import rebuild
from neraca.service.event_reader import EventReader, RecordedEvent
from neraca.service.replay import replay
from neraca.service.scoring import gather, joined, since_opened
from neraca.store.errors import VersionConflict
from projections import ALL, dossier, scores

BOSS = {"budi": "sri", "ani": "sri", "cici": "sri", "dedi": "sri", "eko": "tono"}
UNITS = {"dinkes": "sri", "disdik": "tono"}
PERIODS = of_year(2025, "quarter")[:2]
_RATED = ("layanan", "disiplin")


class Teller:
    """Sends commands as they come to its mind. Most of what it asks for makes no sense, and is refused."""

    def __init__(self, fixture_agency: Any, chance: Random, policy: str) -> None:
        self.fixture_agency = fixture_agency
        self.chance = chance
        self.policy = policy
        self.version = 1
        self.reports = 0
        self.refused = 0
        self.acts: list[Callable[[], None]] = [
            *(self.plan, self.progress, self.progress, self.rate, self.rate) * 3,
            *(self.answer, self.activity, self.revise_rating, self.fact, self.finalise) * 2,
            self.withdraw,
            self.target,
            self.attendance,
            self.sanction,
            self.survey,
            self.achievement,
            self.transfer,
            self.object,
            self.cancel,
        ]

    def begin(self) -> None:
        """Some get so far that they have a score."""
        for employee in self.chance.sample([*BOSS], 4):
            self.fixture_agency.score(employee, self.chance.randrange(40, 130), self.chance.randrange(40, 100))
            self._period = PERIODS[0]
            for peer in self.chance.sample([*BOSS], self.chance.choice([0, 4, 5])):
                key: Any = {"employee": employee, "period": PERIODS[0].label}
                self.send(peer, ask.Rate(**key, relation=Relation.PEER, scores=self.scores()))

    def live(self, acts: int) -> None:
        for _ in range(acts):
            self.chance.choice(self.acts)()

    def send(self, by: str, *commands: Command, on: date | None = None) -> None:
        with suppress(Refusal):
            self.fixture_agency.tell(
                by, *commands, on=on or self.period.ends - timedelta(days=self.chance.randrange(30))
            )
            return
        self.refused += 1

    @property
    def period(self) -> Period:
        return self._period

    def whom(self) -> Any:
        self._period = self.chance.choice([PERIODS[0], *PERIODS])
        self.who = self.chance.choice([*BOSS])
        return {"employee": self.who, "period": self._period.label}

    def boss(self) -> str:
        return self.chance.choice([BOSS[self.who]] * 6 + ["tono", "agus"])

    def scores(self) -> dict[str, Decimal]:
        wanted = self.chance.choice([_RATED] * 8 + [_RATED[:1], _RATED[1:]])
        return {name: Decimal(self.chance.randrange(80, 201)) / 2 for name in wanted}

    def plan(self) -> None:
        key = self.whom()
        chance = self.chance
        weight = Decimal(chance.choice([100, 100, 60]))
        targets = [
            happened.Target("berkas", "A", "berkas", Decimal(chance.randrange(5, 50)), weight),
            happened.Target("b", "B", "menit", Decimal(chance.randrange(5, 50)), 100 - weight, polarity="min"),
        ]
        team = happened.Target("acara", "C", "acara", Decimal(8), feeds=happened.Feeds("realisasi_tim", "target_tim"))
        results = [happened.PlannedResult("layanan", "Layanan", targets[: 1 if weight == 100 else 2])]
        if chance.randrange(2):
            results.append(happened.PlannedResult("tim", "Tim", [team]))
        self.send("hr", ask.OpenAppraisal(**key))
        self.send(self.who, ask.DraftPlan(**key, results=results), ask.SubmitPlan(**key))
        if chance.randrange(5) == 0:
            self.send(self.boss(), ask.ReturnPlan(**key, feedback="lengkapi"))
        else:
            self.send(self.boss(), ask.ApprovePlan(**key))

    def progress(self) -> None:
        key = self.whom()
        self.reports += 1
        result, target = self.chance.choice(
            [("layanan", "berkas"), ("layanan", "berkas"), ("layanan", "b"), ("tim", "acara")]
        )
        self.send(
            self.who,
            ask.ReportProgress(
                **key,
                report=f"l{self.reports}",
                result=result,
                target=target,
                until=self.period.starts + timedelta(days=self.chance.randrange(60)),
                actual=Decimal(self.chance.randrange(0, 6000)) / 100,
                evidence=[happened.Evidence("Rekap", "arsip:rekap")],
            ),
            on=self.period.ends,
        )
        if self.chance.randrange(3):
            self.send(self.boss(), ask.AcceptReport(**key, report=f"l{self.reports}"))

    def answer(self) -> None:
        key = self.whom()
        report = f"l{self.chance.randrange(self.reports + 1)}"
        if self.chance.randrange(4) == 0:
            self.send(self.boss(), ask.ReturnReport(**key, report=report, feedback="tanpa bukti"))
        else:
            self.send(self.boss(), ask.AcceptReport(**key, report=report))

    def activity(self) -> None:
        key = self.whom()
        self.reports += 1
        day = self.period.starts + timedelta(days=self.chance.randrange(12))
        self.send(self.who, ask.ReportActivity(**key, report=f"l{self.reports}", day=day, activity="loket"))
        self.send(self.boss(), ask.AcceptReport(**key, report=f"l{self.reports}"))

    def rate(self) -> None:
        key = self.whom()
        if self.chance.randrange(2):
            self.send(self.boss(), ask.Rate(**key, relation=Relation.SUPERVISOR, scores=self.scores()))
        else:
            peer = self.chance.choice([*BOSS])
            self.send(peer, ask.Rate(**key, relation=Relation.PEER, scores=self.scores()))

    def revise_rating(self) -> None:
        key = self.whom()
        self.send(self.chance.choice([*BOSS]), ask.ReviseRating(**key, scores=self.scores(), reason="bukti baru"))
        self.send(self.boss(), ask.ReviseRating(**key, scores=self.scores(), reason="bukti baru"))

    def withdraw(self) -> None:
        self.send(self.chance.choice([*BOSS]), ask.WithdrawRating(**self.whom(), reason="mundur"))

    def fact(self) -> None:
        name = self.chance.choice(["realisasi_tim", "target_tim"])
        number = Decimal(self.chance.randrange(1, 20))
        self.send("official", ask.EstablishFact(**self.whom(), fact=name, basis="SK", number=number))

    def target(self) -> None:
        key = self.whom()
        value = Decimal(self.chance.randrange(5, 50))
        self.send(self.boss(), ask.ReviseTarget(**key, result="layanan", target="berkas", value=value, reason="baru"))

    def attendance(self) -> None:
        self.whom()
        month = f"2025-0{self.chance.randrange(1, 8)}"
        record = {"employee": self.who, "month": month, "required_days": 20, "absent_days": self.chance.randrange(4)}
        late: Any = record | {"late": self.chance.randrange(9)}
        on = date(2025, 8, 1)
        self.send("hr", RecordAttendance(**late), on=on)
        if self.chance.randrange(3) == 0:
            self.send("hr", CorrectAttendance(**late | {"absent_days": 0}, reason="izin"), on=on)

    def sanction(self) -> None:
        self.whom()
        on = date(2025, self.chance.randrange(1, 8), 3)
        severity = self.chance.choice([*Severity])
        decree = SanctionEmployee(employee=self.who, severity=severity, on=on, decree="SK")
        self.send("hr", decree, on=date(2025, 8, 1))

    def survey(self) -> None:
        self.whom()
        unit, name = self.chance.choice([*UNITS]), self.chance.choice(["skm", "skm", "lain"])
        where: Any = {"unit": unit, "period": self.period.label, "survey": name}
        if name == "lain":
            self.unread(where)
            return
        self.send("surveyor", OpenSurvey(**where, elements=["u1", "u2", "u3"]))
        answers: dict[str, Decimal] = {name: Decimal(self.chance.randrange(1, 5)) for name in ("u1", "u2", "u3")}
        # Of twelve it may be told, of four and eight not.
        for _ in range(self.chance.randrange(4)):
            of = self.chance.randrange(10**9)
            said = (RecordResponse(**where, respondent=f"w{of}-{n}", answers=answers) for n in range(4))
            self.send("surveyor", *said)
        if self.chance.randrange(2):
            self.send("surveyor", CloseSurvey(**where))

    def unread(self, where: dict[str, Any]) -> None:
        """What no policy reads is refused today, but may lie in the log."""
        stream = streams.survey(self.fixture_agency.id, where["unit"], where["period"], where["survey"])
        closed = SurveyClosed(**where, sums={"a": Decimal(self.chance.randrange(9))}, counts={"a": 3})
        with suppress(VersionConflict):
            self.fixture_agency.keep(
                "surveyor", stream, SurveyOpened(**where, elements=["a"]), closed, on=self.period.ends
            )

    def achievement(self) -> None:
        self.whom()
        index = Decimal(self.chance.randrange(500, 1200)) / 10
        where: Any = {"unit": self.chance.choice([*UNITS]), "period": self.period.label, "index": index}
        self.send("official", PublishAchievement(**where, predicate="baik", source="LKjIP"))
        if self.chance.randrange(3) == 0:
            self.send("official", ReviseAchievement(**where | {"index": index + 1}, predicate="baik", reason="reviu"))

    def transfer(self) -> None:
        key = self.whom()
        unit, boss = self.chance.choice([*UNITS.items()])
        since = self.period.starts + timedelta(days=self.chance.randrange(1, 80))
        moved = ask.ReassignAppraisal(**key, unit=unit, appraiser=boss, reviewer="agus", since=since, reason="mutasi")
        place = TransferEmployee(employee=self.who, unit=unit, since=since, supervisor=boss, reason="mutasi")
        self.send("hr", *((place, moved) if self.chance.randrange(2) else (moved,)))

    def finalise(self) -> None:
        key = self.whom()
        self.send(self.chance.choice([self.boss(), "official"]), ask.Finalise(**key), on=self.period.ends)

    def object(self) -> None:
        """Whoever has a final result; half of them are right."""
        key = self.whom()
        for self.who in BOSS:
            key["employee"] = self.who
            after = self.period.ends + timedelta(days=8)
            self.send(self.who, ask.FileObjection(**key, grounds="kurang adil"), on=after)
            outcome = self.chance.choice([*ObjectionOutcome])
            self.send("agus", ask.DecideObjection(**key, outcome=outcome, reason="setelah dibaca"), on=after)

    def cancel(self) -> None:
        """Most are opened again sooner or later, some of them at once."""
        self.send("hr", ask.CancelAppraisal(**self.whom(), reason="salah buka"))
        if self.chance.randrange(2):
            self.plan()

    def legislate(self) -> None:
        """Another version, with other weights, from some day on, for some or all classes, sometimes not for ever."""
        self.version += 1
        part = self.chance.randrange(1, 9) * 10
        text = self.policy.replace("of: {hasil: 60, sikap: 30", f"of: {{hasil: {part}, sikap: {90 - part}")
        self._period = PERIODS[0]
        since = self.chance.choice([date(2025, 2, 1), date(2025, 4, 1), date(2025, 5, 5)]) + timedelta(self.version)
        until = self.chance.choice([None, None, since + timedelta(days=40)])
        classes = self.chance.choice([None, (PositionClass.FUNCTIONAL,), (PositionClass.OPERATIONAL,)])
        with suppress(Refusal):
            self.fixture_agency.publish(text, version=self.version, since=since, until=until, classes=classes)


class Remembered(EventReader):
    """One agency's log in memory, to be asked thousands of times how things stood."""

    def __init__(self, house: Any, agency: str) -> None:
        super().__init__(house.log, house.mapper)
        self.past = [
            RecordedEvent(one.position, one.stream, one.version, envelope.body, one.recorded_at, envelope.at)
            for one in house.log.replay(agency)
            for envelope in (house.mapper.decode(one.type, one.data),)
        ]
        self._of: dict[UUID, list[RecordedEvent]] = {}
        for past in self.past:
            self._of.setdefault(past.stream, []).append(past)

    def streams(
        self, agency: str, streams: Collection[UUID], until: int | None = None
    ) -> tuple[int, list[RecordedEvent]]:
        head = len(self.past) if until is None else until
        found = [past for stream in set(streams) for past in self._of.get(stream, ()) if past.position <= head]
        return head, sorted(found, key=lambda past: past.position)


def judged(fixture_agency: Any, history: Remembered, opened: happened.Opened, until: int) -> tuple[str, Any, Any]:
    """Status, score and predicate that the log up to a position gives, by gathering and evaluating again."""
    _, own = history.streams(
        fixture_agency.id, [streams.appraisal(fixture_agency.id, opened.employee, opened.period)], until
    )
    if not since_opened(own):
        return "cancelled", None, None
    final = None
    for past in own:
        if isinstance(past.event, happened.Finalised):
            final = past.event
        elif isinstance(past.event, happened.Reopened):
            final = None
    if final is not None:
        return "final", final.score, final.predicate
    book = policy_register.State()
    for past in history.streams(fixture_agency.id, [streams.policy_register(fixture_agency.id)], until)[1]:
        policy_register.evolve(book, past.event)
    try:
        ref = policy_register.require_in_force(book, parse(opened.period).ends, position_class=opened.position_class)
    except NotOneInForce:
        return "blocked", None, None
    policy = fixture_agency.service.policies.by_hash(fixture_agency.id, ref.hash)
    facts = gather(history, fixture_agency.id, opened.employee, opened.period, tuple(policy.rules.surveys), until).facts
    closed = any(isinstance(past.event, happened.Finalised) for past in own)
    sheet = evaluate(policy.plan, rater_privacy.disclosed(facts, policy.rules.ratings, closed=closed).case)
    score = None if sheet.score is None else Decimal(printed(sheet.score, sheet.places))
    return "provisional" if sheet.status == "final" else "blocked", score, sheet.predicate


def check_every_position(fixture_agency: Any) -> Counter[str]:
    """Every appraisal at every position of the log, against what the changes say of it; what was met is counted."""
    history = Remembered(fixture_agency.house, fixture_agency.id)
    with psycopg.connect(fixture_agency.house.url) as connection:
        query = "select stream, position, status, score, predicate from read_scores.change where agency = %s order by 2"
        changes: dict[UUID, list[tuple[Any, ...]]] = {}
        for stream, *change in connection.execute(query, (fixture_agency.id,)).fetchall():
            changes.setdefault(stream, []).append(tuple(change))
    met: Counter[str] = Counter()
    halfway = {past.position for past in history.past if isinstance(past.event, policy_register.PolicySuperseded)}
    for past in [past for past in history.past if isinstance(past.event, happened.Opened)]:
        told = changes[past.stream]
        positions = [change[0] for change in told]
        for position in range(past.position, len(history.past) + 1):
            if position in halfway:
                continue
            said = told[bisect_right(positions, position) - 1][1:]
            assert said == judged(fixture_agency, history, past.event, position), (past.event.employee, position)
            met[said[0]] += 1
    return met


def check_summary(house: Any) -> None:
    with psycopg.connect(house.url) as connection:
        counted = connection.execute("select agency, period, unit, outcome, people from read_scores.summary").fetchall()
        listed = connection.execute(
            """
            select agency, period, unit, coalesce(predicate, status), count(*)::int from read_scores.appraisal
            where status <> 'cancelled' group by 1, 2, 3, 4
            """
        ).fetchall()
    assert sorted(counted) == sorted(listed)


def check_sources(fixture_agency: Any) -> None:
    """Where facts say they come from there are events of that agency which concern that very appraisal."""
    history = Remembered(fixture_agency.house, fixture_agency.id)
    with psycopg.connect(fixture_agency.house.url) as connection:
        query = "select stream, employee, period, unit, facts->'sources' from read_scores.appraisal where agency = %s"
        rows = connection.execute(query, (fixture_agency.id,)).fetchall()
    for stream, employee, period, unit, sources in rows:
        concerned = {
            stream,
            streams.employee(fixture_agency.id, employee),
            streams.attendance(fixture_agency.id, employee, 2025),
            streams.achievement(fixture_agency.id, unit, period),
            *(streams.survey(fixture_agency.id, unit, period, name) for name in ("skm", "lain")),
        }
        for path, positions in sources.items():
            assert positions, path
            assert {history.past[position - 1].stream for position in positions} <= concerned, path


def check_comparisons(house: Any) -> int:
    """What was given is kept of each final result that lacks nothing, as its facts and closing policy say, and of no
    other; how many there are is returned. Joined ones are of their parts, which were judged before.
    """
    with psycopg.connect(house.url) as connection:
        kept = {
            stream: of
            for stream, *of in connection.execute(
                "select stream, given, elements, alike, mean_number, mean_by, shift_number, shift_by, predicate, "
                "raters from read_scores.comparison"
            ).fetchall()
        }
        query = """
            select a.stream, a.agency, a.closed_by, a.predicate,
              coalesce(nullif(a.final -> 'facts', 'null'), a.facts) as facts
            from read_scores.appraisal a
            join read_forensics.judged j on j.agency = a.agency and j.stream = a.stream
            where a.status = 'final' and a.lacks is null and j.fixed_position is not null
        """
        final = connection.execute(query).fetchall()
    told: dict[UUID, Any] = {}
    for stream, agency, closed_by, predicate, facts in final:
        ratings = house.service.policies.by_hash(agency, closed_by).rules.ratings
        of = compared(facts["case"]["ratings"], ratings)
        shares = (of.mean, of.shift)
        numbers = [part for one in shares for part in ((None, None) if one is None else one.as_integer_ratio())]
        raters = sorted(name for name, one in facts["raters"].items() if one["group"] in ("atasan", "penjamin_mutu"))
        told[stream] = [of.given, of.elements, of.alike, *numbers, predicate, raters]
    assert kept == told
    return len(kept)


@pytest.fixture(params=[(1, 1), (2, 7), (3, 1000)], ids=lambda seed: f"seed {seed[0]} by {seed[1]}")
def told(request: pytest.FixtureRequest, fixture_agencies: dict[str, Any], policy: str) -> dict[str, Any]:
    """Two agencies after a random history, followed along the way in batches of a size."""
    seed, batch = request.param
    tellers = [
        Teller(fixture_agency, Random(f"{seed}/{id_}"), policy) for id_, fixture_agency in fixture_agencies.items()
    ]
    house = fixture_agencies["uji"].house
    house.follow(batch)
    for teller in tellers:
        teller.begin()
    for turn in range(6):
        for teller in tellers:
            teller.live(40)
            if turn in (1, 2, 4):
                teller.legislate()
        house.follow(batch)
        check_summary(house)
        check_comparisons(house)
    return fixture_agencies


def test_whatever_happens(told: dict[str, Any]) -> None:
    """At every position of the log: the live score is the judged one. At its end: rebuilt rows are the live rows."""
    met: Counter[str] = Counter()
    for fixture_agency in told.values():
        met += check_every_position(fixture_agency)
        check_sources(fixture_agency)
        assert [one.differences for one in replay(fixture_agency.service, fixture_agency.id) if one.differences] == []
    house = told["uji"].house
    for projection in (scores.PROJECTION, dossier.PROJECTION):
        report = rebuild(house.url, projection)
        assert (report.equal, report.differing) == (True, [])
    assert min(met["provisional"], met["final"], met["blocked"], met["cancelled"]) > 50, met


def test_the_rows_of_a_whole_year_are_the_judged_ones(seeded_year: Any) -> None:
    """Five agencies under their own policies, from the log alone."""
    assert check_comparisons(seeded_year) > 50
    with psycopg.connect(seeded_year.url) as connection:
        rows = connection.execute(
            """
            select agency, stream, employee, period, status, score, predicate, policy_hash, nodes,
                   final->'facts_position'
            from read_scores.appraisal
            """
        ).fetchall()
    assert len(rows) > 100
    histories = {agency: Remembered(seeded_year, agency) for agency in seeded_year.agencies}
    years = 0
    for agency, stream, employee, period, status, score, predicate, hash_, nodes, position in rows:
        policy = seeded_year.service.policies.by_hash(agency, hash_)
        # After a result comes what becomes of its document.
        results = [
            past.event
            for past in histories[agency].streams(agency, [stream])[1]
            if isinstance(past.event, happened.Finalised | happened.Joined)
        ]
        whole = results[-1] if results else None
        if isinstance(whole, happened.Joined):
            policies = [seeded_year.service.policies.by_hash(agency, part.policy.hash) for part in whole.parts]
            again = joined(histories[agency], agency, employee, period, whole.parts, policies, position)
            assert nodes == {name: None if value is None else str(value) for name, value in again.nodes.items()}
            assert (status, score, predicate, hash_) == ("final", again.score, again.predicate, again.policy.hash)
            years += 1
            continue
        surveys = tuple(policy.rules.surveys)
        gathered = gather(histories[agency], agency, employee, period, surveys, position)
        shown = rater_privacy.disclosed(gathered.facts, policy.rules.ratings, closed=status == "final")
        sheet = evaluate(policy.plan, shown.case)
        assert nodes == sheet.to_builtins()["nodes"]
        # Of a result that was moved in a cohort the facts say what was computed.
        computed = predicate if whole is None or status != "final" else whole.computed
        assert (None if score is None else str(score), computed) == (sheet.to_builtins()["score"], sheet.predicate)
        assert whole is None or status != "final" or predicate == whole.predicate
        assert (status == "blocked") is (sheet.status == "blocked")
    assert years > 10
    check_summary(seeded_year)


@pytest.mark.parametrize("projection", ALL, ids=lambda one: one.name)
def test_a_whole_year_rebuilt_is_the_year_that_was_followed(seeded_year: Any, projection: Any) -> None:
    report = rebuild(seeded_year.url, projection)

    assert (report.equal, report.differing) == (True, [])
