"""Two worlds, each behind an application of its own, in which the same is done and asked, and every answer compared."""

import asyncio
import os
import re
from base64 import urlsafe_b64encode as b64encode
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Any

import msgspec
from click.testing import CliRunner
from litestar.testing import TestClient
from msgspec import Struct

from neraca.cli import build
from neraca.composition import CompositionRoot
from neraca.domain.errors import Refusal
from neraca.projecting.follower import FollowerStatus
from neraca.service.exports import DATA_SETS, ExportOrder, export
from neraca.service.public_door import PassedOn, pass_on
from neraca.web import session
from tests.anonymity.questions import EXPORTS, IN_ORDER, ROUTES

EXAMPLES = int(os.environ.get("NERACA_ANONYMITY", "2"))
"""Random stories, beside those that are chosen."""

LONG = EXAMPLES > 10
ASKED_AT_ONCE = 40 if LONG else 1
"""Questions at each moment that is looked at, of some three thousand that there are with their readers."""

OFFICES = ("hr", "official", "surveyor", "policy", "approver", "national", "integrator", "auditor")
PEOPLE = ("sri", "agus", "tono", "eko")


def noon(day: date) -> datetime:
    """As the agency's clock has it."""
    return datetime(day.year, day.month, day.day, 5, tzinfo=UTC)


class Asked(Struct, frozen=True):
    """Of whom it is asked, by whom, and where the log stood before they were there: at every moment of `always`, by
    whom it concerns most, and some of the `questions`. `exports` are asked beside those of everybody.
    """

    person: str
    period: str
    readers: tuple[str, ...]
    since: int
    always: tuple[tuple[str, str], ...]
    questions: Sequence[str]
    exports: tuple[str, ...] = ()


class Chance:
    """What chance gives in one world it gives in the other too."""

    def __init__(self) -> None:
        self.own = Random(0)

    def begin(self, seed: str) -> None:
        self.own = Random(seed)

    def bytes(self, number: int) -> bytes:
        return self.own.randbytes(number)


class World:
    """One of the two."""

    def __init__(
        self,
        agency: Any,
        client: TestClient[Any],
        days: list[date],
        root: Path,
        chance: Chance,
        catch_up: Callable[[str | None], list[FollowerStatus]],
    ) -> None:
        self.agency = agency
        self.client = client
        self.days = days
        self.root = root
        self.chance = chance
        self.sent = 0
        self.catch_up = catch_up

    def follow(self) -> None:
        """All that happened can then be read."""
        assert [one for one in self.catch_up("uji") if one.failure or one.lag] == []

    def told(self, by: str, *commands: Any, on: date) -> str:
        """What came of it, to be compared."""
        self.sent += 1
        try:
            name = f"sent-{self.sent}"
            done = self.agency.tell(by, *commands, on=on, key=name, correlation=name)
            return f"{done.position} {len(done.events)}"
        except Refusal as refusal:
            return f"{type(refusal).__name__} {refusal}"

    def export(self, words: Sequence[str]) -> tuple[int, str]:
        told = {"NERACA_DATABASE_URL": self.agency.house.url, "NERACA_ROOT": str(self.root), "NERACA_ANONYMITY": None}
        said = CliRunner().invoke(build(CompositionRoot()), words, env=told)
        assert said.exception is None or isinstance(said.exception, SystemExit), (words, said.exception)
        return said.exit_code, _without_moments("", said.output)

    def data_set(self, name: str, period: str | None, on: date) -> tuple[int, int, str]:
        """As who may have it gets it: up to which position, how many rows, and what it says."""
        file = self.root / f"{name}.jsonl"
        made = export(self.agency.house.url, ExportOrder("uji", DATA_SETS[name], "jsonl", on, period), file)
        return made.position, made.rows, _without_moments("", file.read_text())

    def answer(self, who: str, path: str, body: Any = None, seen: str = "") -> tuple[int, str, dict[str, str]]:
        """`seen` is the version that they say they have read."""
        self.sent += 1
        self.chance.begin(f"answer-{self.sent}")
        headers = {"Authorization": f"Bearer {who}"} if who else {}
        if seen:
            headers |= {"If-Match": seen, "Idempotency-Key": f"answer-{self.sent}"}
        if path.startswith("/pages") and who:
            headers["Cookie"] = f"{session.NAME}={b64encode(who.encode()).decode()}"
        found = (
            self.client.get(path, headers=headers)
            if body is None
            else self.client.post(path, json=body, headers=headers)
        )
        kept = {name: found.headers.get(name, "") for name in ("ETag", "Neraca-Head", "Cache-Control", "Retry-After")}
        return found.status_code, _without_moments(path, found.text), kept

    def stream(self, who: str, after: int, head: int) -> list[str]:
        """What is sent of the log up to its head, in the pieces in which it is sent."""
        path, sent = "/agencies/uji/events/stream", list[bytes]()
        scope: Any = {
            "type": "http",
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": f"after={after}".encode(),
            "headers": [(b"authorization", f"Bearer {who}".encode())],
            "client": ("reader", 1),
            "server": ("testserver.local", 80),
            "extensions": {},
            "state": {},
        }

        async def read() -> None:
            there, asked = asyncio.Event(), False

            async def receive() -> Any:
                nonlocal asked
                if asked:
                    await there.wait()
                    return {"type": "http.disconnect"}
                asked = True
                return {"type": "http.request", "body": b"", "more_body": False}

            async def send(message: Any) -> None:
                sent.append(message.get("body", b""))
                if sent[-1].startswith(b"id: %d\n" % head) or message.get("status", 200) != 200:
                    there.set()

            async with asyncio.timeout(30):
                await self.client.app(scope, receive, send)

        self.client.blocking_portal.call(read)
        return [_without_moments(path, piece.decode()) for piece in sent]

    def pass_on(self) -> PassedOn:
        house, day = self.agency.house, self.days[0]
        self.follow()
        return pass_on(house.service, house.url, house.agencies["uji"], noon(day))


def _without_moments(path: str, text: str) -> str:
    """But when something was written, to the microsecond, and by what name a question goes."""
    if path == "/metrics":
        return "\n".join(line for line in text.splitlines() if not re.search("seconds|_created|process_|python_", line))
    chance = "recorded_at|recordedAt|request|instance"
    text = re.sub(rf'\\?"({chance})\\?":\\?"[^"]*"', "", text)
    text = re.sub(r'"correlation":"[0-9a-f-]{36}"', "", text)
    if path.startswith("/pages"):
        text = re.sub(r'name="key" value="[^"]*"', "", text)
    return re.sub(r"\d{4}-\d\d-\d\dT[\d:]+\.\d+", "", text)


class Worlds:
    """Both; what is done and asked in both, and how far the log had come after each step."""

    def __init__(self, pair: Sequence[World]) -> None:
        self.pair = pair
        self.people = 0
        self.heads: list[int] = [0]

    def both(self, by: str, *commands: Any, on: date) -> str:
        one, other = (world.told(by, *commands, on=on) for world in self.pair)
        assert one == other, (by, commands)
        return one

    def done(self, by: str, *commands: Any, on: date) -> None:
        """What must not be refused: two worlds in which nothing happens tell nothing either."""
        said = self.both(by, *commands, on=on)
        assert said[0].isdigit(), (by, commands, said)

    def apart(self, by: str, commands: Sequence[Any], on: date, other_by: str | None = None) -> str:
        """One command in each world, which is taken or refused alike; in the second by somebody else."""
        each = zip(self.pair, (by, other_by or by), commands, strict=True)
        one, other = (world.told(who, command, on=on) for world, who, command in each)
        assert one == other, (by, commands)
        return one

    def sent(self, path: str, bodies: Sequence[Any], on: date) -> str:
        """What somebody without a name sends, otherwise in each world, and is answered in both."""
        for world in self.pair:
            world.days[0] = on
        one, other = (world.answer("", path, body) for world, body in zip(self.pair, bodies, strict=True))
        assert one == other, (path, bodies)
        return one[1]

    def stale(self, by: str, command: Any, on: date) -> None:
        """A command over HTTP by somebody who has read nothing of late, who is told how far it is."""
        for world in self.pair:
            world.days[0] = on
        self.answered_alike(by, "/agencies/uji/commands", msgspec.to_builtins(command), seen='"v1"')

    def ticked(self, on: date) -> None:
        """What time does."""
        one, other = (world.export(["tick", "--agency", "uji", "--at", f"{noon(on):%FT%TZ}"]) for world in self.pair)
        assert one == other
        assert one[0] == 0, one

    def passed_on(self, on: date) -> PassedOn:
        for world in self.pair:
            world.days[0] = on
        one, other = (world.pass_on() for world in self.pair)
        assert one == other
        return one

    def same(self, on: date, of: Asked, own: Random) -> None:
        """Fails where any reader is answered otherwise in one world than in the other."""
        for world in self.pair:
            world.days[0] = on
            world.follow()
        heads = [world.agency.house.log.head("uji") for world in self.pair]
        assert heads[0] == heads[1]
        self.heads.append(heads[0])
        turn = len(self.heads)
        self._same_log(of, heads[0], turn)
        self._same_data_sets(of, on, turn)
        # Each in its turn as it stands, and the next as of now, which is told by another way.
        at = turn % len(of.always)
        now, then, *_ = of.always[at:] + of.always[:at]
        for who, question in of.always if LONG else (now,):
            self.understood(who, question, of)
        if LONG or turn % 2:
            self.understood(*then, of, _as_of(heads[0]))
        self._same_orders(of, turn, own)
        if own.random() < (0.5 if LONG else 0.25):
            self.understood(*own.choice(of.always), of, self._before(own))
        for _ in range(ASKED_AT_ONCE):
            who = own.choice(of.readers)
            # To auditors the log is shown whole, and nothing else is.
            if own.random() < 0.2 and who != "auditor":
                path = own.choice(ROUTES).format(person=of.person, period=of.period, head=own.choice(self.heads))
                self.answered_alike(who, path)
                continue
            question = own.choice(of.questions)
            when = self._before(own) if own.random() < 0.25 else None
            self.understood(who, question, of, when)

    def _same_log(self, of: Asked, head: int, turn: int) -> None:
        """As a page and as it is streamed, in turns."""
        if LONG or turn % 2:
            self.answered_alike("integrator", f"/agencies/uji/events?after={of.since}&limit=1000")
        if LONG or not turn % 2:
            one, other = (world.stream("integrator", of.since, head) for world in self.pair)
            assert one == other
            assert one[-1].startswith(f"id: {head}\n")

    def _same_orders(self, of: Asked, turn: int, own: Random) -> None:
        """A list in the order that has its turn, now or as of the next moment, by who sees everybody and by anybody."""
        asked = IN_ORDER if LONG else (IN_ORDER[turn % len(IN_ORDER)],)
        for question in asked:
            self.understood("hr", question, of, _as_of(self.heads[-1]) if turn % 2 else None)
        if LONG or not turn % 4:
            self.understood(own.choice(of.readers), own.choice(IN_ORDER), of)

    def _same_data_sets(self, of: Asked, on: date, turn: int) -> None:
        """One in its turn, of one period or of all."""
        names = [*DATA_SETS]
        for name in names if LONG else (names[turn % len(names)],):
            period = of.period if DATA_SETS[name].by_period and turn % 2 else None
            one, other = (world.data_set(name, period, on) for world in self.pair)
            assert one == other, (name, period, _where(one[2], other[2]))

    def _before(self, own: Random) -> dict[str, str]:
        return _as_of(own.choice(self.heads[-8:]))

    def understood(self, who: str, question: str, of: Asked, when: dict[str, str] | None = None) -> None:
        told = "".join(f", ${name}: String!" for name in ("p", "q") if f"${name}" in question)
        # One text, whatever the moment: to weigh a text takes as long as to answer it.
        query = f'query($when: AsOf{told}) {{ agency(id: "uji", asOf: $when) {{ {question} }} }}'
        body = {"query": query, "variables": {"p": of.person, "q": of.period, "when": when}}
        answer = self.answered_alike(who, "/graphql", body)
        # What is not understood would be answered alike by any two; that somebody may not be seen is an answer.
        refused = re.search(r'"code":"(INVALID|TOO_MUCH|SYNTAX|INTERNAL)"', answer)
        assert not refused or "whom you may see" in answer, (body, answer)

    def same_exports(self, of: Asked, own: Random) -> None:
        verbs = (
            (*of.exports, *EXPORTS) if LONG else (*own.sample(of.exports, min(1, len(of.exports))), own.choice(EXPORTS))
        )
        for verb in verbs:
            name, *more = verb.format(person=of.person, period=of.period).split()
            one, other = (world.export(["report", name, "--agency", "uji", *more]) for world in self.pair)
            assert one == other, (verb, *_where(one[1], other[1]))
            # What is refused would be answered alike by any two.
            assert one[0] == 0, (verb, one)

    def answered_alike(self, who: str, path: str, body: Any = None, seen: str = "") -> str:
        one, other = (world.answer(who, path, body, seen) for world in self.pair)
        assert one == other, (who, path, body, _where(one[1], other[1]))
        assert one[0] < 500, (who, path, body, one)
        return one[1]


def _as_of(head: int) -> dict[str, str]:
    return {"position": str(head)}


def _where(one: str, other: str) -> tuple[str, str]:
    """Around the first difference, of which pytest shows the beginning only."""
    at = next((n for n, both in enumerate(zip(one, other, strict=False)) if both[0] != both[1]), 0)
    return one[max(0, at - 200) : at + 200], other[max(0, at - 200) : at + 200]
