"""Sends what is due to the receivers of all agencies, on threads of its own.

However many servers do so: one at a time has a receiver, so each gets its events in order, and after a crash the last
one perhaps twice. An event that is refused is tried again after longer and longer waits, and holds up those after it;
after the last it is given up, kept as a dead letter, and the next one has its turn.
"""

import ssl
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from secrets import randbelow
from threading import Event, Lock, Thread
from time import monotonic
from typing import Any
from uuid import UUID

from msgspec import Struct
from psycopg import Connection

from neraca.domain.api_key import OF_A_KEY
from neraca.service.statements import statement
from neraca.service.webhooks import signature
from neraca.service.webhooks.messages import Answer, Unreached, post
from neraca.service.webhooks.queue import Receiver, ReceiverQueue
from neraca.service.webhooks.subscriptions import OPERATOR
from neraca.service.webhooks.targets import target
from neraca.store.notifier import Listener
from neraca.store.pool import open_connection

WAITS: tuple[timedelta, ...] = tuple(
    timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800)
)
"""Before each further attempt; sixteen hours in all."""

MEDIA_TYPE = "application/cloudevents+json; charset=utf-8"

_WORKERS = 8
_OF_AN_AGENCY = 4
"""Workers that one agency may have at once: whose receivers are slow holds up nobody else's."""

_POLL = timedelta(seconds=1)
_TURN = timedelta(seconds=10)
"""How long one receiver may be served before others have their turn."""

_LONGEST_WISH = 3_600
"""Seconds."""

_GONE = 410


class Sending(Struct, frozen=True):
    """How messages are made and sent. `write` makes the body from a row of the log, as integrators may read it.

    `may_follow` says of an agency and who has a webhook there, by a token of this server, whether they still read the
    log; `chance` gives a number from 0 to one less than asked for; `waits` are before each further attempt.
    """

    write: Callable[[str, dict[str, Any]], bytes]
    now: Callable[[], datetime]
    anywhere: bool
    trust: ssl.SSLContext
    may_follow: Callable[[str, str], bool]
    waits: Sequence[timedelta] = WAITS
    chance: Callable[[int], int] = randbelow


def wait(sending: Sending, attempts: int, wish: int | None = None) -> timedelta | None:
    """How long after so many failures, a fifth more or less by chance so that not all come back at once; a receiver may
    wish for more. None where it is given up.
    """
    if attempts > len(sending.waits):
        return None
    own = sending.waits[attempts - 1] * (80 + sending.chance(41)) / 100
    return max(own, timedelta(seconds=min(wish or 0, _LONGEST_WISH)))


class Dispatcher:
    """Sends from `start` to `stop`. What keeps it from sending at all is told to `complain`."""

    def __init__(
        self, url: str, sending: Sending, complain: Callable[[Exception], None], *, poll: timedelta = _POLL
    ) -> None:
        self._url = url
        self._sending = sending
        self._complain = complain
        self._poll = poll
        self._stopping = Event()
        self._mutex = Lock()
        self._busy: set[tuple[str, UUID]] = set()
        self._connection: Connection | None = None
        self._thread = Thread(target=self._run, name="neraca-webhooks", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ends after the messages in hand."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        with Listener(self._url, role="neraca_app") as listener, ThreadPoolExecutor(_WORKERS) as workers:
            while not self._stopping.is_set():
                asked = monotonic()
                try:
                    self._hand_out(workers)
                except Exception as error:
                    self._connection = None
                    self._complain(error)
                if not listener.wait(self._poll):
                    # Deaf for now, but not to be hurried by that.
                    self._stopping.wait(max(0, asked + self._poll.total_seconds() - monotonic()))
        if self._connection is not None:
            self._connection.close()

    def _hand_out(self, workers: Executor) -> None:
        if self._connection is None or self._connection.closed:
            self._connection = open_connection(self._url)
        due = self._connection.execute(statement("webhook-due"), {"now": self._sending.now()}).fetchall()
        with self._mutex:
            taken = Counter(agency for agency, _ in self._busy)
            for agency, id_ in due:
                if (agency, id_) not in self._busy and taken[agency] < _OF_AN_AGENCY:
                    self._busy.add((agency, id_))
                    taken[agency] += 1
                    workers.submit(self._serve, agency, id_)

    def _serve(self, agency: str, id_: UUID) -> None:
        try:
            with open_connection(self._url) as connection:
                queue = ReceiverQueue(connection, agency, id_)
                if queue.lock():
                    _Turn(queue, agency, self._sending, self._stopping).take()
        except Exception as error:
            self._complain(error)
        finally:
            with self._mutex:
                self._busy.discard((agency, id_))


class _Turn:
    """What one receiver is sent before others have their turn."""

    def __init__(self, queue: ReceiverQueue, agency: str, sending: Sending, stopping: Event) -> None:
        self._queue = queue
        self._agency = agency
        self._sending = sending
        self._stopping = stopping
        self._ends = monotonic() + _TURN.total_seconds()

    def take(self) -> None:
        while (receiver := self._queue.receiver(self._sending.now())) is not None and not self._is_over():
            if (why := self._ended(receiver)) is not None:
                self._queue.gone(why, self._sending.now())
                return
            if letters := self._queue.letters():
                going_on = self._each(letters, partial(self._letter, receiver))
            elif events := self._queue.events(receiver):
                going_on = self._events(receiver, events)
            else:
                # What is left is of types that it does not want.
                self._queue.delivered(receiver.position, receiver.head)
                return
            if not going_on:
                return

    def _ended(self, receiver: Receiver) -> str | None:
        """Why its owner may be sent nothing more."""
        if not receiver.may_follow:
            return "no key of its owner reads the log any more"
        of_token = receiver.owner != OPERATOR and not receiver.owner.startswith(OF_A_KEY)
        if of_token and not self._sending.may_follow(self._agency, receiver.owner):
            return "no token of its owner reads the log any more"
        return None

    def _is_over(self) -> bool:
        return self._stopping.is_set() or monotonic() > self._ends

    def _each(self, rows: Sequence[dict[str, Any]], send: Callable[[dict[str, Any]], bool]) -> bool:
        return all(not self._is_over() and send(row) for row in rows)

    def _events(self, receiver: Receiver, rows: Sequence[dict[str, Any]]) -> bool:
        before, attempts = receiver.position, receiver.attempts

        def send(row: dict[str, Any]) -> bool:
            nonlocal before, attempts
            answer = self._sent(receiver, row)
            trouble = _trouble(answer)
            now = self._sending.now()
            if trouble is None:
                going_on = self._queue.delivered(before, row["position"])
            elif self._is_gone(answer, trouble, now):
                return False
            else:
                wish = answer.retry_after if isinstance(answer, Answer) else None
                later = wait(self._sending, attempts + 1, wish)
                if later is not None:
                    self._queue.failed(before, trouble, now + later)
                    return False
                going_on = self._queue.died(before, row["position"], trouble, now)
            before, attempts = row["position"], 0
            return going_on

        return self._each(rows, send)

    def _letter(self, receiver: Receiver, row: dict[str, Any]) -> bool:
        answer = self._sent(receiver, row)
        trouble = _trouble(answer)
        if trouble is None:
            self._queue.letter_delivered(row["position"])
            return True
        now = self._sending.now()
        self._queue.letter_failed(row["position"], trouble, now)
        return not self._is_gone(answer, trouble, now)

    def _is_gone(self, answer: Answer | Unreached, trouble: str, now: datetime) -> bool:
        if isinstance(answer, Answer) and answer.status == _GONE:
            self._queue.gone(trouble, now)
            return True
        return False

    def _sent(self, receiver: Receiver, row: dict[str, Any]) -> Answer | Unreached:
        to = target(receiver.url)
        if to is None:
            return Unreached("its address is none any more")
        body = self._sending.write(self._agency, row)
        message = f"{self._agency}:{row['position']}"
        headers = signature.signed(receiver.secrets, message, int(self._sending.now().timestamp()), body)
        try:
            return post(
                to,
                {"Content-Type": MEDIA_TYPE, "User-Agent": "neraca", **headers},
                body,
                anywhere=self._sending.anywhere,
                trust=self._sending.trust,
            )
        except Unreached as unreached:
            return unreached


def _trouble(answer: Answer | Unreached) -> str | None:
    """None where it was taken."""
    if isinstance(answer, Unreached):
        return str(answer)[:500]
    return None if 200 <= answer.status < 300 else f"it answered {answer.status}"
