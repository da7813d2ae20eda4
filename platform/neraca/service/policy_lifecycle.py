"""Where staff of an agency work on its policies: what they say goes through the commands like everything else."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from neraca.domain import policy_register, streams
from neraca.domain.agency import Agency
from neraca.domain.command_rules import PolicyRef
from neraca.domain.contexts import Actor
from neraca.domain.errors import Invalid, NotFound
from neraca.domain.policy_register import (
    ApprovePolicy,
    AttachImpact,
    EndShadow,
    NameShadow,
    PolicyApproved,
    PolicyImpactAttached,
    PolicyProposed,
    PolicyScheduleWithdrawn,
    PolicyWithdrawn,
    Proposal,
    ProposePolicy,
    Shadow,
    UnschedulePolicy,
    WithdrawPolicy,
)
from neraca.domain.policy_register.proposal import is_open
from neraca.policy.findings import Finding
from neraca.policy.library import Library
from neraca.policy.source.inheritance import Resolved
from neraca.service.command_batch import CommandBatch, NoSuchAgency
from neraca.service.command_handler import CommandHandler
from neraca.service.drafts import Listed, listed, read
from neraca.service.drift import drifts

# Only at the start of a line, where a key of the top level stands: others may be called version too.
_VERSION = re.compile(r"^version:[ ]*[0-9]+", re.MULTILINE)


class PolicyLifecycle:
    """Every method raises NoSuchAgency; those that write raise what `handle` raises."""

    def __init__(
        self,
        service: CommandHandler,
        agencies: Mapping[str, Agency],
        clock: Callable[[], datetime],
        library: Library | None = None,
    ) -> None:
        self._service = service
        self._agencies = agencies
        self._clock = clock
        self._library = library

    def submit(
        self,
        agency: str,
        actor: Actor,
        command: ProposePolicy | AttachImpact | ApprovePolicy | WithdrawPolicy | UnschedulePolicy,
    ) -> Listed:
        """How the proposal, or the version, that the command is about then stands."""
        self._agency(agency)
        done = self._service.handle(CommandBatch(agency=agency, actor=actor, commands=(command,), now=self._clock()))
        first = done.events[0]
        # The register hides no event, so the version that people know is the one in the log.
        event = self._service.reader.stream(agency, first.stream, after=first.version - 1)[0].event
        if isinstance(event, PolicyScheduleWithdrawn):
            return next(one for one in self.listed(agency) if one.policy == event.policy)
        if not isinstance(event, PolicyProposed | PolicyImpactAttached | PolicyApproved | PolicyWithdrawn):
            raise TypeError(f"{first.id} is no event of a proposal")
        return next(one for one in self.listed(agency) if one.proposal == event.proposal)

    def shadow(self, agency: str, actor: Actor, command: NameShadow | EndShadow) -> Shadow:
        """How the rule that is tried then stands: the one that was ended, or the last that was named."""
        self._agency(agency)
        self._service.handle(CommandBatch(agency=agency, actor=actor, commands=(command,), now=self._clock()))
        there = self._service.policies.shadows(agency)
        ended = command.shadow if isinstance(command, EndShadow) else there[-1].named.shadow
        return next(one for one in there if one.named.shadow == ended)

    def listed(self, agency: str) -> list[Listed]:
        """Proposals in order, then what was adopted without one."""
        known = self._agency(agency)
        return listed(self._state(agency), self._today(known), known.approvals.quorum)

    def drifts(self, agency: str) -> list[Finding]:
        """Where the files say otherwise than the log of what rules."""
        known = self._agency(agency)
        return (
            []
            if self._library is None
            else list(drifts(self._service.policies, agency, self._library, self._today(known)))
        )

    def published(self, agency: str, ref: str) -> Resolved:
        """A version as the log has it: `id@version`, an id for its latest, or the agency's name for what rules today.

        Raises NotFound, NotOneInForce and PolicyAltered.
        """
        known, policies = self._agency(agency), self._service.policies
        if ref == agency:
            return policies.require_in_force(agency, self._today(known)).resolved
        id_, version = PolicyRef.parsed(ref)
        versions = policies.versions(agency, id_)
        if not versions or (version is not None and version not in versions):
            raise self._never_published(agency, ref)
        return policies.by_ref(agency, id_, max(versions) if version is None else version).resolved

    def _today(self, agency: Agency) -> date:
        return self._clock().astimezone(ZoneInfo(agency.time_zone)).date()

    def open(self, agency: str, proposal: str) -> Proposal:
        """Raises NotFound, or NotOpen for one that has ended."""
        self._agency(agency)
        return is_open(proposal, self._state(agency))

    def restored(self, agency: str, ref: str) -> tuple[str, dict[str, str]]:
        """File and texts of a version once published (`id@version`), as the next version of the same policy.

        Not a digit may come out otherwise: what it computes is held to what the older one computed.
        """
        self._agency(agency)
        id_, version = PolicyRef.parsed(ref)
        versions = self._service.policies.versions(agency, id_)
        if version not in versions:
            raise self._never_published(agency, ref)
        old = self._service.policies.by_ref(agency, id_, version)
        file, texts = old.resolved.file, dict(old.resolved.sources)
        latest = max(versions)
        texts[file] = _VERSION.sub(f"version: {latest + 1}", texts[file], count=1)
        new = read(file, texts)
        if new.ref.version != latest + 1 or new.ref.calc_hash != old.ref.calc_hash:
            raise Invalid(f"{ref} can't be renumbered by itself; copy it, write version: {latest + 1}, and propose it")
        return file, texts

    def _never_published(self, agency: str, ref: str) -> NotFound:
        there = ", ".join(self._service.policies.refs(agency)) or "none"
        return NotFound(f"{agency} never published {ref}; there are {there}")

    def _agency(self, agency: str) -> Agency:
        known = self._agencies.get(agency)
        if known is None:
            raise NoSuchAgency(f"no agency '{agency}'; there are {', '.join(sorted(self._agencies))}")
        return known

    def _state(self, agency: str) -> policy_register.State:
        state = policy_register.State()
        for past in self._service.reader.stream(agency, streams.policy_register(agency)):
            state = policy_register.evolve(state, past.event)
        return state
