"""The facts that the ledger itself counts, and the names that policies have for them."""

from collections.abc import Mapping
from types import MappingProxyType

REPORTS_ACCEPTED = "laporan_disetujui"
REQUIRED_DAYS = "hari_kerja_wajib"
ABSENT_DAYS = "hari_tanpa_keterangan"
TIMES_LATE = "kali_terlambat"
TIMES_LEFT_EARLY = "kali_pulang_awal"
UNIT_INDEX = "capaian_iku_perangkat_daerah"
UNIT_PREDICATE = "predikat_organisasi"

ALIGNED_RESULTS = "hasil_selaras"
PLANNED_RESULTS = "hasil_direncanakan"
"""How many of the planned results lead to a goal of the region, and how many there are, as they were counted last."""

HEADED_UNIT_PREDICATE = "predikat_unit_dipimpin"
"""What the unit achieved that the employee heads: an official vouches for it, and a result is held to the record."""

SANCTION = "hukuman_disiplin"
NO_SANCTION = "tidak_ada"

COMPETENCIES = "kompetensi"
"""The item list that assessed competencies fill; no plan may."""

UNWRITTEN: Mapping[str, str] = MappingProxyType({SANCTION: NO_SANCTION})
"""Words for what the ledger has no event for: without one, the fact is absent from a case and means this word."""

FROM_THE_LEDGER = frozenset(
    {
        REPORTS_ACCEPTED,
        REQUIRED_DAYS,
        ABSENT_DAYS,
        TIMES_LATE,
        TIMES_LEFT_EARLY,
        UNIT_INDEX,
        UNIT_PREDICATE,
        SANCTION,
        ALIGNED_RESULTS,
        PLANNED_RESULTS,
    }
)
"""Facts the ledger counts itself; nobody may establish them by hand."""
