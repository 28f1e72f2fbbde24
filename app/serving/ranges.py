"""Range requests (RFC 9110 §14): which ranges of a file or of an answer in memory a header asks for."""

import re

from app.errors import RangeNotSatisfiable

_RANGES = re.compile(r"\s*bytes\s*=\s*(.*)", re.IGNORECASE)
_RANGE = re.compile(r"([0-9]{1,18})-([0-9]{1,18})?|-([0-9]{1,18})")


def usable_range(header: str, size: int) -> str | None:
    """Range header with only those ranges that a file of `size` bytes has; None if it is to be ignored.

    It is ignored in another unit than bytes, and if any range is invalid, such as `5-3`. Where no range can be
    satisfied, the header is returned as it is: the answer to it is 416.
    """
    in_bytes = _RANGES.fullmatch(header.strip())
    elements = [part.strip() for part in in_bytes[1].split(",") if part.strip()] if in_bytes else []
    ranges = [match for element in elements if (match := _RANGE.fullmatch(element))]
    if not ranges or len(ranges) < len(elements):
        return None
    if any(one[2] and int(one[2]) < int(one[1]) for one in ranges):
        return None
    met = [one[0] for one in ranges if (int(one[1]) < size if one[1] else int(one[3]) > 0 and size > 0)]
    return f"bytes={','.join(met or (one[0] for one in ranges))}"


def single_range(header: str, size: int) -> range | None:
    """The bytes of an answer of `size` bytes that a Range header asks for; None if it asks for several ranges or none.

    Raises RangeNotSatisfiable (416) if the answer has none of them.
    """
    usable = usable_range(header, size)
    found = _RANGE.fullmatch(usable.removeprefix("bytes=")) if usable else None
    if not found:
        return None
    first, last, suffix = (int(text) if text else None for text in found.groups())
    start = max(size - (suffix or 0), 0) if first is None else first
    if start >= size:
        raise RangeNotSatisfiable({"Content-Range": f"bytes */{size}"})
    return range(start, min(size if last is None else last + 1, size))
