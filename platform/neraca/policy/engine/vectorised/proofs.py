"""Which arithmetic a step takes, and why that is safe."""

from typing import Literal, TypeAlias

from msgspec import Struct

from neraca.domain.case import Micro

Kind: TypeAlias = Literal["int64", "reduced", "python ints"]


class Proof(Struct, frozen=True):
    """`limit` is the magnitude of inputs (micro) up to which int64 serves; None where no case can exceed it. A row with
    a larger one, or with a result int64 can't hold, goes to Python ints and never through an overflow. `rows` is how
    many did, where there are data.
    """

    path: str
    kind: Kind
    why: str
    limit: Micro | None = None
    rows: int = 0
