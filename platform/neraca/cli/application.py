"""What the verbs need of the rest of the program; `main` provides it."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from msgspec import Struct

from neraca.settings import Settings

if TYPE_CHECKING:  # what a verb is handed is no reason to import the part it comes from
    from datetime import datetime

    from neraca.cli.diagnosis import Finding
    from neraca.document.verification import Marks
    from neraca.domain.api_key import KeyOrder
    from neraca.domain.appointments import Appointment
    from neraca.domain.contexts import Actor
    from neraca.domain.vocabulary import CandidacyKind
    from neraca.policy.findings import Finding as Drifted
    from neraca.policy.library import Library
    from neraca.projecting.rebuild import Switch
    from neraca.service import CommandResult
    from neraca.service.api_keys import IssuedKey
    from neraca.service.candidacy_batch import ListingOutcome
    from neraca.service.distribution import Distribution
    from neraca.service.evaluation_documents import Verification
    from neraca.service.exports import Manifest
    from neraca.service.imports.file_import import ImportOrder, ImportReport
    from neraca.service.observation import Observed
    from neraca.service.open_deadlines import OpenDeadline
    from neraca.service.policy_lifecycle import PolicyLifecycle
    from neraca.service.remuneration_batch import FixingOutcome, Kind
    from neraca.service.report_source import ReportSource
    from neraca.service.simulation import Progress, ShadowReport, Simulation, SimulationRequest
    from neraca.service.webhooks.subscriptions import Webhooks
    from neraca.store.api_keys import StoredKey
    from neraca.store.page_sessions import PageSession
    from neraca.store.recorded_reads import RecordedRead


class DemoOptions(Struct, frozen=True):
    """`days` of the year are lived, `people` are spread over the agencies by their planning sizes."""

    people: int
    seed: int
    days: int
    once: bool
    port: int | None


class RebuildResult(Struct, frozen=True):
    """`equal` is None where there was nothing to compare with; `differing` names some of the `differ` rows not alike.

    `switched`: readers now have the rebuilt rows.

    `set_aside` events could not be taken in, or wait for one that could not.
    """

    projection: str
    agency: str | None
    events: int
    equal: bool | None
    differing: list[str]
    set_aside: int = 0
    differ: int = 0
    switched: bool = True


class LogResult(Struct, frozen=True):
    """What was found of a whole log beside its final results.

    `misfits` are events that are not where, when or how they must be, and documents that are no longer what was signed;
    `compared` are the read models made again from the log beside the live ones, which recorded it as it came;
    `not_compared` have none of this version. `draws` are of raters, one for each relation that a draw took them in;
    `misdrawn` those that the salt, the people and the policy of their day do not give.
    """

    agency: str
    events: int
    misfits: list[str]
    compared: list[RebuildResult]
    not_compared: list[str]
    draws: int = 0
    misdrawn: list[str] = []

    @property
    def same(self) -> bool:
        return not self.misfits and not self.misdrawn and not any(one.differ for one in self.compared)


class ReplayResult(Struct, frozen=True):
    """One recorded finalisation recomputed from the log alone; `same` is digit for digit, facts digest included."""

    agency: str
    employee: str
    period: str
    position: int
    policy: str
    recorded: dict[str, str | None]
    recomputed: dict[str, str | None]
    same: bool
    differences: list[str]


class Application(Protocol):
    def migrate(self, settings: Settings, say: Callable[[str], None]) -> None: ...

    def serve(self, settings: Settings, *, follow: bool) -> None: ...

    def follow(self, settings: Settings) -> None: ...

    def demo(self, settings: Settings, order: DemoOptions) -> None: ...

    def rebuild(
        self, settings: Settings, projections: Sequence[str], agency: str | None, switch: "Switch"
    ) -> Sequence[RebuildResult]: ...

    def doctor(self, settings: Settings) -> Sequence["Finding"]: ...

    def replay(
        self,
        settings: Settings,
        agency: str,
        appraisal: str | None,
        policy: str | None,
        as_of: str | None,
    ) -> tuple[Sequence[ReplayResult], LogResult | None]:
        """The log as a whole is looked at where nothing narrower is asked for."""
        ...

    def document(
        self,
        settings: Settings,
        agency: str,
        employee: str,
        period: str,
        language: Literal["id", "en"],
        file_format: Literal["html", "pdf"],
    ) -> bytes: ...

    def verified(
        self, settings: Settings, agency: str, marks: "Marks", sha256: str | None
    ) -> "Verification | None": ...

    def shadowed(self, settings: Settings, agency: str, shadow: str | None) -> "ShadowReport":
        """The last that was named, where none is."""
        ...

    def simulate(self, settings: Settings, asked: "SimulationRequest", say: "Progress") -> "Simulation": ...

    def distributions(
        self, settings: Settings, agency: str, period: str, *, appraisers: bool
    ) -> Sequence["Distribution"]: ...

    def send(
        self, settings: Settings, token: str, agency: str, body: bytes, seen: Sequence[int] | None
    ) -> "CommandResult":
        """Commands in JSON; `seen` are the versions of what they change, None to do them on it as it stands."""
        ...

    def consider(
        self,
        settings: Settings,
        token: str,
        kind: "CandidacyKind",
        agency: str,
        period: str,
        unit: str | None,
    ) -> "Sequence[ListingOutcome]": ...

    def fix(
        self,
        settings: Settings,
        token: str,
        kind: "Kind",
        agency: str,
        period: str,
        unit: str | None,
        revise: str | None,
    ) -> "Sequence[FixingOutcome]": ...

    def bring(self, settings: Settings, token: str, order: "ImportOrder") -> "ImportReport": ...

    def issue_key(self, settings: Settings, token: str, agency: str, order: "KeyOrder") -> "IssuedKey": ...

    def keys(self, settings: Settings, token: str, agency: str) -> "Sequence[StoredKey]": ...

    def revoke_key(self, settings: Settings, token: str, agency: str, key: str) -> "datetime":
        """When it was revoked: now, or before."""
        ...

    def page_sessions(self, settings: Settings, token: str, agency: str) -> "Sequence[PageSession]": ...

    def end_page_sessions(self, settings: Settings, token: str, agency: str, person: str) -> int: ...

    def recorded_reads(
        self, settings: Settings, token: str, agency: str, before: "datetime"
    ) -> "Sequence[RecordedRead]": ...

    def appointments(
        self, settings: Settings, token: str, agency: str, on: "date | None"
    ) -> "Sequence[Appointment]": ...

    def payroll(self, settings: Settings, agency: str, period: str, format_: str) -> bytes: ...

    def export(
        self,
        settings: Settings,
        agency: str,
        data_set: str,
        file_format: str,
        file: Path,
        period: str | None,
        day: date | None,
    ) -> "Manifest":
        """Writes `file` and its manifest. `day` is today, where none is given."""
        ...

    def webhooks(self, settings: Settings, agency: str) -> AbstractContextManager["Webhooks"]: ...

    def tick(self, settings: Settings, agency: str | None, at: str | None) -> Sequence["Observed"]: ...

    def due(self, settings: Settings, agency: str, person: str | None, at: str | None) -> Sequence["OpenDeadline"]: ...

    def actor(self, settings: Settings, token: str) -> "Actor": ...

    def reports(self, settings: Settings, agency: str) -> AbstractContextManager["ReportSource"]: ...

    def drifts(self, settings: Settings, files: "Library") -> "Sequence[Drifted] | None": ...

    def lifecycle(self, settings: Settings) -> AbstractContextManager["PolicyLifecycle"]: ...

    def schema(self) -> str: ...

    def rules(self) -> str: ...
