"""What a policy file says, once read and resolved: the schema as types.

The reader (text.py, shape.py) fills these from YAML and keeps the place of every leaf; the generated JSON Schema and
the checker follow the same types, so a key is declared once, here. Decimals are exact as written.
"""

from decimal import Decimal
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct, field

Id: TypeAlias = Annotated[
    str,
    Meta(
        pattern=r"^(?!(?:method|kind)$)[a-z][a-z0-9_]*$",
        description="a name of small letters, digits and _ such as hasil_kerja; 'method' and 'kind' are taken",
    ),
]
"""The stable name of a thing in a policy. A '/' would break paths; `method` and `kind` tell blocks apart."""

PolicyId: TypeAlias = Annotated[
    str, Meta(pattern=r"^[a-z0-9]+([.-][a-z0-9]+)*$", description="dotted small words such as id.jatim.kota-surabaya")
]
Path: TypeAlias = Annotated[
    str, Meta(pattern=r"^(/[^/\s]+)+$", description="a path from the top such as /nodes/hasil_kerja/of")
]
Language: TypeAlias = Annotated[
    str,
    Meta(pattern=r"^[a-z]{2,3}$", description="a language code such as id or en; put text that has a comma in quotes"),
]
Percent: TypeAlias = Annotated[Decimal, Meta(ge=0, le=100)]
Label: TypeAlias = dict[Language, str]
Missing: TypeAlias = Literal["renormalise", "zero", "block"]
GroupMissing: TypeAlias = Annotated[
    str,
    Meta(
        pattern=r"^(renormalise|zero|block|reassign:[a-z][a-z0-9_]*)$",
        description="renormalise, zero, block, or reassign: and a rater group as in 'reassign:atasan'",
    ),
]
IsoDate: TypeAlias = Annotated[
    str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", description='a day as year-month-day in quotes, "2025-01-31"')
]
Span: TypeAlias = Annotated[
    str,
    Meta(
        pattern=r"^(P[0-9]{1,4}D|[0-9]{1,4} working_days)$",
        description="calendar days as P14D, or working days as '14 working_days'",
    ),
]
"""`P14D` is calendar days; `14 working_days` counts by the agency's calendar."""


class _Block(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Extends(_Block, frozen=True):
    id: PolicyId
    version: Annotated[int, Meta(ge=1)]


class Scope(_Block, frozen=True):
    level: str
    code: str


class Effective(_Block, frozen=True):
    from_: IsoDate = field(name="from")
    to: IsoDate | None = None


class Reference(_Block, frozen=True):
    title: str
    status: Literal["verified", "secondary", "unverified", "illustrative"]
    article: str | None = None
    url: str | None = None


class Segments(_Block, frozen=True):
    """How parts of a period under different positions or policies become one score."""

    combine: Literal["time_weighted"] = "time_weighted"
    unit: Literal["month"] = "month"


class Period(_Block, frozen=True):
    cycle: Literal["year", "semester", "quarter", "month"]
    start: Annotated[
        str, Meta(pattern=r"^[0-9]{2}-[0-9]{2}$", description='the month and day it starts in quotes, "01-01"')
    ]
    policy_date: Literal["period_start", "period_end"]
    segments: Segments | None = None


class Precision(_Block, frozen=True):
    final: Annotated[int, Meta(ge=0, le=4)]
    rounding: Literal["half_up", "half_even", "floor", "ceil"]
    intermediate: Literal[6] = 6
    classify_on: Literal["final"] = "final"


class Scale(_Block, frozen=True):
    min: Decimal
    max: Decimal
    step: Decimal = Decimal(1)
    levels: dict[Id, Decimal] = {}
    labels: dict[Id, Label] = {}


class Predicate(_Block, frozen=True):
    rank: int
    label: Label


class RaterGroup(_Block, frozen=True):
    """Who rates, named by the relation of the rater to the person rated."""

    weight: Percent
    min: Annotated[int, Meta(ge=1)] = 1
    max: int | None = None
    anonymous: bool = False
    scale: str | None = None
    missing: GroupMissing = "renormalise"
    below_min: Literal["treat_as_missing", "use_anyway"] = "treat_as_missing"


class Panel(_Block, frozen=True):
    raters: dict[Id, RaterGroup]
    aggregate: Literal["mean", "median"] = "mean"
    trim_each_end: Annotated[int, Meta(ge=0)] = 0


class Cap(_Block, frozen=True):
    min: Decimal | None = None
    max: Decimal | None = None


class ScoreBand(_Block, frozen=True):
    from_: Decimal | Literal["min"] = field(name="from")
    score: Decimal


class CountedEvent(_Block, frozen=True):
    fact: str
    points: Decimal


class _Measure(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="method"):
    pass


class Rated(_Measure, frozen=True, tag="rated"):
    panel: str
    scale: str


class Ratio(_Measure, frozen=True, tag="ratio"):
    """`target` names a fact or is a number."""

    actual: str
    target: str | Decimal


class Inverse(_Measure, frozen=True, tag="inverse"):
    form: Literal["linear", "reciprocal"]
    actual: str
    target: str | Decimal


class Banded(_Measure, frozen=True, tag="banded"):
    fact: str
    bands: list[ScoreBand]


class Index(_Measure, frozen=True, tag="index"):
    fact: str


class SurveyIndex(_Measure, frozen=True, tag="survey_index"):
    survey: str
    elements: list[str]
    factor: Decimal
    min_respondents: Annotated[int, Meta(ge=1)] = 1


class Deduction(_Measure, frozen=True, tag="deduction"):
    start: Decimal
    events: dict[Id, CountedEvent]


class Items(_Measure, frozen=True, tag="items"):
    source: str
    item: Literal["ratio", "level"]
    item_cap: Cap = Cap()
    scale: str | None = None
    weights: Literal["equal", "declared"] = "equal"
    min_items: Annotated[int, Meta(ge=1)] = 1


class Table(_Measure, frozen=True, tag="table"):
    """A word looked up: a predicate's percentage, the coefficient of a career level."""

    fact: str
    values: dict[Id, Decimal]


Measure: TypeAlias = Rated | Ratio | Inverse | Banded | Index | SurveyIndex | Deduction | Items | Table


class Indicator(_Block, frozen=True):
    label: Label
    unit: str
    measure: Measure
    ref: str | None = None
    cap: Cap = Cap()
    missing: Missing = "renormalise"
    note: str | None = None


class Node(_Block, frozen=True):
    """`of` is child to weight; in a `product` child to divisor: 100 for a percentage, 1 for a plain number."""

    label: Label
    of: dict[Id, Decimal]
    combine: Literal["weighted_mean", "mean", "sum", "min", "max", "product"] = "weighted_mean"
    clamp: Cap = Cap()
    missing: Missing = "renormalise"
    min_weight_present: Percent = Decimal(0)
    ref: str | None = None


class Condition(_Block, frozen=True):
    fact: str
    equals: bool | Decimal | str | None = None
    in_: list[str] | None = field(name="in", default=None)
    at_least: Decimal | None = None


class Band(_Block, frozen=True):
    from_: Decimal | Literal["min"] = field(name="from")
    requires: list[Condition] = []


class _Classifier(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind"):
    pass


class Bands(_Classifier, frozen=True, tag="bands"):
    node: str
    bands: dict[Id, Band]


class Matrix(_Classifier, frozen=True, tag="matrix"):
    rows: str
    cols: str
    table: dict[Id, dict[Id, str]]


Classifier: TypeAlias = Bands | Matrix


class Then(_Block, frozen=True):
    max_predicate: str | None = None
    min_predicate: str | None = None


class Modifier(_Block, frozen=True):
    when: Condition
    then: Then
    ref: str | None = None


class Quota(_Block, frozen=True):
    min: Percent | None = None
    max: Percent | None = None


class GroupQuota(_Block, frozen=True):
    """How many of a cohort may have any of several predicates together."""

    of: list[str]
    min: Percent | None = None
    max: Percent | None = None


class Curve(_Block, frozen=True):
    quotas: dict[Id, Quota] = {}
    group_quotas: dict[Id, GroupQuota] = {}
    at_least_one_of: list[str] = []
    none_of: list[str] = []


class Distribution(_Block, frozen=True):
    mode: Literal["off", "advisory", "enforce"]
    cohort: str
    select_by: str
    rounding: dict[Literal["min", "max"], Literal["ceil", "floor"]]
    curves: dict[Id, Curve]
    min_cohort: Annotated[int, Meta(ge=1)] = 1
    ref: str | None = None


class WorkflowStep(_Block, frozen=True):
    role: str
    within: Span
    may_change: list[str] = []
    distinct_from: list[str] = []


class ObjectionRule(_Block, frozen=True):
    within: Span
    to: str
    decide_within: Span | None = None
    grounds_required: bool = True
    final: bool = True
    ref: str | None = None


class Workflow(_Block, frozen=True):
    steps: dict[Id, WorkflowStep]
    objection: ObjectionRule


class PanelHas(_Block, frozen=True):
    panel: str
    has_any: list[str]


class Constraint(_Block, frozen=True):
    weights: dict[Id, dict[Id, Decimal]]
    when: PanelHas | None = None
    unless: PanelHas | None = None
    ref: str | None = None


class Lock(_Block, frozen=True):
    path: Path
    rule: Literal["final", "one_of", "range"]
    values: list[str | Decimal | bool] = []
    min: Decimal | None = None
    max: Decimal | None = None
    ref: str | None = None


class TestItem(_Block, frozen=True):
    target: Decimal | None = None
    actual: Decimal | None = None
    level: str | None = None
    weight: Decimal | None = None
    polarity: Literal["max", "min"] = "max"


class TestElement(_Block, frozen=True):
    sum: Decimal
    n: int


class Expectation(_Block, frozen=True):
    status: Literal["final", "blocked"] | None = None
    predicate: str | None = None
    score: Decimal | None = None
    nodes: dict[str, Decimal | None] = {}
    levels: dict[str, str] = {}


class PolicyTest(_Block, frozen=True):
    """A case and what the policy must make of it."""

    name: str
    expect: Expectation
    facts: dict[str, bool | Decimal | str] = {}
    ratings: dict[str, dict[str, list[Decimal]]] = {}
    items: dict[str, list[TestItem]] = {}
    surveys: dict[str, dict[str, TestElement]] = {}


class Policy(_Block, frozen=True):
    """A resolved policy: parents merged in, nothing left to look up.

    One of purpose `predicate` has `scales`, `predicates`, `classify`, `outcome` and `workflow`; one that says what is
    paid or credited has a `score` instead, and needs none of them (check/purpose.py).
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
    purpose: Literal["predicate", "allowance", "credit"] = "predicate"
    scales: dict[Id, Scale] = {}
    predicates: dict[Id, Predicate] = {}
    classify: dict[Id, Classifier] = {}
    outcome: str | None = None
    workflow: Workflow | None = None
    references: dict[Id, Reference] = {}
    panels: dict[Id, Panel] = {}
    score: str | None = None
    modifiers: dict[Id, Modifier] = {}
    distribution: Distribution | None = None
    constraints: dict[Id, Constraint] = {}
    locks: list[Lock] = []
    remove: list[Path] = []
    required_facts: list[str] = []
    tests: list[PolicyTest] = []
