"""Decoding of fetched bytes within limits: one content coding, and the charset of a page."""

import codecs
import re
import zlib

_META_CHARSET = re.compile(rb"<meta[^>]{1,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32  # zlib finds out by itself which of the two it has
_CODED = frozenset({"gzip", "x-gzip", "deflate"})
_PIECE = 65_536  # bytes unpacked at once: the memory that a hostile piece takes before its size is checked

# The charsets of the web (https://encoding.spec.whatwg.org/) as Python calls them. Others are not decoded: `punycode`
# takes quadratic time, and `unicode_escape` and its like are no charsets of pages.
_CHARSETS = frozenset(
    "ascii utf-8 utf-8-sig utf-16 utf-16-le utf-16-be cp866 cp874 cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 "
    "cp1257 cp1258 iso8859-1 iso8859-2 iso8859-3 iso8859-4 iso8859-5 iso8859-6 iso8859-7 iso8859-8 iso8859-9 "
    "iso8859-10 iso8859-13 iso8859-14 iso8859-15 iso8859-16 koi8-r koi8-u mac-roman mac-cyrillic tis-620 gb2312 gbk "
    "gb18030 big5 big5hkscs euc_jp iso2022_jp shift_jis euc_kr cp949".split()
)


class TooLarge(Exception):  # noqa: N818 - named by what is wrong
    """More bytes than the limit allows, before or after decoding."""


class UnknownCoding(Exception):  # noqa: N818
    """A content coding other than one of gzip or deflate, or several of them, one around the other."""


class BrokenCoding(Exception):  # noqa: N818
    """Bytes that are not what their content coding says, end too early, or go on after its end."""


class BodyDecoder:
    """Content decoding with a limit: takes the bytes of a body as they come, and gives them decoded.

    Memory stays at `max_bytes` and a piece, whatever the body unpacks to. Raises UnknownCoding, TooLarge, BrokenCoding.
    """

    def __init__(self, content_encoding: str, max_bytes: int) -> None:
        coding = content_encoding.strip().lower()
        if coding not in _CODED | {"", "identity"}:
            raise UnknownCoding
        self._unpacker = zlib.decompressobj(_GZIP_OR_ZLIB) if coding in _CODED else None
        self._most = max_bytes
        self._received = 0
        self._body = bytearray()

    def feed(self, data: bytes) -> None:
        """Next bytes of the body."""
        self._received += len(data)
        if self._received > self._most:  # packed bytes have the same limit: they may unpack to nothing for ever
            raise TooLarge
        if self._unpacker is None:
            self._body += data
            return
        if self._unpacker.eof:
            raise BrokenCoding
        try:
            while True:
                unpacked = self._unpacker.decompress(data, _PIECE)
                self._body += unpacked
                if len(self._body) > self._most:
                    raise TooLarge
                data = self._unpacker.unconsumed_tail
                if not data and len(unpacked) < _PIECE:
                    break
        except zlib.error:
            raise BrokenCoding from None
        if self._unpacker.unused_data:
            raise BrokenCoding

    def body(self) -> bytes:
        """The whole body, decoded, after its last bytes."""
        if self._unpacker is not None and self._received and not self._unpacker.eof:
            raise BrokenCoding
        return bytes(self._body)


def decoded(page: bytes, stated: str | None) -> str:
    """Decoded page: by the charset of its header, else that of its `<meta>`, else as UTF-8 or windows-1252."""
    meta = _META_CHARSET.search(page[:1024])
    declared = meta[1].decode("ascii", "ignore") if meta else ""
    for label, errors in ((stated or "", "replace"), (declared, "replace"), ("utf-8", "strict")):
        name = _codec(label)
        if not name:
            continue
        try:
            return page.decode(name, errors)
        except UnicodeError:  # UTF-8 that is none; UTF-16 of an odd number of bytes in some versions
            continue
    return page.decode("cp1252", "replace")


def _codec(label: str) -> str | None:
    """Python's name of a charset of the web, None for any other label."""
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        return None
    if name not in _CHARSETS:
        return None
    # As browsers do: pages that say ISO 8859-1 mean windows-1252, with its curly quotation marks.
    return "cp1252" if name in ("iso8859-1", "ascii") else name
