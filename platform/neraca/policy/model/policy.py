"""A whole policy, and what it says beside a score: training, credit points, candidacy."""

from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta, field

from neraca.domain.vocabulary import Purpose
from neraca.policy.blocks import Id, Label, Panel, Reference, Scale
from neraca.policy.model.cases import PolicyTest
from neraca.policy.model.classification import Classifier, Modifier, Predicate
from neraca.policy.model.groups import Distribution, Ranking
from neraca.policy.model.indicators import Indicator, Node
from neraca.policy.model.kinds import Block, Path, PolicyId
from neraca.policy.model.locks import Constraint, Lock
from neraca.policy.model.period import Effective, Extends, Period, Precision, Scope
from neraca.policy.model.workflow import Reporting, Workflow


class TrainingRule(Block, frozen=True):
    """From which values on training is asked for. It changes no score and no predicate.

    weak: indicator or node -> the value below which it is weak; of other indicators it is the middle of what can be
    ref: the reference it rests on
    """

    weak: dict[Id, Decimal]
    ref: str | None = None


class CreditNeed(Block, frozen=True):
    """The credit points that a career level asks for.

    rank: for the next rank within the level
    level: for the next level; left out where there is none
    ref: the law
    """

    rank: Decimal
    level: Decimal | None = None
    ref: str | None = None


class Candidacy(Block, frozen=True):
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


class Policy(Block, frozen=True):
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
