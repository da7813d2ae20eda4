"""A file taken in: read whole, planned row by row, rehearsed, and done as ordinary commands, all of them or none.

The same file again changes nothing, as a row that says what is there already sends nothing. The events bear the digest
of the file they came in as what they correlate by.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from hashlib import sha256
from zoneinfo import ZoneInfo

from msgspec import Struct, structs

from neraca.domain import authorisation
from neraca.domain.agency import Agency
from neraca.domain.contexts import Actor
from neraca.domain.errors import Refusal
from neraca.service.command_batch import CommandBatch
from neraca.service.imports import csv_files, row_values, xlsx_files
from neraca.service.imports.column_map import ColumnMap
from neraca.service.imports.plans import Change, Importing, ImportKind, Outcome, Plan, Sent, Surroundings
from neraca.service.imports.row_values import Reading
from neraca.service.imports.tables import FileFault, FileRefused, Layout, Table

MOST_FAULTS = 1_000
"""That are told of one file; how many there are is told besides."""


class ImportOrder(Struct, frozen=True):
    """With `apply` it is done where nothing is wrong; without, what it would do is told."""

    kind: ImportKind
    agency: str
    file: bytes
    mapping: ColumnMap = ColumnMap()
    apply: bool = False


class RowOutcome(Struct, frozen=True):
    """`what` names what a line is of."""

    line: int
    what: str
    outcome: Outcome
    changes: tuple[Change, ...] = ()


class ImportReport(Struct, frozen=True, kw_only=True):
    """What a file would do, or did where it is `applied`. `faults` are the first of `wrong` in all; `unread` are titles
    of columns that nothing was taken from, and `position` the log position to wait for, of what was done.
    """

    kind: str
    file: str
    lines: int
    counts: dict[Outcome, int]
    rows: list[RowOutcome]
    faults: list[FileFault]
    wrong: int
    unread: tuple[str, ...] = ()
    applied: bool = False
    position: int | None = None


def bring(service: Importing, actor: Actor, order: ImportOrder, agency: Agency, now: datetime) -> ImportReport:
    """Raises NotAllowed, and what `CommandHandler.handle` raises that is not the file's fault."""
    authorisation.belongs(actor, agency.id)
    authorisation.may_send(order.kind.commands, actor)
    try:
        table = _table(order)
    except FileRefused as refused:
        return _told(order, Reading([], {}, faults=[*refused.faults]), Plan(), lines=0)
    read = row_values.read(table, order.kind.fields, order.mapping)
    today = now.astimezone(ZoneInfo(agency.time_zone)).date()
    digest = sha256(order.file).hexdigest()
    plan = order.kind.plan(read.rows, Surroundings(service, agency, actor, today, order.kind.may_read(actor), digest))
    read.faults.extend(
        FileFault(one.line, read.columns.get(one.field, 0), f"{one.field}: {one.what}") for one in plan.misread
    )
    misread = {one.line for one in plan.misread}
    sent = sorted(
        (one for row in plan.rows for one in row.sent if row.line not in misread),
        key=lambda one: not isinstance(one.command, order.kind.first),
    )
    batch = CommandBatch(
        agency=agency.id,
        actor=actor,
        commands=tuple(one.command for one in sent),
        now=now,
        correlation=f"import {digest}",
    )
    read.faults.extend(_refused(service.rehearse(batch), sent, read.columns))
    if read.faults or not order.apply:
        return _told(order, read, plan, len(table.rows))
    position = service.handle(batch).position if sent else None
    return structs.replace(_told(order, read, plan, len(table.rows)), applied=True, position=position)


def annotated_copy(order: ImportOrder, report: ImportReport, speak: Callable[[str], str]) -> bytes:
    """Returns the file with a remark at each line: what is wrong with it, as it is to be spoken, or what becomes of it.

    Raises FileRefused of a file that can't be read at all.
    """
    remarks = {row.line: speak(row.outcome) for row in report.rows}
    wrong: dict[int, list[str]] = {}
    for fault in report.faults:
        wrong.setdefault(fault.line, []).append(speak(fault.what))
    said: dict[int, str] = {**remarks, **{line: "; ".join(what) for line, what in wrong.items()}}
    table = _table(order)
    if not _is_workbook(order.file):
        return csv_files.annotated(order.file, _layout(order), said, table.line)
    marks = {(fault.line, fault.column): speak(fault.what) for fault in report.faults if fault.column}
    return xlsx_files.annotated(order.file, _layout(order), said, marks, table.line)


def _table(order: ImportOrder) -> Table:
    kind = xlsx_files if _is_workbook(order.file) else csv_files
    return kind.read(order.file, _layout(order))


def _is_workbook(file: bytes) -> bool:
    return file.startswith((xlsx_files.BEGINS, xlsx_files.LOCKED))


def _layout(order: ImportOrder) -> Layout:
    known, said = partial(row_values.is_title, order.kind.fields, order.mapping), order.mapping
    return Layout(known, said.delimiter, said.title_line, said.sheet)


def _refused(found: Sequence[Refusal], sent: Sequence[Sent], columns: Mapping[str, int]) -> list[FileFault]:
    """Of a line the first refusal: what else is refused of it comes of that one."""
    faults: list[FileFault] = []
    lines: set[int] = set()
    for refusal in sorted(found, key=lambda one: one.at or 0):
        of = sent[refusal.at or 0]
        if of.line in lines:
            continue
        lines.add(of.line)
        for pointer, message in [(one.field, one.message) for one in refusal.faults] or [
            (refusal.field or "", refusal.message)
        ]:
            line, name = of.place(pointer)
            said = message.removeprefix(f"{pointer}: ") if pointer else message
            faults.append(FileFault(line, columns.get(name, 0), f"{name}: {said}" if name else said))
    return faults


def _told(order: ImportOrder, read: Reading, plan: Plan, lines: int) -> ImportReport:
    wrong = {fault.line for fault in read.faults}
    rows = [
        RowOutcome(row.line, row.what, "refused" if row.line in wrong else row.outcome, tuple(row.changes))
        for row in plan.rows
    ]
    counts: dict[Outcome, int] = {"new": 0, "changed": 0, "same": 0, "refused": 0}
    counts |= Counter(row.outcome for row in rows)
    counts["refused"] += lines - len(rows)
    return ImportReport(
        kind=order.kind.name,
        file=sha256(order.file).hexdigest(),
        lines=lines,
        counts=counts,
        rows=rows,
        faults=sorted(read.faults, key=lambda one: (one.line, one.column))[:MOST_FAULTS],
        wrong=len(read.faults),
        unread=read.unread,
    )
