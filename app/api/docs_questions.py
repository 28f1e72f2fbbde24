"""Questions of the documentation page: those of the home page, each with the request that answers it."""

from dataclasses import dataclass

from app.model.fields import LANGUAGES, Language
from app.serving.visitor_questions import VISITOR_QUESTIONS, VisitorQuestion


@dataclass(frozen=True)
class Input:
    """Form field of a question: fills the placeholder of its name in the address."""

    name: str
    kind: str  # type of the HTML element
    label: str  # code of a message
    value: str = ""  # none: the script puts the present day


@dataclass(frozen=True)
class Question:
    """Question of a visitor with what the page needs: its address is relative, so that it works under any path prefix.

    The script shows its answer in the way of its `name`.
    """

    visitor: VisitorQuestion
    operation: str  # tag and operation id, as in the addresses of Swagger UI
    more: str = ""  # of the query, for what the page shows
    input: Input | None = None
    without_script: str = ""  # address, where the one above needs a value that only the script has

    @property
    def name(self) -> str:
        return self.visitor.name

    @property
    def title(self) -> str:
        return self.visitor.title

    @property
    def address(self) -> str:
        return f"{self.visitor.address}{self.more}"

    def plain_address(self, lang: Language) -> str:
        """Address without script: with the value that the form begins with. English is the language by default."""
        address = self.without_script or self.address
        if self.input:
            address = address.replace(f"{{{self.input.name}}}", self.input.value.replace(" ", "+"))
        return address if lang == LANGUAGES[0] else f"{address}{'&' if '?' in address else '?'}lang={lang}"


_VISITOR = {one.name: one for one in VISITOR_QUESTIONS}
QUESTIONS = (
    Question(
        _VISITOR["today"],
        "sanctions-measures/list_sanctions_measures",
        "&facets=regime&limit=5",
        Input("day", "date", "docs-day"),
        "v1/sanctions-measures?status=in-force&facets=regime&limit=5",
    ),
    Question(
        _VISITOR["year"],
        "timeline-events/list_timeline_events",
        "&facets=kind&limit=8",
        Input("year", "number", "docs-year", "2017"),
    ),
    Question(_VISITOR["topics"], "engagement-topics/list_engagement_topics"),
    Question(_VISITOR["aid"], "funding-records/get_funding_totals"),
    Question(_VISITOR["name"], "designations/get_screening", input=Input("name", "text", "docs-name", "Ri Je-son")),
)
