"""Lists in every order, from both ends, now and before: each page is where the whole list has it, and reads no more."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import product
from typing import Any

import psycopg
import pytest
from psycopg.types.numeric import Int8

from neraca.api.graphql.support.connections import Order, Page
from neraca.api.statements import sections
from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal.events import Evidence, PlannedResult, Target
from neraca.domain.attendance import RecordAttendance
from neraca.domain.roster import CorrectEmployee
from neraca.domain.vocabulary import Relation
from neraca.projecting.rebuild import ensure
from neraca.service.statements import PRESENT
from neraca.store.migrate import migrate
from projections import ALL

CITY, PERIOD = "surabaya", "2025-Q1"
ANI = "198501012010011001"
PEERS = ("198601012010011001", "198701012010011001", "198801012010011001")
COLUMNS = {
    "appraisals": "employeeNumber period score version position employee { name }",
    "employees": "employeeNumber name version",
}
KEYS: dict[tuple[str, str], Callable[[Any], Any]] = {
    ("appraisals", "NUMBER"): lambda row: (row["employeeNumber"], row["period"]),
    ("appraisals", "NAME"): lambda row: (row["employee"]["name"], row["employeeNumber"], row["period"]),
    ("appraisals", "SCORE"): lambda row: (
        row["score"] is not None,
        Decimal(row["score"] or 0),
        row["employeeNumber"],
        row["period"],
    ),
    ("appraisals", "CHANGED"): lambda row: int(row["position"]),
    ("employees", "NUMBER"): lambda row: row["employeeNumber"],
    ("employees", "NAME"): lambda row: (row["name"], row["employeeNumber"]),
}


class Asked:
    """Lists of the city, by who asks, of the present or as of a position."""

    def __init__(self, world: Any, position: int | None = None) -> None:
        self._world = world
        self._when = "" if position is None else f', asOf: {{position: "{position}"}}'

    def answer(self, who: str, asked: str) -> Any:
        return self._world.ask(who, f'{{ agency(id: "{CITY}"{self._when}) {{ {asked} }} }}')

    def page(self, who: str, name: str, arguments: str) -> Any:
        rows = f"{{ edges {{ cursor node {{ {COLUMNS[name]} }} }} pageInfo {{ hasNextPage hasPreviousPage }} }}"
        answer = self.answer(who, f"{name}({arguments}) {rows}")
        assert "errors" not in answer, answer["errors"]
        return answer["data"]["agency"][name]

    def whole(self, who: str, name: str, order: str) -> list[Any]:
        return [edge["node"] for edge in self.page(who, name, f"first: 100 {order}")["edges"]]

    def walked(self, who: str, name: str, order: str, size: int, *, backwards: bool) -> list[Any]:
        """By pages, from the first or from the last on."""
        rows, place = list[Any](), ""
        asked, beyond, more = ("last", "before", "hasPreviousPage") if backwards else ("first", "after", "hasNextPage")
        while True:
            page = self.page(who, name, f"{asked}: {size} {place} {order}")
            nodes = [edge["node"] for edge in page["edges"]]
            rows = nodes + rows if backwards else rows + nodes
            if not page["pageInfo"][more]:
                return rows
            place = f'{beyond}: "{page["edges"][0 if backwards else -1]["cursor"]}"'


@pytest.fixture(scope="module")
def city(world: Any) -> Any:
    """More people are judged, two of them alike; one has another name since, and a period more is opened."""
    for peer, value, done in (("peer0", 3, "330"), ("peer1", 2, "250"), ("peer2", 3, "330")):
        nip = PEERS[int(peer[-1])]
        whose: dict[str, Any] = {"employee": nip, "period": PERIOD}
        results = [
            PlannedResult(name, name, [Target(f"t{name}", name, "berkas", Decimal(300), Decimal(50))])
            for name in ("r1", "r2")
        ]
        world.tell(peer, ask.DraftPlan(**whose, results=results), ask.SubmitPlan(**whose))
        world.tell("boss", ask.ApprovePlan(**whose))
        for report in ("r1", "r2"):
            target, until, evidence = f"t{report}", date(2025, 3, 1), [Evidence("Rekap", "https://contoh.go.id/rekap")]
            about: dict[str, Any] = {
                "report": report,
                "result": report,
                "target": target,
                "until": until,
                "evidence": evidence,
            }
            world.tell(peer, ask.ReportProgress(**whose, **about, actual=Decimal(done)))
            world.tell("boss", ask.AcceptReport(**whose, report=report))
        rated = {name: Decimal(value) for name in world.rating(Relation.SUPERVISOR, value).scores}
        world.tell("boss", ask.Rate(**whose, relation=Relation.SUPERVISOR, scores=rated))
        world.tell(
            "official",
            ask.EstablishFact(**whose, fact="inovasi_diterapkan", basis="SK 1/2025", number=Decimal(1)),
        )
        world.tell("hr", RecordAttendance(employee=nip, month="2025-01", required_days=21, late=value))
    named = world.tell("hr", CorrectEmployee(employee=PEERS[1], reason="salah tulis", name="Zainal"))
    for nip in (PEERS[2], ANI):
        world.tell("hr", ask.OpenAppraisal(employee=nip, period="2025-Q2"), now=datetime(2025, 4, 3, tzinfo=UTC))
    world.follow()
    return world, named.position - 1


@pytest.fixture(params=["now", "then"])
def asked(request: Any, city: Any) -> Asked:
    world, before = city
    return Asked(world, None if request.param == "now" else before)


@pytest.mark.parametrize(("name", "by"), [*KEYS])
def test_an_order_is_that_of_what_is_shown_and_the_other_way_round(asked: Asked, name: str, by: str) -> None:
    for who in ("bulk", "boss"):
        up, down = (asked.whole(who, name, f"orderBy: {{by: {by}, direction: {way}}}") for way in ("ASC", "DESC"))

        assert up == sorted(up, key=KEYS[name, by])
        assert down == up[::-1]
        assert len(up) > 4
        if by == "SCORE" and who == "bulk":
            scores = [one["score"] for one in up]
            assert len({*scores}) >= 3, "none, and others"
            assert len([one for one in scores if one is not None]) > len({*scores} - {None}), "some are alike"


@pytest.mark.parametrize(
    ("name", "by"), [*KEYS, ("employees", "CHANGED")], ids=lambda one: one if isinstance(one, str) else ""
)
def test_pages_from_either_end_are_the_list(asked: Asked, name: str, by: str) -> None:
    for who, way in product(("bulk", "boss"), ("ASC", "DESC")):
        order = f"orderBy: {{by: {by}, direction: {way}}}"
        rows = asked.whole(who, name, order)
        size = len(rows) // 3 + 1

        assert rows
        for backwards in (False, True):
            assert asked.walked(who, name, order, size, backwards=backwards) == rows


def test_what_is_between_two_places_is_read_from_either_end(asked: Asked) -> None:
    order = "orderBy: {by: SCORE, direction: DESC}"
    edges = asked.page("bulk", "appraisals", f"first: 1000 {order}")["edges"]
    between = f'after: "{edges[0]["cursor"]}" before: "{edges[-1]["cursor"]}" {order}'

    first, last = (asked.page("bulk", "appraisals", f"{end}: 2 {between}") for end in ("first", "last"))

    assert first["edges"] == edges[1:3]
    assert last["edges"] == edges[-3:-1]
    for page in (first, last):
        assert page["pageInfo"] == {"hasNextPage": True, "hasPreviousPage": True}
    assert asked.page("bulk", "appraisals", f"first: 9 {between}")["edges"] == edges[1:-1]


@pytest.mark.parametrize(
    "arguments",
    [
        "first: 1, last: 1",
        "last: 0",
        "first: 101",
        "last: 101",
        'orderBy: {by: SCORE}, after: "PLACE"',
        'orderBy: {by: NUMBER, direction: DESC}, after: "PLACE"',
        'orderBy: {by: NAME}, before: "PLACE"',
        'orderBy: {by: CHANGED}, after: "WyJjaGFuZ2VkIiwieCIsIjEiLCIyIl0="',
        'orderBy: {by: CHANGED}, after: "WyJjaGFuZ2VkIiwiOTIyMzM3MjAzNjg1NDc3NTgwOCIsIjEiLCIyIl0="',
        'orderBy: {by: CHANGED}, after: "WyJjaGFuZ2VkIl0="',
    ],
)
def test_a_place_in_another_order_and_a_page_too_long_are_told(city: Any, arguments: str) -> None:
    asked = Asked(city[0])
    place = asked.page("hr", "appraisals", "first: 1")["edges"][0]["cursor"]

    answer = asked.answer("hr", f"appraisals({arguments.replace('PLACE', place)}) {{ edges {{ cursor }} }}")

    assert answer["errors"][0]["extensions"] == {"code": "BAD_PAGE"}


def test_long_pages_are_for_who_has_the_scope(city: Any) -> None:
    for field in ("appraisals", "employees", "cohorts", "programmes"):
        asked = f"{field}(first: 101) {{ edges {{ cursor }} }}"

        assert "errors" not in Asked(city[0]).answer("bulk", asked)
        refused = Asked(city[0]).answer("hr", asked)["errors"][0]
        assert refused["message"] == ("first: 101 - ask for 1 to 100 rows at a time, or with the scope bulk up to 1000")


def test_a_filter_says_what_arguments_said(city: Any) -> None:
    asked = Asked(city[0])
    rows = asked.whole("bulk", "appraisals", "")
    unit = asked.answer("bulk", f'appraisal(employee: "{rows[0]["employeeNumber"]}", period: "2025-Q1") {{ unit }}')
    said = f'period: "2025-Q1", unit: "{unit["data"]["agency"]["appraisal"]["unit"]}", status: PROVISIONAL'

    by_filter = asked.whole("bulk", "appraisals", f"filter: {{{said}}}")

    assert by_filter == asked.whole("bulk", "appraisals", said)
    assert 0 < len(by_filter) < len(rows)
    for stage in ("PLANNING", "RUNNING"):
        at_stage = asked.page("bulk", "appraisals", f"first: 1000 filter: {{stage: {stage}}}")["edges"]
        assert len(at_stage) < len(rows)
    twice = asked.answer("bulk", 'appraisals(period: "2025-Q1" filter: {period: "2025-Q1"}) { totalCount }')
    assert twice["errors"][0]["extensions"] == {"code": "BAD_INPUT"}


def test_employees_are_filtered_by_what_is_shown_of_them(asked: Asked) -> None:
    columns = "employeeNumber unit employmentType positionClass supervisor"
    edges = f"{{ totalCount edges {{ node {{ {columns} }} }} }}"
    everybody = asked.answer("bulk", f"employees(first: 1000) {edges}")["data"]["agency"]["employees"]
    people = [edge["node"] for edge in everybody["edges"]]
    for name, kind in (("unit", '"{}"'), ("employmentType", "{}"), ("positionClass", "{}"), ("supervisor", '"{}"')):
        value = next(one[name] for one in people if one[name] is not None)
        found = asked.answer("bulk", f"employees(first: 1000 filter: {{{name}: {kind.format(value)}}}) {edges}")

        rows = [edge["node"] for edge in found["data"]["agency"]["employees"]["edges"]]
        assert rows == [one for one in people if one[name] == value]
        assert found["data"]["agency"]["employees"]["totalCount"] == len(rows) > 0


MANY = 5_000
DEEP = MANY // 2
_APPRAISALS = """
insert into read_scores.appraisal (agency, stream, employee, name, period, starts, ends, unit, appraiser, stage,
  version, status, score, levels, nodes, facts, cut_off, position, recorded_at, holds_from)
select 'surabaya', gen_random_uuid(), lpad(n::text, 18, '0'), 'Orang ' || lpad((n * 7919 %% %(many)s)::text, 6, '0'),
  '2025-Q1', '2025-01-01', '2025-03-31', 'u', 'b', 'running', 1, 'provisional', (n * 104729 %% %(many)s) / 100.0, '{}',
  '{}', '{}', false, n, now(), 0
from generate_series(1, %(many)s) n
"""
_EMPLOYEES = """
insert into read_roster.employees (agency, stream, employee, name, employment_type, position, since, version,
  log_position)
select 'surabaya', gen_random_uuid(), lpad(n::text, 18, '0'), 'Orang ' || lpad((n * 7919 %% %(many)s)::text, 6, '0'),
  'civil-servant', 'Analis', '2025-01-01', 1, n
from generate_series(1, %(many)s) n
"""


@pytest.fixture(scope="module")
def crowded(new_database: Callable[[], str]) -> str:
    url = new_database()
    migrate(url, [CITY])
    ensure(url, ALL)
    with psycopg.connect(url, autocommit=True) as connection:
        for filling in (_APPRAISALS, _EMPLOYEES):
            connection.execute(filling, {"many": MANY})
        connection.execute("analyze")
    return url


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize(
    ("name", "order", "place"),
    [
        ("appraisals", Order(), ()),
        ("appraisals", Order("name"), (f"Orang {DEEP:06}",)),
        ("appraisals", Order("score", whole=True), (str(DEEP * 10_000),)),
        ("appraisals", Order("changed", whole=True, descending=True), (str(DEEP),)),
        ("employees", Order("name", descending=True), (f"Orang {DEEP:06}",)),
        ("employees", Order("changed", whole=True), (str(DEEP),)),
    ],
)
def test_a_page_in_the_midst_reads_no_more_than_its_rows(
    crowded: str, name: str, order: Order, place: tuple[str, ...], backwards: bool
) -> None:
    """Under row security, by the plan that serves all values."""
    key = (*place, f"{DEEP:018}", "2025-Q1")[: len(place) + (2 if name == "appraisals" else 1)]
    page = Page(50, before=key, backwards=True, order=order) if backwards else Page(50, after=key, order=order)
    names = ("employee", "period") if name == "appraisals" else ("employee",)
    wanted = PRESENT | page.sections | ({"told", "each"} if name == "appraisals" else frozenset[str]())
    text = sections(f"graphql/{name}", wanted, "p.employee" if name == "appraisals" else None)
    params = {
        "agency": CITY,
        "position": Int8(2**63 - 1),
        "day": datetime(2025, 3, 3, tzinfo=UTC).date(),
        "today": datetime(2025, 3, 3, tzinfo=UTC).date(),
        "time_zone": "Asia/Jakarta",
        **page.params(*names),
    }
    with psycopg.connect(crowded, options="-c role=neraca_app") as connection:
        connection.execute("select set_config('neraca.agency', %s, true)", (CITY,))
        connection.execute("set local plan_cache_mode = force_generic_plan")
        cursor = connection.execute(f"explain (analyze, format json) {text}", params, prepare=True)  # type: ignore[arg-type]
        plan = cursor.fetchall()[0][0]

    read = sorted(_read(plan[0]["Plan"]))
    assert 0 < sum(read) < 20 * page.size, read


def _read(node: Any) -> Iterator[int]:
    """Rows that were looked at, in each place where a table was."""
    if "Relation Name" in node:
        passed = sum(node.get(name, 0) for name in ("Rows Removed by Filter", "Rows Removed by Index Recheck"))
        yield int((node["Actual Rows"] + passed) * node["Actual Loops"])
    for below in node.get("Plans", ()):
        yield from _read(below)


def test_the_cursor_of_the_longest_name_leads_on(city: Any) -> None:
    world, _ = city
    world.tell("hr", CorrectEmployee(employee=PEERS[0], reason="salah tulis", name="\U00011184" * 200))
    world.follow()
    for direction in ("ASC", "DESC"):
        order = f"orderBy: {{by: NAME, direction: {direction}}}"
        for name in ("employees", "appraisals"):
            now = Asked(world)
            assert now.walked("hr", name, order, 1, backwards=False) == now.whole("hr", name, order)


def test_names_are_in_the_same_order_in_any_database(crowded: str) -> None:
    """Also where the database as a whole puts text in order as a dictionary of some language does."""
    with psycopg.connect(crowded) as connection:
        found = connection.execute(
            "select attrelid::regclass::text from pg_attribute join pg_class c on c.oid = attrelid "
            "where attname = 'name' and attcollation = '\"C\"'::regcollation and c.relkind = 'r'"
        ).fetchall()
    assert {table for (table,) in found} >= {
        "read_scores.appraisal", "read_scores.appraisal_past", "read_roster.employees", "read_roster.corrections"
    }  # fmt: skip
