"""Changes page: the log of revisions, or what one of them changed."""

from typing import Any

from app.resources.params import RevisionNumber
from app.web.page import PageRequest, WebPage
from app.web.query import PageQuery


class ChangesQuery(PageQuery):
    """Parameters of the changes page: with `of`, it lists what that revision changed."""

    of: RevisionNumber | None = None
    cursor: str | None = None


def _read(ask: PageRequest) -> Any:
    number, cursor = ask.params.of, ask.params.cursor
    if number is None:
        revisions = ask.list("revisions", cursor=cursor, limit=20)
        return lambda: {"revisions": revisions, "of": None, "changes": None}
    changes = ask.list("changes", since=number - 1, cursor=cursor, limit=100)

    def values() -> dict[str, Any]:
        rows = [row for row in changes.data if row["revision"] == number]
        more = changes.next if len(rows) == len(changes.data) else None
        return {"revisions": None, "of": number, "changes": rows, "more": more}

    return values


PAGE = WebPage(path="/changes", template="changes.html", read=_read, params=ChangesQuery)
