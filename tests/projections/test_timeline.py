from datetime import date
from decimal import Decimal
from typing import Any, get_args

import msgspec
import psycopg
import pytest
from msgspec import structs

from neraca.domain import streams
from neraca.domain.appraisal import events as appraisal
from neraca.domain.command_rules import PolicyRef
from neraca.domain.roster import EmployeeRetired
from neraca.domain.vocabulary import Relation
from projections import timeline

NIP = "198703142010012004"
PEER = "199001012015011001"
YEAR = streams.appraisal("solo", NIP, "2025")
OPENED = appraisal.Opened(
    employee=NIP, period="2025", starts=date(2025, 1, 1), ends=date(2025, 12, 31), unit="dinas", appraiser="9"
)


@pytest.fixture
def of_solo(told: Any) -> Any:
    return told(timeline.PROJECTION)


def test_every_event_is_a_row_with_its_person_and_period(of_solo: Any) -> None:
    of_solo.happens(YEAR, OPENED, by="hr")
    of_solo.happens(YEAR, appraisal.PlanSubmitted(), by=NIP)
    of_solo.happens(YEAR, appraisal.PlanReturned(feedback="Tambah satu"), by="9", effective=date(2025, 1, 20))

    assert of_solo.rows("events", "position", "employee", "period", "stream", "version", "tag", "by", "effective") == [
        {
            "employee": NIP,
            "period": "2025",
            "stream": YEAR,
            "position": n,
            "version": n,
            "tag": tag,
            "by": by,
            "effective": day,
        }
        for n, tag, by, day in [
            (1, "appraisal.opened", "hr", None),
            (2, "appraisal.plan-submitted", NIP, None),
            (3, "appraisal.plan-returned", "9", date(2025, 1, 20)),
        ]
    ]
    assert [row["data"] for row in of_solo.rows("events", "data")][1:] == [{}, {"feedback": "Tambah satu"}]


def test_what_happens_outside_appraisals_is_not_on_the_timeline(of_solo: Any) -> None:
    of_solo.happens(streams.employee("solo", NIP), EmployeeRetired(on=date(2025, 4, 1)))

    assert of_solo.rows("events", "position") == []


def test_numbers_are_exact(of_solo: Any) -> None:
    fact = appraisal.FactEstablished(fact="inovasi", basis="SK", number=Decimal("0.10"))
    of_solo.happens(YEAR, OPENED, fact)

    assert of_solo.rows("events", "data")[1]["data"] == {"fact": "inovasi", "basis": "SK", "number": "0.10"}


@pytest.mark.parametrize("relation", [Relation.PEER, Relation.SUBORDINATE, Relation.CITIZEN, Relation.QUALITY_ASSURER])
def test_a_hidden_rating_leaves_no_row_and_no_gap(of_solo: Any, database: str, relation: Relation) -> None:
    of_solo.happens(YEAR, OPENED)
    scores = {"ramah": Decimal("73.4219")}
    promised = relation is Relation.QUALITY_ASSURER
    given = appraisal.Rated(rater=PEER, relation=relation, scores=scores, note="rahasia", anonymous=promised)
    of_solo.happens(YEAR, given, by=PEER)
    of_solo.happens(
        YEAR, appraisal.RatingRevised(rater=PEER, scores={"ramah": Decimal("74.9142")}, reason="rahasia"), by=PEER
    )
    of_solo.happens(YEAR, appraisal.RatingWithdrawn(rater=PEER, reason="rahasia"), by=PEER)
    of_solo.happens(YEAR, appraisal.PlanSubmitted(), by=NIP)

    assert of_solo.rows("events", "tag", "version") == [
        {"tag": "appraisal.opened", "version": 1},
        {"tag": "appraisal.plan-submitted", "version": 2},
    ]
    with psycopg.connect(database) as connection:
        connection.execute("set local role neraca_app")
        connection.execute("set local neraca.agency = 'solo'")
        everything = connection.execute("select row_to_json(e)::text from read_timeline.events e").fetchall()
    for secret in (PEER, "73.4", "74.9", "rahasia"):
        assert not any(secret in text.replace(str(YEAR), "") for (text,) in everything)


def test_who_assures_quality_is_not_named_nor_quoted(of_solo: Any) -> None:
    given = appraisal.Rated(
        rater=PEER, relation=Relation.QUALITY_ASSURER, scores={"ramah": Decimal(73)}, note="rahasia"
    )
    of_solo.happens(YEAR, OPENED)
    of_solo.happens(YEAR, given, by=PEER)
    of_solo.happens(YEAR, appraisal.RatingWithdrawn(rater=PEER, reason="rahasia"), by=PEER)

    assert of_solo.rows("events", "tag", "by", "data")[1:] == [
        {"tag": "appraisal.rated", "by": None, "data": {"relation": "QUALITY_ASSURER", "indicators": ["ramah"]}},
        {"tag": "appraisal.rating-withdrawn", "by": None, "data": {"relation": "QUALITY_ASSURER"}},
    ]


def test_a_finalisation_tells_which_groups_closed_and_nothing_to_try_ratings_with(of_solo: Any) -> None:
    policy = PolicyRef("kota", 1, "aa", "bb")
    final = appraisal.Finalised(
        on=date(2026, 1, 5),
        predicate="baik",
        policy=policy,
        position=1,
        facts_digest="cc",
        engine="explain/1",
        sealed_digest="dd",
        salt="ee",
        closed={"bawahan": None, "rekan": 4},
    )
    of_solo.happens(YEAR, OPENED, final)

    data = of_solo.rows("events", "data")[1]["data"]
    assert (data["sealed_digest"], data["closed"]) == ("dd", {"bawahan": None, "rekan": 4})
    assert data.keys().isdisjoint({"salt", "facts_digest"})


@pytest.mark.parametrize("sealed", [None, "dd"])
@pytest.mark.parametrize("relation", [Relation.PEER, Relation.SUPERVISOR])
def test_what_an_older_result_made_of_hidden_ratings_is_not_told(
    of_solo: Any, sealed: str | None, relation: Relation
) -> None:
    """It counted groups below their floor too; a rater alone would be read off their step."""
    rated = appraisal.Rated(rater=PEER, relation=relation, scores={"ramah": Decimal(73)})
    final = appraisal.Finalised(
        on=date(2026, 1, 5),
        predicate="baik",
        policy=PolicyRef("kota", 1, "aa", "bb"),
        position=1,
        facts_digest="cc",
        engine="explain/1",
        nodes={"ramah": Decimal(73)},
        sealed_digest=sealed,
    )
    of_solo.happens(YEAR, OPENED, rated, final)

    told = of_solo.rows("events", "data")[-1]["data"]
    assert ("nodes" in told) is (sealed is not None or relation is Relation.SUPERVISOR)
    assert told["predicate"] == "baik"


@pytest.mark.parametrize("sealed", [None, "dd"])
def test_what_was_joined_of_such_a_result_does_not_tell_it_either(of_solo: Any, sealed: str | None) -> None:
    """Nor what is joined of that again, by reuse."""
    policy, day = PolicyRef("kota", 1, "aa", "bb"), date(2026, 1, 5)
    nodes: dict[str, Decimal | None] = {"ramah": Decimal(73)}
    rated = appraisal.Rated(rater=PEER, relation=Relation.PEER, scores={"ramah": Decimal(73)})
    by: Any = {
        "on": day,
        "predicate": "baik",
        "policy": policy,
        "position": 1,
        "facts_digest": "cc",
        "engine": "explain/1",
    }
    of_solo.happens(YEAR, OPENED, rated, appraisal.Finalised(**by, nodes=nodes, sealed_digest=sealed))
    later = structs.replace(OPENED, period="2026", starts=date(2026, 1, 1), ends=date(2026, 12, 31))

    for before, at, period in (("2025", 3, "2026"), ("2026", 5, "2027")):
        part = appraisal.JoinedPart(before, 12, at, "baik", policy, nodes=nodes)
        whole = appraisal.Joined(**by, parts=[part], nodes=nodes)
        of_solo.happens(streams.appraisal("solo", NIP, period), structs.replace(later, period=period), whole)

    for told in (row["data"] for row in of_solo.rows("events", "data")[-3::2]):
        assert ("nodes" in told, "nodes" in told["parts"][0]) == (sealed is not None, sealed is not None)
        assert told["parts"][0]["predicate"] == "baik"


def test_the_superior_signs_what_he_gives(of_solo: Any) -> None:
    rated = appraisal.Rated(rater="9", relation=Relation.SUPERVISOR, scores={"ramah": Decimal(90)})
    of_solo.happens(YEAR, OPENED, rated, by="9")

    assert of_solo.rows("events", "by", "data")[1] == {
        "by": "9",
        "data": {"relation": "SUPERVISOR", "indicators": ["ramah"]},
    }


def test_the_summary_of_every_kind_of_event_was_thought_about() -> None:
    """A new event with a field of these names needs a summary of its own."""
    kinds = msgspec.inspect.multi_type_info(get_args(appraisal.AppraisalEvent))
    naming = {
        kind.cls.__name__
        for kind in kinds
        if isinstance(kind, msgspec.inspect.StructType)
        and {field.name for field in kind.fields} & {"rater", "relation", "scores", "respondent"}
    }

    # Who is to rate is hidden, and leaves no row.
    unseen = {"RaterNamed", "RaterDeclined", "RaterReplaced"}
    assert naming == {"Rated", "RatingRevised", "RatingWithdrawn"} | unseen
