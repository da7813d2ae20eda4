"""Of each agency one city is judged at a time, and none waits for another that stalls."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any, cast

import pytest

from neraca.domain import policy_register
from neraca.domain.errors import Conflict
from neraca.domain.policy_register import AttachImpact
from neraca.service import impact_measurement
from neraca.service.impact_measurement import ImpactMeasurement
from neraca.service.policies import PolicyRepository


def test_an_agency_measures_one_at_a_time_and_no_other_waits_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(impact_measurement, "attachable", lambda *_: None)
    begun: list[str] = []
    gate, entered = Event(), Event()

    def measure(policies: PolicyRepository, agency: str, proposal: str, period: str | None) -> Any:
        begun.append(f"{agency}/{proposal}")
        if agency == "uji":
            entered.set()
            assert gate.wait(20)
        raise Conflict("measured")

    impact = ImpactMeasurement(measure, cast(PolicyRepository, None))

    def of(agency: str, proposal: str) -> None:
        with pytest.raises(Conflict, match="measured"):
            impact.of(agency, AttachImpact(proposal=proposal, policy_hash="h"), policy_register.State())

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(of, "uji", "first")
        assert entered.wait(20)
        second = threads.submit(of, "uji", "second")
        for proposal in ("one", "two"):
            of("coba", proposal)
        assert begun == ["uji/first", "coba/one", "coba/two"]
        gate.set()
        first.result(20)
        second.result(20)
    assert begun[3:] == ["uji/second"]
