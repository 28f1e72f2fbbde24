"""Submissions: what a file or importer hands in for one collection, compared with what is published, and validated."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection, select

from app.model import canonical
from app.model.fields import SLUG_LENGTH, Bilingual, field_fault, imported_fields
from app.model.records import Record
from app.publishing.current import current_size, current_texts, imported_ids, imported_sources
from app.publishing.faults import PublicationError, RecordFault
from app.publishing.filled_fields import with_filled
from app.publishing.revision_writer import PendingChange
from app.resources.base import Resource
from app.store.tables import VERSION_INDEX, Action, batches

_MOST_FAULTS = 10_000  # of a submission: beyond it the rest is not looked at


@dataclass(frozen=True)
class Submission:
    """Submission of one file or importer to one collection: seed forms, and withdrawals (`{id, reason: {en, fr}}`)."""

    origin: str
    collection: str
    records: Sequence[Mapping[str, Any]]
    withdrawn: Sequence[Mapping[str, Any]] = ()
    complete: bool = True  # a current record that is missing is a fault, unless an import brought it
    based_on: int | None = None  # number of the revision that it was made from, if it was made from published records


class Overtaken(Exception):  # noqa: N818 - says what happened to a submission; nothing went wrong
    """Somebody has published since a submission was made from the published records."""


def check_based_on(newest: int, submissions: Iterable[Submission]) -> None:
    """Raise Overtaken if a submission is based on another revision than the newest."""
    if any(one.based_on not in (None, newest) for one in submissions):
        raise Overtaken


@dataclass
class _Comparison:
    """Comparison of a submission with the current state: its ids, what it changes, and what is wrong with it."""

    submission: Submission
    resource: Resource
    imported: frozenset[str]  # ids of the sources that are imported files
    ids: set[str] = field(default_factory=set)  # of its records, changed or not
    withdrawn: dict[str, Bilingual] = field(default_factory=dict)
    current: int = 0  # how many current records it names
    changes: list[PendingChange] = field(default_factory=list)
    faults: list[RecordFault] = field(default_factory=list)

    def run(self, connection: Connection) -> None:
        """Compare all records and withdrawals of the submission."""
        table = self.resource.table
        for batch in batches(list(enumerate(self.submission.records, 1))):
            if len(self.faults) >= _MOST_FAULTS:
                return
            names = [named(raw, position) for position, raw in batch]
            current = current_texts(connection, table, names)
            self.current += len(current)
            for name, (_, raw) in zip(names, batch, strict=True):
                self._add_record(raw, name, current)
        for position, raw in enumerate(self.submission.withdrawn, 1):
            self._add_withdrawal(raw, named(raw, position, "withdrawn"))
        current = current_texts(connection, table, self.withdrawn)
        self.current += len(current)
        for id, reason in self.withdrawn.items():
            if id in current:
                self.changes.append(PendingChange("withdrawn", self.resource.name, id, reason=reason))

    def _add_record(self, raw: Mapping[str, Any], name: str, current: Mapping[str, str]) -> None:
        before = current.get(name)
        raw = self._with_imported(raw, before)
        if before is not None and _is_form_of(raw, before):
            self._add_id(name)
        elif (record := self._validated(raw, name)) and self._add_id(record.id):
            text = canonical.text(canonical.seed_form(record))
            if text != before:
                action: Action = "added" if before is None else "changed"
                self.changes.append(PendingChange(action, self.resource.name, record.id, text, record, before=before))

    def _with_imported(self, raw: Mapping[str, Any], before: str | None) -> Mapping[str, Any]:
        """The record with what imports added to the published one: a complete submission says nothing about that."""
        if before is None or not self.submission.complete:
            return raw
        published = json.loads(before)
        missing = imported_fields(self.resource.model) - raw.keys()
        added = {name: published[name] for name in missing if name in published}
        for name, sources in (("citations", _source), ("other_values", _first_source)):
            own = raw.get(name, [])
            if not isinstance(own, list) or not all(isinstance(one, Mapping) for one in own):
                return raw  # validation says what is wrong
            mine = {sources(one) for one in own}
            theirs = [one for one in published.get(name, ()) if sources(one) in self.imported - mine]
            added |= {name: [*own, *theirs]} if theirs else {}
        return with_filled({**raw, **added} if added else raw, published)

    def _add_id(self, id: str) -> bool:
        if id in self.ids:
            self._add_fault("repeated-id", id, "id")
            return False
        self.ids.add(id)
        return True

    def _validated(self, raw: Mapping[str, Any], name: str) -> Record | None:
        try:
            return self.resource.model.model_validate(raw)
        except ValidationError as error:
            self.faults += faults_of(error, self.submission.origin, name)
            return None

    def _add_withdrawal(self, raw: Mapping[str, Any], name: str) -> None:
        if name in self.ids:
            self._add_fault("present-and-withdrawn", name)
        elif name in self.withdrawn:
            self._add_fault("withdrawn-twice", name)
        elif set(raw) != {"id", "reason"} or raw["id"] != name:
            self._add_fault("invalid-withdrawal", name, "withdrawn")
        else:
            try:
                self.withdrawn[name] = Bilingual.model_validate(raw["reason"])
            except ValidationError as error:
                self.faults += faults_of(error, self.submission.origin, name, "reason.")

    def _add_fault(self, code: str, id: str, field: str = "") -> None:
        self.faults.append(RecordFault(code, origin=self.submission.origin, id=id, field=field))


def differences(
    connection: Connection, resources: Mapping[str, Resource], submissions: Iterable[Submission]
) -> list[PendingChange]:
    """Changes from the current state to the submissions. Raises PublicationError with all faults of all of them.

    A record whose canonical form is the published one is not validated: it was when it was published, and stays so.
    """
    faults: list[RecordFault] = []
    found: list[_Comparison] = []
    imported = imported_sources(connection)
    for submission in submissions:
        if resource := resources.get(submission.collection):
            found.append(one := _Comparison(submission, resource, imported))
            one.run(connection)
            faults += one.faults
        else:
            faults.append(RecordFault("unknown-collection", {"name": submission.collection}, submission.origin))
    stop([*faults, *_repeated(found)])
    stop([fault for one in found if one.submission.complete for fault in _gaps(connection, one)])
    return [change for one in found for change in one.changes]


def stop(faults: Sequence[RecordFault]) -> None:
    """Raise PublicationError if there are faults."""
    if faults:
        raise PublicationError(*faults)


def named(raw: Mapping[str, Any], position: int, kind: str = "record") -> str:
    """Name of a record in faults: its id, or its position where it has none or one that is too long for an id."""
    id = raw.get("id")
    return id if isinstance(id, str) and 0 < len(id) <= SLUG_LENGTH else f"{kind} {position}"


def faults_of(error: ValidationError, origin: str, id: str = "", within: str = "") -> list[RecordFault]:
    """Faults of a record; `within` is the path of the part that was validated, with a full stop at its end."""
    found = map(field_fault, error.errors(include_url=False))
    return [RecordFault(one.code, one.values, origin, id=id, field=f"{within}{one.parameter}") for one in found]


def _is_form_of(raw: Mapping[str, Any], text: str) -> bool:
    """Whether a seed form is the one that this canonical text has, without a field at its default."""
    try:
        return canonical.text(raw) == text
    except (TypeError, ValueError):  # it has what JSON does not have, such as a day of TOML
        return False


def _source(citation: Any) -> str:
    return str(citation.get("source")) if isinstance(citation, Mapping) else ""


def _first_source(other: Mapping[str, Any]) -> str:
    citations = other.get("citations")
    return _source(citations[0]) if isinstance(citations, list) and citations else ""


def _repeated(found: Sequence[_Comparison]) -> Iterator[RecordFault]:
    """A fault for each record that two submissions have: neither may win in silence."""
    for position, one in enumerate(found):
        for other in found[:position]:
            if one.resource is other.resource:
                both = (one.ids | one.withdrawn.keys()) & (other.ids | other.withdrawn.keys())
                values = {"other": other.submission.origin}
                for id in sorted(both):
                    yield RecordFault("repeated-in", values, one.submission.origin, id=id, field="id")


def _gaps(connection: Connection, one: _Comparison) -> Iterator[RecordFault]:
    """Faults of a complete submission: withdrawals of unknown ids, and current records that it lacks.

    The first revision withdraws nothing: what a seed withdrew elsewhere is passed over then.
    """
    origin, table = one.submission.origin, one.resource.table
    known = _published(connection, one.resource.name, sorted(one.withdrawn))
    unknown = sorted(one.withdrawn.keys() - known)
    if unknown and connection.execute(select(VERSION_INDEX.c.id).limit(1)).first():
        for id in unknown:
            yield RecordFault("never-published", origin=origin, id=id, field="withdrawn")
    if one.current == current_size(connection, one.resource.name):
        return  # to look for the ids would take a scan of the table
    current = select(table.c.id).where(table.c.superseded_in.is_(None)).order_by(table.c.id)
    for batch in batches([id for id in connection.execute(current).scalars() if id not in one.ids]):
        missing = current_texts(connection, table, [id for id in batch if id not in one.withdrawn])
        imported = imported_ids(one.resource.name, missing, one.imported)
        for id in missing:
            if id not in imported:
                yield RecordFault("missing-from-file", origin=origin, id=id)


def _published(connection: Connection, collection: str, ids: Sequence[str]) -> Collection[str]:
    """Those of these ids that a record of the collection has or had."""
    index = VERSION_INDEX.c
    found: set[str] = set()
    for batch in batches(ids):
        mine = select(index.id).where(index.collection == collection, index.id.in_(batch))
        found.update(connection.execute(mine).scalars())
    return found
