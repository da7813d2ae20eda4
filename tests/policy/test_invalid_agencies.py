"""Everything that is said of an agency's file with a mistake in it, to the letter, and nothing else."""

from datetime import date
from pathlib import Path
from typing import NotRequired, TypedDict

import pytest
import yaml

from neraca.domain.agency import SignIn
from neraca.policy.library import Library

FILE = "agencies/kota/agency.yaml"
AGENCY = """\
schema: neraca-agency/1
id: kota
name: {id: Kota, en: City}
kind: city
time_zone: Asia/Jakarta
languages: [id, en]
stage: demonstration
units:
  satu: {name: {id: Satu, en: One}, activated: "2025-01-01"}
working_week: [mon, tue]
holidays: {"2025-01-01": Tahun Baru}
reporting: {cadence: monthly, daily: false}
policies:
  - {id: dasar, version: 1, from: "2025-01-01", to: "2025-12-31"}
"""
POLICY = """\
schema: asn-policy/1
id: dasar
version: 1
purpose: allowance
scope: {level: city, code: "1"}
title: {id: Dasar}
effective: {from: "2025-01-01", to: null}
references:
  sumber: {title: Sumber, status: verified}
  lain: {title: Lain, status: verified}
period: {cycle: year, start: "01-01", policy_date: period_end}
precision: {final: 2, rounding: half_up}
indicators:
  nilai: {label: {id: Nilai}, unit: angka, measure: {method: index, fact: hari_kerja_wajib}, ref: sumber}
nodes:
  jumlah: {label: {id: Jumlah}, of: {nilai: 100}, ref: lain}
score: jumlah
"""


def policy(*edits: tuple[str, str]) -> str:
    text = POLICY
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    return text


POLICIES = {
    "dasar.yaml": policy(),
    "terbatas.yaml": policy(("version: 1", "version: 2"), ('"2025-01-01", to: null', '"2025-03-01", to: "2025-10-31"')),
    "laporan.yaml": policy(("id: dasar", "id: laporan"), ("fact: hari_kerja_wajib", "fact: laporan_disetujui")),
    "induk.yaml": policy(
        ("id: dasar", "id: induk"),
        ("version: 1", "version: 1\nabstract: true"),
        ("fact: hari_kerja_wajib", "fact: laporan_disetujui"),
    ),
    "kredit.yaml": policy(("id: dasar", "id: kredit"), ("allowance", "credit")),
    "contoh.yaml": policy(("id: dasar", "id: contoh"), ("Sumber, status: verified", "Sumber, status: illustrative")),
    "belum.yaml": policy(
        ("id: dasar", "id: belum"),
        ("Sumber, status: verified", "Sumber, status: unverified"),
        ("Lain, status: verified", "Lain, status: illustrative"),
    ),
    "pagu.yaml": policy(("id: dasar", "id: pagu"), ("fact: hari_kerja_wajib", "fact: pagu_tpp")),
    "hasil.yaml": policy(("id: dasar", "id: hasil"), ("fact: hari_kerja_wajib", "fact: nilai_kinerja")),
    "kedua.yaml": policy(("id: dasar", "id: kedua"), ("Sumber, status: verified", "Sumber, status: secondary")),
    "salah.yaml": policy(("id: dasar", "id: salah"), ("nilai: 100", "nilai: 90")),
}
ZONES = {"Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"}


class Mistake(TypedDict):
    why: str
    edits: list[list[str]]
    file: NotRequired[str]
    today: NotRequired[str]
    no_zones: NotRequired[bool]
    found: list[str]


MISTAKES: list[Mistake] = yaml.load((Path(__file__).parent / "invalid_agencies.yaml").read_text(), yaml.CSafeLoader)


def told(mistake: Mistake) -> list[str]:
    text, file = AGENCY, mistake.get("file", FILE)
    for old, new in mistake["edits"]:
        assert old in text, old
        text = text.replace(old, new, 1)
    today = date.fromisoformat(mistake["today"]) if "today" in mistake else None
    library, found = Library.read({**POLICIES, file: text}, None if "no_zones" in mistake else ZONES, today)
    own = [one for one in found if one.file == file]
    assert (library.agencies == {}) is any(one.severity == "error" for one in own)
    return [str(one).removeprefix(f"{file}:") for one in own]


@pytest.mark.parametrize("mistake", MISTAKES, ids=[mistake["why"] for mistake in MISTAKES])
def test_a_mistake_in_an_agency_is_told_and_nothing_else(mistake: Mistake):
    assert told(mistake) == mistake["found"]


def test_an_id_that_another_file_has_is_told_once():
    twin = "agencies/kota-lain/kota/agency.yaml"
    _, found = Library.read({**POLICIES, FILE: AGENCY, twin: AGENCY}, ZONES)

    assert [str(one) for one in found if one.file in (FILE, twin)] == [
        f"{twin}:2:5: id: 'kota' is also in {FILE} - give each its own id"
    ]


def test_two_agencies_whose_ids_cannot_be_read_are_no_twins():
    texts = {f"agencies/{name}/agency.yaml": AGENCY.replace("id: kota", f"id: [{name}]") for name in "ab"}
    library, found = Library.read({**POLICIES, **texts}, ZONES)

    assert library.agencies == {}
    assert [str(one) for one in found if one.file in texts] == [
        f"agencies/{name}/agency.yaml:2:5: id: must be text, found a list - write a short name of small letters, "
        "digits, - and _"
        for name in "ab"
    ]


def test_a_sign_in_that_is_safe_is_read_and_a_client_of_another_agency_is_refused():
    sign_in = 'sign_in: {issuer: "https://sso.example/realms/asn", client: neraca, claim: nip}\n'
    one, other = AGENCY + sign_in, AGENCY.replace("id: kota\n", "id: desa\n") + sign_in
    library, found = Library.read({**POLICIES, FILE: one}, ZONES)
    assert library.agencies["kota"].sign_in == SignIn(
        issuer="https://sso.example/realms/asn", client="neraca", claim="nip"
    )
    assert [one for one in found if one.file == FILE] == []

    desa = "agencies/desa/agency.yaml"
    _, found = Library.read({**POLICIES, FILE: one, desa: other}, ZONES)
    assert [str(one) for one in found if one.file in (FILE, desa)] == [
        f"{desa}:15:61: sign_in/client: 'neraca' of that issuer is also in {FILE} - "
        "give each agency a client of its own"
    ]
    near = AGENCY + sign_in.replace("https:", "http:").replace("}", ", private_network: true}")
    assert [one for one in Library.read({**POLICIES, FILE: near}, ZONES)[1] if one.file == FILE] == []
