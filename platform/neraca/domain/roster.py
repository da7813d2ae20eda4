"""The roster: one employee's service in an agency, from registration to retirement."""

from datetime import date
from typing import TypeAlias

from msgspec import Struct

from neraca.domain.vocabulary import EmploymentType, PositionClass, Severity


class _Event(Struct, frozen=True, kw_only=True, omit_defaults=True):
    pass


class EmployeeRegistered(_Event, frozen=True, tag="employee.registered"):
    """`employee` is the NIP (18 digits [R])."""

    employee: str
    name: str
    employment_type: EmploymentType
    position: str
    position_class: PositionClass
    since: date
    career_level: str | None = None


class EmployeeAssigned(_Event, frozen=True, tag="employee.assigned"):
    """First place in the organisation; `supervisor` is None for the head of the agency."""

    unit: str
    since: date
    supervisor: str | None = None


class EmployeeTransferred(_Event, frozen=True, tag="employee.transferred"):
    unit: str
    since: date
    reason: str
    supervisor: str | None = None
    position: str | None = None


class EmployeeSanctioned(_Event, frozen=True, tag="employee.sanctioned"):
    """A disciplinary sanction by decree; the appraisals whose period holds `on` see it."""

    severity: Severity
    on: date
    decree: str


class EmployeeRetired(_Event, frozen=True, tag="employee.retired"):
    on: date


RosterEvent: TypeAlias = (
    EmployeeRegistered | EmployeeAssigned | EmployeeTransferred | EmployeeSanctioned | EmployeeRetired
)


class _Command(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="command"):
    employee: str


class RegisterEmployee(_Command, frozen=True, tag="register-employee"):
    name: str
    employment_type: EmploymentType
    position: str
    position_class: PositionClass
    since: date
    career_level: str | None = None


class AssignEmployee(_Command, frozen=True, tag="assign-employee"):
    unit: str
    since: date
    supervisor: str | None = None


class TransferEmployee(_Command, frozen=True, tag="transfer-employee"):
    """Open appraisals follow by `reassign-appraisal`, best sent in the same unit of commands."""

    unit: str
    since: date
    reason: str
    supervisor: str | None = None
    position: str | None = None


class SanctionEmployee(_Command, frozen=True, tag="sanction-employee"):
    severity: Severity
    on: date
    decree: str


class RetireEmployee(_Command, frozen=True, tag="retire-employee"):
    on: date


RosterCommand: TypeAlias = RegisterEmployee | AssignEmployee | TransferEmployee | SanctionEmployee | RetireEmployee
