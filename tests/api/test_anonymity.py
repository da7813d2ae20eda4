"""Two worlds that differ in what hidden raters gave, and in nothing else, read the same to everybody but who may read
the log whole: whoever of a random group rates in whatever order, changes it, takes it back, is assigned or not, once or
in two periods after each other, at every moment before the group closes, and after it where it is too small, or where
what it came to is the same. Both are copies of one database, so all is compared to the byte: positions, sizes and tags.

What is asked is the whole schema, field by field, now and as of each moment before, every page and route, the log as it
is masked, and commands that are refused. More than in the suite, which samples:
`NERACA_ANONYMITY=200 make test ARGS="tests/api/test_anonymity.py -q"`.
"""

import os
import re
from base64 import urlsafe_b64encode as b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

import graphql
import msgspec
import psycopg
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, Phase, event, example, given, settings
from hypothesis import strategies as st
from litestar.testing import TestClient
from msgspec import Struct
from psycopg import sql

from neraca.api.app import create
from neraca.api.authentication import Tokens
from neraca.cli import build
from neraca.composition import CompositionRoot
from neraca.domain.appraisal import commands as ask
from neraca.domain.contexts import Actor
from neraca.domain.errors import Refusal
from neraca.domain.rater_draw import OpenRaterDraw
from neraca.domain.roster import AssignEmployee, RegisterEmployee
from neraca.domain.vocabulary import EmploymentType, FeedbackTone, ObjectionOutcome, PositionClass, Relation, Role
from neraca.service.simulation import Simulator
from neraca.web import session, site

EXAMPLES = int(os.environ.get("NERACA_ANONYMITY", "2"))
LONG = EXAMPLES > 10
ASKED_AT_ONCE = 40 if LONG else 6
"""Questions at each moment that is looked at, of some three thousand that there are with their readers."""

COLLEAGUES = ("ani", "cici", "dedi", "fifi", "gita")
SUBORDINATES = 4
MOST = 4
"""Of a group, in the order in which they first rated: whoever comes after is not heard."""


class Rule(Struct, frozen=True):
    """What rules in a period, when one may rate in it, and when that is over."""

    period: str
    begin: date
    first: date
    over: date
    assigned: bool = False
    sealed: bool = False
    median: bool = False

    def text(self, policy: str) -> str:
        heard = f'{{weight: 20, min: 3, max: {MOST}, anonymous: true, missing: "reassign:atasan"}}'
        found = re.sub(r"rekan: \{weight: 40.*", f"rekan: {heard}\n      bawahan: {heard}", policy)
        if self.median:
            found = found.replace("  sikap:\n    raters", "  sikap:\n    aggregate: median\n    raters", 1)
        if self.assigned:
            groups = "{rekan: {from: unit}, bawahan: {from: subordinates}}"
            sealed = "true" if self.sealed else "false"
            found = found.replace(
                "workflow:\n",
                f"workflow:\n  raters: {{opens: P14D, within: P14D, sealed: {sealed}, groups: {groups}}}\n",
                1,
            )
        return found


RULES = (
    Rule("2025-Q2", date(2025, 4, 1), date(2025, 6, 16), date(2025, 7, 15)),
    Rule("2025-Q3", date(2025, 7, 1), date(2025, 9, 16), date(2025, 10, 15), assigned=True, sealed=True),
    Rule("2025-Q4", date(2025, 10, 1), date(2025, 12, 17), date(2026, 1, 15), assigned=True, median=True),
)

OFFICES = ("hr", "official", "surveyor", "policy", "approver", "national", "integrator")
PEOPLE = ("sri", "agus", "tono", "eko")


class Given(Struct, frozen=True):
    """What one rater gives: `value` at last, `before` it at first where that is another, and nothing that stands where
    they take it back; `days` pass before it. An indicator may be left out.
    """

    who: int
    value: int
    before: int | None
    taken_back: bool
    days: int
    alone: bool
    note: int


class Round(Struct, frozen=True):
    """One appraisal. `target` is the rater who gives `other` in the second world."""

    rule: int
    peers: tuple[Given, ...]
    subordinates: tuple[Given, ...]
    superior: int
    target: int
    other: int
    ends: str
    words: tuple[int, ...]


def _givens(most: int) -> st.SearchStrategy[tuple[Given, ...]]:
    one = st.builds(
        Given,
        who=st.integers(0, most - 1),
        value=st.integers(0, 100),
        before=st.none() | st.integers(0, 100),
        taken_back=st.integers(0, 5).map(lambda n: n == 5),
        days=st.sampled_from((0, 1, 5)),
        alone=st.integers(0, 3).map(lambda n: n == 3),
        note=st.integers(0, 60),
    )
    return st.lists(one, max_size=most, unique_by=lambda it: it.who).map(tuple)


ROUNDS = st.builds(
    Round,
    rule=st.integers(0, len(RULES) - 1),
    peers=_givens(len(COLLEAGUES)),
    subordinates=_givens(SUBORDINATES),
    superior=st.integers(0, 100),
    target=st.integers(0, len(COLLEAGUES) + SUBORDINATES - 1),
    other=st.integers(0, 100),
    ends=st.sampled_from(("open", "closed", "final", "objected", "amended")),
    words=st.lists(st.integers(0, 4), max_size=4, unique=True).map(tuple),
)
STORIES = st.lists(ROUNDS, min_size=1, max_size=2, unique_by=lambda one: one.rule).map(
    lambda rounds: sorted(rounds, key=lambda one: one.rule)
)


def elsewhere(told: Round, rule: Rule) -> Mapping[tuple[str, int], int] | None:
    """What the raters who give something else in the second world give there at last, by group and rater; None where
    nobody could without the group coming to something else, as one who is told of may.
    """
    groups = {"peers": told.peers, "subordinates": told.subordinates}
    every = [(name, one) for name, group in groups.items() for one in group]
    if not every:
        return None
    name, target = every[told.target % len(every)]
    standing = [one for one in groups[name] if not one.taken_back]
    heard = standing[:MOST]
    if target.taken_back or target not in heard or len(heard) < 3:
        return {(name, target.who): told.other}
    others = [one for one in heard if one is not target and one.alone == target.alone]
    if rule.median:
        # On the other side of nothing: whoever is above the middle stays above it, and below it below.
        values = sorted(one.value for one in heard)
        low, high = values[(len(values) - 1) // 2], values[len(values) // 2]
        if any(one.alone for one in heard) or low <= target.value <= high:
            return None
        to = told.other % (low + 1) if target.value < low else high + told.other % (101 - high)
        return {(name, target.who): to}
    for one in others:
        # As much as one gives more the other gives less.
        most = min(100 - target.value, one.value), min(target.value, 100 - one.value)
        by = told.other % (most[0] + 1) or -(told.other % (most[1] + 1))
        if by:
            return {(name, target.who): target.value + by, (name, one.who): one.value - by}
    return None


SDL = graphql.build_schema((Path(__file__).parents[1] / "golden" / "schema.graphql").read_text())
UNASKED = {"simulate", "evaluate", "repair", "recordedAt", "hash", "salt", "sealedDigest", "asOf", "shadow"}
"""What computes something else, what tells of the moment of writing, and what chance made."""

NEEDED = {
    "person": "$p",
    "employee": "$p",
    "employeeNumber": "$p",
    "period": "$q",
    "year": "2025",
    "unit": '"dinkes"',
    "measure": '"layanan"',
    "firstPeriod": '"2025-Q2"',
    "secondPeriod": '"2025-Q3"',
    "relation": "PEER",
}


def selection(kind: Any, depth: int) -> str:
    """All fields of a type that can be asked without knowing more."""
    found: list[str] = []
    for name, field in kind.fields.items():
        if name in UNASKED or any(
            graphql.is_required_argument(arg) and arg_name not in NEEDED for arg_name, arg in field.args.items()
        ):
            continue
        said = [f"{one}: {NEEDED[one]}" for one, arg in field.args.items() if graphql.is_required_argument(arg)]
        said += ["first: 3"] if "first" in field.args else []
        asked = name + (f"({', '.join(said)})" if said else "")
        of = graphql.get_named_type(field.type)
        if graphql.is_leaf_type(of):
            found.append(asked)
        elif graphql.is_object_type(of) and depth and (inner := selection(of, depth - 1)):
            found.append(f"{asked} {{ {inner} }}")
    return " ".join(found)


def questions() -> Iterator[str]:
    """One for each field of an agency, of its reports, of an appraisal and of an employee, and what would be."""
    appraisal = "appraisal(employee: $p, period: $q)"
    for around, kind, left in (
        ("{}", "Agency", ("name", "appraisal", "appraisals", "reports")),
        ("reports {{ {} }}", "AgencyReports", ()),
        (f"{appraisal} {{{{ {{}} }}}}", "Appraisal", ("employee",)),
        (f"{appraisal} {{{{ employee {{{{ {{}} }}}} }}}}", "Employee", ("appraisals",)),
    ):
        of: Any = SDL.type_map[kind]
        for name, field in of.fields.items():
            if name not in left and (asked := selection(type("Alone", (), {"fields": {name: field}}), 3)):
                yield around.format(asked)
    judged = "status reason score predicate components { node value } explain { path value note inputs { name value } }"
    for rule in range(1, len(RULES) + 2):
        yield f'{appraisal} {{ evaluate(policy: "kota-uji@{rule}") {{ {judged} }} }}'
        yield (
            f'simulate(candidate: "kota-uji@{rule}", period: $q) {{ people changed shift {{ moved mean min max }}'
            " newlyBlocked { people } mostAffected { employeeNumber before after scoreBefore scoreAfter } }"
        )
    yield f"reports {{ forensics(period: $q, anonymous: true) {{ {selection(SDL.type_map['Finding'], 2)} }} }}"


QUESTIONS = [*questions()]
ALWAYS = """appraisal(employee: $p, period: $q) { version score predicate status reason components { node value }
    explain { path value note inputs { name value note } } ratings { relation rater values { indicator value } }
    raterGroups { relation open count shown } openGroups evaluate(policy: "kota-uji@1") { score } }"""
"""Of the appraisal itself, by whom it concerns, at every moment: most of what could tell would tell it here."""
ROUTES = (
    "/agencies/uji/events?after={head}&limit=1000",
    "/agencies/uji/events?after={head}&limit=7",
    "/agencies/uji/appraisals/{person}/{period}/document",
    "/agencies/uji/appraisals/{person}/{period}/document?format=pdf",
    "/pages",
    "/pages/{person}/{period}",
    "/pages/{person}/{period}/why",
    "/agencies/uji/payroll/2025-12",
    "/health/ready/uji",
    "/metrics",
)


EXPORTS = (
    "participation --period {period} --csv",
    "forensics --period {period} --csv",
    "lateness --period {period} --people --csv",
    "durations --period {period} --csv",
    "indicators --period {period} --csv",
    "strengths --period {period} --employee {person} --csv",
    "ranking --period {period} --csv",
    "trend --employee {person} --csv",
    "before-after --before 2025-Q2 --after 2025-Q3 --csv",
    "satisfaction --csv",
    "low-rated --period {period} --csv",
    "training --period {period} --csv",
    "raters --json",
)
"""Verbs of `neraca report`."""


class World:
    """One of the two, behind an application of its own."""

    def __init__(self, agency: Any, client: TestClient[Any], days: list[date], root: Path) -> None:
        self.agency = agency
        self.client = client
        self.days = days
        self.root = root
        self.sent = 0

    def told(self, by: str, *commands: Any, on: date) -> str:
        """What came of it, to be compared."""
        self.sent += 1
        try:
            name = f"sent-{self.sent}"
            done = self.agency.tell(by, *commands, on=on, key=name, correlation=name)
            return f"{done.position} {len(done.events)}"
        except Refusal as refusal:
            return f"{type(refusal).__name__} {refusal}"

    def export(self, words: Sequence[str]) -> tuple[int, str]:
        told = {"NERACA_DATABASE_URL": self.agency.house.url, "NERACA_ROOT": str(self.root)}
        said = CliRunner().invoke(build(CompositionRoot()), words, env=told)
        assert said.exception is None or isinstance(said.exception, SystemExit), (words, said.exception)
        return said.exit_code, _without_chance("", said.output)

    def answer(self, who: str, path: str, body: Any = None) -> tuple[int, str, dict[str, str]]:
        headers = {"Authorization": f"Bearer {who}"} if who else {}
        if path.startswith("/pages") and who:
            headers["Cookie"] = f"{session.NAME}={b64encode(who.encode()).decode()}"
        found = (
            self.client.get(path, headers=headers)
            if body is None
            else self.client.post(path, json=body, headers=headers)
        )
        kept = {name: found.headers.get(name, "") for name in ("ETag", "Neraca-Head", "Cache-Control", "Retry-After")}
        return found.status_code, _without_chance(path, found.text), kept


def _without_chance(path: str, text: str) -> str:
    """But when something was written, to the microsecond, and what chance made: salts, and digests with them."""
    if path == "/metrics":
        return "\n".join(line for line in text.splitlines() if not re.search("seconds|_created|process_|python_", line))
    chance = "recorded_at|recordedAt|request|instance|salt|salt_sha256|sealed_digest|facts_digest"
    text = re.sub(rf'\\?"({chance})\\?":\\?"[^"]*"', "", text)
    if path.startswith("/pages"):
        text = re.sub(r'name="key" value="[^"]*"', "", text)
    return re.sub(r"\d{4}-\d\d-\d\dT[\d:]+\.\d+", "", text)


class Worlds:
    """Both; what is done and asked in both, and how far the log had come after each step."""

    def __init__(self, pair: Sequence[World]) -> None:
        self.pair = pair
        self.people = 0
        self.heads: list[int] = [0]

    def both(self, by: str, *commands: Any, on: date) -> str:
        one, other = (world.told(by, *commands, on=on) for world in self.pair)
        assert one == other, (by, commands)
        return one

    def apart(self, by: str, commands: Sequence[Any], on: date) -> None:
        """One command in each world, which is taken or refused alike."""
        one, other = (world.told(by, command, on=on) for world, command in zip(self.pair, commands, strict=True))
        assert one == other, (by, commands)

    def same(self, on: date, of: "Asked", own: Random) -> None:
        """Fails where any reader is answered otherwise in one world than in the other."""
        for world in self.pair:
            world.days[0] = on
            world.agency.house.follow()
        heads = [world.agency.house.log.head("uji") for world in self.pair]
        assert heads[0] == heads[1]
        self.heads.append(heads[0])
        self._same_log(of.since)
        for who in (of.person, "sri", "hr"):
            self._understood(who, ALWAYS, of, "")
        for _ in range(ASKED_AT_ONCE):
            who = own.choice(of.readers)
            if own.random() < 0.2:
                path = own.choice(ROUTES).format(person=of.person, period=of.period, head=own.choice(self.heads))
                self._same(who, path)
                continue
            question = own.choice(QUESTIONS)
            when = f', asOf: {{position: "{own.choice(self.heads[-8:])}"}}' if own.random() < 0.25 else ""
            self._understood(who, question, of, when)

    def _understood(self, who: str, question: str, of: "Asked", when: str) -> None:
        told = ", ".join(f"${name}: String!" for name in ("p", "q") if f"${name}" in question)
        query = f'query{f"({told})" if told else ""} {{ agency(id: "uji"{when}) {{ {question} }} }}'
        body = {"query": query, "variables": {"p": of.person, "q": of.period}}
        answer = self._same(who, "/graphql", body)
        # A question that is not understood would be answered alike by any two.
        assert not re.search(r'"code":"(INVALID|TOO_MUCH|SYNTAX|INTERNAL)"', answer), (body, answer)

    def same_exports(self, of: "Asked", own: Random) -> None:
        for verb in own.sample(EXPORTS, len(EXPORTS) if LONG else 1):
            name, *more = verb.format(person=of.person, period=of.period).split()
            one, other = (world.export(["report", name, "--agency", "uji", *more]) for world in self.pair)
            assert one == other, (verb, *_where(one[1], other[1]))
            # What is not understood would be answered alike by any two.
            assert one[0] != 2, (verb, one)

    def _same_log(self, since: int) -> None:
        self._same("integrator", f"/agencies/uji/events?after={since}&limit=1000")

    def _same(self, who: str, path: str, body: Any = None) -> str:
        one, other = (world.answer(who, path, body) for world in self.pair)
        assert one == other, (who, path, body, _where(one[1], other[1]))
        assert one[0] < 500, (who, path, body, one)
        return one[1]


def _where(one: str, other: str) -> tuple[str, str]:
    """Around the first difference, of which pytest shows the beginning only."""
    at = next((n for n, both in enumerate(zip(one, other, strict=False)) if both[0] != both[1]), 0)
    return one[max(0, at - 200) : at + 200], other[max(0, at - 200) : at + 200]


class Asked(Struct, frozen=True):
    """Of whom it is asked, by whom, and where the log stood before they were there."""

    person: str
    period: str
    readers: tuple[str, ...]
    since: int


@pytest.fixture(scope="module")
def new_worlds(
    new_database: Callable[[], str],
    server_url: str,
    open_service: Any,
    invented: Any,
    desk: Any,
    policy_text: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[], Worlds]]:
    """Makes two worlds that are the same, to the salts by which raters are drawn."""
    first = new_database()
    with open_service(first, {"uji": invented("uji")}) as house:
        agency = desk(house, "uji")
        agency.publish()
        agency.hire()
        for who in COLLEAGUES[3:]:
            agency.tell("hr", *_hired(who, "sri"))
        for version, rule in enumerate(RULES, 2):
            agency.publish(rule.text(policy_text), version=version, since=rule.begin)
            agency.tell("hr", OpenRaterDraw(period=rule.period), on=rule.begin)
        house.follow()
    root = tmp_path_factory.mktemp("root")
    (root / "agencies" / "uji").mkdir(parents=True)
    (root / "policies").mkdir()
    (root / "agencies" / "uji" / "agency.yaml").write_bytes(msgspec.yaml.encode(invented("uji")))
    name = urlsplit(first).path.lstrip("/")
    with ExitStack() as opened:
        made = 0

        def make() -> Worlds:
            nonlocal made
            found: list[World] = []
            for _ in range(2):
                made += 1
                copy = f"{name}_{made}"
                with psycopg.connect(server_url, autocommit=True) as connection:
                    clause = sql.SQL("create database {} template {} strategy file_copy")
                    connection.execute(clause.format(sql.Identifier(copy), sql.Identifier(name)))
                found.append(
                    _world(opened, first.replace(f"/{name}?", f"/{copy}?"), open_service, invented, desk, root)
                )
            return Worlds(found)

        yield make


def _world(opened: ExitStack, url: str, open_service: Any, invented: Any, desk: Any, root: Path) -> World:
    house = opened.enter_context(open_service(url, {"uji": invented("uji")}))
    agency, days = desk(house, "uji"), [date(2025, 4, 1)]

    def now() -> datetime:
        return datetime(days[0].year, days[0].month, days[0].day, 5, tzinfo=UTC)

    app = create(
        service=house.service,
        url=url,
        agencies=house.agencies,
        tokens=Tokens(_actors()),
        clock=now,
        simulator=Simulator(url, house.service.policies, house.agencies),
        more=lambda doors: site.routes(doors, now),
    )
    client = opened.enter_context(TestClient(app, raise_server_exceptions=False))
    return World(agency, client, days, root)


def _actors() -> dict[str, Actor]:
    roles = {"approver": Role.POLICY_APPROVER} | {name: Role(name) for name in OFFICES if name != "approver"}
    found = {name: Actor(name, frozenset({role}), "uji") for name, role in roles.items()}
    ends = ("", *(f"-{n}" for n in range(SUBORDINATES)))
    people = (*PEOPLE, *COLLEAGUES, *(f"p{n}{end}" for n in range(1, 2 * EXAMPLES + 100) for end in ends))
    return found | {name: Actor(name, frozenset({Role.EMPLOYEE}), "uji") for name in people}


def _hired(who: str, supervisor: str) -> tuple[Any, ...]:
    since = date(2025, 1, 1)
    return (
        RegisterEmployee(
            employee=who,
            name=who,
            employment_type=EmploymentType.CIVIL_SERVANT,
            position="Analis",
            position_class=PositionClass.FUNCTIONAL,
            since=since,
        ),
        AssignEmployee(employee=who, unit="dinkes", since=since, supervisor=supervisor),
    )


@pytest.fixture(scope="module")
def policy_text() -> str:
    return (Path(__file__).parents[1] / "fixture_agency" / "kota-uji.yaml").read_text()


def _group(rule: int, *, few: bool = False) -> Round:
    """What must be there in every run: a group that is told of, and one that is too small."""
    values = (20, 50, 80, 60)[: 2 if few else 4]
    peers = tuple(Given(n, value, None, False, days=1, alone=False, note=n) for n, value in enumerate(values))
    return Round(rule, peers, (), superior=70, target=len(peers) - 1, other=10, ends="amended", words=())


def test_no_question_at_any_moment_tells_what_one_hidden_rater_gave(new_worlds: Callable[[], Worlds]) -> None:
    kept: list[Worlds] = []

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=not LONG,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
        phases=[Phase.explicit, Phase.generate, *([Phase.shrink] if LONG else [])],
    )
    @example(story=[_group(0), _group(1)], seed=1)
    @example(story=[_group(0, few=True), _group(2)], seed=2)
    @given(story=STORIES, seed=st.integers(0, 2**32))
    def lived(story: list[Round], seed: int) -> None:
        # In a world where something was told, everything after it would be too.
        worlds = kept.pop() if kept else new_worlds()
        _live(worlds, story, Random(seed))
        kept.append(worlds)

    lived()


def _live(worlds: Worlds, story: list[Round], own: Random) -> None:
    worlds.people += 1
    person = f"p{worlds.people}"
    since = worlds.pair[0].agency.house.log.head("uji")
    below = [f"{person}-{n}" for n in range(max((len(one.subordinates) for one in story), default=0) and SUBORDINATES)]
    first = RULES[story[0].rule].begin
    worlds.both("hr", *_hired(person, "sri"), *(one for who in below for one in _hired(who, person)), on=first)
    for told in story:
        rule = RULES[told.rule]
        away = elsewhere(told, rule)
        if away is None:
            event("nobody could have given something else")
            away = {}
        _round(worlds, person, below, told, rule, away, since, own)


def _round(
    worlds: Worlds, person: str, below: list[str], told: Round, rule: Rule, away: Mapping[tuple[str, int], int],
    since: int, own: Random,
) -> None:  # fmt: skip
    which: Any = {"employee": person, "period": rule.period}
    worlds.both("hr", ask.OpenAppraisal(**which), on=rule.begin)
    fact = ask.EstablishFact(**which, fact="hari_tanpa_keterangan", number=Decimal(1), basis="uji")
    worlds.both("official", fact, on=rule.begin)
    if rule.assigned:
        worlds.both("hr", ask.AssignRaters(**which), on=rule.first)
    raters = {
        ("peers", n): (COLLEAGUES[n], Relation.PEER) for n in range(len(COLLEAGUES))
    } | {("subordinates", n): (who, Relation.SUBORDINATE) for n, who in enumerate(below)}  # fmt: skip
    others = tuple(who for at, (who, _) in raters.items() if at not in away)
    asked = Asked(person, rule.period, (*OFFICES, *PEOPLE, person, *others, ""), since)
    # Each group in its order, one through the other.
    left = {"peers": [*told.peers], "subordinates": [*told.subordinates]}
    turns = ["peers"] * len(told.peers) + ["subordinates"] * len(told.subordinates)
    own.shuffle(turns)
    every = [(group, left[group].pop(0)) for group in turns]
    day = rule.first
    superior = own.randrange(len(every) + 1)
    many = 1 if LONG else 1 / 4
    for turn in range(len(every) + 1):
        if turn == superior:
            scores = {"layanan": Decimal(told.superior), "disiplin": Decimal(told.superior)}
            worlds.both("sri", ask.Rate(**which, relation=Relation.SUPERVISOR, scores=scores), on=day)
        if turn == len(every):
            break
        group, one = every[turn]
        who, relation = raters[group, one.who]
        _give(worlds, which, who, relation, one, away.get((group, one.who)), day)
        if turn in told.words:
            words = ask.GiveFeedback(**which, feedback="u1", tone=FeedbackTone.POSITIVE, words=f"Rajin {turn}")
            worlds.both(who, words, on=day)
        # Before the last one gives, what the others come to is not what it comes to in the end.
        if turn == len(every) - 2 or own.random() < many:
            worlds.same(day, asked, own)
        day = min(day + timedelta(days=one.days), rule.over - timedelta(days=1))
        _refused(worlds, which, who, own, day)
    worlds.same(day, asked, own)
    if LONG:
        worlds.same_exports(asked, own)
    if told.ends == "open":
        return
    worlds.both("hr", ask.CloseRatings(**which), on=rule.over)
    worlds.same(rule.over, asked, own)
    if told.ends == "closed":
        return
    worlds.both("sri", ask.Finalise(**which), on=rule.over)
    worlds.both(own.choice(others or ("eko",)), _late(which, own), on=rule.over)
    worlds.same(rule.over, asked, own)
    worlds.same_exports(asked, own)
    if told.ends == "final":
        return
    after = rule.over + timedelta(days=1)
    worlds.both(person, ask.FileObjection(**which, grounds="Keliru"), on=after)
    outcome = ObjectionOutcome.AMENDED if told.ends == "amended" else ObjectionOutcome.UPHELD
    worlds.both("agus", ask.DecideObjection(**which, outcome=outcome, reason="Diperiksa"), on=after)
    for (group, at), _ in [*away.items()][:1]:
        # Whoever gave something hidden tries to change it, which moves nothing.
        who = raters[group, at][0]
        worlds.apart(who, [_revised(which, n) for n in (3, 97)], after)
    worlds.both("agus", ask.Finalise(**which), on=after)
    worlds.same(after, asked, own)


def _give(worlds: Worlds, which: Any, who: str, relation: Relation, one: Given, other: int | None, day: date) -> None:
    values = (one.value, one.value if other is None else other)
    if one.before is not None:
        befores = (one.before, one.before if other is None else 100 - one.before)
        worlds.apart(who, [_rate(which, relation, n, one, other) for n in befores], day)
        names = ("layanan",) if one.alone else ("layanan", "disiplin")
        revised = [
            ask.ReviseRating(**which, scores=dict.fromkeys(names, Decimal(n)), reason="dibaca lagi") for n in values
        ]
        worlds.apart(who, revised, day)
    else:
        first = _rate(which, relation, values[0], one, None), _rate(which, relation, values[1], one, other)
        worlds.apart(who, first, day)
    if one.taken_back:
        worlds.both(who, ask.WithdrawRating(**which, reason="keliru"), on=day)


def _rate(which: Any, relation: Relation, value: int, one: Given, other: int | None) -> ask.Rate:
    names = ("layanan",) if one.alone else ("layanan", "disiplin")
    # A note of another length: what is longer in the log must not end a page elsewhere.
    note = "x" * (one.note + (40 if other is not None else 0)) or None
    return ask.Rate(**which, relation=relation, scores=dict.fromkeys(names, Decimal(value)), note=note)


def _revised(which: Any, value: int) -> ask.ReviseRating:
    scores = {"layanan": Decimal(value), "disiplin": Decimal(value)}
    return ask.ReviseRating(**which, scores=scores, reason="dibaca lagi")


def _late(which: Any, own: Random) -> ask.Rate:
    scores = {"layanan": Decimal(own.randrange(101))}
    return ask.Rate(**which, relation=Relation.PEER, scores=scores)


def _refused(worlds: Worlds, which: Any, who: str, own: Random, day: date) -> None:
    """What is asked of the doors to learn something by what they refuse."""
    by, command = own.choice(
        [
            ("sri", ask.IssueDocument(**which)),
            ("hr", ask.ReplaceRater(**which, rater="eko", reason="coba")),
            ("hr", ask.NameRater(**which, rater=who, relation=Relation.PEER, reason="coba")),
            ("eko", _late(which, own)),
            ("sri", ask.ReviseRating(**which, rater=who, scores={"layanan": Decimal(1)}, reason="coba")),
            ("hr", ask.WithdrawRating(**which, rater=who, reason="coba")),
            ("agus", ask.Finalise(**which)),
            ("integrator", ask.CloseRatings(**which)),
        ]
    )
    worlds.both(by, command, on=day)
