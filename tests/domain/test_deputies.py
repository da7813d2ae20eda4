"""Who acts for another, on which days, and in what: only what an appraiser or reviewer does as such is handed on."""

from datetime import date
from typing import Any

import pytest

from neraca.domain import deputy
from neraca.domain.appraisal.commands import Rate
from neraca.domain.assignments import Roster, Tenure
from neraca.domain.contexts import Actor
from neraca.domain.delegation import Delegation
from neraca.domain.errors import NotAllowed
from neraca.domain.registry import COMMANDS
from neraca.domain.vocabulary import Relation, Role, Scope

TODAY = date(2025, 7, 1)
JULY = Delegation("agus", TODAY, date(2025, 7, 31))
AGUS = Actor("agus", frozenset({Role.EMPLOYEE}), "uji", frozenset({Scope.LOG}))
START = date(2024, 1, 1)
SERVING = {"sri": Tenure(START), "agus": Tenure(START)}
HANDED_ON = {
    "accept-report",
    "approve-plan",
    "add-special-expectation",
    "record-guidance",
    "approve-work-plan",
    "return-work-plan",
    "revise-work-plan",
    "assess-competencies",
    "calibrate-predicate",
    "close-cohort",
    "close-ratings",
    "decide-objection",
    "deliver-document",
    "explain-objection",
    "finalise",
    "give-feedback",
    "issue-document",
    "join-parts",
    "judge-cohort",
    "judge-level",
    "propose-reuse",
    "open-cohort",
    "rate",
    "record-follow-up",
    "report-document",
    "request-feedback",
    "return-plan",
    "return-report",
    "revise-target",
    "revise-terms",
    "take-over-result",
    "revise-take-over",
    "take-over-planned-result",
    "answer-development",
}
OF_EITHER = {
    "agree-to-plan-change",
    "agree-to-work-plan-change",
    "decline-plan-change",
    "decline-work-plan-change",
    "link-result",
    "note-plan-talk",
    "propose-plan-change",
    "propose-work-plan-change",
    "relink-result",
    "unlink-result",
}
"""Of the employee, who does it for themselves, and of whoever is above them."""


def roster(day: date, **people: Tenure | None) -> Roster:
    return Roster((SERVING | people).get, day)


@pytest.mark.parametrize("day", [TODAY, date(2025, 7, 15), date(2025, 7, 31)])
def test_on_the_days_of_the_delegation_the_actor_is_who_handed_on_with_their_own_roles(day: date) -> None:
    before = Delegation("agus", date(2025, 1, 1), date(2025, 1, 31))
    other = Delegation("budi", TODAY, date(2025, 7, 31))

    for handed_on in ([JULY], [before, JULY], [JULY, before], [other, JULY]):
        assert deputy.acting(AGUS, "sri", handed_on, roster(day)) == Actor("sri", AGUS.roles, "uji")


@pytest.mark.parametrize(
    ("day", "handed_on", "people"),
    [
        (date(2025, 6, 30), [JULY], {}),
        (date(2025, 8, 1), [JULY], {}),
        (TODAY, [], {}),
        (TODAY, [Delegation("budi", TODAY, date(2025, 7, 31))], {}),
        (TODAY, [JULY], {"sri": Tenure(START, date(2025, 6, 30))}),
        (TODAY, [JULY], {"sri": None}),
        (TODAY, [JULY], {"agus": Tenure(START, date(2025, 6, 30))}),
        (TODAY, [JULY], {"agus": Tenure(date(2025, 7, 2))}),
        (TODAY, [JULY], {"agus": None}),
    ],
)
def test_else_all_are_refused_alike(day: date, handed_on: Any, people: Any) -> None:
    with pytest.raises(NotAllowed) as refused:
        deputy.acting(AGUS, "sri", handed_on, roster(day, **people))

    said = f"sri has delegated nothing to agus that holds on {day}; sri or HR must send delegate"
    assert (refused.value.message, refused.value.field) == (said, None)


def _blank(tag: str, **known: Any) -> Any:
    kind = COMMANDS[tag]
    return kind(**{**dict.fromkeys(kind.__struct_fields__, None), **known})


@pytest.mark.parametrize("tag", sorted(COMMANDS))
def test_what_is_done_in_the_place_of_an_appraiser_is_handed_on_and_nothing_else(tag: str) -> None:
    relation = {"relation": Relation.SUPERVISOR} if COMMANDS[tag] is Rate else {}
    command = _blank(tag, **relation)
    if tag in HANDED_ON:
        deputy.may_be_handed_on(command, "sri")
        return
    if tag in OF_EITHER:
        deputy.may_be_handed_on(_blank(tag, employee="fitri"), "sri")
        command = _blank(tag, employee="sri")
    with pytest.raises(NotAllowed) as refused:
        deputy.may_be_handed_on(command, "sri")
    assert refused.value.message == f"{tag} is not done for another; send it without Neraca-On-Behalf-Of"


@pytest.mark.parametrize("relation", [one for one in Relation if one is not Relation.SUPERVISOR])
def test_a_rating_as_anything_but_the_appraiser_is_personal(relation: Relation) -> None:
    with pytest.raises(NotAllowed, match=r"^rate is not done for another; send it without Neraca-On-Behalf-Of$"):
        deputy.may_be_handed_on(_blank("rate", relation=relation), "sri")


def test_nobody_answers_their_own_plan_in_the_place_of_whoever_is_above():
    for tag in ("approve-work-plan", "agree-to-work-plan-change", "answer-development", "note-plan-talk"):
        deputy.apart(_blank(tag, employee="fitri"), "agus")
        with pytest.raises(NotAllowed) as refused:
            deputy.apart(_blank(tag, employee="agus"), "agus")
        assert refused.value.message == "agus has a part of their own in this plan, and acts for nobody else in it"
