"""The facts that a policy for pay or credit points is told, each with the events it came from.

They are recorded in the event that fixes the number, so that whoever reads it needs nothing else to reckon it again; a
replay gathers them from the log once more, and says where they are not the same.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TypeAlias

from msgspec import Struct

from neraca.domain.case import MICRO, Case, Fact, digest_of, micro
from neraca.domain.reporting_rhythms import Stretch

PREDICATE, SCORE, LEVEL, MONTHS = "predikat_kinerja", "nilai_kinerja", "jenjang", "bulan"
"""Of a result: its predicate and score; of a person: the career level; of a period: its months."""

POINTS_BEFORE = "angka_kredit_sebelumnya"
CEILING = "pagu_tpp"
CEILING_PARTS: Mapping[str, str] = {
    "work_load": "pagu_beban_kerja",
    "achievement": "pagu_prestasi_kerja",
    "conditions": "pagu_kondisi_kerja",
    "scarcity": "pagu_kelangkaan_profesi",
}
"""What a ceiling is made of, as events have it -> as policies read it."""

REPORTS_DUE, REPORTS_IN_TIME = "laporan_wajib", "laporan_tepat_waktu"

OF_A_NODE = "nilai_"
"""What the name of a node of the result begins with, as a fact: `nilai_perilaku` is the value of node `perilaku`."""

FOR_CREDIT = frozenset({PREDICATE, SCORE, LEVEL, MONTHS, POINTS_BEFORE})
FOR_ALLOWANCE = frozenset(
    {PREDICATE, SCORE, LEVEL, MONTHS, CEILING, *CEILING_PARTS.values(), REPORTS_DUE, REPORTS_IN_TIME}
)
"""What the ledger tells to a policy of the purpose besides what it counts for everybody; nobody establishes it."""

Found: TypeAlias = Mapping[str, tuple[Fact | None, Sequence[int]]]
"""Fact -> its value, None where there is none, and the log positions that it came from."""


class ToldFacts(Struct, frozen=True, omit_defaults=True):
    """`sources` are log positions by fact."""

    numbers: dict[str, Decimal] = {}
    words: dict[str, str] = {}
    flags: dict[str, bool] = {}
    sources: dict[str, list[int]] = {}

    @property
    def case(self) -> Case:
        """As a policy judges it."""
        numbers: dict[str, Fact] = {name: micro(value) for name, value in self.numbers.items()}
        return Case(facts=numbers | self.words | self.flags)

    @property
    def digest(self) -> str:
        return digest_of(self.case)

    @property
    def positions(self) -> list[int]:
        """Every event behind it, in order of the log."""
        return sorted({position for positions in self.sources.values() for position in positions})


class ReportRule(Struct, frozen=True, omit_defaults=True):
    """When a report is in time: within so many calendar days of the day, or of the stretch, that it is of.

    `daily`: each required day of work wants one; otherwise each month does. In another rhythm it is each of the
    `stretches` that ended in the month, by the calendar of the day on which that was asked; None in those two.
    """

    daily: bool
    days: int
    stretches: tuple[Stretch, ...] | None = None


def told(found: Found) -> ToldFacts:
    """The facts that are there, by kind and in order of their names."""
    there = {name: value for name, (value, _) in sorted(found.items()) if value is not None}
    return ToldFacts(
        numbers={name: _decimal(value) for name, value in there.items() if _is_number(value)},
        words={name: value for name, value in there.items() if isinstance(value, str)},
        flags={name: value for name, value in there.items() if isinstance(value, bool)},
        sources={name: sorted(found[name][1]) for name in there},
    )


def level_word(level: str) -> str:
    """A roster's career level as a policy writes it: «Ahli Muda» is `ahli_muda`."""
    return "_".join(level.lower().split())


def _is_number(value: Fact) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _decimal(micros: Fact) -> Decimal:
    """Without zeros at its end or an exponent, as any number goes into the log."""
    number = (Decimal(int(micros)) / MICRO).normalize()
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number
