"""Settings: what is read, what is refused, and that no secret shows."""

import os
from ipaddress import ip_network

import pytest
from pydantic import ValidationError

from app.messages import line
from app.settings import Settings, SettingsError, load_settings, settings_table, unknown_variables


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("DOSSIER_")]:
        monkeypatch.delenv(name)


def test_without_variables_the_documented_defaults_apply() -> None:
    assert load_settings().model_dump() == {
        "database_url": "sqlite:///dossier.db",
        "read_database_url": None,
        "log": "auto",
        "public_url": None,
        "contact": None,
        "cache_dir": None,
        "busy_timeout_ms": 5000,
        "statement_timeout_ms": 2000,
        "max_url_bytes": 16384,
        "max_connections": 1000,
        "max_streams": 16,
        "rate_limit": None,
        "trusted_proxies": None,
        "proxy_header": "x-forwarded-for",
        "metrics": None,
        "fetch_timeout_seconds": 20,
        "fetch_max_bytes": 5000000,
        "seed_max_bytes": 10000000,
    }


@pytest.mark.parametrize(
    ("variable", "value", "field", "expected"),
    [
        (
            "DOSSIER_DATABASE_URL",
            "postgresql://u:p@db/dossier",
            "database_url",
            "postgresql://u:p@db/dossier",
        ),
        ("DOSSIER_LOG", "json", "log", "json"),
        ("DOSSIER_PUBLIC_URL", "https://example.org/dossier", "public_url", "https://example.org/dossier"),
        ("DOSSIER_PUBLIC_URL", "http://[::1]:8000", "public_url", "http://[::1]:8000"),
        ("DOSSIER_CONTACT", "desk@example.org", "contact", "desk@example.org"),
        ("DOSSIER_CONTACT", "https://example.org/help", "contact", "https://example.org/help"),
        ("DOSSIER_BUSY_TIMEOUT_MS", "0", "busy_timeout_ms", 0),
        ("DOSSIER_MAX_URL_BYTES", "60000", "max_url_bytes", 60000),
        ("DOSSIER_RATE_LIMIT", "600/min", "request_quota", (600, 60)),
        ("DOSSIER_RATE_LIMIT", "1/s", "request_quota", (1, 1)),
        ("DOSSIER_RATE_LIMIT", "9999999/h", "request_quota", (9_999_999, 3600)),
        (
            "DOSSIER_TRUSTED_PROXIES",
            "127.0.0.1, fd00::/8",
            "proxy_networks",
            (ip_network("127.0.0.1"), ip_network("fd00::/8")),
        ),
        ("DOSSIER_METRICS", "127.0.0.1:9100", "metrics_address", ("127.0.0.1", 9100)),
        ("DOSSIER_METRICS", "[::1]:9100", "metrics_address", ("::1", 9100)),
        ("DOSSIER_METRICS", "localhost:65535", "metrics_address", ("localhost", 65535)),
        ("DOSSIER_PROXY_HEADER", "forwarded", "proxy_header", "forwarded"),
        ("DOSSIER_FETCH_TIMEOUT_SECONDS", "1", "fetch_timeout_seconds", 1),
        ("DOSSIER_FETCH_MAX_BYTES", "100000000", "fetch_max_bytes", 100000000),
        ("DOSSIER_SEED_MAX_BYTES", "1000000000", "seed_max_bytes", 1000000000),
    ],
)
def test_each_setting_is_read_from_its_variable(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, field: str, expected: object
) -> None:
    monkeypatch.setenv(variable, value)
    assert getattr(load_settings(), field) == expected


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOSSIER_PUBLIC_URL", "")
    monkeypatch.setenv("DOSSIER_BUSY_TIMEOUT_MS", "")
    assert load_settings() == Settings()


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        load_settings().log = "off"  # type: ignore[misc]  # the type checker agrees


@pytest.mark.parametrize(
    ("variable", "value", "start"),
    [
        ("DOSSIER_LOG", "yes", "DOSSIER_LOG: the value is not known. Allowed: auto, json, off. Access log on stdout: "),
        ("DOSSIER_BUSY_TIMEOUT_MS", "-1", "DOSSIER_BUSY_TIMEOUT_MS: must be at least 0. "),
        (
            "DOSSIER_BUSY_TIMEOUT_MS",
            "60001",
            "DOSSIER_BUSY_TIMEOUT_MS: must be at most 60000. ",
        ),
        ("DOSSIER_MAX_URL_BYTES", "1023", "DOSSIER_MAX_URL_BYTES: must be at least 1024. "),
        ("DOSSIER_MAX_URL_BYTES", "16k", "DOSSIER_MAX_URL_BYTES: the value is not a whole number"),
        (
            "DOSSIER_FETCH_TIMEOUT_SECONDS",
            "0",
            "DOSSIER_FETCH_TIMEOUT_SECONDS: must be at least 1",
        ),
        (
            "DOSSIER_FETCH_MAX_BYTES",
            "999",
            "DOSSIER_FETCH_MAX_BYTES: must be at least 1000. ",
        ),
        *(
            ("DOSSIER_RATE_LIMIT", rate, "DOSSIER_RATE_LIMIT: must be a number, a slash and one of s, min, h. ")
            for rate in ("600", "0/min", "-1/s", "600/day", "1.5/s", "600 / min", "99999999/s")
        ),
        *(
            ("DOSSIER_METRICS", address, "DOSSIER_METRICS: must be an address and a port, as in 127.0.0.1:9100. ")
            for address in ("9100", ":9100", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:65536", "::1:9100", "http://x:1")
        ),
        *(
            ("DOSSIER_TRUSTED_PROXIES", proxies, "DOSSIER_TRUSTED_PROXIES: must be IP addresses or networks with ")
            for proxies in ("proxy", "*", "10.0.0.1/8", "127.0.0.1;::1", "1.2.3")
        ),
        (
            "DOSSIER_CONTACT",
            "ask us",
            "DOSSIER_CONTACT: must be a mail address or an absolute web address. ",
        ),
        (
            "DOSSIER_DATABASE_URL",
            "dossier.db",
            "DOSSIER_DATABASE_URL: must be a database URL. Where the data is",
        ),
        (
            "DOSSIER_DATABASE_URL",
            "mysql://db/d",
            "DOSSIER_DATABASE_URL: must name the engine sqlite or postgresql. ",
        ),
        (
            "DOSSIER_DATABASE_URL",
            "postgres://db/d",
            "DOSSIER_DATABASE_URL: must name the engine sqlite or postgresql. ",
        ),
    ],
)
def test_a_bad_value_is_one_line_with_variable_fault_and_what_is_allowed(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, start: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    [found] = map(line, caught.value.faults)
    assert found.startswith(start)
    assert "\n" not in found


@pytest.mark.parametrize(
    "url",
    [
        "example.org",
        "ftp://example.org",
        "https://example.org/",
        "https://example.org/dossier/",
        "https://example.org?a=1",
        "https://example.org/#top",
        "https://user:word@example.org",
        "https://example.org:99999",
        "https://[example]/",
        'https://example.org/"x"',
        "https://example.org/a b",
        "https://",
    ],
)
def test_a_public_url_that_paths_cannot_be_appended_to_is_refused(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("DOSSIER_PUBLIC_URL", url)
    with pytest.raises(SettingsError, match=r"DOSSIER_PUBLIC_URL: invalid-setting .*not-an-absolute-address"):
        load_settings()


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DOSSIER_DATABASE_URL", "mysql://u:hunter2@db/dossier"),
        ("DOSSIER_DATABASE_URL", "postgresql://u:hunter2@db:port/dossier"),
        ("DOSSIER_DATABASE_URL", "u:hunter2@db"),
        ("DOSSIER_DATABASE_URL", "postgresql://u:p@hunter2@db/dossier"),
        ("DOSSIER_READ_DATABASE_URL", "postgresql://u:p@hunter2@db/dossier"),
        ("DOSSIER_PUBLIC_URL", "https://u:hunter2@example.org"),
    ],
)
def test_no_password_shows_in_a_refusal(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert "hunter2" not in str(caught.value) + repr(caught.value) + line(caught.value.faults[0])
    assert caught.value.__suppress_context__  # nor in a traceback: pydantic's own error repeats its input


def test_no_password_shows_where_settings_are_printed() -> None:
    assert "hunter2" not in repr(Settings(database_url="postgresql://u:hunter2@db/dossier"))


def test_two_bad_values_are_both_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOSSIER_LOG", "yes")
    monkeypatch.setenv("DOSSIER_FETCH_MAX_BYTES", "many")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert [fault.parameter for fault in caught.value.faults] == ["DOSSIER_LOG", "DOSSIER_FETCH_MAX_BYTES"]


def test_the_table_has_a_row_for_each_setting_with_its_default_and_unit() -> None:
    lines = settings_table().splitlines()
    assert lines[:2] == ["| variable | default | meaning |", "|---|---|---|"]
    assert lines[2] == (
        "| `DOSSIER_DATABASE_URL` | `sqlite:///dossier.db` "
        "| Where the data is: `sqlite:///FILE`, or `postgresql+psycopg://USER:PASSWORD@HOST:PORT/DATABASE`. |"
    )
    assert "| `DOSSIER_CONTACT` | not set | How users reach the operator:" in settings_table()
    assert lines[8].startswith("| `DOSSIER_BUSY_TIMEOUT_MS` | `5000` | How long a statement waits")
    assert "milliseconds, 0 to 60000" in lines[8]
    assert len(lines) == 2 + len(Settings.model_fields)


def test_variables_that_are_no_setting_are_named_with_the_nearest() -> None:
    found = unknown_variables(
        ["DOSSIER_LOG", "dossier_log", "DOSSIER_PUBLIC_ULR", "DOSSIER_WORKERS", "PATH", "XDOSSIER_A"]
    )
    assert [line(fault) for fault in found] == [
        "DOSSIER_PUBLIC_ULR: is not a setting of this service and has no effect. Did you mean DOSSIER_PUBLIC_URL?",
        "DOSSIER_WORKERS: is not a setting of this service and has no effect",
    ]


@pytest.mark.parametrize(
    "name",
    [
        "DOSSIER_SERVICE_HOST",
        "DOSSIER_SERVICE_PORT",
        "DOSSIER_SERVICE_PORT_HTTP",
        "DOSSIER_PORT",
        "DOSSIER_PORT_8000_TCP",
        "DOSSIER_PORT_8000_TCP_ADDR",
        "DOSSIER_WEB_PORT_80_TCP_PROTO",
        "DOSSIER_WEB_SERVICE_HOST",
    ],
)
def test_what_kubernetes_sets_is_not_taken_for_a_mistake(name: str) -> None:
    assert unknown_variables([name]) == []
