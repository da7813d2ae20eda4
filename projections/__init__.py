"""All read models of the platform, in the order in which they take an event in."""

from projections import roster, timeline

ALL = (
    roster.PROJECTION,
    timeline.PROJECTION,
)
