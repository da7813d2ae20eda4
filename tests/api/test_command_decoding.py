from decimal import Decimal

import pytest

from neraca.api import command_decoding
from neraca.api.problems import Fault, Problem
from neraca.domain.appraisal.commands import ReviseTarget

WHOLE = b'{"command": "revise-target", "employee": "1", "period": "2025", "result": "r", "target": "t", "reason": "x"'


def faults(body: bytes) -> tuple[Fault, ...]:
    with pytest.raises(Problem) as refused:
        command_decoding.read(body)
    return refused.value.faults


def test_one_command_or_a_list_as_one_unit() -> None:
    one = command_decoding.read(WHOLE + b"}")

    assert one == command_decoding.read(b"[" + WHOLE + b"}]")
    assert len(command_decoding.read(b" [" + WHOLE + b"}," + WHOLE + b"}]")) == 2


def test_a_number_is_read_as_it_is_written() -> None:
    (command,) = command_decoding.read(WHOLE + b', "value": 0.1, "weight": "12.50"}')

    assert isinstance(command, ReviseTarget)
    assert (str(command.value), str(command.weight)) == (str(Decimal("0.1")), "12.50")


def test_what_is_missing_is_named_by_pointer() -> None:
    assert faults(b'{"command": "submit-plan", "employee": "1"}') == (Fault("/period", "'period' is missing: add it"),)


def test_each_wrong_command_of_a_list_has_its_fault() -> None:
    body = b'[{"command": "submit-plan"}, ' + WHOLE + b'}, {"command": "submit-plan", "employee": 1, "period": "2025"}]'

    assert [fault.pointer for fault in faults(body)] == ["/0/employee", "/0/period", "/2/employee"]


def test_a_pointer_leads_into_lists() -> None:
    body = b"""{"command": "draft-plan", "employee": "1", "period": "2025",
        "results": [{"id": "r", "title": "x", "targets": [{"id": "t", "indicator": "i"}]}]}"""

    assert faults(body)[0].pointer.startswith("/results")
    assert "unit" in faults(body)[0].detail


def test_an_unknown_field_is_to_be_taken_away() -> None:
    assert faults(WHOLE + b', "score": 100}') == (Fault("/score", "no field 'score': take it away"),)


def test_an_unknown_command_is_answered_with_the_nearest() -> None:
    assert faults(b'{"command": "approve-plans"}') == (
        Fault("/command", "no command 'approve-plans'; did you mean 'approve-plan'?"),
    )


def test_what_is_no_json_is_malformed() -> None:
    with pytest.raises(Problem, match="not JSON") as refused:
        command_decoding.read(b"{")

    assert (refused.value.kind, refused.value.status) == ("malformed", 400)


@pytest.mark.parametrize("body", [b"", b"[]", b"7", b'"x"', b"null", b"[1]", b'{"x": 1}', b"\xff"])
def test_odd_bodies_are_refused_not_crashed_on(body: bytes) -> None:
    with pytest.raises(Problem):
        command_decoding.read(body)
