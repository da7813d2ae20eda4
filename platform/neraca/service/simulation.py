"""What if another policy ruled: the stored facts of a period, judged by what is in force and by a candidate.

Everything is read in one snapshot of the read models. Nothing is written, and no score moves.
"""

from collections import Counter
from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from typing import Any, TypeAlias, TypeVar, assert_never

import msgspec
from msgspec import UNSET, Struct, UnsetType
from psycopg import Connection
from psycopg.types.json import set_json_loads

from neraca.domain import validation
from neraca.domain.agency import Agency
from neraca.domain.case import Case, Micro, micro
from neraca.domain.errors import Blocked, Invalid, NotFound, NotOneInForce
from neraca.domain.facts import UNIT_PREDICATE
from neraca.domain.period import Period, containing, parse
from neraca.domain.policy_register import Shadow
from neraca.domain.policy_register.events import PolicyProposed
from neraca.domain.policy_register.timing import not_mid_period, within_its_dates
from neraca.domain.remuneration import ceilings
from neraca.domain.remuneration.ceilings import CeilingSet, CeilingWithdrawn
from neraca.domain.remuneration.told_facts import CEILING, CEILING_PARTS
from neraca.domain.text_kinds import counted, shown
from neraca.domain.vocabulary import PositionClass, Purpose
from neraca.policy.engine.vectorised import Columns, evaluate, load
from neraca.policy.impact.report import (
    Impact,
    Judged,
    Outcome,
    Paid,
    Paying,
    Person,
    compare,
    impact_hash,
    nodes_read,
    outcomes,
    valued,
)
from neraca.policy.published import PublishedPolicy
from neraca.service.candidacy_impact import Concerned, candidacy_effect
from neraca.service.command_batch import NoSuchAgency
from neraca.service.commencement import CommencementEffects, RunningPeriod, Schedule, Start, commencement_effects
from neraca.service.drafts import drafted
from neraca.service.policies import PolicyRepository
from neraca.service.statements import statement
from neraca.store.pool import open_connection

PAGE = 2_000

RowT = TypeVar("RowT")

Progress: TypeAlias = Callable[[int, int], None]
"""Told how many people are done, of how many."""

_CASE = msgspec.json.Decoder(Case)
_PAID: tuple[Paid, ...] = ("allowance", "credit")


class SimulationRequest(Struct, frozen=True, kw_only=True):
    """A policy is one ready to judge by, or a reference: `id@version`, an id for its latest version, a hash, or the
    name of an agency for what is in force there. A candidate may also be a proposal of the agency, such as p1.

    Without `period` it is the last one that has final results, without `against` what is in force. `allowance` and
    `credit` are those in force unless named. `consult` are the agencies whose registers may be looked into as well.
    `start` says when the candidate is to begin; a proposal says so itself. With `only_final` those alone are judged
    whose result is final.
    """

    agency: str
    candidate: PublishedPolicy | str
    period: str | None = None
    against: PublishedPolicy | str | None = None
    allowance: PublishedPolicy | str | None = None
    credit: PublishedPolicy | str | None = None
    consult: Collection[str] = ()
    start: Start | None = None
    only_final: bool = False


class LeftOut(Struct, frozen=True):
    """How many people of a class of position, empty where it is unknown, and why."""

    position_class: str
    people: int
    why: str


class Simulation(Struct, frozen=True):
    """`hash` is that of the report; `position` the log position of the facts; `affected` the ids of those the report
    lists as most affected, and `candidates` of those who would come in or drop out, for whoever may know them.
    `left_out` are people whom the candidate would not rule, by why; the report has none of them."""

    impact: Impact
    hash: str
    position: int
    affected: tuple[str, ...]
    left_out: tuple[LeftOut, ...] = ()
    candidates: tuple[str, ...] = ()


class ShadowReport(Struct, frozen=True):
    """A shadow, the `periods` that ended within its days and have final results, and what it makes of those that were
    asked for.
    """

    of: Shadow
    periods: tuple[str, ...]
    found: tuple[Simulation, ...]


class Facts(Struct, frozen=True, eq=False):
    """Of everybody, and which `nodes` of a result are asked for by what pays."""

    columns: Columns
    nodes: frozenset[str]


class FixedResult(Struct, frozen=True):
    """Of a score that is final."""


class Simulator:
    """Opens a connection for each question. Safe to share between threads."""

    def __init__(self, url: str, policies: PolicyRepository, agencies: Mapping[str, Agency]) -> None:
        self._url = url
        self._policies = policies
        self._agencies = agencies

    def run(self, asked: SimulationRequest, say: Progress | None = None) -> Simulation:
        """Raises NoSuchAgency, NotFound, NotOneInForce, Invalid and PolicyAltered."""
        if asked.agency not in self._agencies:
            raise NoSuchAgency(f"no agency '{asked.agency}'; there are {', '.join(sorted(self._agencies))}")
        with _snapshot(self._url, asked.agency) as connection:
            named, start = self._candidate(asked)
            period, size = _period(connection, asked, start)
            paying = self._paying(asked, period)
            people, cases, judged_as = _people(
                connection, asked.agency, period, size, say, _ceilings(connection, asked, paying)
            )
            running = _running(connection, asked.agency)
            position = _one(connection, "scored-until", {"agency": asked.agency}) or 0
        if asked.only_final:
            final = [row for row, one in enumerate(judged_as) if isinstance(one, FixedResult)]
            people, cases, judged_as = _only(final, people), _only(final, cases), _only(final, judged_as)
        candidate, left_out = self._ruling_most(named, asked, period, people)
        if left_out:
            outside = {one.position_class for one in left_out}
            kept = [row for row, one in enumerate(people) if one.position_class not in outside]
            people, cases, judged_as = _only(kept, people), _only(kept, cases), _only(kept, judged_as)
        begins = None if start is None else self._begins(asked, candidate, start, running)
        columns = load(cases)
        facts = Facts(columns, nodes_read(one.plan for one in paying.values()))
        before = self._before(asked, period, people, facts)
        after = _limited(self._after(named, candidate, asked, period, people, facts), before, people, start)
        if begins is not None:
            after = _cut_short(after, period, judged_as, begins)
        report = begins.report if begins else None
        found = compare(asked.agency, period.label, people, cases, before, after, paying, report)
        return Simulation(found.impact, impact_hash(found.impact), position, found.affected, left_out)

    def measured(self, agency: str, proposal: str, period: str | None) -> Simulation:
        """What a proposal would do, as it is attached to it: to people, or to what they are paid or credited."""
        compiled, proposed = self._policies.proposed(agency, proposal)
        start = _start_of(proposed)
        # Where pay or credit is proposed, predicates stay as they are in force; what they are turned into moves.
        match proposed.purpose:
            case "predicate":
                asked = SimulationRequest(agency=agency, candidate=proposal, period=period)
            case "allowance":
                asked = SimulationRequest(
                    agency=agency, candidate=agency, period=period, allowance=compiled, start=start
                )
            case "credit":
                asked = SimulationRequest(agency=agency, candidate=agency, period=period, credit=compiled, start=start)
            case "reward" | "incentive" | "promotion" | "talent" | "discipline":
                # It moves no result and no pay, so that predicates are told as they stay.
                asked = SimulationRequest(agency=agency, candidate=agency, period=period, start=start)
                return self._with_candidates(self.run(asked), agency, compiled, proposed)
            case _:
                assert_never(proposed.purpose)
        return self.run(asked)

    def _with_candidates(
        self, found: Simulation, agency: str, proposed: PublishedPolicy, by: PolicyProposed
    ) -> Simulation:
        """The same with who would come in, and who would drop out, of all who have a final result of the period."""
        label = found.impact.period
        with _snapshot(self._url, agency) as connection:
            rows = connection.execute(
                statement("to-consider"), {"agency": agency, "period": label, "unit": None}
            ).fetchall()
        people = [Concerned(*row) for row in rows if by.classes is None or row[2] in by.classes]
        in_force = self._policies.by_policy_date(agency, parse(label), by.purpose)
        effect, names = candidacy_effect(
            self._policies.reader, agency, label, people, (in_force, proposed), found.position
        )
        impact = msgspec.structs.replace(found.impact, candidacy=effect)
        return msgspec.structs.replace(found, impact=impact, hash=impact_hash(impact), candidates=names)

    def shadowed(self, agency: str, shadow: str, periods: Collection[str] | None = None) -> ShadowReport:
        """What a shadow makes of the final results of each period that ended within its days, or of some of those,
        beside what is in force. Raises NotFound.
        """
        if agency not in self._agencies:
            raise NoSuchAgency(f"no agency '{agency}'; there are {', '.join(sorted(self._agencies))}")
        try:
            tried, of = self._policies.shadowing(agency, shadow)
        except KeyError:
            there = [one.named.shadow for one in self._policies.shadows(agency)]
            near = validation.suggestion(shadow, there)
            raise NotFound(f"/shadow: there is no shadow {shown(shadow)}; {near}", field="/shadow") from None
        with _snapshot(self._url, agency) as connection:
            rows = connection.execute(statement("periods"), {"agency": agency}).fetchall()
        ended = [parse(label) for label, _, final in rows if final]
        within = sorted(
            (one for one in ended if of.named.since <= one.ends <= of.last), key=lambda one: (one.ends, one.label)
        )
        found = [
            self.run(SimulationRequest(agency=agency, candidate=tried, period=one.label, only_final=True))
            for one in within
            if periods is None or one.label in periods
        ]
        return ShadowReport(of, tuple(one.label for one in within), tuple(found))

    def _candidate(self, asked: SimulationRequest) -> tuple[PublishedPolicy | str, Start | None]:
        candidate, start = asked.candidate, asked.start
        if isinstance(candidate, str):
            with suppress(KeyError):
                candidate, proposed = self._policies.proposed(asked.agency, candidate)
                if start is not None:
                    raise Invalid(f"{proposed.proposal} says itself that it is to begin on {proposed.since}")
                start = _start_of(proposed)
        return candidate, start

    def _begins(
        self, asked: SimulationRequest, candidate: PublishedPolicy, start: Start, running: list[RunningPeriod]
    ) -> CommencementEffects:
        """Raises Conflict for a day on which it can't begin."""
        agency, day_before = asked.agency, start.since - timedelta(days=1)
        now = Schedule(tuple(self._policies.spans(agency)), lambda one: self._policies.joins(agency, one))
        if asked.candidate == agency:  # it is in force already: the day is that of the policy that pays
            return commencement_effects(start, [], now, now)
        draft = drafted(
            candidate, self._policies.cycles(agency, day_before), self._policies.joining(agency, day_before)
        )
        within_its_dates(draft, start.since, start.until)
        not_mid_period(draft, start.since, start.classes, now.spans, in_parts=start.in_parts)
        then = now.with_(candidate.ref, start, joins=candidate.rules.segments)
        return commencement_effects(start, running, now, then)

    def _before(self, asked: SimulationRequest, period: Period, people: list[Person], facts: Facts) -> Judged:
        if isinstance(asked.against, str) and asked.against in _registers(asked):
            return self._in_force(asked.against, period, people, facts)
        if asked.against is not None:
            return _judged(self._found(asked.against, asked, period, "predicate"), facts)
        return self._in_force(asked.agency, period, people, facts)

    def _after(
        self,
        named: PublishedPolicy | str,
        candidate: PublishedPolicy,
        asked: SimulationRequest,
        period: Period,
        people: list[Person],
        facts: Facts,
    ) -> Judged:
        if named != asked.agency:
            return _judged(candidate, facts)
        own = self._in_force(asked.agency, period, people, facts)
        others = tuple(plan for plan in own.plans if plan.policy_hash != candidate.ref.hash)
        # A report names the first: that of most people.
        return msgspec.structs.replace(own, plans=(candidate.plan, *others))

    def _ruling_most(
        self, named: PublishedPolicy | str, asked: SimulationRequest, period: Period, people: list[Person]
    ) -> tuple[PublishedPolicy, tuple[LeftOut, ...]]:
        """Where an agency is named, what would rule most of the people there, and those whom it would not rule. Its own
        rules rule everybody here, each class by its own.
        """
        if not isinstance(named, str) or named not in _registers(asked):
            return self._found(named, asked, period, "predicate"), ()
        classes = Counter(one.position_class for one in people)
        ruling = {name: self._ruling(named, period, name) for name in sorted(classes)}
        refs = {one.ref.hash: one for one in ruling.values() if isinstance(one, PublishedPolicy)}
        ruled = Counter[str]()
        for name, one in ruling.items():
            if isinstance(one, PublishedPolicy):
                ruled[one.ref.hash] += classes[name]
        if not ruled:
            return self._found(named, asked, period, "predicate"), ()
        most = refs[max(ruled, key=lambda hash_: (ruled[hash_], hash_))]
        if named == asked.agency:
            return most, ()
        outside = [
            LeftOut(name, classes[name], f"{one.ref.name} rules them in {named}; name it")
            if isinstance(one, PublishedPolicy)
            else LeftOut(name, classes[name], f"in {named}: {one.reason}")
            for name, one in ruling.items()
            if not isinstance(one, PublishedPolicy) or one.ref.hash != most.ref.hash
        ]
        return most, tuple(outside)

    def _in_force(self, agency: str, period: Period, people: list[Person], facts: Facts) -> Judged:
        ruling = {name: self._ruling(agency, period, name) for name in {one.position_class for one in people}}
        judged = {one.ref.hash: _judged(one, facts) for one in ruling.values() if isinstance(one, PublishedPolicy)}
        if len(judged) == 1 and all(isinstance(one, PublishedPolicy) for one in ruling.values()):
            return next(iter(judged.values()))
        # Each is judged by what rules the class; the rule for a cohort is that of most people in it.
        theirs = [
            one.ref.hash if isinstance(one := ruling[person.position_class], PublishedPolicy) else one
            for person in people
        ]
        # By hash where two have as many people: the same report must come out each time, as it is named by its hash.
        most = max(judged, key=lambda hash_: (theirs.count(hash_), hash_), default=None)
        plans = tuple(judged[hash_].plans[0] for hash_ in sorted(judged))
        found = [judged[one].outcomes[row] if isinstance(one, str) else one for row, one in enumerate(theirs)]
        having = {
            name: [isinstance(one, str) and _has(judged[one], name, row) for row, one in enumerate(theirs)]
            for name in dict.fromkeys(name for one in judged.values() for name in one.valued)
        }
        return Judged(plans, judged[most].distribution if most else None, found, having)

    def _ruling(self, agency: str, period: Period, position_class: str) -> PublishedPolicy | Outcome:
        """Where no rule is in force for a class, its people are blocked, and so they count."""
        whom = PositionClass(position_class) if position_class else None
        try:
            ruling = self._policies.by_policy_date(agency, period, "predicate", whom)
        except NotOneInForce as why:
            return Outcome(None, None, "policy", why.message)
        none = f"no policy is in force{f' for {whom}' if whom else ''} on {period.ends}"
        return ruling or Outcome(None, None, "policy", none)

    def _paying(self, asked: SimulationRequest, period: Period) -> dict[Paid, Paying]:
        found: dict[Paid, Paying] = {}
        for purpose in _PAID:
            named = asked.allowance if purpose == "allowance" else asked.credit
            if named is None:
                compiled = self._policies.by_policy_date(asked.agency, period, purpose)
            else:
                compiled = self._found(named, asked, period, purpose)
            if compiled is not None:
                found[purpose] = Paying(compiled.plan, compiled.resolved.policy.period.cycle)
        return found

    def _found(
        self, wanted: PublishedPolicy | str, asked: SimulationRequest, period: Period, purpose: Purpose
    ) -> PublishedPolicy:
        compiled = wanted if isinstance(wanted, PublishedPolicy) else self._named(wanted, asked, period, purpose)
        policy = compiled.resolved.policy
        if policy.purpose != purpose:
            raise Invalid(f"{compiled.ref.name} is a policy for {policy.purpose}, not for {purpose}")
        return compiled

    def _named(self, ref: str, asked: SimulationRequest, period: Period, purpose: Purpose) -> PublishedPolicy:
        registers = _registers(asked)
        if ref in registers:
            compiled = self._policies.by_policy_date(ref, period, purpose)
            if compiled is None:
                raise NotFound(f"no policy for {purpose} is in force in {ref} on {period.ends}")
            return compiled
        for agency in registers:
            if (compiled := self._policies.find(agency, ref)) is not None:
                return compiled
        known = [one for agency in registers for one in self._policies.refs(agency)]
        raise NotFound(f"no policy {shown(ref)} is published; {validation.suggestion(ref, known)}")


def _only(rows: Sequence[int], all_: Sequence[RowT]) -> list[RowT]:
    return [all_[row] for row in rows]


def _registers(asked: SimulationRequest) -> list[str]:
    return list(dict.fromkeys((asked.agency, *asked.consult)))


def _judged(compiled: PublishedPolicy, facts: Facts) -> Judged:
    sheets = evaluate(compiled.plan, facts.columns)
    distribution, having = compiled.resolved.policy.distribution, valued(compiled.plan, sheets)
    return Judged((compiled.plan,), distribution, outcomes(sheets, facts.nodes), having)


def _cut_short(
    after: Judged, period: Period, judged_as: list[PositionClass | FixedResult | None], begins: CommencementEffects
) -> Judged:
    """Whoever has the period open is blocked where it is cut; what is final is judged as a whole like everything."""

    def outcome(old: Outcome, whom: PositionClass | FixedResult | None) -> Outcome:
        why = None if isinstance(whom, FixedResult) else begins.blocked.get((period.label, whom))
        return old if why is None else Outcome(None, None, "policy", why)

    pairs = zip(after.outcomes, judged_as, strict=True)
    return Judged(after.plans, after.distribution, [outcome(old, whom) for old, whom in pairs], after.valued)


def _start_of(proposed: PolicyProposed) -> Start:
    return Start(proposed.since, proposed.until, proposed.classes, proposed.in_parts)


def _limited(after: Judged, before: Judged, people: list[Person], start: Start | None) -> Judged:
    """Whoever is of another class than a proposal is for stays under what rules already."""
    if start is None or start.classes is None:
        return after
    classes = start.classes
    both = zip(people, before.outcomes, after.outcomes, strict=True)
    found = [new if person.position_class in classes else old for person, old, new in both]
    having = {
        name: [_has(after if one.position_class in classes else before, name, row) for row, one in enumerate(people)]
        for name in dict.fromkeys((*after.valued, *before.valued))
    }
    return Judged((*after.plans, *before.plans), after.distribution, found, having)


def _has(judged: Judged, indicator: str, row: int) -> bool:
    return indicator in judged.valued and judged.valued[indicator][row]


@contextmanager
def _snapshot(url: str, agency: str) -> Generator[Connection]:
    with open_connection(url) as connection:
        # Bytes as they came: read once, into a Case, and not into dicts before that.
        set_json_loads(_as_it_came, connection)
        # The follower goes on writing meanwhile: statements with a snapshot each would mix two states of a city.
        connection.execute("begin isolation level repeatable read read only")
        connection.execute("select set_config('neraca.agency', %s, true)", (agency,))
        yield connection
        connection.execute("commit")


def _as_it_came(data: str | bytes) -> bytes:
    return data.encode() if isinstance(data, str) else data


def _period(connection: Connection, asked: SimulationRequest, start: Start | None) -> tuple[Period, int]:
    """The period and how many people it has. Where nobody was appraised ever, what begins there touches nobody."""
    rows = connection.execute(statement("periods"), {"agency": asked.agency}).fetchall()
    if not rows and start is not None:
        return containing(start.since, "year") if asked.period is None else validation.period(asked.period), 0
    there = ", ".join(row[0] for row in rows) or "none"
    if asked.period is not None:
        period = validation.period(asked.period)
        people = next((row[1] for row in rows if row[0] == period.label), 0)
        if not people:
            raise NotFound(f"{asked.agency} has no appraisals of {period.label}; there are {there}", field="/period")
        return period, people
    found = next(((row[0], row[1]) for row in rows if row[2]), None)
    if found is None:
        raise NotFound(f"{asked.agency} has no final results yet; name a period, there are {there}", field="/period")
    return validation.period(found[0]), found[1]


def _ceilings(connection: Connection, asked: SimulationRequest, paying: Mapping[Paid, Paying]) -> ceilings.State | None:
    """Those that are set, where an allowance is paid by them."""
    pay = paying.get("allowance")
    asks = {path.removeprefix("facts/") for path in (*pay.plan.readers, *pay.plan.judges)} if pay else set[str]()
    if not asks & {CEILING, *CEILING_PARTS.values()}:
        return None
    state = ceilings.State()
    for at, withdrawn, since, post, position_class, level, *parts in connection.execute(
        statement("ceilings"), {"agency": asked.agency}
    ).fetchall():
        whose: dict[str, Any] = {
            "since": since,
            "position": post,
            "position_class": None if position_class is None else PositionClass(position_class),
            "career_level": level,
        }
        event = (
            CeilingWithdrawn(**whose, reason="")
            if withdrawn
            else CeilingSet(**whose, decree="", **dict(zip(CEILING_PARTS, parts, strict=True)))
        )
        state = ceilings.evolve(state, event, at)
    return state


def _paid_by(
    state: ceilings.State | None, day: date, post: str | None, position_class: str, level: str | None
) -> dict[str, Micro] | UnsetType:
    """The ceiling of a post as a rule that pays is told of it."""
    if state is None:
        return UNSET
    known = PositionClass(position_class) if position_class else None
    ceiling = ceilings.ceiling_on(state, day, post, known, level)
    if ceiling is None:
        return {}
    parts = {fact: micro(part) for fact, part in zip(CEILING_PARTS.values(), ceiling.parts, strict=True)}
    return {CEILING: micro(ceiling.amount), **parts}


def _people(
    connection: Connection,
    agency: str,
    period: Period,
    size: int,
    say: Progress | None,
    limits: ceilings.State | None,
) -> tuple[list[Person], list[Case], list[PositionClass | FixedResult | None]]:
    """Who they are, their facts, and as of which class the score is judged, or that it is fixed."""
    people: list[Person] = []
    judged_as: list[PositionClass | FixedResult | None] = []
    incomplete = 0
    cases: list[Case] = []
    months = period.months
    # A cursor in the server, so that a city's rows never lie in memory beside its cases.
    with connection.cursor("people", binary=True) as cursor:
        cursor.execute(statement("people"), {"agency": agency, "period": period.label})
        while rows := cursor.fetchmany(PAGE):
            for employee, unit, position_class, career_level, post, facts, fixed, own_class, lacking in rows:
                incomplete += lacking
                case = _CASE.decode(facts)
                paid = _paid_by(limits, period.ends, post, position_class, career_level)
                people.append(Person(employee, unit, position_class, career_level, _organisation(case), months, paid))
                cases.append(case)
                judged_as.append(FixedResult() if fixed else PositionClass(own_class) if own_class else None)
            if say is not None:
                say(len(people), size)
    if incomplete:
        raise Blocked(
            f"the facts of {counted(incomplete, 'person', 'people')} in {period.label} lack events that are set aside, "
            "so nothing said of them would be right; `neraca doctor` says which and what to do"
        )
    return people, cases, judged_as


def _running(connection: Connection, agency: str) -> list[RunningPeriod]:
    rows = connection.execute(statement("running"), {"agency": agency}).fetchall()
    return [
        RunningPeriod(label, PositionClass(one) if one else None, people, scored) for label, one, people, scored in rows
    ]


def _organisation(case: Case) -> str | None:
    said = case.facts.get(UNIT_PREDICATE)
    return said if isinstance(said, str) else None


def _one(connection: Connection, name: str, params: Mapping[str, Any]) -> Any:
    row = connection.execute(statement(name), params).fetchone()
    return None if row is None else row[0]
