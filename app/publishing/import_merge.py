"""Merge of an import with what is published: one record for one thing, with the citations of both sources.

What an import brought earlier, told by its first citation, is replaced. Where a complete list still has it as it is,
it stays, since the source says of which day the newest list is. A record that others wrote keeps its words: it gets the
citation, values where it has none (`filled_fields`), and under `other_values` those that differ.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from app.messages import sentence
from app.model.fields import LANGUAGES, imported_fields
from app.model.records import reference_target
from app.publishing.faults import RecordFault
from app.publishing.filled_fields import is_empty, marked, with_filled, without_filled
from app.publishing.import_dates import date_faults
from app.publishing.import_decisions import Decisions
from app.publishing.importers.base import Importer, Reading, SeedForm
from app.resources.base import Resource
from app.store.tables import VERSION_INDEX, batches

_WORDS = frozenset({"id", "title", "summary", "citations", "other_values", "topics"})  # of the author of the record
_SOURCES = "sources"


@dataclass
class Merge:
    """Merge of an import: what to submit by collection, what a person should know, and files of a wrong day.

    `withdrawn` are records of earlier imports that are others, as a person has decided since.
    """

    records: dict[str, list[SeedForm]] = field(default_factory=dict)
    withdrawn: dict[str, list[SeedForm]] = field(default_factory=dict)
    warnings: list[RecordFault] = field(default_factory=list)
    misdated: list[RecordFault] = field(default_factory=list)


def merge(
    connection: Connection,
    resources: Mapping[str, Resource],
    importer: Importer,
    reading: Reading,
    decisions: Decisions,
) -> Merge:
    """Merge of a reading with the current records. Nothing is written."""
    return _Merging(connection, resources, importer, reading, decisions).run()


class _Merging:
    def __init__(
        self,
        connection: Connection,
        resources: Mapping[str, Resource],
        importer: Importer,
        reading: Reading,
        decisions: Decisions,
    ) -> None:
        self._connection, self._resources = connection, resources
        self._importer, self._reading, self._decisions = importer, reading, decisions
        self._sources = {str(source["id"]) for source in reading.sources}
        self._current: dict[str, dict[str, SeedForm]] = {}  # by collection and id
        self._names: dict[tuple[str, str], str] = {}  # id of a matched record, by collection and imported id
        self._merge = Merge()

    def run(self) -> Merge:
        """Merge all that was read."""
        reading = self._reading
        self._merge.records[_SOURCES] = [*self._merged_sources()]
        for collection, records in reading.records.items():
            self._match(collection, records)
        for collection, records in reading.records.items():
            found = [self._merged(collection, record) for record in records]
            found += self._gone(collection, {str(record["id"]) for record in [*records, *found]})
            self._merge.records.setdefault(collection, []).extend(found)
        for collection, records in reading.supporting.items():
            self._merge.records.setdefault(collection, []).extend(self._missing(collection, records))
        self._leave_out_unpublished()
        if reading.complete:
            self._keep_unchanged()
        return self._merge

    def _of(self, collection: str) -> dict[str, SeedForm]:
        """Current records of a collection by id."""
        if collection not in self._current:
            table = self._resources[collection].table
            rows = self._connection.execute(select(table.c.id, table.c.record).where(table.c.superseded_in.is_(None)))
            self._current[collection] = {id: json.loads(text) for id, text in rows}
        return self._current[collection]

    def _merged_sources(self) -> Iterator[SeedForm]:
        """Source records of the files; a file that was imported before keeps the day on which it was retrieved."""
        for source in self._reading.sources:
            before = self._of(_SOURCES).get(str(source["id"]), {})
            if before.get("file_sha256") == source.get("file_sha256") and "retrieved_on" in before:
                yield {**source, "retrieved_on": before["retrieved_on"]}
                continue
            self._merge.misdated += date_faults(source, before, self._importer.name)
            yield source

    def _match(self, collection: str, records: Sequence[SeedForm]) -> None:
        """Find out which published record each imported one is: by decision, by id, or by a declared key."""
        published = self._of(collection)
        taken = {str(record["id"]) for record in records}
        by_key = self._by_key(collection)
        for record in records:
            id = str(record["id"])
            name = self._decisions.same.get(id) or self._id_by_key(collection, record, by_key)
            if name and name != id and name not in published:
                values = {"imported": id, "record": name}
                self._warn("match-not-published", collection, id, values)
            elif name and name != id and name not in taken:
                self._names[collection, id] = name
                if id in published and self._is_imported(published[id]):
                    self._withdraw(collection, id, name)
            elif id not in published and self._importer.alike:
                self._report_alike(collection, record)

    def _by_key(self, collection: str) -> dict[str, str]:
        """Ids of published records by their declared keys; records that others wrote come before imported ones."""
        key = self._importer.keys.get(collection)
        # Imported ones first: of those with one key, the last is taken.
        published = sorted(self._of(collection).items(), key=lambda item: not self._is_imported(item[1]))
        return {value: id for id, record in published if (value := key(record))} if key else {}

    def _id_by_key(self, collection: str, record: SeedForm, by_key: Mapping[str, str]) -> str | None:
        """Id of the published record with the key of an imported one, unless it is published under its own.

        A record of an earlier import gives way to one that others wrote since.
        """
        key = self._importer.keys.get(collection)
        name = by_key.get(key(record) or "") if key else None
        before = self._of(collection).get(str(record["id"]))
        if name is None or before is None:
            return name
        return name if self._is_imported(before) and not self._is_imported(self._of(collection)[name]) else None

    def _withdraw(self, collection: str, id: str, name: str) -> None:
        """Withdraw a record of an earlier import, which was a mistake: it is another one."""
        reason = {lang: sentence("same-record", {"collection": collection, "id": name}, lang) for lang in LANGUAGES}
        self._merge.withdrawn.setdefault(collection, []).append({"id": id, "reason": reason})

    def _report_alike(self, collection: str, record: SeedForm) -> None:
        assert self._importer.alike is not None
        id = str(record["id"])
        for name, other in self._of(collection).items():
            if (id, name) in self._decisions.different or self._is_imported(other):
                continue
            if self._importer.alike(record, other):
                self._warn("looks-alike", collection, id, {"record": name})

    def _merged(self, collection: str, record: SeedForm) -> SeedForm:
        id = self._names.get((collection, str(record["id"])), str(record["id"]))
        renamed = {**self._renamed(record), "id": id}
        before = self._of(collection).get(id)
        if before is None:
            return renamed
        if self._is_imported(before):
            return _replaced(before, renamed, self._sources)
        return _enriched(before, renamed, self._sources, imported_fields(self._resources[collection].model))

    def _renamed(self, value: Any) -> Any:
        """A value with the ids of matched records in place of the imported ones, wherever they stand in it."""
        if not self._names:
            return value
        names = {imported: name for (_, imported), name in self._names.items()}
        return _with_names(value, names)

    def _is_imported(self, record: SeedForm) -> bool:
        """Whether an earlier import of these sources brought the record: their citation comes first."""
        return bool(record["citations"]) and record["citations"][0]["source"] in self._sources

    def _gone(self, collection: str, ids: set[str]) -> list[SeedForm]:
        """Records of earlier imports that the files no longer have: ended, if they are the whole list."""
        found: list[SeedForm] = []
        if not self._reading.complete or self._merge.misdated:  # an older list says nothing about what came later
            return found
        published = self._of(_SOURCES)
        newer = {str(source["id"]): source.get("content_as_of") for source in self._reading.sources}
        for id, record in self._of(collection).items():
            if id in ids or not self._is_imported(record):
                continue
            source = record["citations"][0]["source"]
            if self._importer.ended is None:
                self._warn("gone-from-list", collection, id, {})
            else:
                ended = self._importer.ended(record, published[source].get("content_as_of"), newer[source])
                found.append(ended)
        return found

    def _missing(self, collection: str, records: Iterable[SeedForm]) -> Iterator[SeedForm]:
        """Supporting records that are needed: those of an id that no record has or had."""
        records = [*records]
        known = self._known(collection, [str(record["id"]) for record in records])
        for record in records:
            id = str(record["id"])
            before = self._of(collection).get(id)
            if id not in known:
                yield {**self._renamed(record), "id": id}
            elif before is None:
                self._warn("supporting-withdrawn", collection, id, {})
            elif self._is_imported(before) and (renamed := {**self._renamed(before), "id": id}) != before:
                yield renamed

    def _known(self, collection: str, ids: Sequence[str]) -> set[str]:
        known: set[str] = set()
        for batch in batches(ids):
            mine = VERSION_INDEX.c.collection == collection, VERSION_INDEX.c.id.in_(batch)
            known.update(self._connection.execute(select(VERSION_INDEX.c.id).where(*mine)).scalars())
        return known

    def _leave_out_unpublished(self) -> None:
        """Take ids out of optional fields where no such record is, or will be, published."""
        for collection, fields in self._importer.optional.items():
            targets = {name: reference_target(self._resources[collection].model, name) for name in fields}
            for position, record in enumerate(self._merge.records.get(collection, [])):
                kept = {name: self._known_ids(record[name], targets[name]) for name in fields if record.get(name)}
                self._merge.records[collection][position] = {**record, **kept}

    def _keep_unchanged(self) -> None:
        """Leave a record as it is if a newer list says no more of it than that it is listed still."""
        for collection in self._reading.records:
            for position, record in enumerate(records := self._merge.records[collection]):
                before = self._of(collection).get(str(record["id"]))
                if before and self._is_imported(before) and _differing(before, record) == {"status_as_of"}:
                    records[position] = before

    def _known_ids(self, value: Any, target: str) -> Any:
        submitted = {str(record["id"]) for record in self._merge.records.get(target, [])}
        if isinstance(value, str):
            return value if value in self._of(target) or value in submitted else None
        return [id for id in value if id in self._of(target) or id in submitted]

    def _warn(self, code: str, collection: str, id: str, values: Mapping[str, Any]) -> None:
        self._merge.warnings.append(RecordFault(code, values, self._importer.name, collection, id))


def _replaced(before: SeedForm, record: SeedForm, sources: set[str]) -> SeedForm:
    """An imported record as it is read now, with the citations and other values that others have added since."""
    citations = [one for one in before["citations"] if one["source"] not in sources]
    others = [one for one in before.get("other_values", []) if not _is_of(one, sources)]
    mine = record.get("other_values", [])
    now = {**record, "citations": [*record["citations"], *citations], "other_values": [*mine, *others]}
    return _without_empty(with_filled(now, before))


def _enriched(before: SeedForm, record: SeedForm, sources: set[str], imported: frozenset[str]) -> SeedForm:
    """A record that others wrote, with the citations of the import, what it adds, and what it says otherwise."""
    before = without_filled(before, sources)
    mine = [one for one in before["citations"] if one["source"] in sources]
    others = [one for one in before.get("other_values", []) if not _is_of(one, sources)]
    merged, filled = dict(before), list[str]()
    for name, value in record.items():
        if name in _WORDS or is_empty(value):
            continue
        if name in imported:
            merged[name] = value
        elif is_empty(before.get(name)):
            merged[name] = value
            filled.append(name)
        elif not isinstance(value, list) and value != before[name]:
            text = value if isinstance(value, dict | str) else json.dumps(value)
            others.append({"field": name, "value": text, "citations": list(record["citations"])})
    first, *more = (_with_words_of(mine, one) for one in record["citations"])
    kept = [one for one in before["citations"] if one["source"] not in sources]
    merged["citations"] = [*kept, marked(first, filled), *more]
    return _without_empty({**merged, "other_values": others})


def _with_words_of(mine: Sequence[SeedForm], citation: SeedForm) -> SeedForm:
    """The citation as it is published, where the same source and section are cited already."""
    place = citation["source"], citation.get("section")
    same = (one for one in mine if (one["source"], one.get("section")) == place)
    return next(same, citation)


def _differing(one: SeedForm, other: SeedForm) -> set[str]:
    """Names of the fields in which two seed forms differ; an empty value is none."""
    names = {*one, *other}
    return {name for name in names if (one.get(name) or None) != (other.get(name) or None)}


def _is_of(other: SeedForm, sources: set[str]) -> bool:
    return any(one["source"] in sources for one in other["citations"])


def _without_empty(record: SeedForm) -> SeedForm:
    return {name: value for name, value in record.items() if name != "other_values" or value}


def _with_names(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, Mapping):
        return {key: _with_names(part, names) for key, part in value.items()}
    return [_with_names(part, names) for part in value] if isinstance(value, list) else value
