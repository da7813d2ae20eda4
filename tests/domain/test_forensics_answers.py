"""Who is concerned answers what is found of them, and HR closes it; nobody does both of themselves."""

from datetime import date

import pytest
from msgspec.structs import replace

from neraca.domain.errors import AlreadyDone, Invalid, NotAllowed, TooEarly
from neraca.domain.forensics.answers import CloseFinding, ExplainFinding, FindingClosed, FindingExplained
from neraca.domain.vocabulary import FindingKind

OF = {"judge": "sri", "period": "2025-Q1", "finding": FindingKind.NO_SPREAD}
EXPLAIN = ExplainFinding(**OF, explanation="Semua mencapai targetnya")
EXPLAINED = FindingExplained(**OF, explanation="Semua mencapai targetnya")
CLOSE = CloseFinding(**OF, reason="Dokumen diperiksa, wajar")
CLOSED = FindingClosed(**OF, reason="Dokumen diperiksa, wajar")


def test_a_finding_is_explained_closed_explained_again_and_closed_again(after):
    assert after(when=EXPLAIN, by="sri") == [EXPLAINED]
    assert after(EXPLAINED, when=CLOSE, by="hr") == [CLOSED]
    assert after(EXPLAINED, CLOSED, when=EXPLAIN, by="sri") == [EXPLAINED]
    assert after(EXPLAINED, CLOSED, EXPLAINED, when=CLOSE, by="hr") == [CLOSED]
    assert after(when=CLOSE, by="hr") == [CLOSED]
    other = replace(CLOSE, finding=FindingKind.HALO)
    assert after(CLOSED, when=other, by="hr") == [replace(CLOSED, finding=FindingKind.HALO)]


@pytest.mark.parametrize(
    ("events", "command", "by", "refusal", "message"),
    [
        ((), EXPLAIN, "budi", NotAllowed, "only sri may explain what is found of them; you are budi"),
        ((), replace(CLOSE, judge="hr"), "hr", NotAllowed, "nobody may close what is found of themselves"),
        ((), replace(CLOSE, judge="entah"), "hr", Invalid, "entah is not on the roster; name who judged"),
        ((CLOSED,), CLOSE, "hr", AlreadyDone, "is closed, and nothing was said to it since"),
        ((), replace(EXPLAIN, explanation=" "), "sri", Invalid, "/explanation"),
        ((), replace(EXPLAIN, period="2027"), "sri", TooEarly, "2027 begins on 2027-01-01; nothing is found in it yet"),
    ],
)
def test_an_answer_is_refused_that_is_anothers_or_of_nothing(after, events, command, by, refusal, message):
    with pytest.raises(refusal) as refused:
        after(*events, when=command, by=by, on=date(2025, 7, 1))
    assert message in refused.value.message
