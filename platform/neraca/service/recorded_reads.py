"""What auditors of an agency read, told to its administrators."""

from collections.abc import Sequence
from datetime import datetime

from neraca.domain.authorisation import sees_reads
from neraca.domain.contexts import Actor
from neraca.store import recorded_reads
from neraca.store.pool import open_pool
from neraca.store.recorded_reads import RecordedRead

MOST = 1_000


def listed(url: str, agency: str, actor: Actor, before: datetime) -> Sequence[RecordedRead]:
    """Those before an instant, the newest first: a thousand, and all at the instant of the last. Raises NotAllowed."""
    sees_reads(actor, agency)
    with open_pool(url, largest=1) as pool:
        return recorded_reads.recorded_reads(pool, agency, before, MOST)
