"""Role, then relation, then version, then lookups: a refusal costs little, and tells nothing by its order."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal.events import Evidence, PlanTerms
from neraca.domain.errors import AlreadyDone, Invalid, NotAllowed, Refusal
from neraca.domain.policy_register import ProposePolicy, PublishPolicy
from neraca.domain.registry import COMMANDS
from neraca.domain.roster import RetireEmployee, TransferEmployee
from neraca.domain.survey import RecordResponse
from neraca.domain.vocabulary import FollowUpKind, GuidanceKind, ObjectionOutcome, Relation
from neraca.service import PreconditionFailed, Unseen, drafts, preconditions

PERIOD = "2025-Q1"
BUDI: dict[str, Any] = {"employee": "budi", "period": PERIOD}
SCORES = {"layanan": Decimal(70), "disiplin": Decimal(70)}
EVIDENCE = [Evidence("Rekap", "arsip:rekap")]

ABOUT_BUDI = [
    ask.DraftPlan(**BUDI, results=[]),
    ask.SubmitPlan(**BUDI),
    ask.ReturnPlan(**BUDI, feedback="x"),
    ask.ApprovePlan(**BUDI),
    ask.ReviseTarget(**BUDI, result="layanan", target="berkas", value=Decimal(5), reason="x"),
    ask.ReportProgress(
        **BUDI,
        report="p",
        result="layanan",
        target="berkas",
        until=date(2025, 2, 1),
        actual=Decimal(1),
        evidence=EVIDENCE,
    ),
    ask.ReviseTerms(**BUDI, terms=PlanTerms(resources="x"), reason="x"),
    ask.TakeOverResult(**BUDI, result="layanan", note="x"),
    ask.ReviseTakeOver(**BUDI, result="layanan", reason="x", give_back=True),
    ask.AddSpecialExpectation(**BUDI, indicator="layanan", expectation="x"),
    ask.RecordGuidance(**BUDI, guidance="b", kind=GuidanceKind.COACHING, on=date(2025, 2, 3), note="x"),
    ask.AnswerGuidance(**BUDI, guidance="b", answer="x"),
    ask.ReportActivity(**BUDI, report="a", day=date(2025, 2, 3), activity="Loket"),
    ask.AcceptReport(**BUDI, report="l1"),
    ask.ReturnReport(**BUDI, report="l1", feedback="x"),
    *[ask.Rate(**BUDI, relation=one, scores=SCORES) for one in (Relation.SUPERVISOR, Relation.PEER, Relation.SELF)],
    ask.Rate(**BUDI, relation=Relation.SUBORDINATE, scores=SCORES),
    ask.ReviseRating(**BUDI, scores=SCORES, reason="x"),
    ask.CloseRatings(**BUDI),
    ask.ReviseRating(**BUDI, scores=SCORES, reason="x", rater="sri"),
    ask.WithdrawRating(**BUDI, reason="x"),
    ask.WithdrawRating(**BUDI, reason="x", rater="ani"),
    ask.WithdrawFeedback(**BUDI, feedback="f", reason="x"),
    ask.RequestFeedback(**BUDI, of="sri"),
    ask.DeclineFeedback(**BUDI),
    ask.JudgeLevel(**BUDI, result="layanan", level="x"),
    ask.AssessCompetencies(**BUDI, competencies=[], basis="x"),
    ask.Finalise(**BUDI),
    ask.JoinParts(employee="budi", period="2025", parts=[PERIOD, "2025-Q2", "2025-Q3", "2025-Q4"]),
    ask.ReceiveDocument(**BUDI),
    ask.IssueDocument(**BUDI),
    ask.DeliverDocument(**BUDI),
    ask.ReturnDocument(**BUDI),
    ask.RefuseDocument(**BUDI, reason="x"),
    ask.ReportDocument(**BUDI),
    ask.FileObjection(**BUDI, grounds="x"),
    ask.ExplainObjection(**BUDI, explanation="x"),
    ask.DecideObjection(**BUDI, outcome=ObjectionOutcome.UPHELD, reason="x"),
    ask.RecordFollowUp(**BUDI, kind=FollowUpKind.REWARD, note="x"),
]
"""Whatever an employee's token may send about a colleague's appraisal."""


def refused(fixture_agency: Any, by: str, command: Any, **told: Any) -> tuple[type[Exception], str]:
    with pytest.raises((Refusal, PreconditionFailed, Unseen)) as no:
        fixture_agency.tell(by, command, **told)
    return type(no.value), str(no.value)


def named(command: Any) -> str:
    return str(command.__struct_config__.tag)


def test_every_command_begins_adds_or_changes() -> None:
    tables = (preconditions.BEGIN, preconditions.ADD, preconditions.CHANGE)

    assert sum(len(table) for table in tables) == len(COMMANDS)
    assert frozenset().union(*tables) == COMMANDS.keys()


@contextmanager
def nothing_read(fixture_agency: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def read(*_: Any, **__: Any) -> None:
        raise AssertionError("something was read or compiled for it")

    with monkeypatch.context() as patched:
        for what in ("streams", "stream", "newer", "of_type", "between"):
            patched.setattr(fixture_agency.service.reader, what, read)
        for what in (
            "requested",
            "read_streams",
            "read_stream",
            "read_newer",
            "passed_since",
            "read_types",
            "read",
            "head",
        ):
            patched.setattr(fixture_agency.house.log, what, read)
        for what in ("read", "checked"):
            patched.setattr(drafts, what, read)
        yield


@pytest.mark.parametrize(
    ("by", "command"),
    [
        ("budi", ProposePolicy(file="x.yaml", texts={"x.yaml": "{"}, reason="x", since=date(2026, 1, 1))),
        ("budi", PublishPolicy(file="x.yaml", texts={"x.yaml": "{"}, reason="x")),
        ("budi", RetireEmployee(employee="ani", on=date(2025, 3, 1))),
        ("hr", ask.Finalise(**BUDI)),
        ("official", RecordResponse(unit="dinkes", period="2025-99", survey="ikm", respondent="w", answers={})),
    ],
    ids=lambda one: one if isinstance(one, str) else named(one),
)
def test_a_role_is_refused_before_anything_is_read(
    fixture_agency: Any, by: str, command: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with nothing_read(fixture_agency, monkeypatch):
        kind, message = refused(fixture_agency, by, command)

    assert kind is NotAllowed
    assert f"{named(command)} needs the role" in message


def test_who_may_not_adopt_pays_no_compiler(fixture_agency: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def compiled(*_: Any, **__: Any) -> None:
        raise AssertionError("compiled")

    monkeypatch.setattr(drafts, "read", compiled)
    monkeypatch.setattr(drafts, "checked", compiled)
    adopt = PublishPolicy(file="x.yaml", texts={"x.yaml": "{"}, reason="x")

    assert (
        refused(fixture_agency, "policy", adopt, actor=fixture_agency.actor("staf", "policy"), expected=(99,))[0]
        is NotAllowed
    )


TOLD: dict[str, dict[str, Any]] = {"bare": {}, "stale": {"expected": (1,)}, "unseen": {"must_match": True}}


def test_who_has_no_part_is_told_the_same_of_what_is_there_and_what_is_not(fixture_agency: Any) -> None:
    """Eko works in another office: neither the appraisal, nor its version, report or raters are any of his business."""

    def told() -> dict[tuple[int, str, str], tuple[type[Exception], str]]:
        return {
            (at, named(command), how): refused(fixture_agency, "eko", command, **more)
            for at, command in enumerate(ABOUT_BUDI)
            for how, more in TOLD.items()
        }

    before = told()
    fixture_agency.score("budi")
    fixture_agency.rate("budi", 70, by="ani")

    assert told() == before
    assert {kind for kind, _ in before.values()} == {NotAllowed}


def test_no_refusal_of_a_version_comes_before_that_of_a_person(
    fixture_agency: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is not allowed on the present version is not allowed on any other."""
    fixture_agency.score("budi")

    def undone(*_: Any) -> None:
        raise Invalid("it would have been done")

    monkeypatch.setattr(fixture_agency.service._ledger, "append", undone)
    asked = 0
    for by, command in itertools.product(("budi", "sri", "agus", "ani", "eko"), ABOUT_BUDI):
        now = len(fixture_agency.service.reader.stream(fixture_agency.id, fixture_agency.stream(command)))
        if refused(fixture_agency, by, command)[0] is NotAllowed:
            asked += 1
            for more in ({"expected": (now,)}, {"expected": (now + 7,)}, {"expected": (1, 2)}, {"must_match": True}):
                assert refused(fixture_agency, by, command, **more)[0] is NotAllowed, (by, named(command), more)
    assert asked > 50


def test_a_rater_cannot_try_versions_of_what_they_do_not_see(fixture_agency: Any) -> None:
    fixture_agency.plan("budi")
    rate = ask.Rate(**BUDI, relation=Relation.PEER, scores={"layanan": Decimal(-1)})

    answers = {refused(fixture_agency, "ani", rate, expected=(version,)) for version in range(1, 9)}

    assert answers == {(Invalid, "what you add rests on no version of the whole: send it by itself, without If-Match")}


def test_who_names_no_version_is_told_the_one_there_is(fixture_agency: Any) -> None:
    fixture_agency.plan("budi")
    revise = ask.ReviseTarget(**BUDI, result="layanan", target="berkas", value=Decimal(5), reason="x")
    move = TransferEmployee(employee="ani", unit="disdik", since=date(2025, 3, 3), supervisor="tono", reason="x")

    with pytest.raises(Unseen, match=r"command 0 \(revise-target\) changes what is there, which is now v4") as unseen:
        fixture_agency.tell("sri", revise, must_match=True)
    assert unseen.value.current == (4,)
    with pytest.raises(Unseen, match="now v2"):
        fixture_agency.tell("hr", move, must_match=True)


def test_who_saw_another_version_is_told_both(fixture_agency: Any) -> None:
    fixture_agency.plan("budi")

    with pytest.raises(PreconditionFailed, match="the stream has moved on: you saw v3, now v4; read it again"):
        fixture_agency.tell("sri", ask.ApprovePlan(**BUDI), expected=(3,))


def test_what_is_added_needs_no_version(fixture_agency: Any) -> None:
    fixture_agency.plan("budi")
    report = ask.ReportActivity(**BUDI, report="a1", day=date(2025, 3, 3), activity="Loket")

    assert fixture_agency.tell("budi", report, must_match=True).events[0].type == "appraisal.activity-reported"
    with pytest.raises(AlreadyDone, match="use a new id"):
        fixture_agency.tell("budi", report, must_match=True)


def test_values_are_held_to_their_kinds_before_anything_is_read(
    fixture_agency: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = ask.ReportActivity(**BUDI, report="\ud800", day=date(2025, 3, 1), activity="x\x00")

    with nothing_read(fixture_agency, monkeypatch):
        kind, message = refused(fixture_agency, "budi", bad, key="k-bad")

    assert kind is Invalid
    assert message.startswith("/report: ")


@pytest.mark.parametrize("said", ["on_behalf_of", "correlation", "causation", "key"])
def test_what_goes_with_a_command_is_bounded(fixture_agency: Any, monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    for value in ("x" * 3_000, "x\x00", "\ud800", "", "\u202e"):
        with nothing_read(fixture_agency, monkeypatch):
            kind, message = refused(fixture_agency, "budi", ask.SubmitPlan(**BUDI), **{said: value})

        assert (kind, message.partition(":")[0]) == (Invalid, said)
