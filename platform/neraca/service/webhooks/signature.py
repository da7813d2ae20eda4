"""Signatures of messages as Standard Webhooks 1.0 has them: HMAC-SHA256 over id, instant and body, by a secret."""

import hmac
from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256

_PREFIX = "whsec_"


def told(secret: bytes) -> str:
    """The secret as the receiver is told it, once."""
    return _PREFIX + b64encode(secret).decode()


def signed(secrets: Sequence[bytes], message: str, at: int, body: bytes) -> dict[str, str]:
    """The headers of a message sent at a second since 1970; a repetition has the same id and another signature. By
    each secret it is signed once, and whoever knows one of them may check that.
    """
    codes = [hmac.digest(secret, f"{message}.{at}.".encode() + body, sha256) for secret in secrets]
    return {
        "webhook-id": message,
        "webhook-timestamp": str(at),
        "webhook-signature": " ".join(f"v1,{b64encode(code).decode()}" for code in codes),
    }
