"""The demo as it is begun without a word: its stories take turns with people as they do in no smaller one."""

from typing import Any

from click import Context

from neraca.cli import build
from neraca.composition import CompositionRoot
from neraca.demo import staff
from neraca.demo.fairness import Text
from neraca.demo.scope import Part, part
from neraca.demo.simulation import Size, live
from neraca.demo.year import Year, write
from neraca.domain.roster import AssignEmployee
from neraca.policy.library import Library


def default() -> tuple[Size, int]:
    """The size and the days that `neraca demo` takes where none are asked for."""
    program: Any = build(CompositionRoot())
    verb = program.get_command(Context(program), "demo")
    told = {one.name: one.default for one in verb.params}
    return Size(told["people"], told["seed"]), told["days"]


def written(library: Library, size: Size, days: int) -> list[Year]:
    found = [part(agency, lambda one: library.get(one.id, one.version).policy) for agency in library.agencies.values()]
    parts = [one for one in found if isinstance(one, Part)]
    counts = staff.shares([one.agency for one in parts], size.people)
    return [
        write(one, count, size.seed, days, size.prefix(count), text(library, one))
        for one in parts
        for count in (counts[one.agency.id],)
    ]


def text(library: Library, one: Part) -> Text:
    resolved = library.get(one.policy.id, one.policy.version)
    return Text(resolved.file, dict(resolved.sources))


def assigned(year: Year) -> list[AssignEmployee]:
    return [one for step in year.steps for one in step.commands if isinstance(one, AssignEmployee)]


def test_every_step_of_a_year_of_the_default_size_is_taken_or_refused_as_the_story_has_it(
    database: str, open_service: Any, shipped: Library
) -> None:
    """Without read models: what people see of a year the small ones show."""
    size, days = default()
    years = written(shipped, size, days)

    with open_service(database, shipped.agencies) as house:
        house.adopt(shipped)
        told = live(house.service, years, lambda agency: None)
        opened, final = (
            {past.stream for past in house.service.reader.of_types("gajahmungkur", (tag,))}
            for tag in ("appraisal.opened", "appraisal.finalised")
        )

    district = {one.unit for year in years if year.agency.id == "gajahmungkur" for one in assigned(year)}
    assert district == {"kecamatan", "puskesmas", "kelurahan", "pendidikan"}, "a school is lived beside the offices"
    assert opened == final, "where one is not final, no place is told"
    assert sum(one.refused for one in told) > 0
    for year, one in zip(years, told, strict=True):
        assert (one.agency, one.before) == (year.agency.id, 0)
        assert one.refused <= sum(step.may_fail for step in year.steps)
        # Left out is what needs something that was refused, or is of a rater's place that nobody has.
        left_out = sum(step.needs is not None or step.place is not None for step in year.steps)
        assert len(year.steps) - one.done - one.refused <= left_out
