"""The closed set of ways to measure an indicator: each a module here, and a member of `Measure` below.

Each compiles to a step that holds its numbers as data, so that a columnar engine can read the very same plan.
"""

from typing import TYPE_CHECKING, TypeAlias, get_args

from neraca.policy.compiled.methods.banded import Banded, ScoreBand
from neraca.policy.compiled.methods.deduction import CountedEvent, Deduction
from neraca.policy.compiled.methods.index import Index
from neraca.policy.compiled.methods.inverse import Inverse
from neraca.policy.compiled.methods.items import Items, Standard
from neraca.policy.compiled.methods.majority import Majority
from neraca.policy.compiled.methods.method import MeasureMethod
from neraca.policy.compiled.methods.rated import Rated
from neraca.policy.compiled.methods.ratio import Ratio
from neraca.policy.compiled.methods.survey_index import SurveyIndex
from neraca.policy.compiled.methods.table import Table

if TYPE_CHECKING:
    from neraca.policy.compiled.methods import (
        banded,
        deduction,
        index,
        inverse,
        items,
        majority,
        method,
        number,
        rated,
        ratio,
        scope,
        survey_index,
        synthetic_inputs,
        table,
    )

__all__ = [
    "METHODS",
    "Banded",
    "CountedEvent",
    "Deduction",
    "Index",
    "Inverse",
    "Items",
    "Majority",
    "Measure",
    "Rated",
    "Ratio",
    "ScoreBand",
    "Standard",
    "SurveyIndex",
    "Table",
    "banded",
    "deduction",
    "index",
    "inverse",
    "items",
    "majority",
    "method",
    "number",
    "rated",
    "ratio",
    "scope",
    "survey_index",
    "synthetic_inputs",
    "table",
]

Measure: TypeAlias = Rated | Ratio | Inverse | Banded | Index | SurveyIndex | Deduction | Items | Majority | Table

METHODS: tuple[type[MeasureMethod], ...] = get_args(Measure)
