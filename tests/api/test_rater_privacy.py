"""Two agencies live the same story but for one hidden rating: whoever asks whatever, they answer the same.

The ways to a rating that were once walked to the end, each shut: the difference of two moments, the one who is missing
from a run of events, the indicator somebody leaves out, times, positions and versions, digests, a value beside a veiled
step, the masked log, and what a refusal says.
"""

import json
import re
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from litestar.testing import TestClient

from neraca.api.app import create
from neraca.api.authentication import Tokens
from neraca.domain.appraisal import commands as ask
from neraca.domain.contexts import Actor
from neraca.domain.policy_register import UnschedulePolicy
from neraca.domain.vocabulary import FeedbackTone, ObjectionOutcome, Relation, Role
from neraca.service.replay import replay
from neraca.service.simulation import Simulator
from tests.asking import answered

PERIOD = "2025-Q1"
BUDI: Any = {"employee": "budi", "period": PERIOD}
DURING, AFTER = date(2025, 3, 3), date(2025, 4, 8)
OFFICES = {role.value: Actor(f"{role}-1", frozenset({role})) for role in Role if role is not Role.EMPLOYEE}
PEOPLE = ("budi", "sri", "agus", "ani", "cici", "dedi", "tono", "eko")
READERS = (*OFFICES, *PEOPLE, "operator")
JUDGED = (
    "status reason score predicate components { node value } explain { path value note inputs { name value events } }"
)
APPRAISAL = f"""id employeeNumber stage status reason score predicate version position levels {{ name level }}
    components {{ node value indicators {{ indicator value }} }}
    explain {{ kind path formula value before note inputs {{ name value source weight note events }} }}
    ratings {{ relation rater values {{ indicator value }} status revised note reason }}
    raterGroups {{ relation anonymous open count shown }} openGroups
    history {{ event position cause by effectiveAt status reason score predicate }}
    timeline {{ event position version type by onBehalfOf data }}
    finalResults(first: 5) {{ position on score predicate final finality amends }}
    periods {{ period status score predicate }} cohort {{ stage kept unchecked calibration {{ before after }} }}
    first: evaluate(policy: "kota-uji@1") {{ {JUDGED} }} other: evaluate(policy: "kota-uji@2") {{ {JUDGED} }}"""
EVERYTHING = f"""appraisals {{ totalCount edges {{ node {{ {APPRAISAL} }} }} }}"""
_REQUEST = "employeeNumber period asker asked on result indicator question waits"
OWN = f"""feedbackAskedOfMe {{ {_REQUEST} }} feedbackAskedByMe {{ {_REQUEST} }}
    feedbackGivenByMe {{ employeeNumber period feedback tone words on result indicator }}"""
COUNTS = f'summary(period: "{PERIOD}", groupBy: UNIT_AND_OUTCOME) {{ unit outcome people }}'
SIMULATED = """simulate(candidate: "kota-uji@2", period: "2025-Q1") { people changed shift { moved mean min max }
    newlyBlocked { people } mostAffected { employeeNumber before after scoreBefore scoreAfter } }"""


class EntryPoint:
    """Two fixture_agencies behind one application, asked in the same words; their answers as if they were of one."""

    def __init__(self, fixture_agencies: dict[str, Any], client: TestClient[Any]) -> None:
        self.fixture_agencies = fixture_agencies
        self.client = client

    def both(self, by: str, *commands: Any, on: date = DURING) -> None:
        for fixture_agency in self.fixture_agencies.values():
            fixture_agency.tell(by, *commands, on=on)

    def follow(self) -> None:
        self.fixture_agencies["uji"].house.follow()

    @property
    def head(self) -> int:
        heads = {fixture_agency.house.log.head(fixture_agency.id) for fixture_agency in self.fixture_agencies.values()}
        assert len(heads) == 1
        return heads.pop()

    def same(self, path: str, who: str, body: Any = None, **headers: str) -> Any:
        """What both answer; fails where it is not the same."""
        answers = [self._ask(id_, path, who, body, headers) for id_ in self.fixture_agencies]
        assert answers[0] == answers[1], (who, path, body, _where(*answers))
        return answers[0]

    def query(self, fields: str, who: str, when: int | None = None) -> Any:
        as_of = "" if when is None else f', asOf: {{position: "{when}"}}'
        return self.same("/graphql", who, {"query": f'{{ agency(id: "%"{as_of}) {{\n{fields} }} }}'})[1]

    def read(self, fields: str, who: str) -> Any:
        """What one of them answers."""
        query = {"query": f'{{ agency(id: "uji") {{ {fields} }} }}'}
        answer = self.client.post("/graphql", json=query, headers={"Authorization": f"Bearer {who}-uji"}).json()
        return answer["data"]["agency"]

    def send(self, who: str, command: dict[str, Any], **headers: str) -> Any:
        return self.same("/agencies/%/commands", who, command, **headers)

    def _ask(self, id_: str, path: str, who: str, body: Any, headers: dict[str, str]) -> Any:
        sent = {"Authorization": f"Bearer {who}-{id_}", "Idempotency-Key": f"k-{next(KEYS)}", **headers}
        method, text = ("GET", "") if body is None else ("POST", json.dumps(body).replace("%", id_))
        sent |= {} if body is None else JSON
        app, portal = self.client.app, self.client.blocking_portal
        answer = portal.call(answered, app, method, path.replace("%", id_), sent, text.encode())
        told = re.sub(r"(?<!kota-)\b(uji|coba)\b", "kota", answer.text)
        told = re.sub(r'"(recorded_at|request|instance)":"[^"]*"', "", told)
        told = re.sub(r'"stream":"[^"]*"', "", told)
        told = re.sub(r'\\?"(salt|sealed_digest|facts_digest|correlation)\\?":\\?"[^"]*"', "", told)
        return answer.status, told, answer.headers.get("etag", "").replace(id_, "kota")


def _where(one: tuple[int, str, Any], other: tuple[int, str, Any]) -> tuple[str, str]:
    """Around the first difference, of which pytest shows the beginning only."""
    at = next((n for n, both in enumerate(zip(one[1], other[1], strict=False)) if both[0] != both[1]), 0)
    return one[1][max(0, at - 80) : at + 80], other[1][max(0, at - 80) : at + 80]


JSON = {"Content-Type": "application/json"}
KEYS = iter(range(10**9))


@pytest.fixture
def door(fixture_agencies: dict[str, Any], policy: str) -> Iterator[EntryPoint]:
    """Version 2 was published and never ruled: it hears peers otherwise, so it would tell more of them."""
    other = policy.replace("  sikap:\n    raters", "  sikap:\n    aggregate: median\n    raters", 1)
    other = other.replace("atasan: {weight: 60", "atasan: {weight: 10").replace(
        "rekan: {weight: 40", "rekan: {weight: 90"
    )
    assert other.count("median") == 1
    fixture_agency = fixture_agencies["uji"]
    house = fixture_agency.house
    actors = {f"operator-{id_}": Actor("operator", frozenset(Role)) for id_ in fixture_agencies}
    for id_, fixture_agency in fixture_agencies.items():
        fixture_agency.publish(other, version=2, since=date(2030, 1, 1))
        for name, one in OFFICES.items():
            actors[f"{name}-{id_}"] = Actor(one.id, one.roles, id_)
        for name in PEOPLE:
            actors[f"{name}-{id_}"] = Actor(name, frozenset({Role.EMPLOYEE}), id_)
    app = create(
        service=fixture_agency.service,
        url=house.url,
        agencies=house.agencies,
        tokens=Tokens(actors),
        clock=lambda: datetime(2025, 3, 4, 5, tzinfo=UTC),
        simulator=Simulator(house.url, fixture_agency.service.policies, house.agencies),
    )
    with TestClient(app, raise_server_exceptions=False) as client:
        found = EntryPoint(fixture_agencies, client)
        for fixture_agency in fixture_agencies.values():
            fixture_agency.score("budi")
        yield found


def peer(layanan: int | None = 80, disiplin: int | None = 80, note: str | None = None) -> ask.Rate:
    given = {"layanan": layanan, "disiplin": disiplin}
    scores = {name: Decimal(value) for name, value in given.items() if value is not None}
    return ask.Rate(**BUDI, relation=Relation.PEER, scores=scores, note=note)


CHANGED = ask.ReviseRating(**BUDI, scores={"disiplin": Decimal(20)}, reason="keliru")
ELSE = ask.ReviseRating(**BUDI, scores={"layanan": Decimal(30)}, reason="dibaca lagi")
GONE = ask.WithdrawRating(**BUDI, reason="mundur")
ANOTHER_DAY = date(2025, 3, 20)

Told = tuple[str, Any, date]
DIFFERENT: dict[str, tuple[list[Told], list[Told]]] = {
    "value": ([("ani", peer(100), DURING)], [("ani", peer(10), DURING)]),
    "rater": ([("ani", peer(), DURING)], [("cici", peer(), DURING)]),
    "order": (
        [("ani", peer(100), DURING), ("cici", peer(10), DURING)],
        [("cici", peer(10), DURING), ("ani", peer(100), DURING)],
    ),
    "indicator left out": ([("ani", peer(90, 90), DURING)], [("ani", peer(90, None), DURING)]),
    "time": ([("ani", peer(), DURING)], [("ani", peer(), ANOTHER_DAY)]),
    "note": ([("ani", peer(note="rajin"), DURING)], [("ani", peer(), DURING)]),
    "what was revised": (
        [("ani", peer(), DURING), ("ani", CHANGED, DURING)],
        [("ani", peer(), DURING), ("ani", ELSE, DURING)],
    ),
    "who withdrew": (
        [("ani", peer(), DURING), ("cici", peer(), DURING), ("ani", GONE, DURING)],
        [("ani", peer(), DURING), ("cici", peer(), DURING), ("cici", GONE, DURING)],
    ),
}


REFUSED = {"value", "rater", "indicator left out"}
"""What a refusal could tell: not when or in which order, which no decision knows."""


def tell(door: EntryPoint, different: tuple[list[Told], list[Told]]) -> None:
    for fixture_agency, story in zip(door.fixture_agencies.values(), different, strict=True):
        for by, command, on in story:
            fixture_agency.tell(by, command, on=on)


def ask_everybody(door: EntryPoint, since: int) -> None:
    door.follow()
    for who in READERS:
        # A query that is refused would be answered alike by any two.
        assert '"errors"' not in door.query(f"{EVERYTHING} policies {{ ref }}", who)
        door.query(COUNTS, who)
        door.query(SIMULATED, who)
    for when in range(since, door.head + 1):
        for who in ("hr", "auditor", "budi"):
            door.query(EVERYTHING, who, when)
        door.query(COUNTS, "hr", when)
    assert "withheld" in door.same("/agencies/%/events?limit=1000", "integrator")[1]
    door.query(
        "events(first: 1000) { totalCount edges { node { id position version type masked envelope } } }", "integrator"
    )
    assert door.same("/agencies/%/events?limit=1000", "hr")[0] == 403


def refuse_everybody(door: EntryPoint, raters: set[str]) -> None:
    """Every command about ratings, by everybody but the raters, naming whom they like; every version there could be."""
    door.follow()
    for who in [one for one in READERS if one not in raters]:
        for named in ("ani", "cici", "dedi", "w-1"):
            for command in ("revise-rating", "withdraw-rating"):
                scores = {"scores": {"layanan": "70"}} if command == "revise-rating" else {}
                asked = {"command": command, **BUDI, "rater": named, "reason": "coba", **scores}
                status, told, _ = door.send(who, asked)
                assert status in (403, 404), told
                door.send(who, asked, **{"If-Match": '"v3"'})
        for relation in ("PEER", "SUBORDINATE", "CITIZEN", "SELF", "SUPERVISOR"):
            for named in (None, "ani", "198501012010011001"):
                asked = {"command": "rate", **BUDI, "relation": relation, "scores": {"nothing": "70"}, "rater": named}
                assert door.send(who, asked)[0] >= 400
    for version in range(14):
        late = {"command": "finalise", **BUDI}
        door.send("sri", late, **{"If-Match": f'"v{version}"'})
    door.send("sri", {"command": "finalise", **BUDI})


@pytest.mark.parametrize("kind", DIFFERENT)
def test_nobody_tells_two_worlds_apart_before_the_groups_close(door: EntryPoint, kind: str) -> None:
    since = door.head
    door.both("dedi", peer(60))
    tell(door, DIFFERENT[kind])
    door.both("sri", ask.ReviseRating(**BUDI, scores={"layanan": Decimal(70)}, reason="bukti baru"))
    raters = {by for story in DIFFERENT[kind] for by, _, _ in story} | {"dedi"}

    ask_everybody(door, since)
    if kind in REFUSED:
        refuse_everybody(door, raters)


def test_after_they_closed_it_is_only_told_what_they_came_to(door: EntryPoint) -> None:
    """The same mean by other values from other hands; the version that would take the median tells no more."""
    since = door.head
    given = [("ani", peer(100, 50)), ("cici", peer(80, 80)), ("dedi", peer(60, 80))]
    taken = [("dedi", peer(80, 70)), ("ani", peer(81, 71)), ("cici", peer(79, 69))]
    tell(door, ([(by, one, DURING) for by, one in given], [(by, one, DURING) for by, one in taken]))
    door.both("sri", ask.Finalise(**BUDI), on=AFTER)

    ask_everybody(door, since)
    shown = door.read(EVERYTHING, "budi")["appraisals"]["edges"][0]["node"]
    # layanan 0.6 x 80 + 0.4 x 80, disiplin 0.6 x 80 + 0.4 x 70: sikap 78, (60 x 90 + 30 x 78) / 90
    assert (shown["status"], shown["score"]) == ("FINAL", "86.00")
    groups = {step["path"]: step["value"] for step in shown["explain"] if step["path"].endswith("/rekan")}
    assert groups == {"indicators/layanan/rekan": "80", "indicators/disiplin/rekan": "70"}
    other = {step["path"]: step["value"] for step in shown["other"]["explain"] if step["path"].endswith("/rekan")}
    assert other == groups


def test_another_rule_for_what_is_open_again_tells_no_more_of_closed_groups(door: EntryPoint, policy: str) -> None:
    """Each rule would take another number from the same ratings, and of few numbers one soon has them all."""
    since = door.head
    given = [("ani", peer(100, 90)), ("cici", peer(70, 60)), ("dedi", peer(70, 60))]
    taken = [("ani", peer(80, 70)), ("cici", peer(80, 70)), ("dedi", peer(80, 70))]
    tell(door, ([(by, one, DURING) for by, one in given], [(by, one, DURING) for by, one in taken]))
    door.both("sri", ask.Finalise(**BUDI), on=AFTER)
    door.both("budi", ask.FileObjection(**BUDI, grounds="kurang adil"), on=AFTER)
    decided = ask.DecideObjection(**BUDI, outcome=ObjectionOutcome.AMENDED, reason="dilihat lagi")
    door.both("agus", decided, on=AFTER)
    median = policy.replace("  sikap:\n    raters", "  sikap:\n    aggregate: median\n    raters", 1)
    door.both("policy-approver", UnschedulePolicy(id="kota-uji", version=2, reason="diganti"), on=AFTER)
    for fixture_agency in door.fixture_agencies.values():
        fixture_agency.publish(median, version=3, since=date(2025, 1, 2))

    ask_everybody(door, since)
    door.both("agus", ask.Finalise(**BUDI), on=AFTER)
    ask_everybody(door, since)
    for fixture_agency in door.fixture_agencies.values():
        assert [one.differences for one in replay(fixture_agency.service, fixture_agency.id)] == [(), ()]


def test_two_peers_are_as_none_for_ever(door: EntryPoint) -> None:
    since = door.head
    one, other = (
        [("ani", peer(100), DURING), ("cici", peer(10), DURING)],
        [("ani", peer(), DURING), ("dedi", GIVEN, DURING)],
    )
    tell(door, (one, other))
    door.both("sri", ask.Finalise(**BUDI), on=AFTER)
    door.both("budi", ask.FileObjection(**BUDI, grounds="kurang adil"), on=AFTER)

    ask_everybody(door, since)


GIVEN = peer(55, 65)


def test_the_difference_of_two_moments_is_no_rating(door: EntryPoint) -> None:
    """(a), (b), (c), (d) and (f): nothing of one world moves while peers rate, at no moment and in no version."""
    fixture_agency = door.fixture_agencies["uji"]
    door.follow()
    before = [door.query(EVERYTHING, who) for who in READERS]
    start = door.head
    for fixture_agency in door.fixture_agencies.values():
        for rater, value in (("ani", 100), ("cici", 90), ("dedi", 80)):
            fixture_agency.rate("budi", value, by=rater)
    door.follow()

    assert [door.query(EVERYTHING, who) for who in READERS] == before
    then = {door.query(EVERYTHING, "hr", when).replace(f"@{when}", "") for when in range(start, door.head + 1)}
    assert len(then) == 1
    with psycopg.connect(fixture_agency.house.url) as connection:
        connection.execute("set local role neraca_app")
        connection.execute("select set_config('neraca.agency', 'uji', true)")
        told = connection.execute("select row_to_json(e)::text from read_timeline.events e").fetchall()
    assert not any(name in text for (text,) in told for name in ("cici", "dedi", "PEER"))


def test_a_receipt_tells_a_rater_nothing_of_others(door: EntryPoint) -> None:
    """In one world two have rated before, in the other none: the third cannot tell which it is."""
    for rater in ("ani", "cici"):
        door.fixture_agencies["uji"].tell(rater, peer())
        door.fixture_agencies["coba"].tell("hr", ask_attendance(rater))

    rate = {"command": "rate", **BUDI, "relation": "PEER", "scores": {"layanan": "70", "disiplin": "70"}}
    revise = {"command": "revise-rating", **BUDI, "scores": {"layanan": "75"}, "reason": "keliru"}
    withdraw = {"command": "withdraw-rating", **BUDI, "reason": "mundur"}
    for command in (rate, revise, withdraw, rate):
        status, told, etag = door.send("dedi", command)
        assert status == 201
        versions = json.loads(told.replace(",,", ","))["versions"]
        assert etag == f'"v{versions[0]}"'


def ask_attendance(employee: str) -> Any:
    from neraca.domain.attendance import RecordAttendance

    return RecordAttendance(employee=employee, month="2025-01", required_days=20)


def test_the_appraiser_decides_on_the_version_that_is_shown(door: EntryPoint) -> None:
    door.follow()
    version = door.read('appraisal(employee: "budi", period: "2025-Q1") { version }', "sri")["appraisal"]["version"]
    for fixture_agency in door.fixture_agencies.values():
        for rater in ("ani", "cici", "dedi"):
            fixture_agency.rate("budi", 90, by=rater)

    revise = {"command": "revise-target", **BUDI, "result": "layanan", "target": "berkas", "reason": "x", "value": "90"}
    stale = door.send("sri", revise, **{"If-Match": f'"v{version + 3}"'})
    done = door.send("sri", revise, **{"If-Match": f'"v{version}"'})

    assert (stale[0], stale[2]) == (412, f'"v{version}"')
    assert (done[0], done[2]) == (201, f'"v{version + 1}"')


def test_a_digest_that_is_shown_cannot_be_tried(door: EntryPoint) -> None:
    """(e): what was once an unsalted hash over all ratings is for the auditor's log alone."""
    for fixture_agency in door.fixture_agencies.values():
        for rater in ("ani", "cici", "dedi"):
            fixture_agency.rate("budi", 90, by=rater)
        fixture_agency.finalise("budi")
    door.follow()
    fixture_agency = door.fixture_agencies["uji"]
    auditor = {"Authorization": "Bearer auditor-uji"}
    events = door.client.get("/agencies/uji/events?limit=1000", headers=auditor).json()["events"]
    (final,) = [one["event"]["body"] for one in events if one["type"] == "appraisal.finalised"]

    for who in READERS:
        sent = {"Authorization": f"Bearer {who}-uji"}
        query = f'{{ agency(id: "uji") {{ {EVERYTHING} }} }}'
        told = door.client.post("/graphql", json={"query": query}, headers=sent).text
        for secret in (final["facts_digest"], final["salt"]):
            assert secret not in told, who
    told = door.client.get("/agencies/uji/events?limit=1000", headers={"Authorization": "Bearer integrator-uji"}).text
    assert final["sealed_digest"] in told
    assert final["facts_digest"] not in told
    assert final["salt"] not in told
    with psycopg.connect(fixture_agency.house.url) as connection:
        connection.execute("set local role neraca_app")
        connection.execute("select set_config('neraca.agency', 'uji', true)")
        for table in ("read_scores.appraisal", "read_timeline.events"):
            rows = connection.execute(f"select row_to_json(t)::text from {table} t").fetchall()
            assert not any(secret in text for (text,) in rows for secret in (final["facts_digest"], final["salt"]))
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("select * from read_scores.sealed")


def test_the_masked_log_has_no_score_note_or_reason_of_one_rating(door: EntryPoint) -> None:
    """(g)."""
    for fixture_agency in door.fixture_agencies.values():
        fixture_agency.tell("ani", peer(97, 13, note="catatan rahasia"))
        fixture_agency.tell("ani", ask.ReviseRating(**BUDI, scores={"layanan": Decimal(96)}, reason="alasan rahasia"))
        fixture_agency.tell("ani", ask.WithdrawRating(**BUDI, reason="mundur rahasia"))
    told = door.same("/agencies/%/events?limit=1000", "integrator")[1]

    for secret in ("rahasia", '"97"', '"96"', '"13"'):
        assert secret not in told
    assert told.count('"type":"withheld"') == 4


def words(said: str = "Balas surat lebih cepat", id_: str = "f1", **about: str) -> ask.GiveFeedback:
    return ask.GiveFeedback(**BUDI, feedback=id_, tone=FeedbackTone.CONSTRUCTIVE, words=said, **about)


def wanted(of: str) -> ask.RequestFeedback:
    return ask.RequestFeedback(**BUDI, of=of, question="Bagaimana layanan saya?")


def back(id_: str = "f1") -> ask.WithdrawFeedback:
    return ask.WithdrawFeedback(**BUDI, feedback=id_, reason="mundur")


NO = ask.DeclineFeedback(**BUDI)
ASKED: list[Told] = [("budi", wanted(one), DURING) for one in ("ani", "cici", "dedi", "eko")]
SAID: list[tuple[Told, Told]] = [
    # Who declined, who gave, when, under which id, in which order, whose words are which, and who withdrew them.
    (("dedi", NO, DURING), ("cici", NO, DURING)),
    (("ani", words(), DURING), ("cici", words(), DURING)),
    (("ani", words(id_="f2"), DURING), ("ani", words(id_="f2"), ANOTHER_DAY)),
    (("ani", words(id_="f3"), DURING), ("ani", words(id_="g3"), DURING)),
    (("ani", words("satu", "f4"), DURING), ("cici", words("dua", "f4"), DURING)),
    (("cici", words("dua", "f4"), DURING), ("ani", words("satu", "f4"), DURING)),
    (("ani", words("tiga", "f5"), DURING), ("ani", words("empat", "f5"), DURING)),
    (("cici", words("empat", "f5"), DURING), ("cici", words("tiga", "f5"), DURING)),
    (("ani", words(id_="f6"), DURING), ("ani", words(id_="f6"), DURING)),
    (("cici", words(id_="f6"), DURING), ("cici", words(id_="f6"), DURING)),
    (("ani", back("f6"), DURING), ("cici", back("f6"), DURING)),
]
BESIDE = """appraisals { edges { node { version position stage status score predicate
    timeline { position version type by data } history { position cause by score }
    feedback(first: 20) { source tone words result indicator giver on } } } }"""


def look(door: EntryPoint, since: int, but: Collection[str] = (), own: str = OWN) -> None:
    """What could show feedback, to everybody; as of the past to those who have most to look for."""
    door.follow()
    for who in READERS:
        if who not in but:
            assert '"errors"' not in door.query(f"{BESIDE} {own}", who)
    for who in {"budi", "sri", "hr"} - {*but}:
        for when in (since, door.head):
            door.query(BESIDE, who, when)
    assert "withheld" in door.same("/agencies/%/events?limit=1000", "integrator")[1]
    door.query("events(first: 1000) { totalCount edges { node { position version type envelope } } }", "integrator")


def test_nobody_is_told_whose_feedback_of_a_colleague_it_is_nor_when_it_came(door: EntryPoint) -> None:
    """Not those who judge and read the words either; only to themselves are the lists of givers their own."""
    since = door.head
    door.both("budi", *[one for _, one, _ in ASKED])
    tell(door, ([one for one, _ in SAID], [other for _, other in SAID]))
    door.both("sri", ask.ReviseRating(**BUDI, scores={"layanan": Decimal(70)}, reason="bukti baru"))

    givers = ("ani", "cici", "dedi")
    look(door, since, givers)
    for who in givers:
        door.query(BESIDE, who)
    assert "empat" in door.query(BESIDE, "sri")


def test_nobody_but_who_judges_is_told_what_colleagues_said_before_the_result(door: EntryPoint) -> None:
    since = door.head
    tell(door, ([("ani", words("satu"), DURING)], [("ani", words("dua"), DURING)]))
    other = words("tiga", result="layanan")
    tell(door, ([("eko", other, DURING)], [("eko", words("empat", indicator="layanan"), DURING)]))

    look(door, since, ("sri", "agus", "ani", "eko"))
    said = door.read(BESIDE, "sri")["appraisals"]["edges"][0]["node"]["feedback"]
    assert [(one["source"], one["words"], one["giver"], one["on"]) for one in said] == [
        ("OTHER_PARTY", "tiga", None, None),
        ("PEER", "satu", None, None),
    ]


def test_who_judges_learns_no_day_of_what_a_colleague_said_as_of_the_past(door: EntryPoint) -> None:
    """In one world it came before something that everybody sees, in the other after it."""
    since = door.head
    said = ("ani", words("satu"), DURING)
    seen = ("sri", ask.ReviseRating(**BUDI, scores={"layanan": Decimal(70)}, reason="bukti baru"), DURING)
    tell(door, ([said, seen], [seen, said]))
    door.follow()
    fields = "appraisals { edges { node { feedback(first: 20) { words } } } }"

    for when in range(since, door.head + 1):
        assert "satu" not in door.query(fields, "sri", when)
    assert "satu" in door.query(fields, "sri")
    door.both("sri", ask.Finalise(**BUDI), on=AFTER)
    door.follow()
    assert "satu" in door.query(fields, "sri", door.head)


def test_two_worlds_with_and_without_feedback_come_to_the_same_numbers(door: EntryPoint) -> None:
    """The digest of the facts and every node: feedback is in the log of one of them, and in neither number."""
    one, other = door.fixture_agencies.values()
    for by in ("sri", "ani", "cici", "dedi", "eko"):
        one.tell(by, words())
        other.tell("hr", ask_attendance(by))
    door.both("sri", ask.Finalise(**BUDI), on=AFTER)

    finals = [
        [past.event for past in agency.service.reader.of_type(agency.id, "appraisal.finalised")][-1]
        for agency in (one, other)
    ]
    assert finals[0].score is not None
    same = [(final.score, final.predicate, final.facts_digest, final.nodes, final.position) for final in finals]
    assert same[0] == same[1]


def test_after_the_result_the_employee_reads_what_three_of_a_kind_said_and_never_what_two_did(door: EntryPoint) -> None:
    since = door.head
    given = [("ani", words("satu"), DURING), ("cici", words("dua"), DURING), ("dedi", words("tiga"), ANOTHER_DAY)]
    taken = [("dedi", words("satu"), DURING), ("ani", words("dua"), ANOTHER_DAY), ("cici", words("tiga"), DURING)]
    tell(door, (given, taken))
    door.both("eko", words("kabur"))
    door.both("sri", words("Baik"))
    door.both("sri", ask.Finalise(**BUDI), on=AFTER)

    look(door, since, own="")
    said = {
        who: [
            (one["source"], one["words"], one["giver"])
            for one in door.read(BESIDE, who)["appraisals"]["edges"][0]["node"]["feedback"]
        ]
        for who in ("budi", "sri", "hr")
    }
    leader = ("LEADER", "Baik", "sri")
    peers = [("PEER", one, None) for one in ("dua", "satu", "tiga")]
    assert said == {
        "budi": [leader, *peers],
        "hr": [leader, *peers],
        "sri": [leader, ("OTHER_PARTY", "kabur", None), *peers],
    }
    for fixture_agency in door.fixture_agencies.values():
        assert [one.differences for one in replay(fixture_agency.service, fixture_agency.id)] == [()]


def test_withdrawn_words_are_gone_from_all_that_is_shown(door: EntryPoint) -> None:
    for by in ("sri", "ani"):
        door.both(by, words("kata yang ditarik"))
    before = door.head
    door.follow()
    assert "ditarik" in door.query(BESIDE, "sri")
    for by in ("sri", "ani"):
        door.both(by, back())
    door.follow()

    for who in READERS:
        assert "ditarik" not in door.query(f"{BESIDE} {OWN}", who)
    # Not as of a day on which it was read, either: the log alone keeps them, for auditors.
    for who in ("sri", "budi", "hr"):
        assert "ditarik" not in door.query(BESIDE, who, before)
    assert "ditarik" not in door.same("/agencies/%/events?limit=1000", "integrator")[1]
    assert "ditarik" in door.same("/agencies/%/events?limit=1000", "auditor")[1]


def test_who_is_asked_sees_it_until_they_answer_and_who_asked_never_learns_that(door: EntryPoint) -> None:
    door.both("budi", wanted("ani"))
    door.both("budi", wanted("sri"))

    def lists(who: str) -> dict[str, list[Any]]:
        door.follow()
        return door.read(OWN, who)

    asked = {"employeeNumber": "budi", "period": PERIOD, "asker": "budi", "on": "2025-03-03", "result": None}
    asked |= {"indicator": None, "question": "Bagaimana layanan saya?"}
    of_ani, of_sri = asked | {"asked": "ani", "waits": True}, asked | {"asked": "sri", "waits": True}
    assert lists("ani")["feedbackAskedOfMe"] == [of_ani]
    assert lists("sri")["feedbackAskedOfMe"] == [of_sri]
    assert lists("budi")["feedbackAskedByMe"] == [of_sri, of_ani | {"waits": None}]
    before = lists("budi")

    door.both("ani", words())

    assert lists("ani")["feedbackAskedOfMe"] == []
    assert [one["feedback"] for one in lists("ani")["feedbackGivenByMe"]] == ["f1"]
    assert lists("budi") == before
    door.both("sri", words())
    assert lists("budi")["feedbackAskedByMe"] == [of_sri | {"waits": False}, of_ani | {"waits": None}]
