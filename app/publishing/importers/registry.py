"""Registry of importers, by name."""

from app.publishing.importers import csis, un_list
from app.publishing.importers.base import Importer

IMPORTERS: dict[str, Importer] = {one.name: one for one in (un_list.IMPORTER, csis.IMPORTER)}
