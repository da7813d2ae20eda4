"""What a policy file says, once read and resolved: the schema as types.

The reader (source/yaml_tree.py, source/binding.py) fills these from YAML and keeps the place of every leaf; the
generated JSON Schema and the checker follow the same types, so a key is declared once, here. Decimals are exact as
written. A docstring explains each key in a line of its own, which is what editors show (docs/json_schema.py).
"""

from decimal import Decimal
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct, field

from neraca.domain.reporting_rhythms import Cadence
from neraca.domain.vocabulary import Purpose
from neraca.policy.blocks import Cap as Cap
from neraca.policy.blocks import GroupMissing as GroupMissing
from neraca.policy.blocks import Id, Label, Missing, Percent
from neraca.policy.blocks import Panel as Panel
from neraca.policy.blocks import RaterGroup as RaterGroup
from neraca.policy.blocks import Reference as Reference
from neraca.policy.blocks import Scale as Scale
from neraca.policy.blocks import WeightsWithout as WeightsWithout
from neraca.policy.compiled.methods import Banded as Banded
from neraca.policy.compiled.methods import CountedEvent as CountedEvent
from neraca.policy.compiled.methods import Deduction as Deduction
from neraca.policy.compiled.methods import Index as Index
from neraca.policy.compiled.methods import Inverse as Inverse
from neraca.policy.compiled.methods import Items as Items
from neraca.policy.compiled.methods import Majority as Majority
from neraca.policy.compiled.methods import Measure
from neraca.policy.compiled.methods import Rated as Rated
from neraca.policy.compiled.methods import Ratio as Ratio
from neraca.policy.compiled.methods import ScoreBand as ScoreBand
from neraca.policy.compiled.methods import Standard as Standard
from neraca.policy.compiled.methods import SurveyIndex as SurveyIndex
from neraca.policy.compiled.methods import Table as Table

PolicyId: TypeAlias = Annotated[
    str,
    Meta(
        pattern=r"^(?=.{1,100}$)[a-z0-9]+([.-][a-z0-9]+)*$",
        description="dotted small words such as id.jatim.kota-surabaya",
    ),
]
Path: TypeAlias = Annotated[
    str, Meta(pattern=r"^(/[^/\s]+)+$", description="a path from the top such as /nodes/hasil_kerja/of")
]
IsoDate: TypeAlias = Annotated[
    str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", description='a day as year-month-day in quotes, "2025-01-31"')
]
MonthDay: TypeAlias = Annotated[
    str, Meta(pattern=r"^[0-9]{2}-[0-9]{2}$", description='a month and day in quotes, "01-31"')
]
TimeLimit: TypeAlias = Annotated[
    str,
    Meta(
        pattern=r"^(P[0-9]{1,4}D|[0-9]{1,4} working_days)$",
        description="calendar days as P14D, or working days as '14 working_days'",
    ),
]
"""`P14D` is calendar days; `14 working_days` counts by the agency's calendar."""


class _Block(Struct, frozen=True, kw_only=True):
    pass


class Extends(_Block, frozen=True):
    """The parent this policy is laid over: maps merge key by key, all else replaces.

    id: the parent's id, as its own file says it
    version: the parent's version; a later one is taken only on purpose
    """

    id: PolicyId
    version: Annotated[int, Meta(ge=1)]


class Scope(_Block, frozen=True):
    """Whom the policy is for.

    level: national, city, district, agency or unit
    code: the official code in quotes, such as "3578"
    """

    level: str
    code: str


class Effective(_Block, frozen=True):
    """The days the policy rules, first and last included.

    from: the first day
    to: the last day; null while it stands. An end is written, never deleted
    """

    from_: IsoDate = field(name="from")
    to: IsoDate | None = None


class Segments(_Block, frozen=True):
    """How parts of a period under different positions or policies become one score.

    combine: each part weighs by its time
    unit: what the time is counted in
    """

    combine: Literal["time_weighted"] = "time_weighted"
    unit: Literal["month"] = "month"


class Annual(_Block, frozen=True):
    """How the results of the periods of a year become the result of the year.

    combine: time_weighted: each period weighs by its months; judged: the year is appraised anew, beside their results
    """

    combine: Literal["time_weighted", "judged"]


class Period(_Block, frozen=True):
    """What one appraisal covers.

    cycle: how long it is
    start: the month and day on which the first of a year starts, in quotes: "01-01"
    policy_date: the day that picks the version of the policy
    segments: how parts of a period are put together
    annual: how its periods become the year, where they are shorter
    ref: the reference its length rests on
    """

    cycle: Literal["year", "semester", "quarter", "month"]
    start: Annotated[
        str, Meta(pattern=r"^[0-9]{2}-[0-9]{2}$", description='the month and day it starts in quotes, "01-01"')
    ]
    policy_date: Literal["period_start", "period_end"]
    segments: Segments | None = None
    annual: Annual | None = None
    ref: str | None = None


class Precision(_Block, frozen=True):
    """How numbers are rounded. What is printed is what is judged.

    final: decimals that are printed and judged
    rounding: half_up takes 0.125 to 0.13; half_even to 0.12
    intermediate: decimals kept inside
    classify_on: bands read the printed value
    """

    final: Annotated[int, Meta(ge=0, le=4)]
    rounding: Literal["half_up", "half_even", "floor", "ceil"]
    intermediate: Literal[6] = 6
    classify_on: Literal["final"] = "final"


class Predicate(_Block, frozen=True):
    """An outcome, such as Baik.

    rank: its order: the best has the highest. Modifiers go by it
    label: what it is called, by language
    """

    rank: int
    label: Label


class Guides(_Block, frozen=True):
    """What whoever judges by an indicator looks at. They weigh nothing by themselves.

    texts: one after another, each by language
    ref: the reference they are from
    """

    texts: list[Label]
    ref: str | None = None


class Indicator(_Block, frozen=True):
    """One thing that is measured.

    label: what it is called, by language
    unit: what the number counts, such as persen capaian
    measure: how it is measured
    ref: the reference it rests on
    cap: bounds of the value
    missing: when nobody gave it: renormalise spreads its weight over the others, zero counts 0, block stops the
        appraisal
    note: what a reader should know
    guides: what whoever judges by it looks at
    """

    label: Label
    unit: str
    measure: Measure
    ref: str | None = None
    cap: Cap = Cap()
    missing: Missing = "renormalise"
    note: str | None = None
    guides: Guides | None = None


class Node(_Block, frozen=True):
    """Several values made into one.

    label: what it is called, by language
    of: each child with its weight, in percent for weighted_mean; with its divisor for product: 100 for a
        percentage, 1 for a plain number; with its turn for first: 1 is asked before 2
    combine: weighted_mean: weights sum to 100; mean: equal parts; majority: the level that most children have, never
        the highest while one is at the lowest; first: the child that is there, asked by its turn
    clamp: bounds of the result
    missing: what the node above does when this one is empty
    min_weight_present: blocks when less than this percentage of the weight is known
    ref: the reference it rests on
    """

    label: Label
    of: dict[Id, Decimal]
    combine: Literal["weighted_mean", "mean", "sum", "min", "max", "product", "majority", "first"] = "weighted_mean"
    clamp: Cap = Cap()
    missing: Missing = "renormalise"
    min_weight_present: Percent = Decimal(0)
    ref: str | None = None


class Condition(_Block, frozen=True):
    """Asks one thing of a fact. An absent fact never meets it.

    fact: the fact
    equals: it is this
    in: it is one of these words
    at_least: it is this number or more
    """

    fact: str
    equals: bool | Decimal | str | None = None
    in_: list[str] | None = field(name="in", default=None)
    at_least: Decimal | None = None


class Band(_Block, frozen=True):
    """One level: from this value up.

    from: the lowest value of the band, as printed; min for the last one
    requires: conditions that must all hold besides
    """

    from_: Decimal | Literal["min"] = field(name="from")
    requires: list[Condition] = []


class _Classifier(Struct, frozen=True, kw_only=True, tag_field="kind"):
    pass


class Bands(_Classifier, frozen=True, tag="bands"):
    """Levels by lower bounds, read from the top.

    node: the node whose value is judged
    bands: each level with its lower bound, from the highest down; the last is 'from: min'
    """

    node: str
    bands: dict[Id, Band]


class Matrix(_Classifier, frozen=True, tag="matrix"):
    """Levels by two others: a cell for every pair.

    rows: the bands classifier down the side
    cols: the bands classifier along the top
    table: row -> column -> predicate
    """

    rows: str
    cols: str
    table: dict[Id, dict[Id, str]]


Classifier: TypeAlias = Bands | Matrix


class Replacement(_Block, frozen=True):
    """The predicate by one classifier alone: what the others lack stops nothing.

    by: the bands classifier that tells it
    predicates: each of its levels with the predicate that it gives
    """

    by: str
    predicates: dict[Id, str]


class Then(_Block, frozen=True):
    """Bounds of the predicate, of which the upper one wins over the lower; or another way to come to it.

    max_predicate: not better than this
    min_predicate: not worse than this
    replace: by the levels of one classifier alone, such as behaviour where a study was broken off
    """

    max_predicate: str | None = None
    min_predicate: str | None = None
    replace: Replacement | None = None


class Modifier(_Block, frozen=True):
    """A fact that bounds or replaces the predicate, such as a severe sanction.

    when: asked of one fact
    then: what it does
    ref: the reference it rests on
    """

    when: Condition
    then: Then
    ref: str | None = None


class Quota(_Block, frozen=True):
    """A share of a cohort, in percent.

    min: at least
    max: at most
    """

    min: Percent | None = None
    max: Percent | None = None


class GroupQuota(_Block, frozen=True):
    """How many of a cohort may have any of several predicates together.

    of: the predicates that are counted as one
    min: at least this percentage
    max: at most this percentage
    """

    of: list[str]
    min: Percent | None = None
    max: Percent | None = None


class Curve(_Block, frozen=True):
    """How predicates may be spread where the unit itself did so well.

    quotas: shares of one predicate each
    group_quotas: shares of several predicates together
    at_least_one_of: somebody must have one of these
    none_of: nobody may have these
    """

    quotas: dict[Id, Quota] = {}
    group_quotas: dict[Id, GroupQuota] = {}
    at_least_one_of: list[str] = []
    none_of: list[str] = []


class Distribution(_Block, frozen=True):
    """How the predicates of people should look together. It never changes a predicate by itself.

    mode: advisory records what is out of bounds; enforce keeps a cohort open, and its results, until it is mended
    cohort: who is counted together: pejabat_penilai, the people of one appraiser; unit_organisasi, those of a unit,
        which is told and binds nobody
    select_by: the fact that picks the curve
    rounding: how shares become people: {max: floor, min: ceil}
    curves: a curve for each word of that fact
    min_cohort: fewer people are not checked
    ref: the reference it rests on
    """

    mode: Literal["off", "advisory", "enforce"]
    cohort: str
    select_by: str
    rounding: dict[Literal["min", "max"], Literal["ceil", "floor"]]
    curves: dict[Id, Curve]
    min_cohort: Annotated[int, Meta(ge=1)] = 1
    ref: str | None = None


class RankingShares(_Block, frozen=True):
    """How many percent of those who are ranked are at the top, in the middle and at the bottom; together 100.

    top: of the people, from the best down
    middle: those who follow
    bottom: the rest
    """

    top: Percent
    middle: Percent
    bottom: Percent


class Ranking(_Block, frozen=True):
    """That people are ranked by their scores once all of a group are final. It changes no score and no predicate.

    within: whom one is ranked among: the people of one's unit, of one's class of posts, or of the whole agency
    shares: what part of the people is called top, middle and bottom; equal places are in one part
    ref: the reference it rests on
    """

    within: Literal["unit", "class", "agency"]
    shares: RankingShares | None = None
    ref: str | None = None


class TrainingRule(_Block, frozen=True):
    """From which values on training is asked for. It changes no score and no predicate.

    weak: indicator or node -> the value below which it is weak; of other indicators it is the middle of what can be
    ref: the reference it rests on
    """

    weak: dict[Id, Decimal]
    ref: str | None = None


class Reporting(_Block, frozen=True):
    """How progress is documented.

    cadence: daily: each working day wants an entry; else each week, month, quarter, half-year or year wants a report of
        progress
    requires: what a day's entry must hold beside what was done
    ref: the reference it rests on
    """

    cadence: Cadence
    requires: list[Literal["duration", "result", "evidence"]] = []
    ref: str | None = None


class WorkflowStep(_Block, frozen=True):
    """Who does what, within how long.

    role: whose step it is
    within: how long they have after the end of the period
    until: the last month and day for it where a year is evaluated, in the year that follows, in quotes: "01-31"
    superior_within: how long the appraiser's superior has after that, where the appraiser let it pass
    may_change: what they may change
    distinct_from: roles that must be other people
    """

    role: str
    within: TimeLimit
    until: MonthDay | None = None
    superior_within: TimeLimit | None = None
    may_change: list[str] = []
    distinct_from: list[str] = []


class ObjectionRule(_Block, frozen=True):
    """How somebody objects to a result.

    within: how long after being told
    to: who decides
    decide_within: how long they have
    grounds_required: reasons must be given
    final: nothing comes after the decision
    ref: the reference it rests on
    """

    within: TimeLimit
    to: str
    decide_within: TimeLimit | None = None
    grounds_required: bool = True
    final: bool = True
    ref: str | None = None


class PerspectiveRule(_Block, frozen=True):
    """Whose planned results each carry one of four perspectives: who is served, the process of the work, the strength
    of the organisation, its budget.

    of: the classes of posts whose results do
    required: the perspectives of which there is at least one result
    ref: the reference it rests on
    """

    of: list[Literal["SENIOR_EXECUTIVE", "ADMINISTRATOR", "SUPERVISOR", "OPERATIONAL", "FUNCTIONAL"]]
    required: list[Literal["SERVICE_RECIPIENT", "BUSINESS_PROCESS", "INTERNAL_STRENGTHENING", "BUDGET"]] = []
    ref: str | None = None


class PlanRule(_Block, frozen=True):
    """What a plan is of, and by when it is fixed.

    of: period: each appraisal has its own; year: one work plan for the year, of which each period takes its share
    by: the month and day by which a plan that begins with the year is fixed, in quotes: "01-31"
    late: what becomes of one that is not, or that comes after its period: mark or refuse
    requires: what each plan says beside results: resources, how it is accounted for, what follows from it
    perspectives: whose results each carry a perspective
    ref: the reference it rests on
    """

    of: Literal["period", "year"] = "period"
    by: (
        Annotated[str, Meta(pattern=r"^[0-9]{2}-[0-9]{2}$", description='a month and day in quotes, "01-31"')] | None
    ) = None
    late: Literal["mark", "refuse"] | None = None
    requires: list[Literal["resources", "accountability", "consequences"]] = []
    perspectives: PerspectiveRule | None = None
    ref: str | None = None


class FeedbackRule(_Block, frozen=True):
    """How often a leader says in words how the work goes; it is in no number.

    by_appraiser: once a period, or at least once in each week, month, quarter, half-year or year
    ref: the reference it rests on
    """

    by_appraiser: Literal["period", "weekly", "monthly", "quarterly", "half-yearly", "yearly"]
    ref: str | None = None


class AssignedGroup(_Block, frozen=True):
    """Where the raters of a group are taken from.

    from: unit: colleagues of the unit; programme: of a programme or team; unit_or_programme: of either; subordinates:
        who works directly under the employee; superior: whoever appraises; self: the employee; named: whom HR or an
        official names
    count: how many are drawn; all there are where nothing is said
    """

    from_: Literal["unit", "programme", "unit_or_programme", "subordinates", "superior", "self", "named"] = field(
        name="from"
    )
    count: Annotated[int, Meta(ge=1)] | None = None


class AssigningRule(_Block, frozen=True):
    """Who is assigned to rate, and when they do. Nobody else rates in a group that is named here.

    opens: how long before the end of the period the time to rate begins
    within: how long after the end of the period it lasts
    groups: the groups whose raters are assigned
    together: on how many days of the period a colleague must have been with the employee
    mutual: whether two colleagues may rate each other
    appraiser_told: whether whoever appraises may know who is assigned
    sealed: whether nobody reads what any of them gave, by name or not, before the time to rate is over
    ref: the reference it rests on
    """

    opens: TimeLimit
    within: TimeLimit
    groups: dict[Id, AssignedGroup]
    together: Annotated[int, Meta(ge=1)] = 1
    mutual: bool = True
    appraiser_told: bool = False
    sealed: bool = False
    ref: str | None = None


class Workflow(_Block, frozen=True):
    """From evidence to a result that stands.

    steps: in the order they are taken
    objection: what comes after
    plan: what plans are of, and by when they are fixed
    reminders: how long before a last day whoever has to act is reminded; seven days where nothing is said
    feedback: how often the appraiser gives feedback; nobody is asked where nothing is said
    raters: who is assigned to rate; whoever stands so to the employee may where nothing is said
    """

    steps: dict[Id, WorkflowStep]
    objection: ObjectionRule
    plan: PlanRule | None = None
    reminders: TimeLimit | None = None
    feedback: FeedbackRule | None = None
    raters: AssigningRule | None = None


class PanelHas(_Block, frozen=True):
    """Whether a panel hears any of some groups.

    panel: the panel
    has_any: the groups
    """

    panel: str
    has_any: list[str]


class Constraint(_Block, frozen=True):
    """What the law couples: children of this policy must keep it too.

    weights: node -> child -> the weight it must have
    when: holds only where this is so
    unless: holds only where this is not so
    ref: the law
    """

    weights: dict[Id, dict[Id, Decimal]]
    when: PanelHas | None = None
    unless: PanelHas | None = None
    ref: str | None = None


class Lock(_Block, frozen=True):
    """What policies below may not change.

    path: from the top, such as /classify/predikat
    rule: final: nothing; one_of: only to these values; range: only to numbers between
    values: for one_of
    min: for range
    max: for range
    ref: the law it rests on
    deviation: marked lets another value through where a ref beside it names a reference that is illustrative
    """

    path: Path
    rule: Literal["final", "one_of", "range"]
    values: list[str | Decimal | bool] = []
    min: Decimal | None = None
    max: Decimal | None = None
    ref: str | None = None
    deviation: Literal["never", "marked"] = "never"


class TestItem(_Block, frozen=True):
    """One planned result or competency of a case.

    target: what was planned
    actual: what was done
    level: or the level it reached
    weight: for weights: declared
    polarity: min where less is better
    priority: tambahan for an additional result, where the main ones (utama) decide first
    """

    target: Decimal | None = None
    actual: Decimal | None = None
    level: str | None = None
    weight: Decimal | None = None
    polarity: Literal["max", "min"] = "max"
    priority: Literal["utama", "tambahan"] = "utama"


class TestElement(_Block, frozen=True):
    """The answers to one question of a survey.

    sum: of all answers
    n: how many answered
    """

    sum: Decimal
    n: int


class Expectation(_Block, frozen=True):
    """What must come of a case: any of these.

    status: blocked where something needed is missing
    predicate: the outcome, after modifiers
    score: as printed
    nodes: values of nodes and indicators; null where missing
    levels: levels of classifiers, before modifiers
    """

    status: Literal["final", "blocked"] | None = None
    predicate: str | None = None
    score: Decimal | None = None
    nodes: dict[str, Decimal | None] = {}
    levels: dict[str, str] = {}


class PolicyTest(_Block, frozen=True):
    """A case and what the policy must make of it.

    name: what the case shows
    expect: what must come of it
    facts: fact -> number, word, true or false
    ratings: indicator -> group -> ratings; '*' for those without their own
    items: list -> its items
    surveys: survey -> element -> sum and number of answers
    """

    name: str
    expect: Expectation
    facts: dict[str, bool | Decimal | str] = {}
    ratings: dict[str, dict[str, list[Decimal]]] = {}
    items: dict[str, list[TestItem]] = {}
    surveys: dict[str, dict[str, TestElement]] = {}


class CreditNeed(_Block, frozen=True):
    """The credit points that a career level asks for.

    rank: for the next rank within the level
    level: for the next level; left out where there is none
    ref: the law
    """

    rank: Decimal
    level: Decimal | None = None
    ref: str | None = None


class Candidacy(_Block, frozen=True):
    """For what people are considered by the results of several periods. People nominate and decide, never the policy.

    for: reward, incentive, promotion, talent for a box of talents, discipline for what follows from poor results
    periods: of how many periods in a row, the last first, the results are told
    eligible: the outcomes with which somebody may be nominated
    asks: the candidate is asked, and nothing is granted before they accept
    own: somebody reads what it makes of them before they are nominated
    ref: the reference it rests on
    """

    for_: Literal["reward", "incentive", "promotion", "talent", "discipline"] = field(name="for")
    eligible: list[str]
    periods: Annotated[int, Meta(ge=1, le=5)] = 1
    asks: bool = False
    own: bool = False
    ref: str | None = None


class Policy(_Block, frozen=True):
    """How an appraisal becomes a score and a predicate.

    One of purpose `predicate` has `scales`, `predicates`, `classify`, `outcome` and `workflow`; one that says what is
    paid or credited has a `score` instead, and needs none of them; one that says whom to consider has `candidacy`,
    `predicates`, `classify` and `outcome` (check/purpose.py).

    schema: the language of this file
    id: reads from the nation down, such as id.jatim.kota-surabaya
    version: counts from 1; a version in force is never edited
    scope: whom it is for
    title: what it is called, by language
    effective: the days it rules
    period: what one appraisal covers
    precision: how numbers are rounded
    indicators: what is measured
    nodes: how indicators become one number
    extends: the parent it is laid over
    abstract: true for a layer nobody is appraised by
    purpose: predicate: an appraisal; allowance and credit: what is paid or credited for one; candidacy: whom to
        consider for a reward, a promotion and the like
    candidacy: for what people are considered, and by the results of how many periods
    scales: the values ratings may take
    predicates: the outcomes
    classify: how numbers become levels and a predicate
    outcome: the classifier that gives the predicate
    workflow: who does what within how long, and objections
    reporting: how progress is documented; where nothing is said, as the agency picks
    references: where rules come from
    panels: who rates
    score: the node whose value is shown as the score
    modifiers: facts that bound or replace the predicate
    distribution: how the predicates of a unit should look together
    ranking: that people are ranked; where nothing is said, nobody is
    training: from which values on training is asked for
    constraints: what the law couples
    locks: what policies below may not change
    remove: paths of the parent that are left out, such as /indicators/loyal
    required_facts: facts that only conditions read: an official establishes them
    thresholds: of credit points: career level -> what it asks for
    tests: cases and what the policy must make of them
    """

    schema: Literal["asn-policy/1"]
    id: PolicyId
    version: Annotated[int, Meta(ge=1)]
    scope: Scope
    title: Label
    effective: Effective
    period: Period
    precision: Precision
    indicators: dict[Id, Indicator]
    nodes: dict[Id, Node]
    extends: Extends | None = None
    abstract: bool = False
    purpose: Literal["predicate", "allowance", "credit", "candidacy"] = "predicate"
    candidacy: Candidacy | None = None
    scales: dict[Id, Scale] = {}
    predicates: dict[Id, Predicate] = {}
    classify: dict[Id, Classifier] = {}
    outcome: str | None = None
    workflow: Workflow | None = None
    reporting: Reporting | None = None
    references: dict[Id, Reference] = {}
    panels: dict[Id, Panel] = {}
    score: str | None = None
    modifiers: dict[Id, Modifier] = {}
    distribution: Distribution | None = None
    ranking: Ranking | None = None
    training: TrainingRule | None = None
    constraints: dict[Id, Constraint] = {}
    locks: list[Lock] = []
    remove: list[Path] = []
    required_facts: list[str] = []
    thresholds: dict[Id, CreditNeed] = {}
    tests: list[PolicyTest] = []

    @property
    def decides(self) -> Purpose:
        """What it decides, as the policy register has it: of candidacies, for what."""
        if self.purpose != "candidacy":
            return self.purpose
        return "reward" if self.candidacy is None else self.candidacy.for_
