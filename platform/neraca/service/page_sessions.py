"""Who is signed in to the pages, told to the administrators of an agency, who may end it."""

from collections.abc import Sequence
from datetime import datetime

from neraca.domain.authorisation import keeps_sessions
from neraca.domain.contexts import Actor
from neraca.domain.text_kinds import KEY, fault
from neraca.store import page_sessions
from neraca.store.page_sessions import PageSession
from neraca.store.pool import open_pool

MOST = 1_000


def listed(url: str, agency: str, actor: Actor, now: datetime) -> Sequence[PageSession]:
    """The newest first, a thousand at most. Raises NotAllowed."""
    keeps_sessions(actor, agency)
    with open_pool(url, largest=1) as pool:
        return page_sessions.listed(pool, agency, now, MOST)


def end(url: str, agency: str, actor: Actor, person: str, now: datetime) -> int:
    """All of a person; how many there were. Raises NotAllowed."""
    keeps_sessions(actor, agency)
    if fault(KEY, person) is not None:
        return 0
    with open_pool(url, largest=1) as pool:
        return page_sessions.end(pool, agency, person, actor.id, now)
