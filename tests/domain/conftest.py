"""Given, when, then: one appraisal year in a small city, its people, and the policy it is judged by."""

import os
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest

from neraca.domain import dispatch
from neraca.domain.achievement import PublishAchievement, ReviseAchievement
from neraca.domain.acting_officials import AppointActing
from neraca.domain.agency import Agency, Reporting, Unit
from neraca.domain.appraisal.commands import (
    AgreeToReuse,
    AssessCompetencies,
    AssignRaters,
    CountAlignment,
    DeclineAssignment,
    EstablishFact,
    Finalise,
    IssueDocument,
    JoinParts,
    OpenAppraisal,
    ProposeReuse,
    ReplaceRater,
    TakePlan,
    ToAppraisal,
)
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
from neraca.domain.cascade.links import LinksContext, ToLinks
from neraca.domain.cascade.unit_plan import ToUnitPlan, UnitPlanContext
from neraca.domain.cohort.achievements import LedUnit
from neraca.domain.cohort.commands import CalibratePredicate, CloseCohort, JudgeCohort, OpenCohort
from neraca.domain.cohort.events import CohortMember
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
from neraca.domain.contexts import (
    Actor,
    Alignment,
    AlignmentContext,
    AppraisalContext,
    AssessingContext,
    CohortClosingContext,
    CohortJudgingContext,
    CohortMovingContext,
    CohortOpeningContext,
    Context,
    DelegationContext,
    Draft,
    DraftContext,
    DrawContext,
    DrawOpeningContext,
    FinalisingContext,
    ImpactContext,
    ImprovementContext,
    IssuingContext,
    JoiningContext,
    Measured,
    OpeningContext,
    PrintedDocument,
    PublicationContext,
    RecallContext,
    RecordContext,
    ReuseContext,
    ScoringResult,
    SurveyOpeningContext,
    TakingContext,
    TimesContext,
    TokensContext,
    VouchingContext,
    WorkPlanContext,
)
from neraca.domain.development.candidacy import AssessCandidacy, DecideCandidacy, NominateCandidate, ReviseCandidacy
from neraca.domain.development.contexts import (
    CompletingContext,
    OwnPlanContext,
    ProposingContext,
    TrainingContext,
    WeighingContext,
)
from neraca.domain.development.needs import TrainingNeeds
from neraca.domain.development.own_plan import ProposeDevelopment
from neraca.domain.development.training_plan import CancelTraining, CompleteTraining, ProposeTrainingPlan
from neraca.domain.errors import Refusal
from neraca.domain.improvement import AnswerImprovement, PlanImprovement
from neraca.domain.policy_register import (
    ApprovePolicy,
    AttachImpact,
    ProposePolicy,
    PublishPolicy,
    SchedulePolicy,
    UnschedulePolicy,
)
from neraca.domain.programme.commands import (
    ConcludePeriod,
    CorrectPeriod,
    DefineIndicator,
    JoinProgramme,
    ReviseProgrammeTarget,
)
from neraca.domain.programme.contexts import ConcludingContext, FeedingContext
from neraca.domain.rater_draw import OpenRaterDraw
from neraca.domain.roster import Delegate
from neraca.domain.service_point.state import ServicePoint
from neraca.domain.service_times.commands import ConfirmServiceTimes, ImportServiceTimes, WithdrawServiceTimes
from neraca.domain.survey import IssueTokens, OpenSurvey
from neraca.domain.vocabulary import RATERS, Relation, Role
from neraca.domain.workplan.commands import ToWorkPlan
from neraca.domain.workplan.state import WorkPlans

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
            **{rule.group: _scale(1, 5) for rule in RATERS.values()},
            "atasan": _scale(1, 5, most=1),
            "rekan": _scale(1, 5, most=2),
            "warga": _scale(1, 4),
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


DRAFT = Draft(
    policy=POLICY,
    purpose="predicate",
    abstract=False,
    since=date(2025, 1, 1),
    until=None,
    cycle="year",
    policy_date="period_end",
)
PRINTED = PrintedDocument(
    template="evaluation-document/1",
    result=41,
    position=44,
    policy=POLICY,
    digest="ee" * 32,
    agency="Kota Uji",
    units={"dinkes": "Dinas Kesehatan"},
    sha256="dd" * 32,
)
_APPLIED = dict.fromkeys(("2025", "2025-Q3", "2026"), (RULES,))
OWN = {
    OpenAppraisal: (OpeningContext, {"position_class": None, "overlapping": ()}),
    Finalise: (FinalisingContext, {"scored": SCORED}),
    IssueDocument: (IssuingContext, {"printed": PRINTED}),
    **{
        one: (DrawContext, {"candidates": {}, "position": 17})
        for one in (AssignRaters, DeclineAssignment, ReplaceRater)
    },
    AssessCompetencies: (AssessingContext, {"standard": None}),
    OpenRaterDraw: (DrawOpeningContext, {"salt": "5a" * 32}),
    CountAlignment: (AlignmentContext, {"alignment": Alignment(1, 3, (7,))}),
    TakePlan: (TakingContext, {"plans": WorkPlans()}),
    JoinParts: (JoiningContext, {"scored": SCORED, "is_split": False}),
    ProposeReuse: (ReuseContext, {}),
    Delegate: (DelegationContext, {"leads": False}),
    AppointActing: (DelegationContext, {"leads": False}),
    AgreeToReuse: (ReuseContext, {}),
    OpenCohort: (
        CohortOpeningContext,
        {
            "members": (CohortMember("budi", 3), CohortMember("wati", 4)),
            "units": (LedUnit("dinkes", "head"),),
            "achieved": (),
        },
    ),
    CalibratePredicate: (CohortMovingContext, {"final": {}}),
    JudgeCohort: (CohortJudgingContext, {"present": frozenset({"budi", "wati"}), "outcomes": {}}),
    CloseCohort: (CohortClosingContext, {"present": frozenset({"budi", "wati"}), "breaches": ()}),
    IssueTokens: (TokensContext, {"point": ServicePoint("dinkes", date(2025, 1, 1))}),
    OpenSurvey: (
        SurveyOpeningContext,
        {
            "applied": (RULES,),
            "points": {"loket-1": ServicePoint("dinkes", date(2025, 1, 1)), "ugd": ServicePoint("disdik")},
        },
    ),
    PublishAchievement: (RecordContext, {"applied": (RULES,)}),
    ReviseAchievement: (RecordContext, {"applied": (RULES,)}),
    PlanImprovement: (ImprovementContext, {"index": None, "head": None}),
    AnswerImprovement: (ImprovementContext, {"index": None, "head": None}),
    ImportServiceTimes: (TimesContext, {"applied": (RULES,), "system": "", "importers": ()}),
    WithdrawServiceTimes: (TimesContext, {"applied": (RULES,), "system": "", "importers": ()}),
    ConfirmServiceTimes: (RecordContext, {"applied": (RULES,)}),
    JoinProgramme: (FeedingContext, {"applied": {}, "fed": {}, "typed": ()}),
    DefineIndicator: (
        FeedingContext,
        {"applied": {"2025": (RULES,), "2025-Q3": (RULES,), "2026": (RULES,)}, "fed": {}, "typed": ()},
    ),
    ReviseProgrammeTarget: (FeedingContext, {"applied": {"2025": (RULES,), "2026": (RULES,)}, "fed": {}, "typed": ()}),
    ConcludePeriod: (ConcludingContext, {"positions": {"r1": (11, 12), "r2": (13, 14), "r3": (15, 16)}}),
    CorrectPeriod: (ConcludingContext, {"positions": {"r1": (11, 12), "r2": (13, 14), "r3": (15, 16)}}),
    EstablishFact: (VouchingContext, {}),
    PublishPolicy: (PublicationContext, {"policy": POLICY, "purpose": "predicate"}),
    ProposePolicy: (DraftContext, {"draft": DRAFT}),
    ApprovePolicy: (DraftContext, {"draft": DRAFT}),
    SchedulePolicy: (DraftContext, {"draft": DRAFT}),
    **{
        kind: (WeighingContext, {"head": None, "considered": None, "asks": False})
        for kind in (AssessCandidacy, NominateCandidate, DecideCandidacy, ReviseCandidacy)
    },
    ProposeTrainingPlan: (
        ProposingContext,
        {"head": None, "needs": TrainingNeeds(position=90, results=0), "measured": frozenset({"layanan"})},
    ),
    ProposeDevelopment: (OwnPlanContext, {"measured": frozenset({"layanan"})}),
    CompleteTraining: (CompletingContext, {"head": None, "follow_ups": frozenset()}),
    CancelTraining: (TrainingContext, {"head": None}),
    AttachImpact: (ImpactContext, {"impact": Measured("6e" * 32, "{}", "2024", "3 dari 8 berubah", 17)}),
    UnschedulePolicy: (RecallContext, {"resting": ()}),
}
BY_STREAM = {
    ToWorkPlan: (WorkPlanContext, {}),
    ToUnitPlan: (UnitPlanContext, {"head": "sri", "span": None, "above": {}}),
    ToLinks: (LinksContext, {}),
    ToAppraisal: (AppraisalContext, {}),
}
KNOWN = {name for kind, _ in (*OWN.values(), *BY_STREAM.values()) for name in kind.__struct_fields__}


def context(command, by="budi", on=date(2025, 7, 1), rules=RULES, **known):
    """Of the kind that the command needs; what is known beside that is for other commands."""
    assert not known.keys() - KNOWN, f"no context has {known.keys() - KNOWN}"
    rest = next((found for to, found in BY_STREAM.items() if isinstance(command, to)), (Context, {}))
    kind, own = OWN.get(type(command), rest)
    common = {
        "today": on,
        "actor": by if isinstance(by, Actor) else Actor(by, _roles(by), "uji"),
        "agency": AGENCY,
        "ruling": rules,
        **own,
        **known,
        "people": (PEOPLE | known.get("people", {})).get,
    }
    return kind(**{name: common[name] for name in kind.__struct_fields__ if name in common})


REFUSALS = Path(__file__).with_name("refusals.txt")
WORDS = frozenset(REFUSALS.read_text().splitlines())
"""Every refusal that these tests meet, in its whole words: kind, field, message."""

TABLES = (
    "test_a_text_is_refused_that_is_not_of_its_kind_and_the_refusal_names_the_field",
    "test_a_role_sends_what_the_table_allows_and_nothing_else",
    "test_a_rating_needs_the_role_of_its_relation",
    "test_an_open_appraisal_lets_in_who_may_and_tells_those_who_see_it_who_that_is",
    "test_of_one_that_is_not_there_only_those_hear_more_who_would_see_it_if_it_were",
    "test_what_is_done_in_the_place_of_an_appraiser_is_handed_on_and_nothing_else",
)


@pytest.fixture(autouse=True)
def refusals_in_whole_words(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fails a test that meets a refusal whose words refusals.txt does not have.

    People read these words when something they need is refused; a test that matches a part of them holds that part
    alone. Words that change on purpose: `make goldens` empties refusals.txt and runs these tests; read the difference.
    """
    said: dict[str, None] = {}
    made = Refusal.__init__

    def told(refusal, message, **more):
        made(refusal, message, **more)
        lines = [(refusal.field, message), *((fault.field, fault.message) for fault in refusal.faults)]
        said.update(dict.fromkeys(f"{type(refusal).__name__} {field or '-'} {words!r}" for field, words in lines))

    monkeypatch.setattr(Refusal, "__init__", told)
    yield
    if hasattr(request.function, "hypothesis") or request.node.originalname in TABLES:
        return  # words made up, or the same words a hundred times
    unknown = sorted(said.keys() - WORDS)
    if unknown and os.environ.get("NERACA_WRITE_GOLDENS"):
        REFUSALS.write_text("".join(f"{line}\n" for line in sorted({*REFUSALS.read_text().splitlines(), *unknown})))
        return
    assert not unknown, "words that tests/domain/refusals.txt does not have; see refusals_in_whole_words in conftest.py"


@pytest.fixture
def given():
    """What a command may know. `by` is a person (budi, sri) or an office named as its role (hr, official, surveyor,
    policy).

    `people` replaces some of the roster.
    """
    return context


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
            for event in dispatch.decide(command, state, given(command, **known)):
                state = dispatch.evolve(state, event)
                news.append(event)
        dispatch.settle(state, news, given(commands[-1], **known))
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
        objection_from="document",
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
