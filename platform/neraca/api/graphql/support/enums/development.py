"""The words of the development of people."""

from enum import StrEnum

from neraca.api.graphql.support.enums.description import describe
from neraca.domain.vocabulary import CandidacyKind, TrainingKind

describe(
    TrainingKind,
    "How competence is developed. The words are ours.",
    {
        TrainingKind.CLASSROOM: "Taught in a class.",
        TrainingKind.DISTANCE: "Taught at a distance.",
        TrainingKind.MENTORING: "Beside somebody who knows it.",
        TrainingKind.SECONDMENT: "At another place of work.",
        TrainingKind.DEGREE: "By studying for a degree.",
    },
)
describe(
    CandidacyKind,
    "For what somebody is considered by the results of several periods.",
    {
        CandidacyKind.REWARD: "A reward (penghargaan).",
        CandidacyKind.INCENTIVE: "An incentive (insentif).",
        CandidacyKind.PROMOTION: "A promotion (promosi).",
        CandidacyKind.TALENT: "A box of talents (kotak talenta).",
        CandidacyKind.DISCIPLINE: "What follows from results that stay below what is asked.",
    },
)


class CandidacyStage(StrEnum):
    LISTED = "listed"
    NOMINATED = "nominated"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


describe(
    CandidacyStage,
    "How far a candidacy is.",
    {
        CandidacyStage.LISTED: "What the policy makes of somebody is recorded; nobody has nominated them.",
        CandidacyStage.NOMINATED: "Somebody nominated them; it waits for a decision.",
        CandidacyStage.ACCEPTED: "They were asked, and accept.",
        CandidacyStage.DECLINED: "They were asked, and decline.",
        CandidacyStage.GRANTED: "An official granted it; of discipline, it follows.",
        CandidacyStage.REFUSED: "An official did not grant it.",
        CandidacyStage.WITHDRAWN: "Whoever nominated them, or HR, took it back.",
    },
)
