"""What the interface says of itself (RFC 7643, 5 to 7): the schemas come of the attributes there are."""

from collections.abc import Mapping
from typing import Any

from neraca.api.scim.attributes import ATTRIBUTES, ENTERPRISE, ROSTER, SCHEMAS, USER, Attribute, choices
from neraca.domain.agency import Agency

SERVICE_PROVIDER = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"
RESOURCE_TYPE = "urn:ietf:params:scim:schemas:core:2.0:ResourceType"
SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:Schema"
LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"

MOST = 100
"""Users of a page."""

_OF_PROVIDER: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("documentationUri", "reference", ()),
    ("patch", "complex", ("supported",)),
    ("bulk", "complex", ("supported", "maxOperations", "maxPayloadSize")),
    ("filter", "complex", ("supported", "maxResults")),
    ("changePassword", "complex", ("supported",)),
    ("sort", "complex", ("supported",)),
    ("etag", "complex", ("supported",)),
    ("authenticationSchemes", "complex", ("type", "name", "description")),
)
_OF_TYPE: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("id", "string", ()),
    ("name", "string", ()),
    ("description", "string", ()),
    ("endpoint", "reference", ()),
    ("schema", "reference", ()),
    ("schemaExtensions", "complex", ("schema", "required")),
)
_OF_SCHEMA: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("id", "string", ()),
    ("name", "string", ()),
    ("description", "string", ()),
    ("attributes", "complex", ("name", "type", "multiValued", "required", "mutability", "returned", "uniqueness")),
)
_KINDS = {"supported": "boolean", "required": "boolean", "multiValued": "boolean", "schema": "reference"}
_NUMBERS = ("maxOperations", "maxPayloadSize", "maxResults")
_MANY = ("authenticationSchemes", "schemaExtensions", "attributes")


def service_provider(base: str) -> dict[str, Any]:
    no = {"supported": False}
    return {
        "schemas": [SERVICE_PROVIDER],
        "patch": {"supported": True},
        "bulk": {**no, "maxOperations": 0, "maxPayloadSize": 0},
        "filter": {"supported": True, "maxResults": MOST},
        "changePassword": no,
        "sort": no,
        "etag": {"supported": True},
        "authenticationSchemes": [
            {
                "type": "oauthbearertoken",
                "name": "Key of a program",
                "description": "A key with the scopes roster and write-roster, as Authorization: Bearer <key>",
            }
        ],
        "meta": {"resourceType": "ServiceProviderConfig", "location": f"{base}/ServiceProviderConfig"},
    }


def resource_type(base: str) -> dict[str, Any]:
    return {
        "schemas": [RESOURCE_TYPE],
        "id": "User",
        "name": "User",
        "description": SCHEMAS[USER][1],
        "endpoint": "/Users",
        "schema": USER,
        "schemaExtensions": [{"schema": one, "required": True} for one in (ENTERPRISE, ROSTER)],
        "meta": {"resourceType": "ResourceType", "location": f"{base}/ResourceTypes/User"},
    }


def schemas(base: str, agency: Agency, today: str) -> dict[str, dict[str, Any]]:
    """By their names; what may be chosen of offices and days is the agency's."""
    of_users = {
        id_: (name, what, [_attribute(one, agency, today) for one in ATTRIBUTES if one.schema == id_])
        for id_, (name, what) in SCHEMAS.items()
    }
    of_others = {
        SERVICE_PROVIDER: ("ServiceProviderConfig", "What this interface can do", _plain(_OF_PROVIDER)),
        RESOURCE_TYPE: ("ResourceType", "What there is to be asked for", _plain(_OF_TYPE)),
        SCHEMA: ("Schema", "What something has", _plain(_OF_SCHEMA)),
    }
    return {
        id_: {
            "schemas": [SCHEMA],
            "id": id_,
            "name": name,
            "description": what,
            "attributes": attributes,
            "meta": {"resourceType": "Schema", "location": f"{base}/Schemas/{id_}"},
        }
        for id_, (name, what, attributes) in {**of_users, **of_others}.items()
    }


def page(resources: list[Any], total: int, start: int = 1) -> dict[str, Any]:
    return {
        "schemas": [LIST],
        "totalResults": total,
        "startIndex": start,
        "itemsPerPage": len(resources),
        "Resources": resources,
    }


def _attribute(one: Attribute, agency: Agency, today: str) -> dict[str, Any]:
    found = _described(one.name, "boolean" if one.field == "active" else "string", one.description)
    found |= {
        "required": one.required,
        "mutability": one.mutability,
        "returned": "never" if one.mutability == "writeOnly" else "default",
        "uniqueness": "server" if one.name == "userName" else "none",
    }
    if suggested := choices(one, agency, today):
        found["canonicalValues"] = [*suggested]
    if one.field == "supervisor":
        value = _described("value", "string", "Number of the superior")
        address = _described("$ref", "reference", "Address of the superior") | {"referenceTypes": ["User"]}
        found |= {
            "type": "complex",
            "subAttributes": [value | {"mutability": "readWrite"}, address | {"mutability": "readWrite"}],
        }
    return found


def _described(name: str, kind: str, what: str) -> dict[str, Any]:
    return {
        "name": name,
        "type": kind,
        "multiValued": False,
        "description": what,
        "required": False,
        "caseExact": True,
        "mutability": "readOnly",
        "returned": "default",
        "uniqueness": "none",
    }


def _plain(attributes: tuple[tuple[str, str, tuple[str, ...]], ...]) -> list[dict[str, Any]]:
    """Of what describes the interface itself, which nobody changes."""
    return [_one(name, kind, inner) for name, kind, inner in attributes]


def _one(name: str, kind: str, inner: tuple[str, ...]) -> dict[str, Any]:
    found: Mapping[str, Any] = _described(name, kind, f"{name}, as RFC 7643 has it")
    more: dict[str, Any] = {"multiValued": name in _MANY}
    if kind == "reference":
        more["referenceTypes"] = ["external" if name == "documentationUri" else "uri"]
    if inner:
        more["subAttributes"] = [
            _one(one, "integer" if one in _NUMBERS else _KINDS.get(one, "string"), ()) for one in inner
        ]
    return {**found, **more}
