"""The facts of one appraisal read from the log alone, and what its policy makes of them."""

from decimal import Decimal
from uuid import UUID

from msgspec import Struct

from neraca.domain import streams
from neraca.domain.appraisal.events import Opened, Reassigned
from neraca.domain.errors import NotFound
from neraca.domain.facts import Facts
from neraca.domain.given import Scored
from neraca.policy.explain import evaluate
from neraca.policy.numbers import printed
from neraca.policy.sheet import Sheet
from neraca.service.history import History
from neraca.service.shelf import Shelved

ENGINE = "explain/1"
"""The arithmetic that made a result; another name if it ever gives another digit for the same facts and policy."""


class Gathered(Struct, frozen=True):
    """`position` is the log position up to which the facts are complete."""

    facts: Facts
    position: int
    unit: str


def gather(
    history: History, agency: str, employee: str, period: str, surveys: tuple[str, ...], until: int | None
) -> Gathered:
    """Folds everything the log says of the appraisal up to `until` (None: now), in one snapshot. Raises NotFound."""
    stream = streams.appraisal(agency, employee, period)
    _, own = history.streams(agency, [stream], until)
    if not own:
        raise NotFound(f"{employee} has no appraisal for {period}; open it first")
    opened = own[0].event
    if not isinstance(opened, Opened):
        raise TypeError(f"stream {stream} does not begin with appraisal.opened")
    unit = next((past.event.unit for past in reversed(own) if isinstance(past.event, Reassigned)), opened.unit)
    wanted: list[UUID] = [
        stream,
        streams.employee(agency, employee),
        *(streams.attendance(agency, employee, year) for year in range(opened.starts.year, opened.ends.year + 1)),
        *(streams.survey(agency, unit, period, name) for name in surveys),
        streams.achievement(agency, unit, period),
    ]
    position, past = history.streams(agency, wanted, until)
    facts = Facts(starts=opened.starts, ends=opened.ends)
    for one in past:
        facts.apply(one.event, one.position)
    return Gathered(facts, position, unit)


def scored(gathered: Gathered, policy: Shelved) -> Scored:
    """Of the facts as gathered; a blocked sheet says why and has no result."""
    sheet = evaluate(policy.plan, gathered.facts.case)
    return Scored(
        policy=policy.ref,
        position=gathered.position,
        facts_digest=gathered.facts.digest(),
        engine=ENGINE,
        predicate=sheet.predicate,
        score=None if sheet.score is None else _decimal(sheet.score, sheet),
        nodes={name: None if value is None else _decimal(value, sheet) for name, value in sheet.nodes.items()},
        blocked=sheet.reason if sheet.status == "blocked" else None,
    )


def _decimal(value: int, sheet: Sheet) -> Decimal:
    return Decimal(printed(value, sheet.places))
