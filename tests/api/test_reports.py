"""What the results of an agency come to, over GraphQL: what is told, and to whom."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent
from psycopg.types.json import Jsonb

from neraca.domain import streams
from neraca.domain.appraisal import events as appraisal
from neraca.domain.command_rules import PolicyRef
from neraca.domain.envelope import Envelope
from neraca.domain.headship import AppointHead
from neraca.domain.policy_register import PublishPolicy
from neraca.domain.registry import EVENTS
from neraca.domain.survey import SurveyClosed
from neraca.domain.vocabulary import PositionClass
from neraca.store.ledger import Append, Ledger
from neraca.store.mapper import EventMapper
from neraca.store.pool import open_pool

HEAD, ANI, STRANGER = "196501011990031001", "198501012010011001", "199001012015011001"
POLICIES = Path(__file__).parents[2] / "policies"
NOW = datetime(2025, 3, 3, 2, tzinfo=UTC)
PARTICIPATION = '{ agency(id: "surabaya") { reports { participation(period: "2025-Q1") { %s } } } }'
ALL = PARTICIPATION % "unit people planned reported rated final"


@pytest.fixture(scope="module", autouse=True)
def appointed(world: Any) -> None:
    world.tell("hr", AppointHead(unit="dinkes", employee=HEAD, since=date(2025, 1, 1), decree="SK 821/1/2025"))
    world.follow()


def told(world: Any, who: str) -> Any:
    return world.data(who, ALL)["agency"]["reports"]["participation"]


def test_how_far_each_office_is_counts_everybody_once(world: Any) -> None:
    assert told(world, "hr") == [
        {"unit": "dinkes", "people": 1, "planned": 0, "reported": 0, "rated": 0, "final": 0},
        {"unit": "disdukcapil", "people": 5, "planned": 1, "reported": 1, "rated": 1, "final": 0},
    ]


def test_a_head_is_told_of_the_office_they_head(world: Any) -> None:
    assert [one["unit"] for one in told(world, "head")] == ["dinkes"]


@pytest.mark.parametrize("who", ["ani", "boss", "stranger", "policy", "counter", "surveyor", "integrator"])
def test_how_far_an_office_is_is_not_told_to_those_who_neither_see_nor_head_it(world: Any, who: str) -> None:
    assert world.ask(who, ALL)["errors"][0]["extensions"] == {"code": "NOT_ALLOWED"}


def test_reports_are_of_the_present(world: Any) -> None:
    answer = world.ask("hr", ALL.replace('"surabaya"', '"surabaya", asOf: { position: "3" }'))

    assert answer["errors"][0]["extensions"] == {"code": "NOT_AS_OF"}


def fixed(nip: str, unit: str, score: int, **more: Any) -> list[StoredEvent]:
    """The events of an appraisal that is opened and final, as far as reports look at them."""
    start, period = more.get("start", date(2024, 1, 1)), more.get("period", "2024-Q1")
    opened = appraisal.Opened(
        employee=nip,
        period=period,
        starts=start,
        ends=more.get("end", date(2024, 3, 31)),
        unit=unit,
        appraiser=HEAD,
        position_class=PositionClass.FUNCTIONAL,
    )
    rule = PolicyRef("kota-uji", 1, "h1", "c1")
    nodes: dict[str, Decimal | None] = {"hasil_kerja": Decimal(score), "perilaku": Decimal(100 - score)}
    final = appraisal.Finalised(
        on=date(2024, 4, 3),
        predicate="baik",
        policy=more.get("rule", rule),
        position=1,
        facts_digest="d",
        engine="e",
        score=Decimal(score),
        nodes=nodes,
        sealed_digest="s",
        closed_by=more.get("rule", rule),
    )
    stream = streams.appraisal("surabaya", nip, period)
    encode = EventMapper(EVENTS).encode
    return [
        StoredEvent(stream, n, *encode(Envelope(at=NOW, by="hr", correlation="c", body=body)))
        for n, body in enumerate((opened, final), 1)
    ]


@pytest.fixture(scope="module")
def results(world: Any) -> None:
    """Of a quarter that everybody has forgotten: seven people of one office and four of another, and their next one."""
    with open_pool(world.url) as pool:
        ledger = Ledger(pool)
        for n in range(11):
            unit = "disdukcapil" if n < 7 else "dinkes"
            ledger.append("surabaya", Append(fixed(f"9{n:02}", unit, 70 + n)))
        for n in range(6):
            later = {"period": "2024-Q2", "start": date(2024, 4, 1), "end": date(2024, 6, 30)}
            ledger.append("surabaya", Append(fixed(f"9{n:02}", "disdukcapil", 75 + n, **later)))
    world.follow()


TREND = (
    '{ agency(id: "surabaya") { reports { trend%s { group period cycle policy people lowerQuartile median upperQuartile'
    " mean change position } } } }"
)


def trend(world: Any, who: str, how: str = "") -> Any:
    return world.data(who, TREND % how)["agency"]["reports"]["trend"]


@pytest.mark.parametrize("who", ["hr", "policy", "counter"])
def test_the_trend_of_the_agency_moves_by_five_people(world: Any, results: None, who: str) -> None:
    first, second = trend(world, who)

    position = first.pop("position")
    assert first == {
        "group": None,
        "period": "2024-Q1",
        "cycle": "QUARTER",
        "policy": "kota-uji@1",
        "people": 10,
        "lowerQuartile": "72",
        "median": "74.5",
        "upperQuartile": "77",
        "mean": "74.5",
        "change": None,
    }
    assert (second["people"], second["median"], second["change"]) == (5, "77", "2.5")
    assert int(second["position"]) > int(position)


def test_the_mean_of_an_office_is_not_told_beside_that_of_classes(world: Any, results: None) -> None:
    """Or the one who is in an office and not in a class could be found by subtraction."""
    of_office = '(unit: "disdukcapil", measure: "hasil_kerja")'
    told = {who: trend(world, who, of_office)[0] for who in ("hr", "auditor", "policy", "counter")}

    assert {who: one["median"] for who, one in told.items()} == dict.fromkeys(told, "72")
    assert {who: one["mean"] for who, one in told.items()} == {
        "hr": "72",
        "auditor": "72",
        "policy": None,
        "counter": None,
    }
    assert trend(world, "hr", '(unit: "dinkes")') == []  # four people


@pytest.mark.parametrize(
    ("who", "how"),
    [("ani", ""), ("head", ""), ("head", '(unit: "disdukcapil")'), ("boss", '(unit: "disdukcapil")')],
)
def test_what_a_group_comes_to_is_not_told_to_others(world: Any, who: str, how: str) -> None:
    assert world.ask(who, TREND % how)["errors"][0]["extensions"] == {"code": "NOT_ALLOWED"}


def test_a_head_has_the_trend_of_the_office_they_head(world: Any, results: None) -> None:
    assert trend(world, "head", '(unit: "dinkes")') == []


OWN = (
    '{ agency(id: "surabaya") { reports { trendOfEmployee(employee: "%s", measure: "perilaku")'
    " { period joined policy value change predicate position } } } }"
)


def test_the_trend_of_an_employee_is_of_the_results_that_the_reader_may_see(world: Any, results: None) -> None:
    def told(who: str, nip: str) -> Any:
        return world.data(who, OWN % nip)["agency"]["reports"]["trendOfEmployee"]

    values = [(one["period"], one["value"], one["change"]) for one in told("hr", "903")]
    assert values == [("2024-Q1", "27", None), ("2024-Q2", "22", "-5")]
    assert told("head", "903") == told("hr", "903")  # who appraised it
    for who in ("ani", "policy"):
        assert refused(world, who, OWN % "903") == refused(world, who, OWN % "909").replace("909", "903")


STRENGTHS = (
    '{ agency(id: "surabaya") { reports { strengths(employee: "%s", period: "2025-Q1")'
    " { measure label indicator side value median difference people policy events } } } }"
)


@pytest.fixture(scope="module")
def judged(world: Any) -> None:
    """Ani, whose first quarter is final by the policy of the city, and four beside her, of whom nobody else serves."""
    register = world.data("hr", '{ agency(id: "surabaya") { policy(ref: "id.jatim.kota-surabaya") { hash } } }')
    rule = PolicyRef("id.jatim.kota-surabaya", 1, register["agency"]["policy"]["hash"], "c")
    first = {"period": "2025-Q1", "start": date(2025, 1, 1), "end": date(2025, 3, 31), "rule": rule}
    with open_pool(world.url) as pool:
        for n in range(4):
            Ledger(pool).append("surabaya", Append(fixed(f"8{n}", "dinkes", 80 + n, **first)))
        *_, final = fixed(ANI, "disdukcapil", 81, **first)
        with psycopg.connect(world.url) as connection:
            query = "select max(version) + 1 from ledger.events where agency = 'surabaya' and stream = %s"
            [(version,)] = connection.execute(query, (final.originator_id,)).fetchall()
        again = StoredEvent(final.originator_id, version, final.topic, final.state)
        Ledger(pool).append("surabaya", Append([again]))
    world.follow()


def test_an_employee_reads_their_own_strengths_with_the_events_behind_them(world: Any, judged: None) -> None:
    def told(who: str, nip: str) -> Any:
        return world.data(who, STRENGTHS % nip)["agency"]["reports"]["strengths"]

    weakest, strongest = told("ani", ANI)
    assert weakest["events"]
    of_event = "query ($id: ID!) { node(id: $id) { id } }"
    assert all(world.data("auditor", of_event, {"id": one})["node"] for one in weakest["events"])
    weakest.pop("events")
    strongest.pop("events")
    rule = "id.jatim.kota-surabaya@1"
    shown = {"indicator": False, "people": 5, "policy": rule}
    assert weakest == shown | {
        "measure": "perilaku",
        "label": weakest["label"],
        "side": "NEITHER",
        "value": "19",
        "median": "19",
        "difference": "0",
    }
    assert (strongest["measure"], strongest["value"], strongest["median"]) == ("hasil_kerja", "81", "81")
    assert told("hr", ANI) == told("boss", ANI) == told("ani", ANI)
    for who in ("peer0", "policy"):
        assert refused(world, who, STRENGTHS % ANI) == refused(world, who, STRENGTHS % "9999").replace("9999", ANI)


ASKED = '{ agency(id: "surabaya") { reports { %s } } }'
NO_UNIT = "unit: surabaya has no unit 'dinks'; did you mean 'dinkes'?"
NO_MEASURE = "measure: no result of surabaya has a measure 'perilak'; did you mean 'perilaku'?"
NO_PROGRAMME = "there is no programme 'p' in surabaya; its id is that of start-programme"
BESIDE = 'beforeAfter(firstPeriod: "2024-Q1", secondPeriod: "2024-Q2", '
UNSEEN = "there is no employee '%s' of surabaya whom you may see; write the number of one of its roster"


def refused(world: Any, who: str, query: str) -> str:
    [error] = world.ask(who, query)["errors"]
    assert error["extensions"] == {"code": "INVALID"}
    return error["message"]


@pytest.mark.parametrize(
    ("report", "message"),
    [
        ('trend(unit: "dinks") { people }', NO_UNIT),
        ('lateness(period: "2025-Q1", unit: "dinks") { owed }', NO_UNIT),
        ('ranking(period: "2025-Q1", unit: "dinks") { place }', NO_UNIT),
        ('duties(period: "2025-Q1", unit: "dinks") { duty }', NO_UNIT),
        ('strengthsOfUnit(period: "2025-Q1", unit: "dinks") { side }', NO_UNIT),
        ('satisfaction(unit: "dinks") { index }', NO_UNIT),
        ('servicePoints(unit: "dinks") { id }', NO_UNIT),
        ('comments(unit: "dinks") { id }', NO_UNIT),
        ('publicSurveys(unit: "dinks") { point }', NO_UNIT),
        ('satisfaction(survey: "skm") { index }', "survey: surabaya has opened no survey 'skm'; there are none"),
        ('trend(measure: "perilak") { people }', NO_MEASURE),
        ('units(period: "2024-Q1", measure: "perilak") { people }', NO_MEASURE),
        ('trendOfEmployee(employee: "903", measure: "perilak") { value }', NO_MEASURE),
        ('trendOfEmployee(employee: "9999") { value }', UNSEEN % "9999"),
        ('strengths(employee: "9999", period: "2025-Q1") { side }', UNSEEN % "9999"),
        ('forensics(judge: "9999", period: "2025-Q1") { said }', UNSEEN % "9999"),
        (BESIDE + 'unit: "dinks") { change }', NO_UNIT),
        (BESIDE + 'measure: "perilak") { change }', NO_MEASURE),
        (BESIDE + 'programme: "p") { change }', NO_PROGRAMME),
    ],
)  # fmt: skip
def test_a_report_of_a_name_that_is_nowhere_is_refused(world: Any, results: None, report: str, message: str) -> None:
    assert refused(world, "everybody" if "publicSurveys" in report else "hr", ASKED % report) == message


def test_whoever_heads_an_office_learns_of_no_other_whether_it_is_there(world: Any) -> None:
    known, unknown = (
        world.ask("head", ASKED % f'trend(unit: "{unit}") {{ people }}')["errors"] for unit in ("disdukcapil", "dinks")
    )
    assert known == unknown


def test_whoever_asks_about_themselves_needs_to_be_on_no_roster(world: Any) -> None:
    query = ASKED % 'forensics(judge: "official-1", period: "2025-Q1") { said }'
    assert world.data("official", query) == {"agency": {"reports": {"forensics": []}}}


def test_strengths_of_an_office_are_for_those_who_see_or_head_it(world: Any, judged: None) -> None:
    query = '{ agency(id: "surabaya") { reports { strengthsOfUnit(unit: "%s", period: "2024-Q1") { side } } } }'

    assert world.data("policy", query % "disdukcapil") == {"agency": {"reports": {"strengthsOfUnit": []}}}
    assert world.data("head", query % "dinkes") == {"agency": {"reports": {"strengthsOfUnit": []}}}
    assert world.ask("head", query % "disdukcapil")["errors"][0]["extensions"] == {"code": "NOT_ALLOWED"}


def test_duties_are_for_those_who_see_everybody_or_head_the_office(world: Any) -> None:
    query = '{ agency(id: "surabaya") { reports { duties(period: "2025-Q1"%s) { duty people met } } } }'

    for who, how in (("hr", ""), ("head", ""), ("head", ', unit: "dinkes"')):
        assert world.data(who, query % how) == {"agency": {"reports": {"duties": []}}}
    for who, how in (("policy", ""), ("ani", ""), ("head", ', unit: "disdukcapil"')):
        assert world.ask(who, query % how)["errors"][0]["extensions"] == {"code": "NOT_ALLOWED"}


COMPARED = (
    '{ agency(id: "surabaya") { reports { beforeAfter(firstPeriod: "2024-Q1", secondPeriod: "2024-Q2"%s) {'
    " whom measure oneRule change more fewer alike before { policy people lowerQuartile median upperQuartile mean"
    " position } after { people median mean } } } } }"
)


def compared(world: Any, who: str, how: str = "") -> Any:
    return world.data(who, COMPARED % how)["agency"]["reports"]["beforeAfter"]


def test_before_and_after_tell_everybody_and_the_same_people(world: Any, results: None) -> None:
    everybody, same = compared(world, "hr")

    assert everybody["before"].pop("position")
    assert everybody == {
        "whom": "EVERYBODY",
        "measure": "score",
        "oneRule": True,
        "change": "2.5",
        "more": None,
        "fewer": None,
        "alike": None,
        "before": {
            "policy": "kota-uji@1",
            "people": 10,
            "lowerQuartile": "72",
            "median": "74.5",
            "upperQuartile": "77",
            "mean": "74.5",
        },
        "after": {"people": 5, "median": "77", "mean": "77"},
    }
    assert (same["whom"], same["before"]["people"], same["before"]["median"]) == ("SAME_PEOPLE", 5, "72")
    assert (same["after"], same["change"]) == ({"people": 5, "median": "77", "mean": "77"}, "5")
    assert (same["more"], same["fewer"], same["alike"]) == (5, 0, 0)


def test_of_the_same_people_a_reader_of_counts_is_told_no_mean_and_of_nobody_singly(world: Any, results: None) -> None:
    everybody, same = compared(world, "policy")
    assert everybody["before"]["mean"] == "74.5"
    assert (same["before"]["median"], same["before"]["mean"], same["more"]) == ("72", None, None)

    # Of the office seven are final and five count; who is there in one period only are two too few to be told apart.
    unit = ', unit: "disdukcapil"'
    assert [one["whom"] for one in compared(world, "hr", unit)] == ["EVERYBODY", "SAME_PEOPLE"]
    [office, same_there] = compared(world, "counter", unit)
    assert (office["before"]["mean"], same_there["before"]["people"]) == (None, 5)


def test_what_is_compared_of_a_unit_are_its_surveys_and_predicates_too(world: Any, results: None) -> None:
    def closed(period: str, total: int, answers: int) -> SurveyClosed:
        return SurveyClosed(
            unit="dinkes",
            period=period,
            survey="skm",
            sums={"u1": Decimal(total), "u2": Decimal(2 * total)},
            counts={"u1": answers, "u2": answers},
        )

    told = (closed("2024-Q1", 30, 12), closed("2024-Q2", 30, 10), closed("2024-Q3", 30, 9))
    with open_pool(world.url) as pool:
        for body in told:
            stream = streams.survey("surabaya", "dinkes", body.period, "skm")
            envelope = Envelope(at=NOW, by="hr", correlation="c", body=body)
            stored = StoredEvent(stream, 1, *EventMapper(EVENTS).encode(envelope))
            Ledger(pool).append("surabaya", Append([stored]))
    world.follow()

    [survey] = compared(world, "head", ', unit: "dinkes"')
    assert (survey["whom"], survey["measure"]) == ("FACT", "survey/skm")
    assert (survey["before"]["people"], survey["before"]["mean"], survey["after"]["mean"], survey["change"]) == (
        12,
        "3.75",
        "4.5",
        "0.75",
    )
    few = COMPARED.replace("2024-Q2", "2024-Q3") % ', unit: "dinkes"'
    [survey] = world.data("hr", few)["agency"]["reports"]["beforeAfter"]
    assert (survey["before"]["mean"], survey["after"], survey["change"]) == (
        "3.75",
        {"people": None, "median": None, "mean": None},
        None,
    )

    of_office = ', measure: "predicate", unit: "disdukcapil"'
    assert [one["before"]["people"] for one in compared(world, "hr", of_office)] == [5]
    assert compared(world, "policy", of_office) == []  # or it could be subtracted from what the agency has
    nowhere = "measure: no result of surabaya has a measure '='; there are hasil_kerja, perilaku, score"
    assert refused(world, "hr", COMPARED % ', measure: "="') == nowhere
    assert refused(world, "hr", TREND % '(measure: "=", unit: "disdukcapil")') == nowhere
    [predicate] = compared(world, "policy", ', measure: "predicate"')
    assert (predicate["measure"], predicate["before"]["people"], predicate["after"]["people"]) == (
        "predicate/baik",
        10,
        5,
    )


@pytest.mark.parametrize("who", ["ani", "boss", "stranger", "head"])
def test_what_the_agency_came_to_is_not_compared_for_others(world: Any, who: str) -> None:
    assert world.ask(who, COMPARED % "")["errors"][0]["extensions"] == {"code": "NOT_ALLOWED"}


UNITS = (
    '{ agency(id: "surabaya") { reports { units(period: "2024-Q1", below: "72", measure: "hasil_kerja")'
    " { group people median mean below } } } }"
)


def test_how_few_are_below_is_told_in_whole_fives_to_those_who_see_counts(world: Any, results: None) -> None:
    def told(who: str) -> Any:
        return world.data(who, UNITS)["agency"]["reports"]["units"]

    shown = {"group": "disdukcapil", "people": 5, "median": "72"}
    assert told("hr") == [shown | {"mean": "72", "below": 2}]
    assert told("policy") == [shown | {"mean": None, "below": 0}]


INDICATORS = (
    '{ agency(id: "surabaya") { reports { indicators(period: "2025-Q1"%s)'
    " { measure label policy people median mean affected } } } }"
)


def test_indicators_are_those_of_the_policy_that_judged(world: Any, judged: None) -> None:
    """What was fixed here names two nodes and no indicator."""
    assert world.data("policy", INDICATORS % "") == {"agency": {"reports": {"indicators": []}}}
    assert world.ask("hr", INDICATORS % ', below: "wenig"')["errors"][0]["extensions"] == {"code": "INVALID"}
    assert world.ask("ani", INDICATORS % "")["errors"][0]["extensions"] == {"code": "NOT_ALLOWED"}


@pytest.fixture(scope="module")
def ranked(world: Any) -> None:
    """Seven of a year that the second version of the policy judged, which ranks within a unit; one is not final."""
    file = "surabaya/kota-surabaya.yaml"
    texts = {name: (POLICIES / name).read_text() for name in ("nasional/permenpanrb-6-2022.yaml", file)}
    texts[file] = texts[file].replace("\nversion: 1\n", "\nversion: 2\n")
    texts[file] += "\nranking: {within: unit, shares: {top: 20, middle: 60, bottom: 20}}\n"
    world.tell("founder", PublishPolicy(file=file, texts=texts, reason="contoh"))
    world.follow()
    query = '{ agency(id: "surabaya") { policy(ref: "id.jatim.kota-surabaya@2") { hash } } }'
    rule = PolicyRef("id.jatim.kota-surabaya", 2, world.data("hr", query)["agency"]["policy"]["hash"], "c")
    year = {"period": "2023", "start": date(2023, 1, 1), "end": date(2023, 12, 31), "rule": rule}
    with open_pool(world.url) as pool:
        ledger = Ledger(pool)
        for n, score in enumerate((90, 80, 80, 80, 70)):
            ledger.append("surabaya", Append(fixed(f"7{n}", "disdukcapil", score, **year)))
        ledger.append("surabaya", Append(fixed(ANI, "disdukcapil", 60, **year)))
        for n in range(5):
            ledger.append("surabaya", Append(fixed(f"6{n}", "dinkes", 60 + n, **year)))
        ledger.append("surabaya", Append(fixed(STRANGER, "dinkes", 75, **year)))
        late = fixed("79", "disdik", 60, **year)
        for n in range(4):
            ledger.append("surabaya", Append(fixed(f"5{n}", "disdik", 60 + n, **year)))
        ledger.append("surabaya", Append(late[:1]))
    world.follow()


PLACES = (
    '{ agency(id: "surabaya") { reports { ranking(period: "2023"%s) { policy within group place alike of part'
    " employeeNumber unit score position } } } }"
)
OWN_PLACE = '{ agency(id: "surabaya") { reports { ownPlace(period: "2023") { place alike of part group score } } } }'


def placed(world: Any, who: str, how: str = "") -> list[Any]:
    found = world.data(who, PLACES % how)["agency"]["reports"]["ranking"]
    return [(one["employeeNumber"], one["place"], one["alike"], one["of"], one["part"]) for one in found]


def test_equal_scores_have_equal_places_once_all_of_a_group_are_final(world: Any, ranked: None) -> None:
    told = placed(world, "hr", ', unit: "disdukcapil"')
    assert told == [
        ("70", 1, 1, 6, "TOP"),
        ("71", 2, 3, 6, "MIDDLE"),
        ("72", 2, 3, 6, "MIDDLE"),
        ("73", 2, 3, 6, "MIDDLE"),
        ("74", 5, 1, 6, "BOTTOM"),
        (ANI, 6, 1, 6, "BOTTOM"),
    ]
    assert placed(world, "auditor", ", first: 3") == placed(world, "hr")[:3]
    assert placed(world, "hr", ", first: 3, after: 3") == placed(world, "hr")[3:6]
    assert placed(world, "hr", ', unit: "disdik"') == []  # one of them is not final
    groups = (
        '{ agency(id: "surabaya") { reports { rankedGroups(period: "2023") { within group people unfinished } } } }'
    )
    assert world.data("policy", groups)["agency"]["reports"]["rankedGroups"] == [
        {"within": "unit", "group": "dinkes", "people": 6, "unfinished": 0},
        {"within": "unit", "group": "disdik", "people": 5, "unfinished": 1},
        {"within": "unit", "group": "disdukcapil", "people": 6, "unfinished": 0},
    ]


def test_one_reads_ones_own_place_and_a_head_those_of_the_office(world: Any, ranked: None) -> None:
    def own(who: str) -> Any:
        return world.data(who, OWN_PLACE)["agency"]["reports"]["ownPlace"]

    assert own("ani") == {"place": 6, "alike": 1, "of": 6, "part": "BOTTOM", "group": "disdukcapil", "score": "60"}
    assert own("stranger")["place"] == 1
    assert own("boss") is own("hr") is own("policy") is None
    assert {unit for unit, *_ in placed(world, "head")} == {"60", "61", "62", "63", "64", STRANGER}
    for who, how in (("ani", ""), ("policy", ""), ("counter", ""), ("head", ', unit: "disdukcapil"')):
        assert world.ask(who, PLACES % how)["errors"][0]["extensions"] == {"code": "NOT_ALLOWED"}


def test_where_no_policy_ranks_nobody_has_a_place(world: Any, results: None) -> None:
    query = PLACES.replace('"2023"', '"2024-Q1"') % ""

    assert world.data("hr", query)["agency"]["reports"]["ranking"] == []


def test_of_a_programme_its_members_are_compared_for_those_who_see_every_result(world: Any, results: None) -> None:
    with psycopg.connect(world.url) as connection:
        for n in range(7):
            row = ("surabaya", f"90{n}", "layanan-terpadu", 1)
            connection.execute("insert into read_programmes.memberships values (%s, %s, %s, %s)", row)
        # The last left on the day before they came, so that they never were; the one before came again after that.
        for at, (tag, who, day) in enumerate(
            (
                ("programme.member-joined", "906", {"since": "2024-01-02"}),
                ("programme.member-joined", "905", {"since": "2024-01-02"}),
                ("programme.member-left", "906", {"on": "2024-01-01"}),
                ("programme.member-left", "905", {"on": "2024-01-01"}),
                ("programme.member-joined", "905", {"since": "2024-01-02"}),
            )
        ):
            told = Jsonb({"employee": who} | day)
            row = ("surabaya", "layanan-terpadu", at, at, tag, NOW, "official", told)
            connection.execute("insert into read_programmes.steps values (%s, %s, %s, %s, %s, %s, %s, %s)", row)
    of = ', programme: "layanan-terpadu"'

    everybody, same = compared(world, "hr", of)
    assert (everybody["before"]["people"], everybody["before"]["median"]) == (6, "72.5")
    assert (same["whom"], same["before"]["people"], same["change"]) == ("SAME_PEOPLE", 5, "5")
    for who in ("policy", "counter", "head"):
        assert world.ask(who, COMPARED % of)["errors"][0]["extensions"] == {"code": "NOT_ALLOWED"}
