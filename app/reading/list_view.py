"""What can be listed: rows of one table in a total order, each with its public JSON."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel
from sqlalchemy import ColumnElement, Connection, Row, Select, Table, and_, func, literal, or_, select, tuple_

from app.model.fields import Language
from app.serving.responses import Moment
from app.store.tables import Row as TableRow

if TYPE_CHECKING:
    from app.reading.list_request import Inquiry
    from app.resources.params import PageQuery

BATCH = 500  # rows fetched at a time where all are wanted
Wanted = Sequence[ColumnElement[bool]]
Key = tuple[str, str, int]  # collection, id, revision: one version of one record
Order = Callable[[Table, Language, bool], list[ColumnElement[Any]]]


@dataclass(frozen=True, eq=False, kw_only=True)
class Listing:
    """A list in its nouns: name, shape of a row, table, query model, orders, formats, what tells rows apart.

    `texts` and `select` go together: the first makes the public JSON of rows that hold what the second selects.
    """

    name: str
    about: str
    shape: type[BaseModel]
    version: type[TableRow]
    query: "type[PageQuery]"
    orders: Mapping[str, Order]
    formats: Sequence[str] = ("json", "csv", "jsonl")
    key: Sequence[str] = ("id",)
    slow: bool = False  # whether an answer may take so long that others should not wait for it

    @property
    def table(self) -> Table:
        """The table, as SQLAlchemy Core sees it."""
        return self.version.__table__

    @property
    def path(self) -> str:
        """Address of the list."""
        return f"/v1/{self.name}"

    @property
    def list_operation(self) -> str:
        """Operation id of the list: what a client's method is called."""
        return f"list_{self.name.replace('-', '_')}"

    @property
    def page_name(self) -> str:
        """What a page is called in the schema, and so in clients made from it."""
        return f"{self.shape.__name__}List"

    @property
    def fields(self) -> list[str]:
        """Fields of a row, in the order in which they are served."""
        return list(self.shape.model_fields)

    def sort(self, query: Any, _format: str) -> str:
        """The order that a request asks for."""
        return str(query.sort)

    def standing(self, _connection: Connection, at: Moment, _query: Any) -> list[ColumnElement[bool]]:
        """The conditions for rows that stood at a revision; a list may refuse a request that it has no rows for."""
        return [valid(self.table, at)]

    def select(self, lang: Language) -> Select[Any]:
        """What is read of each row: its public JSON, then collection, id and revision, its key among versions."""
        table = self.table
        return select(table.c[f"body_{lang}"], collection_of(table), table.c.id, table.c.published_in)

    def page(
        self, connection: Connection, inquiry: "Inquiry", wanted: Wanted, at: Moment
    ) -> tuple[Sequence[Row[Any]], str | None]:
        """The rows of a page, and the cursor of the page after it."""
        return inquiry.walk.page(connection, inquiry.rows(wanted), inquiry.query.limit, at)

    def total(self, connection: Connection, _inquiry: "Inquiry", wanted: Wanted, _at: Moment) -> int:
        """How many rows match, on all pages together."""
        return int(connection.execute(select(func.count()).select_from(self.table).where(*wanted)).scalar_one())

    def batches(
        self, connection: Connection, inquiry: "Inquiry", wanted: Wanted, _at: Moment
    ) -> Iterator[Sequence[Row[Any]]]:
        """All rows in order, fetched as they are needed.

        Only their keys are sorted: the SQLite of pysqlite3 does that in memory, and would hold the texts of all there.
        """
        key = list(self.table.primary_key.columns)
        width = len(key)
        keys = inquiry.walk.ordered(select(*key).where(*wanted)).execution_options(yield_per=BATCH)
        rows = self.select(inquiry.asked.lang).add_columns(*key)
        for part in connection.execute(keys).partitions():
            these = rows.where(tuple_(*key).in_([row[:width] for row in part]))
            found = {row[-width:]: row for row in connection.execute(these)}
            yield [found[row[:width]] for row in part]

    def texts(self, _connection: Connection, rows: Sequence[Row[Any]], _inquiry: "Inquiry") -> Iterable[str]:
        """The public JSON of rows, in their order; a batch at a time, so that nothing is asked for row by row."""
        return [row[0] for row in rows]

    def beside(self, _connection: Connection, _inquiry: "Inquiry", _wanted: Wanted, _at: Moment) -> dict[str, str]:
        """Further members of a page, as JSON."""
        return {}


def key_of(row: Row[Any]) -> Key:
    """Which version a row is, of those that `Listing.select` reads."""
    parts: Sequence[Any] = row
    return parts[1], parts[2], parts[3]


def collection_of(table: Table) -> ColumnElement[str]:
    """The collection that a row belongs to: a column, or what the whole table stands for."""
    return table.c.collection if "collection" in table.c else literal(table.info["collection"])


def valid(table: Table, at: Moment) -> ColumnElement[bool]:
    """The condition for versions that stood at a revision. The newest is asked by `IS NULL`: indexes hold that."""
    if at.newest:
        return table.c.superseded_in.is_(None)
    later = or_(table.c.superseded_in.is_(None), table.c.superseded_in > at.revision)
    return and_(table.c.published_in <= at.revision, later)
