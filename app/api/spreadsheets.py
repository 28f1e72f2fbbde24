"""Spreadsheets: all rows of a list as an Excel workbook, with a sheet that says what it is in the reader's language."""

import contextlib
import logging
import tempfile
from collections.abc import Iterator

from app.about import DISCLAIMER, LICENCES, MAINTAINERS, NAME
from app.errors import Unavailable
from app.formats import xlsx
from app.formats.columns import column_types
from app.formats.json_lines import objects
from app.messages import sentence
from app.messages.spreadsheets import column_form, column_meaning
from app.model.labels import label
from app.reading.pages import PageOf
from app.serving.responses import Responder
from app.serving.streaming import CHUNK

_log = logging.getLogger("dossier")


def workbook(responder: Responder, page: PageOf) -> Iterator[bytes]:
    """Excel workbook, written to a temporary file first: its parts are written side by side.

    Raises Unavailable (503) if the temporary folder cannot be written.
    """
    with contextlib.ExitStack() as stack:
        try:
            file = stack.enter_context(tempfile.TemporaryFile(prefix="dossier-"))
            xlsx.write(file, _info(responder, page), objects(page.all_lines()))
        except OSError as error:
            _log.exception("a workbook cannot be written")
            raise Unavailable("download-not-built") from error
        file.seek(0)
        while part := file.read(CHUNK):
            yield part


def _info(responder: Responder, page: PageOf) -> xlsx.WorkbookInfo:
    lang, spec, revision = responder.lang, page.view.spec, page.snapshot.revision
    path = responder.address(revision=str(revision.number), as_of=None, lang=lang, format="xlsx")
    facts = {
        "fact-dataset": NAME[lang],
        "fact-list": label(spec.name, lang),
        "fact-rows": str(page.total),
        "fact-source": responder.absolute(path) or path,
        "fact-revision": str(revision.number),
        "fact-published": revision.published_at,
        "fact-licence": LICENCES["data"],
        "fact-notice": DISCLAIMER[lang],
        "fact-cells": sentence("notice-of-cells", lang=lang),
    }
    types = column_types(spec.model)
    columns = [
        xlsx.Column(name, types[name], column_meaning(spec.name, name, lang), column_form(types[name], lang))
        for name in page.columns
    ]
    return xlsx.WorkbookInfo(
        title=label(spec.name, lang),
        about_title=sentence("about-this-file", lang=lang),
        facts=[(sentence(code, lang=lang), words) for code, words in facts.items()],
        headings=[sentence(code, lang=lang) for code in ("heading-column", "heading-meaning", "heading-written")],
        columns=columns,
        published_at=revision.published_at,
        author=MAINTAINERS[lang],
        fixed=1 + max(map(page.columns.index, spec.key)),
    )
