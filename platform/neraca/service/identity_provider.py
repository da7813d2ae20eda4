"""Who a signed token is of, by the sign-in that an agency names: OpenID Connect, by discovery and published keys.

A token is believed for what its issuer's key has signed, for us, and while it holds. It tells who comes and nothing of
what they may: roles are the log's to tell.
"""

import asyncio
import ssl
from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import msgspec
from joserfc import jwt
from joserfc.errors import ExpiredTokenError, InvalidClaimError, JoseError
from joserfc.jwk import JWKRegistry, KeyBase, KeySet
from joserfc.jws import JWSRegistry
from msgspec import Struct

from neraca.domain.agency import Agency, SignIn
from neraca.domain.text_kinds import KEY, fault, shown
from neraca.service import http_client
from neraca.service.http_client import Door
from neraca.service.webhooks.messages import Unreached
from neraca.service.webhooks.targets import Target, target

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA")
"""All sign with a key that only the issuer has: none can be made with what it publishes, and `none` is none of them."""

SKEW = timedelta(seconds=60)
"""By which the clocks of issuer and server may differ."""

FRESH, STALE = timedelta(hours=1), timedelta(hours=24)
"""For so long keys are taken without a look at whether there are others; and for so long where nobody answers."""

PAUSE = timedelta(seconds=30)
"""Between two looks: a token that names a key which is not there shall not have the issuer asked each time."""

_SHORTEST_MODULUS = 342
"""Letters of a key of 2,048 bits."""

_MOST_KEYS = 50
_TYPES = frozenset({"", "jwt", "at+jwt", "application/at+jwt"})
"""A logout token or an answer of introspection is signed by the same keys, and is nobody's to come with."""

T = TypeVar("T")


class NotBelieved(Exception):
    """The message says what is wrong with a token, to whoever sent it."""


class Unavailable(Exception):
    """The issuer cannot be asked for its keys."""


class Identified(Struct, frozen=True):
    """`person` is what the claim that the agency names holds: an employee number."""

    agency: str
    person: str


class Discovered(Struct, frozen=True):
    """What an issuer publishes of itself, as far as it is needed."""

    issuer: str
    jwks_uri: str
    authorization_endpoint: str = ""
    token_endpoint: str = ""


class _Claims(Struct):
    iss: str = ""


class _Keys(Struct):
    keys: list[dict[str, Any]]


class Issuer:
    """One issuer, its discovery and keys, asked for when they are needed and kept for a while."""

    def __init__(self, name: str, door: Door, now: Callable[[], datetime]) -> None:
        self.name = name
        self.door = door
        self._now = now
        self._one_at_a_time = asyncio.Lock()
        self._found: tuple[Discovered, KeySet] | None = None
        self._found_at = self._looked_at = datetime.min.replace(tzinfo=UTC)
        self._trouble = ""

    async def keys(self, id_: str | None, but: KeySet | None = None) -> KeySet:
        """Asked for anew where none has this id, or where they are those of `but`, if that was not done a moment ago.
        Raises Unavailable.
        """
        return (await self._current(id_, but))[1]

    async def discovered(self) -> Discovered:
        """Raises Unavailable."""
        return (await self._current(None))[0]

    async def _current(self, id_: str | None, but: KeySet | None = None) -> tuple[Discovered, KeySet]:
        if (found := self._usable(id_, but)) is not None:
            return found
        async with self._one_at_a_time:
            # Whoever waited may find what they want.
            if (found := self._usable(id_, but)) is not None:
                return found
            if self._found is None and not self._rested(self._now()):
                raise Unavailable(self._trouble)
            return await self._looked()

    def _usable(self, id_: str | None, but: KeySet | None) -> tuple[Discovered, KeySet] | None:
        if self._found is None:
            return None
        now = self._now()
        known = self._found[1] is not but and (id_ is None or any(key.kid == id_ for key in self._found[1]))
        if not self._rested(now) or (known and now - self._found_at < FRESH):
            return self._found
        return None

    def _rested(self, now: datetime) -> bool:
        """Also where the clock was set back meanwhile, for however long that would be."""
        return not timedelta(0) <= now - self._looked_at < PAUSE

    async def _looked(self) -> tuple[Discovered, KeySet]:
        now = self._now()
        self._looked_at = now
        try:
            self._found = await self._asked()
            self._found_at = now
        except Unreached as unreached:
            self._trouble = f"the sign-in at {self.name} cannot be asked for its keys: {unreached}"
            if self._found is None or now - self._found_at >= STALE:
                self._found = None
                raise Unavailable(self._trouble) from None
        return self._found

    async def _asked(self) -> tuple[Discovered, KeySet]:
        found = _read(await self._body(f"{self.name.rstrip('/')}/.well-known/openid-configuration"), Discovered)
        if found.issuer != self.name:
            raise Unreached(f"it says that it is {shown(found.issuer)}")
        keys = public_keys(_read(await self._body(found.jwks_uri), _Keys).keys)
        if not keys:
            raise Unreached("it publishes no key that can be used")
        return found, KeySet(keys)

    async def _body(self, url: str) -> bytes:
        answer = await http_client.get(reached(url), self.door)
        if answer.status != 200:
            raise Unreached(f"it answers {answer.status}")
        return answer.body


class IdentityProviders:
    """The sign-ins of all agencies: those that name the same issuer share what it publishes."""

    def __init__(self, agencies: Mapping[str, Agency], now: Callable[[], datetime]) -> None:
        self._now = now
        self._of = {id_: one.sign_in for id_, one in agencies.items() if one.sign_in is not None}
        # Made only where it is wanted: the certificates that it trusts are many.
        self._issuers = _issuers([*self._of.values()], ssl.create_default_context(), now) if self._of else {}
        self._registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)

    def sign_in(self, agency: str) -> SignIn | None:
        return self._of.get(agency)

    def issuer(self, agency: str) -> Issuer:
        """Of an agency that has a sign-in."""
        return self._issuers[self._of[agency].issuer]

    async def identified(self, token: str, nonce: str | None = None) -> Identified | None:
        """None for what is no token of any issuer here; where there is a nonce, it was made for that sign-in alone.
        Raises NotBelieved, Unavailable.
        """
        header, claims = _part(token, 0, dict[str, Any]), _part(token, 1, _Claims)
        if header is None or claims is None or (issuer := self._issuers.get(claims.iss)) is None:
            return None
        if str(header.get("typ", "")).lower() not in _TYPES:
            raise NotBelieved("this token is not one to come with; send an ID token or an access token")
        id_ = header.get("kid")
        keys = await issuer.keys(id_ if isinstance(id_, str) else None)
        claims = self._verified(token, [*keys] if id_ is None else [keys])
        if claims is None and id_ is None:
            # It names no key, so it may be of a new one.
            claims = self._verified(token, [*await issuer.keys(None, but=keys)])
        if claims is None:
            raise NotBelieved("this token is not signed by a key of its issuer; sign in again")
        if nonce is not None and claims.get("nonce") != nonce:
            raise NotBelieved("this token was not made for this sign-in; sign in again")
        return self._checked(issuer, claims)

    def _verified(self, token: str, keys: Sequence[KeyBase]) -> dict[str, Any] | None:
        """By one of these, a set by the key that the token names; None where none has signed it."""
        for key in keys:
            try:
                return jwt.decode(token, key, ALGORITHMS, self._registry).claims
            except (JoseError, ValueError, TypeError):
                continue
        return None

    def _checked(self, issuer: Issuer, claims: dict[str, Any]) -> Identified:
        wanted = jwt.JWTClaimsRegistry(
            now=int(self._now().timestamp()),
            leeway=int(SKEW.total_seconds()),
            iss={"essential": True, "value": issuer.name},
            aud={"essential": True},
            exp={"essential": True},
        )
        try:
            wanted.validate(claims)
        except ExpiredTokenError:
            raise NotBelieved("the time of this token is over; sign in again") from None
        except InvalidClaimError as wrong:
            raise NotBelieved(f"the claim {wrong.claim} of this token does not hold; sign in again") from None
        except JoseError:
            raise NotBelieved("this token lacks exp, aud or iss; ask whoever keeps the sign-in") from None
        aud = claims["aud"]
        meant = [aud] if isinstance(aud, str) else aud
        of = [id_ for id_, one in self._of.items() if one.issuer == issuer.name and one.client in meant]
        if len(of) != 1:
            raise NotBelieved("this token is meant for another program, or for several agencies; sign in here")
        return Identified(of[0], _person(claims, self._of[of[0]]))


def _issuers(sign_ins: Sequence[SignIn], trust: ssl.SSLContext, now: Callable[[], datetime]) -> dict[str, Issuer]:
    """Of several agencies that name one each must say that it is near."""
    near: dict[str, bool] = {}
    for one in sign_ins:
        near[one.issuer] = near.get(one.issuer, True) and one.private_network
    return {name: Issuer(name, Door(trust, anywhere=anywhere), now) for name, anywhere in near.items()}


def _person(claims: Mapping[str, Any], sign_in: SignIn) -> str:
    held = claims.get(sign_in.claim)
    # A number of 18 digits has lost some of them by the time that many programs have read it.
    if not isinstance(held, str) or fault(KEY, held) is not None:
        raise NotBelieved(f"the claim {sign_in.claim} of this token holds no employee number; it must be a text of one")
    return held


def public_keys(published: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Those that verify signatures; what is not understood, too small or for something else is left out."""
    found: list[Any] = []
    for one in published[:_MOST_KEYS]:
        if one.get("use", "sig") != "sig" or one.get("kty") not in ("RSA", "EC", "OKP"):
            continue
        if one["kty"] == "RSA" and len(str(one.get("n"))) < _SHORTEST_MODULUS:
            continue
        try:
            key = JWKRegistry.import_key(dict(one))
        except (JoseError, ValueError, TypeError, KeyError):
            continue
        if not key.is_private:
            found.append(key)
    return found


def reached(url: str) -> Target:
    """Raises Unreached."""
    if (found := target(url)) is None:
        raise Unreached(f"{shown(url)} is no address")
    return found


def _read(body: bytes, kind: type[T]) -> T:
    """Raises Unreached."""
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise Unreached("what it answers is not what an issuer publishes") from None


def _part(token: str, at: int, kind: type[T]) -> T | None:
    """A part of a token that nobody has vouched for yet: to see whose it would be."""
    parts = token.split(".")
    if len(parts) != 3:
        return None
    try:
        return msgspec.json.decode(urlsafe_b64decode(parts[at] + "=" * (-len(parts[at]) % 4)), type=kind)
    except (ValueError, msgspec.MsgspecError):
        return None
