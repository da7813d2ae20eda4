"""Samarinda keeps what posts ask, by decree, and holds competence against it, with evidence of each level."""

from importlib.resources import files
from typing import Any

import psycopg

from neraca.service.competency_standards import standing
from neraca.service.scoring import gather

CITY = "samarinda"
NAMES = ["teknis", "manajerial", "sosial kultural"]


def test_standards_are_kept_by_decree_for_classes_and_for_a_post_and_one_is_revised(seeded_year: Any) -> None:
    reader = seeded_year.service.reader
    found = {one.of: one for one in standing(reader, CITY, None)}
    set_ = [past.event for past in reader.of_types(CITY, ("competency-standard.set",))]

    assert all(one.decree for one in found.values())
    assert {"ADMINISTRATOR", "SUPERVISOR", "FUNCTIONAL", "OPERATIONAL"} < found.keys()
    [revised] = [one for one in set_ if one.reason is not None]
    assert [one.level for one in found[revised.position].levels] == [4, 3, 4]
    assert len(set_) == 6
    for other in ("surabaya", "gajahmungkur"):
        assert standing(reader, other, None) == []


def test_everybody_is_assessed_by_the_standard_of_their_post_and_the_number_leads_to_it(seeded_year: Any) -> None:
    reader = seeded_year.service.reader
    assessed = [past.event for past in reader.of_types(CITY, ("appraisal.competencies-assessed",))]
    by = {one.of: one for one in standing(reader, CITY, None)}

    assert assessed
    assert {one.standard is not None for one in assessed} == {True}
    assert {one.standard.of for one in assessed} >= {"ADMINISTRATOR", "OPERATIONAL"}, "a post of its own too"
    assert len({one.standard.of for one in assessed} & {one for one in by if not one.isupper()}) == 1
    for one in assessed:
        assert [(each.name, each.required) for each in one.competencies] == [
            (level.name, level.level) for level in by[one.standard.of].levels
        ]
        assert [*one.evidence] == NAMES

    final = next(reader.of_types(CITY, ("appraisal.competencies-assessed",)))
    opened = reader.first(CITY, final.stream).event
    facts = gather(reader, CITY, opened.employee, opened.period, (), None).facts
    assert final.event.standard.position in facts.sources["items/kompetensi/0"]


def test_the_demo_says_where_to_look(seeded_year: Any) -> None:
    query = (files("neraca.demo") / "sql" / "places.sql").read_text("utf-8")
    with psycopg.connect(seeded_year.url) as connection:
        found = {
            (agency, what)
            for agency in (CITY, "gajahmungkur")
            for what, *_ in connection.execute(query, {"agency": agency})  # type: ignore[arg-type]
        }
    for agency, what in (
        (CITY, "competence by the standard of the post"),
        ("gajahmungkur", "sealed 360, where a rater declined"),
    ):
        assert {one for one, said in found if said == what} == {agency}
