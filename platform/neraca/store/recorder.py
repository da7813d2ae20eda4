"""One agency's ledger behind the library's recorder interface, for its EventStore and Repository."""

from collections.abc import Sequence
from threading import Event, Thread
from typing import Any
from uuid import UUID

from eventsourcing.persistence import (
    ApplicationRecorder,
    ListenNotifySubscription,
    Notification,
    StoredEvent,
    Subscription,
)

from neraca.store.ledger import Append, Idempotency, Ledger
from neraca.store.log import Log, LoggedEvent

# The largest version there can be: the column is an int.
_MOST = 2**31 - 1


class AgencyRecorder(ApplicationRecorder):
    """Saves are atomic over several streams. `insert_events` takes `idempotency=Idempotency(...)`; under a known key it
    returns the positions of the earlier request. Errors are those of `Ledger.append`.
    """

    def __init__(self, agency: str, ledger: Ledger, log: Log) -> None:
        self.agency = agency
        self._ledger = ledger
        self._log = log

    def insert_events(
        self, stored_events: Sequence[StoredEvent], *, idempotency: Idempotency | None = None, **kwargs: Any
    ) -> Sequence[int]:
        if not stored_events and idempotency is None:
            return []
        return self._ledger.append(self.agency, Append(stored_events, idempotency)).positions

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        events = self._log.read_stream(
            self.agency,
            originator_id if isinstance(originator_id, UUID) else UUID(originator_id),
            after=0 if gt is None else gt,
            until=_MOST if lte is None else lte,
            limit=_MOST if limit is None else limit,
            backwards=desc,
        )
        return [StoredEvent(event.stream, event.version, event.type, event.data) for event in events]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        after = 0 if start is None else start - 1 if inclusive_of_start else start
        if topics:
            events = self._log.read_types(self.agency, topics, after, limit)
        else:
            events = self._log.read(self.agency, after, limit)
        return [_notification(event) for event in events if stop is None or event.position <= stop]

    def max_notification_id(self) -> int | None:
        return self._log.head(self.agency) or None

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> Subscription[ApplicationRecorder]:
        """Polls twice a second; our own followers do better."""
        return PollingSubscription(self, gt, topics)


class PollingSubscription(ListenNotifySubscription[AgencyRecorder]):
    def __init__(self, recorder: AgencyRecorder, gt: int | None = None, topics: Sequence[str] = ()) -> None:
        self._stopped = Event()
        super().__init__(recorder=recorder, gt=gt, topics=topics)
        self._poll_thread = Thread(target=self._poll, daemon=True)
        self._poll_thread.start()

    def _poll(self) -> None:
        while not self._stopped.wait(0.5):
            # The library waits on this event alone, and offers no other way to set it than LISTEN.
            self._has_been_notified.set()

    def stop(self) -> None:
        self._stopped.set()
        super().stop()


def _notification(event: LoggedEvent) -> Notification:
    return Notification(event.stream, event.version, event.type, event.data, event.position)
