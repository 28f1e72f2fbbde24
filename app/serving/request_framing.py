"""Request framing (RFC 9112): how long the head of a request is, and where its body ends."""

MOST_BODY_BYTES = 65_536  # that are read and dropped; the connection closes after the answer to a longer body

RawHeaders = list[tuple[bytes, bytes]]


def head_bytes(method: bytes, url: bytes, headers: RawHeaders) -> int:
    """Bytes of a head, without the blanks that the parser takes off."""
    around = len(method) + len(url) + len("  HTTP/1.1\r\n\r\n")
    return around + sum(len(name) + len(value) + len(": \r\n") for name, value in headers)


def has_clear_end(headers: RawHeaders) -> bool:
    """Whether the last coding of a body, and only that, is in chunks (§6.3); true where it has no coding.

    Else a proxy and this service might disagree where the next request begins.
    """
    fields = [value for name, value in headers if name == b"transfer-encoding"]
    codings = [coding.strip().lower() for coding in b",".join(fields).split(b",")]
    return not fields or (codings[-1] == b"chunked" and codings.count(b"chunked") == 1)


def has_unread_body(headers: RawHeaders) -> bool:
    """Whether a request has a body that is not read to its end: in chunks, long, or only sent after 100 (Continue)."""
    fields = dict(headers)
    length = fields.get(b"content-length", b"0")
    return (
        b"transfer-encoding" in fields
        or not length.isdigit()
        or int(length) > MOST_BODY_BYTES
        or (b"expect" in fields and length != b"0")
    )
