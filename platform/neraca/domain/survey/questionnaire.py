"""What a citizen is asked: the nine elements of PermenPANRB 14/2017, in words of public sources (secondary)."""

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType

from neraca.domain.agency import Agency, is_working_day

ELEMENTS: Mapping[str, str] = MappingProxyType(
    {
        "u1": "Persyaratan pelayanan",
        "u2": "Sistem, mekanisme, dan prosedur",
        "u3": "Waktu penyelesaian",
        "u4": "Biaya atau tarif",
        "u5": "Produk spesifikasi jenis pelayanan",
        "u6": "Kompetensi pelaksana",
        "u7": "Perilaku pelaksana",
        "u8": "Sarana dan prasarana",
        "u9": "Penanganan pengaduan, saran, dan masukan",
    }
)
SCALE: Mapping[int, str] = MappingProxyType({1: "Tidak baik", 2: "Kurang baik", 3: "Baik", 4: "Sangat baik"})

MANY, MINUTES, SAME = 20, 10, 5
"""More answers at a point within so many minutes, or as many alike in a row, are noticed. Ours, illustrative."""


def asked(element: str) -> str:
    """The words for an element; one of a policy's own is asked as it is named."""
    return ELEMENTS.get(element, element)


def outside(hours: str, now: datetime, agency: Agency) -> bool:
    """Whether a service point with these hours is shut at that instant, which is in the agency's time zone."""
    if not hours:
        return False
    begins, _, ends = hours.partition("-")
    day: date = now.date()
    return not is_working_day(agency, day) or not begins <= f"{now:%H:%M}" <= ends
