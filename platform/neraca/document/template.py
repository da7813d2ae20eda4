"""The form of an evaluation document: which parts it has, in which order, and in which words.

What was issued is printed again by the template it was issued with, byte for byte. So a template is never changed once
a document was issued with it: another is another function beside, under another name.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Literal, TypeAlias

from neraca.document.blocks import Block, Fields, Heading, Layout, Paragraph, Table
from neraca.document.evaluation_document import (
    Amendment,
    EvaluationDocument,
    FeedbackLine,
    GuidanceLine,
    Label,
    Person,
    ResultLine,
    Signature,
)
from neraca.document.verification import Marks
from neraca.domain.vocabulary import DocumentForm, FeedbackTone, GuidanceKind, PositionClass, Priority
from neraca.policy.localised_text import LocalisedText

Language: TypeAlias = Literal["id", "en"]

_FIRST = "evaluation-document/1"

LATEST = _FIRST
"""The template that documents are issued with now."""

_NONE = "-"

_MONTHS = (
    LocalisedText("Januari", "January"),
    LocalisedText("Februari", "February"),
    LocalisedText("Maret", "March"),
    LocalisedText("April", "April"),
    LocalisedText("Mei", "May"),
    LocalisedText("Juni", "June"),
    LocalisedText("Juli", "July"),
    LocalisedText("Agustus", "August"),
    LocalisedText("September", "September"),
    LocalisedText("Oktober", "October"),
    LocalisedText("November", "November"),
    LocalisedText("Desember", "December"),
)
_FORM = {
    DocumentForm.PERIODIC: LocalisedText("Evaluasi kinerja periodik", "Periodic performance evaluation"),
    DocumentForm.ANNUAL: LocalisedText("Evaluasi kinerja tahunan", "Annual performance evaluation"),
    DocumentForm.AMENDED: LocalisedText(
        "Hasil evaluasi kinerja setelah keberatan", "Performance evaluation after an objection"
    ),
}
_CLASS = {
    PositionClass.SENIOR_EXECUTIVE: LocalisedText("pimpinan tinggi", "senior executive"),
    PositionClass.ADMINISTRATOR: LocalisedText("administrator", "administrator"),
    PositionClass.SUPERVISOR: LocalisedText("pengawas", "supervisor"),
    PositionClass.OPERATIONAL: LocalisedText("pelaksana", "operational"),
    PositionClass.FUNCTIONAL: LocalisedText("fungsional", "functional"),
}
_PRIORITY = {
    Priority.PRIMARY: LocalisedText("utama", "main"),
    Priority.ADDITIONAL: LocalisedText("tambahan", "additional"),
}

_TITLE = LocalisedText("Dokumen evaluasi kinerja pegawai", "Performance evaluation document")
_NUMBER = LocalisedText("Nomor", "Number")
_DRAFT = LocalisedText("BELUM DITERBITKAN: rancangan tanpa nomor", "NOT ISSUED: a draft without a number")
_TRANSLATED = LocalisedText("", "A translation: what was signed is the document in Indonesian.")
_PERIOD = LocalisedText("Periode penilaian", "Period")
_TO = LocalisedText("sampai dengan", "to")
_EMPLOYEE = LocalisedText("Pegawai yang dinilai", "Employee appraised")
_APPRAISER = LocalisedText("Pejabat penilai kinerja", "Appraiser")
_REVIEWER = LocalisedText("Atasan pejabat penilai kinerja", "Superior of the appraiser")
_NAME = LocalisedText("Nama", "Name")
_NIP = LocalisedText("NIP", "Employee number")
_POSITION = LocalisedText("Jabatan", "Post")
_POSITION_CLASS = LocalisedText("Kelompok jabatan", "Class of post")
_UNIT = LocalisedText("Unit kerja", "Unit")
_RESULTS = LocalisedText("Hasil kerja", "Work results")
_NO_PLAN = LocalisedText("Tidak ada rencana hasil kerja yang disetujui.", "There is no approved plan.")
_RESULT_HEAD = (
    LocalisedText("No.", "No."),
    LocalisedText("Rencana hasil kerja", "Planned result"),
    LocalisedText("Indikator", "Indicator"),
    LocalisedText("Target", "Target"),
    LocalisedText("Realisasi", "Actual"),
    LocalisedText("Penilaian", "Judgement"),
)
_NOTE = LocalisedText("Catatan hasil", "Note to result")
_TAKEN_OVER = LocalisedText("Rencana hasil kerja yang diambil alih", "Planned results taken over")
_GUIDANCE = LocalisedText("Bimbingan dan konseling kinerja", "Coaching and counselling")
_GIVEN = {
    GuidanceKind.COACHING: LocalisedText("Bimbingan", "Coaching"),
    GuidanceKind.COUNSELING: LocalisedText("Konseling", "Counselling"),
}
_ANSWER = LocalisedText("Tanggapan pegawai", "Answer of the employee")
_FEEDBACK = LocalisedText("Umpan balik pimpinan", "Feedback of the leader")
_TONE = {
    FeedbackTone.POSITIVE: LocalisedText("Positif", "Positive"),
    FeedbackTone.CONSTRUCTIVE: LocalisedText("Konstruktif", "Constructive"),
}
_VALUES = LocalisedText("Nilai hasil kerja dan perilaku kerja", "Values of work results and behaviour")
_VALUE_HEAD = (LocalisedText("Unsur", "Element"), LocalisedText("Nilai", "Value"))
_PARTS = LocalisedText("Hasil bagian periode", "Results of the parts")
_PART_HEAD = (
    LocalisedText("Periode", "Period"),
    LocalisedText("Bulan", "Months"),
    LocalisedText("Nilai", "Score"),
    LocalisedText("Predikat", "Predicate"),
)
_OUTCOME = LocalisedText("Predikat kinerja pegawai", "Performance predicate")
_LEVEL = LocalisedText("Peringkat", "Level")
_ORGANISATION = LocalisedText("Predikat capaian kinerja organisasi", "Predicate of the organisation")
_SCORE = LocalisedText("Nilai", "Score")
_PREDICATE = LocalisedText("Predikat", "Predicate")
_OF_LAST_YEAR = LocalisedText("tahun sebelumnya", "of the year before")
_COMPUTED = LocalisedText("Predikat menurut penghitungan", "Predicate as computed")
_MOVED = LocalisedText("Alasan perubahan", "Why it was moved")
_WITHDRAWN = LocalisedText("Alasan penarikan perubahan predikat", "Why the predicate is no longer moved")
_CURVE = LocalisedText("Pola distribusi", "Distribution")
_KEPT = LocalisedText("terpenuhi", "kept")
_BROKEN = LocalisedText("tidak terpenuhi", "not kept")
_FIXED = LocalisedText("Ditetapkan", "Fixed on")
_SUPERIOR = LocalisedText(
    "Dievaluasi oleh atasan pejabat penilai kinerja.", "Evaluated by the superior of the appraiser."
)
_FINAL = LocalisedText("Hasil ini bersifat final.", "This result is final.")
_OBJECTION = LocalisedText("Keberatan dan keputusan", "Objection and decision")
_FILED = LocalisedText("Diajukan", "Filed")
_GROUNDS = LocalisedText("Alasan keberatan", "Grounds")
_EXPLANATION = LocalisedText("Penjelasan", "Explanation")
_DECIDED = LocalisedText("Diputuskan", "Decided")
_DECISION = LocalisedText("Keputusan: hasil evaluasi diubah", "Decision: the result is amended")
_RECOMMENDATION = LocalisedText("Rekomendasi", "Recommendation")
_BASIS = LocalisedText("Dasar penghitungan", "What it was computed from")
_POLICY = LocalisedText("Kebijakan", "Policy")
_HASH = LocalisedText("Sidik kebijakan", "Hash of the policy")
_ENGINE = LocalisedText("Penghitung", "Arithmetic")
_POSITION_OF = LocalisedText("Posisi dalam buku peristiwa", "Position in the log")
_DIGEST = LocalisedText("Sidik fakta", "Digest of the facts")
_TEMPLATE = LocalisedText("Bentuk dokumen", "Template")
_SIGNATURE = LocalisedText("Penandatanganan", "Signature")
_SIGNED = LocalisedText("Ditandatangani secara elektronik", "Signed electronically")
_BY = LocalisedText("oleh", "by")
_FOR = LocalisedText("atas nama", "for")
_CODE = LocalisedText("Kode verifikasi", "Verification code")


def layout(template: str, document: EvaluationDocument, language: Language = "id") -> Layout:
    """The document by the template of that name. Raises KeyError for a name that no template has."""
    return TEMPLATES[template](document, language)


def _first(document: EvaluationDocument, language: Language) -> Layout:
    said = _in(language)
    signature = document.signature
    number = said(_DRAFT) if signature is None else f"{said(_NUMBER)}: {signature.number}"
    translated = () if language == "id" or signature is None else (said(_TRANSLATED),)
    return Layout(
        language=language,
        title=said(_TITLE),
        lines=(document.agency, said(_FORM[document.form]), number, *translated),
        blocks=tuple(_blocks(document, language)),
        foot=number if signature is None else f"{number} · {said(_CODE)}: {signature.code}",
        day=document.fixed if signature is None else signature.signed,
        marks=None if signature is None else Marks(signature.number, signature.code),
    )


TEMPLATES: Mapping[str, Callable[[EvaluationDocument, Language], Layout]] = MappingProxyType({_FIRST: _first})


def _in(language: Language) -> Callable[[LocalisedText], str]:
    return lambda text: text.id if language == "id" else text.en


def _blocks(document: EvaluationDocument, language: Language) -> Iterator[Block]:
    said = _in(language)
    days = f"{_day(document.starts, language)} {said(_TO)} {_day(document.ends, language)}"
    yield Fields(((said(_PERIOD), f"{document.period} ({days})"),))
    for title, person in (
        (_EMPLOYEE, document.employee),
        (_APPRAISER, document.appraiser),
        (_REVIEWER, document.reviewer),
    ):
        if person is not None:
            yield Heading(said(title))
            yield _person(person, language)
    if document.parts:
        yield Heading(said(_PARTS))
        rows = tuple((one.period, str(one.months), one.score or _NONE, one.predicate) for one in document.parts)
        yield Table(tuple(map(said, _PART_HEAD)), (40, 15, 20, 25), rows)
    else:
        yield Heading(said(_RESULTS))
        yield from _results(document.results, language)
    # Only where there is any: a document from before any was recorded is printed as it was.
    if document.taken_over:
        yield Heading(said(_TAKEN_OVER))
        yield Fields(tuple((one.title, _noted(one.note, one.on, one.by, language)) for one in document.taken_over))
    if document.guidance:
        yield Heading(said(_GUIDANCE))
        yield Fields(tuple(_guidance(document.guidance, language)))
    if document.feedback:
        yield Heading(said(_FEEDBACK))
        yield Fields(tuple(_said_of(one, language) for one in document.feedback))
    yield Heading(said(_VALUES))
    values = tuple((_called(one.label, language), one.value or _NONE) for one in document.values)
    yield Table(tuple(map(said, _VALUE_HEAD)), (75, 25), values)
    yield Heading(said(_OUTCOME))
    yield _outcome(document, language)
    remarks = [said(text) for text, holds in ((_SUPERIOR, document.superior), (_FINAL, document.final)) if holds]
    if remarks:
        yield Paragraph(" ".join(remarks))
    if document.amendment is not None:
        yield Heading(said(_OBJECTION))
        yield _objection(document.amendment, language)
    if document.signature is not None and document.signature.recommendation is not None:
        yield Heading(said(_RECOMMENDATION))
        yield Paragraph(document.signature.recommendation)
    yield Heading(said(_BASIS))
    policy = f"{_called(document.policy_title, language)} ({document.policy.name})"
    yield Fields(
        (
            (said(_POLICY), policy),
            (said(_HASH), document.policy.hash),
            (said(_ENGINE), document.engine),
            (said(_POSITION_OF), str(document.result)),
            (said(_DIGEST), document.digest or _NONE),
            (said(_TEMPLATE), _FIRST),
        )
    )
    if document.signature is not None:
        yield Heading(said(_SIGNATURE))
        yield _signature(document.signature, language)


def _person(person: Person, language: Language) -> Fields:
    said = _in(language)
    of_class = _NONE if person.position_class is None else said(_CLASS[person.position_class])
    rows = (
        (_NAME, person.name or _NONE),
        (_NIP, person.number),
        (_POSITION, person.position or _NONE),
        (_POSITION_CLASS, of_class),
        (_UNIT, person.unit or _NONE),
    )
    return Fields(tuple((said(name), value) for name, value in rows))


def _results(results: tuple[ResultLine, ...], language: Language) -> Iterator[Block]:
    """What the appraiser wrote to a judgement stands below: it may be longer than a page."""
    said = _in(language)
    if not results:
        yield Paragraph(said(_NO_PLAN))
        return
    rows: list[tuple[str, ...]] = []
    for nth, one in enumerate(results, 1):
        title = f"{one.title} ({said(_PRIORITY[one.priority])})"
        for at, target in enumerate(one.targets):
            first = at == 0
            rows.append(
                (
                    str(nth) if first else "",
                    title if first else "",
                    target.indicator,
                    _NONE if target.target is None else f"{target.target} {target.unit}",
                    _NONE if target.actual is None else f"{target.actual} {target.unit}",
                    (one.level or _NONE) if first else "",
                )
            )
    yield Table(tuple(map(said, _RESULT_HEAD)), (6, 28, 24, 14, 14, 14), tuple(rows))
    notes = tuple((f"{said(_NOTE)} {nth}", one.note) for nth, one in enumerate(results, 1) if one.note is not None)
    if notes:
        yield Fields(notes)


def _noted(note: str, day: date, by: Person, language: Language) -> str:
    return f"{note} ({_day(day, language)}, {_in(language)(_BY)} {_signed_as(by)})"


def _guidance(given: tuple[GuidanceLine, ...], language: Language) -> Iterator[tuple[str, str]]:
    said = _in(language)
    for one in given:
        about = "" if one.about is None else f": {one.about}"
        yield f"{said(_GIVEN[one.kind])}{about}", _noted(one.note, one.on, one.by, language)
        if one.answer is not None:
            yield said(_ANSWER), one.answer


def _said_of(one: FeedbackLine, language: Language) -> tuple[str, str]:
    about = "" if one.about is None else f": {one.about}"
    return f"{_in(language)(_TONE[one.tone])}{about}", _noted(one.words, one.on, one.by, language)


def _outcome(document: EvaluationDocument, language: Language) -> Fields:
    said = _in(language)
    rows = [(f"{said(_LEVEL)} {one.classifier}", one.level) for one in document.levels]
    if document.organisation is not None:
        of = f"{document.organisation} ({said(_OF_LAST_YEAR)})" if document.of_last_year else document.organisation
        rows.append((said(_ORGANISATION), of))
    if document.score is not None:
        rows.append((said(_SCORE), document.score))
    rows.append((said(_PREDICATE), _called(document.predicate, language)))
    cohort = document.cohort
    if cohort is not None and cohort.computed is not None:
        rows.append((said(_COMPUTED), _called(cohort.computed, language)))
        rows.append((said(_MOVED), cohort.reason or _NONE))
    if cohort is not None and cohort.withdrawn is not None:
        rows.append((said(_WITHDRAWN), cohort.withdrawn))
    if cohort is not None and cohort.kept is not None:
        rows.append((said(_CURVE), said(_KEPT if cohort.kept else _BROKEN)))
    rows.append((said(_FIXED), _day(document.fixed, language)))
    return Fields(tuple(rows))


def _objection(amendment: Amendment, language: Language) -> Fields:
    said = _in(language)
    heard = [(f"{said(_EXPLANATION)} {_signed_as(one.by)}", one.explanation) for one in amendment.statements]
    return Fields(
        (
            (said(_FILED), _day(amendment.filed, language)),
            (said(_GROUNDS), amendment.grounds or _NONE),
            *heard,
            (said(_DECIDED), _day(amendment.decided, language)),
            (said(_DECISION), amendment.reason),
        )
    )


def _signature(signature: Signature, language: Language) -> Fields:
    said = _in(language)
    by = _signed_as(signature.by)
    if signature.deputy is not None:
        by = f"{_signed_as(signature.deputy)} {said(_FOR)} {by}"
    return Fields(
        (
            (said(_SIGNED), f"{_day(signature.signed, language)}, {said(_BY)} {by}"),
            (said(_NUMBER), signature.number),
            (said(_CODE), signature.code),
        )
    )


def _signed_as(person: Person) -> str:
    return person.number if person.name is None else f"{person.name} ({person.number})"


def _day(day: date, language: Language) -> str:
    return f"{day.day} {_in(language)(_MONTHS[day.month - 1])} {day.year}"


def _called(label: Label, language: Language) -> str:
    return label.get(language) or next(iter(label.values()), _NONE)
