"""What a post asks of whoever holds it: set by decree, revised with a reason, and required in an assessment."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from neraca.domain import competency_standards as standards
from neraca.domain.appraisal.commands import AssessCompetencies, AssessedCompetency
from neraca.domain.appraisal.events import CompetenciesAssessed, Competency, Evidence, StandardOfPost
from neraca.domain.assignments import Assignment, Tenure
from neraca.domain.competency_standards import (
    CompetencyStandardSet,
    CompetencyStandardWithdrawn,
    RequiredLevel,
    SetCompetencyStandard,
    Standard,
    State,
    WithdrawCompetencyStandard,
)
from neraca.domain.contexts import RequiredCompetencies
from neraca.domain.errors import AlreadyDone, Invalid, NotFound
from neraca.domain.vocabulary import PositionClass

BEGIN = date(2025, 1, 1)
OF: dict[str, Any] = {"since": BEGIN, "position": "Analis Kepegawaian"}
LEVELS = [RequiredLevel("Integritas", Decimal(3)), RequiredLevel("Kerja Sama", Decimal(4))]
SET = SetCompetencyStandard(**OF, decree="SK 9/2025", levels=LEVELS)
THERE = CompetencyStandardSet(**OF, decree="SK 9/2025", levels=LEVELS)


def test_a_standard_is_set_by_decree_revised_with_a_reason_and_withdrawn(after):
    assert after(when=SET, by="hr") == [THERE]
    with pytest.raises(AlreadyDone, match="give a reason to revise it"):
        after(THERE, when=SET, by="hr")
    revised = SetCompetencyStandard(**OF, decree="SK 10/2025", levels=LEVELS[:1], reason="keliru")
    assert after(THERE, when=revised, by="hr") == [
        CompetencyStandardSet(**OF, decree="SK 10/2025", levels=LEVELS[:1], reason="keliru")
    ]
    with pytest.raises(Invalid, match="a reason is for a standard that is there"):
        after(when=revised, by="hr")
    gone = WithdrawCompetencyStandard(**OF, reason="jabatan dihapus")
    assert after(THERE, when=gone, by="hr") == [CompetencyStandardWithdrawn(**OF, reason="jabatan dihapus")]
    with pytest.raises(NotFound, match="no standard was set"):
        after(when=gone, by="hr")


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"position_class": PositionClass.FUNCTIONAL}, "one of the two"),
        ({"position": None}, "one of the two"),
        ({"levels": []}, "at least one competency"),
        ({"levels": [RequiredLevel("a", Decimal(0))]}, "must be above 0"),
        ({"levels": [RequiredLevel("a", Decimal(1)), RequiredLevel("A ", Decimal(1))]}, "is there twice"),
    ],
)
def test_a_standard_must_be_sound(after, change, match):
    said: dict[str, Any] = {**OF, "decree": "SK 9/2025", "levels": LEVELS, **change}
    with pytest.raises(Invalid, match=match):
        after(when=SetCompetencyStandard(**said), by="hr")


def _states(*of: Standard) -> dict[standards.Key, State]:
    found: dict[standards.Key, State] = {}
    for one in of:
        key = ("post", (one.position or "").lower()) if one.position else ("class", str(one.position_class))
        found.setdefault(key, State()).standards.append(one)
    return found


def test_the_standard_of_the_post_that_was_held_longest_counts_and_before_it_none_of_the_class(placed):
    of_class = Standard(BEGIN, "SK 1", (), position_class=PositionClass.FUNCTIONAL, at=1)
    first = Standard(BEGIN, "SK 2", (), position="analis", at=2)
    later = Standard(date(2025, 9, 1), "SK 3", (), position="analis", at=3)
    other = Standard(BEGIN, "SK 4", (), position="arsiparis", at=4)
    every = _states(of_class, first, later, other)

    def of(*posts: tuple[date, str]) -> str | None:
        tenure = Tenure(date(2024, 1, 1), None, [(date(2024, 1, 1), Assignment("dinkes", "sri"))])
        tenure.posts, tenure.classes = [*posts], [(date(2024, 1, 1), PositionClass.FUNCTIONAL)]
        found = standards.most_days(tenure, BEGIN, date(2025, 12, 31), every)
        return found and found.decree

    begin = date(2024, 1, 1)
    assert of((begin, "Analis")) == "SK 2"
    assert of((begin, "Penyuluh")) == "SK 1"
    assert of((begin, "Analis"), (date(2025, 6, 1), "Arsiparis")) == "SK 4"
    assert of((begin, "Arsiparis"), (date(2025, 8, 1), "Analis")) == "SK 4"
    assert of((begin, "Penyuluh"), (date(2025, 11, 1), "Analis")) == "SK 1"
    assert standards.most_days(placed("dinkes", "sri"), BEGIN, date(2025, 12, 31), {}) is None


REQUIRED = RequiredCompetencies(
    StandardOfPost("Analis Kepegawaian", BEGIN, "SK 9/2025", 12),
    {"Integritas": Decimal(3), "Kerja Sama": Decimal(4), "Melayani": Decimal(3)},
)
SEEN = [Evidence("Hasil uji", "arsip:uji/7")]


def assessed(*reached: tuple[str, int], **more: Any) -> AssessCompetencies:
    return AssessCompetencies(
        employee="budi",
        period="2025",
        basis="Uji kompetensi 2025",
        competencies=[AssessedCompetency(name, Decimal(level), evidence=SEEN, **more) for name, level in reached],
    )


ALL = (("Integritas", 3), ("kerja sama", 2), ("Melayani", 4))


def test_where_a_standard_stands_the_level_required_is_its_and_each_is_shown_by_evidence(after, past):
    assert after(*past.running, when=assessed(*ALL), by="sri", standard=REQUIRED) == [
        CompetenciesAssessed(
            basis="Uji kompetensi 2025",
            competencies=[
                Competency("Integritas", Decimal(3), Decimal(3)),
                Competency("kerja sama", Decimal(4), Decimal(2)),
                Competency("Melayani", Decimal(3), Decimal(4)),
            ],
            standard=REQUIRED.standard,
            evidence={name: SEEN for name, _ in ALL},
        )
    ]


@pytest.mark.parametrize(
    ("command", "match"),
    [
        (assessed(*ALL, required=Decimal(2)), "is that of the standard of Analis Kepegawaian from 2025-01-01"),
        (assessed(*ALL, ("Analisis", 2)), "has no 'Analisis'; it has Integritas, Kerja Sama, Melayani"),
        (assessed(("Integritas", 3), ("Kerja Sama", 3), ("integritas", 3)), "is there twice"),
        (
            AssessCompetencies(
                employee="budi",
                period="2025",
                basis="x",
                competencies=[AssessedCompetency(name, Decimal(level)) for name, level in ALL],
            ),
            "what shows the level reached in 'Integritas'",
        ),
    ],
)
def test_nothing_of_a_standard_is_typed_and_nothing_beside_it_assessed(after, past, command, match):
    with pytest.raises(Invalid, match=match):
        after(*past.running, when=command, by="sri", standard=REQUIRED)


def test_all_that_a_standard_asks_is_assessed(after, past):
    more = RequiredCompetencies(REQUIRED.standard, REQUIRED.levels | {"Analisis": Decimal(2)})
    with pytest.raises(Invalid, match="asks Analisis too; assess each"):
        after(*past.running, when=assessed(*ALL), by="sri", standard=more)


def test_without_a_standard_the_level_required_is_given(after, past):
    with pytest.raises(Invalid, match="no standard is kept for the post; give the level that it requires"):
        after(*past.running, when=assessed(*ALL), by="sri", standard=None)
