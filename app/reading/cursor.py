"""Cursors: where a walk through a list stands, bound to the list, revision, order and filters it began with."""

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from app.errors import InvalidParameter
from app.model.json_text import compact
from app.resources.params import MAX_REVISION

_CHECK = 6  # bytes of checksum: finds a cursor that was cut or altered on its way; it is no secret
# The checksum is no secret: what a payload holds is looked at as closely as any parameter. NUL and what is beyond 64
# bits would reach the driver and fail there.
_Text = Annotated[str, Field(pattern=r"^[^\x00]*$")]
_Number = Annotated[int, Field(ge=-(2**63), lt=2**63)]
_Revision = Annotated[int, Field(ge=1, le=MAX_REVISION)]
_FORM = TypeAdapter(tuple[_Text, _Revision, _Text, _Text, list[_Number | _Text]])


@dataclass(frozen=True, slots=True)
class Cursor:
    """`position` holds the order columns of the last row sent; `filters` is a digest of all that was asked."""

    collection: str
    revision: int
    sort: str
    filters: str
    position: list[str | int]

    def encode(self) -> str:
        """The opaque form that goes into `page.next`."""
        payload = compact(list(asdict(self).values())).encode()
        return base64.urlsafe_b64encode(_checksum(payload) + payload).rstrip(b"=").decode()


def decode(text: str) -> Cursor:
    """Read a cursor. Raises InvalidParameter (422) for anything this service did not make."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        check, payload = raw[:_CHECK], raw[_CHECK:]
        if check != _checksum(payload):
            raise ValueError("checksum")
        return Cursor(*_FORM.validate_json(payload, strict=True))
    except (ValueError, binascii.Error) as fault:
        raise broken() from fault


def broken() -> InvalidParameter:
    """The 422 that a cursor which cannot be used is answered with."""
    return InvalidParameter("cursor", "invalid-cursor")


def expect(cursor: Cursor, collection: str, sort: str, filters: str, kinds: Sequence[type]) -> None:
    """Raise InvalidParameter (422) unless the cursor belongs to this list, order and filters."""
    if cursor.collection != collection:
        raise InvalidParameter("cursor", "cursor-of-other-list", list=cursor.collection)
    if cursor.sort != sort or cursor.filters != filters:
        raise InvalidParameter("cursor", "cursor-of-other-query")
    if [type(value) for value in cursor.position] != list(kinds):
        raise broken()


def fingerprint(asked: dict[str, Any]) -> str:
    """A short digest of what a request asked for; equal for equal questions."""
    text = json.dumps(asked, sort_keys=True, ensure_ascii=False)
    return hashlib.blake2s(text.encode(), digest_size=8).hexdigest()


def _checksum(payload: bytes) -> bytes:
    return hashlib.blake2s(payload, digest_size=_CHECK).digest()
