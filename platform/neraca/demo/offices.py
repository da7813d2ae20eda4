"""What is done in an office, told by its Indonesian name: the posts of its people, and the facts that belong there."""

from collections.abc import Sequence

from msgspec import Struct

from neraca.domain.agency import Unit
from neraca.domain.vocabulary import PositionClass


class _Kind(Struct, frozen=True):
    """`word` stands in the name. `serves` is whether the public comes to its counters."""

    word: str
    operational: Sequence[str]
    functional: Sequence[str]
    serves: bool = True


_KINDS = (
    _Kind("satu pintu", ("Petugas Loket Pelayanan Terpadu", "Pengelola Perizinan"), ("Penata Perizinan",)),
    _Kind("kependudukan", ("Operator SIAK", "Petugas Loket KTP-el"), ("Administrator Database Kependudukan",)),
    _Kind("puskesmas", ("Petugas Pendaftaran Pasien", "Pengelola Obat"), ("Dokter", "Perawat", "Bidan")),
    _Kind("kesehatan", ("Petugas Pendaftaran Puskesmas",), ("Dokter Puskesmas", "Perawat Puskesmas")),
    _Kind("pendidikan", ("Tenaga Administrasi Sekolah",), ("Guru SD", "Guru SMP"), serves=False),
    _Kind("komunikasi", ("Pengelola Jaringan",), ("Pranata Komputer",), serves=False),
    _Kind("kepegawaian", ("Pengelola Kepegawaian",), ("Analis SDM Aparatur",), serves=False),
    _Kind("perencanaan", ("Pengelola Data Pembangunan",), ("Perencana",), serves=False),
    _Kind("pendapatan", ("Pengelola Pajak Daerah",), ("Analis Pajak Daerah",), serves=False),
    _Kind("perhubungan", ("Petugas Terminal",), ("Penguji Kendaraan Bermotor",)),
    _Kind("kelurahan", ("Petugas Pelayanan Kelurahan",), ("Arsiparis",)),
    _Kind("kecamatan", ("Petugas Pelayanan Kecamatan",), ("Arsiparis",)),
)
_OTHER = _Kind("", ("Pelaksana",), ("Pelaksana",))

_AT_COUNTERS = ("menit_layanan", "menit_respons", "hari_penyelesaian", "layanan_diberikan", "layanan_sesuai", "daring")
"""How long people wait, how much was right at once, and what they had done without coming."""
_SMART_CITY = ("komunikasi", "kependudukan", "satu pintu", "perencanaan")
_OF_OFFICES = (
    (("pendidikan", "sekolah"), ("pendidikan",)),
    (("pasien",), ("puskesmas", "kesehatan")),
    (("smart_city",), _SMART_CITY),
)


def post(unit: Unit, kind: PositionClass, number: int) -> str:
    found = _kind(unit)
    posts = found.functional if kind is PositionClass.FUNCTIONAL else found.operational
    return posts[number % len(posts)]


def serves_public(unit: Unit) -> bool:
    return _kind(unit).serves


def belongs(fact: str, unit: Unit) -> bool:
    """Whether the people of the office have such a fact, or the office such a survey; who has none has the weight
    spread, as the policy says.
    """
    for words, offices in _OF_OFFICES:
        if any(word in fact for word in words):
            return any(office in _named(unit) for office in offices)
    return serves_public(unit) or not any(word in fact for word in _AT_COUNTERS)


def is_of_integrated_service(unit: Unit) -> bool:
    return any(word in _named(unit) for word in ("satu pintu", "kependudukan"))


def _kind(unit: Unit) -> _Kind:
    named = _named(unit)
    return next((one for one in _KINDS if one.word in named), _OTHER)


def _named(unit: Unit) -> str:
    return unit.name.get("id", "").lower()
