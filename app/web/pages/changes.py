"""Changes page: the log of revisions, or what one of them changed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from app.resources.params import RevisionNumber
from app.web.page import PageRequest, WebPage
from app.web.query import PageQuery
from app.web.reasons import Piece, ids_in, pieces


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
        return {"revisions": None, "of": number, "changes": rows, "more": more, "reason_of": _reasons(ask, rows)}

    return values


def _reasons(ask: PageRequest, rows: Sequence[Mapping[str, Any]]) -> Callable[[Mapping[str, Any]], Iterator[Piece]]:
    """Function that gives the reason of a change in pieces."""
    given = [row for row in rows if row["reason"]]
    titles = {
        name: ask.titles(name, ids_in(row["reason"] for row in given if row["collection"] == name))
        for name in {row["collection"] for row in given}
    }
    return lambda row: pieces(row["reason"], row["collection"], titles[row["collection"]])


PAGE = WebPage(path="/changes", template="changes.html", read=_read, params=ChangesQuery)
