"""Questions of a visitor: the five that the home page, the documentation page and llms.txt begin with."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class VisitorQuestion:
    """Question of a visitor: the code of its message, and the address of its answer in the API, without first slash.

    `examples` are values for the placeholders of the address.
    """

    name: str
    title: str
    address: str
    examples: Mapping[str, str] = field(default_factory=dict)

    @property
    def example(self) -> str:
        """Address with the examples."""
        return self.address.format(**self.examples)


VISITOR_QUESTIONS = (
    VisitorQuestion("today", "page-home-applies", "v1/sanctions-measures?in_force_on={day}", {"day": "2018-06-12"}),
    VisitorQuestion("year", "page-home-happened", "v1/timeline-events?from={year}&to={year}", {"year": "2017"}),
    VisitorQuestion("topics", "page-home-talk", "v1/engagement-topics"),
    VisitorQuestion("aid", "page-home-aid", "v1/funding-records/totals?group_by=delivery_channel&actor=canada"),
    VisitorQuestion("name", "page-home-name", "v1/designations/screen?name={name}", {"name": "Komid"}),
)
