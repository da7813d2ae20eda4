"""Attendance of a month: what is not there is recorded; what is there otherwise is corrected, for a reason."""

from collections.abc import Sequence

from neraca.domain import streams
from neraca.domain.attendance import CorrectAttendance, CountedMonth, RecordAttendance
from neraca.domain.text_kinds import MONTH, PROSE
from neraca.domain.vocabulary import Role, Scope
from neraca.service.imports import fields
from neraca.service.imports.fields import Field
from neraca.service.imports.plans import ImportKind, Plan, Planned, Sent, Surroundings, change, once
from neraca.service.imports.row_values import ReadRow

FIELDS = (
    Field("employee", ("NIP", "NIP baru", "nomor induk pegawai", "employee number"), fields.employee, needed=True),
    Field("month", ("bulan",), fields.text(MONTH), needed=True),
    Field("required_days", ("hari kerja", "hari wajib", "jumlah hari kerja"), fields.count, needed=True),
    Field("absent_days", ("tanpa keterangan", "alpa", "mangkir", "tidak hadir"), fields.count),
    Field("late", ("terlambat",), fields.count),
    Field("left_early", ("pulang cepat", "pulang sebelum waktu"), fields.count),
    Field("reason", ("alasan",), fields.text(PROSE)),
)

_COUNTS = ("required_days", "absent_days", "late", "left_early")


def plan(rows: Sequence[ReadRow], around: Surroundings) -> Plan:
    found = Plan()
    of = {(row.values["employee"], row.values["month"]): row for row in once(rows, ("employee", "month"), found)}
    known = _known([*of], around)
    for (nip, month), row in of.items():
        counts = {name: row.values.get(name, 0) for name in _COUNTS}
        before = known.get((nip, month))
        what = f"{nip} {month}"
        if before is None:
            changes = tuple(change(name, None, value) for name, value in counts.items())
            sent = RecordAttendance(employee=nip, month=month, **counts)
            found.add(Planned(row.line, what, "new", (Sent(sent, row.line),), changes))
            continue
        if not around.may_read:
            found.add(Planned(row.line, what, "there"))
            continue
        # An empty cell says nothing, and nought of what was never counted is no correction.
        counts |= {name: getattr(before, name) for name in _COUNTS if name not in row.values}
        changes = tuple(
            change(name, getattr(before, name), value)
            for name, value in counts.items()
            if value != getattr(before, name)
        )
        sent = CorrectAttendance(employee=nip, month=month, reason=row.values.get("reason", ""), **counts)
        outcome = "changed" if changes else "same"
        found.add(Planned(row.line, what, outcome, (Sent(sent, row.line),) if changes else (), changes))
    return found


def _known(keys: Sequence[tuple[str, str]], around: Surroundings) -> dict[tuple[str, str], CountedMonth]:
    """The months as they were recorded last."""
    wanted = {streams.attendance(around.agency.id, nip, int(month[:4])) for nip, month in keys}
    return {
        (past.event.employee, past.event.month): past.event
        for past in around.service.reader.streams(around.agency.id, wanted)[1]
    }


ATTENDANCE = ImportKind(
    "attendance",
    FIELDS,
    ("record-attendance", "correct-attendance"),
    plan,
    readers=frozenset({Role.HR}),
    scopes=frozenset({Scope.DOSSIERS}),
)
