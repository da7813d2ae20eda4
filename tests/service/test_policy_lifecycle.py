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
from neraca.domain.appraisal.events import Evidence, Finalised, PlannedResult, Target
from neraca.domain.contexts import Actor
from neraca.domain.errors import Conflict, Invalid, NotAllowed, NotFound, NotOneInForce, NotOpen, TooLate
from neraca.domain.policy_register import (
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
from neraca.policy.impact.report import Cut, Impact, Start
from neraca.projecting.rebuild import rebuild
from neraca.service import CommandBatch, CommandHandler, drafts
from neraca.service.adoption import OPERATOR, adopt
from neraca.service.drafts import Listed
from neraca.service.policy_lifecycle import PolicyLifecycle
from neraca.service.production_gates import in_force_ungated
from neraca.service.replay import replay
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

    def __init__(self, fixture_agency: Any, today: date = TODAY, agencies: dict[str, Agency] | None = None) -> None:
        self.fixture_agency = fixture_agency
        self.id = fixture_agency.id
        service = fixture_agency.service
        if agencies is not None:
            service = CommandHandler(
                fixture_agency.service._ledger,
                fixture_agency.house.log,
                fixture_agency.house.mapper,
                agencies,
                fixture_agency.service._impact._measure,
            )
        now = datetime(today.year, today.month, today.day, 5, tzinfo=UTC)
        self.lifecycle = PolicyLifecycle(service, agencies or fixture_agency.house.agencies, lambda: now)

    def text(self, version: int = 2, changes: Mapping[str, str] = MappingProxyType({})) -> dict[str, str]:
        """The first policy with parts of its text exchanged."""
        text = self.fixture_agency.service.policies.by_ref(self.id, "kota-uji", 1).resolved.sources["kota-uji.yaml"]
        for was, becomes in {"\nversion: 1\n": f"\nversion: {version}\n", **changes}.items():
            assert was in text
            text = text.replace(was, becomes)
        return {"kota-uji.yaml": text}

    def propose(self, texts: dict[str, str] | None = None, since: date = Q2, by: Actor = TINI, **more: Any) -> Listed:
        command = ProposePolicy(
            file="kota-uji.yaml", texts=texts or self.text(), reason="Perwali 12/2025", since=since, **more
        )
        return self.lifecycle.submit(self.id, by, command)

    def attach(self, proposal: str = "p1", report: str | None = None, period: str | None = PERIOD) -> Listed:
        hash_ = self.lifecycle.open(self.id, proposal).proposed.policy.hash
        command = AttachImpact(proposal=proposal, policy_hash=hash_, report=report, period=period)
        return self.lifecycle.submit(self.id, TINI, command)

    def approve(self, proposal: str = "p1", by: Actor = RINA, override: Override | None = None) -> Listed:
        standing = self.lifecycle.open(self.id, proposal)
        assert standing.impact
        command = ApprovePolicy(
            proposal=proposal,
            policy_hash=standing.proposed.policy.hash,
            impact_hash=standing.impact.report,
            override=override,
        )
        return self.lifecycle.submit(self.id, by, command)

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
def office(fixture_agency: Any) -> Office:
    return Office(fixture_agency)


def row(fixture_agency: Any, employee: str, period: str = PERIOD) -> dict[str, Any]:
    fixture_agency.house.follow()
    with psycopg.connect(fixture_agency.house.url) as connection:
        found = (
            connection.cursor(row_factory=dict_row)
            .execute(
                "select * from read_scores.appraisal where agency = %s and employee = %s and period = %s",
                (fixture_agency.id, employee, period),
            )
            .fetchone()
        )
    assert found
    return found


def tags(fixture_agency: Any) -> list[str]:
    return [
        one.event.__struct_config__.tag
        for one in fixture_agency.service.reader.stream(fixture_agency.id, streams.policy_register(fixture_agency.id))
    ]


def test_a_proposal_goes_step_by_step_to_its_day(fixture_agency: Any, office: Office) -> None:
    assert office.propose().stage == "draft"
    assert office.attach().stage == "proposed"
    done = office.approve()

    assert (done.stage, done.waits_for, done.approvals) == ("scheduled", None, ("rina",))
    assert tags(fixture_agency)[2:] == [
        "policy.proposed",
        "policy.impact-attached",
        "policy.approved",
        "policy.published",
        "policy.superseded",
        "policy.scheduled",
    ]
    listed = {(one.proposal, one.policy.version): one.stage for one in office.lifecycle.listed(fixture_agency.id)}
    assert listed == {("p1", 2): "scheduled", (None, 1): "in force"}
    later = {one.policy.version: one.stage for one in Office(fixture_agency, Q2).lifecycle.listed(fixture_agency.id)}
    assert later == {2: "in force", 1: "superseded"}


def test_what_approval_publishes_is_published_in_one_go(fixture_agency: Any, office: Office) -> None:
    office.propose()
    office.attach()
    head = fixture_agency.house.log.head(fixture_agency.id)
    office.approve()

    stored = fixture_agency.house.log.read(fixture_agency.id, head)

    envelopes = [fixture_agency.house.mapper.decode(one.type, one.data) for one in stored]
    assert [one.type for one in stored] == [
        "policy.approved",
        "policy.published",
        "policy.superseded",
        "policy.scheduled",
    ]
    assert {envelope.by for envelope in envelopes} == {"rina"}
    assert len({envelope.correlation for envelope in envelopes}) == 1


def test_a_running_server_follows_an_approval_without_a_restart(fixture_agency: Any, office: Office) -> None:
    with fixture_agency.house.again() as other:
        assert other.service.policies.require_in_force(fixture_agency.id, date(2025, 6, 30)).ref.version == 1

        office.enact()

        for service in (fixture_agency.service, other.service):
            found = [
                service.policies.require_in_force(fixture_agency.id, day).ref.version for day in (date(2025, 3, 31), Q2)
            ]
            assert found == [1, 2]


def test_a_rule_for_the_next_period_leaves_this_one_alone(fixture_agency: Any, office: Office) -> None:
    fixture_agency.score("budi")
    before = row(fixture_agency, "budi")

    office.enact(office.text(changes=WEIGHTS))

    after = row(fixture_agency, "budi")
    assert (after["score"], after["policy_version"], after["superseded_rule"]) == (before["score"], 1, None)
    fixture_agency.finalise("budi")
    assert (row(fixture_agency, "budi")["score"], row(fixture_agency, "budi")["policy_version"]) == (
        Decimal("86.67"),
        1,
    )


def test_live_scores_move_when_a_law_lets_the_rule_reach_back(fixture_agency: Any, office: Office) -> None:
    """0.6 x 90 + 0.3 x 80 over 0.9 becomes 0.3 x 90 + 0.6 x 80 over 0.9; Ani was final before, and stays so."""
    fixture_agency.score("budi")
    fixture_agency.score("ani")
    fixture_agency.finalise("ani")
    final = row(fixture_agency, "ani")
    assert (row(fixture_agency, "budi")["score"], final["superseded_rule"]) == (Decimal("86.67"), None)

    done = Office(fixture_agency, AFTER).enact(office.text(changes=WEIGHTS), date(2025, 1, 1), legal_basis=LAW)

    moved, kept = row(fixture_agency, "budi"), row(fixture_agency, "ani")
    assert (moved["score"], moved["policy_hash"]) == (Decimal("83.33"), done.policy.hash)
    scheduled = fixture_agency.house.log.head(fixture_agency.id)
    flag = {"policy_hash": done.policy.hash, "position": scheduled}
    assert kept == {**final, "superseded_rule": flag, "holds_from": scheduled}
    with psycopg.connect(fixture_agency.house.url) as connection:
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


def test_old_results_replay_alike_and_new_ones_by_the_new_rule(fixture_agency: Any, office: Office) -> None:
    fixture_agency.score("ani")
    fixture_agency.score("budi")
    fixture_agency.finalise("ani")
    Office(fixture_agency, AFTER).enact(office.text(changes=WEIGHTS), date(2025, 1, 1), legal_basis=LAW)
    fixture_agency.finalise("budi")

    with fixture_agency.house.again() as house:
        found = {one.employee: one for one in replay(house.service, fixture_agency.id)}

    scores = {who: one.recorded for who, one in found.items() if isinstance(one.recorded, Finalised)}
    assert {who: (one.policy.version, one.score) for who, one in scores.items()} == {
        "ani": (1, Decimal("86.67")),
        "budi": (2, Decimal("83.33")),
    }
    assert [one.differences for one in found.values()] == [(), ()]
    assert row(fixture_agency, "budi")["superseded_rule"] is None


def test_a_restored_rule_takes_its_flag_away(fixture_agency: Any, office: Office) -> None:
    fixture_agency.score("ani")
    fixture_agency.finalise("ani")
    desk = Office(fixture_agency, AFTER)
    desk.enact(office.text(changes=WEIGHTS), date(2025, 1, 1), legal_basis=LAW)
    assert row(fixture_agency, "ani")["superseded_rule"]
    file, texts = desk.lifecycle.restored(fixture_agency.id, "kota-uji@1")

    done = desk.enact(texts, date(2025, 1, 1), legal_basis=LAW)

    old, new = (
        fixture_agency.service.policies.by_ref(fixture_agency.id, "kota-uji", version).ref for version in (1, 3)
    )
    assert (file, new.calc_hash, done.policy) == ("kota-uji.yaml", old.calc_hash, new)
    assert row(fixture_agency, "ani")["superseded_rule"]["policy_hash"] == new.hash
    with pytest.raises(NotFound, match="uji never published kota-uji@9; there are kota-uji@1, kota-uji@2"):
        desk.lifecycle.restored(fixture_agency.id, "kota-uji@9")


def test_a_read_model_built_anew_has_the_same_flags(fixture_agency: Any, office: Office) -> None:
    fixture_agency.score("ani")
    fixture_agency.score("budi")
    fixture_agency.finalise("ani")
    Office(fixture_agency, AFTER).enact(office.text(changes=WEIGHTS), date(2025, 1, 1), legal_basis=LAW)
    row(fixture_agency, "ani")

    assert rebuild(fixture_agency.house.url, PROJECTION).equal


def test_an_edit_resets_what_was_approved(fixture_agency: Any) -> None:
    agencies = {
        fixture_agency.id: replace(fixture_agency.house.agencies[fixture_agency.id], approvals=Approvals(quorum=2))
    }
    office = Office(fixture_agency, agencies=agencies)
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
    assert (
        fixture_agency.service.policies.by_ref(fixture_agency.id, "kota-uji", 2)
        .resolved.policy.nodes["nilai"]
        .of["sikap"]
        == 60
    )


def test_nobody_changes_a_rule_alone(fixture_agency: Any, office: Office) -> None:
    office.propose()
    office.attach()
    one = Actor("tini", frozenset({Role.POLICY, Role.POLICY_APPROVER, Role.NATIONAL}), "uji")

    with pytest.raises(NotAllowed, match="tini wrote p1; another person must approve it"):
        office.approve(by=one)
    with pytest.raises(NotAllowed, match="belongs to coba"):
        office.approve(by=staff("rina", Role.POLICY_APPROVER, "coba"))
    assert office.approve().stage == "scheduled"


def test_a_text_with_mistakes_is_not_even_proposed(fixture_agency: Any, office: Office) -> None:
    head = fixture_agency.house.log.head(fixture_agency.id)

    with pytest.raises(Invalid, match=r"mistakes:\nkota-uji\.yaml:\d+:\d+: nodes/nilai/of: weights sum to 130"):
        office.propose(office.text(changes={"sikap: 30": "sikap: 60"}))
    with pytest.raises(Invalid, match=r"tests of the policy fail:\n«cukup untuk nilai»: predicate: expected baik"):
        office.propose(office.text(changes={"sikap: 30": "sikap: 60", "of: {hasil: 60": "of: {hasil: 30"}))
    with pytest.raises(Invalid, match=r"the policy has mistakes:\nkota-uji\.yaml:\d+:\d+: "):
        office.propose(office.text(changes={"sikap: 30": "sikap: ["}))
    with pytest.raises(Invalid, match=r"kota-uji\.yaml:\d+:\d+: .*a number of 5,000 characters - write at most 100"):
        office.propose(office.text(changes={"sikap: 30": "sikap: " + "9" * 5_000}))
    command = ProposePolicy(file="lain.yaml", texts=office.text(), reason="x", since=Q2)
    with pytest.raises(NotFound, match=r"no policy in 'lain\.yaml'"):
        office.lifecycle.submit(fixture_agency.id, TINI, command)
    assert fixture_agency.house.log.head(fixture_agency.id) == head


@pytest.mark.parametrize(
    ("was", "becomes", "what"),
    [
        ("min: 3, max: 3", "min: 2, max: 3", "2 raters are too few to stay anonymous - write min: 3 or more"),
        ("min: 3, max: 3", "min: 3, max: 3, below_min: use_anyway", "gives them away - write treat_as_missing"),
    ],
)
def test_a_rule_that_gives_raters_away_is_not_put_in_force(
    fixture_agency: Any, office: Office, was: str, becomes: str, what: str
) -> None:
    texts = office.text(changes={was: becomes})

    with pytest.raises(Invalid, match=what) as proposed:
        office.propose(texts)
    with pytest.raises(Invalid, match=what) as published:
        fixture_agency.tell("policy", PublishPolicy(file="kota-uji.yaml", texts=texts, reason="uji"))

    assert (proposed.value.field, published.value.field) == ("/texts", "/texts")


def test_a_rule_that_gives_raters_away_goes_on_judging_where_it_rules(
    fixture_agency: Any, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """But two peers count in no result, whatever it says."""
    monkeypatch.setattr(drafts, "fit", drafts.read)
    texts = office.text(changes={"min: 3, max: 3": "min: 1, max: 3"})
    fixture_agency.tell(
        "policy",
        PublishPolicy(file="kota-uji.yaml", texts=texts, reason="uji"),
        SchedulePolicy(id="kota-uji", version=2, since=date(2025, 1, 15)),
    )
    monkeypatch.undo()
    fixture_agency.score("budi")
    for peer in ("ani", "cici"):
        fixture_agency.rate("budi", 10, by=peer)
    fixture_agency.finalise("budi")

    (again,) = replay(fixture_agency.service, fixture_agency.id)
    assert isinstance(again.recorded, Finalised)
    assert (again.recorded.score, again.recorded.policy.version, again.differences) == (Decimal("86.67"), 2, ())


def test_a_number_that_moves_nothing_is_noted_with_the_proposal(fixture_agency: Any, office: Office) -> None:
    office.propose(office.text(changes={"cap: {min: 0}\n": "cap: {min: -500}\n"}))

    (proposed,) = [one.event for one in fixture_agency.service.reader.of_type(fixture_agency.id, "policy.proposed")]

    (warning,) = [one for one in proposed.warnings if "no test ever gives" not in one]
    assert warning.startswith("kota-uji.yaml:73:11: indicators/kehadiran/cap/min: warning: this number is dead: -500 ")


def test_a_rule_does_not_begin_in_the_middle_of_things(fixture_agency: Any, office: Office) -> None:
    for since, refusal, words in (
        (TODAY, TooLate, "name the legal basis for ruling backwards"),
        (date(2025, 3, 10), TooLate, "2025-Q1, which began on 2025-01-01; begin on 2025-04-01"),
    ):
        with pytest.raises(refusal, match=words):
            office.propose(since=since)
    with pytest.raises(Conflict, match="2025-05-01 cuts 2025-Q2, and kota-uji@1 rules from 2025-01-01"):
        office.propose(office.text(changes=WEIGHTS), date(2025, 5, 1), legal_basis=LAW)


def test_an_approval_that_comes_after_the_day_is_refused(fixture_agency: Any, office: Office) -> None:
    office.propose()
    office.attach()

    with pytest.raises(TooLate, match="2025-04-01 is not after 2025-04-08"):
        Office(fixture_agency, AFTER).approve()
    assert fixture_agency.service.policies.refs(fixture_agency.id) == ["kota-uji@1"]


def test_production_asks_who_answers_for_what_nobody_verified(fixture_agency: Any) -> None:
    agencies = {fixture_agency.id: replace(fixture_agency.house.agencies[fixture_agency.id], stage="production")}
    office = Office(fixture_agency, agencies=agencies)
    office.propose()
    office.attach()

    with pytest.raises(Conflict, match=r"unverified or illustrative references \(contoh\), and uji is in production"):
        office.approve()
    override = Override(name="Sekretaris Daerah", reason="Perwali menyusul")
    assert office.approve(override=override).stage == "scheduled"
    (approved,) = fixture_agency.service.reader.of_type(fixture_agency.id, "policy.approved")
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


@pytest.mark.parametrize(
    ("panels", "deviation", "level", "locked"),
    [
        (MOVED, "never", "city", True),
        ("", "never", "city", False),
        # Whoever may deviate where it is marked asks no one; nor does the nation ask itself.
        (MOVED, "marked", "city", False),
        (MOVED, "never", "national", False),
    ],
)
def test_a_city_moves_within_a_national_lock_only_with_the_nation(
    fixture_agency: Any, office: Office, panels: str, deviation: str, level: str, locked: bool
) -> None:
    national = office.text(1)["kota-uji.yaml"].replace("id: kota-uji", "id: nasional-uji").replace("city", "national")
    texts = {
        "nasional.yaml": national.replace(
            "\ntests:", f"{PARENT.replace('max: 100,', f'max: 100, deviation: {deviation},')}\ntests:"
        ),
        "kota-uji.yaml": CHILD.format(panels=panels).replace("level: city", f"level: {level}"),
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
        fixture_agency.service.policies.require_in_force(fixture_agency.id, Q2)
        .resolved.policy.panels["sikap"]
        .raters["atasan"]
        .weight
        == 70
    )


def test_a_withdrawn_proposal_is_over(fixture_agency: Any, office: Office) -> None:
    office.propose()
    gone = office.lifecycle.submit(fixture_agency.id, TINI, WithdrawPolicy(proposal="p1", reason="keliru"))

    assert gone.stage == "withdrawn"
    with pytest.raises(NotOpen, match="p1 was withdrawn; propose again"):
        office.attach()
    assert office.propose().proposal == "p2"


def test_the_whole_text_is_in_the_log_with_who_wrote_it(fixture_agency: Any, office: Office) -> None:
    office.propose(office.text(), legal_basis=LAW)

    (proposed,) = [one.event for one in fixture_agency.service.reader.of_type(fixture_agency.id, "policy.proposed")]

    assert isinstance(proposed, PolicyProposed)
    assert (proposed.author, proposed.legal_basis, proposed.doubtful) == ("tini", LAW, ("contoh",))
    assert proposed.texts == office.text()


def hire(fixture_agency: Any, employee: str, position_class: PositionClass) -> None:
    register = RegisterEmployee(
        employee=employee,
        name=employee.title(),
        employment_type=EmploymentType.CIVIL_SERVANT,
        position="Kepala seksi",
        position_class=position_class,
        since=date(2025, 1, 1),
    )
    fixture_agency.tell(
        "hr", register, AssignEmployee(employee=employee, unit="dinkes", since=date(2025, 1, 1), supervisor="sri")
    )


def test_each_class_is_judged_by_its_own_rule_live_and_final(fixture_agency: Any, office: Office) -> None:
    """Everybody of the agency holds a functional post but Yuni, who supervises."""
    hire(fixture_agency, "yuni", PositionClass.SUPERVISOR)
    which = {"employee": "yuni", "period": PERIOD}
    fixture_agency.tell("hr", ask.OpenAppraisal(**which))
    fixture_agency.score("budi")
    before = row(fixture_agency, "yuni")

    done = office.enact(
        office.text(changes=WEIGHTS), date(2025, 1, 1), legal_basis=LAW, classes=(PositionClass.FUNCTIONAL,)
    )

    budi, yuni = row(fixture_agency, "budi"), row(fixture_agency, "yuni")
    assert (budi["score"], budi["position_class"], budi["policy_version"]) == (Decimal("83.33"), "FUNCTIONAL", 2)
    assert yuni == before
    assert yuni["policy_version"] == 1
    fixture_agency.finalise("budi")
    final = row(fixture_agency, "budi")
    assert (final["status"], final["policy_hash"], final["score"]) == ("final", done.policy.hash, Decimal("83.33"))
    with pytest.raises(NotOneInForce, match="unknown class"):
        fixture_agency.service.policies.in_force(fixture_agency.id, date(2025, 3, 31))


def test_a_class_without_a_rule_is_told_so_and_not_scored(fixture_agency: Any, office: Office) -> None:
    """From the second quarter on there is a rule for functional posts alone."""
    done = office.enact(until=date(2025, 6, 30))
    assert done.spans[0].until == date(2025, 6, 30)
    desk = Office(fixture_agency, TODAY)
    desk.enact(office.text(3), date(2025, 7, 1), classes=(PositionClass.FUNCTIONAL,))
    hire(fixture_agency, "yuni", PositionClass.SUPERVISOR)

    with pytest.raises(NotOneInForce, match=r"no policy is in force in uji for this period; no policy .* SUPERVISOR"):
        fixture_agency.tell("hr", ask.OpenAppraisal(employee="yuni", period="2025-Q3"))
    assert fixture_agency.tell("hr", ask.OpenAppraisal(employee="budi", period="2025-Q3")).events
    assert row(fixture_agency, "budi", "2025-Q3")["policy_version"] == 3


def test_two_who_approve_at_the_same_moment_publish_once(fixture_agency: Any, office: Office) -> None:
    office.propose()
    office.attach()
    office.approve(by=RUDI)

    with pytest.raises(NotOpen, match="p1 was published"):
        office.approve(by=RINA)
    assert tags(fixture_agency).count("policy.published") == 2


HALVES = {
    "cycle: quarter": "cycle: semester",
    "policy_date: period_end}": "policy_date: period_end, segments: {combine: time_weighted, unit: month}}",
}


@pytest.fixture
def halves(fixture_agency: Any, policy: str) -> Any:
    """From 2026 on the agency appraises by half-years whose parts are joined; Budi and Ani work in the first."""
    for was, becomes in HALVES.items():
        policy = policy.replace(was, becomes)
    fixture_agency.publish(policy, version=2, since=date(2026, 1, 1))
    for employee in ("budi", "ani"):
        fixture_agency.tell("hr", ask.OpenAppraisal(employee=employee, period="2026-S1"), on=date(2026, 1, 5))
    rated = ask.Rate(
        employee="budi",
        period="2026-S1",
        relation=Relation.SUPERVISOR,
        scores={"layanan": Decimal(80), "disiplin": Decimal(80)},
    )
    plan = ask.DraftPlan(employee="budi", period="2026-S1", results=RESULTS)
    fixture_agency.tell("budi", plan, ask.SubmitPlan(employee="budi", period="2026-S1"), on=date(2026, 1, 6))
    fixture_agency.tell("sri", ask.ApprovePlan(employee="budi", period="2026-S1"), on=date(2026, 1, 7))
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
    fixture_agency.tell("budi", report, on=date(2026, 2, 2))
    fixture_agency.tell(
        "sri", ask.AcceptReport(employee="budi", period="2026-S1", report="l1"), rated, on=date(2026, 2, 3)
    )
    return fixture_agency


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
    (attached,) = halves.service.reader.of_type(halves.id, "policy.impact-attached")
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

    (attached,) = halves.service.reader.of_type(halves.id, "policy.impact-attached")
    report = msgspec.json.decode(attached.event.text, type=Impact)
    assert report.start is not None
    assert report.start.cuts == (Cut("2026-S1", (), 2, 1),)


def test_a_made_up_hash_is_refused_with_the_one_that_is_right(fixture_agency: Any, office: Office) -> None:
    fixture_agency.score("budi")
    office.propose(office.text(changes=WEIGHTS))
    head = fixture_agency.house.log.head(fixture_agency.id)

    with pytest.raises(
        Conflict, match=rf"the impact of p1 on 2025-Q1, by the facts up to log position {head}, is "
    ) as no:
        office.attach(report="6e" * 32)
    assert fixture_agency.house.log.head(fixture_agency.id) == head
    right = no.value.message.partition(f"position {head}, is ")[2][:64]
    assert office.attach(report=right).impact == right
    (attached,) = fixture_agency.service.reader.of_type(fixture_agency.id, "policy.impact-attached")
    assert sha256(attached.event.text.encode()).hexdigest() == right
    assert attached.event.position == head


def test_who_may_not_attach_costs_no_report(fixture_agency: Any, office: Office) -> None:
    office.propose()
    asked: list[str] = []
    fixture_agency.service._impact._measure = lambda *asking: asked.append(str(asking))
    hash_ = office.lifecycle.open(fixture_agency.id, "p1").proposed.policy.hash

    for who, command, refusal in (
        (staff("budi", Role.EMPLOYEE), AttachImpact(proposal="p1", policy_hash=hash_), NotAllowed),
        (TINI, AttachImpact(proposal="p9", policy_hash=hash_), NotFound),
        (TINI, AttachImpact(proposal="p1", policy_hash="aa" * 32), Conflict),
        (TINI, AttachImpact(proposal="p1", policy_hash=hash_, period="2025-Q9"), Invalid),
    ):
        with pytest.raises(refusal):
            fixture_agency.service.handle(
                CommandBatch(agency=fixture_agency.id, actor=who, commands=(command,), now=datetime.now(UTC))
            )
    assert asked == []


def test_the_first_rule_of_an_agency_is_measured_on_nobody(open_service: Any, fixture_agency: Any) -> None:
    agencies = {"baru": replace(fixture_agency.house.agencies["uji"], id="baru")}
    with open_service(fixture_agency.house.url, agencies) as house:
        desk = PolicyLifecycle(house.service, agencies, lambda: datetime(2025, 3, 3, 5, tzinfo=UTC))
        texts = fixture_agency.service.policies.by_ref("uji", "kota-uji", 1).resolved.sources
        propose = ProposePolicy(file="kota-uji.yaml", texts=dict(texts), reason="pertama", since=Q2)
        proposed = desk.submit("baru", staff("tini", agency="baru"), propose)
        attach = AttachImpact(proposal="p1", policy_hash=proposed.policy.hash)
        attached = desk.submit("baru", staff("tini", agency="baru"), attach)
        approve = ApprovePolicy(proposal="p1", policy_hash=proposed.policy.hash, impact_hash=attached.impact or "")

        done = desk.submit("baru", staff("rina", Role.POLICY_APPROVER, "baru"), approve)

        assert done.stage == "scheduled"
        (said,) = house.service.reader.of_type("baru", "policy.impact-attached")
        assert said.event.summary.startswith("0 of 0 predicates change")


def test_in_production_an_agency_file_puts_nothing_in_force(open_service: Any, database: str, shipped: Any) -> None:
    agencies = {"bandung": replace(shipped.agencies["bandung"], stage="production")}
    resolved = shipped.get("id.jabar.kota-bandung")
    with open_service(database, agencies) as house:
        adopted = adopt(house.service, agencies["bandung"], shipped, datetime.now(UTC))

        waiting = ("id.jabar.kota-bandung@1", "id.nasional.angka-kredit.akumulasi@2", "id.jabar.kota-bandung.tpp@2")
        assert (adopted.now, adopted.waiting) == ((), waiting)
        assert house.log.head("bandung") == 0
        for command in (
            PublishPolicy(file=resolved.file, texts=dict(resolved.sources), reason="x"),
            SchedulePolicy(id=resolved.policy.id, version=1, since=Q2),
        ):
            batch = CommandBatch(agency="bandung", actor=OPERATOR, commands=(command,), now=datetime.now(UTC))
            with pytest.raises(NotAllowed, match="bandung is in production"):
                house.service.handle(batch)


def test_in_production_a_rule_that_came_in_by_easier_gates_is_named_until_others_approve_it(
    fixture_agency: Any,
) -> None:
    demonstration = fixture_agency.house.agencies[fixture_agency.id]
    production = replace(demonstration, stage="production")

    def named(agency: Any) -> list[Any]:
        return list(in_force_ungated(fixture_agency.service.reader, agency, AFTER))

    assert named(demonstration) == []
    (found,) = named(production)
    assert (found.agency, found.version) == ("uji", "kota-uji@1")
    assert found.what == (
        "it is in production, and kota-uji@1 rules by the easier gates of a demonstration: the operator adopted it, "
        "and nobody proposed or approved it"
    )
    assert "neraca policy restore kota-uji@1 --agency uji --since DATE" in found.remedy

    office = Office(fixture_agency, AFTER)
    office.enact(office.text(changes=WEIGHTS), date(2025, 1, 1), legal_basis=LAW)

    stricter = replace(production, approvals=Approvals(quorum=2))
    for agency, why in (
        (production, "it rests on unverified or illustrative references (contoh), and nobody answers for it"),
        (stricter, "it lacks 1 more approval"),
    ):
        (found,) = named(agency)
        assert (found.version, found.what.rpartition(": ")[2]) == ("kota-uji@2", why)


def test_in_production_a_rule_that_went_the_whole_way_is_not_named(fixture_agency: Any) -> None:
    agency = replace(fixture_agency.house.agencies[fixture_agency.id], stage="production")
    office = Office(fixture_agency, AFTER, agencies={fixture_agency.id: agency})
    office.propose(office.text(changes=WEIGHTS), date(2025, 1, 1), legal_basis=LAW)
    office.attach()
    office.approve(override=Override(name="Sekretaris Daerah", reason="Perwali menyusul"))

    assert list(in_force_ungated(fixture_agency.service.reader, agency, AFTER)) == []


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
        office.lifecycle.submit(halves.id, TINI, back)
    taken = office.lifecycle.submit(halves.id, RINA, back)

    assert (taken.proposal, taken.stage, taken.spans, taken.taken_back) == ("p1", "withdrawn", (), "memotong semester")
    after = [row(halves, who, "2026-S1") for who in ("ani", "budi")]
    shown = ("status", "score", "predicate", "reason", "policy_hash", "nodes")
    assert [[one[name] for name in shown] for one in after] == [[one[name] for name in shown] for one in before]
    assert rebuild(halves.house.url, PROJECTION).equal
    with halves.house.again() as other:
        assert other.service.policies.require_in_force(halves.id, date(2026, 6, 30)).ref.version == 2


def test_a_rule_by_which_something_is_final_is_not_taken_back(fixture_agency: Any) -> None:
    fixture_agency.score("ani")
    desk = Office(fixture_agency, AFTER)
    desk.enact(desk.text(changes=WEIGHTS), date(2025, 1, 1), legal_basis=LAW)
    fixture_agency.finalise("ani")

    with pytest.raises(Conflict, match=r"1 results are final by kota-uji@2 \(2025-Q1\), and what is final stands"):
        desk.lifecycle.submit(fixture_agency.id, RINA, UnschedulePolicy(id="kota-uji", version=2, reason="x"))
    fixture_agency.tell("ani", ask.FileObjection(employee="ani", period=PERIOD, grounds="kurang adil"), on=AFTER)
    amended = ask.DecideObjection(
        employee="ani", period=PERIOD, outcome=ObjectionOutcome.AMENDED, reason="bukti diterima"
    )
    fixture_agency.tell("agus", amended, on=AFTER)
    assert (
        desk.lifecycle.submit(
            fixture_agency.id, RINA, UnschedulePolicy(id="kota-uji", version=2, reason="x")
        ).taken_back
        == "x"
    )


def test_a_version_with_fewer_tests_than_the_one_published_says_why(office: Office) -> None:
    text = office.text()["kota-uji.yaml"]
    fewer = {"kota-uji.yaml": text.partition("\ntests:")[0] + "\n"}

    with pytest.raises(Invalid, match="kota-uji@2 has 0 tests, the version before had 1; bring them back, or say why"):
        office.propose(fewer)
    office.propose(fewer, fewer_tests="Kasusnya menguji indikator yang dihapus")
    kept = [past.event for past in office.fixture_agency.service.reader.of_type(office.id, "policy.proposed")]
    assert [one.fewer_tests for one in kept] == ["Kasusnya menguji indikator yang dihapus"]


def test_a_server_that_runs_no_simulations_attaches_no_report(fixture_agency: Any, office: Office) -> None:
    fixture_agency.score("budi")
    office.propose(office.text(changes=WEIGHTS))
    fixture_agency.service._impact._measure = None

    with pytest.raises(Conflict, match="this server computes no impact reports; attach it where simulations run"):
        office.attach()
