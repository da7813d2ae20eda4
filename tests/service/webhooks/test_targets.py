"""Which addresses are receivers', and which a server may be sent to."""

import pytest

from neraca.service.webhooks.targets import Target, is_public, target


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://hooks.example/a?b=1", Target("hooks.example", 443, True, "/a?b=1", "hooks.example")),
        ("http://127.0.0.1:8080", Target("127.0.0.1", 8080, False, "/", "127.0.0.1:8080")),
        ("https://[2001:db8::1]:8443/x", Target("2001:db8::1", 8443, True, "/x", "[2001:db8::1]:8443")),
    ],
)
def test_an_address_is_taken_apart(url: str, found: Target) -> None:
    assert target(url) == found


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hooks.example/a",
        "ftp://hooks.example",
        "https://",
        "https:///a",
        "https://user:secret@hooks.example",
        "https://hooks.example/#part",
        "https://hooks.example:0",
        "https://hooks.example:65536",
        "https://hooks.example:x",
        "https://hooks.example/a b",
        "https://hooks.example/a\r\nHost: other",
        "https://hooks.example/é",
        "https://[::1",
        f"https://hooks.example/{'a' * 2_000}",
    ],
)
def test_what_is_no_receiver_is_none(url: str) -> None:
    assert target(url) is None


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_an_address_anywhere_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "240.0.0.1",
        "::1",
        "::",
        "::ffff:127.0.0.1",
        "::ffff:93.184.215.14",
        "::7f00:1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2002:5db8:d70e::1",
        "2001:0:7f00:1::",
        "fe80::1%eth0",
        "fec0::1",
        "fd00::1",
        "ff02::1",
    ],
)
def test_an_address_of_this_machine_or_network_is_not_public(address: str) -> None:
    assert not is_public(address)
