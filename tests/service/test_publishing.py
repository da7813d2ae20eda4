"""From a proposal to live scores: nobody changes a rule alone, running servers follow, what is final stays final."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from types import MappingProxyType
from typing import Any

import msgspec
import psycopg
import pytest
from msgspec.structs import replace
from psycopg.rows import dict_row

from neraca.domain import streams
from neraca.domain.agency import Agency, Approvals
from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal.events import Evidence, PlannedResult, Target
from neraca.domain.errors import Conflict, Invalid, NotAllowed, NotFound, NotOneInForce, NotOpen, TooLate
from neraca.domain.given import Actor
from neraca.domain.policy_book import (
    ApprovePolicy,
    AttachImpact,
    Override,
    PolicyProposed,
    ProposePolicy,
    PublishPolicy,
    SchedulePolicy,
    UnschedulePolicy,
    WithdrawPolicy,
)
from neraca.domain.roster import AssignEmployee, RegisterEmployee
from neraca.domain.vocabulary import EmploymentType, ObjectionOutcome, PositionClass, Relation, Role
from neraca.policy.impact import Cut, Impact, Start
from neraca.projecting.rebuilding import rebuild
from neraca.service import Service, Unit, publishing
from neraca.service.adopting import OPERATOR, adopt
from neraca.service.desk import Desk
from neraca.service.gates import ruling_ungated
from neraca.service.publishing import Listed
from neraca.service.replaying import replay
from projections.scores import PROJECTION

PERIOD = "2025-Q1"
TODAY, AFTER = date(2025, 3, 3), date(2025, 4, 8)
Q2 = date(2025, 4, 1)
LAW = "Perwali 12/2025 Pasal 9"
RESULTS = [PlannedResult("layanan", "Layanan", [Target("berkas", "Berkas", "berkas", Decimal(100), Decimal(100))])]


def staff(name: str, role: Role = Role.POLICY, agency: str = "uji") -> Actor:
    return Actor(name, frozenset({role}), agency)


TINI = staff("tini")
RINA = staff("rina", Role.POLICY_APPROVER)
RUDI = staff("rudi", Role.POLICY_APPROVER)
NANI = staff("nani", Role.NATIONAL)


class Office:
    """A desk in an agency of the tests, on a day."""

    def __init__(self, town: Any, today: date = TODAY, agencies: dict[str, Agency] | None = None) -> None:
        self.town = town
        self.id = town.id
        service = town.service
        if agencies is not None:
            service = Service(town.service._ledger, town.house.log, town.house.mapper, agencies, town.service._measure)
        now = datetime(today.year, today.month, today.day, 5, tzinfo=UTC)
        self.desk = Desk(service, agencies or town.house.agencies, lambda: now)

    def text(self, version: int = 2, changes: Mapping[str, str] = MappingProxyType({})) -> dict[str, str]:
        """The first policy with parts of its text exchanged."""
        text = self.town.service.shelf.by_ref(self.id, "kota-uji", 1).resolved.sources["kota-uji.yaml"]
        for was, becomes in {"\nversion: 1\n": f"\nversion: {version}\n", **changes}.items():
            assert was in text
            text = text.replace(was, becomes)
        return {"kota-uji.yaml": text}

    def propose(self, texts: dict[str, str] | None = None, since: date = Q2, by: Actor = TINI, **more: Any) -> Listed:
        command = ProposePolicy(
            file="kota-uji.yaml", texts=texts or self.text(), reason="Perwali 12/2025", since=since, **more
        )
        return self.desk.tell(self.id, by, command)

    def attach(self, proposal: str = "p1", report: str | None = None, period: str | None = PERIOD) -> Listed:
        hash_ = self.desk.open(self.id, proposal).proposed.policy.hash
        command = AttachImpact(proposal=proposal, policy_hash=hash_, report=report, period=period)
        return self.desk.tell(self.id, TINI, command)

    def approve(self, proposal: str = "p1", by: Actor = RINA, override: Override | None = None) -> Listed:
        standing = self.desk.open(self.id, proposal)
        assert standing.impact
        command = ApprovePolicy(
            proposal=proposal,
            policy_hash=standing.proposed.policy.hash,
            impact_hash=standing.impact.report,
            override=override,
        )
        return self.desk.tell(self.id, by, command)

    def enact(self, texts: dict[str, str] | None = None, since: date = Q2, **more: Any) -> Listed:
        proposed = self.propose(texts, since, **more)
        self.attach(proposed.proposal or "")
        return self.approve(proposed.proposal or "")


WEIGHTS = {
    "sikap: 30": "sikap: 60",
    "of: {hasil: 60": "of: {hasil: 30",
    "# (60 x 90 + 30 x 80) / 90 = 86.666667": "# (30 x 90 + 60 x 80) / 90",
    "predicate: baik, score: 86.67": "predicate: cukup, score: 83.33",
}


@pytest.fixture
def office(town: Any) -> Office:
    return Office(town)


def row(town: Any, employee: str, period: str = PERIOD) -> dict[str, Any]:
    town.house.follow()
    with psycopg.connect(town.house.url) as connection:
        found = (
            connection.cursor(row_factory=dict_row)
            .execute(
                "select * from read_scores.appraisal where agency = %s and employee = %s and period = %s",
                (town.id, employee, period),
            )
            .fetchone()
        )
    assert found
    return found


def tags(town: Any) -> list[str]:
    return [
        one.event.__struct_config__.tag for one in town.service.history.stream(town.id, streams.policy_book(town.id))
    ]


def test_a_proposal_goes_step_by_step_to_its_day(town: Any, office: Office) -> None:
    assert office.propose().stage == "draft"
    assert office.attach().stage == "proposed"
    done = office.approve()

    assert (done.stage, done.waits_for, done.approvals) == ("scheduled", None, ("rina",))
    assert tags(town)[2:] == [
        "policy.proposed",
        "policy.impact-attached",
        "policy.approved",
        "policy.published",
        "policy.superseded",
        "policy.scheduled",
    ]
    listed = {(one.proposal, one.policy.version): one.stage for one in office.desk.book(town.id)}
    assert listed == {("p1", 2): "scheduled", (None, 1): "in force"}
    later = {one.policy.version: one.stage for one in Office(town, Q2).desk.book(town.id)}
    assert later == {2: "in force", 1: "superseded"}


def test_what_approval_publishes_is_published_in_one_go(town: Any, office: Office) -> None:
    office.propose()
    office.attach()
    head = town.house.log.head(town.id)
    office.approve()

    stored = town.house.log.read(town.id, head)

    envelopes = [town.house.mapper.decode(one.type, one.data) for one in stored]
    assert [one.type for one in stored] == [
        "policy.approved",
        "policy.published",
        "policy.superseded",
        "policy.scheduled",
    ]
    assert {envelope.by for envelope in envelopes} == {"rina"}
    assert len({envelope.correlation for envelope in envelopes}) == 1


def test_a_running_server_follows_an_approval_without_a_restart(town: Any, office: Office) -> None:
    with town.house.again() as other:
        assert other.service.shelf.the_one_in_force(town.id, date(2025, 6, 30)).ref.version == 1

        office.enact()

        for service in (town.service, other.service):
            found = [service.shelf.the_one_in_force(town.id, day).ref.version for day in (date(2025, 3, 31), Q2)]
            assert found == [1, 2]


def test_a_rule_for_the_next_period_leaves_this_one_alone(town: Any, office: Office) -> None:
    town.score("budi")
    before = row(town, "budi")

    office.enact(office.text(changes=WEIGHTS))

    after = row(town, "budi")
    assert (after["score"], after["policy_version"], after["superseded_rule"]) == (before["score"], 1, None)
    town.finalise("budi")
    assert (row(town, "budi")["score"], row(town, "budi")["policy_version"]) == (Decimal("86.67"), 1)


def test_live_scores_move_when_a_law_lets_the_rule_reach_back(town: Any, office: Office) -> None:
    """0.6 x 90 + 0.3 x 80 over 0.9 becomes 0.3 x 90 + 0.6 x 80 over 0.9; Ani was final before, and stays so."""
    town.score("budi")
    town.score("ani")
    town.finalise("ani")
    final = row(town, "ani")
    assert (row(town, "budi")["score"], final["superseded_rule"]) == (Decimal("86.67"), None)

    done = Office(town, AFTER).enact(office.text(changes=WEIGHTS), date(2025, 1, 1), legal_basis=LAW)

    moved, kept = row(town, "budi"), row(town, "ani")
    assert (moved["score"], moved["policy_hash"]) == (Decimal("83.33"), done.policy.hash)
    scheduled = town.house.log.head(town.id)
    flag = {"policy_hash": done.policy.hash, "position": scheduled}
    assert kept == {**final, "superseded_rule": flag}
    with psycopg.connect(town.house.url) as connection:
        causes = (
            connection.cursor(row_factory=dict_row)
            .execute(
                "select employee, c.tag, c.score from read_scores.change c"
                " join read_scores.appraisal using (agency, stream) where c.position >= %s",
                (scheduled - 2,),
            )
            .fetchall()
        )
    assert causes == [{"employee": "budi", "tag": "policy.scheduled", "score": Decimal("83.33")}]


def test_old_results_replay_alike_and_new_ones_by_the_new_rule(town: Any, office: Office) -> None:
    town.score("ani")
    town.score("budi")
    town.finalise("ani")
    Office(town, AFTER).enact(office.text(changes=WEIGHTS), date(2025, 1, 1), legal_basis=LAW)
    town.finalise("budi")

    with town.house.again() as house:
        found = {one.employee: one for one in replay(house.service, town.id)}

    assert {who: (one.recorded.policy.version, one.recorded.score) for who, one in found.items()} == {
        "ani": (1, Decimal("86.67")),
        "budi": (2, Decimal("83.33")),
    }
    assert [one.differences for one in found.values()] == [(), ()]
    assert row(town, "budi")["superseded_rule"] is None


def test_a_restored_rule_takes_its_flag_away(town: Any, office: Office) -> None:
    town.score("ani")
    town.finalise("ani")
    desk = Office(town, AFTER)
    desk.enact(office.text(changes=WEIGHTS), date(2025, 1, 1), legal_basis=LAW)
    assert row(town, "ani")["superseded_rule"]
    file, texts = desk.desk.restored(town.id, "kota-uji@1")

    done = desk.enact(texts, date(2025, 1, 1), legal_basis=LAW)

    old, new = (town.service.shelf.by_ref(town.id, "kota-uji", version).ref for version in (1, 3))
    assert (file, new.calc_hash, done.policy) == ("kota-uji.yaml", old.calc_hash, new)
    assert row(town, "ani")["superseded_rule"]["policy_hash"] == new.hash
    with pytest.raises(NotFound, match="uji never published kota-uji@9; there are kota-uji@1, kota-uji@2"):
        desk.desk.restored(town.id, "kota-uji@9")


def test_a_read_model_built_anew_has_the_same_flags(town: Any, office: Office) -> None:
    town.score("ani")
    town.score("budi")
    town.finalise("ani")
    Office(town, AFTER).enact(office.text(changes=WEIGHTS), date(2025, 1, 1), legal_basis=LAW)
    row(town, "ani")

    assert rebuild(town.house.url, PROJECTION).equal


def test_an_edit_resets_what_was_approved(town: Any) -> None:
    agencies = {town.id: replace(town.house.agencies[town.id], approvals=Approvals(quorum=2))}
    office = Office(town, agencies=agencies)
    office.propose()
    office.attach()
    assert office.approve().waits_for == "1 more approval"

    edited = office.propose(office.text(changes=WEIGHTS), proposal="p1")
    assert (edited.stage, edited.approvals, edited.impact) == ("draft", (), None)
    office.attach()
    assert office.approve(by=RUDI).approvals == ("rudi",)

    renewed = office.attach(period="2025-Q2")
    assert (renewed.stage, renewed.approvals) == ("proposed", ())
    office.approve(by=RUDI)
    assert office.approve(by=RINA).stage == "scheduled"
    assert town.service.shelf.by_ref(town.id, "kota-uji", 2).resolved.policy.nodes["nilai"].of["sikap"] == 60


def test_nobody_changes_a_rule_alone(town: Any, office: Office) -> None:
    office.propose()
    office.attach()
    one = Actor("tini", frozenset({Role.POLICY, Role.POLICY_APPROVER, Role.NATIONAL}), "uji")

    with pytest.raises(NotAllowed, match="tini wrote p1; another person must approve it"):
        office.approve(by=one)
    with pytest.raises(NotAllowed, match="belongs to coba"):
        office.approve(by=staff("rina", Role.POLICY_APPROVER, "coba"))
    assert office.approve().stage == "scheduled"


def test_a_text_with_mistakes_is_not_even_proposed(town: Any, office: Office) -> None:
    head = town.house.log.head(town.id)

    with pytest.raises(Invalid, match=r"mistakes:\nkota-uji\.yaml:\d+:\d+: nodes/nilai/of: weights sum to 130"):
        office.propose(office.text(changes={"sikap: 30": "sikap: 60"}))
    with pytest.raises(Invalid, match=r"tests of the policy fail:\n«cukup untuk nilai»: predicate: expected baik"):
        office.propose(office.text(changes={"sikap: 30": "sikap: 60", "of: {hasil: 60": "of: {hasil: 30"}))
    with pytest.raises(Invalid, match=r"can't be read:\nkota-uji\.yaml:\d+:\d+: "):
        office.propose(office.text(changes={"sikap: 30": "sikap: ["}))
    with pytest.raises(Invalid, match=r"kota-uji\.yaml:\d+:\d+: .*a number of 5,000 characters - write at most 100"):
        office.propose(office.text(changes={"sikap: 30": "sikap: " + "9" * 5_000}))
    command = ProposePolicy(file="lain.yaml", texts=office.text(), reason="x", since=Q2)
    with pytest.raises(NotFound, match=r"no policy in 'lain\.yaml'"):
        office.desk.tell(town.id, TINI, command)
    assert town.house.log.head(town.id) == head


@pytest.mark.parametrize(
    ("was", "becomes", "what"),
    [
        ("min: 3, max: 3", "min: 2, max: 3", "2 raters are too few to stay anonymous - write min: 3 or more"),
        ("min: 3, max: 3", "min: 3, max: 3, below_min: use_anyway", "gives them away - write treat_as_missing"),
    ],
)
def test_a_rule_that_gives_raters_away_is_not_put_in_force(
    town: Any, office: Office, was: str, becomes: str, what: str
) -> None:
    texts = office.text(changes={was: becomes})

    with pytest.raises(Invalid, match=what) as proposed:
        office.propose(texts)
    with pytest.raises(Invalid, match=what) as published:
        town.tell("policy", PublishPolicy(file="kota-uji.yaml", texts=texts, reason="uji"))

    assert (proposed.value.field, published.value.field) == ("/texts", "/texts")


def test_a_rule_that_gives_raters_away_goes_on_judging_where_it_rules(
    town: Any, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """But two peers count in no result, whatever it says."""
    monkeypatch.setattr(publishing, "fit", publishing.read)
    texts = office.text(changes={"min: 3, max: 3": "min: 1, max: 3"})
    town.tell(
        "policy",
        PublishPolicy(file="kota-uji.yaml", texts=texts, reason="uji"),
        SchedulePolicy(id="kota-uji", version=2, since=date(2025, 1, 15)),
    )
    monkeypatch.undo()
    town.score("budi")
    for peer in ("ani", "cici"):
        town.rate("budi", 10, by=peer)
    town.finalise("budi")

    (again,) = replay(town.service, town.id)
    assert (again.recorded.score, again.recorded.policy.version, again.differences) == (Decimal("86.67"), 2, ())


def test_a_number_that_moves_nothing_is_noted_with_the_proposal(town: Any, office: Office) -> None:
    office.propose(office.text(changes={"cap: {min: 0}\n": "cap: {min: -500}\n"}))

    (proposed,) = [one.event for one in town.service.history.of_type(town.id, "policy.proposed")]

    (warning,) = [one for one in proposed.warnings if "no test ever gives" not in one]
    assert warning.startswith("kota-uji.yaml:73:11: indicators/kehadiran/cap/min: warning: this number is dead: -500 ")


def test_a_rule_does_not_begin_in_the_middle_of_things(town: Any, office: Office) -> None:
    for since, refusal, words in (
        (TODAY, TooLate, "name the legal basis for ruling backwards"),
        (date(2025, 3, 10), TooLate, "2025-Q1, which began on 2025-01-01; begin on 2025-04-01"),
    ):
        with pytest.raises(refusal, match=words):
            office.propose(since=since)
    with pytest.raises(Conflict, match="2025-05-01 cuts 2025-Q2, and kota-uji@1 rules from 2025-01-01"):
        office.propose(office.text(changes=WEIGHTS), date(2025, 5, 1), legal_basis=LAW)


def test_an_approval_that_comes_after_the_day_is_refused(town: Any, office: Office) -> None:
    office.propose()
    office.attach()

    with pytest.raises(TooLate, match="2025-04-01 is not after 2025-04-08"):
        Office(town, AFTER).approve()
    assert town.service.shelf.refs(town.id) == ["kota-uji@1"]


def test_production_asks_who_answers_for_what_nobody_verified(town: Any) -> None:
    agencies = {town.id: replace(town.house.agencies[town.id], stage="production")}
    office = Office(town, agencies=agencies)
    office.propose()
    office.attach()

    with pytest.raises(Conflict, match=r"unverified or illustrative references \(contoh\), and uji is in production"):
        office.approve()
    override = Override(name="Sekretaris Daerah", reason="Perwali menyusul")
    assert office.approve(override=override).stage == "scheduled"
    (approved,) = town.service.history.of_type(town.id, "policy.approved")
    assert approved.event.override == override


PARENT = """
locks:
  - {path: /panels/sikap/raters/atasan/weight, rule: range, min: 50, max: 100, ref: contoh}
  - {path: /outcome, rule: final, ref: contoh}
"""
CHILD = """
schema: asn-policy/1
id: kota-uji
version: 2
extends: {{id: nasional-uji, version: 1}}
purpose: predicate
scope: {{level: city, code: "9999"}}
title: {{id: Kebijakan uji}}
effective: {{from: "2025-01-01", to: null}}
{panels}
tests:
  - name: cukup untuk nilai
    ratings: {{layanan: {{atasan: [80]}}, disiplin: {{atasan: [80]}}}}
    items: {{skp: [{{target: 10, actual: 9, weight: 100}}]}}
    expect: {{status: final, predicate: baik, score: 86.67}}
"""
MOVED = "panels: {sikap: {raters: {atasan: {weight: 70}, rekan: {weight: 30}}}}"


@pytest.mark.parametrize(("panels", "locked"), [(MOVED, True), ("", False)])
def test_a_city_moves_within_a_national_lock_only_with_the_nation(
    town: Any, office: Office, panels: str, locked: bool
) -> None:
    national = office.text(1)["kota-uji.yaml"].replace("id: kota-uji", "id: nasional-uji").replace("city", "national")
    texts = {
        "nasional.yaml": national.replace("\ntests:", f"{PARENT}\ntests:"),
        "kota-uji.yaml": CHILD.format(panels=panels),
    }
    office.propose(texts)
    office.attach()
    first = office.approve()

    if not locked:
        assert first.stage == "scheduled"
        return
    assert (first.stage, first.waits_for) == (
        "approved",
        "a national approval, as it moves /panels/sikap/raters/atasan/weight",
    )
    assert office.approve(by=NANI).stage == "scheduled"
    assert (
        town.service.shelf.the_one_in_force(town.id, Q2).resolved.policy.panels["sikap"].raters["atasan"].weight == 70
    )


def test_a_withdrawn_proposal_is_over(town: Any, office: Office) -> None:
    office.propose()
    gone = office.desk.tell(town.id, TINI, WithdrawPolicy(proposal="p1", reason="keliru"))

    assert gone.stage == "withdrawn"
    with pytest.raises(NotOpen, match="p1 was withdrawn; propose anew"):
        office.attach()
    assert office.propose().proposal == "p2"


def test_the_whole_text_is_in_the_log_with_who_wrote_it(town: Any, office: Office) -> None:
    office.propose(office.text(), legal_basis=LAW)

    (proposed,) = [one.event for one in town.service.history.of_type(town.id, "policy.proposed")]

    assert isinstance(proposed, PolicyProposed)
    assert (proposed.author, proposed.legal_basis, proposed.doubtful) == ("tini", LAW, ("contoh",))
    assert proposed.texts == office.text()


def hire(town: Any, employee: str, position_class: PositionClass) -> None:
    register = RegisterEmployee(
        employee=employee,
        name=employee.title(),
        employment_type=EmploymentType.CIVIL_SERVANT,
        position="Kepala seksi",
        position_class=position_class,
        since=date(2025, 1, 1),
    )
    town.tell(
        "hr", register, AssignEmployee(employee=employee, unit="dinkes", since=date(2025, 1, 1), supervisor="sri")
    )


def test_each_class_is_judged_by_its_own_rule_live_and_final(town: Any, office: Office) -> None:
    """Everybody of the town holds a functional post but Yuni, who supervises."""
    hire(town, "yuni", PositionClass.SUPERVISOR)
    which = {"employee": "yuni", "period": PERIOD}
    town.tell("hr", ask.OpenAppraisal(**which))
    town.score("budi")
    before = row(town, "yuni")

    done = office.enact(
        office.text(changes=WEIGHTS), date(2025, 1, 1), legal_basis=LAW, classes=(PositionClass.FUNCTIONAL,)
    )

    budi, yuni = row(town, "budi"), row(town, "yuni")
    assert (budi["score"], budi["position_class"], budi["policy_version"]) == (Decimal("83.33"), "FUNCTIONAL", 2)
    assert yuni == before
    assert yuni["policy_version"] == 1
    town.finalise("budi")
    final = row(town, "budi")
    assert (final["status"], final["policy_hash"], final["score"]) == ("final", done.policy.hash, Decimal("83.33"))
    with pytest.raises(NotOneInForce, match="unknown class"):
        town.service.shelf.in_force(town.id, date(2025, 3, 31))


def test_a_class_without_a_rule_is_told_so_and_not_scored(town: Any, office: Office) -> None:
    """From the second quarter on there is a rule for functional posts alone."""
    done = office.enact(until=date(2025, 6, 30))
    assert done.spans[0].until == date(2025, 6, 30)
    desk = Office(town, TODAY)
    desk.enact(office.text(3), date(2025, 7, 1), classes=(PositionClass.FUNCTIONAL,))
    hire(town, "yuni", PositionClass.SUPERVISOR)

    with pytest.raises(NotOneInForce, match=r"no policy is in force in uji for this period; no policy .* SUPERVISOR"):
        town.tell("hr", ask.OpenAppraisal(employee="yuni", period="2025-Q3"))
    assert town.tell("hr", ask.OpenAppraisal(employee="budi", period="2025-Q3")).events
    assert row(town, "budi", "2025-Q3")["policy_version"] == 3


def test_two_who_approve_at_the_same_moment_publish_once(town: Any, office: Office) -> None:
    office.propose()
    office.attach()
    office.approve(by=RUDI)

    with pytest.raises(NotOpen, match="p1 was published"):
        office.approve(by=RINA)
    assert tags(town).count("policy.published") == 2


HALVES = {
    "cycle: quarter": "cycle: semester",
    "policy_date: period_end}": "policy_date: period_end, segments: {combine: time_weighted, unit: month}}",
}


@pytest.fixture
def halves(town: Any, policy: str) -> Any:
    """From 2026 on the town appraises by half-years whose parts are joined; Budi and Ani work in the first."""
    for was, becomes in HALVES.items():
        policy = policy.replace(was, becomes)
    town.publish(policy, version=2, since=date(2026, 1, 1))
    for employee in ("budi", "ani"):
        town.tell("hr", ask.OpenAppraisal(employee=employee, period="2026-S1"), on=date(2026, 1, 5))
    rated = ask.Rate(
        employee="budi",
        period="2026-S1",
        relation=Relation.SUPERVISOR,
        scores={"layanan": Decimal(80), "disiplin": Decimal(80)},
    )
    plan = ask.DraftPlan(employee="budi", period="2026-S1", results=RESULTS)
    town.tell("budi", plan, ask.SubmitPlan(employee="budi", period="2026-S1"), on=date(2026, 1, 6))
    town.tell("sri", ask.ApprovePlan(employee="budi", period="2026-S1"), on=date(2026, 1, 7))
    report = ask.ReportProgress(
        employee="budi",
        period="2026-S1",
        report="l1",
        result="layanan",
        target="berkas",
        until=date(2026, 2, 1),
        actual=Decimal(90),
        evidence=[Evidence("Rekap", "arsip:rekap")],
    )
    town.tell("budi", report, on=date(2026, 2, 2))
    town.tell("sri", ask.AcceptReport(employee="budi", period="2026-S1", report="l1"), rated, on=date(2026, 2, 3))
    return town


def test_a_report_counts_whom_a_cut_blocks_and_its_hash_knows_the_day(halves: Any) -> None:
    """Budi has a score, Ani has none yet: a rule from April on cuts the half-year that both work in."""
    office = Office(halves, date(2026, 2, 10))
    text = office.text(3, {**HALVES, **WEIGHTS})
    assert row(halves, "budi", "2026-S1")["status"] == "provisional"

    with pytest.raises(
        Conflict, match=r"2026-04-01 cuts 2026-S1, .*; or say in_parts \(--in-parts\): 2026-Q1 and 2026-Q2"
    ):
        office.propose(text, date(2026, 4, 1))
    office.propose(text, date(2026, 4, 1), in_parts=True)
    cutting = office.attach(period="2026-S1")
    (attached,) = halves.service.history.of_type(halves.id, "policy.impact-attached")
    assert attached.event.summary.endswith(
        "1 newly blocked, 0 newly scored; 1 newly blocked because their period is cut"
    )
    report = msgspec.json.decode(attached.event.text, type=Impact)
    assert report.start == Start(date(2026, 4, 1), None, None, True, (Cut("2026-S1", ("2026-Q1", "2026-Q2"), 2, 1),))
    assert sha256(attached.event.text.encode()).hexdigest() == cutting.impact

    office.propose(text, date(2026, 7, 1), proposal="p1")
    assert office.attach(period="2026-S1").impact != cutting.impact
    office.propose(text, date(2026, 4, 1), proposal="p1", in_parts=True)
    assert office.attach(period="2026-S1").impact == cutting.impact
    office.approve()
    now = [row(halves, who, "2026-S1") for who in ("ani", "budi")]
    assert [one["status"] for one in now] == ["blocked", "blocked"]
    assert {one["reason"] for one in now} == {
        "another rule begins within 2026-S1: appraise 2026-Q1, 2026-Q2, then join-parts"
    }


def test_a_rule_that_ends_within_a_period_leaves_people_without_one_and_the_report_says_so(halves: Any) -> None:
    office = Office(halves, date(2026, 2, 10))

    office.propose(office.text(3, HALVES), date(2026, 1, 1), until=date(2026, 5, 31), legal_basis=LAW)
    office.attach(period="2026-S1")

    (attached,) = halves.service.history.of_type(halves.id, "policy.impact-attached")
    report = msgspec.json.decode(attached.event.text, type=Impact)
    assert report.start is not None
    assert report.start.cuts == (Cut("2026-S1", (), 2, 1),)


def test_a_made_up_hash_is_refused_with_the_one_that_is_right(town: Any, office: Office) -> None:
    town.score("budi")
    office.propose(office.text(changes=WEIGHTS))
    head = town.house.log.head(town.id)

    with pytest.raises(
        Conflict, match=rf"the impact of p1 on 2025-Q1, by the facts up to log position {head}, is "
    ) as no:
        office.attach(report="6e" * 32)
    assert town.house.log.head(town.id) == head
    right = no.value.message.partition(f"position {head}, is ")[2][:64]
    assert office.attach(report=right).impact == right
    (attached,) = town.service.history.of_type(town.id, "policy.impact-attached")
    assert sha256(attached.event.text.encode()).hexdigest() == right
    assert attached.event.position == head


def test_who_may_not_attach_costs_no_report(town: Any, office: Office) -> None:
    office.propose()
    asked: list[str] = []
    town.service._measure = lambda *asking: asked.append(str(asking))
    hash_ = office.desk.open(town.id, "p1").proposed.policy.hash

    for who, command, refusal in (
        (staff("budi", Role.EMPLOYEE), AttachImpact(proposal="p1", policy_hash=hash_), NotAllowed),
        (TINI, AttachImpact(proposal="p9", policy_hash=hash_), NotFound),
        (TINI, AttachImpact(proposal="p1", policy_hash="aa" * 32), Conflict),
        (TINI, AttachImpact(proposal="p1", policy_hash=hash_, period="2025-Q9"), Invalid),
    ):
        with pytest.raises(refusal):
            town.service.handle(Unit(agency=town.id, actor=who, commands=(command,), now=datetime.now(UTC)))
    assert asked == []


def test_the_first_rule_of_an_agency_is_measured_on_nobody(open_house: Any, database: str, town: Any) -> None:
    agencies = {"baru": replace(town.house.agencies["uji"], id="baru")}
    with open_house(database, agencies) as house:
        desk = Desk(house.service, agencies, lambda: datetime(2025, 3, 3, 5, tzinfo=UTC))
        texts = town.service.shelf.by_ref("uji", "kota-uji", 1).resolved.sources
        propose = ProposePolicy(file="kota-uji.yaml", texts=dict(texts), reason="pertama", since=Q2)
        proposed = desk.tell("baru", staff("tini", agency="baru"), propose)
        attach = AttachImpact(proposal="p1", policy_hash=proposed.policy.hash)
        attached = desk.tell("baru", staff("tini", agency="baru"), attach)
        approve = ApprovePolicy(proposal="p1", policy_hash=proposed.policy.hash, impact_hash=attached.impact or "")

        done = desk.tell("baru", staff("rina", Role.POLICY_APPROVER, "baru"), approve)

        assert done.stage == "scheduled"
        (said,) = house.service.history.of_type("baru", "policy.impact-attached")
        assert said.event.summary.startswith("0 of 0 predicates change")


def test_in_production_an_agency_file_puts_nothing_in_force(open_house: Any, database: str, shipped: Any) -> None:
    agencies = {"bandung": replace(shipped.agencies["bandung"], stage="production")}
    resolved = shipped.get("id.jabar.kota-bandung")
    with open_house(database, agencies) as house:
        adopted = adopt(house.service, agencies["bandung"], shipped, datetime.now(UTC))

        assert (adopted.now, adopted.waiting) == ((), ("id.jabar.kota-bandung@1",))
        assert house.log.head("bandung") == 0
        for command in (
            PublishPolicy(file=resolved.file, texts=dict(resolved.sources), reason="x"),
            SchedulePolicy(id=resolved.policy.id, version=1, since=Q2),
        ):
            unit = Unit(agency="bandung", actor=OPERATOR, commands=(command,), now=datetime.now(UTC))
            with pytest.raises(NotAllowed, match="bandung is in production"):
                house.service.handle(unit)


def test_in_production_a_rule_that_came_in_by_easier_gates_is_named_until_others_approve_it(town: Any) -> None:
    demonstration = town.house.agencies[town.id]
    production = replace(demonstration, stage="production")

    def named(agency: Any) -> list[Any]:
        return list(ruling_ungated(town.service.history, agency, AFTER))

    assert named(demonstration) == []
    (found,) = named(production)
    assert (found.agency, found.version) == ("uji", "kota-uji@1")
    assert found.what == (
        "it is in production, and kota-uji@1 rules by the easier gates of a demonstration: the operator adopted it, "
        "and nobody proposed or approved it"
    )
    assert "neraca policy restore kota-uji@1 --agency uji --since DATE" in found.remedy

    office = Office(town, AFTER)
    office.enact(office.text(changes=WEIGHTS), date(2025, 1, 1), legal_basis=LAW)

    stricter = replace(production, approvals=Approvals(quorum=2))
    for agency, why in (
        (production, "it rests on unverified or illustrative references (contoh), and nobody answers for it"),
        (stricter, "it lacks 1 more approval"),
    ):
        (found,) = named(agency)
        assert (found.version, found.what.rpartition(": ")[2]) == ("kota-uji@2", why)


def test_in_production_a_rule_that_went_the_whole_way_is_not_named(town: Any) -> None:
    agency = replace(town.house.agencies[town.id], stage="production")
    office = Office(town, AFTER, agencies={town.id: agency})
    office.propose(office.text(changes=WEIGHTS), date(2025, 1, 1), legal_basis=LAW)
    office.attach()
    office.approve(override=Override(name="Sekretaris Daerah", reason="Perwali menyusul"))

    assert list(ruling_ungated(town.service.history, agency, AFTER)) == []


def test_the_operator_cuts_a_period_only_with_the_word_for_it(halves: Any, policy: str) -> None:
    for was, becomes in {**HALVES, **WEIGHTS}.items():
        policy = policy.replace(was, becomes)
    head = halves.house.log.head(halves.id)

    with pytest.raises(Conflict, match=r"2026-04-01 cuts 2026-S1.*Begin on 2026-01-01 or 2026-07-01; or say in_parts"):
        halves.publish(policy, version=3, since=date(2026, 4, 1))
    assert halves.house.log.head(halves.id) == head

    halves.publish(policy, version=3, since=date(2026, 4, 1), in_parts=True)
    assert row(halves, "budi", "2026-S1")["status"] == "blocked"
    halves.publish(policy.replace("sikap: ", "sikap:  "), version=4, since=date(2026, 7, 1))


def test_a_cut_that_was_a_mistake_is_taken_back_and_people_have_their_scores_again(halves: Any) -> None:
    before = [row(halves, who, "2026-S1") for who in ("ani", "budi")]
    office = Office(halves, date(2026, 2, 10))
    office.propose(office.text(3, {**HALVES, **WEIGHTS}), date(2026, 4, 1), in_parts=True)
    office.attach(period="2026-S1")
    office.approve()
    assert [row(halves, who, "2026-S1")["status"] for who in ("ani", "budi")] == ["blocked", "blocked"]
    back = UnschedulePolicy(id="kota-uji", version=3, reason="memotong semester")

    with pytest.raises(NotAllowed, match="unschedule-policy needs the role"):
        office.desk.tell(halves.id, TINI, back)
    taken = office.desk.tell(halves.id, RINA, back)

    assert (taken.proposal, taken.stage, taken.spans, taken.taken_back) == ("p1", "withdrawn", (), "memotong semester")
    after = [row(halves, who, "2026-S1") for who in ("ani", "budi")]
    shown = ("status", "score", "predicate", "reason", "policy_hash", "nodes")
    assert [[one[name] for name in shown] for one in after] == [[one[name] for name in shown] for one in before]
    assert rebuild(halves.house.url, PROJECTION).equal
    with halves.house.again() as other:
        assert other.service.shelf.the_one_in_force(halves.id, date(2026, 6, 30)).ref.version == 2


def test_a_rule_by_which_something_is_final_is_not_taken_back(town: Any) -> None:
    town.score("ani")
    desk = Office(town, AFTER)
    desk.enact(desk.text(changes=WEIGHTS), date(2025, 1, 1), legal_basis=LAW)
    town.finalise("ani")

    with pytest.raises(Conflict, match=r"1 results are final by kota-uji@2 \(2025-Q1\), and what is final stands"):
        desk.desk.tell(town.id, RINA, UnschedulePolicy(id="kota-uji", version=2, reason="x"))
    town.tell("ani", ask.FileObjection(employee="ani", period=PERIOD, grounds="kurang adil"), on=AFTER)
    amended = ask.DecideObjection(
        employee="ani", period=PERIOD, outcome=ObjectionOutcome.AMENDED, reason="bukti diterima"
    )
    town.tell("agus", amended, on=AFTER)
    assert desk.desk.tell(town.id, RINA, UnschedulePolicy(id="kota-uji", version=2, reason="x")).taken_back == "x"


def test_a_version_with_fewer_tests_than_the_one_published_says_why(office: Office) -> None:
    text = office.text()["kota-uji.yaml"]
    fewer = {"kota-uji.yaml": text.partition("\ntests:")[0] + "\n"}

    with pytest.raises(Invalid, match="kota-uji@2 has 0 tests, the version before had 1; bring them back, or say why"):
        office.propose(fewer)
    office.propose(fewer, fewer_tests="Kasusnya menguji indikator yang dihapus")
    kept = [past.event for past in office.town.service.history.of_type(office.id, "policy.proposed")]
    assert [one.fewer_tests for one in kept] == ["Kasusnya menguji indikator yang dihapus"]
