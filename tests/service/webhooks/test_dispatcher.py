"""Events on their way to a real receiver: in order, at least once, signed, as integrators may read them."""

import hmac
import json
import ssl
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent

from neraca.api import cloud_events
from neraca.domain.errors import Conflict, Invalid, NotFound
from neraca.service.webhooks import dispatcher
from neraca.service.webhooks.dispatcher import Dispatcher, Sending
from neraca.service.webhooks.subscriptions import MOST, MadeWebhook, Webhook, Webhooks
from neraca.store.ledger import Append, Ledger
from neraca.store.migrate import migrate
from neraca.store.notifier import Notifier
from neraca.store.pool import open_connection, open_pool

STREAM = UUID(int=7)
BEFORE = datetime(2026, 1, 1, tzinfo=UTC)
SOON = timedelta(milliseconds=20)

Dispatching = Callable[..., AbstractContextManager[None]]


class City:
    """A ledger with webhooks."""

    def __init__(self, url: str, ledger: Ledger) -> None:
        self.url = url
        self._ledger = ledger
        self.webhooks = Webhooks(url, anywhere=True)
        self._version = 0

    def happen(self, *types: str, data: bytes = b'{"body":{}}') -> None:
        events = [StoredEvent(STREAM, self._version + nth, type_, data) for nth, type_ in enumerate(types, 1)]
        self._version += len(events)
        self._ledger.append("bandung", Append(events))

    def state(self) -> Webhook:
        [one] = self.webhooks.all_of("bandung")
        return one

    def becomes(self, holds: Callable[[Webhook], bool]) -> Webhook:
        until = time.monotonic() + 20
        while not holds(one := self.state()):
            assert time.monotonic() < until, one
            time.sleep(0.01)
        return one

    def add(self, url: str, *types: str, after: int | None = None) -> MadeWebhook:
        return self.webhooks.add("bandung", url, types or None, BEFORE, after=after)


@pytest.fixture
def city(database: str) -> Iterator[City]:
    migrate(database, ["bandung", "surabaya"])
    with open_pool(database) as pool, Notifier(database) as notifier:
        yield City(database, Ledger(pool, on_stored=notifier.notify))


@pytest.fixture
def dispatching(city: City) -> Dispatching:
    @contextmanager
    def run(
        *waits: timedelta,
        anywhere: bool = True,
        poll: timedelta = SOON,
        may_follow: Callable[[str, str], bool] = lambda *_: False,
    ) -> Iterator[None]:
        failed: list[Exception] = []
        sending = Sending(
            cloud_events.written,
            lambda: datetime.now(UTC),
            anywhere,
            ssl.create_default_context(),
            may_follow,
            waits or (SOON,) * 9,
        )
        one = Dispatcher(city.url, sending, failed.append, poll=poll)
        one.start()
        try:
            yield
        finally:
            one.stop()
        assert failed == []

    return run


def ids(got: list[Any]) -> list[str]:
    return [headers["webhook-id"] for headers, _ in got]


def test_events_come_in_order_signed_and_as_integrators_read_them(
    city: City, receiver: Any, dispatching: Dispatching
) -> None:
    city.happen("employee.registered")
    made = city.add(receiver.url)
    assert made.position == 1
    with dispatching():
        city.happen("attendance.recorded", "appraisal.rated", data=b'{"by":"sri","body":{"score":3}}')
        got = receiver.wait(2)
        state = city.becomes(lambda one: one.position == 3)

    assert ids(got) == ["bandung:2", "bandung:3"]
    seconds = time.time()
    for headers, body in got:
        assert headers[""] == "POST /in?x=1 HTTP/1.1"
        assert headers["content-type"] == "application/cloudevents+json; charset=utf-8"
        assert abs(seconds - int(headers["webhook-timestamp"])) < 60
        over = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        code = hmac.new(b64decode(made.secret.removeprefix("whsec_")), over, sha256).digest()
        assert headers["webhook-signature"] == f"v1,{b64encode(code).decode()}"
    told, withheld = (json.loads(body) for _, body in got)
    at = told.pop("time")
    assert told == {
        "specversion": "1.0",
        "id": "bandung:2",
        "source": "urn:neraca:agency:bandung",
        "type": "attendance.recorded",
        "datacontenttype": "application/json",
        "subject": str(STREAM),
        "data": {
            "id": "bandung:2",
            "position": 2,
            "stream": str(STREAM),
            "version": 2,
            "type": "attendance.recorded",
            "recorded_at": at,
            "masked": False,
            "event": {"by": "sri", "body": {"score": 3}},
        },
    }
    assert withheld["type"] == withheld["data"]["type"] == "withheld"
    assert withheld["data"]["event"] == {"withheld": True}
    assert not {"subject", "time"} & withheld.keys()
    assert (state.attempts, state.trouble, state.dead) == (0, None, 0)


def test_of_an_event_that_is_too_large_it_is_told_where_to_read_it(
    city: City, receiver: Any, dispatching: Dispatching
) -> None:
    city.add(receiver.url)
    with dispatching():
        city.happen("attendance.recorded", data=b'{"body":{"text":"%b"}}' % (b"x" * cloud_events.LARGEST))
        [(_, body)] = receiver.wait(1)

    told = json.loads(body)
    assert told["dataref"] == "/agencies/bandung/events?after=0&limit=1"
    assert "data" not in told


def test_an_event_that_is_refused_comes_again_under_its_id_before_those_after_it(
    city: City, receiver: Any, dispatching: Dispatching
) -> None:
    city.add(receiver.url)
    receiver.answers.extend([receiver.said(503), None, receiver.said(302, f"Location: {receiver.url}")])
    with dispatching():
        city.happen("attendance.recorded", "attendance.recorded")
        got = receiver.wait(5)
        city.becomes(lambda one: one.position == 2)

    assert ids(got) == ["bandung:1"] * 4 + ["bandung:2"]
    assert len({body for _, body in got[:4]}) == 1


def test_what_is_refused_waits_and_says_why(city: City, receiver: Any, dispatching: Dispatching) -> None:
    city.add(receiver.url)
    receiver.answers.append(receiver.said(500))
    began = datetime.now(UTC)
    with dispatching(timedelta(hours=1)):
        city.happen("attendance.recorded")
        state = city.becomes(lambda one: one.attempts == 1)

    assert (state.position, state.trouble) == (0, "it answered 500")
    assert state.next_at is not None
    assert timedelta(minutes=47) < state.next_at - began < timedelta(minutes=73)
    assert len(receiver.got) == 1


def test_what_is_refused_to_the_last_is_given_up_and_sent_again_when_asked_for(
    city: City, receiver: Any, dispatching: Dispatching
) -> None:
    made = city.add(receiver.url)
    receiver.answers.extend([receiver.said(400)] * 3)
    with dispatching(SOON, SOON):
        city.happen("attendance.recorded", "employee.registered")
        city.becomes(lambda one: one.position == 2)
        [dead] = city.webhooks.dead("bandung", made.id)
        assert (dead.position, dead.reason, dead.again) == (1, "it answered 400", False)

        receiver.answers.append(receiver.said(500))
        assert city.webhooks.redeliver("bandung", made.id) == 2
        receiver.wait(5)
        while (again := city.webhooks.dead("bandung", made.id)) and again[0].again:
            time.sleep(0.01)
        assert [(one.position, one.reason) for one in again] == [(1, "it answered 500")]

        city.webhooks.redeliver("bandung", made.id)
        city.becomes(lambda one: one.dead == 0)

    assert ids(receiver.got) == ["bandung:1"] * 3 + ["bandung:2"] + ["bandung:1"] * 2


def test_everything_after_a_position_comes_again(city: City, receiver: Any, dispatching: Dispatching) -> None:
    city.happen("attendance.recorded", "employee.registered", "attendance.recorded")
    made = city.add(receiver.url, after=0)
    receiver.answers.append(receiver.said(400))
    with dispatching(SOON):
        receiver.wait(4)
        city.becomes(lambda one: one.position == 3)
        with pytest.raises(Invalid, match="4 is after 3, which it has"):
            city.webhooks.redeliver("bandung", made.id, after=4)
        assert city.webhooks.redeliver("bandung", made.id, after=1) == 1
        receiver.wait(6)

    assert ids(receiver.got) == [f"bandung:{position}" for position in (1, 1, 2, 3, 2, 3)]


def test_who_is_gone_is_sent_nothing_more_until_somebody_asks(
    city: City, receiver: Any, dispatching: Dispatching
) -> None:
    made = city.add(receiver.url)
    receiver.answers.append(receiver.said(410))
    with dispatching():
        city.happen("attendance.recorded")
        state = city.becomes(lambda one: one.disabled_at is not None)
        city.happen("attendance.recorded")
        time.sleep(0.2)
        assert (len(receiver.got), state.trouble, state.position) == (1, "it answered 410", 0)

        city.webhooks.redeliver("bandung", made.id)
        assert ids(receiver.wait(3)) == ["bandung:1", "bandung:1", "bandung:2"]
        assert city.becomes(lambda one: one.position == 2).disabled_at is None


def test_only_the_types_that_were_asked_for_come(city: City, receiver: Any, dispatching: Dispatching) -> None:
    city.add(receiver.url, "employee.registered")
    with dispatching():
        city.happen("attendance.recorded", "employee.registered", "appraisal.rated", "attendance.recorded")
        city.becomes(lambda one: one.position == 4)

    assert ids(receiver.got) == ["bandung:2"]


def test_several_servers_send_each_event_once_and_in_order(city: City, receiver: Any, dispatching: Dispatching) -> None:
    city.add(receiver.url)
    with dispatching(), dispatching(), dispatching():
        for _ in range(8):
            city.happen(*["attendance.recorded"] * 5)
        city.becomes(lambda one: one.position == 40)

    assert ids(receiver.got) == [f"bandung:{position}" for position in range(1, 41)]


def test_nothing_is_sent_to_this_machine_unless_it_may_be(city: City, secured: Any, dispatching: Dispatching) -> None:
    city.add(f"https://localhost:{secured.port}/")
    with dispatching(timedelta(hours=1), anywhere=False):
        city.happen("attendance.recorded")
        state = city.becomes(lambda one: one.attempts == 1)

    assert state.trouble == "its address is one of this machine or a private network"
    assert secured.got == []


def test_who_has_no_key_any_more_that_reads_the_log_is_sent_nothing(
    city: City, receiver: Any, dispatching: Dispatching
) -> None:
    keys = {"log": ["log"], "roster": ["roster"]}
    with psycopg.connect(city.url, autocommit=True) as connection:
        for name, scopes in keys.items():
            connection.execute(
                "insert into access.api_key (agency, id, digest, program, scopes, issued_by, issued_at, ends_at)"
                " values ('bandung', %s, sha256(''), 'pay', %s, 'admin', now(), now() + interval '1 day')",
                (name, scopes),
            )
        Webhooks(city.url, anywhere=True, owner="key:pay").add("bandung", receiver.url, None, BEFORE)
        with dispatching():
            city.happen("attendance.recorded")
            city.becomes(lambda one: one.position == 1)
            connection.execute("insert into access.revocation values ('bandung', 'log', 'admin', now())")
            city.happen("attendance.recorded")
            state = city.becomes(lambda one: one.disabled_at is not None)

    assert (state.position, state.trouble) == (1, "no key of its owner reads the log any more")
    assert ids(receiver.got) == ["bandung:1"]


def test_who_has_no_token_any_more_that_reads_the_log_is_sent_nothing(
    city: City, receiver: Any, dispatching: Dispatching
) -> None:
    holding = {("bandung", "pay")}
    Webhooks(city.url, anywhere=True, owner="pay").add("bandung", receiver.url, None, BEFORE)
    with dispatching(may_follow=lambda *who: who in holding):
        city.happen("attendance.recorded")
        city.becomes(lambda one: one.position == 1)
        holding.clear()
        city.happen("attendance.recorded")
        state = city.becomes(lambda one: one.disabled_at is not None)

    assert (state.position, state.trouble) == (1, "no token of its owner reads the log any more")
    assert ids(receiver.got) == ["bandung:1"]


def test_a_new_secret_signs_and_for_a_day_the_one_before_it_too(
    city: City, receiver: Any, dispatching: Dispatching
) -> None:
    made = city.add(receiver.url)
    city.webhooks.rotate("bandung", made.id, BEFORE)
    newest = city.webhooks.rotate("bandung", made.id, datetime.now(UTC))
    assert newest.former_until > datetime.now(UTC)
    with dispatching():
        city.happen("attendance.recorded")
        [(both, _)] = receiver.wait(1)
        city.becomes(lambda one: one.position == 1)
        with psycopg.connect(city.url, autocommit=True) as connection:
            connection.execute("update webhook.subscription set former_until = now()")
        city.happen("attendance.recorded")
        (alone, body) = receiver.wait(2)[1]

    assert len(both["webhook-signature"].split()) == 2
    over = f"{alone['webhook-id']}.{alone['webhook-timestamp']}.".encode() + body
    code = hmac.new(b64decode(newest.secret.removeprefix("whsec_")), over, sha256).digest()
    assert alone["webhook-signature"] == f"v1,{b64encode(code).decode()}"


def test_waits_grow_by_chance_and_as_wished_and_end() -> None:
    trust = ssl.create_default_context()

    def waits(chance: int) -> Sending:
        return Sending(cloud_events.written, lambda: BEFORE, False, trust, lambda *_: True, chance=lambda _: chance)

    assert [dispatcher.wait(waits(20), n) for n in range(1, 11)] == [*dispatcher.WAITS, None]
    assert dispatcher.wait(waits(0), 2) == timedelta(seconds=24)
    assert dispatcher.wait(waits(40), 2) == timedelta(seconds=36)
    assert dispatcher.wait(waits(20), 1, 90) == timedelta(seconds=90)
    assert dispatcher.wait(waits(20), 1, 10**18 - 1) == timedelta(hours=1)


def test_a_wrong_subscription_is_refused(city: City) -> None:
    for url, types, told in (
        (
            "ftp://hooks.example",
            (),
            "'ftp://hooks.example' is no receiver's address; write one such as https://host/path",
        ),
        (
            "https://a.example",
            ("appraisal.rated",),
            "no type of event 'appraisal.rated' is sent; leave types out for all",
        ),
    ):
        with pytest.raises(Invalid) as refused:
            city.add(url, *types)
        assert str(refused.value) == told
    with pytest.raises(Invalid, match="is plain HTTP; write an address that begins with https:"):
        Webhooks(city.url, anywhere=False).add("bandung", "http://a.example", None, BEFORE)
    with pytest.raises(Invalid, match="the log of bandung ends before 1"):
        city.add("https://a.example", after=1)
    for _ in range(MOST):
        city.add("https://a.example")
    with pytest.raises(Conflict, match=f"bandung has {MOST} webhooks, which is the most"):
        city.add("https://a.example")
    assert city.webhooks.all_of("surabaya") == []


def test_an_owner_has_only_their_own(city: City) -> None:
    theirs, other = (Webhooks(city.url, anywhere=True, owner=name) for name in ("pay", "archive"))
    made = theirs.add("bandung", "https://a.example", None, BEFORE)

    assert [one.owner for one in theirs.all_of("bandung")] == ["pay"]
    assert other.all_of("bandung") == []
    for refused in (other.remove, other.dead, other.redeliver):
        with pytest.raises(NotFound, match=f"no webhook {made.id} of yours"):
            refused("bandung", made.id)
    city.webhooks.remove("bandung", made.id)
    with pytest.raises(NotFound):
        theirs.remove("bandung", made.id)


@pytest.mark.parametrize("role", ["neraca_app", "neraca_projector"])
def test_no_agency_sees_the_secrets_of_another(city: City, role: Any) -> None:
    city.add("https://a.example")
    with open_connection(city.url, role=role) as connection:
        for table in ("subscription", "dead_letter"):
            look: Any = f"select * from webhook.{table}"
            if role == "neraca_projector":
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(look)
                continue
            assert connection.execute(look).fetchall() == []
            with connection.transaction():
                connection.execute("set local neraca.agency = 'surabaya'")
                assert connection.execute(look).fetchall() == []
