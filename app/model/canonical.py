"""The canonical form of a revision: lines of RFC 8785 JSON, and the digest over them.

`sha256sum` of the lines is the digest; the first line names the digest before, so that the log is one chain.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any

import rfc8785

from app.model.fields import Record


def seed_form(record: Record) -> dict[str, Any]:
    """Seed form of a record: both languages, no computed fields, nothing that is null or an empty list.

    What is absent is left out, so that a field added by a later release changes no digest.
    """
    return record.model_dump(mode="json", exclude_defaults=True)


def text(value: Any) -> str:
    """RFC 8785 JSON of a value made of objects, lists, strings, whole numbers, booleans and null.

    Raises rfc8785.CanonicalizationError for a lone surrogate or a number beyond 53 bits.
    """
    return rfc8785.dumps(value).decode()


def change(action: str, collection: str, id: str, record: str | None, reason: dict[str, str] | None) -> str:
    """The line of one change, without its line end; `record` is canonical text already, None if withdrawn."""
    start = f'{{"action":{json.dumps(action)},"collection":{json.dumps(collection)},"id":{json.dumps(id)}'
    if record is not None:
        return f'{start},"record":{record}}}'
    return f'{start},"reason":{text(reason)}}}'


def encode(lines: Iterable[str]) -> Iterator[bytes]:
    """The bytes of a revision, line by line, each ended by LF."""
    for line in lines:
        yield line.encode() + b"\n"


def digest(lines: Iterable[str]) -> str:
    """SHA-256, in hexadecimal, of a revision's canonical bytes."""
    sha = hashlib.sha256()
    for line in encode(lines):
        sha.update(line)
    return sha.hexdigest()
