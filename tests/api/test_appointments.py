"""Who has which role, as administrators and auditors read it."""

from datetime import UTC, date, datetime
from typing import Any

from neraca.domain.appointments import GiveAppointment, WithdrawAppointment
from neraca.domain.vocabulary import Role

GIVEN = datetime(2025, 3, 1, 2, tzinfo=UTC)


def test_appointments_are_read_on_a_day_and_as_of_a_position(world: Any) -> None:
    of: dict[str, Any] = {"person": "wati", "role": Role.POLICY_APPROVER}
    give = GiveAppointment(**of, since=date(2025, 3, 1), until=date(2025, 3, 9), basis="SK 4/2025")
    at = world.tell("admin", give, now=GIVEN).position

    def read(arguments: str = "", when: str = "") -> Any:
        fields = f"appointments{arguments} {{ person role since until basis givenAt }}"
        return world.data("auditor", f'{{ agency(id: "surabaya"{when}) {{ {fields} }} }}')["agency"]["appointments"]

    wati = {
        "person": "wati",
        "role": "POLICY_APPROVER",
        "since": "2025-03-01",
        "until": "2025-03-09",
        "basis": "SK 4/2025",
        "givenAt": str(at),
    }
    assert read() == read('(on: "2025-03-09")') == [wati]
    assert read('(on: "2025-03-10")') == read(when=f', asOf: {{position: "{at - 1}"}}') == []

    world.tell("admin", WithdrawAppointment(**of, reason="keliru"), now=GIVEN)
    assert read() == []
    world.follow()
    assert read(when=f', asOf: {{position: "{at}"}}') == [wati]
