"""Citation check: every cited passage is looked up in the text of its source."""

import contextlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select

from app.errors import Fault, InvalidValue
from app.messages import line, sentence
from app.model.passages import SourceText
from app.paths import packaged
from app.publishing.faults import PublicationError, RecordFault
from app.publishing.fetch import Limits, SourceUnavailable, fetch
from app.publishing.input_files import read_bytes
from app.publishing.seed_files import read_folder
from app.publishing.submission import Submission, faults_of, named, stop
from app.resources.registry import COLLECTIONS
from app.settings import Settings
from app.store import readiness
from app.store.database import open_database
from app.store.engines.base import Database


class UnreadableText(PublicationError):  # noqa: N818 - named by what is wrong, as other errors are
    """A file named on the command line that is not the readable text of a cited source."""


@dataclass
class Report:
    """Report of a citation check: what was checked (`origin`: database, package or folder), and the wrong citations.

    `unread` are sources that could not be fetched.
    """

    origin: Fault
    checked: int = 0
    records: int = 0
    notes: list[RecordFault] = field(default_factory=list)
    faults: list[RecordFault] = field(default_factory=list)
    unread: list[RecordFault] = field(default_factory=list)

    def lines(self) -> list[str]:
        """Lines to print: faults, notes, and at the end the counts."""
        sums = {"checked": self.checked, "records": self.records, "origin": self.origin, "count": len(self.faults)}
        code = "citations-wrong" if self.faults else "citations-correct" if self.checked else "citations-unchecked"
        total = sentence(code, sums)
        unread = [sentence("sources-unread", {"count": len(self.unread)})] if self.unread else []
        return [*map(line, (*self.faults, *self.unread, *self.notes)), total, *unread]


@dataclass(frozen=True)
class Cited:
    """Cited record: its collection, and the record in seed form."""

    collection: str
    record: Mapping[str, Any]


def assignment(item: str) -> tuple[str, Path]:
    """Parsed command line option `SOURCE=FILE`. Raises UnreadableText for a text of another form."""
    source, separator, file = item.partition("=")
    if not source or not separator or not file:
        raise UnreadableText(RecordFault("invalid-assignment", origin=f"--text {item}"))
    return source, Path(file)


def run(settings: Settings, files: Mapping[str, Path], folder: Path | None, *, allow_private: bool = False) -> Report:
    """Citation check of the sources that have a file; without files, of all sources, fetched from their addresses.

    `allow_private` lets it fetch from addresses that are not public.

    Raises UnreadableText for a source that is not cited and for a file that is missing, unreadable or not UTF-8,
    PublicationError for seed files with faults. A source that cannot be fetched is `unread` in the report.
    """
    if folder and not folder.is_dir():
        raise UnreadableText(RecordFault("not-a-folder", origin=str(folder)))
    origin, cited = _cited(settings, folder)
    sources = {str(one.record["id"]): one.record for one in cited if one.collection == "sources"}
    wanted = {passage["source"] for one in cited for passage in _passages(one)}
    if strangers := files.keys() - wanted:
        raise UnreadableText(*(RecordFault("source-not-cited", origin=f"--text {one}") for one in sorted(strangers)))
    report = Report(origin=origin)
    limits = Limits(settings.fetch_timeout_seconds, settings.fetch_max_bytes, allow_private)
    for source in sorted(files or wanted):
        text = _text(limits, sources.get(source, {}), files.get(source), report)
        if text:
            _check(sources.get(source, {"id": source}), text, cited, report)
    return report


def _cited(settings: Settings, folder: Path | None) -> tuple[Fault, list[Cited]]:
    with contextlib.closing(open_database(settings)) as db:
        if folder is None and db.exists():
            if fault := readiness.schema_fault(db):
                raise fault
            return Fault("", "from-database"), list(_published(db))
    files = read_folder(folder or packaged("seed"), COLLECTIONS, settings.seed_max_bytes)
    stop([fault for file in files for fault in _invalid(file)])
    origin = Fault("", "from-folder", {"folder": str(folder)}) if folder else Fault("", "from-package")
    return origin, [Cited(file.collection, record) for file in files for record in file.records]


def _invalid(file: Submission) -> Iterator[RecordFault]:
    """Faults of the records in a seed file: what is not a record has no citations that could be looked up."""
    model = COLLECTIONS[file.collection].model
    for position, record in enumerate(file.records, 1):
        try:
            model.model_validate(record)
        except ValidationError as error:
            yield from faults_of(error, file.origin, named(record, position))


def _published(db: Database) -> Iterable[Cited]:
    with db.reading() as connection:
        for name, resource in COLLECTIONS.items():
            table = resource.table
            rows = select(table.c.record).where(table.c.superseded_in.is_(None)).order_by(table.c.id)
            for text in connection.execute(rows).scalars():
                yield Cited(name, json.loads(text))


def _passages(one: Cited) -> list[dict[str, Any]]:
    holders = [one.record, *one.record.get("other_values", [])]
    return [citation for holder in holders for citation in holder.get("citations", []) if citation.get("fragment")]


def _in_language(text: Any, source: Mapping[str, Any]) -> Any:
    """A section or address in the language of the source's text."""
    return text[source["language"]] if isinstance(text, Mapping) else text


def _text(limits: Limits, source: Mapping[str, Any], file: Path | None, report: Report) -> SourceText | None:
    if file is None:
        try:
            return fetch(_in_language(source["address"], source), limits)
        except SourceUnavailable as error:
            report.unread.append(RecordFault(error.code, error.values, f"sources/{source['id']}"))
            return None
    try:
        content = read_bytes(file, limits.max_bytes)
    except PublicationError as error:
        raise UnreadableText(*error.faults) from error
    expected = source.get("text_sha256")
    if expected and expected != sha256(content).hexdigest():
        report.notes.append(RecordFault("other-text", {"file": str(file)}, f"sources/{source['id']}"))
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise UnreadableText(RecordFault("not-utf-8", origin=str(file))) from error
    try:
        return SourceText.of_html(text) if file.suffix in (".html", ".htm") else SourceText.of_plain(text)
    except InvalidValue as error:
        raise UnreadableText(RecordFault(error.code, error.values, str(file))) from None


def _check(source: Mapping[str, Any], text: SourceText, cited: Iterable[Cited], report: Report) -> None:
    for one in cited:
        passages = [passage for passage in _passages(one) if passage["source"] == source["id"]]
        report.records += bool(passages)
        for passage in passages:
            report.checked += 1
            fragment = passage["fragment"]
            section = _in_language(passage.get("section"), source)
            fault = text.fault(section, fragment["start"], fragment.get("end"))
            if fault:
                origin, place = f"{one.collection}/{one.record['id']}", f"{source['id']}: {fault.parameter}"
                report.faults.append(RecordFault(fault.code, fault.values, origin, field=place))
