"""Importer interface: what one says of itself, what it is given, and what it has read.

An importer is a pure function from files to seed forms. It neither knows the database nor fetches anything: the import
(`app/publishing/importing.py`) does that, merges what was read with what is published, and publishes one revision.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

SeedForm = Mapping[str, Any]
# Media types of files that are worth parsing, whatever a server calls them: GitHub sends all text as text/plain,
# storage services what they do not know as octet-stream. HTML is not among them: it is an error or a login page.
_UNTYPED = ("text/plain", "application/octet-stream", "binary/octet-stream")
CSV_TYPES = ("text/csv", "application/csv", "application/vnd.ms-excel", *_UNTYPED)
XML_TYPES = ("application/xml", "text/xml", *_UNTYPED)


@dataclass(frozen=True, slots=True)
class InputFile:
    """Input file: its content, and what its source record says of it."""

    name: str  # path or address as the user gave it, for messages
    body: bytes
    retrieved_on: str  # ISO day
    address: str | None = None  # where it was fetched, None for a local file

    @property
    def sha256(self) -> str:
        """SHA-256 of the content, in hexadecimal."""
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Row that was left out: its file and line, a short name of it, and the code and values of the reason.

    `expected` marks rows that the importer does not look for, such as other countries: they are counted, not listed.
    """

    file: str
    line: int | None
    row: str
    code: str
    values: Mapping[str, Any] = field(default_factory=dict)
    expected: bool = False


@dataclass(slots=True)
class Reading:
    """Reading: the seed forms that an importer read from its files, by collection, and what it left out.

    `sources` are the source records of the files, with `file_sha256`, `retrieved_on` and `content_as_of`; every record
    cites one of them first. `supporting` are records of others that these name, such as actors: they are submitted only
    where none of that id is published. `complete` says that the files are the whole list of its publisher, so that a
    record of an earlier import that is missing now has ended. `totals` are counts for the report, by what was counted.
    """

    sources: list[SeedForm] = field(default_factory=list)
    records: dict[str, list[SeedForm]] = field(default_factory=dict)
    supporting: dict[str, list[SeedForm]] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)
    complete: bool = False
    totals: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Floor:
    """Floor: the least number of records that a collection must have, or the least share of them with a field."""

    collection: str
    least: float  # a number of records; with `field`, a share from 0 to 1
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Importer:
    """Importer of one publisher's files.

    `keys` gives, by collection, how to see that a read record is a published one of another id, such as the legal
    citation; None if a record has no such key. Equal dates are no key. `alike` says that a read record may be a
    published one, which a person has to decide. `optional` names the fields, by collection, whose ids are left out
    where no such record is published. `ended` gives the seed form of a record that a complete list no longer has:
    it takes the published form, and the `content_as_of` of the earlier and the newer list. With `one_file`, an import
    takes one file at a time.
    """

    name: str
    about: str  # one line of help
    media_types: tuple[str, ...]
    read: Callable[[Sequence[InputFile]], Reading]
    one_file: bool = False
    floors: tuple[Floor, ...] = ()
    keys: Mapping[str, Callable[[SeedForm], str | None]] = field(default_factory=dict)
    alike: Callable[[SeedForm, SeedForm], bool] | None = None
    optional: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ended: Callable[[SeedForm, str | None, str | None], SeedForm] | None = None
    most_bytes: int = 100_000_000


class UnreadableFile(Exception):  # noqa: N818 - says what the file is
    """A file that cannot be read as what it should be: code and values of the reason, and the line where known."""

    def __init__(self, file: InputFile, code: str, line: int | None = None, **values: Any) -> None:
        super().__init__(code)
        self.file, self.code, self.line, self.values = file, code, line, values
