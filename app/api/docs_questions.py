"""Questions of the documentation page: those of the home page, each with the request that answers it."""

from dataclasses import dataclass

from app.model.fields import LANGUAGES, Language


@dataclass(frozen=True)
class Input:
    """Form field of a question: fills the placeholder of its name in the address."""

    name: str
    kind: str  # type of the HTML element
    label: str  # code of a message
    value: str = ""  # none: the script puts the present day


@dataclass(frozen=True)
class Question:
    """Question: its address is relative to the service, so that any path prefix in front of it works."""

    name: str  # of the way in which the script shows the answer
    title: str  # code of a message
    address: str
    operation: str  # tag and operation id, as in the addresses of Swagger UI
    input: Input | None = None
    without_script: str = ""  # address, where the one above needs a value that only the script has

    def plain_address(self, lang: Language) -> str:
        """Address without script: with the value that the form begins with. English is the language by default."""
        address = self.without_script or self.address
        if self.input:
            address = address.replace(f"{{{self.input.name}}}", self.input.value.replace(" ", "+"))
        return address if lang == LANGUAGES[0] else f"{address}{'&' if '?' in address else '?'}lang={lang}"


QUESTIONS = (
    Question(
        "today",
        "page-home-applies",
        "v1/sanctions-measures?in_force_on={day}&facets=regime&limit=5",
        "sanctions-measures/list_sanctions_measures",
        Input("day", "date", "docs-day"),
        "v1/sanctions-measures?status=in-force&facets=regime&limit=5",
    ),
    Question(
        "year",
        "page-home-happened",
        "v1/timeline-events?from={year}&to={year}&facets=kind&limit=8",
        "timeline-events/list_timeline_events",
        Input("year", "number", "docs-year", "2017"),
    ),
    Question("topics", "page-home-talk", "v1/engagement-topics", "engagement-topics/list_engagement_topics"),
    Question(
        "aid",
        "page-home-aid",
        "v1/funding-records/totals?group_by=delivery_channel&actor=canada",
        "funding-records/get_funding_totals",
    ),
    Question(
        "name",
        "page-home-name",
        "v1/designations/screen?name={name}",
        "designations/get_screening",
        Input("name", "text", "docs-name", "Ri Je-son"),
    ),
)
