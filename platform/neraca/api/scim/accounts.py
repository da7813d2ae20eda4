"""Users read from the log, and what is asked of them done as commands of the roster."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from msgspec import Struct

from neraca.api.dependencies import ServiceInterface
from neraca.api.scim.attributes import ATTRIBUTES
from neraca.api.scim.documents import Place, holdings, is_active, values
from neraca.api.scim.refusals import ScimRefusal
from neraca.domain.contexts import Actor
from neraca.domain.errors import Refusal
from neraca.domain.registry import Command
from neraca.domain.roster import RehireEmployee, RetireEmployee
from neraca.domain.vocabulary import EmploymentType
from neraca.service import CommandBatch, PreconditionFailed, roster_changes
from neraca.service.roster_changes import KnownEmployee

_TRIES = 3
"""Of a change that another one came before, where the sender did not say what they saw."""

_NEEDED = ("name", "position", "employment_type", "unit")
_KEYS = {one.field: one.key for one in reversed(ATTRIBUTES)}


class Accounts(Struct, frozen=True):
    """On behalf of whoever asks, at an instant."""

    service: ServiceInterface
    actor: Actor
    place: Place
    now: datetime

    def users(self, numbers: Sequence[str]) -> list[KnownEmployee]:
        """Those of them who are on the roster, in this order."""
        found = roster_changes.known(self.service.reader, self.place.agency, numbers)
        return [found[one] for one in numbers if found[one].state.since is not None]

    def create(self, said: Mapping[str, Any]) -> KnownEmployee:
        """Raises ScimRefusal, and what `CommandHandler.handle` raises."""
        told = values(said)
        number = told.get("employee")
        if number is None:
            raise ScimRefusal("invalidValue", "userName: missing; a user is registered by it")
        missing = [name for name in _NEEDED if told.get(name) is None]
        if told.get("position_class") is None and told.get("employment_type") is not EmploymentType.STATE_OFFICIAL:
            missing.append("position_class")
        if missing:
            keys = ", ".join(_KEYS[name] for name in missing)
            raise ScimRefusal("invalidValue", f"{keys} missing; a user is registered with them")
        known = {"since": self.place.today} | {name: value for name, value in told.items() if value is not None}
        commands = [command for command, _ in roster_changes.registration(known)]
        if told.get("active") is False:
            commands.append(RetireEmployee(employee=number, on=max(self.place.today, known["since"])))
        self._do(commands, ())
        return self.users([number])[0]

    def change(self, number: str, said: Mapping[str, Any], expected: tuple[int, ...]) -> KnownEmployee | None:
        """None where there is no such user. Raises as `create` does, and PreconditionFailed."""
        told = values(said)
        for left in reversed(range(_TRIES)):
            users = self.users([number])
            if not users:
                return None
            [known] = users
            current = (known.version,)
            if expected and expected != current:
                raise PreconditionFailed(expected, current)
            commands = [*self._commands(told, known)]
            try:
                if commands:
                    self._do(commands, current)
            except PreconditionFailed:
                if expected or not left:
                    raise
                continue
            break
        return self.users([number])[0]

    def _commands(self, told: dict[str, Any], known: KnownEmployee) -> Iterator[Command]:
        held = holdings(known, self.place)
        for one in ATTRIBUTES:
            if one.mutability == "immutable" and told.get(one.field, held[one.field]) != held[one.field]:
                raise ScimRefusal("mutability", f"{one.key} is {held[one.field]}, and stays so; leave it out")
        state, number = known.state, held["employee"]
        if told.get("career_level", "") is None and held["career_level"] is not None:
            raise ScimRefusal("invalidValue", f"{_KEYS['career_level']}: a level is changed, and not taken away")
        day = told.get("effective", max(self.place.today, state.since or self.place.today))
        wanted = {name: value for name, value in told.items() if value is not None or name == "supervisor"}
        wanted |= {"employee": number, "reason": told.get("reason", f"Menurut {self.actor.id} (SCIM)")}
        was, becomes = is_active(known, self.place.today), told.get("active")
        if becomes is True and not was:
            yield self._rehire(wanted, known, day)
            wanted = {name: value for name, value in wanted.items() if name not in ("unit", "supervisor")}
        for command, _ in roster_changes.changes(wanted, state, day):
            yield _whole(command)
        if becomes is False and was:
            yield RetireEmployee(employee=number, on=day)

    def _rehire(self, wanted: Mapping[str, Any], known: KnownEmployee, day: date) -> Command:
        last = known.state.places[-1][1] if known.state.places else None
        unit = wanted.get("unit", None if last is None else last.unit)
        command = RehireEmployee(
            employee=wanted["employee"],
            unit=unit or "",
            since=day,
            decree=wanted.get("decree", ""),
            supervisor=wanted.get("supervisor"),
        )
        return _whole(command)

    def _do(self, commands: Sequence[Command], expected: tuple[int, ...]) -> None:
        batch = CommandBatch(
            agency=self.place.agency, actor=self.actor, commands=tuple(commands), now=self.now, expected=expected
        )
        try:
            self.service.handle(batch)
        except Refusal as refused:
            raise _named(refused) from refused


def _whole(command: Command) -> Command:
    """Raises ScimRefusal for one that lacks what it needs."""
    for name in ("decree", "unit"):
        if getattr(command, name, None) == "":
            raise ScimRefusal("invalidValue", f"{_KEYS[name]}: missing, and what is changed here needs it")
    return command


def _named(refused: Refusal) -> Refusal:
    """The refusal with the attribute at fault in the place of the pointer into a command."""
    pointer = refused.field or ""
    key = _KEYS.get(pointer.removeprefix("/"))
    if key is None or not refused.message.startswith(f"{pointer}: "):
        return refused
    return type(refused)(f"{key}: {refused.message.removeprefix(f'{pointer}: ')}", field=pointer)
