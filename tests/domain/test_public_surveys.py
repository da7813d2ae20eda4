"""What citizens answer themselves: by tokens, passed on only of many together, moderated, and told apart."""

from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from msgspec.structs import replace

from neraca.domain.errors import AlreadyDone, Invalid, NotFound, NotOpen, TooEarly, TooLate
from neraca.domain.service_point.state import ServicePoint
from neraca.domain.survey import (
    AnswersPassedOn,
    CloseSurvey,
    CommentReceived,
    CommentRefused,
    CommentReleased,
    DoorShut,
    IssueTokens,
    OpenSurvey,
    PassedAnswer,
    PassedComment,
    PassOnAnswers,
    PointSums,
    RecordResponse,
    RefuseComment,
    ReleaseComment,
    ReopenSurvey,
    ResponseRecorded,
    ShutDoor,
    SurveyClosed,
    SurveyOpened,
    SurveyReopened,
    TokensIssued,
)
from neraca.domain.vocabulary import FEWEST_CITIZENS, Burst

WHICH: dict[str, Any] = {"unit": "dinkes", "period": "2025", "survey": "ikm"}
DAYS: dict[str, Any] = {"opens": date(2025, 7, 1), "closes": date(2025, 7, 31)}
AFTERWARDS = date(2025, 8, 1)
OPEN = OpenSurvey(**WHICH, **DAYS, elements=["u1", "u2"], points=["loket-1"])
OPENED = SurveyOpened(**WHICH, **DAYS, elements=["u1", "u2"], points=["loket-1"])
LINKED = replace(OPENED, hourly=20)


def hexed(n: int) -> str:
    return f"{n:064x}"


def of(n: int, unverified: bool = False, first: int = 0) -> PassOnAnswers:
    """So many answers, the last to `u1` alone, with receipts in another order."""
    answers = [
        PassedAnswer(
            respondent=f"j{at:03}",
            answers={"u1": Decimal(at % 4 + 1)} | ({} if at == first else {"u2": Decimal(4)}),
            unverified=unverified,
        )
        for at in range(first, first + n)
    ]
    return PassOnAnswers(
        **WHICH,
        point="loket-1",
        answers=answers[::-1],
        receipts=[hexed(1_000_000 - at) for at in range(first, first + n)],
    )


TOKENS = TokensIssued(point="loket-1", tokens=[hexed(at) for at in range(40)])


def test_a_survey_has_a_public_door_at_its_service_points(after):
    assert after(when=OPEN, by="surveyor") == [OPENED]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"points": []}, "/points: name the service points that the public door is of"),
        ({"opens": None}, "/closes: say from when and until when"),
        ({"closes": None}, "/closes: say from when and until when"),
        ({"closes": date(2025, 6, 30)}, "/closes: 2025-06-30 is before 2025-07-01"),
        ({"closes": date(2026, 1, 1)}, "/closes: both days must lie in 2025"),
        ({"hourly": 1001}, "/hourly: name a number from 0, for no open link, to 1000"),
        ({"hourly": -1}, "/hourly: name a number from 0"),
        ({"points": ["loket-2"]}, "/points/0: dinkes has no service point 'loket-2'; open it first"),
        ({"points": ["ugd"]}, "/points/0: dinkes has no service point 'ugd'"),
        ({"points": ["loket-1", "loket-1"]}, "/points: a service point is there twice"),
        (
            {"elements": ["u1", "comment"], "survey": "saran"},
            "/elements/1: 'comment' is what the public form calls what is said in free",
        ),
    ],
)
def test_a_door_is_said_whole_and_of_points_that_are_there(after, changes, message):
    with pytest.raises(Invalid, match=message):
        after(when=replace(OPEN, **changes), by="surveyor")


def test_a_door_is_of_points_that_serve_all_its_days_and_not_of_days_gone(after):
    with pytest.raises(Invalid, match="'loket-1' does not serve from 2025-07-01 to 2025-07-31; name other days"):
        after(
            when=OPEN,
            by="surveyor",
            points={"loket-1": ServicePoint("dinkes", date(2025, 1, 1), date(2025, 7, 30))},
        )
    with pytest.raises(Invalid, match="/closes: 2025-07-31 is over"):
        after(when=OPEN, by="surveyor", on=AFTERWARDS)


def test_no_tokens_are_issued_for_a_service_point_that_has_ended(after):
    """On its last day it still has citizens to give them to."""
    issue = IssueTokens(**WHICH, point="loket-1", tokens=[hexed(1)])

    def ended(on):
        point = ServicePoint("dinkes", date(2025, 1, 1), date(2025, 7, 9))
        return after(OPENED, when=issue, by="surveyor", on=on, point=point)

    assert ended(date(2025, 7, 9)) == [TokensIssued(point="loket-1", tokens=[hexed(1)])]
    with pytest.raises(
        NotOpen, match="/point: 'loket-1' served until 2025-07-09; issue tokens for a service point that"
    ):
        ended(date(2025, 7, 10))


def test_only_hashes_of_tokens_come_in_each_once_while_answers_are_taken(after):
    issue = IssueTokens(**WHICH, point="loket-1", tokens=[hexed(2), hexed(1)])
    assert after(OPENED, when=issue, by="integrator") == [TokensIssued(point="loket-1", tokens=[hexed(1), hexed(2)])]

    for tokens, refusal, message in (
        ([], Invalid, "/tokens: there is no token"),
        (["rahasia"], Invalid, "/tokens/0: this is no hash; send 64 hexadecimal digits, never a secret"),
        ([hexed(1), hexed(1)], AlreadyDone, "/tokens/1: this token was issued already"),
        ([hexed(100), hexed(7)], AlreadyDone, "/tokens/1: this token was issued already"),
    ):
        with pytest.raises(refusal, match=message):
            after(OPENED, TOKENS if len(tokens) == 2 and tokens[0] == hexed(100) else OPENED,
                  when=replace(issue, tokens=tokens), by="surveyor")  # fmt: skip
    with pytest.raises(Invalid, match="/open: survey 'ikm' has no open link"):
        after(OPENED, when=replace(issue, open=True), by="surveyor")
    assert after(LINKED, when=replace(issue, open=True), by="surveyor")[0].open
    with pytest.raises(Invalid, match="/point: the survey is not asked at 'loket-9'"):
        after(OPENED, when=replace(issue, point="loket-9"), by="surveyor")
    with pytest.raises(TooLate, match="took answers until 2025-07-31"):
        after(OPENED, when=issue, by="surveyor", on=AFTERWARDS)
    with pytest.raises(NotFound, match="no such survey"):
        after(when=issue, by="surveyor")


def test_answers_are_passed_on_together_in_an_order_that_tells_nothing(after):
    news = after(OPENED, TOKENS, when=replace(of(12), flagged={Burst.SAME_IN_A_ROW: 3}), by="door")

    *responses, passed = news
    assert [one.respondent for one in responses] == [f"j{at:03}" for at in range(12)]
    assert {one.point for one in responses} == {"loket-1"}
    assert passed == AnswersPassedOn(
        point="loket-1",
        receipts=sorted(hexed(1_000_000 - at) for at in range(12)),
        verified=12,
        flagged={"SAME_IN_A_ROW": 3},
    )


@pytest.mark.parametrize("seed", range(8))
def test_in_whatever_order_they_came_the_log_is_the_same(after, seed):
    came, chance = of(12), Random(seed)
    mixed = replace(came, answers=chance.sample(came.answers, 12), receipts=chance.sample(came.receipts, 12))

    assert after(OPENED, TOKENS, when=mixed, by="door") == after(OPENED, TOKENS, when=came, by="door")


def test_few_wait_for_others_until_the_last_day_is_over(after):
    few = of(FEWEST_CITIZENS - 1)

    with pytest.raises(TooEarly, match="/answers: 9 answers are too few to pass on before the survey ends"):
        after(OPENED, TOKENS, when=few, by="door", on=date(2025, 7, 31))
    assert len(after(OPENED, TOKENS, when=few, by="door", on=AFTERWARDS)) == FEWEST_CITIZENS
    assert after(OPENED, TOKENS, when=of(FEWEST_CITIZENS), by="door", on=date(2025, 7, 31))


def test_nobody_answers_without_a_token_and_no_answer_or_receipt_counts_twice(after):
    with pytest.raises(Invalid, match="/answers: 12 answers to 11 tokens of loket-1"):
        after(OPENED, replace(TOKENS, tokens=TOKENS.tokens[:11]), when=of(12), by="door")
    first = after(OPENED, TOKENS, when=of(30), by="door")
    with pytest.raises(Invalid, match="/answers: 42 answers to 40 tokens"):
        after(OPENED, TOKENS, *first, when=of(12, first=100), by="door")
    with pytest.raises(AlreadyDone, match="/answers/11: this answer was passed on already"):
        after(OPENED, TOKENS, *first, when=of(12, first=18 + 11), by="door")
    with pytest.raises(AlreadyDone, match="/receipts/0: what this receipt is for was passed on"):
        after(OPENED, TOKENS, *first, when=replace(of(10, first=100), receipts=of(10).receipts), by="door")
    for receipts in (of(12).receipts[:11], [hexed(1)] * 12):
        with pytest.raises(Invalid, match="/receipts: there must be one receipt for each answer"):
            after(OPENED, TOKENS, when=replace(of(12), receipts=receipts), by="door")
    with pytest.raises(Invalid, match="/answers/0/answers/u9: survey 'ikm' has no element 'u9'"):
        after(
            OPENED, TOKENS, by="door",
            when=replace(of(12), answers=[replace(of(1).answers[0], answers={"u9": Decimal(1)}), *of(12).answers[1:]]),
        )  # fmt: skip


def test_what_came_without_a_token_is_told_apart_and_counts_in_no_sum(after):
    news = after(LINKED, TOKENS, when=[of(12), replace(of(10, unverified=True, first=100))], by="door")
    shut = after(LINKED, TOKENS, *news, when=ShutDoor(**WHICH), by="door", on=AFTERWARDS)
    assert shut == [DoorShut()]

    [closed] = after(LINKED, TOKENS, *news, *shut, when=CloseSurvey(**WHICH), by="surveyor", on=AFTERWARDS)
    verified = {"u1": Decimal(30), "u2": Decimal(44)}
    assert closed == SurveyClosed(
        **WHICH,
        sums=verified,
        counts={"u1": 12, "u2": 11},
        points={
            "loket-1": PointSums(
                sums=verified,
                counts={"u1": 12, "u2": 11},
                answered=12,
                unverified_sums={"u1": Decimal(23), "u2": Decimal(36)},
                unverified_counts={"u1": 10, "u2": 9},
                unverified=10,
            )
        },
    )


def test_closing_waits_for_the_door_and_tells_what_was_noticed(after):
    close = CloseSurvey(**WHICH)
    with pytest.raises(NotOpen, match="takes answers at its public door until 2025-07-31; close it when the door"):
        after(OPENED, when=close, by="surveyor")
    with pytest.raises(TooEarly, match="can be answered until 2025-07-31; shut its door after that day"):
        after(OPENED, when=ShutDoor(**WHICH), by="door", on=date(2025, 7, 31))
    with pytest.raises(AlreadyDone, match="is shut already"):
        after(OPENED, DoorShut(), when=ShutDoor(**WHICH), by="door", on=AFTERWARDS)
    with pytest.raises(NotFound, match="has no public door"):
        after(replace(OPENED, closes=None), when=ShutDoor(**WHICH), by="door", on=AFTERWARDS)
    with pytest.raises(NotOpen, match="is shut; what comes now came too late"):
        after(OPENED, TOKENS, DoorShut(), when=of(12), by="door", on=AFTERWARDS)
    flagged = after(OPENED, TOKENS, when=replace(of(12), flagged={Burst.OUTSIDE_HOURS: 2}), by="door")
    [closed] = after(OPENED, TOKENS, *flagged, DoorShut(), when=close, by="surveyor", on=AFTERWARDS)
    assert closed.points["loket-1"].flagged == {"OUTSIDE_HOURS": 2}


def test_what_a_surveyor_records_at_a_point_is_part_of_it_and_of_the_whole(after):
    record = RecordResponse(**WHICH, respondent="k-1", answers={"u1": Decimal(2)}, point="loket-1")

    recorded = after(OPENED, when=record, by="surveyor")
    assert recorded == [ResponseRecorded(respondent="k-1", answers={"u1": Decimal(2)}, point="loket-1")]
    [closed] = after(OPENED, *recorded, DoorShut(), when=CloseSurvey(**WHICH), by="surveyor")
    assert closed.sums == closed.points["loket-1"].sums == {"u1": Decimal(2), "u2": Decimal(0)}
    with pytest.raises(Invalid, match="/point: the survey is not asked at 'loket-9'"):
        after(OPENED, when=replace(record, point="loket-9"), by="surveyor")


def test_what_citizens_answered_is_not_thrown_away_to_begin_afresh(after):
    closed = SurveyClosed(**WHICH, sums={}, counts={})
    reopen = ReopenSurvey(**WHICH, reason="Kotak kertas belum dihitung")

    assert after(OPENED, DoorShut(), closed, when=reopen, by="surveyor") == [
        SurveyReopened(**WHICH, reason="Kotak kertas belum dihitung")
    ]
    with pytest.raises(Invalid, match="/afresh: what citizens answered themselves cannot be recorded again"):
        after(OPENED, DoorShut(), closed, when=replace(reopen, afresh=True), by="surveyor")


COMMENT = CommentReceived(point="loket-1", comment="c1", words="Bu Sri di loket 1 lambat")


def test_a_comment_is_read_by_nobody_until_a_moderator_releases_it(after):
    thanks = PassedComment(comment="c2", words="Terima kasih")
    sent = replace(of(12), comments=[thanks, PassedComment(comment="c1", words=COMMENT.words)])
    received = [one for one in after(OPENED, TOKENS, when=sent, by="door") if isinstance(one, CommentReceived)]
    assert received == [COMMENT, CommentReceived(point="loket-1", comment="c2", words="Terima kasih")]

    as_written = ReleaseComment(**WHICH, comment="c2")
    assert after(OPENED, *received, when=as_written, by="official") == [
        CommentReleased(point="loket-1", comment="c2", words="Terima kasih")
    ]
    without_names = ReleaseComment(**WHICH, comment="c1", words="Petugas di loket 1 lambat")
    released = after(OPENED, *received, when=without_names, by="surveyor")
    assert released == [CommentReleased(point="loket-1", comment="c1", words="Petugas di loket 1 lambat")]
    refuse = RefuseComment(**WHICH, comment="c1", reason="Menyebut nama orang")
    refused = after(OPENED, *received, when=refuse, by="surveyor")
    assert refused == [CommentRefused(point="loket-1", comment="c1", reason="Menyebut nama orang")]

    for judged in (released, refused):
        for again in (without_names, refuse):
            with pytest.raises(AlreadyDone, match="/comment: this comment was released or refused already"):
                after(OPENED, *received, *judged, when=again, by="surveyor")
    with pytest.raises(NotFound, match="/comment: there is no comment 'c9' in this survey"):
        after(OPENED, *received, when=replace(refuse, comment="c9"), by="surveyor")
    with pytest.raises(Invalid, match="/words: the comment is empty"):
        after(OPENED, *received, when=replace(without_names, words=" "), by="surveyor")
    with pytest.raises(AlreadyDone, match="/comments/1: this comment was passed on already"):
        after(OPENED, TOKENS, *received, when=replace(sent, comments=[replace(thanks, comment="c3")] * 2), by="door")


def test_comments_alone_are_passed_on_on_the_last_day(after):
    alone = replace(of(0), comments=[PassedComment(comment="c1", words=COMMENT.words)])

    assert after(OPENED, TOKENS, when=alone, by="door", on=AFTERWARDS) == [COMMENT]


def test_what_came_over_the_open_link_counts_where_all_policies_that_read_the_survey_say_so(after, rules):
    counting = replace(rules, open_surveys=frozenset({"ikm"}))
    linked = replace(OPEN, hourly=20)
    for applied, counts in (((counting,), True), ((counting, rules), False), ((rules,), False)):
        [opened] = after(when=linked, by="surveyor", applied=applied)
        assert opened.counts_unverified is counts
    # without an open link there is nothing to count
    assert after(when=OPEN, by="surveyor", applied=(counting,)) == [OPENED]

    opened = replace(LINKED, counts_unverified=True)
    news = after(opened, TOKENS, when=[of(12), replace(of(10, unverified=True, first=100))], by="door")
    [closed] = after(opened, TOKENS, *news, DoorShut(), when=CloseSurvey(**WHICH), by="surveyor", on=AFTERWARDS)
    assert (closed.sums, closed.counts) == ({"u1": Decimal(53), "u2": Decimal(80)}, {"u1": 22, "u2": 20})
    apart = closed.points["loket-1"]
    assert (apart.answered, apart.unverified, apart.sums["u1"]) == (12, 10, Decimal(30))
