"""What a decision may know besides the state of its own stream, typed by the command that it is about.

Day, actor, calendar and roster for all; the policy that applies, and what else the service looked up, for some.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import TypeVar

from msgspec import Struct

from neraca.domain.agency import Agency
from neraca.domain.appraisal.events import AppraisalEvent, StandardOfPost
from neraca.domain.appraisal.state import Appraisal
from neraca.domain.assignments import People
from neraca.domain.cohort.achievements import Achieved, LedUnit
from neraca.domain.cohort.events import CohortMember, CurveBreach, Judged
from neraca.domain.cohort.state import Cohort
from neraca.domain.command_rules import PolicyRef, Rulebook
from neraca.domain.remuneration.told_facts import ReportRule, ToldFacts
from neraca.domain.remuneration.unpaid_days import UnpaidDays
from neraca.domain.service_point.state import ServicePoint
from neraca.domain.vocabulary import PositionClass, Purpose, Relation, Role, Scope
from neraca.domain.workplan.state import WorkPlans


class Actor(Struct, frozen=True):
    """Who asks. `agency` None is somebody of the deployment, who has these roles in every agency.

    `scopes` are for the role integrator; None is what it may without any being named.
    """

    id: str
    roles: frozenset[Role]
    agency: str | None = None
    scopes: frozenset[Scope] | None = None


class ScoringResult(Struct, frozen=True):
    """What the policy in force makes of the facts up to log `position`. `blocked` says why there is no result.

    `sealed_digest` and `salt` are those of `Finalised`, and so are the groups that would be `closed`, or what
    they were `closed_by` before.
    """

    policy: PolicyRef
    position: int
    facts_digest: str
    engine: str
    predicate: str | None
    score: Decimal | None
    nodes: dict[str, Decimal | None]
    blocked: str | None
    sealed_digest: str | None = None
    salt: str | None = None
    closed: dict[str, int | None] = {}
    closed_by: PolicyRef | None = None


class Part(Struct, frozen=True):
    """An appraisal of a part of a period. `position` is the log position of its last finalisation, 0 without one."""

    period: str
    state: Appraisal
    position: int


class Draft(Struct, frozen=True):
    """A policy text as the service read and checked it; `since` and `until` are its own `effective` dates.

    `cycles` are those of the policies that rule before it, by hash; `segments` tells whether it joins parts of a
    period, `joining` are the hashes of those before it that do;
    `doubtful` are its unverified and illustrative references; `locked` the paths it moves within a parent's lock;
    `tests` how many it has, all passed, and `tests_before` those of the version published before.
    """

    policy: PolicyRef
    purpose: Purpose
    abstract: bool
    since: date
    until: date | None
    cycle: str
    policy_date: str
    cycles: Mapping[str, str] = MappingProxyType({})
    segments: bool = False
    joining: frozenset[str] = frozenset()
    warnings: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()
    locked: tuple[str, ...] = ()
    tests: int = 0
    tests_before: int = 0


class Measured(Struct, frozen=True):
    """An impact report that the service computed from the facts up to log `position`: `report` is the hex sha256 of
    `text`.
    """

    report: str
    text: str
    period: str
    summary: str
    position: int


class Unruled(Struct, frozen=True):
    """That no policy applies to a period, or not one alone. `why` is what stands in its place, and the remedy."""

    why: str


class Context(Struct, frozen=True, kw_only=True):
    """What every decision may know: `today` is the legal day in the agency's time zone, `people` the roster, on which
    each is looked up when a rule asks.

    Who acts is the actor; where another acts in their place, with their relations, that is the `deputy`. Commands that
    rest on more have a context of their own, whose parts are always there: what can be refused before a costly look-up
    is refused by the function named in the docstring of that context.
    """

    today: date
    actor: Actor
    agency: Agency
    people: People
    deputy: str | None = None


class DelegationContext(Context, frozen=True, kw_only=True):
    """To delegate, or appoint who acts: whether the one who is named leads a unit on the day."""

    leads: bool


class AppraisalContext(Context, frozen=True, kw_only=True):
    """For plans, reports, ratings and steps of an appraisal: the rules of the policy that applies to it."""

    ruling: Rulebook | Unruled


class Alignment(Struct, frozen=True):
    """How many results are `planned`, and how many of them are `aligned` with a goal of the region, by which `links`:
    their log positions.
    """

    aligned: int
    planned: int
    links: tuple[int, ...] = ()


class AlignmentContext(AppraisalContext, frozen=True, kw_only=True):
    """To count what leads to a goal of the region: what the log says of the results that are planned."""

    alignment: Alignment


class OpeningContext(AppraisalContext, frozen=True, kw_only=True):
    """To open an appraisal: the class that the roster has of the employee's post, None where it has none, and the
    labels of their other appraisals that share days with it; their work plans of the year, where the policy has
    them; of a part of a whole that was cut, what belongs to it.
    """

    position_class: PositionClass | None
    overlapping: tuple[str, ...]
    plans: WorkPlans | None = None
    carried: tuple[AppraisalEvent, ...] = ()


class RequiredCompetencies(Struct, frozen=True):
    """The standard, and the level that it requires of each competency."""

    standard: StandardOfPost
    levels: dict[str, Decimal]


class DrawOpeningContext(Context, frozen=True, kw_only=True):
    """To open the draw of raters of a period: a salt (hex) from the system's chance, another each time."""

    salt: str


class DrawContext(AppraisalContext, frozen=True, kw_only=True):
    """To assign raters or put another in a rater's place: who may be taken in each relation, as the log has the roster
    up to `position`, and the salt of the draw with its own position, None where none is open. Looked up after
    `assignable`, `declinable` and `replaceable`. `rated` are those of the colleagues whom the employee is assigned to
    rate by now, where no two may rate each other.
    """

    candidates: Mapping[Relation, tuple[str, ...]]
    position: int
    rated: frozenset[str] = frozenset()
    salt: str | None = None
    salt_at: int | None = None


class AssessingContext(AppraisalContext, frozen=True, kw_only=True):
    """To assess competencies: the standard of the post that the employee held, None where none stands."""

    standard: RequiredCompetencies | None


class TakingContext(AppraisalContext, frozen=True, kw_only=True):
    """To take the share of a period in a work plan: those of the employee in that year."""

    plans: WorkPlans


class VouchingContext(AppraisalContext, frozen=True, kw_only=True):
    """To vouch for a fact: the programme that tells it of the employee in the period, and the unit whose service times
    are confirmed as it; each empty where there is none.
    """

    programme: str = ""
    measured_in: str = ""


class EstablishingContext(VouchingContext, frozen=True, kw_only=True):
    """To vouch for the predicate of the unit that the employee heads: which ones, at the end of the period."""

    heading: tuple[LedUnit, ...]


class CohortStanding(Struct, frozen=True):
    """The cohort of an appraiser as the log has it; `closed` is the position of its closing, and `calibrated` that of
    the last time that the predicate of the employee in question was moved, 0 where there was none.
    """

    cohort: Cohort
    closed: int = 0
    calibrated: int = 0


class HeadedUnit(Struct, frozen=True):
    """Of a policy that judges the head of a unit by what it achieved: which units the employee heads at the end of the
    period, what those published, and what was `told` in the appraisal.
    """

    units: tuple[LedUnit, ...]
    achieved: tuple[Achieved, ...]
    told: str | None


class FinalisingContext(AppraisalContext, frozen=True, kw_only=True):
    """To finalise: the score that would be final, and of a year that is judged beside its periods the labels of those
    that are not final, or to which an objection is pending; the work plans, where the policy has plans of the year;
    the cohort of the appraiser, where it has a distribution; whether the employee heads an independent unit when the
    period ends, and which units they head, where the policy asks that; of a result that was moved in a cohort the
    predicates that what is recorded of them `allowed`, where it does not leave all. Looked up after `finalisable`.
    """

    scored: ScoringResult
    unsettled: tuple[str, ...] = ()
    plans: WorkPlans | None = None
    standing: CohortStanding | None = None
    heads_independent_unit: bool = False
    headed: HeadedUnit | None = None
    allowed: tuple[str, ...] = ()
    alignment: Alignment | None = None


class PrintedDocument(Struct, frozen=True):
    """An evaluation document as the service prints it from the log up to `position`, in the words that it has for
    agency and units: what `DocumentIssued` keeps of it.
    """

    template: str
    result: int
    position: int
    policy: PolicyRef
    digest: str | None
    agency: str
    units: dict[str, str]
    sha256: str = ""


class IssuingContext(AppraisalContext, frozen=True, kw_only=True):
    """To issue an evaluation document: the one that would be signed. Looked up after `issuable`."""

    printed: PrintedDocument


class PartsContext(AppraisalContext, frozen=True, kw_only=True):
    """To join appraisals of parts of a period, in order of time; `ruling` is that of the last. `is_split` tells
    whether another rule begins within the whole.
    """

    parts: tuple[Part, ...]
    is_split: bool


class JoiningContext(PartsContext, frozen=True, kw_only=True):
    """The same with what the parts come to. Looked up after `joinable`."""

    scored: ScoringResult


class ReuseContext(AppraisalContext, frozen=True, kw_only=True):
    """To take over the result of the period before: its appraisal. For the agreement looked up after `proposal`."""

    source: Part


class RecordContext(Context, frozen=True, kw_only=True):
    """For a survey or an achievement: the policies by which people are appraised in its period, each once."""

    applied: tuple[Rulebook, ...]


class SurveyOpeningContext(RecordContext, frozen=True, kw_only=True):
    """To open a survey: the service points it names, as far as there are any of those ids."""

    points: Mapping[str, ServicePoint] = MappingProxyType({})


class TokensContext(Context, frozen=True, kw_only=True):
    """To issue tokens of a survey: the service point they are of, None if there is none of that id."""

    point: ServicePoint | None


class ImprovementContext(Context, frozen=True, kw_only=True):
    """For what a unit will mend: the index of its achievement, None before it is published; and who heads it today."""

    index: Decimal | None
    head: str | None


class TimesContext(RecordContext, frozen=True, kw_only=True):
    """For service times that come in: what the register has of their source, an empty `system` where it has nothing."""

    system: str
    importers: tuple[str, ...]


class CreditOfLevel(Struct, frozen=True):
    """What the months of a period in one career level come to. `before` are the points of the level from before it."""

    level: str
    months: int
    predicate: str
    before: Decimal
    points: Decimal
    facts: ToldFacts
    scored: ScoringResult
    rank_need: Decimal | None = None
    level_need: Decimal | None = None


class CreditContext(Context, frozen=True, kw_only=True):
    """To fix credit points: the appraisal they rest on, and what they come to in each level that the employee had.

    `levels` are looked up after `fixable`. `touched` is the last log position of what changes months or levels.
    """

    appraisal: Part
    levels: tuple[CreditOfLevel, ...] = ()
    touched: int = 0


class BringingContext(Context, frozen=True, kw_only=True):
    """To bring points in: what a whole year of 100 % comes to in the level, or why nothing does."""

    policy: PolicyRef | None
    yearly: Decimal | None
    unruled: str = ""


class AllowanceContext(Context, frozen=True, kw_only=True):
    """To fix an allowance: the appraisal it rests on, labels of `later` final ones of the same length that ended by the
    end of the month, and what it comes to, which is looked up after `fixable`. `touched` is the last log position of
    what changes what is paid for the month.
    """

    appraisal: Part
    later: tuple[str, ...] = ()
    predicate: str = ""
    facts: ToldFacts = ToldFacts()
    reports: ReportRule | None = None
    scored: ScoringResult | None = None
    lacking: tuple[str, ...] = ()
    unpaid: UnpaidDays | None = None
    touched: int = 0


class WorkPlanContext(Context, frozen=True, kw_only=True):
    """For a work plan: the rules in force on its first day for the class of the employee's post."""

    ruling: Rulebook | Unruled


class CohortOpeningContext(Context, frozen=True, kw_only=True):
    """To open a cohort: whom the appraiser appraises, the rules that judge most of them, the units that the appraiser
    leads on the last day of the period, and what those published for it and for the year before, in order.

    Looked up after `openable`.
    """

    ruling: Rulebook | Unruled
    members: tuple[CohortMember, ...]
    units: tuple[LedUnit, ...]
    achieved: tuple[Achieved, ...]


class CohortJudgingContext(Context, frozen=True, kw_only=True):
    """To judge a cohort: whom the appraiser appraises now, and for each member what the facts in the log come to, or
    why to nothing. Looked up after `judgeable`.
    """

    present: frozenset[str]
    outcomes: Mapping[str, Judged | str]


class CohortMovingContext(Context, frozen=True, kw_only=True):
    """To judge a member anew: the predicate of each result, of that member's, that is final by now."""

    final: Mapping[str, str]


class CohortClosingContext(Context, frozen=True, kw_only=True):
    """To close a cohort: whom the appraiser appraises now, and what the curve finds wrong. `unchecked` says why it was
    not asked, `small` that they are fewer than the policy binds; `final` are the predicates of those whom the appraiser
    moved and whose result is final by now. Looked up after `closable`.
    """

    present: frozenset[str]
    breaches: tuple[CurveBreach, ...]
    unchecked: str | None = None
    small: bool = False
    final: Mapping[str, str] = {}


class PublicationContext(Context, frozen=True, kw_only=True):
    """To publish texts: the policy that they make, and what it is for."""

    policy: PolicyRef
    purpose: Purpose


class DraftContext(Context, frozen=True, kw_only=True):
    """To propose, approve or schedule a policy: its text as it was read and checked. Looked up after `approvable` and
    `schedulable`.
    """

    draft: Draft


class ImpactContext(Context, frozen=True, kw_only=True):
    """To attach an impact report: the one that the service computed. Looked up after `attachable`."""

    impact: Measured


class RecallContext(Context, frozen=True, kw_only=True):
    """To take a schedule back: the results, as employee/period, that are final by it. Looked up after `recallable`."""

    resting: tuple[str, ...]


C = TypeVar("C", bound=Context)


def having(kind: type[C], context: Context) -> C:
    """The context as the kind that a command needs. TypeError where something else was looked up for it."""
    if not isinstance(context, kind):
        raise TypeError(f"needs a {kind.__name__}, not a {type(context).__name__}")
    return context
