"""Dates: fields, columns and filters of records that have a date."""

from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, Field, ValidationInfo, WithJsonSchema, field_validator
from pydantic.config import JsonDict
from pyroaring import BitMap
from sqlmodel import Field as Column

from app.errors import InvalidParameter, InvalidValue
from app.model import edtf
from app.model.fields import Computed, DateText
from app.model.records import Record
from app.resources.base import Order, Version
from app.resources.filters import Where
from app.resources.params import Flag
from app.store.bit_slices import AFTER_ALL, BEFORE_ALL
from app.store.postings import Postings
from app.store.tables import ADDED_LATER, Code

# Sentinels for an open or unknown bound, because order columns are never NULL; and for a date that there is none of:
# it begins after every day and ends before every day, so that no period matches.
FIRST_DAY, LAST_DAY = "0001-01-01", "9999-12-31"
_SECOND_DAY, _LAST_BUT_ONE = "0001-01-02", "9999-12-30"

_BOUND = WithJsonSchema({"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]}, mode="serialization")


class Dated(Record):
    """Record with a date: `earliest` and `latest` are its strict bounds, given by `date_bounds()`."""

    earliest: Annotated[str | None, Computed, DateText, _BOUND] = Field(
        None, description="First possible day (ISO 8601), null if open or unknown.", examples=["2006-10-09"]
    )
    latest: Annotated[str | None, Computed, DateText, _BOUND] = Field(
        None, description="Last possible day (ISO 8601), null if open or unknown.", examples=["2006-10-09"]
    )

    def derived(self) -> dict[str, Any]:
        """Derived fields `earliest` and `latest`: ISO days, None if open or unknown."""
        when = self.date_bounds()
        return {"earliest": when and when.earliest, "latest": when and when.latest}

    def index_columns(self) -> dict[str, Any]:
        """Order columns: ISO days, with sentinels for open or unknown bounds."""
        return date_columns(self.date_bounds())


def date_columns(when: edtf.Bounds | None, start: str | None = None) -> dict[str, Any]:
    """Filter and order columns of a date: ISO days with sentinels. A record with neither bound sorts as undated.

    The order is by the first known day, then the last, which is the latest of all if not known. `start` is a first
    known day other than the bounds, for dates whose own start is known only by a limit.
    """
    bounds = when or edtf.Bounds(None, None)
    first = bounds.earliest or start or bounds.latest
    none = (AFTER_ALL, BEFORE_ALL) if when is None else (FIRST_DAY, LAST_DAY)
    return {
        "undated": 0 if first else 1,
        "date_key": f"{first or LAST_DAY}/{(first and bounds.latest) or LAST_DAY}",
        "earliest": bounds.earliest or none[0],
        "latest": bounds.latest or none[1],
    }


class DatedVersion(Version):
    """Columns for orders and date filters: ISO days, with sentinels for open or unknown bounds."""

    undated: int
    date_key: str = Column(sa_type=Code, sa_column_kwargs=ADDED_LATER)
    earliest: str = Column(sa_type=Code)
    latest: str = Column(sa_type=Code)


# By the first known day, the last day, then id; records without a known day are always last.
BY_DATE = Order(("date_key", "id"), parted_by="undated", day="earliest")


def _starts(text: str) -> str:
    return edtf.period(text)[0]


def _ends(text: str) -> str:
    return edtf.period(text)[1]


def _from(index: Postings, params: "DateFilter") -> BitMap:
    start, prefix = _starts(params.from_ or ""), params.day_prefix
    if params.certain:
        return index.at_least(f"{prefix}earliest", start) & _known(index, prefix)
    return index.at_least(f"{prefix}latest", start)


def _to(index: Postings, params: "DateFilter") -> BitMap:
    end, prefix = _ends(params.to or ""), params.day_prefix
    if params.certain:
        return index.at_most(f"{prefix}latest", end) & _known(index, prefix)
    return index.at_most(f"{prefix}earliest", end)


def _known(index: Postings, prefix: str) -> BitMap:
    """Versions with a date whose bounds are both known."""
    bounded = index.at_least(f"{prefix}earliest", _SECOND_DAY) & index.at_most(f"{prefix}latest", _LAST_BUT_ONE)
    return bounded & index.any_of(f"{prefix}dated", ["1"])


def _certain(_index: Postings, params: "DateFilter") -> None:
    """No selection of its own: `certain` changes the filters that it comes with, and is refused (422) without one."""
    if not any(params.periods().values()):
        raise InvalidParameter("certain", "certain-without-period", needed=list(params.periods()))


_DAY: JsonDict = {"type": "string", "pattern": r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"}


class DateFilter(BaseModel):
    """Filters `from`, `to` and `certain`. `day_prefix` is that of the fields of the bitmap index with the bounds."""

    day_prefix: ClassVar[str] = ""

    from_: Annotated[str | None, Where(_from)] = Field(
        None,
        alias="from",
        description="Only records whose date can be in or after this year, month or day.",
        examples=["2017"],
        json_schema_extra=_DAY,
    )
    to: Annotated[str | None, Where(_to)] = Field(
        None,
        description="Only records whose date can be in or before this year, month or day.",
        examples=["2019-02"],
        json_schema_extra=_DAY,
    )
    certain: Annotated[Flag | None, Where(_certain)] = Field(
        None,
        description="With `true`, only what is certain: wholly in the period, or in force on the day given.",
        examples=[True],
    )

    def periods(self) -> dict[str, str | None]:
        """Parameters that `certain` applies to, by name; it needs one of them."""
        return {"from": self.from_, "to": self.to}

    @field_validator("from_", "to")
    @classmethod
    def _is_period(cls, text: str) -> str:
        edtf.period(text)
        return text

    @field_validator("to")
    @classmethod
    def _in_order(cls, to: str, info: ValidationInfo) -> str:
        start = info.data.get("from_")
        if start and _starts(start) > _ends(to):
            raise InvalidValue("ends-before-start", start_field="from", start=start)
        return to
