"""What is wrong is gathered and told at once: one fault as itself, several beside each other, each once."""

import pytest

from neraca.domain.errors import Fault, Invalid, NotFound
from neraca.domain.faults import Faults

UNNAMED = "name a proposal, or id and version of what is published"
NOT_ONE = "tpp-uji@1 is a policy for allowance; a shadow is one for predicate"
EMPTY = "/aim: the aim is empty; write it out"


def gathered(*faults: Invalid) -> Invalid:
    wrong = Faults()
    for fault in faults:
        with wrong:
            raise fault
    with pytest.raises(Invalid) as told:
        wrong.tell()
    return told.value


def test_one_is_told_as_it_is() -> None:
    for message, field in ((UNNAMED, None), (EMPTY, "/aim")):
        told = gathered(Invalid(message, field=field))
        assert (told.message, told.field, told.faults) == (message, field, ())


def test_several_are_told_together_and_each_once() -> None:
    unnamed, empty = Fault(0, "", UNNAMED), Fault(0, "/aim", EMPTY)
    both = Invalid(EMPTY, field="/aim", faults=[empty, unnamed])

    told = gathered(both, Invalid(NOT_ONE), Invalid(EMPTY, field="/aim"))

    assert (told.message, told.field, told.faults) == (EMPTY, "/aim", (empty, unnamed, Fault(0, "", NOT_ONE)))


def test_nothing_is_told_where_nothing_is_wrong_and_what_else_is_refused_is_not_kept() -> None:
    wrong = Faults()
    with pytest.raises(NotFound), wrong:
        raise NotFound("survey 'ikm' has no public door")
    wrong.tell()
