"""How few people may be told of together: the one floor of every count, median and mean that is told of a group."""

FLOOR = 5
"""People."""
