"""Variables are coerced as the library coerces them, whatever is sent for whatever is declared."""

from typing import Any, cast

import hypothesis.strategies as st
from graphql import OperationDefinitionNode, build_schema, parse
from graphql.execution.values import VariableValues, get_variable_values
from hypothesis import given

from neraca.api.graphql.compiled.variables import VariableCoercion

SCHEMA = build_schema("input Where { is: String! } enum Kind { A B } type Query { one: Float }")
NAMED = ("String", "ID", "Boolean", "Int", "Float", "Kind", "Where")
DEFAULTS = {"String": '"a"', "ID": '"1"', "Boolean": "true", "Int": "1", "Float": "1.5", "Kind": "A"}

_scalars = st.none() | st.booleans() | st.integers(-(2**33), 2**33) | st.sampled_from(["", "a", "1", "A", "true"])
_values = (
    _scalars | st.lists(_scalars, max_size=2) | st.dictionaries(st.sampled_from(["is", "x"]), _scalars, max_size=2)
)


@st.composite
def _declared(draw: st.DrawFn) -> str:
    name = draw(st.sampled_from(NAMED))
    shape = draw(st.sampled_from(["{}", "{}!", "[{}]", "[{}!]!"]))
    default = DEFAULTS.get(name) if shape in ("{}", "{}!") and draw(st.booleans()) else None
    return shape.format(name) + (f" = {default}" if default else "")


@given(st.lists(_declared(), min_size=1, max_size=3), st.dictionaries(st.sampled_from(["v0", "v1", "v2"]), _values))
def test_variables_are_coerced_as_by_the_library(types: list[str], sent: dict[str, Any]) -> None:
    declared = ", ".join(f"$v{nth}: {type_}" for nth, type_ in enumerate(types))
    operation = cast(OperationDefinitionNode, parse(f"query({declared}) {{ one }}").definitions[0])

    found = VariableCoercion(SCHEMA, operation).coerced(sent)
    expected = get_variable_values(SCHEMA, operation.variable_definitions or (), sent)

    if isinstance(expected, VariableValues):
        assert isinstance(found, VariableValues)
        assert [(name, one.value) for name, one in found.sources.items()] == [
            (name, one.value) for name, one in expected.sources.items()
        ]
        assert {name: (type(one), one) for name, one in found.coerced.items()} == {
            name: (type(one), one) for name, one in expected.coerced.items()
        }
    else:
        assert [str(one) for one in cast(Any, found)] == [str(one) for one in expected]
