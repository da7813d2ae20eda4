"""One message over HTTP, to a real receiver: bounded, to the address that was looked at, and nowhere else."""

import re
import ssl
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from neraca.service.webhooks.messages import Answer, Unreached, post
from neraca.service.webhooks.targets import Target, target

CERTIFICATE = Path(__file__).with_name("localhost.pem")


def sent(
    url: str, *, anywhere: bool = True, trusted: bool = False, longest: timedelta = timedelta(seconds=5)
) -> Answer:
    to = target(url)
    assert isinstance(to, Target)
    trust = ssl.create_default_context(cafile=str(CERTIFICATE) if trusted else None)
    return post(to, {"Content-Type": "text/plain"}, b"hello", anywhere=anywhere, trust=trust, longest=longest)


def test_a_message_is_one_request_and_its_status_the_answer(receiver: Any) -> None:
    receiver.answers.append(receiver.said(103) + receiver.said(429, "Retry-After: 7"))

    assert sent(receiver.url) == Answer(429, 7)
    host = f"127.0.0.1:{receiver.port}"
    common = {"host": host, "content-length": "5", "connection": "close", "content-type": "text/plain"}
    assert receiver.wait(1) == [({"": "POST /in?x=1 HTTP/1.1", **common}, b"hello")]


@pytest.mark.parametrize("url", ["https://localhost:{}/", "https://127.0.0.1:{}/", "https://[::ffff:127.0.0.1]:{}/"])
def test_an_address_of_this_machine_is_not_connected_to(secured: Any, url: str) -> None:
    with pytest.raises(Unreached, match="its address is one of this machine or a private network"):
        sent(url.format(secured.port), anywhere=False, trusted=True)

    assert secured.got == []


def test_plain_http_is_not_spoken_where_receivers_are_elsewhere(receiver: Any) -> None:
    with pytest.raises(Unreached, match="plain HTTP"):
        sent(receiver.url, anywhere=False)

    assert receiver.got == []


def test_a_certificate_must_be_trusted_and_for_the_name(secured: Any) -> None:
    assert sent(f"https://localhost:{secured.port}/", trusted=True) == Answer(204)
    for url, trusted, why in (
        ("https://localhost", False, "self-signed certificate"),
        ("https://127.0.0.1", True, "IP address mismatch"),
    ):
        with pytest.raises(Unreached, match=f"its certificate is not trusted: .*{why}"):
            sent(f"{url}:{secured.port}/", trusted=trusted)
    assert len(secured.got) == 1


@pytest.mark.parametrize(
    "answer", [b"", b"hello\r\n\r\n", b"HTTP/1.1 99 x\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"x" * 20_000]
)
def test_what_is_no_answer_is_none(receiver: Any, answer: bytes) -> None:
    receiver.answers.append(answer)

    with pytest.raises(Unreached, match=r"what it answered is no HTTP|not connected"):
        sent(receiver.url)


def test_who_does_not_answer_is_left(receiver: Any) -> None:
    receiver.answers.append(b"HTTP/1.1 200 OK\r\nX: ")
    receiver.hold.clear()

    with pytest.raises(Unreached, match=re.escape("no answer within 0 s")):
        sent(receiver.url, longest=timedelta(milliseconds=200))

    receiver.hold.set()


def test_who_is_not_there_is_said_so(receiver: Any) -> None:
    for url, why in (("http://127.0.0.1:9/", "not connected: "), ("http://no-such-host.invalid/", "no address")):
        with pytest.raises(Unreached, match=why):
            sent(url)
