"""The facts that a policy for candidacies is told of a person: of final results, service, points, training, potential.

Each comes with the log positions it is from (`ToldFacts`). Of periods before the last, names say how many back:
`predikat_kinerja_sebelum_1` is the predicate of the one before. Potential is what an assessor found, and is never
computed from results.
"""

from neraca.domain.facts import ABSENT_DAYS, REQUIRED_DAYS, SANCTION, TIMES_LATE, TIMES_LEFT_EARLY
from neraca.domain.remuneration.told_facts import LEVEL, PREDICATE, SCORE

RESULTS = "periode_dinilai"
"""How many of the periods have a final result."""

CLASS, YEARS_OF_SERVICE, MONTHS_IN_POST = "kelas_jabatan", "tahun_kerja", "bulan_jabatan"
POINTS, RANK_NEED, LEVEL_NEED = "angka_kredit", "angka_kredit_pangkat", "angka_kredit_jenjang"
TRAININGS, TRAINING_HOURS = "pelatihan_selesai", "jam_pelatihan"
POTENTIAL = "potensi"

COUNTED = frozenset({SANCTION, REQUIRED_DAYS, ABSENT_DAYS, TIMES_LATE, TIMES_LEFT_EARLY})
"""Of what the ledger counts for everybody: over all the periods that are looked at."""

_OF_PERSONS = frozenset(
    {
        RESULTS,
        LEVEL,
        CLASS,
        YEARS_OF_SERVICE,
        MONTHS_IN_POST,
        POINTS,
        RANK_NEED,
        LEVEL_NEED,
        TRAININGS,
        TRAINING_HOURS,
        POTENTIAL,
    }
)


def back(name: str, periods: int) -> str:
    """The name of a fact of a result so many periods back, 0 for the last."""
    return name if periods == 0 else f"{name}_sebelum_{periods}"


def is_predicate(fact: str) -> bool:
    """Whether it is the predicate of a result, of the last or of one before."""
    return fact == PREDICATE or fact.startswith(f"{PREDICATE}_sebelum_")


def told_of_candidates(periods: int) -> frozenset[str]:
    """What is told where so many periods are looked at."""
    return _OF_PERSONS | COUNTED | {back(name, n) for name in (PREDICATE, SCORE) for n in range(periods)}
