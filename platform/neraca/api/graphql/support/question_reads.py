"""What a question reads, for the record of what auditors read: its fields, and whom or what it asks about."""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from json import dumps
from typing import Any

import msgspec
from graphql import (
    ArgumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    SelectionSetNode,
    Undefined,
    value_from_ast_untyped,
)

from neraca.api.graphql.support.answers import Question
from neraca.api.graphql.support.context import RequestContext
from neraca.api.read_records import Read, is_recorded

_DEEPEST = 3
"""Fields below these say no more of what somebody looked for; the digest is of all."""

_ENCODE = msgspec.json.Encoder(order="deterministic").encode


async def record(question: Question, text: str, context: RequestContext) -> None:
    """Writes down, where the reader is one whose reads are, what of each agency was looked into. Raises Problem."""
    if is_recorded(context.actor) and context.noted.looked_into:
        read = read_of(question, text)
        for agency in sorted(context.noted.looked_into):
            await context.parts.read_records.record(context.actor, agency, read)


def read_of(question: Question, text: str) -> Read:
    definitions, variables = question.prepared.document.definitions, question.variables or {}
    named = {one.name.value: one for one in definitions if isinstance(one, FragmentDefinitionNode)}
    fields, subjects = dict[str, None](), dict[str, None]()
    for path, node in _fields(question.operation.selection_set, named, ()):
        fields[".".join(path)] = None
        subjects.update(dict.fromkeys(_subjects(node.arguments or (), variables)))
    name = question.operation.name and question.operation.name.value
    return Read(sha256(_ENCODE([text, name, variables])).digest(), tuple(fields), tuple(subjects))


def _fields(
    of: SelectionSetNode, named: Mapping[str, FragmentDefinitionNode], above: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], FieldNode]]:
    for one in of.selections:
        if isinstance(one, FieldNode):
            path = (*above, one.name.value)
            yield path, one
            if one.selection_set is not None and len(path) < _DEEPEST:
                yield from _fields(one.selection_set, named, path)
        elif isinstance(one, FragmentSpreadNode):
            yield from _fields(named[one.name.value].selection_set, named, above)
        elif isinstance(one, InlineFragmentNode):
            yield from _fields(one.selection_set, named, above)


def _subjects(arguments: tuple[ArgumentNode, ...], variables: Mapping[str, Any]) -> Iterator[str]:
    for one in arguments:
        value = value_from_ast_untyped(one.value, {**variables})
        if value is not Undefined:
            yield f"{one.name.value}: {value if isinstance(value, str) else dumps(value, default=_left_out)}"


def _left_out(_: Any) -> None:
    """Of a variable within a value that nobody gave."""
