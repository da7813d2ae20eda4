"""What citizens answered to a survey, a line for each of them, by elements u1 to u9 (PermenPANRB 14/2017).

Who has answered already stays so, whatever the line says: what a citizen answered is told to nobody one by one.
"""

from collections.abc import Sequence
from decimal import Decimal

from neraca.domain import streams, validation
from neraca.domain.survey import state as surveys
from neraca.domain.survey.commands import RecordResponse
from neraca.domain.survey.questionnaire import ELEMENTS
from neraca.domain.text_kinds import KEY, PERIOD
from neraca.service.imports import fields
from neraca.service.imports.fields import Field
from neraca.service.imports.plans import ImportKind, Plan, Planned, Sent, Surroundings, once
from neraca.service.imports.row_values import ReadRow

FIELDS = (
    Field("unit", ("unit kerja", "perangkat daerah", "OPD", "kode unit"), fields.text(KEY), needed=True),
    Field("period", ("periode",), fields.text(PERIOD), needed=True),
    Field("survey", ("survei", "kode survei"), fields.text(KEY), needed=True),
    Field("respondent", ("responden", "kode responden", "nomor responden"), fields.text(KEY), needed=True),
    Field("point", ("titik layanan", "loket", "service point"), fields.text(KEY)),
    *(Field(name, (title,), fields.number) for name, title in ELEMENTS.items()),
)


def plan(rows: Sequence[ReadRow], around: Surroundings) -> Plan:
    found = Plan()
    key = ("respondent", "unit", "period", "survey")
    together: dict[tuple[str, str, str], list[ReadRow]] = {}
    for row in once(rows, key, found):
        _, unit, period, survey = (row.values[name] for name in key)
        together.setdefault((unit, period, survey), []).append(row)
    for which, lines in together.items():
        answered = _answered(which, around)
        for row in lines:
            found.add(_planned(row, answered))
    return found


def _answered(which: tuple[str, str, str], around: Surroundings) -> set[str]:
    known = surveys.State()
    for past in around.service.reader.stream(around.agency.id, streams.survey(around.agency.id, *which)):
        surveys.evolve(known, past.event)
    return set(known.respondents)


def _planned(row: ReadRow, answered: set[str]) -> Planned:
    values = row.values
    what = f"{values['survey']} {values['respondent']}"
    if validation.token(values["respondent"]) in answered:
        return Planned(row.line, what, "there")
    answers: dict[str, Decimal] = {name: values[name] for name in ELEMENTS if name in values}
    command = RecordResponse(
        unit=values["unit"],
        period=values["period"],
        survey=values["survey"],
        respondent=values["respondent"],
        answers=answers,
        point=values.get("point"),
    )
    places = {f"/answers/{name}": (row.line, name) for name in ELEMENTS}
    return Planned(row.line, what, "new", (Sent(command, row.line, places),))


SURVEYS = ImportKind("surveys", FIELDS, ("record-response",), plan)
