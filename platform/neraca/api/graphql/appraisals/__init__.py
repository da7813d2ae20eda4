"""The appraisal and all that is shown inside it."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neraca.api.graphql.appraisals import appraisal, explanation, plan_and_reports, rows, search

__all__ = ["appraisal", "explanation", "plan_and_reports", "rows", "search"]
