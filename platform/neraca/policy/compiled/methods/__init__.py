"""The closed set of ways to measure an indicator. A new one is a file here, its shape in model.py, and a line below.

Each compiles to a step that holds its numbers as data, so that a columnar engine can read the very same plan.
"""

from typing import TYPE_CHECKING

from neraca.policy import model
from neraca.policy.compiled.methods.banded import compile_banded
from neraca.policy.compiled.methods.deduction import compile_deduction
from neraca.policy.compiled.methods.index import compile_index
from neraca.policy.compiled.methods.inverse import compile_inverse
from neraca.policy.compiled.methods.items import compile_items
from neraca.policy.compiled.methods.rated import compile_rated
from neraca.policy.compiled.methods.ratio import compile_ratio
from neraca.policy.compiled.methods.scope import Scope
from neraca.policy.compiled.methods.survey_index import compile_survey_index
from neraca.policy.compiled.methods.table import compile_table
from neraca.policy.compiled.step import Measuring

if TYPE_CHECKING:
    from neraca.policy.compiled.methods import (
        banded,
        deduction,
        index,
        inverse,
        items,
        number,
        rated,
        ratio,
        scope,
        survey_index,
        table,
    )

__all__ = [
    "banded",
    "compile_measure",
    "deduction",
    "index",
    "inverse",
    "items",
    "number",
    "rated",
    "ratio",
    "scope",
    "survey_index",
    "table",
]


def compile_measure(measure: model.Measure, scope: Scope) -> Measuring:
    match measure:
        case model.Rated():
            return compile_rated(measure, scope)
        case model.Ratio():
            return compile_ratio(measure, scope)
        case model.Inverse():
            return compile_inverse(measure, scope)
        case model.Banded():
            return compile_banded(measure, scope)
        case model.Index():
            return compile_index(measure, scope)
        case model.SurveyIndex():
            return compile_survey_index(measure, scope)
        case model.Deduction():
            return compile_deduction(measure, scope)
        case model.Items():
            return compile_items(measure, scope)
        case model.Table():
            return compile_table(measure, scope)
