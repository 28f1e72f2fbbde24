"""Files of the packaged revisions: 0001.jsonl, 0002.jsonl, …, and SHA256SUMS, the list of their digests.

`sha256sum --check SHA256SUMS` reads the list too. The digest of a file is that of its revision. Each revision names the
digest of the one before; the list covers the newest, which no other names yet.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from app.publishing.faults import PublicationError, RecordFault
from app.publishing.input_files import read_bytes, read_text
from app.store.unfinished_file import rename, unfinished

LIST = "SHA256SUMS"
_LINE = re.compile(r"([0-9a-f]{64}) [ *]([0-9]{4,9}\.jsonl)")  # with the asterisk that sha256sum writes on Windows
_MOST_BYTES = 2**30  # of a revision file; 100,000 new records take 120 MB
_MOST_LIST_BYTES = 2**20  # 12,000 revisions


class RevisionFile(NamedTuple):
    """File of a packaged revision, its content, and the SHA-256 of it."""

    file: Path
    content: bytes
    digest: str


def revision_name(number: int) -> str:
    """File name of a packaged revision: its number with at least four digits."""
    return f"{number:04d}.jsonl"


def read_digests(folder: Path) -> dict[str, str]:
    """Digest list of a folder: digests by file name; empty if there is no list.

    Raises PublicationError, with the line, for a list that cannot be read, or that lacks the file of a revision.
    """
    file = folder / LIST
    if not file.exists():
        return {}
    digests: dict[str, str] = {}
    for number, line in enumerate(read_text(file, _MOST_LIST_BYTES).splitlines(), 1):
        match = _LINE.fullmatch(line)
        if match is None or match[2] != revision_name(number):
            values = {"name": revision_name(number)}
            raise PublicationError(RecordFault("invalid-digest-line", values, str(file), field=f"line {number}"))
        digests[match[2]] = match[1]
    return digests


def write_digests(folder: Path, digests: Mapping[str, str]) -> bool:
    """Write the digest list, if it would change; returns whether it did."""
    content = "".join(f"{digests[name]}  {name}\n" for name in sorted(digests, key=lambda name: (len(name), name)))
    file = folder / LIST
    if not content or (file.exists() and read_text(file, _MOST_LIST_BYTES) == content):
        return False
    write_whole(file, content.encode())
    return True


def read_revision_files(folder: Path) -> Iterator[RevisionFile]:
    """Files of the packaged revisions in order; none if the folder has neither files nor a list.

    Raises PublicationError, with the name of the file, if one is missing, changed, or not in the list.
    """
    digests = read_digests(folder)
    for file in sorted(folder.glob("*.jsonl")):
        if file.name not in digests:
            raise PublicationError(RecordFault("not-in-digest-list", {"list": LIST}, str(file)))
    for name, digest in digests.items():
        yield _checked(folder / name, digest)


def read_revision_file(file: Path) -> RevisionFile:
    """One file of a packaged revision. Raises PublicationError if it cannot be read."""
    content = read_bytes(file, _MOST_BYTES)
    return RevisionFile(file, content, hashlib.sha256(content).hexdigest())


def write_whole(file: Path, content: bytes) -> None:
    """Atomic write: a killed process or a power cut leaves no half of the file. Raises FileInUseError, OSError."""
    with unfinished(file) as part:
        part.write_bytes(content)
        rename(part, file)


def _checked(file: Path, digest: str) -> RevisionFile:
    if not file.exists():
        raise PublicationError(RecordFault("missing-file", origin=str(file)))
    found = read_revision_file(file)
    if found.digest != digest:
        raise PublicationError(RecordFault("file-changed-since-release", {"list": LIST}, str(file)))
    return found
