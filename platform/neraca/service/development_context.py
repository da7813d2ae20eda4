"""What decisions about development may know besides their own stream: looked up in the log and among the policies."""

from neraca.domain import streams
from neraca.domain.agency import Agency
from neraca.domain.appraisal.events import FollowUpRecorded
from neraca.domain.development.candidacy import Weighing
from neraca.domain.development.considered import Considered
from neraca.domain.development.needs import TrainingNeeds
from neraca.domain.development.training_plan import CompleteTraining
from neraca.domain.errors import Invalid, NotOneInForce
from neraca.domain.period import Period, parse
from neraca.domain.vocabulary import FollowUpKind, PositionClass
from neraca.service.appraiser_index import AppraiserIndex
from neraca.service.candidacies import considered
from neraca.service.event_reader import EventReader
from neraca.service.policies import PolicyRepository
from neraca.service.scoring import since_opened
from neraca.service.training_needs import needs_of


class DevelopmentLookups:
    """Of one agency, at one moment: what is asked of it reads the log each time."""

    def __init__(
        self, reader: EventReader, policies: PolicyRepository, of_units: AppraiserIndex, agency: Agency
    ) -> None:
        self._reader = reader
        self._policies = policies
        self._of_units = of_units
        self._agency = agency

    def measured(self, period: Period) -> frozenset[str]:
        """The indicators and nodes by which anybody is appraised in it."""
        return self._policies.measured(self._agency.id, period.starts, period.ends)

    def needs(self, unit: str, period: str) -> TrainingNeeds:
        """Of all who are appraised in the unit. Whoever came or went while results were read is looked at again, so
        that it is what a replay finds at that position.
        """
        people = self._people(unit, period)
        while True:
            needs = needs_of(self._reader, self._policies, self._agency.id, people, period, None)
            before, people = people, self._people(unit, period)
            if before == people:
                return needs

    def _people(self, unit: str, period: str) -> list[str]:
        return [one.employee for one in self._of_units.of(self._agency.id, unit, period)]

    def considered(self, command: Weighing, position_class: PositionClass | None) -> tuple[Considered, bool]:
        """What the policy in force for the kind makes of the employee, and whether the candidate must accept. Raises
        Blocked and Conflict.
        """
        period, purpose = parse(command.period), command.kind.purpose
        policy = self._policies.by_policy_date(self._agency.id, period, purpose, position_class)
        if policy is None:
            raise NotOneInForce(
                f"no policy for {purpose} is in force in {command.period}; adopt one, and do this again"
            )
        if period.cycle != policy.rules.cycle:
            raise Invalid(
                f"/period: {policy.ref.name} looks at results of a {policy.rules.cycle}, and {command.period} is none",
                field="/period",
            )
        asked = policy.resolved.policy.candidacy
        found = considered(self._reader, self._agency.id, command.employee, command.period, policy, None)
        return found, asked is not None and asked.asks

    def follow_ups(self, command: CompleteTraining) -> frozenset[int]:
        """The log positions at which training was recorded to follow from the result."""
        if command.follow_up is None:
            return frozenset()
        own = self._reader.stream(self._agency.id, streams.appraisal(self._agency.id, command.employee, command.period))
        return frozenset(
            one.position
            for one in since_opened(own)
            if isinstance(one.event, FollowUpRecorded) and one.event.kind is FollowUpKind.TRAINING
        )
