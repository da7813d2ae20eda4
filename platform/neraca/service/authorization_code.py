"""Signing in by an authorization code with PKCE (OpenID Connect Core 3.1, RFC 7636), as a client with a secret or none.

All of one attempt comes from one secret, which the browser keeps until it comes back: what it is known by (`state`),
what the issuer signs that it was asked for (`nonce`), and what proves that the code is ours (`verifier`). Each is a
hash: whoever sees the two in an address knows nothing of the third.
"""

from base64 import b64encode, urlsafe_b64encode
from hashlib import sha256
from urllib.parse import quote_plus, urlencode

import msgspec
from msgspec import Struct

from neraca.domain.agency import SignIn
from neraca.service import http_client
from neraca.service.identity_provider import Identified, IdentityProviders, Issuer, NotBelieved, Unavailable, reached
from neraca.service.webhooks.messages import Unreached

SCOPE = "openid profile"


class Attempt(Struct, frozen=True):
    agency: str
    secret: str

    @property
    def state(self) -> str:
        return self._derived("state")

    @property
    def nonce(self) -> str:
        return self._derived("nonce")

    @property
    def verifier(self) -> str:
        return self._derived("verifier")

    @property
    def challenge(self) -> str:
        return _letters(self.verifier)

    def _derived(self, what: str) -> str:
        return _letters(f"{what}:{self.agency}:{self.secret}")


class _Granted(Struct):
    id_token: str


def back(sign_in: SignIn, agency: str) -> str:
    """Where the issuer sends the browser back to: an address of each agency, so that no issuer answers for another."""
    return f"{sign_in.pages}/pages/sign-in/{agency}/back"


async def address(providers: IdentityProviders, attempt: Attempt) -> str:
    """Where the browser is to go. Raises Unavailable."""
    sign_in, issuer = _of(providers, attempt)
    asked = {
        "response_type": "code",
        "client_id": sign_in.client,
        "redirect_uri": back(sign_in, attempt.agency),
        "scope": SCOPE,
        "state": attempt.state,
        "nonce": attempt.nonce,
        "code_challenge": attempt.challenge,
        "code_challenge_method": "S256",
    }
    try:
        there = (await issuer.discovered()).authorization_endpoint
        if not reached(there).tls and not issuer.door.anywhere:
            raise Unreached("its page is plain HTTP")
    except Unreached as unreached:
        raise Unavailable(_told(issuer, unreached)) from None
    return f"{there}{'&' if '?' in there else '?'}{urlencode(asked)}"


async def identified(
    providers: IdentityProviders, attempt: Attempt, code: str, client_secret: str | None = None
) -> Identified:
    """Whose the code is. Raises NotBelieved, Unavailable."""
    sign_in, issuer = _of(providers, attempt)
    fields = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back(sign_in, attempt.agency),
        "client_id": sign_in.client,
        "code_verifier": attempt.verifier,
    }
    try:
        there = reached((await issuer.discovered()).token_endpoint)
        known_by = None if client_secret is None else _basic(sign_in.client, client_secret)
        answer = await http_client.post_form(there, fields, issuer.door, known_by)
    except Unreached as unreached:
        raise Unavailable(_told(issuer, unreached)) from None
    if answer.status != 200:
        raise NotBelieved(f"the sign-in at {issuer.name} took no code: it answers {answer.status}; sign in again")
    try:
        token = msgspec.json.decode(answer.body, type=_Granted).id_token
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise NotBelieved(f"the sign-in at {issuer.name} gave no ID token; ask whoever keeps it") from None
    found = await providers.identified(token, attempt.nonce)
    if found is None or found.agency != attempt.agency:
        raise NotBelieved("this token was not made for this sign-in; sign in again")
    return found


def _of(providers: IdentityProviders, attempt: Attempt) -> tuple[SignIn, Issuer]:
    sign_in = providers.sign_in(attempt.agency)
    if sign_in is None or sign_in.pages is None:
        raise Unavailable(f"people of {attempt.agency} sign in to no pages here")
    return sign_in, providers.issuer(attempt.agency)


def _basic(client: str, secret: str) -> dict[str, str]:
    """As RFC 6749 2.3.1 has it: each written as in a form first."""
    said = f"{quote_plus(client)}:{quote_plus(secret)}"
    return {"Authorization": f"Basic {b64encode(said.encode('ascii')).decode('ascii')}"}


def _told(issuer: Issuer, unreached: Unreached) -> str:
    return f"the sign-in at {issuer.name} cannot be asked: {unreached}"


def _letters(text: str) -> str:
    """Of its hash, 43 that may stand anywhere in an address."""
    return urlsafe_b64encode(sha256(text.encode()).digest()).decode("ascii").rstrip("=")
