"""The evaluation document of a final result, from the log alone: what it says, and that it stays what it was."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent
from msgspec import structs

from neraca.document import html
from neraca.document.evaluation_document import LevelLine, Person, ResultLine, TargetLine
from neraca.document.template import layout
from neraca.document.verification import Marks, marks
from neraca.domain import streams
from neraca.domain.acting_officials import AppointActing
from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal.events import Evidence, Finalised, Joined, JoinedPart, Opened, PlannedResult, Target
from neraca.domain.case import digest_of
from neraca.domain.envelope import Envelope
from neraca.domain.errors import Invalid, NotFound, NotOpen
from neraca.domain.headship import AppointHead
from neraca.domain.period import parse
from neraca.domain.roster import RetireEmployee, TransferEmployee
from neraca.domain.vocabulary import (
    ActingKind,
    DocumentForm,
    FeedbackTone,
    FollowUpKind,
    GuidanceKind,
    ObjectionOutcome,
    PositionClass,
    Priority,
    Relation,
)
from neraca.service.evaluation_documents import Verification
from neraca.service.scoring import gather
from neraca.store.ledger import Append

RESULTS = [PlannedResult("layanan", "Layanan", [Target("berkas", "Berkas", "berkas", Decimal(100), Decimal(100))])]
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


def _older_result(agency: Any, raters: int) -> Any:
    """As it was fixed when a lone anonymous rater counted."""
    agency.score("budi")
    for rater in ["ani"][:raters]:
        agency.rate("budi", 10, by=rater)
    reader = agency.service.reader
    own = reader.stream("uji", streams.appraisal("uji", "budi", "2025-Q1"))
    [published] = reader.of_type("uji", "policy.published")
    final = Finalised(
        on=date(2025, 4, 8),
        predicate="cukup",
        policy=published.event.policy,
        position=own[-1].position,
        facts_digest=digest_of(gather(reader, "uji", "budi", "2025-Q1", (), None).facts.case),
        engine="explain/1",
        score=Decimal("77.33"),
        nodes={"skp": Decimal("90.00"), "layanan": Decimal("52.00")},
    )
    at = datetime(2025, 4, 8, 5, tzinfo=UTC)
    tag, data = agency.house.mapper.encode(Envelope(at=at, by="sri", correlation="dulu", body=final))
    agency.house.ledger.append("uji", Append([StoredEvent(own[0].stream, len(own) + 1, tag, data)]))
    return reader.stream("uji", own[0].stream)[-1]


@pytest.mark.parametrize(("raters", "service"), [(0, "52.00"), (1, None)])
def test_of_a_result_that_counted_a_lone_anonymous_rater_only_what_may_be_shown_is_printed(
    fixture_agency: Any, raters: int, service: str | None
) -> None:
    """Results had no sealed digest then; what a step came to told what the one colleague had given."""
    agency = fixture_agency
    _older_result(agency, raters)

    document = drafted(agency).document

    values = {one.label["id"]: one.value for one in document.values}
    assert values == {"Rencana hasil kerja": "90.00", "Sikap melayani": service}
    assert document.score == "77.33"


@pytest.mark.parametrize(("raters", "service"), [(0, "52.00"), (1, None)])
def test_what_was_joined_of_such_a_result_tells_no_more_of_the_rater(
    fixture_agency: Any, raters: int, service: str | None
) -> None:
    """Neither in its document, nor among the values that are read of it, nor in the story of the year."""
    agency = fixture_agency
    past = _older_result(agency, raters)
    final, second = past.event, parse("2025-Q2")
    part = JoinedPart("2025-Q1", 3, past.position, final.predicate, final.policy, final.score, final.nodes)
    taken = Joined(
        on=date(2025, 7, 8),
        parts=[part],
        predicate=final.predicate,
        policy=final.policy,
        position=past.position,
        facts_digest="",
        engine=final.engine,
        score=final.score,
        nodes=final.nodes,
        reused=True,
    )
    opened = Opened(
        employee="budi", period="2025-Q2", starts=second.starts, ends=second.ends, unit="dinkes", appraiser="sri"
    )
    stream = streams.appraisal("uji", "budi", "2025-Q2")
    agency.keep("sri", stream, opened, taken, on=date(2025, 7, 8))
    agency.house.follow()

    document = agency.service.documents.draft("uji", "budi", "2025-Q2").document

    values = {one.label["id"]: one.value for one in document.values}
    assert values == {"Rencana hasil kerja": "90.00", "Sikap melayani": service}
    with psycopg.connect(agency.house.url) as connection:
        scores = connection.execute("select nodes from read_scores.appraisal where stream = %s", (stream,)).fetchone()
        told = connection.execute(
            "select data from read_timeline.events where stream = %s and tag = 'appraisal.joined'", (stream,)
        ).fetchone()
    assert scores is not None
    assert told is not None
    # Nothing that may be shown comes to 52, so the values that are read leave it out in either.
    assert scores[0] == {"skp": "90.00", "layanan": None}
    assert ("nodes" in told[0]) is (service is not None)


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
    agency.rate_amended(layanan=90, on=on)
    agency.finalise("budi", on=date(2025, 4, 14), by="agus")

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


def issued(agency: Any) -> Any:
    [event] = [past.event for past in agency.service.reader.of_type(agency.id, "appraisal.document-issued")]
    return event


def test_what_was_signed_is_printed_again_byte_for_byte_whatever_happened_since(fixture_agency: Any) -> None:
    agency, day = fixture_agency, date(2025, 4, 9)
    agency.score("budi")
    agency.finalise("budi")
    agency.tell("sri", ask.IssueDocument(**BUDI, recommendation="Pelatihan"), on=day)
    event = issued(agency)
    file = agency.service.documents.printed("uji", "budi", "2025-Q1")
    assert html.digest(file) == event.sha256
    assert (event.by, event.on, event.number) == ("sri", day, f"DEK-P/{event.result:06d}/UJI/2025")
    assert event.number in file.decode()
    assert event.code in file.decode()
    assert "oleh Sri (sri)" in file.decode()

    agency.tell("sri", ask.DeliverDocument(**BUDI), on=day)
    agency.tell("budi", ask.ReturnDocument(**BUDI), on=day)
    agency.tell("hr", ask.ReportDocument(**BUDI), on=day)
    agency.tell("hr", TransferEmployee(employee="budi", unit="disdik", since=day, supervisor="tono", reason="mutasi"))
    agency.tell("hr", RetireEmployee(employee="sri", on=day), on=day)
    agency.tell("budi", ask.FileObjection(**BUDI, grounds="Berkas Maret"), on=day)

    with agency.house.again() as again:
        assert again.service.documents.printed("uji", "budi", "2025-Q1") == file


def test_guidance_and_its_answer_are_in_it_as_they_were_when_the_result_was_fixed(fixture_agency: Any) -> None:
    agency, day = fixture_agency, date(2025, 4, 9)
    agency.score("budi")
    held: Any = {"kind": GuidanceKind.COACHING, "note": "Cara melayani lansia"}
    agency.tell("sri", ask.RecordGuidance(**BUDI, guidance="b1", on=date(2025, 3, 3), result="layanan", **held), on=day)
    agency.tell(
        "sri", ask.RecordGuidance(**BUDI, guidance="b2", on=date(2025, 3, 4), indicator="layanan", **held), on=day
    )
    agency.tell("budi", ask.AnswerGuidance(**BUDI, guidance="b1", answer="Sudah dicoba"), on=day)
    agency.finalise("budi")
    first, second = drafted(agency).document.guidance
    assert (first.about, first.on, first.by.number, first.answer) == (
        "Layanan",
        date(2025, 3, 3),
        "sri",
        "Sudah dicoba",
    )
    assert (second.about, second.answer) == ("layanan", None)
    agency.tell("sri", ask.IssueDocument(**BUDI), on=day)
    file = agency.service.documents.printed("uji", "budi", "2025-Q1")
    assert html.digest(file) == issued(agency).sha256
    agency.tell("budi", ask.AnswerGuidance(**BUDI, guidance="b2", answer="Belakangan"), on=day)
    with agency.house.again() as again:
        assert again.service.documents.printed("uji", "budi", "2025-Q1") == file


def test_what_the_leader_said_is_in_it_by_name_and_nothing_of_colleagues(fixture_agency: Any) -> None:
    agency, day = fixture_agency, date(2025, 3, 5)
    agency.score("budi")

    def gives(giver: str, feedback: str, words: str, **about: Any) -> None:
        given = ask.GiveFeedback(**BUDI, feedback=feedback, tone=FeedbackTone.CONSTRUCTIVE, words=words, **about)
        agency.tell(giver, given, on=day)

    gives("sri", "1", "Catat tiap antrean", result="layanan")
    gives("sri", "2", "Keliru")
    gives("cici", "1", "Sering terlambat")
    gives("ani", "1", "Sulit dihubungi")
    agency.tell("sri", ask.WithdrawFeedback(**BUDI, feedback="2", reason="keliru"), on=day)
    agency.finalise("budi")

    (one,) = drafted(agency).document.feedback
    assert (one.by.number, one.about, one.words) == ("sri", "Layanan", "Catat tiap antrean")
    agency.tell("sri", ask.IssueDocument(**BUDI), on=date(2025, 4, 9))
    file = agency.service.documents.printed("uji", "budi", "2025-Q1")
    assert html.digest(file) == issued(agency).sha256
    assert [word in str(file) for word in ("Catat tiap antrean", "Keliru", "terlambat", "dihubungi")] == [
        True,
        False,
        False,
        False,
    ]


def test_the_document_of_a_result_that_was_amended_is_another_and_the_first_can_be_printed_still(
    fixture_agency: Any,
) -> None:
    agency, day = fixture_agency, date(2025, 4, 9)
    agency.score("budi")
    agency.finalise("budi")
    agency.tell("sri", ask.IssueDocument(**BUDI), on=day)
    first = issued(agency)
    agency.tell("budi", ask.FileObjection(**BUDI, grounds="Berkas Maret tidak dihitung"), on=day)
    amend = ask.DecideObjection(**BUDI, outcome=ObjectionOutcome.AMENDED, reason="Bukti sah")
    agency.tell("agus", amend, on=day)
    with pytest.raises(NotOpen):
        agency.service.documents.printed("uji", "budi", "2025-Q1")
    agency.finalise("budi", on=date(2025, 4, 14), by="agus")
    agency.tell("agus", ask.IssueDocument(**BUDI), on=date(2025, 4, 14))

    now = agency.service.documents.printed("uji", "budi", "2025-Q1").decode()

    assert "Hasil evaluasi kinerja setelah keberatan" in now
    assert "Berkas Maret tidak dihitung" in now
    then = agency.service.documents.issued("uji", "budi", "2025-Q1", first)
    assert html.digest(html.rendered(layout(first.template, then))) == first.sha256


def test_a_document_is_held_against_the_log_by_number_code_and_digest(fixture_agency: Any) -> None:
    agency, day = fixture_agency, date(2025, 4, 9)
    agency.score("budi")
    agency.finalise("budi")
    agency.tell("sri", ask.IssueDocument(**BUDI), on=day)
    event, documents = issued(agency), agency.service.documents
    known = Marks(event.number, event.code)
    expected = Verification(
        number=event.number,
        code=event.code,
        form=DocumentForm.PERIODIC,
        employee="budi",
        period="2025-Q1",
        predicate="Baik",
        issued=day,
        sha256=event.sha256,
        current=True,
        recorded=True,
        unaltered=None,
    )

    assert documents.verified("uji", known) == expected
    assert documents.whose("uji", known) == ("budi", "2025-Q1")
    assert documents.verified("uji", Marks(event.number.lower(), event.code.lower())) == expected
    for language in ("id", "en"):
        for as_what in ("html", "pdf"):
            file = documents.printed("uji", "budi", "2025-Q1", language, as_what)
            assert marks(file) == known
            assert documents.verified("uji", known, html.digest(file)).unaltered
    assert documents.verified("uji", known, "00" * 32).unaltered is False
    for wrong in (
        structs.replace(known, code="AAAA-BBBB-CCCC-DDDD"),
        structs.replace(known, number="DEK-P/000001/UJI/2025"),
        structs.replace(known, number="DEK-P/999999/UJI/2025"),
        structs.replace(known, number="x"),
    ):
        assert documents.verified("uji", wrong) is None
        assert documents.whose("uji", wrong) is None
    assert documents.verified("coba", known) is None

    agency.tell("budi", ask.FileObjection(**BUDI, grounds="Berkas Maret"), on=day)
    amend = ask.DecideObjection(**BUDI, outcome=ObjectionOutcome.AMENDED, reason="Bukti sah")
    agency.tell("agus", amend, on=day)
    assert documents.verified("uji", known) == structs.replace(expected, current=False)


def test_a_log_that_was_altered_gives_another_document_than_was_signed(fixture_agency: Any) -> None:
    agency = fixture_agency
    agency.score("budi")
    agency.finalise("budi")
    agency.tell("sri", ask.IssueDocument(**BUDI), on=date(2025, 4, 9))
    event = issued(agency)
    with psycopg.connect(agency.house.url) as connection:
        altered = "convert_to(replace(convert_from(data, 'UTF8'), '\"Budi\"', '\"Bodi\"'), 'UTF8')"
        connection.execute(f"update ledger.events set data = {altered} where agency = 'uji'")

    with agency.house.again() as again:
        found = again.service.documents.verified("uji", Marks(event.number, event.code))

        assert [*again.service.documents.altered("coba")] == []
        [altered] = again.service.documents.altered("uji")

    assert found is not None
    assert found.recorded is False
    assert altered.startswith(f"at {agency.house.log.head('uji')}: {event.number} is printed as ")
    assert altered.endswith(f", signed was {event.sha256[:12]}")


def test_a_document_whose_policy_is_gone_is_told_and_not_passed_over(fixture_agency: Any) -> None:
    agency = fixture_agency
    agency.score("budi")
    agency.finalise("budi")
    agency.tell("sri", ask.IssueDocument(**BUDI), on=date(2025, 4, 9))
    assert [*agency.service.documents.altered("uji")] == []
    with psycopg.connect(agency.house.url) as connection:
        connection.execute("delete from ledger.events where agency = 'uji' and type = 'policy.published'")

    with agency.house.again() as again:
        [told] = again.service.documents.altered("uji")

    assert f"{issued(agency).number} cannot be printed: KeyError" in told


def test_a_document_is_signed_in_a_batch_of_its_own(fixture_agency: Any) -> None:
    fixture_agency.score("budi")
    fixture_agency.finalise("budi")
    follow_up = ask.RecordFollowUp(**BUDI, kind=FollowUpKind.TRAINING, note="Pelatihan")

    with pytest.raises(Invalid, match="send it in a batch of its own"):
        fixture_agency.tell("sri", follow_up, ask.IssueDocument(**BUDI), on=date(2025, 4, 9))


def test_who_acts_in_a_vacant_post_is_shown_with_it(fixture_agency: Any) -> None:
    agency = fixture_agency
    agency.tell("hr", RetireEmployee(employee="sri", on=date(2025, 1, 31)))
    agency.tell("hr", AppointHead(unit="dinkes", employee="ani", since=date(2025, 1, 1), decree="SK 5"))
    days: Any = {"since": date(2025, 2, 1), "until": date(2025, 12, 31)}
    agency.tell(
        "hr", AppointActing(employee="sri", to="ani", kind=ActingKind.PLT, unit="dinkes", decree="SK 7", **days)
    )
    agency.tell("hr", ask.OpenAppraisal(**BUDI))
    agency.tell("budi", ask.DraftPlan(**BUDI, results=RESULTS), ask.SubmitPlan(**BUDI))
    agency.tell("ani", ask.ApprovePlan(**BUDI))
    progress = ask.ReportProgress(
        **BUDI,
        report="l1",
        result="layanan",
        target="berkas",
        until=date(2025, 3, 1),
        actual=Decimal(90),
        evidence=[Evidence("Rekap", "arsip:rekap")],
    )
    agency.tell("budi", progress)
    agency.tell("ani", ask.AcceptReport(**BUDI, report="l1"))
    scores = {"layanan": Decimal(80), "disiplin": Decimal(80)}
    agency.tell("ani", ask.Rate(**BUDI, relation=Relation.SUPERVISOR, scores=scores))
    agency.tell("ani", ask.Finalise(**BUDI), on=date(2025, 4, 8))

    appraiser = drafted(agency).document.appraiser

    assert (appraiser.number, appraiser.position) == ("ani", "Analis (Plt. Analis)")


def test_every_final_result_of_a_year_has_a_document_and_the_year_shows_its_periods(seeded_year: Any) -> None:
    query = "select agency, employee, period from read_scores.appraisal where status = 'final' order by 1, 2, 3"
    with psycopg.connect(seeded_year.url) as connection:
        finals = connection.execute(query).fetchall()
    documents = seeded_year.service.documents

    made = {key: documents.draft(*key).document for key in finals}

    assert {key[0] for key in made} == seeded_year.agencies.keys()
    assert {DocumentForm.ANNUAL, DocumentForm.PERIODIC} <= {one.form for one in made.values()}
    assert [key for key, one in made.items() if not one.values or one.digest is None] == []
    assert [one for one in made.values() if one.parts and one.form is DocumentForm.ANNUAL]


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
