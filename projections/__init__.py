"""All read models of the platform, in the order in which they take an event in."""

from projections import (
    achievements,
    attendance,
    cascade,
    clocks,
    cohorts,
    development,
    dossier,
    feedback,
    forensics,
    journal,
    programmes,
    raters,
    remuneration,
    results,
    roster,
    satisfaction,
    scores,
    service_times,
    timeline,
    workplans,
)

__all__ = ["ALL"]

ALL = (
    scores.PROJECTION,
    dossier.PROJECTION,
    roster.PROJECTION,
    timeline.PROJECTION,
    cohorts.PROJECTION,
    workplans.PROJECTION,
    cascade.PROJECTION,
    remuneration.PROJECTION,
    clocks.PROJECTION,
    feedback.PROJECTION,
    results.PROJECTION,
    forensics.PROJECTION,
    attendance.PROJECTION,
    service_times.PROJECTION,
    achievements.PROJECTION,
    development.PROJECTION,
    satisfaction.PROJECTION,
    programmes.PROJECTION,
    raters.PROJECTION,
    journal.PROJECTION,
)
