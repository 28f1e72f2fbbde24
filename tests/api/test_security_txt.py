"""security.txt (RFC 9116): whom finders of a weakness write to, always in force, and only where a contact is set."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.api.security_txt import canonical_addresses, contact_address, expiry
from app.main import create_app
from tests.support.problems import in_both
from tests.support.servers import client_of, settings_for

PATH = "/.well-known/security.txt"


def served(tmp_path: Path, count: int = 1, **settings: Any) -> httpx.Response:
    with client_of(create_app(settings_for(tmp_path / "none.db", **settings))) as client:
        return [client.get(PATH) for _ in range(count)][-1]


def test_it_has_the_contact_and_the_other_fields(tmp_path: Path) -> None:
    answer = served(tmp_path, contact="desk@example.org", public_url="https://example.org/dossier")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    lines = answer.text.splitlines()
    assert lines[:-1] == [
        "Contact: mailto:desk@example.org",
        "Preferred-Languages: en, fr",
        "Canonical: https://example.org/.well-known/security.txt",
        "Canonical: https://example.org/dossier/.well-known/security.txt",
    ]
    assert re.fullmatch(r"Expires: \d{4}-\d\d-01T00:00:00Z", lines[-1])


def test_it_may_be_kept_for_a_day_but_not_by_the_answer_store(tmp_path: Path) -> None:
    answer = served(tmp_path, 4, contact="https://example.org/help")
    assert answer.headers["cache-control"] == "max-age=86400"
    app = create_app(settings_for(tmp_path / "none.db", contact="https://example.org/help"))
    with client_of(app) as client:
        tag = [client.get(PATH) for _ in range(4)][-1].headers["etag"]
        assert client.get(PATH, headers={"If-None-Match": tag}).status_code == 304
    assert app.answers.size == 0  # type: ignore[attr-defined]


def test_a_kept_copy_is_in_force_on_every_day_and_for_less_than_a_year() -> None:
    for days in range(0, 366 * 8, 5):
        now = datetime(2026, 1, 1, 23, 59, 59, tzinfo=UTC) + timedelta(days=days)
        ends = datetime.fromisoformat(expiry(now))
        assert timedelta(days=180) < ends - now < timedelta(days=365)


@pytest.mark.parametrize(
    ("contact", "address"),
    [
        ("desk@example.org", "mailto:desk@example.org"),
        ("büro+a%b@example.org", "mailto:b%C3%BCro+a%25b@example.org"),
        ("https://example.org/help", "https://example.org/help"),
        ("http://example.org/help", None),
        ("", None),
    ],
)
def test_a_contact_is_by_mail_or_https(contact: str, address: str | None) -> None:
    assert contact_address(contact) == address


def test_an_address_without_https_is_not_named() -> None:
    assert canonical_addresses("http://localhost:8000") == canonical_addresses("") == []
    assert canonical_addresses("https://example.org") == [f"https://example.org{PATH}"]


@pytest.mark.parametrize("contact", [None, "http://example.org/help"])
def test_without_a_contact_that_may_be_named_there_is_none(tmp_path: Path, contact: str | None) -> None:
    with client_of(create_app(settings_for(tmp_path / "none.db", contact=contact))) as client:
        english, _ = in_both(client, PATH)
    assert (english["status"], english["type"]) == (404, "urn:dossier:problem:unknown-path")
