"""Whom a signed token is of: only what the agency's issuer signed, for it, and while it holds; keys come and go."""

import asyncio
import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc import jwt
from joserfc.errors import SecurityWarning
from joserfc.jwk import RSAKey
from msgspec import structs

from neraca.domain.agency import Agency, Reporting, SignIn, Unit
from neraca.service import identity_provider
from neraca.service.identity_provider import Identified, IdentityProviders, NotBelieved, Unavailable
from tests.issuer import ED, NIP, NOW, RSA, SECOND, Published, publishing

BANDUNG = Agency(
    schema="neraca-agency/1",
    id="bandung",
    name={"id": "Pemerintah Kota Bandung"},
    kind="city",
    time_zone="Asia/Jakarta",
    languages=("id",),
    stage="demonstration",
    units={"dinkes": Unit(name={"id": "Dinas"}, activated=date(2025, 1, 1))},
    working_week=("mon",),
    holidays={},
    reporting=Reporting(cadence="monthly"),
    policies=(),
)


@pytest.fixture
def published() -> Iterator[Published]:
    with publishing() as found:
        yield found


def providers_of(published: Published, near: bool = True, **more: str) -> IdentityProviders:
    """Of Bandung, and of further agencies by their clients."""
    agencies: dict[str, Agency] = {}
    for id_, client in ({"bandung": "neraca"} | more).items():
        sign_in = SignIn(issuer=published.issuer, client=client, claim="nip", private_network=near)
        agencies[id_] = structs.replace(BANDUNG, id=id_, sign_in=sign_in)
    return IdentityProviders(agencies, lambda: published.now)


def identified(providers: IdentityProviders, token: str) -> Identified | None:
    return asyncio.run(providers.identified(token))


def test_a_token_tells_the_agency_it_is_for_and_the_employee(published: Published) -> None:
    providers = providers_of(published, surabaya="other")

    assert identified(providers, published.token()) == Identified("bandung", NIP)
    assert identified(providers, published.token(aud=["x", "other"])) == Identified("surabaya", NIP)
    assert identified(providers, published.token(ED, "Ed25519")) == Identified("bandung", NIP)
    assert identified(providers, published.token(header={"typ": "at+jwt"})) == Identified("bandung", NIP)
    assert published.asked == ["/.well-known/openid-configuration", "/keys"]


def test_what_is_no_token_of_an_issuer_here_is_left_for_others_to_know(published: Published) -> None:
    providers = providers_of(published)

    for token in ("", "a", "a.b", "a.b.c", "....", "é.e30.x", published.token(iss="https://elsewhere.example")):
        assert identified(providers, token) is None
    assert published.asked == []


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"aud": "another"}, "meant for another program"),
        ({"aud": ["neraca", "other"]}, "meant for another program, or for several agencies"),
        ({"aud": None}, "lacks exp, aud or iss"),
        ({"aud": 7}, "the claim aud"),
        ({"exp": None}, "lacks exp, aud or iss"),
        ({"exp": "tomorrow"}, "the claim exp"),
        ({"exp": int(NOW.timestamp()) - 60}, "the time of this token is over"),
        ({"nbf": int(NOW.timestamp()) + 61}, "the claim nbf"),
        ({"iat": int(NOW.timestamp()) + 61}, "the claim iat"),
        ({"nip": None}, "the claim nip of this token holds no employee number"),
        ({"nip": int(NIP)}, "the claim nip of this token holds no employee number"),
        ({"nip": "key:siasn"}, "the claim nip of this token holds no employee number"),
        ({"nip": [NIP]}, "the claim nip of this token holds no employee number"),
        ({"nip": ""}, "the claim nip of this token holds no employee number"),
    ],
)
def test_what_a_token_must_say(published: Published, other: dict[str, Any], told: str) -> None:
    with pytest.raises(NotBelieved, match=told):
        identified(providers_of(published, surabaya="other"), published.token(**other))


def test_clocks_may_differ_by_a_minute(published: Published) -> None:
    providers, now = providers_of(published), int(NOW.timestamp())

    others: list[dict[str, Any]] = [{"exp": now - 59}, {"nbf": now + 60}, {"iat": now + 60}]
    for other in others:
        assert identified(providers, published.token(**other)) == Identified("bandung", NIP)


def _part(said: dict[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(said).encode()).rstrip(b"=").decode()


def unsigned(published: Published) -> str:
    return f"{_part({'alg': 'none', 'kid': 'first'})}.{_part(published.claims())}."


def forged(published: Published) -> str:
    """Signed with what the issuer publishes, as a secret that is shared."""
    signed = f"{_part({'alg': 'HS256', 'kid': 'first'})}.{_part(published.claims())}"
    made = hmac.new(RSA.as_pem(private=False), signed.encode(), "sha256").digest()
    return f"{signed}.{urlsafe_b64encode(made).rstrip(b'=').decode()}"


def of_another_key(published: Published) -> str:
    return published.token(RSAKey.generate_key(2048, {"kid": "first"}))


def altered(published: Published) -> str:
    head, _, signature = published.token().split(".")
    return f"{head}.{_part(published.claims(nip='1'))}.{signature}"


def of_a_key_of_its_own(published: Published) -> str:
    own = RSAKey.generate_key(2048)
    return published.token(own, header={"kid": "own", "jwk": own.as_dict(private=False)})


def of_another_kind(published: Published) -> str:
    return published.token(ED, "Ed25519", header={"kid": "first"})


def that_must_be_understood(published: Published) -> str:
    """A header says that nobody may take it who does not know what `fresh` means."""
    signed = f"{_part({'alg': 'RS256', 'kid': 'first', 'crit': ['fresh'], 'fresh': 1})}.{_part(published.claims())}"
    key: Any = RSA.private_key
    made = key.sign(signed.encode(), PKCS1v15(), SHA256())
    return f"{signed}.{urlsafe_b64encode(made).rstrip(b'=').decode()}"


@pytest.mark.parametrize(
    "make",
    [unsigned, forged, of_another_key, altered, of_a_key_of_its_own, of_another_kind, that_must_be_understood],
)
def test_what_the_issuer_did_not_sign_is_believed_of_nobody(published: Published, make: Any) -> None:
    with pytest.raises(NotBelieved, match="not signed by a key of its issuer"):
        identified(providers_of(published), make(published))


def test_what_is_signed_for_another_purpose_is_nobodys_to_come_with(published: Published) -> None:
    with pytest.raises(NotBelieved, match="send an ID token or an access token"):
        identified(providers_of(published), published.token(header={"typ": "logout+jwt"}))


def test_a_new_key_is_found_and_an_old_one_forgotten(published: Published) -> None:
    providers = providers_of(published)
    assert identified(providers, published.token())
    published.has(SECOND)
    published.now += identity_provider.PAUSE

    assert identified(providers, published.token(SECOND, "ES256")) == Identified("bandung", NIP)
    assert len(published.asked) == 4
    published.now += identity_provider.PAUSE
    with pytest.raises(NotBelieved, match="not signed by a key of its issuer"):
        identified(providers, published.token())


def test_a_token_that_names_no_key_is_tried_with_each(published: Published) -> None:
    providers = providers_of(published)
    published.has(ED, RSA)

    def token(key: Any, alg: str) -> str:
        return jwt.encode({"alg": alg}, published.claims(), key, algorithms=[alg])

    for key, alg in ((ED, "Ed25519"), (RSA, "RS256")):
        assert identified(providers, token(key, alg)) == Identified("bandung", NIP)
    published.has(SECOND)
    with pytest.raises(NotBelieved):
        identified(providers, token(SECOND, "ES256"))
    assert len(published.asked) == 2
    published.now += identity_provider.PAUSE
    assert identified(providers, token(SECOND, "ES256")) == Identified("bandung", NIP)
    with pytest.raises(NotBelieved):
        identified(providers, token(RSA, "RS256"))
    assert len(published.asked) == 4


def test_keys_that_are_not_there_do_not_have_the_issuer_asked_each_time(published: Published) -> None:
    providers = providers_of(published)
    for _ in range(5):
        with pytest.raises(NotBelieved):
            identified(providers, published.token(SECOND, "ES256"))

    assert len(published.asked) == 2


def test_many_at_once_have_the_issuer_asked_once(published: Published) -> None:
    providers, token = providers_of(published), published.token()

    async def all_of_them() -> list[Identified | None]:
        return await asyncio.gather(*(providers.identified(token) for _ in range(20)))

    assert asyncio.run(all_of_them()) == [Identified("bandung", NIP)] * 20
    assert len(published.asked) == 2


def test_keys_outlast_an_issuer_that_is_away_for_a_day(published: Published) -> None:
    providers = providers_of(published)
    assert identified(providers, published.token())
    published.status = 500

    published.now += identity_provider.FRESH
    assert identified(providers, published.token())
    published.now += identity_provider.STALE
    with pytest.raises(Unavailable, match="cannot be asked for its keys: it answers 500"):
        identified(providers, published.token())
    published.status = 200
    published.now += identity_provider.PAUSE
    assert identified(providers, published.token())


def test_an_issuer_that_cannot_be_asked_is_asked_again_after_a_while(published: Published) -> None:
    providers = providers_of(published)
    published.status = 500
    for _ in range(3):
        with pytest.raises(Unavailable):
            identified(providers, published.token())
    assert len(published.asked) == 1

    published.status = 200
    published.now += identity_provider.PAUSE
    assert identified(providers, published.token())


def test_pieces_of_an_answer_are_put_together(published: Published) -> None:
    published.chunked = True

    assert identified(providers_of(published), published.token()) == Identified("bandung", NIP)


@pytest.mark.parametrize(
    ("document", "said", "told"),
    [
        ("/.well-known/openid-configuration", b"<html>", "not what an issuer publishes"),
        ("/.well-known/openid-configuration", {"issuer": "http://other"}, "not what an issuer publishes"),
        ("/.well-known/openid-configuration", {"issuer": "http://other", "jwks_uri": "x"}, "says that it is"),
        ("/keys", {"keys": []}, "publishes no key that can be used"),
        (
            "/keys",
            {"keys": [{"kty": "oct", "k": "c2VjcmV0"}, {"kty": "RSA"}, {"use": "enc"}]},
            "no key that can be used",
        ),
        ("/keys", b" " * 300_000, "answers more than 200,000 bytes"),
    ],
)
def test_what_an_issuer_publishes_is_looked_at(published: Published, document: str, said: Any, told: str) -> None:
    published.documents[document] = said

    with pytest.raises(Unavailable, match=told):
        identified(providers_of(published), published.token())


def test_small_and_private_keys_are_left_out(published: Published) -> None:
    with pytest.warns(SecurityWarning):
        small = RSAKey.generate_key(1024)
    published.has(small, RSA.as_dict(private=True))

    with pytest.raises(Unavailable, match="no key that can be used"):
        identified(providers_of(published), published.token())


def test_keys_are_not_fetched_from_elsewhere_in_the_network_unless_the_agency_says_so(published: Published) -> None:
    with pytest.raises(Unavailable, match="it is plain HTTP"):
        identified(providers_of(published, near=False), published.token())
    published.issuer = published.issuer.replace("http:", "https:")
    with pytest.raises(Unavailable, match="its address is one of this machine or a private network"):
        identified(providers_of(published, near=False), published.token())
    assert published.asked == []
