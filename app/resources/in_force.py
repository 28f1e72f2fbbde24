"""Time in force: fields, columns and filters of records that are in force from one day to another."""

from typing import Annotated, Literal, NamedTuple, Self

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator
from pyroaring import BitMap
from sqlmodel import Field as Column
from typing_extensions import override

from app.errors import InvalidValue
from app.model import edtf
from app.model.fields import Day, EdtfDate, OpenEnum
from app.model.records import Record
from app.model.terms.law import FORCE_STATUSES
from app.resources.dated import FIRST_DAY, LAST_DAY, DatedVersion, DateFilter
from app.resources.filters import Where, one_of
from app.resources.params import values_field
from app.store.bit_slices import AFTER_ALL, BEFORE_ALL
from app.store.postings import Postings
from app.store.tables import ADDED_LATER, Code

_UNKNOWN = edtf.Bounds(None, None)


def _not_before_start(end: str, info: ValidationInfo) -> str:
    start = info.data.get("in_force_from")
    first, last = edtf.bounds(start).earliest if start else None, edtf.bounds(end).latest
    if first and last and last < first:
        raise InvalidValue("ends-before-start", start_field="in_force_from", start=start)
    return end


LastDay = Annotated[EdtfDate, AfterValidator(_not_before_start)]


ForceStatus = Literal["in-force", "ended", "not-yet", "unknown"]


class ForceDays(NamedTuple):
    """First and last day on which something is possibly in force, and certainly: ISO days with sentinels."""

    possible_from: str
    possible_to: str
    certain_from: str
    certain_to: str


def force_days(
    in_force_from: str | None,
    in_force_to: str | None,
    status: ForceStatus,
    status_as_of: str | None,
    not_before: str | None = None,
) -> ForceDays:
    """Days in force, from the fields of `InForce`.

    Without an end it is certainly in force until `status_as_of` if it was then, and what has `ended` was not in force
    after it.
    """
    start = edtf.bounds(in_force_from) if in_force_from else _UNKNOWN
    end = edtf.bounds(in_force_to) if in_force_to else _UNKNOWN
    known = status_as_of if status == "in-force" and in_force_to is None else None
    return ForceDays(
        possible_from=start.earliest or not_before or FIRST_DAY,
        possible_to=end.latest or (status_as_of if status == "ended" else None) or LAST_DAY,
        certain_from=start.latest or AFTER_ALL,
        certain_to=end.earliest or known or BEFORE_ALL,
    )


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

    def first_day(self) -> edtf.Bounds:
        """Bounds of the first day in force, ISO days."""
        return edtf.bounds(self.in_force_from) if self.in_force_from else _UNKNOWN

    def time_in_force(self) -> edtf.Bounds:
        """Bounds of the time in force, ISO days: the first and the last possible day, None if not known.

        What has `ended` on a day that is not known was not in force after `status_as_of`.
        """
        known = self.status_as_of if self.status == "ended" else None
        end = edtf.bounds(self.in_force_to).latest if self.in_force_to else None
        return edtf.Bounds(self.first_day().earliest, end or known)

    def force_columns(self, not_before: str | None = None) -> dict[str, str]:
        """Columns for `in_force_on`. An unknown start is not before `not_before`."""
        days = force_days(self.in_force_from, self.in_force_to, self.status, self.status_as_of, not_before)
        return days._asdict()


class InForceVersion(DatedVersion):
    """Columns for filters by time in force: ISO days, with sentinels for what is unbounded and what is never so."""

    status: str = Column(sa_column_kwargs=ADDED_LATER)
    possible_from: str = Column(sa_type=Code, sa_column_kwargs=ADDED_LATER)
    possible_to: str = Column(sa_type=Code, sa_column_kwargs=ADDED_LATER)
    certain_from: str = Column(sa_type=Code, sa_column_kwargs=ADDED_LATER)
    certain_to: str = Column(sa_type=Code, sa_column_kwargs=ADDED_LATER)


def _in_force(index: Postings, params: "InForceFilter") -> BitMap:
    kind, day = "certain" if params.certain else "possible", params.in_force_on or ""
    return index.at_most(f"{kind}_from", day) & index.at_least(f"{kind}_to", day)


def require_day(text: str) -> str:
    """Check of a parameter: raises InvalidValue, a ValueError, unless the text is an ISO day of the calendar."""
    try:
        start, end = edtf.period(text)
    except edtf.EdtfError:
        raise InvalidValue("not-a-day") from None
    if start != end:
        raise InvalidValue("not-a-day")
    return text


class InForceFilter(DateFilter):
    """Filters of `DateFilter`, `in_force_on` and `status`."""

    in_force_on: Annotated[str | None, Where(_in_force)] = Field(
        None,
        description="Only records possibly in force on this day: an unknown start or end matches. With `certain=true`, "
        "only those certainly in force. Their wording may have been different. Exceptions have their own dates.",
        examples=["2018-06-12"],
        json_schema_extra={"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
    )
    status: Annotated[list[ForceStatus], one_of("status")] = values_field("Only records with one of these statuses.")

    @override
    def periods(self) -> dict[str, str | None]:
        """Parameters that `certain` applies to, by name: those of a period, and the day."""
        return super().periods() | {"in_force_on": self.in_force_on}

    _is_day = field_validator("in_force_on")(require_day)
