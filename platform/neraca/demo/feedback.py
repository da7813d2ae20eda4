"""What a leader and colleagues say to somebody in the middle of a period, and what they answer.

The employee asks for feedback; the leader gives it under their name, colleagues without, and one of them declines. The
leader also coaches, and the employee answers. None of it is in a number.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import TypedDict

from msgspec import Struct

from neraca.demo.scenario import first_planned
from neraca.demo.steps import Simulation, Step
from neraca.domain.appraisal import commands as ask
from neraca.domain.period import Period
from neraca.domain.vocabulary import FeedbackTone, GuidanceKind
from neraca.policy.model import Rated

_BEGINS = timedelta(days=33)
"""After plans are approved, and before anybody moves."""
_SAID = (
    (FeedbackTone.POSITIVE, "selalu siap membantu di loket (contoh)"),
    (FeedbackTone.POSITIVE, "serah terima tugasnya rapi (contoh)"),
    (FeedbackTone.CONSTRUCTIVE, "kabari rekan lebih awal bila terlambat (contoh)"),
)


class Circle(Struct, frozen=True):
    """Who speak with each other; as many colleagues give feedback as something is said by, and the others decline."""

    employee: str
    leader: str
    colleagues: Sequence[str]


class _Key(TypedDict):
    employee: str
    period: str


def converse(stage: Simulation, circle: Circle, period: Period) -> Iterable[Step]:
    """Within three weeks of the period. Their chance is their own."""
    key = _Key(employee=circle.employee, period=period.label)
    chance = stage.beside(f"{circle.employee}/{period.label}/feedback")
    me, leader = chance.person(circle.employee), chance.person(circle.leader)
    result = first_planned(stage)
    value = next((name for name, one in stage.policy.indicators.items() if isinstance(one.measure, Rated)), None)
    day = chance.working(period.starts + _BEGINS)
    question = "apa yang perlu saya perbaiki? (contoh)"
    asked = (
        ask.RequestFeedback(**key, of=circle.leader, question=question, result=result),
        *(ask.RequestFeedback(**key, of=one, question=question, indicator=value) for one in circle.colleagues),
    )
    yield Step(chance.at(day, 9), me, asked)
    day = chance.working(day + timedelta(days=1))
    words = "capaian baik; dokumentasikan bukti tiap minggu (contoh)"
    named = ask.GiveFeedback(**key, feedback="atasan", tone=FeedbackTone.CONSTRUCTIVE, words=words, result=result)
    yield Step(chance.at(day, 9), leader, (named,))
    for one, (tone, words) in zip(circle.colleagues, _SAID, strict=False):
        day = chance.working(day + timedelta(days=1))
        given = ask.GiveFeedback(**key, feedback="rekan", tone=tone, words=words, indicator=value)
        yield Step(chance.at(day, 10), chance.person(one), (given,))
    for one in circle.colleagues[len(_SAID) :]:
        yield Step(chance.at(day, 13), chance.person(one), (ask.DeclineFeedback(**key),))
    day = chance.working(day + timedelta(days=1))
    coached = ask.RecordGuidance(
        **key,
        guidance="bimbingan-1",
        kind=GuidanceKind.COACHING,
        on=day,
        note="cara menyusun bukti mingguan (contoh)",
        result=result,
    )
    yield Step(chance.at(day, 14), leader, (coached,))
    day = chance.working(day + timedelta(days=1))
    answered = ask.AnswerGuidance(**key, guidance="bimbingan-1", answer="dipahami, mulai minggu ini (contoh)")
    yield Step(chance.at(day, 9), me, (answered,))
