"""What a command must know of the policy in force: the limits it sets on reports, ratings and steps.

The policy floor fills it from a compiled plan (policy/rules.py), so the domain stays free of YAML.
"""

from typing import Literal, TypeAlias

from msgspec import Struct

from neraca.domain.case import Micro
from neraca.domain.reporting_rhythms import Cadence
from neraca.domain.text_kinds import digits
from neraca.domain.vocabulary import Perspective, PositionClass, Relation


class PolicyRef(Struct, frozen=True):
    """Hashes are hex sha256: `hash` of the resolved document, `calc_hash` of what can move a digit.

    Here alone `id@version`, which people read and write, is put together and taken apart.
    """

    id: str
    version: int
    hash: str
    calc_hash: str

    @property
    def name(self) -> str:
        return PolicyRef.written(self.id, self.version)

    @staticmethod
    def written(id_: str, version: int) -> str:
        """Returns `id@version` for a policy of which no hash is known, or none is needed."""
        return f"{id_}@{version}"

    @staticmethod
    def parsed(text: str) -> tuple[str, int | None]:
        """Returns the id and the version that a person wrote; no version for an id alone.

        A text whose version is no number comes back whole as the id: no policy is called so, and the refusal that
        follows shows what was written.
        """
        id_, _, version = text.partition("@")
        number = digits(version)
        return (id_, number) if number is not None or not version else (text, None)


class RatingRule(Struct, frozen=True):
    """Values allowed for one indicator from one rater group; nothing of theirs is shown below `floor` raters.

    `quorum`, `trim` and `median` say what becomes of several ratings: the `trim` lowest and highest fall out where
    `quorum` are left, and of the rest the median or the mean is taken. Of a `whole` group nothing counts before
    every one who is assigned has rated.
    """

    min: Micro
    max: Micro
    step: Micro
    floor: int
    most: int | None
    anonymous: bool
    quorum: int = 1
    trim: int = 0
    median: bool = False
    whole: bool = False


class ItemRule(Struct, frozen=True):
    """`levels` are the words allowed for `level` items; empty for ratio items."""

    kind: str
    levels: tuple[str, ...]
    declared_weights: bool
    min_items: int


EntryPart: TypeAlias = Literal["duration", "result", "evidence"]
"""What a day's entry may hold beside what was done."""


class ReportingRule(Struct, frozen=True):
    """How progress is documented (PermenPANRB 6/2022 ps 16). `daily`: each working day wants an entry, which holds what
    is in `requires`. `cadence` is the policy's rhythm; None where it leaves that to the agency.
    """

    daily: bool = False
    requires: frozenset[EntryPart] = frozenset()
    cadence: Cadence | None = None


FeedbackRhythm: TypeAlias = Literal["period", "weekly", "monthly", "quarterly", "half-yearly", "yearly"]
"""How often a leader gives feedback: once a period, or in each stretch of a rhythm."""


class TimeLimit(Struct, frozen=True):
    """A legal period: calendar days, or working days of the agency's calendar."""

    days: int
    working: bool


WEEK_BEFORE = TimeLimit(7, working=False)
"""How long before a last day one is reminded where no policy says, which is ours."""

EVALUATION_STEP = "nilai"
FIXING_STEP = "tetapkan"
"""Steps of a policy's workflow that the platform acts on."""

EMPLOYEE = "pegawai"
APPRAISER = "pejabat_penilai"
REVIEWER = "atasan_pejabat_penilai"
OFFICIAL = "pejabat_berwenang"
RATER = "penilai"
"""Roles of a policy's workflow."""


class StepRule(Struct, frozen=True):
    """`until` is the month and day on which the evaluation of a year ends, in the place of `within`; `superior_within`
    what the appraiser's superior has for it after that.
    """

    role: str
    within: TimeLimit
    distinct_from: tuple[str, ...]
    until: tuple[int, int] | None = None
    superior_within: TimeLimit | None = None


RaterSource: TypeAlias = Literal["unit", "programme", "unit_or_programme", "subordinates", "superior", "self", "named"]
"""Where raters are taken from: colleagues of the unit, of a programme or of either, who works directly under the
employee, who appraises, the employee, or whom HR or an official names.
"""

DRAWN_FROM: frozenset[RaterSource] = frozenset({"unit", "programme", "unit_or_programme", "subordinates"})
"""Where there may be more people than are to rate."""

OF_PROGRAMMES: frozenset[RaterSource] = frozenset({"programme", "unit_or_programme"})


class AssignedGroup(Struct, frozen=True):
    """`count` raters are drawn; all there are where it is None."""

    source: RaterSource
    count: int | None = None


class AssigningRule(Struct, frozen=True):
    """Who is assigned to rate, by relation, and when: from so long before the end of the period to so long after it.

    `together` is on how many days of the period a colleague must have been with the employee; `mutual` whether two
    colleagues may rate each other; `appraiser_told` whether whoever appraises may know who is assigned;
    `sealed` whether nobody reads what any of them gave, by name or not, before the time to rate is over.
    """

    groups: dict[Relation, AssignedGroup]
    opens: TimeLimit
    within: TimeLimit
    together: int = 1
    mutual: bool = True
    appraiser_told: bool = False
    sealed: bool = False


class ObjectionLimits(Struct, frozen=True):
    within: TimeLimit
    decide_within: TimeLimit | None
    to: str
    grounds_required: bool
    final: bool


PlanTerm: TypeAlias = Literal["resources", "accountability", "consequences"]
"""What a plan may say beside results."""


class PerspectiveRule(Struct, frozen=True):
    """Whose results each carry a perspective, and of which there is at least one."""

    classes: frozenset[PositionClass]
    required: frozenset[Perspective]


class PlanRule(Struct, frozen=True):
    """`of_year`: there is one plan a year, of which each period takes its share. What was not fixed in time, which is
    by the month and day `by` or before the plan's months end, is taken, refused or marked as `late`. `requires` is what
    each plan says beside results. `loads_within`: loads may not come to more than the target they share in.
    """

    of_year: bool = False
    by: tuple[int, int] | None = None
    late: Literal["refuse", "mark"] | None = None
    requires: frozenset[PlanTerm] = frozenset()
    perspectives: PerspectiveRule | None = None
    loads_within: bool = False


DistributionMode: TypeAlias = Literal["off", "advisory", "enforce"]


class DistributionRule(Struct, frozen=True):
    """Whether the predicates of a cohort are held to a curve: that a breach is told, or that it may not be closed."""

    mode: DistributionMode


FactKind: TypeAlias = Literal["number", "flag", "word"]


class FactRule(Struct, frozen=True):
    """As what a fact is read. `words` are all that are looked up, where nothing else could be used; `least` and `above`
    bound a number: what is done and counted is never below 0, and what is divided by is above it.
    """

    kind: FactKind
    words: tuple[str, ...] = ()
    least: Micro | None = None
    above: Micro | None = None

    @property
    def is_target(self) -> bool:
        """Whether it is what an achievement is measured against: nothing else is divided by."""
        return self.above is not None


class Rulebook(Struct, frozen=True):
    """`ratings` is indicator -> rater group -> rule; `facts` and `surveys` are what the policy reads; `ranks` orders
    predicates; `segments` tells whether a period may be appraised in parts and joined by months; `annual` whether its
    periods, which are then shorter than a year, make a result of the year; `judged_year` whether the year is appraised
    anew beside them instead; `plan` what a plan is of; `kinds` as what a fact is read, where the policy says so;
    `reporting` how progress is documented; `distribution` how predicates may be spread; `reminders` how
    long before a last day one is reminded; `feedback` how often the appraiser gives some, None where nobody is asked;
    `assigning` who is assigned to rate, None where whoever stands so may; `open_surveys` are those of which what came
    over an open link counts.
    """

    policy: PolicyRef
    cycle: str
    policy_date: str
    ratings: dict[str, dict[str, RatingRule]]
    items: dict[str, ItemRule]
    facts: frozenset[str]
    surveys: dict[str, tuple[str, ...]]
    steps: dict[str, StepRule]
    objection: ObjectionLimits | None
    ranks: dict[str, int]
    segments: bool = False
    kinds: dict[str, FactRule] = {}
    annual: bool = False
    judged_year: bool = False
    reporting: ReportingRule = ReportingRule()
    plan: PlanRule = PlanRule()
    distribution: DistributionRule | None = None
    reminders: TimeLimit = WEEK_BEFORE
    feedback: FeedbackRhythm | None = None
    assigning: AssigningRule | None = None
    open_surveys: frozenset[str] = frozenset()
