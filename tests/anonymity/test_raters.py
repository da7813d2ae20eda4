"""Two worlds that differ in what hidden raters gave, or in which of them gave it, and in nothing else, read the same to
everybody but who may read the log whole: whoever of a random group rates in whatever order, changes it, takes it back,
is assigned or not, once or in two periods after each other, at every moment before the group closes, and after it where
it is too small, or where what it came to is the same. Both are copies of one database, so all is compared to the byte:
positions, sizes and tags.

What is asked is the whole schema, field by field, now and as of each moment before, every page and route, the log as it
is masked, and commands that are refused. More than in the suite, which samples:
`NERACA_ANONYMITY=200 make test ARGS="tests/anonymity -q --timeout=0"`.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, event, example, given, settings
from hypothesis import strategies as st
from msgspec import Struct

from neraca.domain.appraisal import commands as ask
from neraca.domain.remuneration.allowance import FixAllowance
from neraca.domain.vocabulary import FeedbackTone, ObjectionOutcome, Relation
from tests.anonymity.city import COLLEAGUES, MOST, RULES, SUBORDINATES, Rule, hired
from tests.anonymity.questions import OF_THE_SCHEMA, OTHERWISE, of_policies
from tests.anonymity.worlds import EXAMPLES, LONG, OFFICES, PEOPLE, Asked, Worlds

QUESTIONS = (*OF_THE_SCHEMA, *of_policies(len(RULES) + 1))


class Given(Struct, frozen=True):
    """What one rater gives: `value` at last, `before` it at first where that is another, and nothing that stands where
    they take it back; `days` pass before it. An indicator may be left out.
    """

    who: int
    value: int
    before: int | None
    taken_back: bool
    days: int
    alone: bool
    note: int


class Round(Struct, frozen=True):
    """One appraisal. `target` is the rater who gives `other` in the second world; where `exchanged`, it exchanges there
    turn and values with the next of the group.
    """

    rule: int
    peers: tuple[Given, ...]
    subordinates: tuple[Given, ...]
    superior: int
    target: int
    other: int
    ends: str
    words: tuple[int, ...]
    exchanged: bool = False


def _givens(most: int) -> st.SearchStrategy[tuple[Given, ...]]:
    one = st.builds(
        Given,
        who=st.integers(0, most - 1),
        value=st.integers(0, 100),
        before=st.none() | st.integers(0, 100),
        taken_back=st.integers(0, 5).map(lambda n: n == 5),
        days=st.sampled_from((0, 1, 5)),
        alone=st.integers(0, 3).map(lambda n: n == 3),
        note=st.integers(0, 60),
    )
    return st.lists(one, max_size=most, unique_by=lambda it: it.who).map(tuple)


ROUNDS = st.builds(
    Round,
    rule=st.integers(0, len(RULES) - 1),
    peers=_givens(len(COLLEAGUES)),
    subordinates=_givens(SUBORDINATES),
    superior=st.integers(0, 100),
    target=st.integers(0, len(COLLEAGUES) + SUBORDINATES - 1),
    other=st.integers(0, 100),
    ends=st.sampled_from(("open", "closed", "final", "objected", "amended")),
    words=st.lists(st.integers(0, 4), max_size=4, unique=True).map(tuple),
    exchanged=st.booleans(),
)
STORIES = (
    st.lists(ROUNDS, min_size=1, max_size=2 if LONG else 1, unique_by=lambda one: one.rule)
    .map(lambda rounds: sorted(rounds, key=lambda one: one.rule))
    .filter(lambda rounds: any(differs(one) for one in rounds))
)


def elsewhere(told: Round, rule: Rule) -> Mapping[tuple[str, int], int] | None:
    """What the raters who give something else in the second world give there at last, by group and rater; None where
    nobody could without the group coming to something else, as one who is told of may.
    """
    groups = {"peers": told.peers, "subordinates": told.subordinates}
    every = [(name, one) for name, group in groups.items() for one in group]
    if not every:
        return None
    name, target = every[told.target % len(every)]
    standing = [one for one in groups[name] if not one.taken_back]
    heard = standing[:MOST]
    if target.taken_back or target not in heard or len(heard) < rule.least:
        return {(name, target.who): told.other}
    others = [one for one in heard if one is not target and one.alone == target.alone]
    if rule.median:
        # On the other side of nothing: whoever is above the middle stays above it, and below it below.
        values = sorted(one.value for one in heard)
        low, high = values[(len(values) - 1) // 2], values[len(values) // 2]
        if any(one.alone for one in heard) or low <= target.value <= high:
            return None
        to = told.other % (low + 1) if target.value < low else high + told.other % (101 - high)
        return {(name, target.who): to}
    for one in others:
        # As much as one gives more the other gives less.
        most = min(100 - target.value, one.value), min(target.value, 100 - one.value)
        by = told.other % (most[0] + 1) or -(told.other % (most[1] + 1))
        if by:
            return {(name, target.who): target.value + by, (name, one.who): one.value - by}
    return None


def exchanged(told: Round, rule: Rule) -> Mapping[tuple[str, int], int]:
    """Who gives in whose turn in the second world, by group and rater; nobody where it may be told who gave by when."""
    groups = {"peers": told.peers, "subordinates": told.subordinates}
    every = [(name, at) for name, group in groups.items() for at in range(len(group) - 1)]
    if not told.exchanged or not every:
        return {}
    name, at = every[told.target % len(every)]
    one, other = groups[name][at : at + 2]
    # Whoever assigns is told who has given nothing by two moments.
    if rule.assigned and (one.taken_back or other.taken_back or any(it.days for it in told.peers + told.subordinates)):
        return {}
    return {(name, one.who): other.who, (name, other.who): one.who}


def differs(told: Round) -> bool:
    """Whether anybody could have given something else, or in another's turn."""
    rule = RULES[told.rule]
    return bool(exchanged(told, rule) or elsewhere(told, rule))


ALWAYS = """appraisal(employee: $p, period: $q) { version score predicate status reason components { node value }
    explain { path value note inputs { name value note events } } ratings { relation rater values { indicator value } }
    raterGroups { relation open count shown } openGroups
    feedback { source words giver on }
    by_mean: evaluate(policy: "kota-uji@2") { score } by_median: evaluate(policy: "kota-uji@4") { score } }"""
"""Of the appraisal itself, by whom it concerns, at every moment: most of what could tell would tell it here. Of what
comes to the same by the mean, the median would be another.
"""


ASSIGNED = "appraisal(employee: $p, period: $q) { assignments { rater standing rated } }"
"""Who is known to have rated."""


def _group(rule: int, size: int, *, turned: bool = False, ends: str = "amended") -> Round:
    """What is there in every run: a group just told of, one that is so before its last comes, one just too small, and
    somebody who comes too late for one; and two who exchange their turns, assigned to rate or not.
    """
    values = (20, 50, 80, 60, 40)[:size]
    days = 0 if turned else 1
    peers = tuple(
        Given(n, value, before=30 if n == 1 else None, taken_back=False, days=days, alone=False, note=n)
        for n, value in enumerate(values)
    )
    return Round(
        rule, peers, (), superior=70, target=len(peers) - 1, other=10, ends=ends, words=(0, 1, 2), exchanged=turned
    )


def test_no_question_at_any_moment_tells_what_one_hidden_rater_gave(new_worlds: Callable[[], Worlds]) -> None:
    kept: list[Worlds] = []

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        report_multiple_bugs=False,
        database=None,
        derandomize=not LONG,
        suppress_health_check=[
            HealthCheck.too_slow,
            HealthCheck.data_too_large,
            HealthCheck.large_base_example,
            HealthCheck.filter_too_much,
        ],
        phases=[Phase.explicit, Phase.generate, *([Phase.shrink] if LONG else [])],
    )
    @example(story=[_group(0, 3, turned=True), _group(1, 4)], seed=1)
    @example(story=[_group(0, 5), _group(2, 3)], seed=2)
    @example(story=[_group(1, 3, turned=True, ends="open")], seed=3)
    @given(story=STORIES, seed=st.integers(0, 2**32))
    def lived(story: list[Round], seed: int) -> None:
        # In a world where something was told, everything after it would be too.
        worlds = kept.pop() if kept else new_worlds()
        _live(worlds, story, Random(seed))
        kept.append(worlds)

    lived()


def _live(worlds: Worlds, story: list[Round], own: Random) -> None:
    worlds.people += 1
    person = f"p{worlds.people}"
    since = worlds.pair[0].agency.house.log.head("uji")
    below = [f"{person}-{n}" for n in range(max((len(one.subordinates) for one in story), default=0) and SUBORDINATES)]
    first = RULES[story[0].rule].begin
    worlds.done("hr", *hired(person, "sri"), *(one for who in below for one in hired(who, person)), on=first)
    for told in story:
        rule = RULES[told.rule]
        turned = exchanged(told, rule)
        away = {} if turned else elsewhere(told, rule)
        if away is None:
            event("nobody could have given something else")
            away = {}
        _round(worlds, person, below, told, rule, away, turned, since, own)


def _round(
    worlds: Worlds, person: str, below: list[str], told: Round, rule: Rule, away: Mapping[tuple[str, int], int],
    turned: Mapping[tuple[str, int], int], since: int, own: Random,
) -> None:  # fmt: skip
    which: Any = {"employee": person, "period": rule.period}
    worlds.done("hr", ask.OpenAppraisal(**which), on=rule.begin)
    _established(worlds, which, rule.begin)
    if rule.assigned:
        worlds.done("hr", ask.AssignRaters(**which), on=rule.first)
    raters = {
        ("peers", n): (COLLEAGUES[n], Relation.PEER) for n in range(len(COLLEAGUES))
    } | {("subordinates", n): (who, Relation.SUBORDINATE) for n, who in enumerate(below)}  # fmt: skip
    others = tuple(who for at, (who, _) in raters.items() if at not in {*away, *turned})
    # Whoever gives something sealed may read it.
    people = [who for who in PEOPLE if not (rule.sealed and who == "sri")]
    always = tuple((who, ALWAYS) for who in (person, people[0], "hr"))
    readers = (*OFFICES, *people, person, *others, "")
    # The rule that is tried hears fewer than such a one.
    exports = ("shadow --csv",) if rule.least > 3 else ()
    asked = Asked(person, rule.period, readers, since, always, QUESTIONS, exports)
    # Each group in its order, one through the other.
    left = {"peers": [*told.peers], "subordinates": [*told.subordinates]}
    turns = ["peers"] * len(told.peers) + ["subordinates"] * len(told.subordinates)
    own.shuffle(turns)
    every = [(group, left[group].pop(0)) for group in turns]
    day = rule.first
    superior = own.randrange(len(every) + 1)
    many = 1 if LONG else 1 / 4
    for turn in range(len(every) + 1):
        if turn == superior:
            given = told.superior, told.other if rule.sealed else told.superior
            worlds.apart("sri", [_from_above(which, value) for value in given], day)
        if turn == len(every):
            break
        group, one = every[turn]
        who, relation = raters[group, one.who]
        other_who = raters[group, turned.get((group, one.who), one.who)][0]
        _give(worlds, which, (who, other_who), relation, one, away.get((group, one.who)), day)
        if turn in told.words:
            words = ask.GiveFeedback(**which, feedback="u1", tone=FeedbackTone.POSITIVE, words=f"Rajin {turn}")
            worlds.apart(who, [words, words], day, other_who)
        # Before the last one gives, what the others come to is not what it comes to in the end; and between two who
        # exchange their turns, in either world another has given nothing yet.
        between = (group, one.who) in turned
        if between or turn == len(every) - 2 or own.random() < many:
            worlds.same(day, asked, own)
        if between:
            worlds.understood("hr", ASSIGNED, asked)
        day = min(day + timedelta(days=one.days), rule.over - timedelta(days=1))
        _refused(worlds, which, who, own, day)
    same = [one.who for one in told.peers if not one.taken_back and ("peers", one.who) not in turned]
    if turned and same and not rule.assigned:
        _changed_elsewhere(worlds, which, f"{person}-{SUBORDINATES - 1}", COLLEAGUES[same[0]], day, asked, own)
    worlds.same(day, asked, own)
    worlds.understood("policy", OTHERWISE, asked)
    if rule.sealed:
        # It is read from the closing on, as it is by then.
        worlds.done("sri", _revised(which, told.superior), on=day)
    if LONG:
        worlds.same_exports(asked, own)
    if told.ends == "open":
        return
    worlds.ticked(rule.over)
    # Those of assigned raters time has closed already.
    worlds.both("hr", ask.CloseRatings(**which), on=rule.over)
    worlds.same(rule.over, asked, own)
    if told.ends == "closed":
        return
    worlds.done("sri", ask.Finalise(**which), on=rule.over)
    worlds.both(own.choice(others or ("eko",)), _late(which, own), on=rule.over)
    worlds.same(rule.over, asked, own)
    if told.ends != "final":
        _objected(worlds, which, told, rule, away, raters)
    pay = FixAllowance(employee=person, month=f"{rule.over:%Y-%m}", appraisal=rule.period)
    month_over = rule.over + timedelta(days=20)
    worlds.both("hr", pay, on=month_over)
    worlds.same(month_over, asked, own)
    worlds.understood("policy", OTHERWISE, asked)
    worlds.same_exports(asked, own)


def _established(worlds: Worlds, which: Any, day: date) -> None:
    for fact in ("realisasi_tim", "target_tim"):
        establish = ask.EstablishFact(**which, fact=fact, number=Decimal(1), basis="uji")
        worlds.done("official", establish, on=day)


def _changed_elsewhere(
    worlds: Worlds, which: Any, somebody: str, who: str, day: date, asked: Asked, own: Random
) -> None:
    """Whoever rated one and somebody else changes in the second world the other first: how many events an appraisal has
    is then not the same, and nobody is told.
    """
    elsewhere = {**which, "employee": somebody}
    worlds.both("hr", *hired(somebody, "sri"), on=day)
    worlds.done("hr", ask.OpenAppraisal(**elsewhere), on=day)
    for each in (which, elsewhere):
        # Of one of them it may be there already.
        worlds.both(who, _late(each, own), on=day)
    changes = [_revised(which, 55), _revised(elsewhere, 45)]
    for turn, both in enumerate((changes, changes[::-1])):
        said = worlds.apart(who, both, day)
        assert said[0].isdigit(), said
        if not turn:
            # What everybody may read comes between, and has no number that counts the other one.
            _established(worlds, which, day)
        worlds.same(day, asked, own)
        worlds.stale("sri", ask.IssueDocument(**which), on=day)


def _objected(
    worlds: Worlds, which: Any, told: Round, rule: Rule, away: Mapping[tuple[str, int], int],
    raters: Mapping[tuple[str, int], tuple[str, Relation]],
) -> None:  # fmt: skip
    after = rule.over + timedelta(days=1)
    worlds.done(which["employee"], ask.FileObjection(**which, grounds="Keliru"), on=after)
    outcome = ObjectionOutcome.AMENDED if told.ends == "amended" else ObjectionOutcome.UPHELD
    worlds.done("agus", ask.DecideObjection(**which, outcome=outcome, reason="Diperiksa"), on=after)
    for (group, at), _ in [*away.items()][:1]:
        # Whoever gave something hidden tries to change it, which moves nothing.
        who = raters[group, at][0]
        worlds.apart(who, [_revised(which, n) for n in (3, 97)], after)
    worlds.both("agus", ask.Finalise(**which), on=after)


def _give(
    worlds: Worlds, which: Any, each: tuple[str, str], relation: Relation, one: Given, other: int | None, day: date
) -> None:
    """`each` is who gives it, in one world and in the other."""
    who, other_who = each
    values = (one.value, one.value if other is None else other)
    if one.before is not None:
        befores = (one.before, one.before if other is None else 100 - one.before)
        worlds.apart(who, [_rate(which, relation, n, one, other) for n in befores], day, other_who)
        names = ("layanan",) if one.alone else ("layanan", "disiplin")
        revised = [
            ask.ReviseRating(**which, scores=dict.fromkeys(names, Decimal(n)), reason="dibaca lagi") for n in values
        ]
        worlds.apart(who, revised, day, other_who)
    else:
        first = _rate(which, relation, values[0], one, None), _rate(which, relation, values[1], one, other)
        worlds.apart(who, first, day, other_who)
    if one.taken_back:
        worlds.apart(who, [ask.WithdrawRating(**which, reason="keliru")] * 2, day, other_who)


def _from_above(which: Any, value: int) -> ask.Rate:
    scores = {"layanan": Decimal(value), "disiplin": Decimal(value)}
    return ask.Rate(**which, relation=Relation.SUPERVISOR, scores=scores)


def _rate(which: Any, relation: Relation, value: int, one: Given, other: int | None) -> ask.Rate:
    names = ("layanan",) if one.alone else ("layanan", "disiplin")
    # A note of another length: what is longer in the log must not end a page elsewhere.
    note = "x" * (one.note + (40 if other is not None else 0)) or None
    return ask.Rate(**which, relation=relation, scores=dict.fromkeys(names, Decimal(value)), note=note)


def _revised(which: Any, value: int) -> ask.ReviseRating:
    scores = {"layanan": Decimal(value), "disiplin": Decimal(value)}
    return ask.ReviseRating(**which, scores=scores, reason="dibaca lagi")


def _late(which: Any, own: Random) -> ask.Rate:
    scores = {"layanan": Decimal(own.randrange(101))}
    return ask.Rate(**which, relation=Relation.PEER, scores=scores)


def _refused(worlds: Worlds, which: Any, who: str, own: Random, day: date) -> None:
    """What is asked of the doors to learn something by what they refuse."""
    by, command = own.choice(
        [
            ("sri", ask.IssueDocument(**which)),
            ("hr", ask.ReplaceRater(**which, rater="eko", reason="coba")),
            ("hr", ask.NameRater(**which, rater=who, relation=Relation.PEER, reason="coba")),
            ("eko", _late(which, own)),
            ("sri", ask.ReviseRating(**which, rater=who, scores={"layanan": Decimal(1)}, reason="coba")),
            ("hr", ask.WithdrawRating(**which, rater=who, reason="coba")),
            ("agus", ask.Finalise(**which)),
            ("integrator", ask.CloseRatings(**which)),
        ]
    )
    worlds.both(by, command, on=day)
    if own.random() < (1 if LONG else 1 / 4):
        worlds.stale(by, command, on=day)
