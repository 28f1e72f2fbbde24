"""Registry of importers, by name."""

from app.publishing.importers import csis, fts, oecd_crs, un_list
from app.publishing.importers.base import Importer

IMPORTERS: dict[str, Importer] = {
    one.name: one for one in (un_list.IMPORTER, fts.IMPORTER, oecd_crs.IMPORTER, csis.IMPORTER)
}
