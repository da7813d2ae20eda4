"""For `keep`: a ledger with the event types that no test of 6831dc9 leaves in one. README.md says how."""

from datetime import date
from decimal import Decimal
from typing import Any

from neraca.domain import streams
from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal import events as happened
from neraca.domain.roster import ReviseSanction, SanctionEmployee
from neraca.domain.vocabulary import Severity

REASON = "Banding dikabulkan"


def test_what_no_other_leaves(town: Any) -> None:
    town.score("budi")
    town.keep(
        "sri",
        streams.appraisal("uji", "ani", "2025-Q1"),
        happened.Opened(
            employee="ani",
            period="2025-Q1",
            starts=date(2025, 1, 1),
            ends=date(2025, 3, 31),
            unit="dinkes",
            appraiser="sri",
            reviewer="agus",
        ),
        happened.PlanDrafted(results=[happened.PlannedResult("layanan", "Layanan", [])]),
        happened.PlanSubmitted(),
        happened.PlanApproved(),
        happened.LevelJudged(result="layanan", level="di_atas", note="Melampaui"),
    )
    budi: dict[str, Any] = {"employee": "budi", "period": "2025-Q1"}
    fewer = ask.ReviseTarget(**budi, result="layanan", target="berkas", value=Decimal(95), reason="Sistem padam")
    town.tell("sri", fewer)
    town.tell("budi", ask.ReportActivity(**budi, report="a", day=date(2025, 2, 3), activity="Loket"))
    first, second = ("SK 5/2025", Severity.SEVERE), ("SK 6/2025", Severity.LIGHT)
    for decree, severity in (first, second):
        town.tell("hr", SanctionEmployee(employee="budi", severity=severity, on=date(2025, 2, 5), decree=decree))
    milder = ReviseSanction(employee="budi", decree="SK 5/2025", severity=Severity.MODERATE, by="SK 9", reason=REASON)
    town.tell("hr", milder)
    town.finalise("budi")
