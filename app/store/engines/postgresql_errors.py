"""Faults of a connection to PostgreSQL, as codes: the server's own messages name users, hosts and ports."""

import re
from typing import Any

from psycopg import OperationalError, ProgrammingError

from app.errors import Unavailable

# By SQLSTATE, which the server gives when it refuses.
_CODES = {
    "28P01": "wrong-password",
    "28000": "login-refused",
    "3D000": "no-such-database",
    "42501": "no-right",
    "53300": "too-many-connections",
    "57P01": "server-not-ready",  # it is being stopped
    "57P03": "server-not-ready",
    "40001": "server-not-ready",  # a replica has ended the transaction, to follow its primary
    "25006": "read-only-server",
    "55P03": "another-writer",
}
_UNREACHABLE = "server-unreachable"


def connection_fault(error: Any) -> Unavailable | None:
    """Unavailable (503) for what is known of an error of the driver; None for any other error."""
    original = getattr(error, "orig", error)
    state: str | None = getattr(original, "sqlstate", None)
    if code := _CODES.get(state or _state_in(str(original)) or ""):
        return Unavailable(code)
    if state is None and isinstance(original, OperationalError | ProgrammingError):
        return _connection_refused(original)
    return None


# By the words of psycopg and libpq, and by those of the server where it speaks English.
_PARAMETER = re.compile(
    r'invalid (?:"?\w+"? value|port number|connection option|value for parameter|command-line argument)|bad value for '
    r"|unrecognized configuration parameter|-c \S+ requires a value|parameter \S+ cannot be (?:changed|set)"
    r"|permission denied to set parameter|definition of service|service file|weak sslmode"
)
# Not what a lost connection gives: "SSL connection has been closed unexpectedly", "SSL SYSCALL error".
_TLS = re.compile(
    r"does not support SSL|SSL required|could not (?:establish SSL|load private key)|certificate file|private key file"
    r"|certificate verify failed|server certificate|SSL error: (?!unexpected eof)|during SSL exchange|SSL not in use"
    r"|channel binding (?:is )?required|GSSAPI encryption (?:is )?required"
)

# A server that answers puts a severity, in its own language, before what it says: `FATAL:  `, `ВАЖНО:  `.
_ANSWERED = re.compile(r"failed: [^:\n]+:  ")


def _connection_refused(original: OperationalError | ProgrammingError) -> Unavailable | None:
    text = str(original)
    if _PARAMETER.search(text):
        return Unavailable("invalid-connection-parameter")
    if isinstance(original, ProgrammingError):
        return None
    if _ANSWERED.search(text):
        return Unavailable("connection-refused")
    return Unavailable("tls-failed" if _TLS.search(text) else _UNREACHABLE)


def _state_in(text: str) -> str | None:
    """SQLSTATE by which a refused connection is reported: libpq gives only a message, in the server's language."""
    known = {
        "password authentication failed": "28P01",
        "authentication failed for user": "28000",
        "authentication method requirement": "28000",
        "no password supplied": "28P01",
        "no pg_hba.conf entry": "28000",
        "permission denied for database": "28000",
        "is not permitted to log in": "28000",
        "too many": "53300",
        "is starting up": "57P03",
        "is shutting down": "57P03",
        "in recovery mode": "57P03",
        "not accepting": "57P03",
        "remaining connection slots": "53300",
    }
    if missing := re.search(r'\b(role|database) "[^"]*" does not exist', text):
        return "28000" if missing[1] == "role" else "3D000"
    return next((state for words, state in known.items() if words in text), None)
