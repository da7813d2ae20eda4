"""Two worlds that differ in what one citizen answered, and in nothing else, read the same to everybody but who may read
the log whole: while it waits, when it is passed on with others, at every closing that tells of fewer than ten, and
where ten or more are told of together and come to the same. So above the floor only the sums of ten or more ever move.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import msgspec
import psycopg
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from msgspec import Struct

from neraca.domain.appraisal import commands as ask
from neraca.domain.survey import (
    CloseSurvey,
    IssueTokens,
    OpenSurvey,
    RecordResponse,
    RefuseComment,
    ReleaseComment,
    ReopenSurvey,
)
from neraca.domain.vocabulary import Relation
from tests.anonymity.city import POINTS, RULES, hired
from tests.anonymity.questions import OF_THE_SCHEMA, OTHERWISE, of_policies
from tests.anonymity.worlds import EXAMPLES, LONG, OFFICES, PEOPLE, Asked, Worlds

FLOOR = 10
ELEMENTS: tuple[str, ...] = ("u1", "u2", "u3")
OPEN_LINK, PAPER = 2, 3
"""How somebody answers who has no token: over the open link of the first service point, or by hand at none."""

ALIKE = 13
"""Of so many in a row nine are noticed."""

SATISFACTION = """reports { satisfaction { unit period answered index category change supplemented position
    flagged { kind answers } elements { element mean answers } points { point answered index category change
    unverified unverifiedIndex elements { element mean answers } } }
    agencySatisfaction { period units index category change final position } }"""
RUNNING = """reports { publicSurveys { period point tokens verified unverified shut closed flagged { kind answers } }
    comments { id words } waiting: comments(standing: WAITING) { id point words }
    refused: comments(standing: REFUSED) { id reason } }"""
RESULT = """appraisal(employee: $p, period: $q) { version score predicate status reason components { node value }
    explain { path value note inputs { name value note } } }"""
ALL_OF_IT = f"{SATISFACTION[:-1]} {RUNNING.removeprefix('reports {')}"
OF_CITIZENS = [one for one in OF_THE_SCHEMA if any(word in one for word in ("atisfaction", "Surveys", "comments"))]
QUESTIONS = (
    *OF_THE_SCHEMA,
    *of_policies(len(RULES) + 2),
    SATISFACTION,
    *OF_CITIZENS * (len(OF_THE_SCHEMA) // len(OF_CITIZENS)),
)
"""Half of them of what citizens say."""


class Answered(Struct, frozen=True):
    """`kind` is the place of a service point, or how it is answered without a token. An element may be left out."""

    kind: int
    values: Mapping[str, int]
    comment: bool


class Story(Struct, frozen=True):
    """`sizes` is how many answer in which way, `later` how many more are added by hand at each service point before
    each later closing, `ends` how far it comes. Whoever is `target` answers otherwise in the second world. Where they
    all say the same, that is noticed, by fives.
    """

    sizes: tuple[int, int, int, int]
    later: tuple[tuple[int, int], ...]
    ends: str
    alike: bool
    target: int
    seed: int

    def waves(self) -> list[list[Answered]]:
        """What is answered before each closing."""
        own = Random(self.seed)
        first = [self._answered(kind, own) for kind, size in enumerate(self.sizes) for _ in range(size)]
        own.shuffle(first)
        later = ([self._answered(kind, own) for kind, n in enumerate(one) for _ in range(n)] for one in self.later)
        return [first, *later]

    def _answered(self, kind: int, own: Random) -> Answered:
        values = {name: own.randint(1, 4) for name in ELEMENTS if own.random() < 0.95}
        # So few of them that what is noticed is of fewer than ten.
        if self.alike and max(self.sizes[0] + self.sizes[OPEN_LINK], self.sizes[1]) <= ALIKE:
            values = dict.fromkeys(ELEMENTS, 3)
        return Answered(kind, values or {"u1": 2}, comment=kind != PAPER and own.random() < 0.2)


STORIES = st.builds(
    Story,
    sizes=st.tuples(
        *(st.sampled_from((0, 3, 9, 10, 12, 21)) for _ in POINTS),
        st.sampled_from((0, 0, 4, 12)),
        st.sampled_from((0, 0, 1, 10)),
    ).filter(any),
    later=st.lists(st.tuples(*(st.sampled_from((0, 1, 9, 10)) for _ in POINTS)), max_size=3).map(tuple),
    ends=st.sampled_from(("waiting", "shut", "closed", "closed", "closed")),
    alike=st.booleans(),
    target=st.integers(0, 99),
    seed=st.integers(0, 2**32),
).filter(lambda story: elsewhere(story) is not None)


def elsewhere(story: Story) -> Mapping[tuple[int, int], Mapping[str, int]] | None:
    """What those who answer otherwise in the second world answer there, by wave and place; None where nobody could
    without a sum of ten or more being another, of which one is told.
    """
    waves = story.waves()
    every = [(wave, at) for wave, answers in enumerate(waves) for at in range(len(answers))]
    wave, at = every[story.target % len(every)]
    one = waves[wave][at]
    own = Random(story.seed)
    element = own.choice(sorted(one.values))

    def moved(answered: Answered, by: int) -> Mapping[str, int]:
        return {**answered.values, element: answered.values[element] + by}

    ways = [by for by in (-3, -2, -1, 1, 2, 3) if 1 <= one.values[element] + by <= 4]
    own.shuffle(ways)
    if _told_of_few(story, waves, wave, one, element):
        return {(wave, at): moved(one, ways[0])}
    # As much as one says more another says less, of those of whom nothing is told but together.
    together = {one.kind} if _apart(story, waves, element) else {0, 1}
    for by in ways:
        for place, other in enumerate(waves[wave]):
            alike = other.kind == one.kind or {other.kind, one.kind} == together
            if place != at and alike and 1 <= other.values.get(element, 9) - by <= 4:
                return {(wave, at): moved(one, by), (wave, place): moved(other, -by)}
    return None


def _told_of_few(story: Story, waves: Sequence[Sequence[Answered]], wave: int, one: Answered, element: str) -> bool:
    """Whether what one says is in no sum of ten or more that is ever told."""
    if story.ends != "closed":
        return True
    counted = [other for answers in waves for other in answers if element in other.values]
    if one.kind == OPEN_LINK:
        return sum(other.kind == OPEN_LINK for other in counted) < FLOOR
    if wave and sum(len(answers) for answers in waves[1:]) < FLOOR:
        return True
    return sum(other.kind != OPEN_LINK for other in counted) < FLOOR


def _apart(story: Story, waves: Sequence[Sequence[Answered]], element: str) -> bool:
    """Whether something may be told of one of the two service points alone: not where the other has too few for it."""
    counts = [
        sum(one.kind == kind and element in one.values for answers in waves for one in answers) for kind in (0, 1)
    ]
    return bool(story.sizes[PAPER]) or 0 in counts or min(counts) >= FLOOR


def _story(
    sizes: tuple[int, int, int, int], target: int, later: tuple[tuple[int, int], ...] = (), *, alike: bool = False
) -> Story:
    """What is there in every run: of a service point that too few answered, of a survey, of a second closing."""
    return Story(sizes, later, "closed", alike, target, seed=1)


def test_nothing_ever_tells_what_one_citizen_answered(new_worlds: Callable[[], Worlds]) -> None:
    kept: list[Worlds] = []

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        report_multiple_bugs=False,
        database=None,
        derandomize=not LONG,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        phases=[Phase.explicit, Phase.generate, *([Phase.shrink] if LONG else [])],
    )
    @example(story=_story((12, 9, 0, 0), target=7), seed=1)
    @example(story=_story((9, 0, 0, 0), target=2, alike=True), seed=2)
    @example(story=_story((0, 0, 0, 12), later=((1, 0),), target=12), seed=3)
    @given(story=STORIES, seed=st.integers(0, 2**32))
    def lived(story: Story, seed: int) -> None:
        # In a world where something was told, everything after it would be too.
        worlds = kept.pop() if kept else new_worlds()
        _Survey(worlds, story, Random(seed)).live()
        kept.append(worlds)

    lived()


class _Survey:
    """One of a quarter of its own, in both worlds."""

    def __init__(self, worlds: Worlds, story: Story, own: Random) -> None:
        worlds.people += 1
        number = worlds.people - 1
        self.worlds, self.story, self.own = worlds, story, own
        self.waves, self.away = story.waves(), elsewhere(story) or {}
        self.year, self.quarter = 2026 + number // 4, number % 4 + 1
        self.begin = date(self.year, 3 * self.quarter - 2, 1)
        self.shut = self.begin + timedelta(days=40)
        self.which: Any = {"unit": "dinkes", "period": f"{self.year}-Q{self.quarter}", "survey": "skm"}
        self.people = (f"p{worlds.people}", f"p{worlds.people}-0")
        self.since = worlds.pair[0].agency.house.log.head("uji")
        self.asked = self._asked(self.people[0])
        self.receipts: list[str] = []

    def _asked(self, of: str) -> Asked:
        always = (("agus", SATISFACTION), ("surveyor", ALL_OF_IT), (of, RESULT))
        exports = ("satisfaction --csv", "satisfaction --all-units --csv", "shadow --json")
        readers = (*OFFICES, *PEOPLE, of, "")
        return Asked(of, self.which["period"], readers, self.since, always, QUESTIONS, exports)

    def live(self) -> None:
        self._opened()
        self._answered_at_the_door()
        if self.story.ends == "waiting":
            return
        day = self.shut + timedelta(days=1)
        self.worlds.passed_on(day)
        self._answered_by_hand(0, day)
        self._same(day)
        self._used_tokens_are_no_good(day)
        if self.story.ends == "shut":
            return
        for wave in range(len(self.waves)):
            day += timedelta(days=1)
            if not wave:
                self._elsewhere_too(day)
            if wave:
                self.worlds.done("surveyor", ReopenSurvey(**self.which, reason="ada yang tertinggal"), on=day)
                self._answered_by_hand(wave, day)
                self._used_tokens_are_no_good(day)
                self._same(day)
            self.worlds.done("surveyor", CloseSurvey(**self.which), on=day)
            if not wave:
                self._judged(self.people[0], day)
                # What a later closing adds reaches those who have no result yet.
                self.asked = self._asked(self.people[1])
            self._same(day)
            self.worlds.understood("policy", OTHERWISE, self.asked)
        self._judged(self.people[1], day)
        self._same(day)
        self.worlds.same_exports(self.asked, self.own)
        self._same_receipts(day)

    def _same(self, day: date) -> None:
        self.worlds.same(day, self.asked, self.own)

    def _opened(self) -> None:
        worlds, day = self.worlds, self.begin
        for who in self.people:
            worlds.done("hr", *hired(who, "sri"), on=day)
            which: Any = {"employee": who, "period": self.which["period"]}
            worlds.done("hr", ask.OpenAppraisal(**which), on=day)
            for fact in ("realisasi_tim", "target_tim"):
                establish = ask.EstablishFact(**which, fact=fact, number=Decimal(1), basis="uji")
                worlds.done("official", establish, on=day)
            scores = {"layanan": Decimal(80), "disiplin": Decimal(80)}
            worlds.done("sri", ask.Rate(**which, relation=Relation.SUPERVISOR, scores=scores), on=day)
        opened = OpenSurvey(
            **self.which, elements=[*ELEMENTS], points=[*POINTS], opens=day, closes=self.shut, hourly=50
        )
        worlds.done("surveyor", opened, on=day)
        self.links = [_secret(worlds.people, n) for n in range(len(self.waves[0]) + 1)]
        digests = _digests(worlds, self.links)
        for kind, point in enumerate(POINTS):
            mine = [digests[n] for n, one in enumerate(self.waves[0]) if one.kind == kind]
            if mine:
                worlds.done("surveyor", IssueTokens(**self.which, point=point, tokens=mine), on=day)
        tokens = IssueTokens(**self.which, point=POINTS[0], tokens=[digests[-1]], open=True)
        worlds.done("surveyor", tokens, on=day)
        for world in worlds.pair:
            world.follow()

    def _answered_at_the_door(self) -> None:
        door = [n for n, one in enumerate(self.waves[0]) if one.kind != PAPER]
        for turn, n in enumerate(door):
            one = self.waves[0][n]
            link = self.links[-1 if one.kind == OPEN_LINK else n]
            more = {"comment": f"Saran {n}"} if one.comment else {}
            bodies = [{"answers": values, **more} for values in self._both(0, n)]
            told = self.worlds.sent(f"/survey/uji.{link}", bodies, self.begin)
            self.receipts.append(msgspec.json.decode(told)["receipt"])
            if turn == len(door) // 2:
                self._same(self.begin)
            if self.own.random() < 0.1:
                self.worlds.passed_on(self.begin)
        if self.worlds.passed_on(self.begin).answers:
            self._moderated()
        self._same(self.begin)

    def _elsewhere_too(self, day: date) -> None:
        """Of another unit just as many answer as are told of: whoever is in the sum of both is told of beside it."""
        which: Any = {**self.which, "unit": "disdik"}
        self.worlds.done("surveyor", OpenSurvey(**which, elements=[*ELEMENTS]), on=day)
        answers = dict.fromkeys(ELEMENTS, Decimal(3))
        responses = [RecordResponse(**which, respondent=f"kertas-{n}", answers=answers) for n in range(FLOOR)]
        self.worlds.done("surveyor", *responses, CloseSurvey(**which), on=day)

    def _answered_by_hand(self, wave: int, day: date) -> None:
        for n, one in enumerate(self.waves[wave]):
            if wave or one.kind == PAPER:
                point = POINTS[one.kind] if one.kind < len(POINTS) else None
                commands = [
                    RecordResponse(
                        **self.which,
                        respondent=f"kertas-{wave}-{n}",
                        answers={name: Decimal(value) for name, value in values.items()},
                        point=point,
                    )
                    for values in self._both(wave, n)
                ]
                said = self.worlds.apart("surveyor", commands, day)
                assert said[0].isdigit(), said

    def _both(self, wave: int, n: int) -> tuple[Mapping[str, int], Mapping[str, int]]:
        said = self.waves[wave][n].values
        return said, self.away.get((wave, n), said)

    def _moderated(self) -> None:
        """One comment after the other is released or refused."""
        for world in self.worlds.pair:
            world.follow()
        question = 'query { agency(id: "uji") { reports { comments(standing: WAITING) { id period } } } }'
        told = msgspec.json.decode(self.worlds.answered_alike("surveyor", "/graphql", {"query": question}))
        for n, one in enumerate(told["data"]["agency"]["reports"]["comments"]):
            if one["period"] == self.which["period"]:
                which = {**self.which, "comment": one["id"]}
                command = RefuseComment(**which, reason="menyebut nama") if n % 2 else ReleaseComment(**which)
                self.worlds.done("surveyor", command, on=self.begin)

    def _used_tokens_are_no_good(self, day: date) -> None:
        for world in self.worlds.pair:
            # Nor are those that nobody was given, which wait for what may still come.
            world.follow()
        for n in {0, len(self.waves[0]) - 1}:
            body = {"answers": dict.fromkeys(ELEMENTS, 1)}
            self.worlds.sent(f"/survey/uji.{self.links[n]}", [body, body], day)

    def _judged(self, who: str, day: date) -> None:
        which: Any = {"employee": who, "period": self.which["period"]}
        after = max(day, self.begin + timedelta(days=110))
        self.worlds.done("hr", ask.CloseRatings(**which), on=after)
        self.worlds.done("sri", ask.Finalise(**which), on=after)

    def _same_receipts(self, day: date) -> None:
        for code in self.own.sample(self.receipts, min(3, len(self.receipts))):
            assert "counted" in self.worlds.answered_alike("", f"/receipts/{code}")
        if self.receipts:
            one, other = (world.export(["report", "receipt", self.receipts[0]]) for world in self.worlds.pair)
            assert one == other
            assert one[0] == 0, one


def _secret(survey: int, n: int) -> str:
    return f"{survey:06}{n:020}"


def _digests(worlds: Worlds, secrets: Sequence[str]) -> list[str]:
    """The same in both, which have the same key."""
    with psycopg.connect(worlds.pair[0].agency.house.url) as connection:
        query = "select door.digest('uji', one) from unnest(%s::text[]) with ordinality a (one, n) order by n"
        return [digest for (digest,) in connection.execute(query, ([*secrets],)).fetchall()]
