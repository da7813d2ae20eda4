"""Employees and their places: who is not on the roster is registered and assigned; of who is, what differs is changed.

What differs is compared on one day: that from which a change is to hold, `effective`, or today. An empty cell says
nothing: what is there stays. What registration fixed for ever (first day, kind of employment) is not changed here.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from msgspec import Struct, field

from neraca.domain import roster, streams
from neraca.domain.assignments import assignment_on, class_on, level_on, title_on
from neraca.domain.careers import ChangePosition, CorrectEmployee
from neraca.domain.roster import AssignEmployee, EmployeeRegistered, RegisterEmployee, TransferEmployee
from neraca.domain.text_kinds import KEY, NAME, PROSE, TITLE
from neraca.domain.vocabulary import EmploymentType, PositionClass, Role
from neraca.service.imports import fields
from neraca.service.imports.fields import Field
from neraca.service.imports.plans import Change, ImportKind, Misread, Plan, Planned, Sent, Surroundings, change, once
from neraca.service.imports.row_values import ReadRow

_EMPLOYMENT = {
    "PNS": "CIVIL_SERVANT",
    "PPPK": "CONTRACT",
    "PPPK paruh waktu": "PART_TIME_CONTRACT",
    "pejabat negara": "STATE_OFFICIAL",
}
_CLASSES = {
    "pimpinan tinggi": "SENIOR_EXECUTIVE",
    "JPT": "SENIOR_EXECUTIVE",
    "administrator": "ADMINISTRATOR",
    "pengawas": "SUPERVISOR",
    "pelaksana": "OPERATIONAL",
    "fungsional": "FUNCTIONAL",
}

FIELDS = (
    Field("employee", ("NIP", "NIP baru", "nomor induk pegawai", "employee number"), fields.employee, needed=True),
    Field("name", ("nama", "nama lengkap", "nama pegawai", "full name"), fields.text(NAME)),
    Field(
        "employment_type",
        ("jenis pegawai", "status kepegawaian", "jenis kepegawaian", "employment"),
        fields.choice(EmploymentType, _EMPLOYMENT),
    ),
    Field("position", ("jabatan", "nama jabatan", "post"), fields.text(TITLE)),
    Field("position_class", ("jenis jabatan", "kelompok jabatan", "class"), fields.choice(PositionClass, _CLASSES)),
    Field("career_level", ("jenjang", "jenjang jabatan", "level"), fields.text(NAME)),
    Field("since", ("TMT", "TMT pegawai", "mulai bekerja", "in service since"), fields.day),
    Field("unit", ("unit kerja", "perangkat daerah", "OPD", "kode unit"), fields.text(KEY)),
    Field("supervisor", ("NIP atasan", "atasan", "atasan langsung", "superior"), fields.employee),
    Field("unit_since", ("TMT unit", "TMT penempatan", "in the unit since"), fields.day),
    Field("effective", ("berlaku", "TMT perubahan", "changed from"), fields.day),
    Field("decree", ("SK", "nomor SK", "surat keputusan"), fields.text(TITLE)),
    Field("reason", ("alasan",), fields.text(PROSE)),
)

_NEW = ("name", "employment_type", "position", "since")
_FIXED = ("since", "employment_type")


class _Known(Struct):
    """An employee as the log has them, and with which kind of employment they were registered."""

    state: roster.State = field(default_factory=roster.State)
    employment_type: EmploymentType | None = None


def plan(rows: Sequence[ReadRow], around: Surroundings) -> Plan:
    known = _known([row.values["employee"] for row in rows], around)
    found = Plan()
    for row in once(rows, ("employee",), found):
        before = known[row.values["employee"]]
        misread = [*(_new(row) if before.state.since is None else _known_before(row, before))]
        found.misread += misread
        if not misread:
            found.add(_planned(row, before.state, around.today))
    return found


def _known(nips: Sequence[str], around: Surroundings) -> dict[str, _Known]:
    found = {nip: _Known() for nip in nips}
    by_stream = {streams.employee(around.agency.id, nip): one for nip, one in found.items()}
    for past in around.service.reader.streams(around.agency.id, by_stream)[1]:
        one = by_stream[past.stream]
        one.state = roster.evolve(one.state, past.event)
        if isinstance(past.event, EmployeeRegistered):
            one.employment_type = past.event.employment_type
    return found


def _new(row: ReadRow) -> Iterator[Misread]:
    for name in _NEW:
        if name not in row.values:
            what = f"{row.values['employee']} is not on the roster, and to register them it is needed"
            yield Misread(row.line, name, what)


def _known_before(row: ReadRow, known: _Known) -> Iterator[Misread]:
    said: Mapping[str, Any] = {"since": known.state.since, "employment_type": known.employment_type}
    for name in _FIXED:
        if name in row.values and row.values[name] != said[name]:
            yield Misread(row.line, name, f"{row.values['employee']} was registered with {said[name]}, which stays")


def _planned(row: ReadRow, state: roster.State, today: date) -> Planned:
    values = row.values
    if state.since is None:
        sent = [*_registered(values)]
        return Planned(row.line, values["employee"], "new", [Sent(*one) for one in _at(row.line, sent)], _all_new(row))
    day = values.get("effective", max(today, state.since))
    changes = [*_changes(values, state, day)]
    sent = [*_changed(values, state, day, {one.field for one in changes})]
    outcome = "changed" if changes else "same"
    return Planned(row.line, values["employee"], outcome, [Sent(*one) for one in _at(row.line, sent)], tuple(changes))


def _at(line: int, sent: Sequence[tuple[Any, Mapping[str, str]]]) -> Iterator[tuple[Any, int, dict[str, Any]]]:
    for command, places in sent:
        yield command, line, {pointer: (line, name) for pointer, name in places.items()}


def _registered(values: Mapping[str, Any]) -> Iterator[tuple[Any, Mapping[str, str]]]:
    yield (
        RegisterEmployee(
            employee=values["employee"],
            name=values["name"],
            employment_type=values["employment_type"],
            position=values["position"],
            position_class=values.get("position_class"),
            since=values["since"],
            career_level=values.get("career_level"),
        ),
        {},
    )
    if "unit" in values:
        since = values.get("unit_since", values["since"])
        yield (
            AssignEmployee(
                employee=values["employee"], unit=values["unit"], since=since, supervisor=values.get("supervisor")
            ),
            {"/since": "unit_since"},
        )


def _all_new(row: ReadRow) -> tuple[Change, ...]:
    told = ("name", "position", "unit", "supervisor")
    return tuple(change(name, None, row.values[name]) for name in told if name in row.values)


def _changes(values: Mapping[str, Any], state: roster.State, day: date) -> Iterator[Change]:
    place = assignment_on(state, day)
    there = {
        "name": state.name,
        "position": title_on(state, day),
        "position_class": class_on(state, day),
        "career_level": level_on(state, day),
        "unit": None if place is None else place.unit,
        "supervisor": None if place is None else place.supervisor,
    }
    for name, before in there.items():
        if name in values and values[name] != before:
            yield change(name, before, values[name])


def _changed(
    values: Mapping[str, Any], state: roster.State, day: date, differ: set[str]
) -> Iterator[tuple[Any, Mapping[str, str]]]:
    nip, reason = values["employee"], values.get("reason", "")
    if "name" in differ:
        yield CorrectEmployee(employee=nip, name=values["name"], reason=reason), {}
    if differ & {"position", "position_class", "career_level"}:
        new = {name: values[name] for name in ("position", "position_class", "career_level") if name in differ}
        decree = values.get("decree", "")
        yield (
            ChangePosition(employee=nip, since=day, decree=decree, reason=reason, **new),
            {"/since": "effective"},
        )
    if differ & {"unit", "supervisor"}:
        place = assignment_on(state, day)
        unit = values.get("unit", "" if place is None else place.unit)
        supervisor = values.get("supervisor", None if place is None else place.supervisor)
        if not state.places:
            since = values.get("unit_since", day)
            yield AssignEmployee(employee=nip, unit=unit, since=since, supervisor=supervisor), {"/since": "unit_since"}
        else:
            yield (
                TransferEmployee(employee=nip, unit=unit, since=day, reason=reason, supervisor=supervisor),
                {"/since": "effective"},
            )


EMPLOYEES = ImportKind(
    "employees",
    FIELDS,
    ("register-employee",),
    plan,
    first=(RegisterEmployee,),
    readers=frozenset({Role.HR}),
)
