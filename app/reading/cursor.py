"""Cursors of keyset pagination: the position of a page, bound to the list, revision, order and filters."""

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from app.errors import InvalidParameter, cut
from app.model.json_text import compact
from app.resources.params import MAX_REVISION

_CHECK = 6  # bytes of checksum: detects a cursor that was cut or altered on its way
# The checksum is no secret, so anyone can write a cursor: its payload is validated like any parameter. NUL and numbers
# beyond 64 bits would make the database driver fail.
_Text = Annotated[str, Field(pattern=r"^[^\x00]*$")]
_Number = Annotated[int, Field(ge=-(2**31), lt=2**31)]
_Revision = Annotated[int, Field(ge=1, le=MAX_REVISION)]
_FORM = TypeAdapter(tuple[_Text, _Revision, _Text, _Text, list[_Number | _Text]])


@dataclass(frozen=True, slots=True)
class Cursor:
    """Cursor: `position` is the key of the last row sent, such as collection and id; `filters` the filters' digest."""

    collection: str
    revision: int
    sort: str
    filters: str
    position: list[str | int]

    def encode(self) -> str:
        """Opaque text for `page.next`: 6 bytes of checksum and JSON, in URL-safe Base64 (RFC 4648) unpadded."""
        payload = compact([self.collection, self.revision, self.sort, self.filters, self.position]).encode()
        return base64.urlsafe_b64encode(_checksum(payload) + payload).rstrip(b"=").decode()


def decode(text: str) -> Cursor:
    """Cursor of an opaque text. Raises InvalidParameter (422) for a text that this service did not make."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        check, payload = raw[:_CHECK], raw[_CHECK:]
        if check != _checksum(payload):
            raise ValueError("checksum")
        return Cursor(*_FORM.validate_json(payload, strict=True))
    except (ValueError, binascii.Error) as fault:
        raise broken() from fault


def broken() -> InvalidParameter:
    """InvalidParameter (422) for a cursor that cannot be used; the caller raises it."""
    return InvalidParameter("cursor", "invalid-cursor")


def expect(cursor: Cursor, collection: str, sort: str, filters: str, kinds: Sequence[type]) -> None:
    """Cursor check: raises InvalidParameter (422) unless the cursor was made for this list, order and filters.

    `kinds` are the Python types of the columns of its position.
    """
    if cursor.collection != collection:
        raise InvalidParameter("cursor", "cursor-of-other-list", list=cut(cursor.collection))
    if cursor.sort != sort or cursor.filters != filters:
        raise InvalidParameter("cursor", "cursor-of-other-query")
    if [type(value) for value in cursor.position] != list(kinds):
        raise broken()


def fingerprint(question: dict[str, Any]) -> str:
    """Digest of the filters of a request: BLAKE2s of 8 bytes in hexadecimal, the same for the same filters.

    Cursors and the ids of feeds contain it, and feed ids must never change: the algorithm cannot be replaced.
    """
    text = json.dumps(question, sort_keys=True, ensure_ascii=False)
    return hashlib.blake2s(text.encode(), digest_size=8).hexdigest()


def _checksum(payload: bytes) -> bytes:
    return hashlib.blake2s(payload, digest_size=_CHECK).digest()
