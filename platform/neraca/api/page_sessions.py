"""Signing in to the pages by the sign-in of an agency, and the sessions that come of it.

A browser keeps one secret while its user is away at the issuer, and another for the session; the database has the hash
of the second. Whose a session is, and in which roles, is asked at each page: of one that was ended, and of somebody who
is nobody any more, at the next page nothing is left.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from hmac import compare_digest
from secrets import token_urlsafe

from neraca.api.database_reads import Reads
from neraca.api.key_admission import unauthenticated
from neraca.api.person_admission import PersonAdmission
from neraca.api.problems import Problem
from neraca.api.sign_in_limits import SignInLimits
from neraca.domain import page_session
from neraca.domain.contexts import Actor
from neraca.domain.page_session import IDLE, LONGEST, SentSession
from neraca.domain.text_kinds import shown
from neraca.service import authorization_code
from neraca.service.authorization_code import Attempt
from neraca.service.identity_provider import Identified, NotBelieved, Unavailable

_LONGEST_CODE = 4_000


class PageSessions:
    def __init__(
        self,
        reads: Reads,
        agencies: Collection[str],
        people: PersonAdmission,
        clock: Callable[[], datetime],
        client_secrets: Mapping[str, str],
        limits: SignInLimits,
    ) -> None:
        self._limits = limits
        self._reads = reads
        self._client_secrets = client_secrets
        self._people = people
        self._clock = clock
        ways = ((agency, people.providers.sign_in(agency)) for agency in agencies)
        self.agencies = tuple(agency for agency, way in ways if way is not None and way.pages is not None)
        """Those whose people sign in to the pages so."""

    async def begun(self, agency: str) -> tuple[str, str]:
        """Where the browser goes, and what it keeps meanwhile. Raises Problem."""
        self._require(agency)
        secret = token_urlsafe(32)
        try:
            return await authorization_code.address(self._people.providers, Attempt(agency, secret)), secret
        except Unavailable as unavailable:
            raise _away(unavailable) from None

    async def completed(self, agency: str, secret: str, came: Mapping[str, str], address: str) -> str:
        """What the browser keeps of the session of whoever comes back with a code; `came` are the parameters that the
        issuer sent. Raises Problem.
        """
        self._require(agency)
        attempt, issuer = Attempt(agency, secret), self._people.providers.issuer(agency).name
        if not secret or not compare_digest(attempt.state.encode(), came.get("state", "").encode()):
            raise unauthenticated("this sign-in was not begun in this browser, or too long ago; sign in again")
        # As RFC 9207 has it, of issuers that say it.
        if came.get("iss", issuer) != issuer:
            raise unauthenticated("another sign-in than the one that was asked has answered; sign in again")
        code, error = came.get("code", ""), came.get("error", "")
        if error or not 0 < len(code) <= _LONGEST_CODE:
            raise unauthenticated(f"the sign-in of {agency} let nobody in: {shown(error or 'no code')}; sign in again")
        # The issuer is asked for each code: nobody shall have it asked again and again.
        async with self._limits.trying(address, agency):
            try:
                found = await self._identified(attempt, code)
            except Problem as problem:
                if problem.status == 401:
                    await self._limits.count(address, agency)
                raise
        kept = token_urlsafe(32)
        params = {"digest": page_session.digest(kept), "person": found.person, **self._of(agency)}
        await self._reads.called(agency, "session-begin", params)
        return page_session.written(agency, kept)

    async def _identified(self, attempt: Attempt, code: str) -> Identified:
        """Raises Problem, also for who is nobody in the agency."""
        client_secret = self._client_secrets.get(attempt.agency)
        try:
            found = await authorization_code.identified(self._people.providers, attempt, code, client_secret)
        except NotBelieved as wrong:
            raise unauthenticated(str(wrong)) from None
        except Unavailable as unavailable:
            raise _away(unavailable) from None
        await self._people.standing(found)
        return found

    async def actor(self, kept: str) -> Actor | None:
        """Who it is of; None where that is over. Raises Problem for one who is nobody in the agency any more."""
        if (sent := self._sent(kept)) is None:
            return None
        params = {"digest": sent.digest, "idle": IDLE, "longest": LONGEST, **self._of(sent.agency)}
        [row] = await self._reads.called(sent.agency, "session-of", params)
        if row["person"] is None:
            return None
        return await self._people.standing(Identified(sent.agency, row["person"]))

    async def end(self, kept: str) -> None:
        if (sent := self._sent(kept)) is not None:
            await self._reads.called(sent.agency, "session-end", {"digest": sent.digest, **self._of(sent.agency)})

    def _sent(self, kept: str) -> SentSession | None:
        sent = page_session.read(kept)
        return sent if sent is not None and sent.agency in self.agencies else None

    def _of(self, agency: str) -> dict[str, object]:
        return {"agency": agency, "now": self._clock()}

    def _require(self, agency: str) -> None:
        if agency not in self.agencies:
            raise Problem(
                "not-found", f"people of {shown(agency)} do not sign in here; see /pages/sign-in for who does"
            )


def _away(unavailable: Unavailable) -> Problem:
    return Problem("unavailable", str(unavailable), headers={"Retry-After": "30"})
