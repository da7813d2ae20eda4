"""What a record of a unit is for: a period that somebody is appraised in, and a survey that a policy reads.

What nothing could ever use is refused at the door, with what there is, rather than kept in silence.
"""

from collections.abc import Callable, Iterable, Sequence

from neraca.domain import validation
from neraca.domain.command_rules import Rulebook
from neraca.domain.errors import Invalid
from neraca.domain.period import Period, containing, of_year


def part_of(period: Period, cycle: str) -> bool:
    """Some months of one period of the cycle, less than all of it."""
    whole = containing(period.starts, cycle)
    return period.ends <= whole.ends and period.months < whole.months


def appraises(rulebook: Rulebook, period: Period) -> bool:
    """Whether the policy has appraisals of such a period, of parts such as it, or of a year over its periods."""
    if period.cycle == rulebook.cycle or (rulebook.judged_year and period.cycle == "year"):
        return True
    return rulebook.segments and part_of(period, rulebook.cycle)


def evaluates(rulebook: Rulebook, period: Period) -> bool:
    """Whether a result of such a period comes about under the policy, appraised or put together from its periods."""
    return appraises(rulebook, period) or is_over_its_periods(rulebook, period)


def is_over_its_periods(rulebook: Rulebook, period: Period) -> bool:
    """Whether it is a year that has a result beside those of its periods: it alone counts their days once more."""
    return period.cycle == "year" and (rulebook.annual or rulebook.judged_year)


def readers(
    period: Period, rulebooks: Sequence[Rulebook], reads: Callable[[Rulebook, Period], bool] = appraises
) -> list[Rulebook]:
    """Those of the policies in force that appraise the period, or use what is of it as `reads` says. Refuses one that
    none does.
    """
    found = [rulebook for rulebook in rulebooks if reads(rulebook, period)]
    if found:
        return found
    if not rulebooks:
        raise Invalid(f"/period: no policy is in force in {period.label}, so nothing could use it", field="/period")
    there = {one.label: None for rulebook in rulebooks for one in _near(period, rulebook, reads)}
    raise Invalid(
        f"/period: nobody is appraised for {period.label}; the policies in force appraise {', '.join(there)}",
        field="/period",
    )


def _near(period: Period, rulebook: Rulebook, reads: Callable[[Rulebook, Period], bool]) -> Iterable[Period]:
    year = period.starts.year
    if rulebook.cycle != "year" and reads(rulebook, of_year(year, "year")[0]):
        yield of_year(year, "year")[0]
    yield from (one for one in of_year(year, rulebook.cycle) if one.meets(period))


def survey(name: str, elements: Sequence[str], rulebooks: Sequence[Rulebook]) -> None:
    """Refuses a survey that no policy reads, or one with other elements than all that read it need together."""
    there = {survey: None for rulebook in rulebooks for survey in rulebook.surveys}
    validation.known(name, there, "/survey", "the policies in force read no survey {}")
    wanted = list(dict.fromkeys(element for rulebook in rulebooks for element in rulebook.surveys.get(name, ())))
    for at, element in enumerate(elements):
        validation.known(element, wanted, f"/elements/{at}", f"survey '{name}' has no element {{}}")
    lacking = [element for element in wanted if element not in elements]
    if lacking:
        raise Invalid(
            f"/elements: without {', '.join(lacking)} nothing could be scored; '{name}' asks {', '.join(wanted)}",
            field="/elements",
        )


def open_to_all(survey: str, rulebooks: Sequence[Rulebook]) -> bool:
    """Whether all policies that read the survey count what came over its open link: they share its sums."""
    return all(survey in one.open_surveys for one in rulebooks if survey in one.surveys)
