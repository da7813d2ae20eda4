"""What the demo shows: a bar while it lives, a table for each agency, and what to ask the server."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from msgspec import Struct, json
from rich.console import Console
from rich.table import Table

from neraca.demo.citizens import OpenLink
from neraca.domain.period import parse
from neraca.domain.text_kinds import counted

_EXPLAIN = (
    "explain { path formula value inputs { name value weight events } origin { file line } legalReference { title } }"
)


class Outcome(Struct, frozen=True):
    """How many people of an agency have an outcome in a period: a predicate, or `blocked`."""

    period: str
    outcome: str
    people: int


class Sample(Struct, frozen=True):
    """Somebody worth asking about."""

    agency: str
    employee: str
    period: str
    score: Decimal | None
    predicate: str | None
    appraiser: str


class Place(Struct, frozen=True):
    """Where one thing that the year shows is to be seen: `period` is a month where it is paid."""

    agency: str
    what: str
    employee: str
    period: str


_FIELDS = {
    "survey that citizens answered themselves": "reports { satisfaction publicSurveys comments }",
    "service times imported": "units { serviceTimes }",
    "deadline that passed, told by the clock": "neraca due; appraisal { timeline }",
    "cohort closed": "cohorts(appraiser, period)",
    "cohort closed within its curve": "cohorts(appraiser, period)",
    "predicate moved in a cohort": "appraisal { cohort { calibration } }",
    "head of a unit": "heads(on)",
    "special expectation": "appraisal { specialExpectations }",
    "credit points": "appraisal { credit }",
    "trained after a low result": "unit(id) { trainingPlans }; neraca report training",
    "own development, agreed and done": "employee { development }",
    "promotion, nominated and granted": "candidacies(kind: PROMOTION); neraca report candidates",
    "reward, nominated and granted": "candidacies(kind: REWARD); neraca report candidates",
    "box of talents": "employee { box }; nineBox(period); neraca report boxes",
    "low results, listed": "candidacies(kind: DISCIPLINE)",
    "programme that tells facts of its members": "programmes { outcomes members periods }; neraca report programme",
    "allowance": "allowances(employee, month)",
    "allowance revised": "allowances(employee, month, history)",
    "acts for another (Plt, Plh)": "employee { record }",
    "name or title corrected": "employee { record }",
    "retired": "employee { record }",
    "rehired": "employee { record }",
    "done by a delegate": "appraisal { followUps timeline }",
    "objection upheld": "appraisal { objections }",
    "objection that amended": "appraisal { finalResults objections }",
    "feedback by the leader and by peers": "appraisal { feedback { source tone words } }",
    "coached, and answered": "appraisal { guidance { kind note answer } }",
    "reports answered at one sitting": "neraca report forensics; reports { forensics(period) }",
    "people judged at one sitting": "neraca report forensics; reports { forensics(period) }",
    "sealed 360, where a rater declined": "appraisal { assignments raterGroups }; neraca report raters",
    "competence by the standard of the post": "competencyStandards; appraisal { explain }",
    "rule tried for a year": "neraca report shadow; reports { shadows shadow(id, period) }",
    "result taken over by the leader": "appraisal { takenOver { title note } }",
}
_DOCUMENT = "neraca document NIP/PERIOD --agency AGENCY"


def where_to_look(console: Console, places: Sequence[Place]) -> None:
    table = Table(title="Where to look", title_justify="left")
    for heading in ("what", "agency", "employee", "period", "GraphQL or verb"):
        table.add_column(heading)
    for one in sorted(places, key=lambda place: (place.what, place.agency)):
        is_document = one.what.startswith(("document", "signature"))
        asked = _DOCUMENT if is_document else _FIELDS.get(one.what, "appraisal { history }")
        table.add_row(one.what, one.agency, one.employee, one.period, asked)
    console.print(table)


def tables(
    console: Console, name: str, people: int, outcomes: Sequence[Outcome], predicates: Mapping[str, str]
) -> None:
    """`predicates`: id -> label, best first."""
    table = Table(title=f"{name}: {counted(people, 'person', 'people')}", title_justify="left")
    table.add_column("period")
    for heading in ("scored", "blocked", *predicates.values()):
        table.add_column(heading, justify="right")
    # A year comes after the periods it was made of.
    for period in sorted({one.period for one in outcomes}, key=lambda label: (parse(label).ends, parse(label).months)):
        by_outcome = {one.outcome: one.people for one in outcomes if one.period == period}
        scored = sum(by_outcome.get(predicate, 0) for predicate in predicates)
        numbers = [scored, by_outcome.get("blocked", 0), *(by_outcome.get(predicate, 0) for predicate in predicates)]
        table.add_row(period, *map(str, numbers))
    console.print(table)


def sign_ins(address: str, people: Sequence[tuple[str, str]]) -> str:
    """Where the pages for people are, and tokens to sign in with."""
    return "\n".join([f"\nPages for people: {address}/pages", *(f"  {who}: {token}" for who, token in people)])


def survey(link: OpenLink) -> str:
    """Where to answer a survey in a browser, as a citizen does, and when the answer goes into the log."""
    return (
        f"\nA survey to answer in a browser, as a citizen of {link.agency} at {link.point}, until {link.until}:\n"
        f"  {link.address}\n"
        "Twenty answers or more are passed on to the log together, and at the end all of them: neraca tick does it."
    )


def questions(address: str, token: Callable[[str], str], sample: Sample, year: Sample | None) -> str:
    """Commands to paste: a score with its explanation, a city's summary, one person's history; and, where there is one,
    a year with the periods it came about from.
    """
    one = f'appraisal(employee: "{sample.employee}", period: "{sample.period}")'
    asked = [
        ("A score and how it came about:", sample.agency, f"{one} {{ score predicate {_EXPLAIN} }}"),
        ("The city's summary:", sample.agency, f'summary(period: "{sample.period}") {{ outcome people }}'),
        (
            "One person's history:",
            sample.agency,
            f"{one} {{ history {{ recordedAt position cause score predicate }} }}",
        ),
    ]
    if year is not None:
        whole = f'appraisal(employee: "{year.employee}", period: "{year.period}")'
        asked.append(("A year over its periods:", year.agency, f"{whole} {{ score predicate {_EXPLAIN} }}"))
    return "\n\n".join(
        f"{title}\ncurl -s {address}/graphql -H 'Authorization: Bearer {token(agency)}' "
        f"-H 'Content-Type: application/json' \\\n  -d '{_body(agency, query)}'"
        for title, agency, query in asked
    )


def _body(agency: str, query: str) -> str:
    return json.encode({"query": f'{{ agency(id: "{agency}") {{ {query} }} }}'}).decode()
