"""What a collection declares, and the columns that every table of versions has."""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic_core import to_json
from sqlalchemy import ColumnElement, Index, Table, Text
from sqlmodel import Field

from app.fields import LANGUAGES, Language, Record
from app.ledger import Code, Key, Row

if TYPE_CHECKING:
    from app.filters import ListQuery


class Version(Row):
    """One version of one record. The current one has `superseded_in` NULL; the others stay for ever.

    `record` is the canonical seed form, the truth that the digest covers. All else is computed from it when it is
    published: the public JSON in both languages is stored, since a version never changes (9.5 times as fast to serve).
    """

    id: str = Field(primary_key=True, sa_type=Code)
    published_in: int = Field(primary_key=True, foreign_key="revisions.number")
    superseded_in: int | None = Field(default=None, foreign_key="revisions.number")
    title_key_en: str = Field(sa_type=Key)
    title_key_fr: str = Field(sa_type=Key)
    record: str = Field(sa_type=Text)
    body_en: str = Field(sa_type=Text)
    body_fr: str = Field(sa_type=Text)


Order = Callable[[Table, Language, bool], list[ColumnElement[Any]]]


@dataclass(frozen=True, eq=False)
class Resource:
    """A collection: its nouns in one place. Declaring one also gives its table the indexes that its order needs."""

    name: str
    singular: str
    about: str
    shape: type[Record]
    version: type[Version]
    query: "type[ListQuery]"
    orders: Mapping[str, Order]
    example: str

    def __post_init__(self) -> None:
        self.table.info["collection"] = self.name
        current = self.table.c.superseded_in.is_(None)
        partial: dict[str, Any] = {"sqlite_where": current, "postgresql_where": current}
        Index(f"uq_{self.table.name}_current", self.table.c.id, unique=True, **partial)
        order = self.orders[self.default_sort.lstrip("-")](self.table, "en", False)
        if len(order) > 1:
            Index(f"ix_{self.table.name}_order", *order, **partial)

    @property
    def table(self) -> Table:
        """The table of versions, as SQLAlchemy Core sees it."""
        return self.version.__table__

    @property
    def default_sort(self) -> str:
        """The order of a list whose request names none."""
        return str(self.query.model_fields["sort"].default)

    @property
    def list_operation(self) -> str:
        """Operation id of the list: what a client's method is called."""
        return f"list_{self.name.replace('-', '_')}"

    @property
    def item_operation(self) -> str:
        """Operation id of the item."""
        return f"get_{self.singular.replace('-', '_')}"

    def path(self, id: str) -> str:
        """Address of an item."""
        return f"/v1/{self.name}/{id}"


def by_id(table: Table, _lang: Language, _descending: bool) -> list[ColumnElement[Any]]:
    """Order by id."""
    return [table.c.id]


def by_title(table: Table, lang: Language, _descending: bool) -> list[ColumnElement[Any]]:
    """Order by title in the language of the response, accents and case folded when it was published."""
    return [table.c[f"title_key_{lang}"], table.c.id]


def title_keys(record: Record) -> dict[str, str]:
    """What titles sort by: folded in Python, since `lower('É')` stays `É` on SQLite."""
    return {f"title_key_{lang}": folded(getattr(record.title, lang)) for lang in LANGUAGES}


# Letters that Unicode does not take apart, though every dictionary does: without them Œuvre comes after Zone.
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})


def folded(text: str) -> str:
    """Text without accents and case, for comparing."""
    parts = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES))
    return "".join(part for part in parts if not unicodedata.combining(part))


def public_json(record: Record, lang: Language, derived: Mapping[str, Any]) -> str:
    """A record as it is served in one language: compact JSON, UTF-8 when encoded to bytes."""
    body = record.model_copy(update={**record.derived(), **derived})
    return to_json(body, context={"lang": lang}).decode()
