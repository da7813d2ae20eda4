"""The evaluation document of a final result, from the log alone: what it says, and that it stays what it was."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from neraca.document.evaluation_document import LevelLine, Person, ResultLine, TargetLine
from neraca.domain.appraisal import commands as ask
from neraca.domain.errors import NotFound, NotOpen
from neraca.domain.vocabulary import DocumentForm, ObjectionOutcome, PositionClass, Priority

BUDI: Any = {"employee": "budi", "period": "2025-Q1"}


def drafted(agency: Any, employee: str = "budi", period: str = "2025-Q1") -> Any:
    return agency.service.documents.draft(agency.id, employee, period)


def test_it_says_who_was_appraised_by_whom_for_what_and_what_it_came_to(fixture_agency: Any) -> None:
    fixture_agency.score("budi")
    fixture_agency.finalise("budi")

    found = drafted(fixture_agency)

    document = found.document
    assert document.form is DocumentForm.PERIODIC
    assert document.agency == "Kota Uji"
    assert document.employee == Person("budi", "Budi", "Analis", PositionClass.FUNCTIONAL, "dinkes")
    assert (document.appraiser.number, document.reviewer and document.reviewer.number) == ("sri", "agus")
    assert (document.period, document.starts, document.ends) == ("2025-Q1", date(2025, 1, 1), date(2025, 3, 31))
    assert document.results == (
        ResultLine("Layanan", Priority.PRIMARY, (TargetLine("Berkas", "berkas", "100", "90"),)),
        ResultLine("Tim", Priority.PRIMARY, (TargetLine("Acara", "acara", "20", None),)),
    )
    # (60 x 90 + 30 x 80) / 90 = 86.666667
    assert {one.label["id"]: one.value for one in document.values} == {
        "Rencana hasil kerja": "90.00",
        "Sikap melayani": "80.00",
        "Sikap disiplin": "80.00",
        "Sumbangan kepada tim": None,
        "Laporan harian": None,
        "Kehadiran": None,
        "Kepuasan masyarakat": None,
        "Capaian perangkat daerah": None,
        "Sikap": "80.00",
        "Hasil": "90.00",
        "Nilai": "86.67",
    }
    assert (document.score, document.predicate["id"], document.fixed) == ("86.67", "Baik", date(2025, 4, 8))
    assert (document.levels, document.organisation, document.amendment, document.signature) == ((), None, None, None)
    assert document.policy.name == "kota-uji@1"
    assert found.position == fixture_agency.house.log.head("uji")
    assert found.units == {"dinkes"}


def test_the_digest_in_it_is_the_one_that_may_be_shown(fixture_agency: Any) -> None:
    """Of small scales the other is soon tried until the ratings fit."""
    fixture_agency.score("budi")
    fixture_agency.finalise("budi")
    house = fixture_agency.house
    [final] = house.service.reader.of_type("uji", "appraisal.finalised")

    document = drafted(fixture_agency).document

    assert (document.result, document.digest) == (final.position, final.event.sealed_digest)
    assert final.event.facts_digest not in repr(document)
    assert final.event.salt not in repr(document)


def test_there_is_none_before_a_result_is_final(fixture_agency: Any) -> None:
    with pytest.raises(NotFound, match="budi has no appraisal for 2025-Q1"):
        drafted(fixture_agency)
    fixture_agency.score("budi")
    with pytest.raises(NotOpen, match="is not final"):
        drafted(fixture_agency)


def test_after_an_amended_objection_it_holds_objection_explanations_and_decision(fixture_agency: Any) -> None:
    agency = fixture_agency
    agency.score("budi")
    agency.finalise("budi")
    on = date(2025, 4, 10)
    agency.tell("budi", ask.FileObjection(**BUDI, grounds="Berkas Maret tidak dihitung"), on=on)
    agency.tell("sri", ask.ExplainObjection(**BUDI, explanation="Dikirim terlambat"), on=on)
    amend = ask.DecideObjection(**BUDI, outcome=ObjectionOutcome.AMENDED, reason="Bukti sah")
    agency.tell("agus", amend, on=date(2025, 4, 11))
    agency.tell("sri", ask.ReviseRating(**BUDI, scores={"layanan": Decimal(90)}, reason="keberatan"), on=on)
    agency.finalise("budi", on=date(2025, 4, 14))

    document = drafted(agency).document

    assert document.form is DocumentForm.AMENDED
    found = document.amendment
    assert found is not None
    assert (found.grounds, found.filed, found.reason, found.decided) == (
        "Berkas Maret tidak dihitung",
        on,
        "Bukti sah",
        date(2025, 4, 11),
    )
    assert [(one.by.name, one.explanation) for one in found.statements] == [("Sri", "Dikirim terlambat")]
    assert document.score == "88.33"


def test_levels_are_those_that_the_policy_classified_on(fixture_agency: Any, policy: str) -> None:
    bands = policy.split("classify:\n")[1].split("outcome: predikat\n")[0]
    levels = """  hasil_kerja: {kind: bands, node: hasil, bands: {di_atas: {from: 100}, sesuai: {from: min}}}
  perilaku: {kind: bands, node: sikap, bands: {di_atas: {from: 80}, sesuai: {from: min}}}
  predikat:
    kind: matrix
    rows: hasil_kerja
    cols: perilaku
    table: {di_atas: {di_atas: baik, sesuai: baik}, sesuai: {di_atas: baik, sesuai: kurang}}
"""
    kept = policy.partition("\ntests:\n")[0].replace(bands, levels)
    fixture_agency.publish(f"{kept}\n", version=2, since=date(2025, 1, 2))
    fixture_agency.score("budi")
    fixture_agency.finalise("budi")

    document = drafted(fixture_agency).document

    assert document.policy.name == "kota-uji@2"
    assert document.levels == (LevelLine("hasil kerja", "sesuai"), LevelLine("perilaku", "di atas"))
