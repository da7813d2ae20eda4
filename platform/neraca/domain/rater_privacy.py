"""What may be known of ratings, and when: the one place that everything which shows something asks.

A rating of an anonymous group is *hidden*: it counts in nothing that is shown until its group closes, which every
anonymous group does at the first finalisation, or before a cohort is judged, for good. Then the group appears all at
once, if it reaches its floor, as the most even ratings that come to the same under the policy that closed it. So
whatever is derived from what is shown (a score, a step, a score under any other policy, a digest, a version) cannot
depend on one hidden rating: it is derived from how many there were and from what they came to together, or from
nothing.

A group below its floor never counts in a result, and therefore never shows through one.

Feedback in words is in no number at all. What a colleague writes is for whoever judges, who reads it with how the
colleague stands to the employee and without a name; the employee reads it only of many, once a result was final.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import TypeAlias, assert_never, get_args

from msgspec import UNSET, Struct, field
from msgspec.json import Encoder
from msgspec.structs import replace

from neraca.domain.appraisal.commands import (
    AssignRaters,
    DeclineAssignment,
    DeclineFeedback,
    GiveFeedback,
    NameRater,
    Rate,
    ReplaceRater,
    RequestFeedback,
    ReviseRating,
    WithdrawFeedback,
    WithdrawRating,
)
from neraca.domain.appraisal.events import (
    AppraisalEvent,
    Cancelled,
    Cut,
    FeedbackDeclined,
    FeedbackGiven,
    FeedbackRequested,
    FeedbackWithdrawn,
    Finalised,
    OfFeedback,
    OfRaterAssignment,
    Rated,
    RaterDeclined,
    RaterNamed,
    RaterReplaced,
    RatersAssigned,
    RatingRevised,
    RatingsClosed,
    RatingWithdrawn,
)
from neraca.domain.case import Case, Micro
from neraca.domain.command_rules import RatingRule
from neraca.domain.development.candidacy import CandidacyEvent, OfCandidacy
from neraca.domain.development.potential import OfPotential, PotentialAssessed
from neraca.domain.event_facets import ReadableWhole
from neraca.domain.facts import Facts, Rater
from neraca.domain.policy_register import OfPolicyRegister
from neraca.domain.rater_draw import OfRaterDraw
from neraca.domain.registry import Event
from neraca.domain.survey import CommentReceived, OfSurvey, PassOnAnswers, RecordResponse, ResponseRecorded
from neraca.domain.vocabulary import (
    ANONYMOUS,
    FEWEST_CITIZENS,
    NAMED,
    RATER_GROUP,
    FeedbackSource,
    FeedbackTone,
    Relation,
)

Rules: TypeAlias = Mapping[str, Mapping[str, RatingRule]]
"""Indicator -> rater group -> rule, of the policy that judges."""

FEWEST = 3
"""Raters of any anonymous group: of two, each would know what the other said."""

FLOORS: Mapping[str, int] = {"rekan": 3, "bawahan": 3, "warga": FEWEST_CITIZENS}
"""Fewer peers or subordinates than 3, or citizens than 10, and what they come to gives a rater away."""

CITIZEN_PREFIX = "warga:"
"""Begins a citizen's token in the log. No employee number can hold a colon, so neither can be taken for the other."""

Ratings: TypeAlias = dict[str, dict[str, list[Micro]]]
_CANONICAL = Encoder(order="sorted")
_ANONYMOUS_GROUPS = frozenset(RATER_GROUP[relation] for relation in ANONYMOUS)
NAMED_GROUPS = frozenset(RATER_GROUP[relation] for relation in NAMED)
"""Rater groups of which everybody knows who is in them, whatever a policy says."""


def _tags(*kinds: type[Struct]) -> frozenset[str]:
    return frozenset(str(kind.__struct_config__.tag) for kind in kinds)


RATING_EVENTS = _tags(Rated, RatingRevised, RatingWithdrawn)
"""Tags of the events of one rating: whoever caused one of them is its rater."""

FEEDBACK_EVENTS = _tags(FeedbackGiven, FeedbackWithdrawn, FeedbackRequested, FeedbackDeclined)
"""Tags of the events of feedback in words, and of who was asked for some."""

ASSIGNMENT_EVENTS = _tags(RatersAssigned, RaterNamed, RaterDeclined, RaterReplaced)
"""Tags of the events that tell who is to rate."""

CONSIDERING_EVENTS = _tags(*get_args(CandidacyEvent), PotentialAssessed)
"""Tags of the events that tell for what somebody is considered, and what an assessor found of them: by who and when
alone, beside how many are in which box, one could tell in which box somebody is.
"""

WITHHELD_EVENTS = (
    RATING_EVENTS | FEEDBACK_EVENTS | ASSIGNMENT_EVENTS | CONSIDERING_EVENTS | _tags(ResponseRecorded, CommentReceived)
)
"""Tags that a reader of the log who knows of no rater never sees, whoever rated: of a rating that is changed nobody
could tell without reading on whether it is hidden."""

WITHHELD_COMMANDS = _tags(
    Rate,
    ReviseRating,
    WithdrawRating,
    RecordResponse,
    PassOnAnswers,
    AssignRaters,
    NameRater,
    DeclineAssignment,
    ReplaceRater,
    GiveFeedback,
    WithdrawFeedback,
    RequestFeedback,
    DeclineFeedback,
)
"""Tags of the commands that such events come from."""


TELLING_EVENTS = (
    FEEDBACK_EVENTS
    | ASSIGNMENT_EVENTS
    | _tags(Rated, RatingRevised, RatingWithdrawn, RatingsClosed, Finalised, Cancelled, Cut)
)
"""Tags of the events from which `Shown` learns what is hidden, and which of them it hides: of all others, none."""

TELLING_FIELDS = ("facts_digest", "salt")
"""Fields of a finalisation for auditors only: a digest can be tried until the ratings fit that it was made of."""


def is_named(relation: Relation) -> bool:
    """Whether everybody may know who rated in this relation."""
    return relation in NAMED


def is_anonymous(relation: Relation) -> bool:
    """Whether nobody may know who rated in this relation, whatever a policy says."""
    return relation in ANONYMOUS


def may_name_actor(event: AppraisalEvent, relations: Mapping[str, Relation]) -> bool:
    """Whether readers of an appraisal may know who caused an event of it that is not hidden.

    `relations` is what each of its raters is to the person rated.
    """
    match event:
        case Rated() | RatingRevised() | RatingWithdrawn():
            return is_named(relations[event.rater])
        case OfFeedback():
            return not event.hidden
        case OfRaterAssignment():
            return False
        case ReadableWhole() | Finalised():
            return True
        case _:
            assert_never(event)


def is_hidden(event: Event, named: Container[str]) -> bool:
    """Whether an event tells of a hidden rating. `named` are those of the appraisal's raters who are not hidden.

    An event that is neither named here nor readable whole is an error, so that a new one never shows by oversight.
    """
    match event:
        case ReadableWhole() | Finalised():
            return False
        case Rated():
            return event.hidden or event.sealed
        case RatingRevised() | RatingWithdrawn():
            return event.rater not in named
        case OfFeedback():
            return event.hidden
        case OfRaterAssignment():
            return True
        case OfRaterDraw():
            return False  # its salt is left out where it is read
        case OfSurvey() | OfPolicyRegister() | OfCandidacy() | OfPotential():
            return False  # no rating is in those streams
        case _:
            assert_never(event)


def tells_hidden(final: Finalised, closed_by: str, any_hidden: bool) -> bool:
    """Whether the values of a result may rest on more than may be shown of its hidden ratings, if it had `any_hidden`:
    where it is from before groups below their floor were left out, or from before closings were kept and judged by
    another policy than the one with the hash `closed_by`, with which its groups closed.
    """
    otherwise = final.closed_by is None and final.policy.hash != closed_by
    return any_hidden and (final.sealed_digest is None or otherwise)


class Shown(Struct):
    """Follows the events of one stream, and counts those that may be shown: that is its version to everybody.

    The version in the log would tell how many hidden ratings came, and between what.
    """

    version: int = 0
    named: set[str] = field(default_factory=set[str])
    sealed: set[str] = field(default_factory=set[str])

    def take(self, event: Event) -> bool:
        """Whether it may be shown."""
        if is_hidden(event, self.named):
            if isinstance(event, Rated) and not event.hidden:
                self.sealed.add(event.rater)
            elif isinstance(event, RatingWithdrawn):
                self.sealed.discard(event.rater)
            return False
        match event:
            case RatingsClosed() | Finalised():
                # Of whoever rated under their name it may be shown from now on what becomes of it.
                self.named |= self.sealed
                self.sealed.clear()
            case Rated():
                self.named.add(event.rater)
            case RatingWithdrawn():
                self.named.discard(event.rater)
            case Cancelled():
                self.named.clear()
                self.sealed.clear()
            case (
                ReadableWhole()
                | RatingRevised()
                | OfFeedback()
                | OfRaterAssignment()
                | OfRaterDraw()
                | OfCandidacy()
                | OfPotential()
                | OfSurvey()
                | OfPolicyRegister()
            ):
                pass
            case _:
                assert_never(event)
        self.version += 1
        return True


class Words(Struct, frozen=True, kw_only=True):
    """Feedback as a reader may have it: `giver` and the day `on` which it was given are None where it is not named."""

    source: FeedbackSource
    tone: FeedbackTone
    words: str
    result: str | None = None
    indicator: str | None = None
    giver: str | None = None
    on: date | None = None


def feedback_shown(given: Iterable[FeedbackGiven], *, judges: bool, closed: bool) -> list[Words]:
    """The feedback that a reader may have, of all that stands, in the order in which it was given.

    What a leader says is read at once, under their name. Of colleagues, whoever `judges` reads the words and how each
    stands to the employee; every other reader, the employee first, only of those who stand alike and are `FEWEST` or
    more, and not before what they may say is `closed` with the first result. It comes without name and day, in an order
    that tells nothing.
    """
    every = list(given)
    named = [_words(one, giver=one.giver, on=one.on) for one in every if not one.hidden]
    hidden = [one for one in every if one.hidden]
    givers: dict[FeedbackSource, set[str]] = {}
    for one in hidden:
        givers.setdefault(one.source, set()).add(one.giver)
    told = [one for one in hidden if judges or (closed and len(givers[one.source]) >= FEWEST)]
    return named + sorted((_words(one) for one in told), key=_by_what_is_said)


def _words(one: FeedbackGiven, giver: str | None = None, on: date | None = None) -> Words:
    return Words(
        source=one.source,
        tone=one.tone,
        words=one.words,
        result=one.result,
        indicator=one.indicator,
        giver=giver,
        on=on,
    )


def _by_what_is_said(one: Words) -> tuple[str, ...]:
    return one.source, one.result or "", one.indicator or "", one.tone, one.words


def promised(relation: Relation, rules: Iterable[RatingRule]) -> bool:
    """Whether the policy makes a relation anonymous that is not so by itself."""
    return relation not in ANONYMOUS | NAMED and any(rule.anonymous for rule in rules)


def rating_told(moves: Sequence[datetime], near: datetime, *, over: bool, now: datetime) -> bool | None:
    """Whether somebody has rated, as whoever assigns may know it; None while nobody is told. `moves` are when a rating
    of theirs came and went, in turns; `near` the moment from which they are reminded.

    It is told as it stood at two moments, that one and the end, so that it tells no order and no day, nor of anything
    that changed between: of those who had not rated, nobody can see by looking again and again when they did.
    """
    if over:
        return bool(len(moves) % 2)
    return bool(sum(move < near for move in moves) % 2) if now >= near else None


def fewest_explained(minimum: int, *, anonymous: bool) -> int:
    """Fewest raters of a group whose mean an explanation shows, where the policy asks for `minimum` of them."""
    return max(minimum, FEWEST) if anonymous else 1


def floor(group: str, rule: RatingRule) -> int:
    """Fewest raters of an anonymous group that count, and that may be shown."""
    return max(rule.floor, FLOORS.get(group, FEWEST))


def anonymous_groups(rules: Rules) -> frozenset[str]:
    """The groups the policy hears whose raters nobody may know."""
    return frozenset(
        group
        for groups in rules.values()
        for group, rule in groups.items()
        if group in _ANONYMOUS_GROUPS or (rule.anonymous and group not in NAMED_GROUPS)
    )


class Group(Struct, frozen=True):
    """The hidden ratings that count of one group for one indicator, in the order they were given."""

    indicator: str
    name: str
    rule: RatingRule
    values: list[Micro]


def counted(facts: Facts, rules: Rules) -> Case:
    """What a result is judged from: all facts, but of hidden ratings only those of groups that reach their floor."""
    ratings: Ratings = {}
    for indicator, name, given in _named(facts):
        ratings.setdefault(indicator, {})[name] = [rater.scores[indicator] for rater in given]
    for group in _heard(facts, rules):
        ratings.setdefault(group.indicator, {}).setdefault(group.name, []).extend(group.values)
    return replace(facts.case, ratings=ratings)


def disclosed(facts: Facts, rules: Rules | None, *, closed: bool) -> Facts:
    """The facts that may be shown, of all facts. `rules` are those of the policy that judges, None where there is none.

    Hidden ratings appear when their groups are `closed`, even and without the events they came from.
    """
    ratings: Ratings = {}
    # A position leads to its event, and that to its rater: those of hidden ratings are not shown, closed or not.
    sources = {path: at for path, at in facts.sources.items() if not path.startswith("ratings/")}
    for indicator, name, given in _named(facts, unsealed=not closed):
        ratings.setdefault(indicator, {})[name] = [rater.scores[indicator] for rater in given]
        sources[f"ratings/{indicator}/{name}"] = [rater.at[indicator] for rater in given]
    for group in _heard(facts, rules) if closed and rules is not None else ():
        at = ratings.setdefault(group.indicator, {})
        at[group.name] = [*at.get(group.name, ()), *even(group.values, group.rule)]
    return replace(
        facts,
        case=replace(facts.case, ratings=ratings),
        sources=sources,
        raters={
            name: rater
            for name, rater in facts.raters.items()
            if not rater.hidden and (closed or rater.sealed is UNSET)
        },
        assigned=UNSET,
    )


def closed_groups(facts: Facts, rules: Rules) -> dict[str, int | None]:
    """Each anonymous group that the policy hears, and how many raters it had; None where they are below its floor."""
    hidden = ((rater.group, rater.scores.keys()) for rater in facts.raters.values() if rater.hidden)
    return groups_closed(hidden, rules, _lacking(facts, rules))


def lacking(
    assigned: Mapping[str, str], rated: Mapping[str, Container[str]], rules: Rules
) -> frozenset[tuple[str, str]]:
    """Indicator and group, of those that must be whole, where somebody who is assigned has not rated. `assigned` is who
    is in which group, `rated` the indicators that each has rated.
    """
    return frozenset(
        (indicator, group)
        for indicator, groups in rules.items()
        for group, rule in groups.items()
        if rule.whole and any(of == group and indicator not in rated.get(rater, ()) for rater, of in assigned.items())
    )


def _lacking(facts: Facts, rules: Rules) -> frozenset[tuple[str, str]]:
    if facts.assigned is UNSET:
        return frozenset()
    return lacking(facts.assigned, {name: rater.scores for name, rater in facts.raters.items()}, rules)


def groups_closed(
    hidden: Iterable[tuple[str, Container[str]]], rules: Rules, lacks: Container[tuple[str, str]] = ()
) -> dict[str, int | None]:
    """The same of the group of each rater who is hidden, and the indicators that they rated; `lacks` are those that are
    not whole and must be.
    """
    there = list(hidden)
    found: dict[str, int | None] = {}
    for group in sorted(anonymous_groups(rules)):
        asked = [(indicator, groups[group]) for indicator, groups in rules.items() if group in groups]
        raters = sum(of == group and any(one in rated for one, _ in asked) for of, rated in there)
        # Told by the strictest indicator, as one number is told for the group.
        least = max(floor(group, rule) for _, rule in asked)
        whole = not any((indicator, group) in lacks for indicator, _ in asked)
        found[group] = raters if whole and raters >= least else None
    return found


def even(values: Sequence[Micro], rule: RatingRule) -> list[Micro]:
    """The most even ratings on the scale, as many, that come to the same under the rule: nothing else is told of them.
    There must be at least one.

    Where one is off the scale, all are: a policy then says so of the group, whichever it was.
    """
    step = rule.step or 1
    if not all(rule.min <= value <= rule.max and not (value - rule.min) % step for value in values):
        return [rule.max + step] * len(values)
    steps = sorted((value - rule.min) // step for value in values)
    trim = rule.trim if len(steps) - 2 * rule.trim >= rule.quorum else 0
    kept = steps[trim : len(steps) - trim]
    core = _same_median(kept) if rule.median else _same_mean(kept)
    evened = [core[0]] * trim + core + [core[-1]] * trim
    return [rule.min + one * step for one in evened]


def sealed_digest(case: Case, salt: str) -> str:
    """Hex sha256 of the salt (hex) and the case in canonical JSON, ratings sorted: it tells no order, and nobody can
    try what they were without the salt.
    """
    ratings = {
        indicator: {group: sorted(values) for group, values in groups.items()}
        for indicator, groups in case.ratings.items()
    }
    # Sorted, because who rated first may be known outside, and the order would then tell who rated how.
    return sha256(bytes.fromhex(salt) + _CANONICAL.encode(replace(case, ratings=ratings))).hexdigest()


def _named(facts: Facts, *, unsealed: bool = False) -> Iterable[tuple[str, str, list[Rater]]]:
    """Indicator, group, and its raters who are not hidden, as they rated it; in the order of the case's ratings. With
    `unsealed` only those whose rating may be read already.
    """
    named = _by_group(facts, hidden=False)
    for indicator, groups in facts.case.ratings.items():
        for group in groups:
            given = [
                rater
                for rater in named.get(group, ())
                if indicator in rater.scores and not (unsealed and rater.sealed is not UNSET)
            ]
            if given:
                given.sort(key=lambda rater: rater.at[indicator])
                yield indicator, group, given


def _heard(facts: Facts, rules: Rules) -> Iterable[Group]:
    """The first `most` of each group and indicator, where they reach the floor. Who comes after is not told so."""
    hidden, lacks = _by_group(facts, hidden=True), _lacking(facts, rules)
    for indicator, groups in rules.items():
        for name, rule in groups.items():
            if (indicator, name) in lacks:
                continue
            raters = hidden.get(name, ())
            given = [rater.scores[indicator] for rater in raters if indicator in rater.scores][: rule.most]
            if len(given) >= floor(name, rule):
                yield Group(indicator, name, rule, given)


def _by_group(facts: Facts, *, hidden: bool) -> dict[str, list[Rater]]:
    """In the order in which they first rated."""
    groups: dict[str, list[Rater]] = {}
    for rater in facts.raters.values():
        if rater.hidden == hidden:
            groups.setdefault(rater.group, []).append(rater)
    return groups


def _same_mean(steps: list[int]) -> list[int]:
    # Whole steps, so their sum and with it the mean is the same to the last digit.
    low, more = divmod(sum(steps), len(steps))
    return [low] * (len(steps) - more) + [low + 1] * more


def _same_median(steps: list[int]) -> list[int]:
    half, odd = divmod(len(steps), 2)
    if odd:
        return [steps[half]] * len(steps)
    both = steps[half - 1] + steps[half]
    return [both // 2] * half + [both - both // 2] * half
