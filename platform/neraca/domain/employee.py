"""What every event and command of one employee is, whichever module of the roster has it."""

from msgspec import Struct

from neraca.domain.text_kinds import Nip


class OfEmployee(Struct, frozen=True, kw_only=True, omit_defaults=True):
    pass


class ToEmployee(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="command"):
    employee: Nip
