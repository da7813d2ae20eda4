"""What a PATCH asks for (RFC 7644, 3.5.2). A user has one of everything, so no path chooses among several."""

from collections.abc import Mapping
from typing import Any, cast

from neraca.api.scim import documents
from neraca.api.scim.attributes import BY_KEY, Attribute, resolve, schema_named
from neraca.api.scim.refusals import ScimRefusal
from neraca.domain.text_kinds import shown

MOST = 100
"""Operations of one."""


def asserted(body: Mapping[str, Any]) -> dict[str, Any]:
    """What is to be there after all operations, by the key of each attribute; None nothing. Raises ScimRefusal."""
    operations = next((value for name, value in body.items() if name.lower() == "operations"), None)
    if not isinstance(operations, list) or not operations:
        raise ScimRefusal("invalidSyntax", "there are no operations; send them as a list in Operations")
    several = cast("list[Any]", operations)
    if len(several) > MOST:
        raise ScimRefusal("tooMany", f"there are {len(several):,} operations; at most {MOST} are taken")
    found: dict[str, Any] = {}
    for one in several:
        if not isinstance(one, Mapping):
            raise ScimRefusal("invalidSyntax", "an operation is an object with op, path and value")
        found |= _operation({name.lower(): value for name, value in cast("Mapping[str, Any]", one).items()})
    return found


def _operation(one: Mapping[str, Any]) -> dict[str, Any]:
    kind, path = one.get("op"), one.get("path")
    kind = kind.lower() if isinstance(kind, str) else kind
    if kind not in ("add", "replace", "remove"):
        raise ScimRefusal("invalidSyntax", f"{shown(str(kind))} is no operation; send add, replace or remove")
    if path is not None and not isinstance(path, str):
        raise ScimRefusal("invalidPath", "a path is a text")
    if kind == "remove":
        if not path:
            raise ScimRefusal("noTarget", "a path is missing; name the attribute that is to go")
        return _removed(path)
    if "value" not in one:
        raise ScimRefusal("invalidValue", "a value is missing; say what is to be there")
    value = one["value"]
    return _within(path, value) if not path or schema_named(path) else _set(path, value)


def _within(schema: str | None, value: Any) -> dict[str, Any]:
    """Of a path that names no attribute, but all or a schema of them."""
    if not isinstance(value, Mapping):
        raise ScimRefusal("invalidValue", "without the path of an attribute the value is an object of attributes")
    return documents.asserted({schema: value} if schema else cast("Mapping[str, Any]", value))


def _set(path: str, value: Any) -> dict[str, Any]:
    there = resolve(path)
    if there is None:
        return {}
    attribute, sub = there
    _require_writable(attribute)
    _require_part(path, attribute, sub)
    return {attribute.key: documents.said(attribute, {sub: value} if sub else value)}


def _removed(path: str) -> dict[str, Any]:
    if (schema := schema_named(path)) is not None:
        return {one.key: None for one in BY_KEY.values() if one.schema == schema and one.mutability == "readWrite"}
    there = resolve(path)
    if there is None:
        return {}
    _require_writable(there[0])
    _require_part(path, *there)
    return {there[0].key: None}


def _require_writable(attribute: Attribute) -> None:
    if attribute.mutability == "readOnly":
        raise ScimRefusal("mutability", f"{attribute.key} is not changed here; leave it out")


def _require_part(path: str, attribute: Attribute, sub: str | None) -> None:
    if sub is not None and (attribute.field != "supervisor" or sub not in ("value", "$ref")):
        raise ScimRefusal("invalidPath", f"{shown(path)} names no attribute of a user; /Schemas tells which there are")
