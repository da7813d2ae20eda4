"""Who is told what at the door of an appraisal, command by command and person by person.

A refusal tells nobody what they may not see: whoever has no part in it is told the same whether it is there or not.
"""

from datetime import date
from decimal import Decimal
from typing import Any, get_type_hints

import pytest
from msgspec.structs import replace

from neraca.domain import dispatch
from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal import parties
from neraca.domain.appraisal.events import (
    FeedbackGiven,
    FeedbackRequested,
    ObjectionDecided,
    Opened,
    Rated,
    RaterNamed,
    Reopened,
)
from neraca.domain.appraisal.state import Appraisal, evolve
from neraca.domain.assignments import Roster, Tenure
from neraca.domain.contexts import Actor
from neraca.domain.errors import NotAllowed
from neraca.domain.registry import COMMANDS
from neraca.domain.vocabulary import FeedbackSource, FeedbackTone, ObjectionOutcome, Relation, Role

TODAY = date(2025, 7, 1)
PEOPLE = {
    "employee": ("budi", Role.EMPLOYEE),
    "appraiser": ("sri", Role.EMPLOYEE),
    "reviewer": ("agus", Role.EMPLOYEE),
    "official": ("sekda", Role.OFFICIAL),
    "hr": ("bkd", Role.HR),
    "auditor": ("inspektur", Role.AUDITOR),
    "stranger": ("wati", Role.EMPLOYEE),
}
OPERATOR = Actor("operator", frozenset(), None)

# x: may send it · o: sees the appraisal, and is told who may · blank: is told the same as if there were none
TABLE = """
                    | employee appraiser reviewer official hr auditor | only they may
draft-plan          | x        o         o        o        o  o       | the employee
submit-plan         | x        o         o        o        o  o       | the employee
return-plan         | o        x         x        o        o  o       | the reviewer or the appraiser
approve-plan        | o        x         x        o        o  o       | the reviewer or the appraiser
take-plan           | x        x         x        o        x  o    | the reviewer or HR or the employee or the appraiser
revise-target       | o        x         x        o        o  o       | the reviewer or the appraiser
revise-terms        | o        x         x        o        o  o       | the reviewer or the appraiser
count-alignment     | x        x         x        o        x  o    | the reviewer or HR or the employee or the appraiser
propose-plan-change | x        x         x        o        o  o       | the reviewer or the employee or the appraiser
agree-to-plan-change | x       x         x        o        o  o       | the reviewer or the employee or the appraiser
decline-plan-change | x        x         x        o        o  o       | the reviewer or the employee or the appraiser
take-over-result    | o        x         x        o        o  o       | the reviewer or the appraiser
revise-take-over    | o        x         x        o        o  o       | the reviewer or the appraiser
add-special-expectation | o    x         x        o        o  o       | the reviewer or the appraiser
record-guidance     | o        x         x        o        o  o       | the reviewer or the appraiser
answer-guidance     | x        o         o        o        o  o       | the employee
report-progress     | x        o         o        o        o  o       | the employee
report-activity     | x        o         o        o        o  o       | the employee
accept-report       | o        x         x        o        o  o       | the reviewer or the appraiser
return-report       | o        x         x        o        o  o       | the reviewer or the appraiser
request-feedback    | x        x         x        o        o  o       | the reviewer or the employee or the appraiser
close-ratings       | o        x         x        o        x  o       | the reviewer or HR or the appraiser
judge-level         | o        x         x        o        o  o       | the reviewer or the appraiser
assess-competencies | o        x         x        o        o  o       | the reviewer or the appraiser
establish-fact      | o        o         o        x        o  o       | an official
withdraw-fact       | o        o         o        x        o  o       | an official
finalise            | o        x         x        x        o  o       | the reviewer or an official or the appraiser
propose-reuse       | o        x         x        o        o  o       | the reviewer or the appraiser
agree-to-reuse      | x        o         o        o        o  o       | the employee
receive-document    | x        o         o        o        o  o       | the employee
issue-document      | o        x         x        x        o  o       | the reviewer or an official or the appraiser
deliver-document    | o        x         x        o        x  o       | the reviewer or HR or the appraiser
return-document     | x        o         o        o        o  o       | the employee
refuse-document     | x        o         o        o        o  o       | the employee
report-document     | o        x         x        o        x  o       | the reviewer or HR or the appraiser
file-objection      | x        o         o        o        o  o       | the employee
explain-objection   | x        x         o        o        o  o       | the employee or the appraiser
decide-objection    | o        o         x        x        o  o       | the reviewer or an official
record-follow-up    | o        x         o        x        x  o       | HR or an official or the appraiser
"""
HEADER, *LINES = (line.split("|") for line in TABLE.strip().splitlines())
ROWS = {
    line[0].strip(): (dict(zip(HEADER[1].split(), line[1].split(), strict=True)), line[2].strip()) for line in LINES
}
"""Command tag -> who may, and how a refusal names them."""

ELSEWHERE = {
    "open-appraisal",
    "cancel-appraisal",
    "cut-appraisal",
    "reassign-appraisal",
    "join-parts",
    "observe-deadlines",
    "give-feedback",
    "assign-raters",
    "name-rater",
    "replace-rater",
}
RATINGS = {"rate", "revise-rating", "withdraw-rating"}
OWN_WORDS = {"withdraw-feedback", "decline-feedback", "decline-assignment"}


def command(tag: str, **changes: Any) -> Any:
    kind = COMMANDS[tag]
    return kind(**(dict.fromkeys(get_type_hints(kind)) | {"employee": "budi", "period": "2025"} | changes))


def person(name: str) -> Actor:
    who, role = PEOPLE[name]
    return Actor(who, frozenset({role}), "uji")


def said(asked: Any, state: Appraisal, actor: Actor, roster: Roster | None = None) -> str | None:
    """The words of the refusal, None where there is none."""
    try:
        dispatch.permit(asked, state, actor, roster)
    except NotAllowed as refused:
        return refused.message
    return None


def folded(*events: Any) -> Appraisal:
    state: Any = Appraisal()
    for event in events:
        state = dispatch.evolve(state, event)
    return state


@pytest.fixture
def running(past: Any) -> Appraisal:
    return folded(*past.running)


def test_every_command_to_an_appraisal_is_in_the_table() -> None:
    assert ROWS.keys() | ELSEWHERE | RATINGS | OWN_WORDS == {
        tag for tag, kind in COMMANDS.items() if issubclass(kind, ask.ToAppraisal)
    }


@pytest.mark.parametrize("tag", ROWS)
def test_an_open_appraisal_lets_in_who_may_and_tells_those_who_see_it_who_that_is(running: Appraisal, tag: str) -> None:
    marks, who = ROWS[tag]
    expected = {}
    for name in marks:
        actor = person(name)
        refusal = f"only {who} of this appraisal may send {tag}; you are {actor.id}"
        expected[name] = None if marks[name] == "x" else refusal
    expected["stranger"] = f"there is no appraisal of budi for 2025 in which wati may send {tag}"

    assert {name: said(command(tag), running, person(name)) for name in PEOPLE} == expected
    nothing = f"there is no appraisal of budi for 2025 in which operator may send {tag}"
    assert said(command(tag), running, OPERATOR) == nothing


@pytest.mark.parametrize("tag", ROWS)
def test_of_one_that_is_not_there_only_those_hear_more_who_would_see_it_if_it_were(tag: str) -> None:
    """The decision then tells them that HR opens it."""
    marks, _ = ROWS[tag]
    hears = {"official", "hr", "auditor"} | ({"employee"} if marks["employee"] == "x" else set())
    expected = {
        name: None if name in hears else f"there is no appraisal of budi for 2025 in which {who} may send {tag}"
        for name, (who, _) in PEOPLE.items()
    }

    assert {name: said(command(tag), Appraisal(), person(name)) for name in PEOPLE} == expected
    nothing = f"there is no appraisal of budi for 2025 in which operator may send {tag}"
    assert said(command(tag), Appraisal(), OPERATOR) == nothing


@pytest.mark.parametrize("tag", sorted(ELSEWHERE))
@pytest.mark.parametrize("name", PEOPLE)
def test_where_the_role_suffices_or_more_must_be_looked_up_the_door_refuses_nobody(
    running: Appraisal, tag: str, name: str
) -> None:
    assert said(command(tag), running, person(name)) is None
    assert said(command(tag), Appraisal(), person(name)) is None


NOBODY_ELSE = "/rater: each rates, revises and withdraws for themselves only; you are"


@pytest.mark.parametrize(
    ("relation", "rater", "expected"),
    [
        (
            Relation.SUPERVISOR,
            None,
            {
                "employee": "only the reviewer or the appraiser of this appraisal may send rate; you are budi",
                "official": "only the reviewer or the appraiser of this appraisal may send rate; you are sekda",
                "stranger": "there is no appraisal of budi for 2025 in which wati may send rate",
            },
        ),
        (
            Relation.SELF,
            None,
            {
                "appraiser": "only the employee of this appraisal may send rate; you are sri",
                "reviewer": "only the employee of this appraisal may send rate; you are agus",
                "official": "only the employee of this appraisal may send rate; you are sekda",
                "stranger": "there is no appraisal of budi for 2025 in which wati may send rate",
            },
        ),
        (Relation.PEER, None, {}),
        (Relation.SUBORDINATE, None, {}),
        (Relation.QUALITY_ASSURER, None, {}),
        (Relation.CITIZEN, "w-071", {}),
        (
            Relation.PEER,
            "wati",
            {
                "employee": f"{NOBODY_ELSE} budi",
                "appraiser": f"{NOBODY_ELSE} sri",
                "reviewer": f"{NOBODY_ELSE} agus",
                "official": f"{NOBODY_ELSE} sekda",
            },
        ),
    ],
)
def test_who_rates_is_asked_by_the_relation(
    running: Appraisal, relation: Relation, rater: str | None, expected: dict[str, str]
) -> None:
    rate = command("rate", relation=relation, rater=rater)
    names = ("employee", "appraiser", "reviewer", "official", "stranger")

    answers = {name: words for name in names if (words := said(rate, running, person(name))) is not None}

    assert answers == expected


@pytest.mark.parametrize("tag", ["revise-rating", "withdraw-rating"])
def test_a_rating_is_its_raters_own_and_those_of_citizens_are_the_surveyors(past: Any, tag: str) -> None:
    four = {"layanan": Decimal(4)}
    state = folded(*past.running, Rated(rater="dian", relation=Relation.PEER, scores=four))
    surveyor = Actor("juru", frozenset({Role.SURVEYOR}), "uji")
    dian = Actor("dian", frozenset({Role.EMPLOYEE}), "uji")
    no_part = f"there is no appraisal of budi for 2025 in which wati may send {tag}"

    assert said(command(tag, rater="w-071"), state, surveyor) is None
    assert said(command(tag), state, dian) is None
    assert said(command(tag, rater="dian"), state, dian) is None
    assert said(command(tag), state, person("appraiser")) is None
    assert said(command(tag), state, person("stranger")) == no_part
    assert said(command(tag), Appraisal(), person("stranger")) == no_part
    assert said(command(tag, rater="dian"), state, person("appraiser")) == f"{NOBODY_ELSE} sri"


@pytest.mark.parametrize("tag", sorted(OWN_WORDS))
def test_feedback_is_taken_back_and_declined_by_whoever_gave_it_or_was_asked(past: Any, tag: str) -> None:
    given = FeedbackGiven(
        feedback="f1",
        giver="dian",
        source=FeedbackSource.PEER,
        tone=FeedbackTone.POSITIVE,
        words="Sabar",
        on=TODAY,
    )
    wanted = FeedbackRequested(asker="budi", asked="dian", source=FeedbackSource.PEER, on=TODAY)
    assigned = RaterNamed(on=TODAY, rater="dian", relation=Relation.QUALITY_ASSURER, by="hr", reason="x")
    no_part = f"there is no appraisal of budi for 2025 in which wati may send {tag}"

    state = folded(*past.running, wanted, given, assigned)

    assert said(command(tag), state, Actor("dian", frozenset({Role.EMPLOYEE}), "uji")) is None
    assert said(command(tag), state, person("appraiser")) is None
    assert said(command(tag), state, person("stranger")) == no_part
    assert said(command(tag), Appraisal(), person("stranger")) == no_part


def test_a_refusal_of_a_rating_for_another_names_the_field(running: Appraisal) -> None:
    for tag, more in (("rate", {"relation": Relation.PEER}), ("revise-rating", {}), ("withdraw-rating", {})):
        with pytest.raises(NotAllowed) as refused:
            parties.permit(command(tag, rater="dian", **more), running, person("stranger"))
        assert refused.value.field == "/rater"


@pytest.fixture
def roster(placed: Any) -> Roster:
    """Sri has retired, and Ratna is above Agus."""
    people: dict[str, Tenure] = {
        "budi": placed("dinkes", "sri"),
        "sri": placed("dinkes", "agus", retired=date(2025, 3, 31)),
        "agus": placed("dinkes", "ratna"),
        "ratna": placed("dinkes", None),
        "wati": placed("dinkes", "sri"),
    }
    return Roster(people.get, TODAY)


def employee(name: str) -> Actor:
    return Actor(name, frozenset({Role.EMPLOYEE}), "uji")


def test_whoever_acts_in_the_place_of_one_who_left_has_their_part(running: Appraisal, roster: Roster) -> None:
    sees = {
        name: (parties.sees("budi", running, employee(name)), parties.sees("budi", running, employee(name), roster))
        for name in ("budi", "sri", "agus", "ratna", "wati")
    }

    assert sees == {
        "budi": (True, True),
        "sri": (True, True),
        "agus": (True, True),
        "ratna": (False, True),
        "wati": (False, False),
    }
    assert said(command("decide-objection"), running, employee("ratna"), roster) is None
    assert said(command("decide-objection"), running, employee("ratna")) is not None


@pytest.mark.parametrize("tag", sorted(tag for tag, (marks, _) in ROWS.items() if marks["appraiser"] == "x"))
def test_a_reviewer_who_acts_as_the_appraiser_may_what_the_appraiser_may(
    running: Appraisal, roster: Roster, tag: str
) -> None:
    """Sri has left and Agus, named as the reviewer, is the appraiser now: also where the reviewer alone may not."""
    assert said(command(tag), running, employee("agus"), roster) is None


def test_where_no_reviewer_is_named_the_next_above_still_appraises(past: Any, roster: Roster) -> None:
    opened, *rest = past.running
    state = folded(replace(opened, reviewer=None), *rest)

    assert said(command("approve-plan"), state, employee("agus"), roster) is None
    assert said(command("approve-plan"), state, employee("agus")) is not None


def test_whoever_has_a_part_of_their_own_acts_for_nobody_else_in_it(running: Appraisal, roster: Roster) -> None:
    approve = command("approve-plan")

    def refusal(deputy: Actor, *known: Roster) -> str | None:
        try:
            parties.apart(approve, running, deputy, *known)
        except NotAllowed as refused:
            return refused.message
        return None

    has = "has a part of their own in this appraisal, and acts for nobody else in it"
    names = ("employee", "appraiser", "reviewer", "official", "hr", "stranger")
    assert {name: refusal(person(name)) for name in names} == {
        "employee": f"budi {has}",
        "appraiser": f"sri {has}",
        "reviewer": f"agus {has}",
        "official": None,
        "hr": None,
        "stranger": None,
    }
    assert (refusal(employee("ratna")), refusal(employee("ratna"), roster)) == (None, f"ratna {has}")


def test_hr_officials_and_auditors_see_every_appraisal_and_the_operator_none(running: Appraisal) -> None:
    for state in (running, Appraisal()):
        seen = {name for name in PEOPLE if parties.sees("budi", state, person(name))}
        named = {"appraiser", "reviewer"} if state is running else set[str]()
        assert seen == {"employee", "official", "hr", "auditor"} | named
        assert not parties.sees("budi", state, OPERATOR)


def test_an_appraisal_that_names_its_reviewer_twice_changes_no_part() -> None:
    """A log may hold what nothing refused in its day."""
    opened = Opened(
        employee="budi",
        period="2025",
        starts=date(2025, 1, 1),
        ends=date(2025, 12, 31),
        unit="dinkes",
        appraiser="sri",
        reviewer="sri",
    )

    assert said(command("decide-objection"), folded(opened), employee("sri")) is None
    assert said(command("approve-plan"), folded(opened), employee("sri")) is None


def test_an_official_is_let_in_to_enact_a_decision_on_an_objection_where_nobody_reviews(past: Any) -> None:
    """To judge and rate as the superior, which an official is else turned away from at the door."""
    decided = ObjectionDecided(outcome=ObjectionOutcome.AMENDED, reason="Bukti sah", decided=date(2026, 1, 22))
    which: Any = {"employee": "budi", "period": "2025"}
    sekda = Actor("sekda", frozenset({Role.OFFICIAL}), "uji")
    roster = Roster({name: Tenure(date(2024, 1, 1)) for name in ("budi", "sri", "agus")}.get, date(2026, 1, 23))
    asked = (
        ask.Rate(**which, relation=Relation.SUPERVISOR, scores={"layanan": Decimal(5)}),
        ask.JudgeLevel(**which, result="berkas", level="sesuai"),
        ask.AcceptReport(**which, report="r1"),
    )

    def enacting(reviewer: str | None, *decision: Any) -> Appraisal:
        state = Appraisal()
        for event in (replace(past.opened[0], reviewer=reviewer), *past.objected[1:], *decision):
            state = evolve(state, event)
        return state

    for command in asked:
        parties.permit(command, enacting(None, decided, Reopened(reason="Bukti sah")), sekda, roster)
        for state in (enacting(None), enacting("agus", decided, Reopened(reason="Bukti sah"))):
            with pytest.raises(NotAllowed, match="only the reviewer or the appraiser of this appraisal may send"):
                parties.permit(command, state, sekda, roster)
