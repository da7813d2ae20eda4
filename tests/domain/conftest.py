"""Given, when, then: one appraisal year in a small city, its people, and the policy it is judged by."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from types import SimpleNamespace

import pytest

from neraca.domain import dispatch
from neraca.domain.agency import Agency, Reporting, Unit
from neraca.domain.appraisal.events import (
    DocumentReceived,
    Evidence,
    Feeds,
    Finalised,
    ObjectionFiled,
    Opened,
    PlanApproved,
    PlanDrafted,
    PlannedResult,
    PlanSubmitted,
    ProgressReported,
    Rated,
    Target,
)
from neraca.domain.assignments import Assignment, Tenure
from neraca.domain.command_rules import (
    FactRule,
    ItemRule,
    ObjectionLimits,
    PolicyRef,
    RatingRule,
    Rulebook,
    StepRule,
    TimeLimit,
)
from neraca.domain.given import Actor, Given, ScoringResult, Service
from neraca.domain.vocabulary import Relation, Role

MICRO = 1_000_000
POLICY = PolicyRef("kota-uji", 1, "aa" * 32, "bb" * 32)


def _scale(low: int, high: int, step: int = MICRO, most: int | None = None) -> RatingRule:
    return RatingRule(low * MICRO, high * MICRO, step, 1, most, False)


RULES = Rulebook(
    policy=POLICY,
    cycle="year",
    policy_date="period_end",
    ratings={
        "layanan": {
            "atasan": _scale(1, 5, most=1),
            "rekan": _scale(1, 5, most=2),
            "bawahan": _scale(1, 5),
            "warga": _scale(1, 4),
            "diri": _scale(1, 5),
            "penjamin_mutu": _scale(1, 5),
        },
        "disiplin": {"atasan": _scale(0, 100, step=MICRO // 2, most=1)},
    },
    items={"skp": ItemRule("ratio", (), True, 2), "kompetensi": ItemRule("ratio", (), False, 3)},
    facts=frozenset({"ide_baru", "realisasi_tim", "target_tim", "tingkat", "laporan_disetujui"}),
    surveys={"ikm": ("u1", "u2")},
    steps={"nilai": StepRule("pejabat_penilai", TimeLimit(14, True), ("pegawai",))},
    objection=ObjectionLimits(TimeLimit(14, True), TimeLimit(7, True), "atasan_pejabat_penilai", True, True),
    ranks={"baik": 4, "kurang": 2},
    kinds={
        "realisasi_tim": FactRule("number", least=0),
        "target_tim": FactRule("number", above=0),
        "tingkat": FactRule("word", words=("ahli", "terampil")),
    },
)

AGENCY = Agency(
    schema="neraca-agency/1",
    id="uji",
    name={"id": "Kota Uji"},
    kind="city",
    time_zone="Asia/Jakarta",
    languages=("id",),
    stage="demonstration",
    units={
        "dinkes": Unit(name={"id": "Dinas Kesehatan"}, activated=date(2025, 1, 1)),
        "disdik": Unit(name={"id": "Dinas Pendidikan"}, activated=date(2025, 7, 1)),
        "dishub": Unit(name={"id": "Dinas Perhubungan"}, activated=None),
        "bkd": Unit(name={"id": "Badan Kepegawaian"}, activated=date(2026, 6, 1)),
    },
    working_week=("mon", "tue", "wed", "thu", "fri"),
    holidays={date(2026, 1, 16): "Isra Mikraj", date(2026, 2, 17): "Imlek"},
    reporting=Reporting(cadence="monthly"),
    policies=(),
)

_MINUTES = Target("menit", "Menit per berkas", "menit", Decimal(15), Decimal(40), polarity="min")
_FILES = Target("jumlah", "Berkas", "berkas", Decimal(200), Decimal(60))
_TEAM = Target("kegiatan", "Kegiatan", "kegiatan", Decimal(50), feeds=Feeds("realisasi_tim", "target_tim"))
RESULTS = [
    PlannedResult("layanan", "Layanan lebih cepat", [_MINUTES]),
    PlannedResult("berkas", "Berkas selesai", [_FILES]),
    PlannedResult("tim", "Kerja tim", [_TEAM]),
]

SCORED = ScoringResult(
    policy=POLICY,
    position=17,
    facts_digest="cc" * 32,
    engine="explain/1",
    predicate="baik",
    score=Decimal("92.50"),
    nodes={"skp": Decimal("92.50"), "perilaku": None},
    blocked=None,
)


def tenure(unit: str, supervisor: str | None, since: date = date(2024, 1, 1), retired: date | None = None) -> Tenure:
    """In service, and in this place, from one day on."""
    return Tenure(since, retired, [(since, Assignment(unit, supervisor))])


PEOPLE = {
    "agus": tenure("dinkes", None),
    "sri": tenure("dinkes", "agus"),
    "budi": tenure("dinkes", "sri"),
    "wati": tenure("dinkes", "sri"),
    "joko": tenure("dinkes", "sri"),
    "dian": tenure("dinkes", "sri"),
    "dewi": tenure("dinkes", "budi"),
    "tono": tenure("disdik", "agus"),
    "rini": tenure("disdik", "tono"),
}


def _roles(actor: str) -> frozenset[Role]:
    """People are employees; offices carry the name of their role."""
    return frozenset({Role(actor)}) if actor in set(Role) else frozenset({Role.EMPLOYEE})


@pytest.fixture
def given():
    """`by` is a person (budi, sri) or an office named as its role (hr, official, surveyor, policy).

    `people` replaces some of the roster.
    """

    def given(by="budi", on=date(2025, 7, 1), **known):
        actor = by if isinstance(by, Actor) else Actor(by, _roles(by), "uji")
        return Given(
            now=datetime.combine(on, time(5), UTC),
            today=on,
            actor=actor,
            agency=known.pop("agency", AGENCY),
            rules=known.pop("rules", RULES),
            judging=known.pop("judging", (RULES,)),
            service=known.pop("service", Service(date(2020, 1, 1), None)),
            people=(PEOPLE | known.pop("people", {})).get,
            **known,
        )

    return given


@pytest.fixture
def after(given):
    """The events that follow when a command, or a list of them to one stream, meets what happened before."""

    def after(*events, when, **known):
        commands = when if isinstance(when, list) else [when]
        state = dispatch.initial(commands[0])
        for event in events:
            state = dispatch.evolve(state, event)
        news = []
        for command in commands:
            for event in dispatch.decide(command, state, given(**known)):
                state = dispatch.evolve(state, event)
                news.append(event)
        dispatch.settle(state, news, given(**known))
        return news

    return after


@pytest.fixture
def scored():
    return SCORED


@pytest.fixture
def rules():
    return RULES


@pytest.fixture
def agency():
    return AGENCY


@pytest.fixture
def results():
    return list(RESULTS)


@pytest.fixture
def evidence():
    return [Evidence("Rekap", "https://arsip.example/rekap.pdf", "ab" * 32)]


@pytest.fixture
def past(evidence):
    """Budi works in dinkes under Sri, whose superior is Agus. Each name is a story up to that point."""
    opened = Opened(
        employee="budi",
        period="2025",
        starts=date(2025, 1, 1),
        ends=date(2025, 12, 31),
        unit="dinkes",
        appraiser="sri",
        reviewer="agus",
    )
    drafted = (opened, PlanDrafted(results=RESULTS))
    submitted = (*drafted, PlanSubmitted())
    running = (*submitted, PlanApproved())
    report = ProgressReported(
        report="r1", result="berkas", target="jumlah", until=date(2025, 6, 30), actual=Decimal(90), evidence=evidence
    )
    rated = Rated(rater="sri", relation=Relation.SUPERVISOR, scores={"layanan": Decimal(4)})
    finalised = Finalised(
        on=date(2026, 1, 5),
        predicate="baik",
        policy=POLICY,
        position=17,
        facts_digest="cc" * 32,
        engine="explain/1",
        score=Decimal("92.50"),
        nodes={"skp": Decimal("92.50"), "perilaku": None},
    )
    final = (*running, rated, finalised)
    received = (*final, DocumentReceived(on=date(2026, 1, 7)))
    objected = (*received, ObjectionFiled(grounds="Bukti Mei tidak dihitung", filed=date(2026, 1, 20)))
    return SimpleNamespace(
        opened=(opened,),
        drafted=drafted,
        submitted=submitted,
        running=running,
        report=report,
        reported=(*running, report),
        rated=(*running, rated),
        finalised=finalised,
        final=final,
        received=received,
        objected=objected,
    )


@pytest.fixture
def placed():
    return tenure
