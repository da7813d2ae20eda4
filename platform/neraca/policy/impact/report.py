"""What a change of policy does to people: the same facts judged twice, and every difference counted exactly.

The report names nobody and is the same for the same facts and policies, so its hash is what an approval binds to.
Numbers are exact decimals as text: a mean or a quartile is rounded half up at six places.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from hashlib import sha256
from types import MappingProxyType
from typing import Literal, TypeAlias

from msgspec import UNSET, Struct, UnsetType, structs
from msgspec.json import Encoder

from neraca.domain.case import MICRO, Case, Fact, Micro, without_few_citizens
from neraca.domain.remuneration.told_facts import OF_A_NODE
from neraca.policy.compiled.compilation import CompiledPolicy
from neraca.policy.engine.vectorised import Columns, EvaluationResults, evaluate, load
from neraca.policy.impact.distribution import Breach, breaches
from neraca.policy.model import Distribution
from neraca.policy.numbers import half_up, text

BLOCKED = "blocked"
PREDICATE, SCORE, LEVEL, MONTHS = "predikat_kinerja", "nilai_kinerja", "jenjang", "bulan"
"""The facts that an allowance or credit policy reads of a result, of a person and of a period."""


Paid: TypeAlias = Literal["allowance", "credit"]

MOST_AFFECTED = 20

_CANONICAL = Encoder(order="sorted")


class Person(Struct, frozen=True):
    """`organisation` is the predicate of the person's unit, None where unknown; `months` those the period counts;
    `facts` what a rule that pays is told beside the result, such as a ceiling. They are of the inputs where there are
    any.
    """

    id: str
    unit: str
    position_class: str
    career_level: str | None = None
    organisation: str | None = None
    months: int = 12
    facts: dict[str, Micro] | UnsetType = UNSET


class Outcome(Struct, frozen=True):
    """What one policy makes of one person. Blocked has neither predicate nor score, and says why. `nodes` are those
    that a rule asks for which pays by them.
    """

    predicate: str | None
    score: Micro | None
    path: str | None = None
    reason: str | None = None
    nodes: Mapping[str, Micro] = MappingProxyType({})


class Judged(Struct, frozen=True):
    """What rules, and what it makes of everybody in the order of the people. Several plans where classes of position
    have each their own; `distribution` is the rule for cohorts, whoever is in them; `valued` tells of each indicator
    which people have a value."""

    plans: tuple[CompiledPolicy, ...]
    distribution: Distribution | None
    outcomes: Sequence[Outcome]
    valued: Mapping[str, Sequence[bool]] = MappingProxyType({})


class PolicyName(Struct, frozen=True):
    id: str
    version: int
    hash: str
    calc_hash: str


class Transition(Struct, frozen=True):
    """From one predicate, or `blocked`, to the same or another."""

    before: str
    after: str
    people: int


class Shift(Struct, frozen=True):
    """Of the scores of those who have one both times: after minus before, and both means."""

    people: int
    moved: int
    mean_before: str
    mean_after: str
    mean: str
    min: str
    q1: str
    median: str
    q3: str
    max: str


class Group(Struct, frozen=True):
    """People of one unit or one class of position. `changed` counts predicates, blocked among them."""

    name: str
    people: int
    changed: int
    raised: int
    lowered: int
    newly_blocked: int
    newly_scored: int
    shift: Shift | None


class Reason(Struct, frozen=True):
    path: str
    reason: str
    people: int


class BlockingChange(Struct, frozen=True):
    """People who turned from scored to blocked or back, and why they are, or were, blocked. Most frequent first."""

    people: int
    reasons: tuple[Reason, ...]


class Cohort(Struct, frozen=True):
    """A unit whose predicates go, before or after, beyond what its organisation predicate allows."""

    unit: str
    organisation: str
    people: int
    before: tuple[Breach, ...]
    after: tuple[Breach, ...]


class Quotas(Struct, frozen=True):
    """`unknown` units have people but no published predicate of their own, or one the policy has no curve for."""

    checked_before: int
    checked_after: int
    unknown_before: int
    unknown_after: int
    breaching_before: int
    breaching_after: int
    cohorts: tuple[Cohort, ...]


class Sum(Struct, frozen=True):
    """What one class of position gets in all; `without` has no amount because the policy gave none."""

    name: str
    people: int
    before: str
    after: str
    difference: str
    without_before: int
    without_after: int


class Effect(Struct, frozen=True):
    """What an allowance or credit policy makes of both results: sums of what each person gets by the `cycle`."""

    policy: PolicyName
    cycle: str
    total: Sum
    by_class: tuple[Sum, ...]
    reasons: tuple[Reason, ...]


class Affected(Struct, frozen=True):
    """`ranks` is how far the predicate moved, blocked counting as one below the lowest; `shift` None without scores."""

    unit: str
    position_class: str
    before: str
    after: str
    ranks: int
    score_before: str | None
    score_after: str | None
    shift: str | None


class Cut(Struct, frozen=True):
    """A period that people work in and that the candidate would cut: they are blocked until its `parts` are joined.

    Without `parts` the candidate leaves it without a rule at its end. `running` counts appraisals of it that are not
    final, `newly_blocked` those of them that have a score.
    """

    period: str
    parts: tuple[str, ...]
    running: int
    newly_blocked: int


class Start(Struct, frozen=True):
    """When and for whom the candidate is to begin, whether it may cut a period, and which it cuts."""

    since: date
    until: date | None
    classes: tuple[str, ...] | None
    in_parts: bool
    cuts: tuple[Cut, ...]


class Valued(Struct, frozen=True):
    """How many people have a value of an indicator; None under policies that have no such indicator."""

    indicator: str
    before: int | None
    after: int | None


class CandidatesOfUnit(Struct, frozen=True):
    """Of the people who are looked at, whom a policy makes candidates `before` and `after`."""

    name: str
    people: int
    before: int
    after: int
    come_in: int
    drop_out: int


class CandidateChange(Struct, frozen=True):
    """Somebody who comes in or drops out, by outcome. Nothing is named of whom it is."""

    unit: str
    position_class: str
    before: str
    after: str
    comes_in: bool


class CandidacyEffect(Struct, frozen=True):
    """Who would be a candidate under a policy for candidacies: `before` is None where none is in force. `blocked` are
    those of whom it lacks something; of the `changes` the first, those who drop out before those who come in.
    """

    before: PolicyName | None
    after: PolicyName
    total: CandidatesOfUnit
    blocked: int
    by_unit: tuple[CandidatesOfUnit, ...]
    changes: tuple[CandidateChange, ...]


class Impact(Struct, frozen=True):
    """`inputs` is the hex sha256 of who was judged on which facts, without what few citizens answered; `predicates` are
    both policies', best first.

    `start` is None where nobody said when it is to begin. `indicators` are those of the candidate, then what it drops.
    """

    schema: Literal["neraca-impact/2"]
    agency: str
    period: str
    before: tuple[PolicyName, ...]
    after: PolicyName
    inputs: str
    people: int
    changed: int
    raised: int
    lowered: int
    blocked_before: int
    blocked_after: int
    predicates: tuple[str, ...]
    transitions: tuple[Transition, ...]
    shift: Shift | None
    by_unit: tuple[Group, ...]
    by_class: tuple[Group, ...]
    newly_blocked: BlockingChange
    newly_scored: BlockingChange
    quotas: Quotas
    allowance: Effect | None
    credit: Effect | None
    most_affected: tuple[Affected, ...]
    start: Start | None = None
    indicators: tuple[Valued, ...] = ()
    candidacy: CandidacyEffect | UnsetType = UNSET
    """Left out where no policy for candidacies is proposed, so that other reports stay what they were to the byte."""


class Comparison(Struct, frozen=True):
    """`affected` are the ids of `impact.most_affected`, for those who may know them; the report has none."""

    impact: Impact
    affected: tuple[str, ...]


class Paying(Struct, frozen=True):
    """An allowance or credit policy; an amount is for one `cycle` (year, semester, quarter or month)."""

    plan: CompiledPolicy
    cycle: str


class _Both(Struct, frozen=True):
    """One person, judged twice. A rank of a blocked one is one below the lowest."""

    person: Person
    case: Case
    before: Outcome
    after: Outcome
    ranks: int

    @property
    def scores(self) -> tuple[Micro, Micro] | None:
        """Before and after, of who has one both times."""
        if self.before.score is None or self.after.score is None:
            return None
        return self.before.score, self.after.score

    @property
    def shift(self) -> Micro | None:
        return None if self.scores is None else self.scores[1] - self.scores[0]

    @property
    def changed(self) -> bool:
        return self.before.predicate != self.after.predicate

    @property
    def newly_blocked(self) -> bool:
        return self.after.predicate is None and self.before.predicate is not None

    @property
    def newly_scored(self) -> bool:
        return self.before.predicate is None and self.after.predicate is not None


_People: TypeAlias = Sequence[_Both]


def judge(plan: CompiledPolicy, columns: Columns) -> list[Outcome]:
    """Of every row, in order."""
    return outcomes(evaluate(plan, columns))


def valued(plan: CompiledPolicy, sheets: EvaluationResults) -> dict[str, list[bool]]:
    """Of each indicator, who has a value, in order."""
    return {step.name: sheets.nodes[step.name].there.tolist() for step in plan.indicators}


def nodes_read(plans: Iterable[CompiledPolicy]) -> frozenset[str]:
    """The nodes of a result that policies ask for which pay or credit by it."""
    names = (path.removeprefix("facts/") for plan in plans for path in (*plan.readers, *plan.judges))
    return frozenset(name.removeprefix(OF_A_NODE) for name in names if name.startswith(OF_A_NODE) and name != SCORE)


def outcomes(sheets: EvaluationResults, nodes: Collection[str] = ()) -> list[Outcome]:
    """Of every row, in order; with the values of these nodes, of those that the policy has."""
    why: list[int] = sheets.why.tolist()
    codes: list[int] = sheets.predicate.code.tolist()
    reasons = [Outcome(None, None, block.path, block.reason) for block in sheets.reasons]
    predicates = [*sheets.predicate.words, None]
    scores: list[Micro | None] = [None] * sheets.size
    if sheets.score is not None:
        numbers: list[Micro] = sheets.score.x.tolist()
        there: list[bool] = sheets.score.there.tolist()
        scores = [x if has else None for x, has in zip(numbers, there, strict=True)]
    found = [
        reasons[stopped - 1] if stopped else Outcome(predicates[code], score)
        for stopped, code, score in zip(why, codes, scores, strict=True)
    ]
    for row, sheet in sheets.exact.items():
        found[row] = Outcome(sheet.predicate, sheet.score, sheet.path, sheet.reason)
    return _with_nodes(found, sheets, nodes) if nodes else found


def _with_nodes(found: Sequence[Outcome], sheets: EvaluationResults, nodes: Collection[str]) -> list[Outcome]:
    columns = {
        name: (sheets.nodes[name].x.tolist(), sheets.nodes[name].there.tolist())
        for name in sorted(nodes)
        if name in sheets.nodes
    }
    rows: list[Outcome] = []
    for row, one in enumerate(found):
        own = {name: x[row] for name, (x, there) in columns.items() if there[row]}
        if row in sheets.exact:
            exact = sheets.exact[row].nodes
            own = {name: value for name in columns if (value := exact.get(name)) is not None}
        rows.append(one if one.predicate is None and one.score is None else structs.replace(one, nodes=own))
    return rows


def _valued(before: Judged, after: Judged) -> Iterable[Valued]:
    for name in dict.fromkeys((*after.valued, *before.valued)):
        then, now = before.valued.get(name), after.valued.get(name)
        yield Valued(name, None if then is None else sum(then), None if now is None else sum(now))


def compare(
    agency: str,
    period: str,
    people: Sequence[Person],
    cases: Sequence[Case],
    before: Judged,
    after: Judged,
    paying: Mapping[Paid, Paying] = MappingProxyType({}),
    start: Start | None = None,
) -> Comparison:
    """`people`, `cases` and both outcomes go together by place; in which order they come changes nothing.

    `paying` are the policies that turn a result into an allowance or into credit points.
    """
    rows = _paired(people, cases, before, after)
    effects = {purpose: _effect(pay, rows) for purpose, pay in paying.items()}
    ordered = sorted((row for row in rows if row.changed or row.shift), key=_weight)[:MOST_AFFECTED]
    impact = Impact(
        schema="neraca-impact/2",
        agency=agency,
        period=period,
        before=tuple(_named(plan) for plan in before.plans),
        after=_named(after.plans[0]),
        inputs=_inputs(rows),
        people=len(rows),
        changed=sum(row.changed for row in rows),
        raised=sum(_raised(row) for row in rows),
        lowered=sum(_lowered(row) for row in rows),
        blocked_before=sum(row.before.predicate is None for row in rows),
        blocked_after=sum(row.after.predicate is None for row in rows),
        predicates=_predicates(before, after),
        transitions=_transitions(rows, before, after),
        shift=_shift(rows),
        by_unit=tuple(_group(name, some) for name, some in _by((row.person.unit, row) for row in rows)),
        by_class=tuple(_group(name, some) for name, some in _by((row.person.position_class, row) for row in rows)),
        newly_blocked=_turned(row.after for row in rows if row.newly_blocked),
        newly_scored=_turned(row.before for row in rows if row.newly_scored),
        quotas=_quotas(rows, before.distribution, after.distribution),
        allowance=effects.get("allowance"),
        credit=effects.get("credit"),
        most_affected=tuple(_affected(row) for row in ordered),
        start=start,
        indicators=tuple(_valued(before, after)),
    )
    return Comparison(impact, tuple(row.person.id for row in ordered))


def canonical(impact: Impact) -> bytes:
    """JSON with sorted keys: the same bytes for the same report, for ever."""
    return _CANONICAL.encode(impact)


def impact_hash(impact: Impact) -> str:
    """Hex sha256 of the canonical JSON."""
    return sha256(canonical(impact)).hexdigest()


def summary(impact: Impact) -> str:
    """In one line."""
    fresh, freed = impact.newly_blocked.people, impact.newly_scored.people
    return (
        f"{impact.changed:,} of {impact.people:,} predicates change: {impact.raised:,} up, {impact.lowered:,} down, "
        f"{fresh:,} newly blocked, {freed:,} newly scored{_cut_short(impact.start)}{_candidates(impact.candidacy)}"
    )


def _candidates(effect: CandidacyEffect | UnsetType) -> str:
    if effect is UNSET:
        return ""
    of = effect.total
    return f"; of {of.people:,} considered {of.come_in:,} come in, {of.drop_out:,} drop out"


def _cut_short(start: Start | None) -> str:
    if start is None or not start.cuts:
        return ""
    blocked = sum(one.newly_blocked for one in start.cuts)
    return f"; {blocked:,} newly blocked because their period is cut"


def word(name: str) -> str:
    """A roster's word as a policy writes it: «Ahli Muda» is `ahli_muda`."""
    return "_".join(name.lower().split())


def _paired(people: Sequence[Person], cases: Sequence[Case], before: Judged, after: Judged) -> list[_Both]:
    ranks_before, ranks_after = _ranks(before), _ranks(after)
    rows = [
        _Both(person, case, old, new, ranks_after[new.predicate] - ranks_before[old.predicate])
        for person, case, old, new in zip(people, cases, before.outcomes, after.outcomes, strict=True)
    ]
    # By id, so that the hash of a report does not depend on the order in which people were read.
    rows.sort(key=lambda row: row.person.id)
    return rows


def _ranks(judged: Judged) -> dict[str | None, int]:
    ranks: dict[str | None, int] = {name: rank for plan in judged.plans for name, rank in plan.ranks.items()}
    return {**ranks, None: min(ranks.values(), default=1) - 1}


def _predicates(before: Judged, after: Judged) -> tuple[str, ...]:
    ranks = {**_ranks(before), **_ranks(after)}
    return tuple(sorted((name for name in ranks if name is not None), key=lambda name: (-ranks[name], name)))


def _named(plan: CompiledPolicy) -> PolicyName:
    return PolicyName(plan.id, plan.version, plan.policy_hash, plan.calc_hash)


def _inputs(rows: _People) -> str:
    digest = sha256()
    for row in rows:
        digest.update(_CANONICAL.encode((row.person, without_few_citizens(row.case))))
    return digest.hexdigest()


def _raised(row: _Both) -> bool:
    return row.changed and row.ranks > 0 and not row.newly_scored


def _lowered(row: _Both) -> bool:
    return row.changed and row.ranks < 0 and not row.newly_blocked


def _weight(row: _Both) -> tuple[int, int, str]:
    # The id last, so that the order is the same each time; it stays out of the report.
    return (-abs(row.ranks), -abs(row.shift or 0), row.person.id)


def _transitions(rows: _People, before: Judged, after: Judged) -> tuple[Transition, ...]:
    """Best predicate first, blocked last, on both sides."""
    counted = Counter((row.before.predicate, row.after.predicate) for row in rows)
    old, new = _ranks(before), _ranks(after)
    order = sorted(counted, key=lambda pair: (-old[pair[0]], -new[pair[1]], *map(str, pair)))
    return tuple(Transition(a or BLOCKED, b or BLOCKED, counted[a, b]) for a, b in order)


def _by(named: Iterable[tuple[str, _Both]]) -> list[tuple[str, list[_Both]]]:
    found: dict[str, list[_Both]] = {}
    for name, row in named:
        found.setdefault(name, []).append(row)
    return sorted(found.items())


def _group(name: str, rows: _People) -> Group:
    return Group(
        name=name,
        people=len(rows),
        changed=sum(row.changed for row in rows),
        raised=sum(_raised(row) for row in rows),
        lowered=sum(_lowered(row) for row in rows),
        newly_blocked=sum(row.newly_blocked for row in rows),
        newly_scored=sum(row.newly_scored for row in rows),
        shift=_shift(rows),
    )


def _shift(rows: _People) -> Shift | None:
    both = [row.scores for row in rows if row.scores is not None]
    if not both:
        return None
    shifts = sorted(after - before for before, after in both)
    people = len(shifts)
    return Shift(
        people=people,
        moved=sum(shift != 0 for shift in shifts),
        mean_before=text(half_up(sum(before for before, _ in both), people)),
        mean_after=text(half_up(sum(after for _, after in both), people)),
        mean=text(half_up(sum(shifts), people)),
        min=text(shifts[0]),
        q1=text(quartile(shifts, 1)),
        median=text(quartile(shifts, 2)),
        q3=text(quartile(shifts, 3)),
        max=text(shifts[-1]),
    )


def quartile(ordered: Sequence[Micro], quarter: int) -> Micro:
    """The value a quarter (half, three quarters) of the way from the first to the last, between its neighbours."""
    # In whole numbers, so that a report has the same digits, and the same hash, on every machine.
    at, quarters = divmod((len(ordered) - 1) * quarter, 4)
    if not quarters:
        return ordered[at]
    return ordered[at] + half_up((ordered[at + 1] - ordered[at]) * quarters, 4)


def _turned(outcomes: Iterable[Outcome]) -> BlockingChange:
    reasons = _reasons(outcomes)
    return BlockingChange(sum(one.people for one in reasons), reasons)


def _reasons(outcomes: Iterable[Outcome]) -> tuple[Reason, ...]:
    counted = Counter((one.path or "", one.reason or "") for one in outcomes)
    return tuple(Reason(*why, people) for why, people in sorted(counted.items(), key=lambda one: (-one[1], one[0])))


def _quotas(rows: _People, before: Distribution | None, after: Distribution | None) -> Quotas:
    cohorts: list[Cohort] = []
    checked, unknown, breaching = [0, 0], [0, 0], [0, 0]
    for unit, some in _by((row.person.unit, row) for row in rows):
        curve = _organisation(some)
        found: list[tuple[Breach, ...]] = []
        for side, rule in enumerate((before, after)):
            counts = Counter(row.before.predicate if side == 0 else row.after.predicate for row in some)
            broken = _breaches(rule, curve, {name: n for name, n in counts.items() if name is not None})
            checked[side] += broken is not None
            unknown[side] += rule is not None and rule.mode != "off" and curve not in rule.curves
            breaching[side] += bool(broken)
            found.append(broken or ())
        if any(found):
            cohorts.append(Cohort(unit, str(curve), len(some), found[0], found[1]))
    return Quotas(
        checked_before=checked[0],
        checked_after=checked[1],
        unknown_before=unknown[0],
        unknown_after=unknown[1],
        breaching_before=breaching[0],
        breaching_after=breaching[1],
        cohorts=tuple(cohorts),
    )


def _breaches(rule: Distribution | None, curve: str | None, counts: Mapping[str, int]) -> tuple[Breach, ...] | None:
    """None where nothing is checked: no rule, no curve, or too few people."""
    if rule is None or rule.mode == "off" or curve not in rule.curves or sum(counts.values()) < rule.min_cohort:
        return None
    return breaches(rule, curve, counts)


def _organisation(rows: _People) -> str | None:
    """That of the unit's people; if they were told different ones, what most of them were told."""
    counted = Counter(row.person.organisation for row in rows if row.person.organisation is not None)
    # By name where as many were told each: a report is known by its hash.
    return min(counted, key=lambda name: (-counted[name], name), default=None)


def _effect(pay: Paying, rows: _People) -> Effect:
    told = _Disclosure(pay.plan)
    before = judge(pay.plan, load(told.case(row, row.before) for row in rows))
    after = judge(pay.plan, load(told.case(row, row.after) for row in rows))
    classes: dict[str, list[tuple[Outcome, Outcome]]] = {}
    for row, old, new in zip(rows, before, after, strict=True):
        classes.setdefault(row.person.position_class, []).append((old, new))
    return Effect(
        policy=_named(pay.plan),
        cycle=pay.cycle,
        total=_sum("", list(zip(before, after, strict=True))),
        by_class=tuple(_sum(name, pairs) for name, pairs in sorted(classes.items())),
        reasons=_reasons(new for new in after if new.score is None),
    )


class _Disclosure:
    """What a plan reads of a person and of a result. A fact of the person's never stands in for one of the result."""

    def __init__(self, plan: CompiledPolicy) -> None:
        reads = (*plan.readers, *plan.judges)
        names = {path.removeprefix("facts/") for path in reads}
        self._nodes = {f"{OF_A_NODE}{name}": name for name in nodes_read([plan])}
        self._facts = tuple(sorted(names - {PREDICATE, SCORE, LEVEL, MONTHS}))
        self._more = any(not path.startswith("facts/") for path in reads)

    def case(self, row: _Both, outcome: Outcome) -> Case:
        own = row.case.facts
        level = row.person.career_level
        of_pay = {} if row.person.facts is UNSET else row.person.facts
        told: dict[str, Fact | None] = {
            **{name: of_pay.get(name, own.get(name)) for name in self._facts},
            # What the ledger does not have of a result an official may have said of the person.
            **{fact: outcome.nodes[name] for fact, name in self._nodes.items() if name in outcome.nodes},
            PREDICATE: outcome.predicate,
            SCORE: outcome.score,
            LEVEL: None if level is None else word(level),
            MONTHS: row.person.months * MICRO,
        }
        facts = {name: fact for name, fact in told.items() if fact is not None}
        return Case(facts, row.case.ratings, row.case.items, row.case.surveys) if self._more else Case(facts)


def _sum(name: str, pairs: Sequence[tuple[Outcome, Outcome]]) -> Sum:
    before = sum(old.score or 0 for old, _ in pairs)
    after = sum(new.score or 0 for _, new in pairs)
    return Sum(
        name=name,
        people=len(pairs),
        before=text(before),
        after=text(after),
        difference=text(after - before),
        without_before=sum(old.score is None for old, _ in pairs),
        without_after=sum(new.score is None for _, new in pairs),
    )


def _affected(row: _Both) -> Affected:
    def said(value: Micro | None) -> str | None:
        return None if value is None else text(value)

    return Affected(
        unit=row.person.unit,
        position_class=row.person.position_class,
        before=row.before.predicate or BLOCKED,
        after=row.after.predicate or BLOCKED,
        ranks=row.ranks,
        score_before=said(row.before.score),
        score_after=said(row.after.score),
        shift=said(row.shift),
    )
