"""Signatures as others reckon them."""

from base64 import b64decode

from neraca.service.webhooks.signature import signed, told


def test_a_message_is_signed_as_the_reference_implementations_sign_theirs() -> None:
    """The vector of their tests."""
    secret = b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")

    assert told(secret) == "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    assert signed([secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}') == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_whoever_knows_either_of_two_secrets_may_check_a_message() -> None:
    one, other = (signed([secret], "m", 1, b"{}")["webhook-signature"] for secret in (b"1" * 32, b"2" * 32))

    assert signed([b"1" * 32, b"2" * 32], "m", 1, b"{}")["webhook-signature"] == f"{one} {other}"
