"""What an event says of itself to those who go over all events, so that a new one is passed over by nobody unawares.

Each fold names the events it takes, ends in `assert_never`, and leaves out only those that say here that it may. They
are plain classes without fields: nothing of them is stored.
"""


class WithoutState:
    """Marks an event that no later command asks about: the aggregate's state stays as it is."""

    __slots__ = ()


class WithoutFacts:
    """Marks an event that moves no fact which a policy judges."""

    __slots__ = ()


class WithoutPlan:
    """Marks an event of a plan or an appraisal that leaves what is planned, and whether that is approved, as it was."""

    __slots__ = ()


class WithoutDossier(WithoutPlan):
    """Marks an event that leaves plan, reports, ratings, objections and follow-ups of an appraisal as they were."""

    __slots__ = ()


class ReadableWhole:
    """Marks an event of which whoever may follow the log may read every field, though they may know of no rater.

    What somebody is paid or credited is for those who may read the payroll (api/redaction.py).
    """

    __slots__ = ()


__all__ = ["ReadableWhole", "WithoutDossier", "WithoutFacts", "WithoutPlan", "WithoutState"]
