"""What the results of an agency come to, a module for each report."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neraca.api.graphql.reports import agency_reports, forensics, shadow

__all__ = ["agency_reports", "forensics", "shadow"]
