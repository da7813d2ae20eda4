"""Response and queue times of a unit's services, imported from the systems that measure them.

`source` are those systems and who may bring what they measured; `records` one measurement or several counted together,
and what they come to; `decide` takes batches in and has an official confirm what a period came to.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neraca.domain.service_times import commands, decide, events, records, source, state

__all__ = ["commands", "decide", "events", "records", "source", "state"]
