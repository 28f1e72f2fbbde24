"""Dates: fields, columns and filters of records that have a date, and of records that are in force for a time."""

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, Field, ValidationInfo, WithJsonSchema, field_validator, model_validator
from pydantic.config import JsonDict
from sqlalchemy import ColumnElement, Table, and_, or_, true
from sqlmodel import Field as Column
from typing_extensions import override

from app.errors import InvalidValue
from app.model import edtf
from app.model.fields import Computed, DateText, Day, EdtfDate, Language, OpenEnum
from app.model.records import Record
from app.model.terms.law import FORCE_STATUSES
from app.resources.base import Version
from app.resources.params import Flag, Where
from app.store.tables import Code

FIRST_DAY, LAST_DAY = (
    "0001-01-01",
    "9999-12-31",
)  # sentinels for an open or unknown bound: order columns are never NULL

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


def date_columns(when: edtf.Bounds | None) -> dict[str, Any]:
    """Order columns of a date: ISO days. Those of a record without a date are reversed, so that no period matches."""
    if when is None:
        return {"undated": 1, "earliest": LAST_DAY, "latest": FIRST_DAY}
    return {"undated": 0, "earliest": when.earliest or FIRST_DAY, "latest": when.latest or LAST_DAY}


class DatedVersion(Version):
    """Columns for orders and date filters: ISO days, with sentinels for open or unknown bounds."""

    undated: int
    earliest: str = Column(sa_type=Code)
    latest: str = Column(sa_type=Code)


def by_date(table: Table, _lang: Language, descending: bool) -> list[ColumnElement[Any]]:
    """Sort order: by the ISO days `earliest` and `latest`, then id; records without a date are always last."""
    undated = -table.c.undated if descending else table.c.undated
    return [undated, table.c.earliest, table.c.latest, table.c.id]


def _starts(text: str) -> str:
    return edtf.period(text)[0]


def _ends(text: str) -> str:
    return edtf.period(text)[1]


def _from(table: Table, params: "DateFilter") -> ColumnElement[bool]:
    start = _starts(params.from_ or "")
    if params.certain:
        return and_(table.c.undated == 0, table.c.earliest >= start, _known(table))
    return and_(table.c.undated == 0, table.c.latest >= start)


def _to(table: Table, params: "DateFilter") -> ColumnElement[bool]:
    end = _ends(params.to or "")
    if params.certain:
        return and_(table.c.undated == 0, table.c.latest <= end, _known(table))
    return and_(table.c.undated == 0, table.c.earliest <= end)


def _known(table: Table) -> ColumnElement[bool]:
    return and_(table.c.earliest > FIRST_DAY, table.c.latest < LAST_DAY)


def _certain(table: Table, params: "DateFilter") -> ColumnElement[bool]:
    """Condition of `certain` alone: both bounds are known. With a period or a day, those filters apply it."""
    if not params.certain or params.has_period():
        return true()
    return and_(table.c.undated == 0, _known(table))


_DAY: JsonDict = {"type": "string", "pattern": r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"}


class DateFilter(BaseModel):
    """Filters `from`, `to` and `certain`."""

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
        description="With `true`, only records whose whole date is certainly in the period; without a period, only "
        "records whose date has both bounds.",
        examples=[True],
    )

    def has_period(self) -> bool:
        """Whether the request gives a period, to which `certain` then applies."""
        return bool(self.from_ or self.to)

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


def _not_before_start(end: str, info: ValidationInfo) -> str:
    start = info.data.get("in_force_from")
    first, last = edtf.bounds(start).earliest if start else None, edtf.bounds(end).latest
    if first and last and last < first:
        raise InvalidValue("ends-before-start", start_field="in_force_from", start=start)
    return end


LastDay = Annotated[EdtfDate, AfterValidator(_not_before_start)]


ForceStatus = Literal["in-force", "ended", "not-yet", "unknown"]


class InForce(Record):
    """Record that is in force from one day to another. Either may be unknown; the end may also be open."""

    in_force_from: EdtfDate | None = Field(
        None, description="First day in force (EDTF), null if not known.", examples=["2011-08-11"]
    )
    in_force_to: LastDay | None = Field(
        None,
        description="Last day in force (EDTF), null while no end is known.",
        examples=["2019-03-03"],
    )
    status: Annotated[ForceStatus, OpenEnum(FORCE_STATUSES)] = Field(
        "unknown", description="Whether it is in force, as known on `status_as_of`.", examples=["in-force"]
    )
    status_as_of: Day | None = Field(
        None, description="Day on which `status` was known (ISO 8601), null if `unknown`.", examples=["2026-11-26"]
    )

    @model_validator(mode="after")
    def _status_on_a_day(self) -> Self:
        if (self.status == "unknown") != (self.status_as_of is None):
            raise InvalidValue("status-and-day")
        return self

    def date_bounds(self) -> edtf.Bounds | None:
        """Bounds of the time in force: the first and the last possible ISO day; None if its start is not known."""
        if self.in_force_from is None:
            return None
        end = edtf.bounds(self.in_force_to).latest if self.in_force_to else None
        return edtf.Bounds(edtf.bounds(self.in_force_from).earliest, end)

    def index_columns(self) -> dict[str, Any]:
        """Order columns, and the bounds of the first and of the last day in force: ISO days, None if not known."""
        start = edtf.bounds(self.in_force_from) if self.in_force_from else edtf.Bounds(None, None)
        end = edtf.bounds(self.in_force_to) if self.in_force_to else edtf.Bounds(None, None)
        return date_columns(self.date_bounds()) | {
            "starts_earliest": start.earliest,
            "starts_latest": start.latest,
            "ends_earliest": end.earliest,
            "ends_latest": end.latest,
        }


class InForceVersion(DatedVersion):
    """Columns for `in_force_on`: ISO days. NULL is an unknown start (never matches) or an open end (always matches)."""

    starts_earliest: str | None = Column(default=None, sa_type=Code)
    starts_latest: str | None = Column(default=None, sa_type=Code)
    ends_earliest: str | None = Column(default=None, sa_type=Code)
    ends_latest: str | None = Column(default=None, sa_type=Code)


def _in_force(table: Table, params: "InForceFilter") -> ColumnElement[bool]:
    day = params.in_force_on
    start, end = table.c.starts_earliest, table.c.ends_latest
    if params.certain:
        start, end = table.c.starts_latest, table.c.ends_earliest
    return and_(start <= day, or_(end.is_(None), end >= day))


class InForceFilter(DateFilter):
    """Filters of `DateFilter`, and `in_force_on`."""

    in_force_on: Annotated[str | None, Where(_in_force)] = Field(
        None,
        description="Only records that may have been in force on this day; with `certain=true`, only those that "
        "certainly were. Their wording may have been different on that day. Records with an unknown start never match. "
        "Exceptions have their own dates.",
        examples=["2018-06-12"],
        json_schema_extra={"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
    )

    @override
    def has_period(self) -> bool:
        """Whether the request gives a period or a day."""
        return bool(self.in_force_on) or super().has_period()

    @field_validator("in_force_on")
    @classmethod
    def _is_day(cls, text: str) -> str:
        if len(text) != len("2018-06-12"):
            raise InvalidValue("not-a-day")
        return edtf.period(text)[0]
