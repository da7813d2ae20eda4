"""From texts to a proposal: what the checks say of them, how an older one comes back, and how far each has come."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from neraca.domain.command_rules import PolicyRef
from neraca.domain.contexts import Draft
from neraca.domain.errors import Invalid, NotFound
from neraca.domain.policy_register import Proposal, State, ValidityPeriod
from neraca.domain.policy_register.approval import missing
from neraca.domain.policy_register.events import PolicyProposed
from neraca.policy.findings import Finding, mistakes
from neraca.policy.library import Library, NoSuchPolicy, Unsound
from neraca.policy.published import PublishedPolicy, ready
from neraca.policy.source.agency_files import DOUBTFUL
from neraca.policy.source.inheritance import Resolved
from neraca.policy.source.yaml_tree import find, value_of
from neraca.policy.testing import runner
from neraca.policy.testing.sensitivity import sensitivity

NATIONAL = "national"
"""The scope whose locks ask for a national approver."""


def checked(
    file: str, texts: Mapping[str, str], cycles: Mapping[str, str], joining: frozenset[str] = frozenset()
) -> Draft:
    """What `neraca check` or the policy's own tests find wrong is refused. Raises Invalid with all of it, or NotFound.

    Warnings are kept with the proposal, numbers that move nothing (`neraca check --sensitivity`) among them.
    `cycles` are those of the policies that rule before it, by hash; `joining` which of them join parts of a period.
    """
    library, found = Library.read(texts)
    compiled = _fit(library, found, file)
    resolved, policy = compiled.resolved, compiled.resolved.policy
    # Here, and not only in CI: whoever proposes may never have run them.
    failed = [one for one in runner.run(resolved) if not one.passed]
    if failed:
        said = "\n".join(f"«{one.name}»: {'; '.join(one.differences)}" for one in failed)
        raise Invalid(f"/texts: tests of the policy fail:\n{said}", field="/texts")
    draft = drafted(compiled, cycles, joining)
    return replace(
        draft,
        warnings=tuple(
            str(one) for one in (*(one for one in found if one.file in resolved.chain), *sensitivity(resolved))
        ),
        doubtful=tuple(name for name, one in policy.references.items() if one.status in DOUBTFUL),
        locked=tuple(_moved_within_locks(resolved, library)),
        tests=len(policy.tests),
    )


def drafted(compiled: PublishedPolicy, cycles: Mapping[str, str], joining: frozenset[str]) -> Draft:
    """What decides when it may begin; nothing of what the checks say."""
    policy = compiled.resolved.policy
    return Draft(
        policy=compiled.ref,
        purpose=policy.decides,
        abstract=policy.abstract,
        since=date.fromisoformat(policy.effective.from_),
        until=None if policy.effective.to is None else date.fromisoformat(policy.effective.to),
        cycle=policy.period.cycle,
        policy_date=policy.period.policy_date,
        cycles=cycles,
        segments=policy.period.segments is not None,
        joining=joining,
    )


def read(file: str, texts: Mapping[str, str]) -> PublishedPolicy:
    """Raises Invalid with every mistake, or NotFound."""
    library, _ = Library.read(texts)
    return _sound(library, file)


def fit(file: str, texts: Mapping[str, str]) -> PublishedPolicy:
    """As `read`, of what is to be put in force."""
    library, found = Library.read(texts)
    return _fit(library, found, file)


def _fit(library: Library, found: Iterable[Finding], file: str) -> PublishedPolicy:
    compiled = _sound(library, file)
    if wrong := [one for one in mistakes(found) if one.file in compiled.resolved.chain]:
        said = "\n".join(map(str, wrong))
        raise Invalid(f"/texts: the policy may not be put in force:\n{said}", field="/texts")
    return compiled


def _sound(library: Library, file: str) -> PublishedPolicy:
    try:
        return ready(library.by_file(file))
    except Unsound as unsound:
        raise Invalid(f"the policy has mistakes:\n{unsound}", field="/texts") from None
    except NoSuchPolicy as missing:
        raise NotFound(str(missing), field="/file") from None


def _moved_within_locks(resolved: Resolved, library: Library) -> Iterator[str]:
    """Paths that are not as the national parent has them, though it locks them: the lock allows some values.

    What a nearer national policy moves is the nation's own; and what may be deviated from where it is marked so is the
    agency's.
    """
    told: set[str] = set()
    chain = [library.by_file(file) for file in resolved.chain]
    for parent in [one for one in chain if one.policy.scope.level == NATIONAL][-1:]:
        for lock in parent.policy.locks:
            if lock.deviation == "marked":
                continue
            above, below = find(parent.document, lock.path), find(resolved.document, lock.path)
            was, now = (None if tree is None else (value_of(tree),) for tree in (above, below))
            if was != now and lock.path not in told:
                told.add(lock.path)
                yield lock.path


Stage: TypeAlias = Literal["draft", "proposed", "approved", "scheduled", "in force", "superseded", "withdrawn"]


class Listed(Struct, frozen=True, kw_only=True):
    """One proposal or adopted version. `waits_for` says what is still missing before it rules, `taken_back` why a
    schedule of it was.
    """

    proposal: str | None
    policy: PolicyRef
    purpose: str
    stage: Stage
    author: str | None = None
    reason: str | None = None
    impact: str | None = None
    approvals: tuple[str, ...] = ()
    waits_for: str | None = None
    warnings: tuple[str, ...] = ()
    wanted_since: date | None = None
    spans: tuple[ValidityPeriod, ...] = ()
    taken_back: str | None = None


def listed(state: State, today: date, quorum: int) -> list[Listed]:
    """Proposals in order, then what was adopted without one."""
    found = [_proposal(state, name, one, today, quorum) for name, one in state.proposals.items()]
    proposed = {one.proposed.policy.hash for one in state.proposals.values() if one.fate == "published"}
    for one in state.versions.values():
        if one.policy.hash not in proposed:
            spans = _spans(state, one.policy.hash)
            back = state.withdrawn.get((one.policy.id, one.policy.version))
            stage = _ruling(spans, today) if spans or back is None else "withdrawn"
            found.append(
                Listed(proposal=None, policy=one.policy, purpose=one.purpose, stage=stage, spans=spans, taken_back=back)
            )
    return found


def _proposal(state: State, name: str, one: Proposal, today: date, quorum: int) -> Listed:
    proposed: PolicyProposed = one.proposed
    spans = _spans(state, proposed.policy.hash) if one.fate == "published" else ()
    return Listed(
        proposal=name,
        policy=proposed.policy,
        purpose=proposed.purpose,
        stage=_stage(one, spans, today, state.withdrawn),
        author=proposed.author,
        reason=proposed.reason,
        impact=one.impact.report if one.impact else None,
        approvals=tuple(approval.approver for approval in one.approvals),
        waits_for=_waits_for(one, quorum) if one.fate == "open" else None,
        warnings=proposed.warnings,
        wanted_since=proposed.since,
        spans=spans,
        taken_back=state.withdrawn.get((proposed.policy.id, proposed.policy.version)),
    )


def _waits_for(one: Proposal, quorum: int) -> str | None:
    if one.impact is None:
        return "an impact report"
    if one.impact.text is None or one.outdated:
        return "a new impact report"
    return missing(one, one.approvals, quorum)


def _stage(
    one: Proposal, spans: tuple[ValidityPeriod, ...], today: date, taken_back: Collection[tuple[str, int]]
) -> Stage:
    if one.fate == "withdrawn":
        return "withdrawn"
    if one.fate == "published":
        back = (one.proposed.policy.id, one.proposed.policy.version) in taken_back
        return "withdrawn" if back and not spans else _ruling(spans, today)
    if one.impact is None:
        return "draft"
    return "approved" if one.approvals else "proposed"


def _ruling(spans: tuple[ValidityPeriod, ...], today: date) -> Stage:
    if any(span.holds(today) for span in spans):
        return "in force"
    return "scheduled" if any(span.since > today for span in spans) else "superseded"


def _spans(state: State, hash_: str) -> tuple[ValidityPeriod, ...]:
    return tuple(span for spans in state.spans.values() for span in spans if span.hash == hash_)
