"""The evaluation documents of an appraisal: number, digest and days, as its events tell them."""

from datetime import date, datetime

import strawberry

from neraca.api.graphql.support.enums import DocumentForm
from neraca.api.graphql.support.scalars import Position


@strawberry.type(
    description="An evaluation document (dokumen evaluasi kinerja) that was issued for a final result. Its file is "
    "under /agencies/{agency}/appraisals/{employee}/{period}/document."
)
class EvaluationDocument:
    event: strawberry.ID = strawberry.field(description="Id of the event that issued it, `<agency>:<position>`.")
    position: Position = strawberry.field(description="Where in the log it was issued.")
    recorded_at: datetime = strawberry.field(description="When that was recorded.")
    number: str = strawberry.field(description="Its number, which no other document of the agency has.")
    code: str = strawberry.field(description="What is printed on it to find it by.")
    form: DocumentForm = strawberry.field(description="Which of the law's forms it has.")
    template: str = strawberry.field(description="The form that prints it.")
    sha256: str = strawberry.field(description="Hex sha256 of its HTML, in Indonesian.")
    result: Position = strawberry.field(description="Where in the log the result was fixed that it is of.")
    current: bool = strawberry.field(description="Whether that result stands still.")
    issued: date = strawberry.field(description="The day on which it was signed.")
    by: str = strawberry.field(description="Who signed it.")
    deputy: str | None = strawberry.field(description="Who did that in the place of `by`.")
    recommendation: str | None = strawberry.field(description="What is recommended in it.")
    deliver_by: date = strawberry.field(description="The last day to deliver it.")
    delivered: date | None = strawberry.field(description="The day on which it was delivered.")
    received: date | None = strawberry.field(description="The day on which the employee received it.")
    return_by: date | None = strawberry.field(description="The last day to sign and return it, since it was delivered.")
    returned: date | None = strawberry.field(description="The day on which the employee signed and returned it.")
    refused: date | None = strawberry.field(description="The day on which the employee refused to sign it.")
    refusal_reason: str | None = strawberry.field(description="Why.")
    report_by: date | None = strawberry.field(description="The last day to report it, once it was reported.")
    reported: date | None = strawberry.field(description="The day on which it went to the authorised official.")
