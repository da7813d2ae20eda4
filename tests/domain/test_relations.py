"""Who acts as the appraiser and the reviewer on a day, and who may fix a result."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal import relations
from neraca.domain.appraisal.events import Rated
from neraca.domain.appraisal.relations import Acting
from neraca.domain.appraisal.state import Appraisal, evolve
from neraca.domain.assignments import Assignment, Roster, Tenure
from neraca.domain.command_rules import StepRule, TimeLimit
from neraca.domain.contexts import Actor, Unruled
from neraca.domain.errors import NotAllowed, NotOneInForce
from neraca.domain.vocabulary import Relation, Role

WHO: dict[str, Any] = {"employee": "budi", "period": "2025"}
APPROVE = ask.ApprovePlan(**WHO)
FINALISE = ask.Finalise(**WHO)
FIRST = date(2024, 1, 1)
GONE = date(2025, 3, 31)
TODAY = date(2025, 7, 1)


def place(above: str | None, retired: date | None = None) -> Tenure:
    return Tenure(FIRST, retired, [(FIRST, Assignment("dinkes", above))])


STAY = {"budi": place("sri"), "sri": place("agus"), "agus": place("ratna"), "ratna": place("walikota")}
PEOPLE = {**STAY, "walikota": place(None)}
LEFT = {name: replace(one, retired=GONE) for name, one in PEOPLE.items()}


def folded(*events: Any) -> Appraisal:
    state = Appraisal()
    for event in events:
        state = evolve(state, event)
    return state


def rated(rater: str, relation: Relation, **more: Any) -> Rated:
    return Rated(rater=rater, relation=relation, scores={"layanan": Decimal(4)}, **more)


@pytest.mark.parametrize(
    ("left", "reviewer", "expected"),
    [
        ((), "agus", Acting("sri", "agus")),
        ((), None, Acting("sri", None)),
        (("sri",), "agus", Acting("agus", "ratna")),
        (("sri",), None, Acting("agus", None)),
        (("agus",), "agus", Acting("sri", "ratna")),
        (("sri", "agus"), "agus", Acting("ratna", "walikota")),
        (("sri", "agus", "ratna"), "agus", Acting("walikota", None)),
        (("sri", "agus", "ratna", "walikota"), "agus", Acting(None, None)),
        (("sri", "agus", "ratna", "walikota"), None, Acting(None, None)),
        # Named from outside the line: where nobody is above the appraiser who left, the reviewer's line appraises.
        ((), "tono", Acting("sri", "tono")),
        (("sri", "agus", "ratna", "walikota"), "tono", Acting("tono", "kadis")),
    ],
)
def test_in_the_place_of_whoever_left_comes_the_next_who_is_no_party(
    past: Any, left: tuple[str, ...], reviewer: str | None, expected: Acting
) -> None:
    outside = {"tono": place("kadis"), "kadis": place(None)}
    people = {**PEOPLE, **outside, **{name: LEFT[name] for name in left}}
    state = folded(replace(past.opened[0], reviewer=reviewer))

    assert relations.acting_on(state, Roster(people.get, TODAY)) == expected
    assert relations.acting_on(state, None) == Acting("sri", reviewer)


def test_the_employee_never_acts_in_their_own_appraisal_though_supervision_runs_in_a_circle(past: Any) -> None:
    people = {**PEOPLE, "sri": replace(LEFT["sri"], places=[(FIRST, Assignment("dinkes", "budi"))])}
    state = folded(past.opened[0])

    assert relations.acting_on(state, Roster(people.get, TODAY)) == Acting("agus", "ratna")
    below = replace(PEOPLE["agus"], retired=GONE, places=[(FIRST, Assignment("dinkes", "budi"))])
    assert relations.acting_on(state, Roster({**people, "sri": PEOPLE["sri"], "agus": below}.get, TODAY)) == Acting(
        "sri", None
    )


@pytest.mark.parametrize(
    ("rating", "reviewer"),
    [
        (rated("agus", Relation.QUALITY_ASSURER), "ratna"),
        (rated("agus", Relation.SUPERVISOR), "agus"),
        (rated("agus", Relation.SELF), "agus"),
        (rated("agus", Relation.PEER), "agus"),
        (rated("agus", Relation.QUALITY_ASSURER, anonymous=True), "agus"),
        (rated("ratna", Relation.QUALITY_ASSURER), "agus"),
    ],
)
def test_an_official_who_rated_by_name_does_not_review(past: Any, rating: Rated, reviewer: str) -> None:
    """An anonymous rating bars nobody, as that would tell who gave it; a superior's is the reviewer's own."""
    state = folded(past.opened[0], rating)

    assert relations.acting_on(state, Roster(PEOPLE.get, TODAY)) == Acting("sri", reviewer)


@pytest.mark.parametrize(
    ("since", "tenure", "expected"),
    [
        (date(2025, 5, 1), place("sri"), date(2025, 5, 1)),
        (None, place("sri"), date(2025, 1, 1)),
        (None, Tenure(date(2025, 2, 3)), date(2025, 2, 3)),
        (None, Tenure(), date(2025, 1, 1)),
        (None, None, date(2025, 1, 1)),
    ],
)
def test_an_opening_from_before_the_day_was_written_down_took_the_first_of_the_service_in_the_period(
    past: Any, since: date | None, tenure: Tenure | None, expected: date
) -> None:
    state = folded(replace(past.opened[0], since=since))

    assert relations.named_since(state, {"budi": tenure}.get) == expected
    assert relations.named_since(state, None) == (since or date(2025, 1, 1))


def test_whoever_moved_before_they_were_named_has_not_left(past: Any) -> None:
    sri = replace(PEOPLE["sri"], places=[*PEOPLE["sri"].places, (date(2025, 3, 1), Assignment("disdik", "agus"))])
    people = {**PEOPLE, "sri": sri}
    before, after = (folded(replace(past.opened[0], since=date(2025, 3, day))) for day in (1, 2))
    older = folded(past.opened[0])

    assert [relations.acting_on(state, Roster(people.get, TODAY)).appraiser for state in (before, after, older)] == [
        "sri",
        "sri",
        "agus",
    ]


def test_a_party_is_who_judged_by_name_and_is_not_the_employee(past: Any) -> None:
    state = folded(
        *past.running,
        rated("sri", Relation.SUPERVISOR),
        rated("budi", Relation.SELF),
        rated("wati", Relation.PEER),
        rated("itda", Relation.QUALITY_ASSURER),
        rated("irban", Relation.QUALITY_ASSURER, anonymous=True),
    )

    assert relations.raters(state) == {"sri", "itda"}


def test_a_deputy_acts_as_well_as_the_one_they_act_for(given: Any) -> None:
    assert relations.actors(given(APPROVE, by="sri")) == {"sri"}
    assert relations.actors(given(APPROVE, by="sri", deputy="wati")) == {"sri", "wati"}


def refusal(after: Any, *events: Any, **known: Any) -> str | None:
    try:
        after(*events, **known)
    except NotAllowed as refused:
        return refused.message
    return None


@pytest.mark.parametrize(
    ("left", "by", "message"),
    [
        ((), "wati", "only the appraiser sri may approve the plan; you are wati"),
        (
            ("sri",),
            "wati",
            "the appraiser sri has left the post: agus, the next superior, may approve the plan, or whom HR names by "
            "reassign-appraisal; you are wati",
        ),
        (
            ("sri", "agus", "ratna", "walikota"),
            "wati",
            "the appraiser sri has left the post: nobody above may approve the plan, or whom HR names by "
            "reassign-appraisal; you are wati",
        ),
        (("sri",), "agus", None),
        (
            ("agus",),
            "ratna",
            "only the appraiser sri may approve the plan; you are ratna, who may after 2026-01-21",
        ),
    ],
)
def test_whoever_does_not_appraise_is_told_who_does(
    after: Any, past: Any, left: tuple[str, ...], by: str, message: str | None
) -> None:
    people = {**PEOPLE, **{name: LEFT[name] for name in left}}

    assert refusal(after, *past.submitted, when=APPROVE, by=by, people=people) == message


def test_the_reviewer_appraises_past_the_window_where_the_policy_has_one(after: Any, past: Any, rules: Any) -> None:
    """14 working days from 31 December 2025, with the holiday of 16 January, end on 21 January."""
    only = "only the appraiser sri may approve the plan; you are"
    story: dict[str, Any] = {"when": APPROVE}

    assert refusal(after, *past.submitted, **story, by="agus", on=date(2026, 1, 21)) == (
        f"{only} agus, who may after 2026-01-21"
    )
    assert refusal(after, *past.submitted, **story, by="agus", on=date(2026, 1, 22)) is None
    assert refusal(after, *past.submitted, **story, by="wati", on=date(2026, 1, 22)) == f"{only} wati"
    without = replace(rules, steps={})
    assert refusal(after, *past.submitted, **story, by="agus", on=date(2026, 1, 22), rules=without) == f"{only} agus"
    unruled = Unruled("schedule one first")
    assert refusal(after, *past.submitted, **story, by="agus", on=date(2026, 1, 22), rules=unruled) == f"{only} agus"


FIXING = "tetapkan"


def fixed_by(rules: Any, role: str, *distinct: str) -> Any:
    return replace(rules, steps={**rules.steps, FIXING: StepRule(role, TimeLimit(7, False), distinct)})


def official(name: str) -> Actor:
    return Actor(name, frozenset({Role.OFFICIAL}), "uji")


@pytest.mark.parametrize(
    ("by", "step", "message"),
    [
        ("wati", None, "only the pejabat_penilai sri or an official may finalise; you are wati"),
        ("agus", None, None),
        (
            "agus",
            ("pejabat_berwenang",),
            "only pejabat_berwenang or an official may finalise; you are agus",
        ),
        (
            "sri",
            ("atasan_pejabat_penilai",),
            "only the atasan_pejabat_penilai agus or an official may finalise; you are sri",
        ),
        ("wati", ("kepala_daerah",), "only kepala_daerah or an official may finalise; you are wati"),
        ("budi", ("pegawai",), "who finalises may not be the pegawai budi; an official must do it"),
        ("wati", ("pegawai",), "only the pegawai budi or an official may finalise; you are wati"),
        (
            official("agus"),
            ("pejabat_berwenang", "pejabat_penilai", "atasan_pejabat_penilai"),
            "who finalises may not be the atasan_pejabat_penilai agus; an official must do it",
        ),
        (
            official("budi"),
            ("pejabat_berwenang", "pegawai", "pejabat_berwenang"),
            "who finalises may not be the pegawai budi; an official must do it",
        ),
        (
            official("sekda"),
            ("pejabat_penilai", "pejabat_berwenang"),
            "who finalises may not be pejabat_berwenang; an official must do it",
        ),
        (official("sekda"), ("pejabat_penilai", "pejabat_penilai"), None),
    ],
)
def test_who_fixes_a_result_is_named_and_apart_from_whom_the_policy_keeps_distinct(
    after: Any, past: Any, rules: Any, scored: Any, by: Any, step: Any, message: str | None
) -> None:
    """On a day on which the reviewer may stand in for the appraiser."""
    book = rules if step is None else fixed_by(rules, *step)

    said = refusal(after, *past.rated, when=FINALISE, by=by, on=date(2026, 1, 22), rules=book, scored=scored)

    assert said == message


def test_nobody_fixes_a_result_of_their_own_by_a_deputy(after: Any, past: Any, scored: Any) -> None:
    said = refusal(after, *past.rated, when=FINALISE, by="sri", deputy="budi", on=date(2026, 1, 5), scored=scored)

    assert said == "who finalises may not be the pegawai budi; an official must do it"


def test_where_no_reviewer_is_named_the_policys_word_stands(after: Any, past: Any, rules: Any, scored: Any) -> None:
    opened, *rest = past.rated
    story = (replace(opened, reviewer=None), *rest)
    book = fixed_by(rules, "atasan_pejabat_penilai")

    said = refusal(after, *story, when=FINALISE, by="sri", on=date(2026, 1, 5), rules=book, scored=scored)

    assert said == "only atasan_pejabat_penilai or an official may finalise; you are sri"


def test_where_no_policy_applies_it_is_said_why(after: Any, past: Any) -> None:
    with pytest.raises(NotOneInForce) as refused:
        after(*past.rated, when=FINALISE, by="sri", on=date(2026, 1, 5), rules=Unruled("schedule one first"))

    assert refused.value.message == "no policy is in force in uji for this period; schedule one first"
