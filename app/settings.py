"""Settings of the service: one frozen object, read from DOSSIER_* environment variables."""

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from app.errors import CodedError, Fault, InvalidValue, nearest, pydantic_fault

PREFIX = "DOSSIER_"

# No user, password, query, fragment or slash at the end: paths are appended to it, and everyone sees it.
_WEB_ADDRESS = re.compile(r"https?://([a-z0-9.-]+|\[[0-9a-f:.]+\])(:[0-9]+)?(/[a-z0-9._~%-]+)*", re.IGNORECASE)
_MAIL_ADDRESS = re.compile(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+")


class SettingsError(CodedError):
    """Settings that cannot be used: for each the variable, and a code with values that repeat nothing of what was set.

    Code and values are those of the first.
    """

    def __init__(self, fault: Fault, /, *more: Fault) -> None:
        super().__init__(fault.code, **fault.values)
        self.faults = (fault, *more)

    def __str__(self) -> str:
        return "; ".join(map(str, self.faults))


def _database_url(url: str) -> str:
    try:
        made = make_url(url)
        engine = made.get_backend_name()
    except (ArgumentError, ValueError):  # either may quote the URL, and with it a password
        raise InvalidValue("not-a-database-url") from None
    if engine not in ("sqlite", "postgresql"):
        raise InvalidValue("unknown-engine")
    # From a password with signs that are not encoded.
    if engine == "postgresql" and any("@" in (part or "") for part in (made.host, made.database)):
        raise InvalidValue("not-encoded")
    return url


def _is_web_address(text: str) -> bool:
    try:
        return urlsplit(text).port != 0 and _WEB_ADDRESS.fullmatch(text) is not None
    except ValueError:  # a port beyond 65535, brackets around something that is no IPv6 address
        return False


def _public_url(url: str) -> str:
    if not _is_web_address(url):
        raise InvalidValue("not-an-absolute-address")
    return url


def _contact(address: str) -> str:
    if not _MAIL_ADDRESS.fullmatch(address) and not _is_web_address(address):
        raise InvalidValue("not-a-contact")
    return address


_RATE = re.compile(r"([1-9][0-9]{0,6})/(s|min|h)")
_WINDOWS = {"s": 1, "min": 60, "h": 3600}  # seconds
Network = IPv4Network | IPv6Network


def _rate(text: str) -> str:
    if not _RATE.fullmatch(text):
        raise InvalidValue("not-a-rate")
    return text


_LISTENING = re.compile(r"(?:\[([0-9a-f:.]+)\]|([a-z0-9.-]+)):([1-9][0-9]{0,4})", re.IGNORECASE)


def _listening_address(text: str) -> str:
    match = _LISTENING.fullmatch(text)
    if not match or int(match[3]) >= 2**16:
        raise InvalidValue("not-a-listening-address")
    return text


def _networks(text: str) -> tuple[Network, ...]:
    """Networks of a list with commas; an address is a network of its own."""
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


def _trusted_proxies(text: str) -> str:
    try:
        _networks(text)
    except ValueError:
        raise InvalidValue("not-networks") from None
    return text


class Settings(BaseSettings):
    """Settings by name. Each description gives meaning, unit and what is allowed, for docs/operate.md and error lines.

    An empty variable counts as not set. One with the prefix and an unknown name is not refused, because Kubernetes
    sets such itself (DOSSIER_PORT for a service named dossier); `unknown_variables` finds those that may be mistyped.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True)

    # repr=False: a database URL may contain a password, and objects get printed
    database_url: Annotated[str, AfterValidator(_database_url)] = Field(
        "sqlite:///dossier.db",
        repr=False,
        description="Where the data is: `sqlite:///FILE`, or `postgresql+psycopg://USER:PASSWORD@HOST:PORT/DATABASE`.",
    )
    read_database_url: Annotated[str, AfterValidator(_database_url)] | None = Field(
        None,
        repr=False,
        description="Replica that answers are read from, on PostgreSQL; DOSSIER_DATABASE_URL is the primary. "
        "What the replica lacks is read from the primary, and all where it is lost. Not set: all answers are read from "
        "the primary.",
    )
    log: Literal["auto", "json", "off"] = Field(
        "auto",
        description="Access log on stdout: `json` writes one JSON line per request, `off` writes none, "
        "`auto` is `json` unless stdout is a terminal.",
    )
    public_url: Annotated[str, AfterValidator(_public_url)] | None = Field(
        None,
        description="Address at which users reach the service, for formats that need complete addresses: "
        "http or https, without user, query or slash at the end, as in `https://dossier.example.org`. All paths in "
        "answers begin with its path: set it where a proxy serves this service under one.",
    )
    contact: Annotated[str, AfterValidator(_contact)] | None = Field(
        None,
        description="How users reach the operator: a mail address or a web address, shown in the schema, at `/v1` and "
        "in the catalogue.",
    )
    cache_dir: Path | None = Field(
        None,
        description="Folder for finished downloads of the whole dataset. Not set: a folder next to the database file, "
        "with PostgreSQL in the working folder; or a temporary one if that cannot be written.",
    )
    busy_timeout_ms: int = Field(
        5000,
        ge=0,
        le=60_000,
        description="How long a statement waits for a locked SQLite database, or an answer for a free connection to "
        "PostgreSQL: milliseconds, 0 to 60000. What writes waits 12 times as long for another writer.",
    )
    statement_timeout_ms: int = Field(
        2000,
        ge=0,
        le=600_000,
        description="How long a single statement of an answer may take before it is ended and the answer is 503: "
        "milliseconds, 0 to 600000; 0 is no limit. For a batch of an export it is ten times as long.",
    )
    max_streams: int = Field(
        16,
        ge=1,
        le=1_000,
        description="How many exports beyond 1 MiB each worker sends at once: 1 to 1000; of files, four times as many. "
        "Fewer where the limit of open files asks for it. The next one gets 503. An export takes some 5 MB of memory "
        "and up to five file descriptors.",
    )
    max_url_bytes: int = Field(
        16_384,
        ge=1_024,
        le=60_000,  # beyond 65,535 bytes the HTTP parser answers before this service can
        description="Longest address (path with query) that is answered: bytes, 1024 to 60000. A longer one gets 414.",
    )
    max_connections: int = Field(
        1_000,
        ge=8,
        le=100_000,
        description="Most connections of a worker at once: 8 to 100000; fewer where the limit of open files asks for "
        "it. Beyond it the one that waits longest for a request is closed; if none does, the newest gets 503.",
    )
    rate_limit: Annotated[str, AfterValidator(_rate)] | None = Field(
        None,
        description="How many requests each client may send: a number for each second, minute or hour, as in `20/s`, "
        "`600/min`, `5000/h`. So many may come at once, and new ones are allowed at that rate; more get 429. Each "
        "worker counts on its own. A client is an IPv4 address or an IPv6 network of 64 bits. Not set: no limit.",
    )
    trusted_proxies: Annotated[str, AfterValidator(_trusted_proxies)] | None = Field(
        None,
        description="Reverse proxies whose header gives the address of a client: addresses and networks with commas "
        "between them, as in `127.0.0.1,10.0.0.0/8`.",
    )
    proxy_header: Literal["x-forwarded-for", "forwarded"] = Field(
        "x-forwarded-for",
        description="The header in which trusted proxies write the address of a client: `x-forwarded-for` or "
        "`forwarded` (RFC 7239). Choose the one that your proxies set: the other comes from the client.",
    )
    metrics: Annotated[str, AfterValidator(_listening_address)] | None = Field(
        None,
        description="Where /metrics for Prometheus is served: address and port, as in `127.0.0.1:9100`. It is never on "
        "the port of the service. With more workers, each takes the next free port. Not set: no metrics.",
    )
    fetch_timeout_seconds: int = Field(
        20,
        ge=1,
        le=600,
        description="How long fetching a source may take: seconds, 1 to 600.",
    )
    fetch_max_bytes: int = Field(
        5_000_000,
        ge=1_000,
        le=100_000_000,
        description="Largest source that is fetched, or read from a file: bytes, 1000 to 100000000.",
    )
    seed_max_bytes: int = Field(
        10_000_000,
        ge=1_000,
        le=1_000_000_000,
        description="Largest seed file that is read: bytes, 1000 to 1000000000. A file made to harm takes up to 300 "
        "bytes of memory for each of its bytes.",
    )

    @cached_property
    def request_quota(self) -> tuple[int, int] | None:
        """Request quota of `rate_limit`: how many requests a client may send in how many seconds; None if not set."""
        match = _RATE.fullmatch(self.rate_limit or "")
        return (int(match[1]), _WINDOWS[match[2]]) if match else None

    @cached_property
    def metrics_address(self) -> tuple[str, int] | None:
        """Host and port of `metrics`; None if not set."""
        match = _LISTENING.fullmatch(self.metrics or "")
        return (match[1] or match[2], int(match[3])) if match else None

    @cached_property
    def proxy_networks(self) -> tuple[Network, ...]:
        """Proxy networks of `trusted_proxies`."""
        return _networks(self.trusted_proxies or "")

    @cached_property
    def path_prefix(self) -> str:
        """Path prefix under which a proxy serves this service: the path of `public_url`, empty if it has none."""
        return urlsplit(self.public_url or "").path


def load_settings() -> Settings:
    """Settings of this environment. Raises SettingsError, which repeats no value: some are secret."""
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError(*map(_fault, error.errors(include_input=False, include_url=False))) from None


def with_database(settings: Settings, url: str) -> Settings:
    """The same settings for another database. Raises SettingsError for a URL that names none."""
    try:
        return Settings(**{**settings.model_dump(), "database_url": url, "read_database_url": None})
    except ValidationError as error:
        raise SettingsError(*map(_fault, error.errors(include_input=False, include_url=False))) from None


# Kubernetes sets these for every service: DOSSIER_SERVICE_HOST, DOSSIER_PORT_8000_TCP_ADDR for a service `dossier`.
_OF_KUBERNETES = re.compile(
    r"(.*_)?(SERVICE_HOST|SERVICE_PORT(_.*)?|PORT(_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)"
)


def unknown_variables(names: Iterable[str]) -> list[Fault]:
    """Environment variables with the prefix that are no setting, such as a mistyped one, each with the nearest name."""
    ours = (name.upper().removeprefix(PREFIX) for name in names if name.upper().startswith(PREFIX))
    strange = [name for name in sorted(ours) if name.lower() not in Settings.model_fields]
    return [
        Fault(f"{PREFIX}{name}", "unknown-setting", {"suggestion": _nearest_variable(name)})
        for name in strange
        if not _OF_KUBERNETES.fullmatch(name)
    ]


def _nearest_variable(name: str) -> str | None:
    near = nearest(name, list(Settings.model_fields))
    return near and f"{PREFIX}{near.upper()}"


def _fault(error: Mapping[str, Any]) -> Fault:
    name = str(error["loc"][0])
    values = {"reason": pydantic_fault(error, ""), "description": Settings.model_fields[name].description}
    return Fault(f"{PREFIX}{name.upper()}", "invalid-setting", values)


def settings_table() -> str:
    """Settings table in Markdown (variable, default, meaning with its unit), which docs/operate.md repeats."""
    rows = ["| variable | default | meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = "not set" if field.default is None else f"`{field.default}`"
        rows.append(f"| `{PREFIX}{name.upper()}` | {default} | {field.description} |")
    return "\n".join(rows) + "\n"
