"""Two worlds that differ in one hidden rating show the same until its group closes, and then only what it came to."""

import re
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from neraca.domain import rater_privacy
from neraca.domain.appraisal.events import Cancelled, PlanSubmitted, Rated, RatingRevised, RatingWithdrawn
from neraca.domain.attendance import AttendanceRecorded
from neraca.domain.command_rules import PolicyRef, RatingRule
from neraca.domain.facts import Facts
from neraca.domain.policy_register import PolicyScheduled
from neraca.domain.registry import EVENTS
from neraca.domain.survey import SurveyOpened
from neraca.domain.vocabulary import RATER_GROUP, RATERS, Identity, Relation

MICRO = 1_000_000
HIDDEN = [relation for relation, rule in RATERS.items() if rule.identity is Identity.ANONYMOUS]
INDICATORS = ("layanan", "disiplin", "kerja_sama")
SALT = "5a" * 32


def rule(**other: Any) -> RatingRule:
    given: dict[str, Any] = {"min": MICRO, "max": 5 * MICRO, "step": MICRO // 2, "floor": 3, "most": None}
    return RatingRule(**given | {"anonymous": True, "quorum": 3} | other)


def book(one: RatingRule) -> dict[str, dict[str, RatingRule]]:
    groups = {RATER_GROUP[relation]: one for relation in HIDDEN}
    return {name: {**groups, "atasan": replace(one, anonymous=False, floor=1)} for name in INDICATORS}


def told(*events: Any) -> Facts:
    facts = Facts(starts=date(2025, 1, 1), ends=date(2025, 12, 31))
    for position, event in enumerate(events, 11):
        facts.apply(event, position)
    return facts


def rated(rater: str, value: str, relation: Relation = Relation.PEER, *names: str) -> Rated:
    return Rated(rater=rater, relation=relation, scores=dict.fromkeys(names or INDICATORS, Decimal(value)))


SUPERVISOR = rated("sri", "4", Relation.SUPERVISOR)


@pytest.mark.parametrize("relation", HIDDEN)
def test_an_open_group_shows_in_nothing(relation: Relation) -> None:
    facts = told(SUPERVISOR, *(rated(f"p{n}", "3", relation) for n in range(12)))

    shown = rater_privacy.disclosed(facts, book(rule()), closed=False)

    assert shown == told(SUPERVISOR)


def test_a_closed_group_shows_only_what_it_came_to() -> None:
    facts = told(SUPERVISOR, rated("p1", "1"), rated("p2", "5"), rated("p3", "3.5"))

    shown = rater_privacy.disclosed(facts, book(rule()), closed=True)

    # 1 + 5 + 3.5 = 9.5, as evenly as halves allow
    assert shown.case.ratings["layanan"]["rekan"] == [3_000_000, 3_000_000, 3_500_000]
    assert shown.sources == told(SUPERVISOR).sources
    assert shown.raters.keys() == {"sri"}


@pytest.mark.parametrize(("relation", "least"), [(one, 10 if one is Relation.CITIZEN else 3) for one in HIDDEN])
@pytest.mark.parametrize("own", [1, 3, 12])
def test_a_group_below_its_floor_counts_in_no_result_and_shows_in_nothing(
    relation: Relation, least: int, own: int
) -> None:
    rules, group = book(rule(floor=own)), RATER_GROUP[relation]
    least = max(least, own)

    for n in (1, least - 1, least):
        facts = told(SUPERVISOR, *(rated(f"p{one}", "3", relation) for one in range(n)))
        reaches = n == least
        assert (group in rater_privacy.counted(facts, rules).ratings["layanan"]) is reaches
        assert (group in rater_privacy.disclosed(facts, rules, closed=True).case.ratings["layanan"]) is reaches
        assert rater_privacy.closed_groups(facts, rules)[group] == (n if reaches else None)


def test_of_more_than_the_policy_takes_the_first_count() -> None:
    facts = told(*(rated(f"p{n}", str(n)) for n in range(1, 6)), RatingRevised(rater="p1", scores={}, reason="x"))

    assert rater_privacy.counted(facts, book(rule(most=3))).ratings["layanan"]["rekan"] == [MICRO, 2 * MICRO, 3 * MICRO]


def test_a_withdrawn_rating_is_hidden_too() -> None:
    with_it = told(SUPERVISOR, rated("p1", "3"), RatingWithdrawn(rater="p1", reason="x"))

    assert rater_privacy.disclosed(with_it, book(rule()), closed=False) == told(SUPERVISOR)


scores = st.integers(min_value=2, max_value=10).map(lambda half: half * MICRO // 2)


@given(
    st.lists(scores, min_size=3, max_size=12),
    st.booleans(),
    st.integers(min_value=0, max_value=3),
    st.integers(min_value=1, max_value=5),
)
def test_even_ratings_come_to_the_same_and_tell_nothing_else(
    values: list[int], median: bool, trim: int, quorum: int
) -> None:
    one = rule(median=median, trim=trim, quorum=quorum)

    even = rater_privacy.even(values, one)

    def comes_to(given: list[int]) -> tuple[int, int]:
        ordered = sorted(given)
        k = trim if len(ordered) - 2 * trim >= quorum else 0
        kept = ordered[k : len(ordered) - k]
        half = len(kept) // 2
        if median:
            return (kept[half], kept[half]) if len(kept) % 2 else (kept[half - 1] + kept[half], 2)
        return sum(kept), len(kept)

    assert len(even) == len(values)
    assert comes_to(even) == comes_to(values)
    assert all(MICRO <= value <= 5 * MICRO and (value - MICRO) % (MICRO // 2) == 0 for value in even)
    assert rater_privacy.even(even, one) == even


def test_a_rating_off_the_scale_is_not_singled_out() -> None:
    assert rater_privacy.even([MICRO, 9 * MICRO, 2 * MICRO], rule()) == [5_500_000] * 3


def test_a_digest_tells_no_order_and_cannot_be_tried_without_its_salt() -> None:
    one = told(SUPERVISOR, rated("p1", "1"), rated("p2", "5")).case
    other = told(SUPERVISOR, rated("p2", "5"), rated("p1", "1")).case

    assert rater_privacy.sealed_digest(one, SALT) == rater_privacy.sealed_digest(other, SALT)
    assert rater_privacy.sealed_digest(one, SALT) != rater_privacy.sealed_digest(one, "5b" * 32)
    changed = told(SUPERVISOR, rated("p1", "2"), rated("p2", "5")).case
    assert rater_privacy.sealed_digest(one, SALT) != rater_privacy.sealed_digest(changed, SALT)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[Any], list[Any]]:
    """Two tellings of the same ratings that differ in one hidden one: rater, value, order, indicator left out."""
    relation = draw(st.sampled_from(HIDDEN))
    names = draw(st.lists(st.sampled_from("abcdefghijklmn"), min_size=1, max_size=12, unique=True))
    each = st.lists(st.sampled_from(INDICATORS), min_size=1, max_size=3, unique=True)
    values = st.integers(min_value=2, max_value=10).map(lambda half: str(Decimal(half) / 2))
    ratings = [rated(name, draw(values), relation, *draw(each)) for name in names]
    others: list[Any] = list(ratings)
    at = draw(st.integers(min_value=0, max_value=len(names) - 1))
    match draw(st.sampled_from(["value", "rater", "order", "indicator", "gone", "withdrawn", "revised"])):
        case "value" | "indicator":
            others[at] = rated(names[at], draw(values), relation, *draw(each))
        case "rater":
            others[at] = replace(ratings[at], rater="z")
        case "order":
            others = draw(st.permutations(ratings))
        case "gone":
            del others[at]
        case "withdrawn":
            others.append(RatingWithdrawn(rater=names[at], reason="x"))
        case _:
            others.append(RatingRevised(rater=names[at], scores={"layanan": Decimal(draw(values))}, reason="x"))
    return ratings, others


@given(worlds())
@settings(max_examples=300)
def test_before_they_close_two_worlds_show_the_same(both: tuple[list[Any], list[Any]]) -> None:
    rules = book(rule())

    one, other = (rater_privacy.disclosed(told(SUPERVISOR, *events), rules, closed=False) for events in both)

    assert one == other


@given(worlds(), st.randoms())
@settings(max_examples=300)
def test_after_they_closed_who_gave_which_is_not_there(both: tuple[list[Any], list[Any]], chance: Any) -> None:
    """The same values from the same people in other hands, in another order."""
    ratings: list[Rated] = both[0]
    raters = [one.rater for one in ratings]
    chance.shuffle(raters)
    handed = [replace(one, rater=rater) for one, rater in zip(ratings, raters, strict=True)]
    chance.shuffle(handed)
    rules = book(rule())
    one, other = told(SUPERVISOR, *ratings), told(SUPERVISOR, *handed)

    for shown in (rater_privacy.closed_groups, lambda facts, by: rater_privacy.disclosed(facts, by, closed=True)):
        assert shown(one, rules) == shown(other, rules)
    assert rater_privacy.sealed_digest(one.case, SALT) == rater_privacy.sealed_digest(other.case, SALT)


PROJECT = Path(__file__).parents[2]
DECIDES = {"platform/neraca/domain/rater_privacy.py", "platform/neraca/domain/vocabulary.py"}
BELOW = "platform/neraca/domain/appraisal/events/ratings.py"
"""Says of its own `Rated` whether it is hidden; rater_privacy stands on it."""


def test_nobody_else_decides_who_may_be_named() -> None:
    """The sets of named and anonymous relations, and the tags of ratings, are written in one place."""
    sources = [
        *PROJECT.glob("platform/neraca/**/*.py"),
        *PROJECT.glob("projections/**/*.py"),
        *PROJECT.glob("platform/neraca/**/*.sql"),
    ]
    told = {str(path.relative_to(PROJECT)): path.read_text() for path in sources}
    tags = [*rater_privacy.RATING_EVENTS - {"appraisal.rated"}, 'facts_digest", "salt']

    imports = re.compile(r"vocabulary import (\([^)]*|[^\n]*)\b(NAMED|ANONYMOUS)\b")
    asks = {name for name, text in told.items() if imports.search(text)}
    spells = {name for name, text in told.items() if any(tag in text for tag in tags)}

    assert asks <= DECIDES | {BELOW}
    assert spells <= DECIDES | {BELOW}


@pytest.mark.parametrize("relation", Relation)
def test_who_caused_a_rating_is_told_of_named_relations_alone(relation: Relation) -> None:
    rated = Rated(rater="1", relation=relation, scores={})

    known = rater_privacy.may_name_actor(rated, {"1": relation})

    assert known is (RATERS[relation].identity is Identity.NAMED)
    assert not (known and rated.hidden)


def test_what_readers_of_the_log_never_see_is_named_by_tag() -> None:
    ratings = {"appraisal.rated", "appraisal.rating-revised", "appraisal.rating-withdrawn"}
    assert ratings == rater_privacy.RATING_EVENTS
    feedback = {f"appraisal.feedback-{done}" for done in ("given", "withdrawn", "requested", "declined")}
    assert feedback == rater_privacy.FEEDBACK_EVENTS
    raters = {"appraisal.raters-assigned", *(f"appraisal.rater-{done}" for done in ("named", "declined", "replaced"))}
    assert raters == rater_privacy.ASSIGNMENT_EVENTS
    hidden = ratings | feedback | raters
    considering = {tag for tag in EVENTS if tag.startswith(("candidacy.", "potential."))}
    answers = {"survey.response-recorded", "survey.comment-received"}
    assert hidden | answers | considering == rater_privacy.WITHHELD_EVENTS
    ending = {f"appraisal.{done}" for done in ("ratings-closed", "finalised", "cancelled", "cut")}
    assert hidden | ending == rater_privacy.TELLING_EVENTS
    assert {
        "rate",
        "revise-rating",
        "withdraw-rating",
        "record-response",
        "pass-on-answers",
        "give-feedback",
        "withdraw-feedback",
        "request-feedback",
        "decline-feedback",
        "assign-raters",
        "name-rater",
        "decline-assignment",
        "replace-rater",
    } == rater_privacy.WITHHELD_COMMANDS
    assert rater_privacy.TELLING_FIELDS == ("facts_digest", "salt")
    assert rater_privacy.CITIZEN_PREFIX == "warga:"
    named = {rule.group for rule in RATERS.values() if rule.identity is Identity.NAMED}
    assert {"atasan", "diri"} <= named == rater_privacy.NAMED_GROUPS


@pytest.mark.parametrize("relation", Relation)
def test_a_policy_promises_only_where_the_relation_leaves_it_open(relation: Relation) -> None:
    named, anonymous, promised = {
        Identity.NAMED: (True, False, False),
        Identity.ANONYMOUS: (False, True, False),
        Identity.BY_POLICY: (False, False, True),
    }[RATERS[relation].identity]
    assert (rater_privacy.is_named(relation), rater_privacy.is_anonymous(relation)) == (named, anonymous)
    open_, closed = rule(anonymous=False), rule(anonymous=True)
    assert rater_privacy.promised(relation, [open_, closed]) is promised
    assert rater_privacy.promised(relation, [open_, open_]) is False
    assert rater_privacy.promised(relation, []) is False


def test_the_fewest_of_a_group_that_are_told_of() -> None:
    assert [rater_privacy.fewest_explained(n, anonymous=True) for n in (1, 2, 3, 4)] == [3, 3, 3, 4]
    assert [rater_privacy.fewest_explained(n, anonymous=False) for n in (1, 4)] == [1, 1]
    floors = {
        name: [rater_privacy.floor(name, rule(floor=own)) for own in (1, 3, 4, 11)]
        for name in ("rekan", "bawahan", "warga", "penjamin_mutu")
    }
    assert floors == {
        "rekan": [3, 3, 4, 11],
        "bawahan": [3, 3, 4, 11],
        "warga": [10, 10, 10, 11],
        "penjamin_mutu": [3, 3, 4, 11],
    }


def test_the_floors_that_the_law_gives_a_policy() -> None:
    assert rater_privacy.FLOORS == {"rekan": 3, "bawahan": 3, "warga": 10}
    assert rater_privacy.FEWEST == 3


def test_which_groups_of_a_policy_are_anonymous() -> None:
    promised, open_ = rule(anonymous=True), rule(anonymous=False)
    assert rater_privacy.anonymous_groups({}) == frozenset()
    assert rater_privacy.anonymous_groups(
        {
            "a": {"atasan": promised, "diri": promised, "rekan": open_},
            "b": {"penjamin_mutu": open_, "warga": open_},
        }
    ) == {"rekan", "warga"}
    assert rater_privacy.anonymous_groups({"a": {"penjamin_mutu": open_}, "b": {"penjamin_mutu": promised}}) == {
        "penjamin_mutu"
    }


PEER = Rated(rater="ani", relation=Relation.PEER, scores={})
BOSS = Rated(rater="sri", relation=Relation.SUPERVISOR, scores={})
ASSURER = Rated(rater="eko", relation=Relation.QUALITY_ASSURER, scores={}, anonymous=True)


def revised(rater: str) -> RatingRevised:
    return RatingRevised(rater=rater, scores={}, reason="x")


def withdrawn(rater: str) -> RatingWithdrawn:
    return RatingWithdrawn(rater=rater, reason="x")


def test_who_follows_a_stream_counts_what_may_be_shown_and_nothing_of_the_hidden() -> None:
    events: list[tuple[Any, bool, int]] = [
        (revised("sri"), False, 0),
        (PEER, False, 0),
        (ASSURER, False, 0),
        (BOSS, True, 1),
        (revised("sri"), True, 2),
        (revised("ani"), False, 2),
        (withdrawn("ani"), False, 2),
        (withdrawn("sri"), True, 3),
        (revised("sri"), False, 3),
        (BOSS, True, 4),
        (PlanSubmitted(), True, 5),
        (Cancelled(reason="x"), True, 6),
        (revised("sri"), False, 6),
        (SurveyOpened(unit="u", period="2025", survey="s", elements=[]), True, 7),
        (PolicyScheduled(policy=PolicyRef("p", 1, "a", "b"), since=date(2025, 1, 1)), True, 8),
    ]
    shown = rater_privacy.Shown()
    assert [(shown.take(event), shown.version) for event, _, _ in events] == [(seen, at) for _, seen, at in events]


def test_the_actor_of_an_event_is_told_but_of_ratings_by_relation() -> None:
    relations = {
        "sri": Relation.SUPERVISOR,
        "ani": Relation.PEER,
        "budi": Relation.SELF,
        "eko": Relation.QUALITY_ASSURER,
    }
    told = {
        name: [rater_privacy.may_name_actor(event, relations) for event in (revised(name), withdrawn(name))]
        for name in relations
    }
    assert told == {"sri": [True, True], "ani": [False, False], "budi": [True, True], "eko": [False, False]}
    assert rater_privacy.may_name_actor(PlanSubmitted(), {}) is True


def test_a_closed_group_tells_one_number_by_its_strictest_indicator() -> None:
    both, one = ("layanan", "disiplin"), ("layanan",)
    facts = told(
        SUPERVISOR,
        rated("p1", "1", Relation.PEER, *both),
        rated("p2", "2", Relation.PEER, *one),
        rated("p3", "3", Relation.PEER, "disiplin"),
        rated("p4", "3", Relation.PEER, "lain"),
        rated("q1", "3", Relation.QUALITY_ASSURER, *one),
    )

    def closed(layanan: int, disiplin: int) -> dict[str, int | None]:
        return rater_privacy.closed_groups(
            facts,
            {
                "layanan": {"rekan": rule(floor=layanan), "atasan": rule(floor=1), "warga": rule(floor=1)},
                "disiplin": {"rekan": rule(floor=disiplin)},
            },
        )

    assert closed(1, 3) == {"rekan": 3, "warga": None}
    assert closed(4, 1) == {"rekan": None, "warga": None}
    assert [*closed(1, 1)] == ["rekan", "warga"]


def test_a_group_that_is_both_named_and_hidden_shows_the_named_first_and_where_they_come_from() -> None:
    open_ = [
        Rated(rater=name, relation=Relation.QUALITY_ASSURER, scores={"layanan": Decimal(value)})
        for name, value in (("eko", 5), ("ani", 2))
    ]
    hidden = [
        Rated(rater=f"h{n}", relation=Relation.QUALITY_ASSURER, scores={"layanan": Decimal(n)}, anonymous=True)
        for n in (1, 2, 3)
    ]
    facts = told(open_[0], *hidden, open_[1], RatingRevised(rater="eko", scores={"layanan": Decimal(4)}, reason="x"))
    rules = {"layanan": {"penjamin_mutu": rule(step=MICRO)}}

    counted = rater_privacy.counted(facts, rules).ratings
    shown = rater_privacy.disclosed(facts, rules, closed=True)
    before = rater_privacy.disclosed(facts, rules, closed=False)

    assert counted == {"layanan": {"penjamin_mutu": [2 * MICRO, 4 * MICRO, MICRO, 2 * MICRO, 3 * MICRO]}}
    assert shown.case.ratings == {"layanan": {"penjamin_mutu": [2 * MICRO, 4 * MICRO, 2 * MICRO, 2 * MICRO, 2 * MICRO]}}
    assert before.case.ratings == {"layanan": {"penjamin_mutu": [2 * MICRO, 4 * MICRO]}}
    assert shown.sources == before.sources == {"ratings/layanan/penjamin_mutu": [15, 16]}
    assert [*shown.raters] == [*before.raters] == ["eko", "ani"]
    assert rater_privacy.disclosed(facts, None, closed=True).case == before.case


@pytest.mark.parametrize(
    ("values", "rules", "even"),
    [
        ([1, 5, 3], {}, [3, 3, 3]),
        ([1, 5, 4], {}, [3, 3, 4]),
        ([1, 5, 4, 1], {}, [2, 3, 3, 3]),
        ([1, 2, 5, 5], {"median": True}, [3, 3, 4, 4]),
        ([1, 2, 4, 5], {"median": True}, [3, 3, 3, 3]),
        ([1, 2, 5], {"median": True}, [2, 2, 2]),
        ([1, 2, 5, 5, 5], {"trim": 1}, [4, 4, 4, 4, 4]),
        ([1, 2, 5, 5], {"trim": 1}, [3, 3, 3, 4]),
        ([1, 2, 4, 5], {"trim": 1, "quorum": 2}, [3, 3, 3, 3]),
        ([1, 2, 5, 5, 5], {"trim": 1, "quorum": 4}, [3, 3, 4, 4, 4]),
        ([1, 1, 6], {}, [6, 6, 6]),
        ([0, 1, 1], {}, [6, 6, 6]),
    ],
)
def test_the_most_even_ratings_on_a_scale_of_one_to_five(
    values: list[int], rules: dict[str, Any], even: list[int]
) -> None:
    given = rule(step=MICRO, **rules)
    assert rater_privacy.even([value * MICRO for value in values], given) == [value * MICRO for value in even]


def test_what_is_shown_of_other_facts_keeps_where_it_comes_from() -> None:
    present = AttendanceRecorded(employee="budi", month="2025-01", required_days=20)
    facts = told(present, SUPERVISOR, rated("p1", "3"))

    assert rater_privacy.disclosed(facts, book(rule()), closed=True) == told(present, SUPERVISOR)


def test_a_scale_without_a_step_is_evened_to_the_last_digit() -> None:
    assert rater_privacy.even([MICRO, MICRO, MICRO + 1], rule(step=0)) == [MICRO, MICRO, MICRO + 1]
    assert rater_privacy.even([MICRO, MICRO + 2, 5 * MICRO + 1], rule(step=0)) == [5 * MICRO + 1] * 3


def test_a_scale_counts_its_steps_from_its_lowest_value() -> None:
    by_three = rule(min=MICRO, max=10 * MICRO, step=3 * MICRO)
    assert rater_privacy.even([MICRO, 4 * MICRO, 7 * MICRO], by_three) == [4 * MICRO] * 3
    assert rater_privacy.even([3 * MICRO, 6 * MICRO, 9 * MICRO], by_three) == [13 * MICRO] * 3, "none is on the scale"


def test_the_sealed_digest_is_over_salt_and_facts_with_ratings_sorted() -> None:
    case = told(SUPERVISOR, rated("p1", "5"), rated("p2", "1")).case
    ordered = {name: {group: sorted(all_) for group, all_ in groups.items()} for name, groups in case.ratings.items()}
    canonical = msgspec.json.encode(replace(case, ratings=ordered), order="sorted")
    assert case.ratings != ordered
    assert rater_privacy.sealed_digest(case, SALT) == sha256(bytes.fromhex(SALT) + canonical).hexdigest()
