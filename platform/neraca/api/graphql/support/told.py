"""What a statement has told of an answer: its text, in the place of what it would be made from."""

from msgspec import Raw, Struct


class Told(Struct, frozen=True):
    """In the place of an object or a list."""

    json: Raw
