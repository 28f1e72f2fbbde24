"""Faults that prevent a publication, each with its place: file, collection, record, field."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.errors import CodedError

_MOST = 1000


@dataclass(frozen=True, slots=True)
class RecordFault:
    """Fault that prevents a publication: a code with values, and its place as far as that is known."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)
    origin: str = ""  # a file, an importer, an option of the command line
    collection: str = ""
    id: str = ""
    field: str = ""  # its path in the record, as in `citations.0.section`, or the line of a file

    @property
    def where(self) -> str:
        """Place of the fault: origin, collection, id and field, those that are known, joined by colons."""
        return ": ".join(part for part in (self.origin, self.collection, self.id, self.field) if part)


class PublicationError(CodedError):
    """Nothing was published. Code and values are those of the first fault.

    Of very many faults it keeps the first, and one at the end that says how many more there are.
    """

    def __init__(self, fault: RecordFault, /, *more: RecordFault) -> None:
        super().__init__(fault.code, **fault.values)
        rest = (RecordFault("more-faults", {"count": len(more) - _MOST}),) if len(more) > _MOST else ()
        self.faults = (fault, *more[:_MOST], *rest)

    def __str__(self) -> str:
        return "\n".join(f"{fault.where}: {fault.code} {dict(fault.values)}" for fault in self.faults)
