"""Employees and their places: who is not on the roster is registered and assigned; of who is, what differs is changed.

An empty cell says nothing: what is there stays.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from neraca.domain import roster
from neraca.domain.roster import RegisterEmployee
from neraca.domain.text_kinds import KEY, NAME, PROSE, TITLE
from neraca.domain.vocabulary import EmploymentType, PositionClass, Role, Scope
from neraca.service import roster_changes
from neraca.service.imports import fields
from neraca.service.imports.fields import Field
from neraca.service.imports.plans import Change, ImportKind, Misread, Plan, Planned, Sent, Surroundings, change, once
from neraca.service.imports.row_values import ReadRow
from neraca.service.roster_changes import KnownEmployee, Placed

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


def plan(rows: Sequence[ReadRow], around: Surroundings) -> Plan:
    numbers = [row.values["employee"] for row in rows]
    known = roster_changes.known(around.service.reader, around.agency.id, numbers)
    found = Plan()
    for row in once(rows, ("employee",), found):
        number = row.values["employee"]
        before = known[number]
        if before.state.since is not None and not around.may_read:
            found.add(Planned(row.line, number, "there"))
            continue
        misread = [*(_new(row) if before.state.since is None else _known_before(row, before))]
        found.misread += misread
        if not misread:
            found.add(_planned(row, before.state, around.today))
    return found


def _new(row: ReadRow) -> Iterator[Misread]:
    for name in _NEW:
        if name not in row.values:
            what = f"{row.values['employee']} is not on the roster, and to register them it is needed"
            yield Misread(row.line, name, what)


def _known_before(row: ReadRow, known: KnownEmployee) -> Iterator[Misread]:
    said: Mapping[str, Any] = {"since": known.state.since, "employment_type": known.employment_type}
    for name in roster_changes.FIXED:
        if name in row.values and row.values[name] != said[name]:
            yield Misread(row.line, name, f"{row.values['employee']} was registered with {said[name]}, which stays")


def _planned(row: ReadRow, state: roster.State, today: date) -> Planned:
    values = row.values
    if state.since is None:
        return Planned(
            row.line, values["employee"], "new", _sent(row, roster_changes.registration(values)), _new_of(row)
        )
    day = values.get("effective", max(today, state.since))
    changed = tuple(change(*one) for one in roster_changes.differences(values, state, day))
    sent = _sent(row, roster_changes.changes(values, state, day))
    return Planned(row.line, values["employee"], "changed" if changed else "same", sent, changed)


def _sent(row: ReadRow, commands: Iterable[Placed]) -> list[Sent]:
    return [
        Sent(command, row.line, {pointer: (row.line, name) for pointer, name in places.items()})
        for command, places in commands
    ]


def _new_of(row: ReadRow) -> tuple[Change, ...]:
    told = ("name", "position", "unit", "supervisor")
    return tuple(change(name, None, row.values[name]) for name in told if name in row.values)


EMPLOYEES = ImportKind(
    "employees",
    FIELDS,
    ("register-employee",),
    plan,
    first=(RegisterEmployee,),
    readers=frozenset({Role.HR}),
    scopes=frozenset({Scope.ROSTER, Scope.DOSSIERS}),
)
