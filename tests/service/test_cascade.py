"""From the region's mission through the plan of a unit to planned results of people, through the ledger."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import asdict, replace

from neraca.domain import streams
from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal.events import AlignmentCounted, PlannedResult, Target
from neraca.domain.cascade.links import LinkResult, RelinkResult, ResultLinked, Served, UnlinkResult
from neraca.domain.cascade.mission import Goal, Mission, SetMission
from neraca.domain.cascade.unit_plan import (
    ApproveUnitPlan,
    DraftUnitPlan,
    ResultAbove,
    ReviseUnitPlan,
    SubmitUnitPlan,
    UnitPlanApproved,
    UnitResult,
    UnitTarget,
)
from neraca.domain.errors import Invalid, NotFound, NotOpen
from neraca.domain.headship import AppointHead
from neraca.domain.roster import TransferEmployee
from neraca.domain.vocabulary import CascadeKind
from neraca.domain.workplan import commands as work
from neraca.domain.workplan.events import YearResult, YearTarget
from neraca.projecting.rebuild import rebuild
from neraca.service.command_batch import CommandBatch, CommandResult
from neraca.service.log_integrity import log_defects
from neraca.service.replay import replay
from neraca.service.stream_locks import Busy
from projections import ALL

MARCH = date(2025, 3, 3)
TARGET = UnitTarget("persen", "Balita gizi baik", "persen", Decimal(92))
HEALTH = UnitResult("gizi", "Gizi balita membaik", [TARGET], goal="t1")
Q1: Any = {"employee": "budi", "period": "2025-Q1"}
LINK = LinkResult(
    **Q1, result="layanan", serves=Served("layanan", employee="sri", period="2025-Q1"), kind=CascadeKind.SERVICE
)


@pytest.fixture
def city(fixture_agency: Any) -> Any:
    """With a mission; Sri heads dinkes under Agus, and Tono heads disdik under him."""
    missions = [Mission("m1", "Kota sehat", [Goal("t1", "Gizi balita membaik")])]
    told = SetMission(first_year=2025, last_year=2029, vision="Kota sehat", missions=missions, decree="Perda 3/2025")
    fixture_agency.tell("hr", told)
    for unit, head in (("dinkes", "sri"), ("disdik", "tono")):
        appointed = AppointHead(unit=unit, employee=head, since=date(2025, 1, 1), decree="SK 821/2025")
        fixture_agency.tell("hr", appointed)
    return fixture_agency


def plan_unit(city: Any, unit: str, head: str, *results: UnitResult) -> None:
    which: Any = {"unit": unit, "year": 2025}
    city.tell(head, DraftUnitPlan(**which, results=[*results]), SubmitUnitPlan(**which))
    city.tell("agus", ApproveUnitPlan(**which))


def events(city: Any, stream: Any) -> list[Any]:
    return [past.event for past in city.service.reader.stream(city.id, stream)]


def test_a_unit_serves_a_goal_or_what_another_unit_has_fixed(city: Any) -> None:
    schools = UnitResult("uks", "UKS aktif", [TARGET], above=ResultAbove("dinkes", "gizi"))
    with pytest.raises(NotFound, match="dinkes has no approved plan for 2025 yet"):
        city.tell("tono", DraftUnitPlan(unit="disdik", year=2025, results=[schools]))

    plan_unit(city, "dinkes", "sri", HEALTH)
    plan_unit(city, "disdik", "tono", schools)

    assert events(city, streams.unit_plan(city.id, "disdik", 2025))[-1] == UnitPlanApproved(
        unit="disdik", year=2025, on=MARCH
    )
    back = UnitResult("gizi", "Gizi balita membaik", [TARGET], above=ResultAbove("disdik", "uks"))
    with pytest.raises(Invalid, match="'uks' of disdik serves dinkes itself"):
        city.tell("agus", ReviseUnitPlan(unit="dinkes", year=2025, results=[back], reason="keliru"))


def test_a_subordinate_drafts_before_the_superior_is_done_and_is_linked_later(city: Any) -> None:
    city.tell("hr", ask.OpenAppraisal(**Q1))
    city.plan("ani")
    own = events(city, streams.appraisal(city.id, "ani", "2025-Q1"))[1]
    city.tell("budi", ask.DraftPlan(**Q1, results=own.results))
    with pytest.raises(
        NotFound, match="the plan of sri for 2025-Q1 is not approved yet, or is a share in that of the year"
    ):
        city.tell("budi", LINK)

    city.plan("sri")
    city.tell("budi", LINK)

    [linked] = events(city, streams.links(city.id, "budi", 2025))
    assert linked == ResultLinked(**Q1, result="layanan", serves=LINK.serves, kind=CascadeKind.SERVICE, on=MARCH)


def test_no_result_serves_itself_when_superiors_change_places(city: Any) -> None:
    for nip in ("budi", "ani", "sri"):
        city.plan(nip)
    city.tell("budi", LINK)
    moved = date(2025, 3, 5)
    for nip, boss in (("budi", "agus"), ("ani", "budi"), ("sri", "ani")):
        transfer = TransferEmployee(employee=nip, unit="dinkes", since=moved, reason="tukar", supervisor=boss)
        city.tell("hr", transfer, on=moved)
    up: Any = {"period": "2025-Q1", "result": "layanan"}

    def of(whom: str) -> dict[str, Any]:
        return {"serves": Served("layanan", employee=whom, period="2025-Q1"), "kind": CascadeKind.SERVICE}

    city.tell(
        "hr",
        UnlinkResult(employee="budi", **up, reason="pindah"),
        LinkResult(employee="ani", **up, **of("budi")),
        on=moved,
    )
    city.tell("hr", LinkResult(employee="sri", **up, **of("ani")), on=moved)
    moved = date(2025, 3, 6)
    for nip, boss in (("sri", "agus"), ("budi", "sri")):
        transfer = TransferEmployee(employee=nip, unit="dinkes", since=moved, reason="kembali", supervisor=boss)
        city.tell("hr", transfer, on=moved)

    with pytest.raises(Invalid, match="'layanan' in the plan of sri for 2025-Q1 serves 'layanan' of budi itself"):
        city.tell("budi", LINK, on=moved)


def test_where_the_plan_is_of_the_year_links_are_of_the_year(city: Any, policy: str) -> None:
    of_year = policy.replace("workflow:\n", 'workflow:\n  plan: {of: year, by: "01-31", late: mark}\n')
    city.publish(of_year, version=2, since=date(2026, 1, 1))
    day = date(2026, 1, 20)
    target = YearTarget("berkas", "Berkas", "berkas", Decimal(400), Decimal(100))
    for who, boss in (("sri", "agus"), ("budi", "sri")):
        which: Any = {"employee": who, "period": "2026"}
        drafted = work.DraftWorkPlan(**which, results=[YearResult("layanan", "Layanan", [target])])
        city.tell(who, drafted, work.SubmitWorkPlan(**which), on=day)
        city.tell(boss, work.ApproveWorkPlan(**which), on=day)
        city.tell("hr", ask.OpenAppraisal(employee=who, period="2026-Q1"), on=day)

    def link(period: str, above: str) -> LinkResult:
        serves = Served("layanan", employee="sri", period=above)
        return LinkResult(employee="budi", period=period, result="layanan", serves=serves, kind=CascadeKind.SERVICE)

    with pytest.raises(NotFound, match="budi has no plan of its own for 2026-Q1"):
        city.tell("budi", link("2026-Q1", "2026"), on=day)
    with pytest.raises(NotFound, match="or is a share in that of the year"):
        city.tell("budi", link("2026", "2026-Q1"), on=day)
    city.tell("budi", link("2026", "2026"), on=day)
    assert len(events(city, streams.links(city.id, "budi", 2026))) == 1


def test_a_plan_is_drafted_and_linked_in_one_batch(city: Any) -> None:
    city.plan("sri")
    city.plan("ani")
    own = events(city, streams.appraisal(city.id, "ani", "2025-Q1"))[1]
    city.tell("hr", ask.OpenAppraisal(**Q1))

    city.tell("budi", ask.DraftPlan(**Q1, results=own.results), LINK)

    assert len(events(city, streams.links(city.id, "budi", 2025))) == 1


def test_a_result_serves_that_of_the_unit_and_the_log_holds_together(city: Any) -> None:
    plan_unit(city, "dinkes", "sri", HEALTH)
    city.plan("sri")
    link = LinkResult(
        employee="sri",
        period="2025-Q1",
        result="layanan",
        serves=Served("gizi", unit="dinkes"),
        kind=CascadeKind.LOAD,
        target="persen",
        share=Decimal(92),
    )
    city.tell("sri", link)

    assert [one.serves.unit for one in events(city, streams.links(city.id, "sri", 2025))] == ["dinkes"]
    house = city.house
    assert [*log_defects(house.log, house.mapper, city.id)] == []


Q1_2026 = "2026-Q1"
PLANNED = [PlannedResult("layanan", "Layanan", [Target("berkas", "Berkas", "berkas", Decimal(100), Decimal(100))])]
NEXT_MARCH = date(2026, 3, 3)


def load(nip: str, share: int, period: str = Q1_2026) -> LinkResult:
    """Some of the hundred files that Sri plans."""
    serves = Served("layanan", employee="sri", period=period)
    of: Any = {"kind": CascadeKind.LOAD, "target": "berkas", "share": Decimal(share)}
    return LinkResult(employee=nip, period=period, result="layanan", serves=serves, **of)


def again(nip: str, share: int) -> RelinkResult:
    return RelinkResult(**asdict(load(nip, share)), reason="dibagi lagi")


def taking(city: Any, *commands: Any) -> CommandBatch:
    now = datetime(2026, 3, 3, 5, tzinfo=UTC)
    return CommandBatch(agency=city.id, actor=city.actor("hr"), commands=commands, now=now)


@pytest.fixture
def bound(city: Any, policy: str) -> Any:
    """Under a policy that keeps loads within the target; Budi, Ani and Cici are under Sri, and all have plans."""
    text = policy.replace("workflow:", "workflow:\n  plan: {loads: within_target}")
    city.publish(text, version=2, since=date(2026, 1, 1))
    for nip, boss in (("sri", "agus"), ("budi", "sri"), ("ani", "sri"), ("cici", "sri")):
        which: Any = {"employee": nip, "period": Q1_2026}
        city.tell("hr", ask.OpenAppraisal(**which), on=NEXT_MARCH)
        city.tell(nip, ask.DraftPlan(**which, results=PLANNED), ask.SubmitPlan(**which), on=NEXT_MARCH)
        city.tell(boss, ask.ApprovePlan(**which), on=NEXT_MARCH)
    return city


def test_loads_stay_within_their_target_where_a_policy_says_so(bound: Any) -> None:
    def take(*commands: Any) -> None:
        bound.service.handle(taking(bound, *commands))

    take(load("budi", 60))
    with pytest.raises(Invalid, match="of 100 in 'berkas' others take 60, so 40 is left"):
        take(load("ani", 41))
    take(load("ani", 40))
    # One's own share is replaced, and what is given back may be taken by others.
    take(again("budi", 50))
    with pytest.raises(Invalid, match="others take 90, so 10 is left"):
        take(load("cici", 11))
    take(UnlinkResult(employee="ani", period=Q1_2026, result="layanan", reason="pindah tugas"))
    take(load("cici", 50))
    # What is linked in one batch is added up in it.
    take(again("cici", 20))
    with pytest.raises(Invalid, match="others take 80, so 20 is left"):
        take(again("budi", 60), load("ani", 21))
    take(again("budi", 60), load("ani", 20))


def test_what_left_the_plan_of_whoever_took_it_is_taken_no_more(bound: Any) -> None:
    bound.service.handle(taking(bound, load("budi", 100)))
    leaving: Any = {"employee": "budi", "period": Q1_2026, "change": "tukar"}
    more = [replace(PLANNED[0], id="lain", title="Lain")]
    proposed = ask.ProposePlanChange(**leaving, reason="diganti", results=more, drop=["layanan"])
    bound.tell("budi", proposed, on=NEXT_MARCH)
    with pytest.raises(Invalid, match="others take 100, so 0 is left"):
        bound.service.handle(taking(bound, load("ani", 1)))
    bound.tell("sri", ask.AgreeToPlanChange(**leaving), on=NEXT_MARCH)

    bound.service.handle(taking(bound, load("ani", 100)))


def test_a_target_lowered_below_its_loads_takes_nothing_back_and_lets_no_more_be_taken(bound: Any) -> None:
    bound.service.handle(taking(bound, load("budi", 60), load("ani", 30)))
    lower = ask.ReviseTarget(
        employee="sri", period=Q1_2026, result="layanan", target="berkas", value=Decimal(50), reason="anggaran turun"
    )

    bound.tell("agus", lower, on=NEXT_MARCH)

    for command in (load("cici", 1), again("ani", 29)):
        with pytest.raises(Invalid, match=r"of 50 in 'berkas' others take (90|60), so 0 is left"):
            bound.service.handle(taking(bound, command))
    # Once somebody gives enough back, what is left is taken again.
    bound.service.handle(taking(bound, again("budi", 20)))
    bound.service.handle(taking(bound, again("ani", 29)))


def test_without_such_a_policy_loads_may_come_to_more(city: Any) -> None:
    for nip in ("sri", "budi", "ani"):
        city.plan(nip)

    city.tell("budi", load("budi", 90, "2025-Q1"))
    city.tell("ani", load("ani", 90, "2025-Q1"))


def test_of_two_that_are_decided_in_one_instant_one_is_decided_again(bound: Any) -> None:
    """As two processes would decide on what each has seen of the log."""
    batches = [taking(bound, load(nip, 60)) for nip in ("budi", "ani")]

    first, second = bound.service.handle_together(bound.id, batches)

    assert isinstance(first, CommandResult)
    assert isinstance(second, Busy)
    with pytest.raises(Invalid, match="others take 60, so 40 is left"):
        bound.service.handle(batches[1])


def test_what_leads_to_a_goal_is_counted_from_the_links_and_replayed(city: Any, policy: str) -> None:
    """Of the two results of Budi one serves Sri, who serves the unit, which serves a goal."""
    selaras = """
  selaras:
    label: {id: Keselarasan, en: Alignment}
    unit: persen
    ref: contoh
    measure: {method: ratio, actual: hasil_selaras, target: hasil_direncanakan}
    missing: renormalise

nodes:"""
    reads = policy.replace("\nnodes:", selaras, 1).replace(
        "kepuasan: 10, unit: 10}", "kepuasan: 10, unit: 5, selaras: 5}"
    )
    city.publish(reads, version=2, since=date(2025, 2, 1))
    plan_unit(city, "dinkes", "sri", HEALTH)
    city.plan("sri")
    city.plan("budi")
    up: Any = {"period": "2025-Q1", "result": "layanan"}
    city.tell("sri", LinkResult(employee="sri", **up, serves=Served("gizi", unit="dinkes"), kind=CascadeKind.ASPECT))
    city.tell("budi", LINK)
    relink = RelinkResult(**Q1, result="layanan", serves=LINK.serves, kind=CascadeKind.ASPECT, reason="lebih tepat")
    with pytest.raises(Invalid, match="counted from the log: send it in a batch of its own, after the links"):
        city.tell("budi", relink, ask.CountAlignment(**Q1))
    city.tell("budi", ask.CountAlignment(**Q1))
    city.report("budi", 90)
    city.rate("budi", 80)

    counted = next(
        one for one in events(city, streams.appraisal(city.id, "budi", "2025-Q1")) if isinstance(one, AlignmentCounted)
    )
    assert (counted.aligned, counted.planned, len(counted.links)) == (1, 2, 1)
    # What the unit drops since then leads nowhere, and the result waits for it to be counted so.
    other = UnitResult("air", "Air bersih", [TARGET], goal="t1")
    city.tell("agus", ReviseUnitPlan(unit="dinkes", year=2025, results=[other], reason="anggaran"))
    with pytest.raises(NotOpen, match="0 of 2 results lead to a goal of the region by now"):
        city.finalise("budi")
    city.tell("sri", ask.CountAlignment(**Q1), on=date(2025, 4, 8))
    city.finalise("budi")

    final = events(city, streams.appraisal(city.id, "budi", "2025-Q1"))[-1]
    assert (final.nodes["selaras"], final.predicate) == (Decimal("0.00"), "cukup")
    assert [one.differences for one in replay(city.service, city.id) if one.differences] == []
    city.house.follow()
    for projection in ALL:
        assert rebuild(city.house.url, projection).equal is True
