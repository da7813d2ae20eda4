"""What a file's words are: ids, paths, days and time limits; and the block all others are."""

from typing import Annotated, TypeAlias

from msgspec import Meta, Struct

PolicyId: TypeAlias = Annotated[
    str,
    Meta(
        pattern=r"^(?=.{1,100}$)[a-z0-9]+([.-][a-z0-9]+)*$",
        description="dotted small words such as id.jatim.kota-surabaya",
    ),
]
Path: TypeAlias = Annotated[
    str, Meta(pattern=r"^(/[^/\s]+)+$", description="a path from the top such as /nodes/hasil_kerja/of")
]
IsoDate: TypeAlias = Annotated[
    str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", description='a day as year-month-day in quotes, "2025-01-31"')
]
MonthDay: TypeAlias = Annotated[
    str, Meta(pattern=r"^[0-9]{2}-[0-9]{2}$", description='a month and day in quotes, "01-31"')
]
TimeLimit: TypeAlias = Annotated[
    str,
    Meta(
        pattern=r"^(P[0-9]{1,4}D|[0-9]{1,4} working_days)$",
        description="calendar days as P14D, or working days as '14 working_days'",
    ),
]
"""`P14D` is calendar days; `14 working_days` counts by the agency's calendar."""


class Block(Struct, frozen=True, kw_only=True):
    pass
