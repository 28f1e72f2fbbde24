"""Registry of importers, by name."""

from app.publishing.importers import csis, fts, iati, justice_laws, oecd_crs, un_list
from app.publishing.importers.base import Importer

IMPORTERS: dict[str, Importer] = {
    module.IMPORTER.name: module.IMPORTER for module in (un_list, justice_laws, fts, oecd_crs, csis, iati)
}
