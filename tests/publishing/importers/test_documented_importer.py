"""The importer that docs/contribute.md shows works as it stands there."""

import re

import pytest

from app.publishing.import_decisions import Decisions
from app.publishing.importers.base import Importer, InputFile, UnreadableFile
from app.publishing.importing import Import, read, run
from app.publishing.publish import Lenient
from app.resources.registry import COLLECTIONS
from tests.support.paths import ROOT
from tests.support.world import World, text

FILE = InputFile("register.csv", "code,name,nom\n7,Elba Aid,Aide Élba\n8,Cora Aid,\n9,,\n".encode(), "2024-05-02")


@pytest.fixture(scope="module")
def shown() -> Importer:
    page = (ROOT / "docs" / "contribute.md").read_text(encoding="utf-8")
    block = re.search(r"```python\n(# app/publishing/importers/.*?)```", page, re.DOTALL)
    assert block is not None
    names: dict[str, Importer] = {}
    exec(block[1], names)
    return names["IMPORTER"]


def test_the_importer_shown_is_imported_once_and_reports_its_row(shown: Importer, world: World) -> None:
    reading = read(shown, [FILE])
    assert [(one.line, one.code) for one in reading.left_out] == [(4, "row-without-value")]
    what = Import(shown, reading, Decisions(), lenient=Lenient.CLOCK)
    made = run(world.db, COLLECTIONS, what, "The test", text("A register")).revision
    assert made is not None
    assert (made.added, made.changed) == (3, 0)
    assert run(world.db, COLLECTIONS, what, "The test", text("A register")).revision is None


def test_the_importer_shown_refuses_another_file(shown: Importer) -> None:
    with pytest.raises(UnreadableFile, match="csv-other-header"):
        shown.read([InputFile("page.html", b"<html></html>", "2024-05-02")])
