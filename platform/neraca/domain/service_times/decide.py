"""Batches are taken in from a source that is registered, and an official confirms what a period came to."""

from decimal import Decimal
from typing import assert_never
from zoneinfo import ZoneInfo

from neraca.domain import record_uses, validation
from neraca.domain.case import Micro
from neraca.domain.command_rules import FactRule, Rulebook
from neraca.domain.contexts import RecordContext, TimesContext, having
from neraca.domain.errors import AlreadyDone, Conflict, Invalid, NotAllowed, NotFound, NotOpen
from neraca.domain.facts import FROM_THE_LEDGER
from neraca.domain.organisation import active_unit
from neraca.domain.service_times.commands import (
    ConfirmServiceTimes,
    ImportServiceTimes,
    MeasureAs,
    ServiceTimesCommand,
    WithdrawServiceTimes,
)
from neraca.domain.service_times.events import (
    MeasuredFact,
    ServiceTimesConfirmed,
    ServiceTimesEvent,
    ServiceTimesImported,
    ServiceTimesWithdrawn,
)
from neraca.domain.service_times.records import ServiceFigures, Tally, digest, faults, figures, joined, measured
from neraca.domain.service_times.state import State, counting

MOST_PARTS = 1_000
"""Of a batch, and of all batches of a unit and period together."""

MOST_SERVICES = 200
_UNJUDGED = "it is not known of all how many kept the standard; send `within` with them, or /standards"
_LACKS = {
    "median": "some were counted together, and have no middle; take the mean",
    "standard": "no standard is said; send it in /standards",
    "share": _UNJUDGED,
    "within": _UNJUDGED,
}
LONGEST_STANDARD = 10**6
"""Minutes: close to two years."""


def decide(command: ServiceTimesCommand, state: State, context: RecordContext) -> list[ServiceTimesEvent]:
    match command:
        case ImportServiceTimes():
            return _take(command, state, having(TimesContext, context))
        case WithdrawServiceTimes():
            _importer(command.source, having(TimesContext, context))
            if (command.source, command.batch) not in state.batches:
                raise NotFound(f"/batch: there is no batch '{command.batch}' of {command.source} here", field="/batch")
            return [_withdrawn(command, command.reason)]
        case ConfirmServiceTimes():
            return [_confirm(command, state, context)]
        case _:
            assert_never(command)


def _take(command: ImportServiceTimes, state: State, context: TimesContext) -> list[ServiceTimesEvent]:
    _importer(command.source, context)
    period = validation.period(command.period)
    active_unit(command.unit, period.ends, context.agency)
    record_uses.readers(period, context.applied, record_uses.evaluates)
    if command.file is not None and not _is_sha256(command.file):
        raise Invalid("/file: send the sha256 of the file, 64 digits from 0 to f", field="/file")
    zone = ZoneInfo(context.agency.time_zone)
    for at, record in enumerate(command.records):
        for name, wrong in faults(record, period, zone, context.today):
            field = f"/records/{at}/{name}"
            raise Invalid(f"{field}: {wrong}", field=field)
    if not command.records:
        raise Invalid("/records: there is nothing in it; send a batch when there is", field="/records")
    taken = digest(command.records)
    events = _making_room(command, state, taken)
    return [
        *events,
        ServiceTimesImported(
            unit=command.unit,
            period=command.period,
            source=command.source,
            batch=command.batch,
            digest=taken,
            records=command.records,
            part=command.part,
            file=command.file,
        ),
    ]


def _making_room(command: ImportServiceTimes, state: State, taken: str) -> list[ServiceTimesEvent]:
    """Returns the withdrawal of the batch that is there, where a reason is given; refuses what is there already."""
    there = [one.taken.digest for one in state.batches.get((command.source, command.batch), ())]
    if not 1 <= command.part <= MOST_PARTS:
        raise Invalid(f"/part: parts are counted from 1 to {MOST_PARTS:,}, not {command.part}", field="/part")
    # One that begins alike and goes on otherwise is another batch: its reason is what tells it from a repetition.
    replaces = command.reason is not None and command.part == 1 and len(there) > 1
    if command.part <= len(there) and there[command.part - 1] == taken and not replaces:
        raise AlreadyDone(
            f"/batch: part {command.part} of batch '{command.batch}' of {command.source} is taken already, with the "
            "same records",
            field="/batch",
        )
    if command.reason is not None:
        if command.part != 1 or not there:
            raise Invalid("/reason: a reason is for part 1 of a batch that is there and is replaced", field="/reason")
        return [_withdrawn(command, command.reason)]
    if command.part <= len(there):
        raise otherwise_there(command.source, command.batch)
    if len(counting(state)) >= MOST_PARTS:
        raise Conflict(
            f"/batch: {MOST_PARTS:,} parts of batches count here already; withdraw some, and send fewer that are "
            "larger",
            field="/batch",
        )
    if command.part > len(there) + 1:
        raise Invalid(f"/part: part {len(there) + 1} comes before part {command.part}; send it first", field="/part")
    return []


def otherwise_there(source: str, batch: str) -> Conflict:
    """What is said of a batch that is there with other records than those that came now."""
    return Conflict(
        f"/batch: batch '{batch}' of {source} is there with other records; send it with a reason to replace it, or "
        "under another name",
        field="/batch",
    )


def _withdrawn(command: ImportServiceTimes | WithdrawServiceTimes, reason: str) -> ServiceTimesWithdrawn:
    return ServiceTimesWithdrawn(
        unit=command.unit,
        period=command.period,
        source=command.source,
        batch=command.batch,
        reason=validation.written(reason, "/reason", "the reason"),
    )


def _importer(source: str, context: TimesContext) -> None:
    if not context.system:
        raise NotFound(f"/source: there is no source '{source}'; an official must register it first", field="/source")
    if context.actor.id not in context.importers:
        raise NotAllowed(
            f"/source: {context.actor.id} does not import from '{source}'; an official may name them in "
            "revise-time-source",
            field="/source",
        )


def _confirm(command: ConfirmServiceTimes, state: State, context: RecordContext) -> ServiceTimesConfirmed:
    parts = counting(state)
    if not parts and state.resting_on is None:
        raise NotOpen(f"no service times of {command.unit} in {command.period} are imported; there is nothing yet")
    period = validation.period(command.period)
    rulebooks = record_uses.readers(period, context.applied, record_uses.evaluates)
    tallies = joined(part.tallies for part in parts)
    if len(tallies) > MOST_SERVICES:
        raise Conflict(
            f"there are {len(tallies):,} services in what was imported; at most {MOST_SERVICES:,} are confirmed, "
            "so withdraw what names each visit a service of its own"
        )
    for service, standard in command.standards.items():
        at = validation.pointer("standards", service)
        validation.known(service, tallies, at, "no times of a service {} are imported here")
        if not 0 < validation.exact(standard, at) <= LONGEST_STANDARD * 10**6:
            raise Invalid(
                f"{at}: {standard} minutes are no standard; send from above 0 to {LONGEST_STANDARD:,}", field=at
            )
    services = {name: figures(name, tallies[name], command.standards.get(name)) for name in sorted(tallies)}
    facts = [_fact(nth, command.facts, services, tallies, rulebooks) for nth in range(len(command.facts))]
    batches = [part.taken for part in parts]
    if (state.services, state.facts, state.resting_on) == ([*services.values()], facts, batches):
        raise AlreadyDone(f"the service times of {command.unit} in {command.period} are confirmed as they are")
    return ServiceTimesConfirmed(
        unit=command.unit, period=command.period, services=[*services.values()], facts=facts, batches=batches
    )


def _fact(
    nth: int,
    wanted: list[MeasureAs],
    services: dict[str, ServiceFigures],
    tallies: dict[str, Tally],
    rulebooks: list[Rulebook],
) -> MeasuredFact:
    one, at = wanted[nth], f"/facts/{nth}"
    if any(other.fact == one.fact for other in wanted[:nth]):
        raise Invalid(f"{at}/fact: '{one.fact}' is there twice; name each fact once", field=f"{at}/fact")
    if one.fact in FROM_THE_LEDGER:
        raise Invalid(
            f"{at}/fact: '{one.fact}' is counted from other records; name one of the policy's own", field=f"{at}/fact"
        )
    known = {name for rulebook in rulebooks for name in rulebook.facts}
    validation.known(one.fact, known, f"{at}/fact", "no policy in force reads a fact {}")
    validation.known(one.service, services, f"{at}/service", "no times of a service {} are imported here")
    number = measured(services[one.service], tallies[one.service], one.measure, one.time_unit)
    if number is None:
        raise Invalid(f"{at}/measure: of '{one.service}' {_LACKS[one.measure]}", field=f"{at}/measure")
    for rulebook in rulebooks:
        if one.fact in rulebook.kinds:
            _readable(one, number, rulebook.kinds[one.fact], rulebook, f"{at}/fact")
    return MeasuredFact(one.fact, one.service, one.measure, number, one.time_unit)


def _readable(one: MeasureAs, number: Decimal, rule: FactRule, rulebook: Rulebook, at: str) -> None:
    """Refuses what a policy would not read as a number, or could not divide by."""
    if rule.kind != "number":
        raise Invalid(
            f"{at}: policy {rulebook.policy.id} reads '{one.fact}' as a {rule.kind}; a time is a number", field=at
        )
    if rule.above is not None and _exact(number) <= rule.above:
        raise Invalid(
            f"{at}: '{one.fact}' is divided by and must be above 0, and '{one.service}' came to {number}", field=at
        )


def _exact(number: Decimal) -> Micro:
    return int(number * 10**6)


def _is_sha256(text: str) -> bool:
    return len(text) == 64 and not set(text) - set("0123456789abcdef")
