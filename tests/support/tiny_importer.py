"""A tiny importer, whose files have a line for the day and one for each party: number, name, day of listing."""

from collections.abc import Sequence
from typing import Any

from app.publishing.importers.base import Floor, Importer, InputFile, LeftOut, Reading, SeedForm, UnreadableFile
from app.publishing.importers.un_list import ended
from app.publishing.importers.wording import of_file
from tests.support.world import text

SOURCE = "tiny-list"


def read(files: Sequence[InputFile]) -> Reading:
    """Designations of the last file; a line without a day is left out, and a file without lines cannot be read."""
    file = files[-1]
    first, *lines = file.body.decode().splitlines() or [""]
    if not first:
        raise UnreadableFile(file, "file-without-date", 1, field="day")
    reading = Reading([of_file(file, _source(first))], {"designations": []}, complete=True)
    for position, line in enumerate(lines, 2):
        number, name, day = line.split(",")
        if day:
            reading.records["designations"].append(_designation(number, name, day, first))
        else:
            reading.left_out.append(LeftOut(file.name, position, number, "row-without-value", {"field": "day"}))
    reading.supporting["actors"] = [_actor("cora")]
    return reading


def tiny_file(day: str, *lines: str, on: str = "2024-06-01") -> InputFile:
    """A file that is current to a day and was retrieved on another."""
    return InputFile(f"list-{day}.txt", "\n".join([day, *lines]).encode(), on)


def _designation(number: str, name: str, day: str, current: str) -> SeedForm:
    return {
        "id": f"tiny-{number}",
        "kind": "entity",
        "reference_number": number,
        "title": text(name),
        "summary": text(f"Party {number}"),
        "names": [{"name": name, "kind": "primary"}],
        "listed_on": day,
        "status": "in-force",
        "status_as_of": current,
        "measures": ["no-apples", "no-such-measure"],
        "citations": [{"source": SOURCE, "section": text(f"line {number}")}],
    }


def _source(day: str) -> SeedForm:
    return {
        "id": SOURCE,
        "kind": "dataset",
        "title": text("The tiny list"),
        "summary": text("A list"),
        "publisher": text("The lister"),
        "address": "https://list.example/",
        "language": "en",
        "licence": text("Free"),
        "content_as_of": day,
    }


def _actor(id: str) -> dict[str, Any]:
    citations = [{"source": SOURCE, "section": text("lines")}]
    return {"id": id, "kind": "state", "title": text(id), "summary": text(id), "citations": citations}


def _alike(read_one: SeedForm, published: SeedForm) -> bool:
    return bool(read_one["title"] == published["title"])


TINY = Importer(
    name="tiny",
    about="parties of a tiny list",
    media_types=("text/plain",),
    read=read,
    floors=(Floor("designations", 1), Floor("designations", 0.5, "listed_on")),
    keys={"designations": lambda record: str(record["reference_number"]) or None},
    alike=_alike,
    optional={"designations": ("measures",)},
    ended=ended,
    most_bytes=10_000,
)
