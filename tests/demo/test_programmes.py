"""Programmes over several offices in the year of the demo: what they came to, and what that is to people."""

from importlib.resources import files
from typing import Any

import psycopg
import pytest

from neraca.demo.output import Place
from neraca.demo.scope import Part, part
from neraca.demo.year import write
from neraca.domain import streams
from neraca.domain.appraisal.commands import EstablishFact
from neraca.domain.programme.commands import DefineIndicator, JoinProgramme
from neraca.domain.programme.events import MemberJoined, PeriodConcluded, PeriodCorrected, ProgrammeStarted
from neraca.service.programme_outcomes import outcomes_of
from neraca.service.scoring import gather

PROGRAMMES = {
    "surabaya": {"layanan-terpadu": {"disdukcapil", "dpmptsp"}},
    "bandung": {"smart-city": {"disdik", "diskominfo"}, "sekolah-mutu": {"disdik", "diskominfo"}},
    "gajahmungkur": {"posyandu-keliling": {"kecamatan", "puskesmas"}},
}
PERIODS = {"surabaya": 4, "bandung": 2, "gajahmungkur": 1}
WHERE = [(agency, name) for agency, named in PROGRAMMES.items() for name in named]


def happened(year: Any, agency: str, name: str) -> list[Any]:
    return [past.event for past in year.service.reader.stream(agency, streams.programme(agency, name))]


@pytest.mark.parametrize(("agency", "name"), WHERE)
def test_people_of_its_offices_are_in_it_and_each_period_is_concluded(seeded_year: Any, agency: str, name: str) -> None:
    events = happened(seeded_year, agency, name)

    (started,) = [one for one in events if isinstance(one, ProgrammeStarted)]
    assert {*started.units} == PROGRAMMES[agency][name]
    members = {one.employee for one in events if isinstance(one, MemberJoined)}
    with psycopg.connect(seeded_year.url) as connection:
        query = "select distinct unit from read_roster.places where agency = %s and employee = any(%s)"
        assert {unit for (unit,) in connection.execute(query, (agency, [*members]))} >= PROGRAMMES[agency][name]
    concluded = {one.period for one in events if isinstance(one, PeriodConcluded)}
    assert len(concluded) == PERIODS[agency]
    assert [one.period for one in events if isinstance(one, PeriodCorrected)] == [min(concluded)]


@pytest.mark.parametrize(("agency", "name"), WHERE)
def test_every_indicator_is_told_before_and_after(seeded_year: Any, agency: str, name: str) -> None:
    found = outcomes_of(seeded_year.service.reader, agency, name)

    assert found
    assert all(one.before is not None and one.change is not None and one.people >= 2 for one in found)
    assert {frozenset(one.units) for one in found} == {frozenset(PROGRAMMES[agency][name])}


def test_smart_city_tells_of_access_and_speed_as_outcomes(seeded_year: Any) -> None:
    found = {one.indicator: one for one in outcomes_of(seeded_year.service.reader, "bandung", "smart-city")}

    assert found.keys() == {"efektivitas", "inovasi", "akses", "kecepatan"}
    assert found["kecepatan"].polarity == "min"
    assert all(one.better for one in found.values())


@pytest.mark.parametrize(("agency", "name"), WHERE)
def test_what_it_tells_is_a_fact_of_each_members_appraisal_down_to_the_report(
    seeded_year: Any, agency: str, name: str
) -> None:
    reader = seeded_year.service.reader
    standing = {one.period: one for one in happened(seeded_year, agency, name) if hasattr(one, "indicators")}
    last = standing[max(standing)]
    fed = next(one for one in last.indicators if one.feeds is not None)

    for employee, stretches in last.members.items():
        facts = gather(reader, agency, employee, last.period, (), None).facts
        assert stretches
        value = fed.actuals.get(employee, fed.actual)
        assert facts.case.facts[fed.feeds.actual] == int(value * 1_000_000)
        assert {*fed.at} < {*facts.sources[f"facts/{fed.feeds.actual}"]}
    if fed.actuals:
        assert sum(fed.actuals.values()) == fed.actual


@pytest.mark.parametrize("agency", PROGRAMMES)
def test_no_official_types_of_a_member_what_a_programme_tells(shipped: Any, agency: str) -> None:
    found = part(shipped.agencies[agency], lambda adoption: shipped.get(adoption.id, adoption.version).policy)
    assert isinstance(found, Part)

    sent = [command for step in write(found, 40, 2025, 365, "").steps for command in step.commands]

    feeds = {(one.programme, one.feeds.actual) for one in sent if isinstance(one, DefineIndicator) and one.feeds}
    from_first = min(one.since for one in sent if isinstance(one, JoinProgramme))
    told = {
        (one.employee, fact)
        for one in sent
        if isinstance(one, JoinProgramme) and one.since == from_first
        for programme, fact in feeds
        if programme == one.programme
    }
    assert told
    assert [one for one in sent if isinstance(one, EstablishFact) and (one.employee, one.fact) in told] == []


@pytest.mark.parametrize("agency", ["surabaya", "bandung", "samarinda"])
def test_the_demo_says_where_to_look(seeded_year: Any, agency: str) -> None:
    query = (files("neraca.demo") / "sql" / "places.sql").read_bytes()
    with psycopg.connect(seeded_year.url) as connection:
        places = [Place(agency, *row) for row in connection.execute(query, {"agency": agency}).fetchall()]

    found = [one for one in places if one.what == "programme that tells facts of its members"]
    assert bool(found) is (agency in PROGRAMMES)
