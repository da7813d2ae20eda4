"""A user as a document: written of what the roster has, and read for what it says."""

from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from msgspec import Struct

from neraca.api.preconditions import etag
from neraca.api.scim.attributes import ATTRIBUTES, BY_KEY, SCHEMAS, USER, Attribute, resolve, schema_named
from neraca.api.scim.refusals import ScimRefusal
from neraca.domain.assignments import serves
from neraca.domain.text_kinds import shown
from neraca.service.imports.fields import CellRefused, Style
from neraca.service.roster_changes import KnownEmployee, standing

_HOW = Style()


class Place(Struct, frozen=True):
    """Where users are: `base` is the address of the interface, of an agency on a day."""

    base: str
    agency: str
    today: date

    def address(self, number: str) -> str:
        return f"{self.base}/Users/{number}"


def version(known: KnownEmployee) -> str:
    return etag([known.version])


def is_active(known: KnownEmployee, day: date) -> bool:
    """On the last day of service somebody still serves, and is to be let in no more."""
    state = known.state
    if state.since is not None and day < state.since:
        return True
    return serves(state, day) and state.retired != day


def holdings(known: KnownEmployee, place: Place) -> dict[str, Any]:
    """What the roster has of somebody, by field."""
    state = known.state
    day = place.today if state.since is None else max(place.today, state.since)
    return {
        **standing(state, day),
        "employee": state.employee,
        "employment_type": known.employment_type,
        "active": is_active(known, place.today),
        "agency": place.agency,
        "since": state.since,
        "retired": state.retired,
    }


def written(known: KnownEmployee, place: Place) -> dict[str, Any]:
    """Of somebody who is on the roster."""
    number = known.state.employee
    found: dict[str, Any] = {"schemas": [*SCHEMAS], "id": number}
    held = holdings(known, place)
    for one in ATTRIBUTES:
        value = None if one.mutability == "writeOnly" else held[one.field]
        if value is not None:
            into = found if one.schema == USER else found.setdefault(one.schema, {})
            into[one.name] = _told(one, value, place)
    found["meta"] = {
        "resourceType": "User",
        "created": known.created,
        "lastModified": known.changed,
        "location": place.address(number),
        "version": version(known),
    }
    return found


def _told(attribute: Attribute, value: Any, place: Place) -> Any:
    if attribute.field == "supervisor":
        return {"value": value, "$ref": place.address(value)}
    return value


def chosen(document: dict[str, Any], wanted: str | None, unwanted: str | None) -> dict[str, Any]:
    """What of a document is asked for (RFC 7644, 3.9); its id and schemas always. Raises ScimRefusal."""
    if wanted and unwanted:
        raise ScimRefusal("invalidValue", "attributes and excludedAttributes exclude each other; send one of them")
    if not wanted and not unwanted:
        return document
    named = _named(wanted or unwanted or "")
    always = {"schemas", "id"}
    found: dict[str, Any] = {}
    for name, value in document.items():
        schema = schema_named(name)
        if schema is None:
            if name in always or (name.lower() in named) == bool(wanted):
                found[name] = value
            continue
        within = {
            inner: one
            for inner, one in value.items()
            if bool({f"{schema}:{inner}".lower(), schema.lower()} & named) == bool(wanted)
        }
        if within:
            found[name] = within
    return found


def _named(names: str) -> set[str]:
    """In lower case; of what is within an attribute the attribute."""
    found: set[str] = set()
    for name in filter(None, (one.strip() for one in names.split(","))):
        if (schema := schema_named(name)) is not None:
            found.add(schema.lower())
        elif name.lower().partition(".")[0] in ("id", "schemas", "meta", "externalid"):
            found.add(name.lower().partition(".")[0])
        elif (there := resolve(name)) is not None:
            found.add(there[0].key.lower())
    return found


def asserted(document: Mapping[str, Any]) -> dict[str, Any]:
    """What a document says, by the key of each attribute, of those that may be written. Raises ScimRefusal."""
    found: dict[str, Any] = {}
    for name, value in document.items():
        schema = schema_named(name)
        if schema is None:
            _take(name, value, found)
        elif isinstance(value, Mapping):
            for inner, one in cast("Mapping[str, Any]", value).items():
                _take(f"{schema}:{inner}", one, found)
        else:
            raise ScimRefusal("invalidSyntax", f"{schema} is no object; write its attributes in one")
    return found


def _take(path: str, value: Any, found: dict[str, Any]) -> None:
    there = resolve(path)
    if there is not None and there[0].mutability != "readOnly":
        found[there[0].key] = said(there[0], value)


def said(attribute: Attribute, value: Any) -> Any:
    """A value as a text, a boolean or None, of a complex attribute what it is about. Raises ScimRefusal."""
    if value is None or value == []:
        return None
    if attribute.field == "active":
        if isinstance(value, str) and value.lower() in ("true", "false"):
            return value.lower() == "true"
        if not isinstance(value, bool):
            raise ScimRefusal("invalidValue", f"{attribute.key}: {shown(str(value))} is neither true nor false")
        return value
    if attribute.field == "supervisor" and isinstance(value, Mapping):
        value = _reference(attribute, cast("Mapping[str, Any]", value))
    if value is not None and not isinstance(value, str):
        raise ScimRefusal("invalidValue", f"{attribute.key}: {shown(str(value))} is no text; write it in quotes")
    return value


def _reference(attribute: Attribute, value: Mapping[str, Any]) -> Any:
    number, address = value.get("value"), value.get("$ref")
    of_address = address.rpartition("/")[2] if isinstance(address, str) else None
    if number is not None and of_address is not None and number != of_address:
        raise ScimRefusal("invalidValue", f"{attribute.key}: value and $ref are of two people; send one of them")
    return of_address if number is None else number


def values(said: Mapping[str, Any]) -> dict[str, Any]:
    """By field, each as the roster has it; None what is to be there no more. Raises ScimRefusal."""
    found: dict[str, Any] = {}
    for key, value in said.items():
        attribute = BY_KEY[key]
        if value is None:
            if attribute.required:
                raise ScimRefusal("invalidValue", f"{key}: a user always has it; send another value")
            if attribute.mutability != "writeOnly":
                found[attribute.field] = None
            continue
        try:
            found[attribute.field] = value if attribute.read is None else attribute.read(value, _HOW)
        except CellRefused as wrong:
            raise ScimRefusal("invalidValue", f"{key}: {wrong}") from None
    return found
