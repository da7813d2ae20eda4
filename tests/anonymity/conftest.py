"""Makes two worlds that are the same, to the salts by which raters are drawn and to what chance gives."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest
from litestar.testing import TestClient
from msgspec.structs import replace

from neraca.api.app import create
from neraca.api.authentication import Tokens
from neraca.api.graphql.support import execution
from neraca.api.graphql.support.prepared_queries import QueryPreparation
from neraca.domain import rater_privacy
from neraca.domain.agency import Agency
from neraca.domain.appraisal.events import Evidence
from neraca.domain.contexts import Actor
from neraca.domain.policy_register import NameShadow, PublishPolicy, SchedulePolicy
from neraca.domain.programme.commands import (
    AcceptProgrammeReport,
    ConcludePeriod,
    DefineIndicator,
    JoinProgramme,
    ReportProgrammeProgress,
    StartProgramme,
)
from neraca.domain.programme.events import Counting, ProgrammeKind
from neraca.domain.rater_draw import OpenRaterDraw
from neraca.domain.remuneration.ceilings import SetCeiling
from neraca.domain.service_point.commands import OpenServicePoint
from neraca.domain.vocabulary import Role, ServicePointKind
from neraca.policy.library import Library
from neraca.projecting.follower import Follower
from neraca.service import public_door
from neraca.service.simulation import Simulator
from neraca.web import site
from projections import ALL
from tests.anonymity.city import COLLEAGUES, POINTS, RULES, SUBORDINATES, SURVEYED, hired
from tests.anonymity.worlds import EXAMPLES, OFFICES, PEOPLE, Chance, World, Worlds, noon

CHANCE = """
create sequence door.chances;
create function door.chance() returns uuid language sql volatile
as $$ select md5('chance ' || nextval('door.chances'))::uuid $$;
"""


@pytest.fixture(scope="session")
def city(
    new_database: Callable[..., str],
    empty_read_models: str,
    open_service: Any,
    invented: Any,
    desk: Any,
    policy_text: str,
    shipped: Library,
) -> str:
    """The database in which the city was lived until its first people are rated."""
    url = new_database(empty_read_models)
    with open_service(url, {"uji": invented("uji")}) as house:
        agency = desk(house, "uji")
        agency.publish()
        agency.hire()
        for who in COLLEAGUES[3:]:
            agency.tell("hr", *hired(who, "sri"))
        for version, rule in enumerate(RULES, 2):
            agency.publish(rule.text(policy_text), version=version, since=rule.begin)
            agency.tell("hr", OpenRaterDraw(period=rule.period), on=rule.begin)
        agency.publish(SURVEYED.text(policy_text), version=len(RULES) + 2, since=SURVEYED.begin)
        tried = NameShadow(id="kota-uji", version=2, reason="uji", since=RULES[1].begin)
        agency.tell("policy", tried, on=date(2025, 3, 1))
        _pays(agency, shipped.get("id.jatim.kota-surabaya.tpp"))
        _works_together(agency)
        for point in POINTS:
            agency.tell(
                "surveyor",
                OpenServicePoint(
                    point=point, unit="dinkes", name=point, kind=ServicePointKind.COUNTER, since=date(2025, 1, 1)
                ),
            )
        house.follow()
    _chance_is_alike(url)
    return url


def _pays(agency: Any, rule: Any) -> None:
    since = date(2025, 1, 1)
    publish = PublishPolicy(file=rule.file, texts=dict(rule.sources), reason="uji")
    agency.tell("policy", publish, SchedulePolicy(id=rule.policy.id, version=rule.policy.version, since=since))
    agency.tell("hr", SetCeiling(since=since, decree="SK", position="Analis", work_load=Decimal(5_000_000)))


def _works_together(agency: Any) -> None:
    """Some of them in a programme, of which one quarter is concluded."""
    which: Any = {"programme": "mpp"}
    begins, over = date(2025, 1, 6), date(2025, 3, 31)
    start = StartProgramme(
        **which,
        kind=ProgrammeKind.PROGRAMME,
        title="Mal pelayanan publik",
        purpose="Satu loket",
        units=["dinkes"],
        lead="sri",
        begins=begins,
        ends=date(2025, 12, 31),
    )
    indicator = DefineIndicator(
        **which,
        indicator="berkas",
        title="Berkas",
        measure="berkas",
        counting=Counting.SHARED,
        targets={"2025-Q1": Decimal(100)},
    )
    joined = [
        JoinProgramme(**which, employee=who, since=begins, share=Decimal("0.5"), role="Loket") for who in COLLEAGUES[:2]
    ]
    agency.tell("official", start, indicator, *joined)
    progress = ReportProgrammeProgress(
        **which,
        report="l1",
        indicator="berkas",
        until=over,
        actual=Decimal(90),
        evidence=[Evidence("Rekap", "arsip:rekap")],
    )
    after = over + timedelta(days=5)
    agency.tell(COLLEAGUES[0], progress, on=after)
    agency.tell("sri", AcceptProgrammeReport(**which, report="l1"), on=after)
    agency.tell("official", ConcludePeriod(**which, period="2025-Q1"), on=after)


def _chance_is_alike(url: str) -> None:
    """What the door draws is drawn in turn from a row of numbers, which is the same in every copy, and who is drawn by
    their id: in which order a table has them is for no two servers the same.
    """
    with psycopg.connect(url) as connection:
        connection.execute(CHANCE)
        functions = connection.execute(
            "select pg_get_functiondef(oid) from pg_proc where pronamespace = 'door'::regnamespace and prosrc ~ "
            r"'(gen_random_uuid|random)\(\)'"
        ).fetchall()
        assert len(functions) == 2
        for (text,) in functions:
            drawn = text.replace("order by random()", "order by md5(one.id::text)")
            assert "random()" not in drawn.replace("gen_random_uuid()", "")
            connection.execute(drawn.replace("gen_random_uuid()", "door.chance()").encode())


@pytest.fixture(scope="module")
def new_worlds(
    new_database: Callable[..., str],
    city: str,
    open_service: Any,
    invented: Any,
    desk: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[], Worlds]]:
    root, chance = tmp_path_factory.mktemp("root"), Chance()
    (root / "agencies" / "uji").mkdir(parents=True)
    (root / "policies").mkdir()
    (root / "agencies" / "uji" / "agency.yaml").write_bytes(msgspec.json.encode(_in_one_language(invented("uji"))))
    with ExitStack() as opened:
        patched = opened.enter_context(pytest.MonkeyPatch.context())
        patched.setattr(public_door, "token_bytes", chance.bytes)
        # What one world is asked the other is asked as well: to weigh a text takes as long as to answer it.
        patched.setattr(execution, "QueryPreparation", cache(QueryPreparation))
        # Whoever has not the salt can't tell a sealed digest from what chance made.
        patched.setattr(rater_privacy, "sealed_digest", lambda _case, _salt: "5" * 64)

        def world() -> World:
            url = new_database(city)
            house = opened.enter_context(open_service(url, {"uji": invented("uji")}))
            agency, days = desk(house, "uji"), [date(2025, 4, 1)]

            def now() -> datetime:
                return noon(days[0])

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
            follower = Follower(url, ALL, house.mapper.decode)
            return World(agency, client, days, root, chance, opened.enter_context(follower.connected()))

        yield lambda: Worlds([world(), world()])


def _in_one_language(agency: Agency) -> Agency:
    """Its units have names in no other, and the file is held to that."""
    return replace(agency, languages=("id",), name={"id": agency.name["id"]})


def _actors() -> dict[str, Actor]:
    roles = {"approver": Role.POLICY_APPROVER} | {name: Role(name) for name in OFFICES if name != "approver"}
    found = {name: Actor(name, frozenset({role}), "uji") for name, role in roles.items()}
    ends = ("", *(f"-{n}" for n in range(SUBORDINATES)))
    people = (*PEOPLE, *COLLEAGUES, *(f"p{n}{end}" for n in range(1, 2 * EXAMPLES + 100) for end in ends))
    return found | {name: Actor(name, frozenset({Role.EMPLOYEE}), "uji") for name in people}


@pytest.fixture(scope="session")
def policy_text() -> str:
    return (Path(__file__).parents[1] / "fixture_agency" / "kota-uji.yaml").read_text()
