"""Files made to harm, or broken, given to every importer: one clear line for each, and nothing published."""

import contextlib
import os
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.publishing.importers.base import Importer, InputFile, UnreadableFile
from app.publishing.importers.registry import IMPORTERS
from tests.support.command import dossier
from tests.support.engines import engine
from tests.support.import_files import FILES, inputs
from tests.support.servers import migrated

ENTITIES = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
BOMB = f'<!DOCTYPE a [<!ENTITY e0 "boom">{ENTITIES}]>'
OUTSIDE = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an empty database, for imports that must not write to it."""
    folder = tmp_path_factory.mktemp("home")
    migrated(folder / "dossier.db").close()
    return folder


@pytest.fixture(params=IMPORTERS)
def importer(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_every_importer_has_sample_files_that_it_reads() -> None:
    assert FILES.keys() == IMPORTERS.keys()
    for name, importer in IMPORTERS.items():
        reading = importer.read(inputs(name))
        assert any(reading.records.values()), name
        assert not [one for one in reading.left_out if not one.expected], name


def refused(home: Path, importer: str, file: Path) -> str:
    """The one line with which an import refuses a file; the database stays as it was."""
    before = engine().content(home / "dossier.db")
    outcome = dossier(home, "import", importer, str(file))
    assert engine().content(home / "dossier.db") == before
    assert (outcome.code, outcome.out, len(outcome.err)) == (1, [], 1), outcome
    assert outcome.err[0].startswith(f"dossier: {file}: ")
    assert len(outcome.err[0]) < 600
    return outcome.err[0].removeprefix(f"dossier: {file}: ")


def first(importer: str) -> tuple[str, bytes]:
    """Name and content of the first sample file of an importer."""
    return next(iter(FILES[importer].items()))


def is_xml(importer: str) -> bool:
    return first(importer)[0].endswith(".xml")


def with_document_type(body: bytes, document_type: str) -> bytes:
    """XML with a document type, and an entity of it in place of the first text."""
    head, _, rest = body.partition(b"\n")
    entity = b"&e9;" if "e9" in document_type else b"&x;"
    return head + b"\n" + document_type.encode() + rest.replace(b"</", entity + b"</", 1)


BROKEN: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "a blank line": lambda _: b"\n",
    "HTML": lambda _: b"<!DOCTYPE html>\n<html><head><title>Not found</title></head><body><p>No.</body></html>",
    "NUL": lambda body: body.replace(b"a", b"\0", 1),
    "UTF-16 of which half is missing": lambda body: body.decode().encode("utf-16")[:-3],
    "no encoding": lambda body: b"\x81\x8d\x8f" + body,
    "random": lambda _: bytes((7 * n * n + 13) % 256 for n in range(5000)),
    "JSON": lambda _: b'{"error": "not found"}',
    "PDF": lambda _: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n",
    "gzip": lambda body: b"\x1f\x8b\x08\x00" + body,
}
BROKEN_XML: dict[str, Callable[[bytes], bytes]] = {
    "truncated": lambda body: body[: len(body) // 2],
    "another root": lambda _: b"<feed><entry/></feed>",
    "300 nested levels": lambda _: b"<a>" * 300 + b"</a>" * 300,
    "nested without end": lambda body: body.replace(b"</", b"<b>" * 300_000 + b"</", 1),
    "an entity bomb": lambda body: with_document_type(body, BOMB),
    "an external entity": lambda body: with_document_type(body, OUTSIDE),
    "an encoding that is a lie": lambda body: body.replace(b"utf-8", b"utf-16", 1),
    "an encoding that nobody knows": lambda body: body.replace(b"utf-8", b"x-none", 1),
    "Latin-1 called UTF-8": lambda body: body.replace(b"</", b"\xe9\xe8</", 1),
    "one element of 11 MB": lambda body: body.replace(b"</", b"x" * 11_000_000 + b"</", 1),
    "an attribute of 11 MB": lambda body: body.replace(b' version="1.0"', b' version="' + b"x" * 11_000_000 + b'"', 1),
}
BROKEN_CSV: dict[str, Callable[[bytes], bytes]] = {
    "a changed header": lambda body: body.replace(b",", b",x", body[: body.index(b"\n") + 20].count(b",")),
    "a quotation mark that stays open": lambda body: body + b'"',
    "a cell of 200,000 characters": lambda body: body + b"x" * 200_000,
    "a last line that is cut off": lambda body: body.rstrip()[: body.rstrip().rindex(b",")],
    "a header alone that is XML": lambda _: b"<?xml version='1.0'?>\n<a/>",
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_file_that_is_something_else_is_refused_in_one_line(
    home: Path, tmp_path: Path, importer: str, kind: str
) -> None:
    name, body = first(importer)
    (tmp_path / name).write_bytes(BROKEN[kind](body))
    refused(home, importer, tmp_path / name)


@pytest.mark.parametrize("kind", BROKEN_XML)
@pytest.mark.parametrize("importer", [name for name in IMPORTERS if is_xml(name)])
def test_broken_xml_is_refused_in_one_line(home: Path, tmp_path: Path, importer: str, kind: str) -> None:
    name, body = first(importer)
    (tmp_path / name).write_bytes(BROKEN_XML[kind](body))
    reason = refused(home, importer, tmp_path / name)
    assert "root:" not in reason
    assert "boom" not in reason


@pytest.mark.parametrize("kind", BROKEN_CSV)
@pytest.mark.parametrize("importer", [name for name in IMPORTERS if not is_xml(name)])
def test_broken_csv_is_refused_in_one_line(home: Path, tmp_path: Path, importer: str, kind: str) -> None:
    name, body = first(importer)
    (tmp_path / name).write_bytes(BROKEN_CSV[kind](body))
    refused(home, importer, tmp_path / name)


def test_what_is_no_regular_file_is_refused_without_waiting(home: Path, tmp_path: Path, importer: str) -> None:
    file = tmp_path / first(importer)[0]
    os.mkfifo(file)
    assert refused(home, importer, file).startswith("is not a regular file")
    assert refused(home, importer, tmp_path).startswith("is not a regular file")
    assert "No such file" in refused(home, importer, tmp_path / "missing")


@pytest.fixture
def small(importer: str) -> Iterator[Importer]:
    """An importer that takes no more than 100 bytes."""
    changed = replace(IMPORTERS[importer], most_bytes=100)
    with patch.dict(IMPORTERS, {importer: changed}):
        yield changed


def test_a_file_that_is_too_large_is_refused(home: Path, tmp_path: Path, small: Importer) -> None:
    name, body = first(small.name)
    (tmp_path / name).write_bytes(body)
    assert refused(home, small.name, tmp_path / name) == "is larger than 100 bytes"


@pytest.mark.parametrize("importer", [name for name in IMPORTERS if is_xml(name)])
def test_an_entity_bomb_takes_no_memory(importer: str) -> None:
    name, body = first(importer)
    bomb = InputFile(name, with_document_type(body, BOMB), "2024-05-02")
    tracemalloc.start()
    try:
        with pytest.raises(UnreadableFile):
            IMPORTERS[importer].read([bomb])
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("importer", IMPORTERS)
@settings(max_examples=40)
@given(data=st.data())
def test_a_file_in_which_anything_was_altered_is_read_or_refused(importer: str, data: st.DataObject) -> None:
    name, body = first(importer)
    for _ in range(data.draw(st.integers(1, 3))):
        begin = data.draw(st.integers(0, len(body)))
        end = data.draw(st.integers(begin, min(len(body), begin + 12)))
        new = data.draw(
            st.sampled_from(["", "9", "0", "-", "X", "/", "..", ",", '"', "\n", "<", ">", "&#0;", "é", "１"])
        )
        body = body[:begin] + new.encode() + body[end:]
    with contextlib.suppress(UnreadableFile):
        IMPORTERS[importer].read([InputFile(name, body, "2024-05-02")])


@pytest.mark.parametrize("day", ["92018-01-02", "2018-02-30", "2018-W01-1", "20180102", "2018-01-0X", "soon"])
@pytest.mark.parametrize("place", ["2018-01-02", "2016-03-02", "2024-05-01"])
def test_what_is_no_day_in_the_list_of_the_united_nations_is_no_day(place: str, day: str) -> None:
    name, body = first("un-list")
    file = InputFile(name, body.replace(place.encode(), day.encode()), "2024-05-02")
    if place == "2024-05-01":
        with pytest.raises(UnreadableFile, match="file-without-date"):
            IMPORTERS["un-list"].read([file])
    else:
        numbers = [one["reference_number"] for one in IMPORTERS["un-list"].read([file]).records["designations"]]
        assert numbers == (["KPi.901", "KPe.901"] if place == "2018-01-02" else ["KPe.901"])


def test_html_in_place_of_the_list_is_called_by_its_root() -> None:
    with pytest.raises(UnreadableFile, match="xml-other-root"):
        IMPORTERS["un-list"].read([InputFile("list.xml", b"<html><body/></html>", "2024-05-02")])
