"""Canonical form of a revision: lines of RFC 8785 JSON, and the digest of them.

The digest is the SHA-256 of the lines, so `sha256sum` checks it. The first line has the digest of the previous
revision, so that the revisions form a chain.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any

import rfc8785

from app.errors import InvalidValue
from app.model.records import Record

_LARGEST = 2**53 - 1  # a number beyond it has no canonical form
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode


def seed_form(record: Record) -> dict[str, Any]:
    """Seed form of a record: both languages, without derived fields, nulls and empty lists.

    Fields at their default are left out, so that a field added by a later release changes no digest.
    """
    return record.model_dump(mode="json", exclude_defaults=True)


def text(value: Any) -> str:
    """Canonical JSON (RFC 8785) of a value made of objects, lists, strings, whole numbers, booleans and null.

    Numbers must not be beyond 53 bits: no model has such a field, and `parse` refuses them. Raises UnicodeEncodeError
    for a lone surrogate. The standard encoder writes the same as the rfc8785 package, which a property test shows, in a
    seventh of the time. Only characters beyond U+FFFF may give another order of names: then the package writes it.
    """
    found = _encode(value)
    if len(found.encode("utf-16-le")) > 2 * len(found):
        return rfc8785.dumps(value).decode()
    return found


def parse(line: str) -> Any:
    """Value of canonical JSON. Raises InvalidValue if the line is not canonical, ValueError if it is not JSON."""
    value = json.loads(line, parse_int=_whole, parse_float=_refuse, parse_constant=_refuse)
    if text(value) != line:
        raise InvalidValue("not-canonical")
    return value


def _whole(digits: str) -> int:
    return number if abs(number := int(digits)) <= _LARGEST else _refuse(digits)


def _refuse(_: str) -> int:
    raise InvalidValue("not-canonical")


def change(action: str, collection: str, id: str, record: str | None, reason: dict[str, str] | None) -> str:
    """Canonical line of one change, without its line end; `record` is canonical text, None if it is withdrawn."""
    start = f'{{"action":{json.dumps(action)},"collection":{json.dumps(collection)},"id":{json.dumps(id)}'
    if record is not None:
        return f'{start},"record":{record}}}'
    return f'{start},"reason":{text(reason)}}}'


def encode(lines: Iterable[str]) -> Iterator[bytes]:
    """Canonical bytes of a revision, line by line: UTF-8, each line ended by LF."""
    for line in lines:
        yield line.encode() + b"\n"


def digest(lines: Iterable[str]) -> str:
    """Digest of a revision: the SHA-256 of its canonical bytes, in lower-case hexadecimal."""
    sha = hashlib.sha256()
    for line in encode(lines):
        sha.update(line)
    return sha.hexdigest()
