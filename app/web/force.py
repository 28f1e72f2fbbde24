"""Force on a day: whether a measure, an exception or a permit applied then, and what is not known about it.

The filter `in_force_on` decides the same from the same days (`force_days`); here it is said in more detail.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from app.model import edtf
from app.resources.in_force import ForceDays, force_days

State = Literal["certain", "checked", "possible", "outside"]


@dataclass(frozen=True, slots=True)
class Doubt:
    """Doubt about a day: the code of its sentence, and an EDTF date that the sentence needs."""

    code: str
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Force:
    """Force on a day: known (`certain`), in force when last checked before it (`checked`), `possible`, or `outside`.

    `doubts` say why it is not certain; they are empty for `certain` and `outside`.
    """

    state: State
    doubts: list[Doubt] = field(default_factory=list)


def days_of(record: Mapping[str, Any]) -> ForceDays:
    """Days in force of a measure or an instrument as the API gives it. The latter is not in force before its date."""
    signed = edtf.bounds(record["date"]).earliest if record.get("date") else None
    return force_days(record["in_force_from"], record["in_force_to"], record["status"], record["status_as_of"], signed)


def force_on(day: str, record: Mapping[str, Any]) -> Force:
    """Force of a measure or an instrument on an ISO day."""
    days, doubts = days_of(record), []
    if not days.possible_from <= day <= days.possible_to:
        return Force("outside")
    if day < days.certain_from:
        doubts.append(_about_start(record))
    if day > days.certain_to:
        doubts.append(_about_end(record))
    if not doubts:
        return Force("certain")
    is_checked = [doubt.code for doubt in doubts] == ["page-sanctions-checked"]
    return Force("checked" if is_checked else "possible", doubts)


def exception_force(day: str, exception: Mapping[str, Any], measure: Mapping[str, Any]) -> Force:
    """Force of an exception on an ISO day. While no end of it is known, it was there when its measure was checked."""
    start, end = exception["in_force_from"], exception["in_force_to"]
    is_current = end is None and measure["status"] == "in-force"
    status, checked = ("in-force", measure["status_as_of"]) if is_current else ("unknown", None)
    return force_on(day, {"in_force_from": start, "in_force_to": end, "status": status, "status_as_of": checked})


def last_days(record: Mapping[str, Any]) -> edtf.Bounds:
    """Bounds of the last day in force, ISO days: None if not known. What has no end yet has neither."""
    if record["in_force_to"]:
        return edtf.bounds(record["in_force_to"])
    return edtf.Bounds(None, record["status_as_of"] if record["status"] == "ended" else None)


def _about_start(record: Mapping[str, Any]) -> Doubt:
    start = record["in_force_from"]
    if start:
        return Doubt("page-sanctions-start-between", start)
    if record["status"] == "not-yet":
        return Doubt("page-sanctions-not-yet", record["status_as_of"])
    return Doubt("page-sanctions-start-unknown")


def _about_end(record: Mapping[str, Any]) -> Doubt:
    end, status, checked = record["in_force_to"], record["status"], record["status_as_of"]
    if end:
        return Doubt("page-sanctions-end-between", end)
    if status == "in-force":
        return Doubt("page-sanctions-checked", checked)
    if status == "ended":
        return Doubt("page-sanctions-ended", checked)
    return Doubt("page-sanctions-end-unknown")
