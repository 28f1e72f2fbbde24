"""Registry of importers, by name."""

from app.publishing.importers import csis
from app.publishing.importers.base import Importer

IMPORTERS: dict[str, Importer] = {one.name: one for one in (csis.IMPORTER,)}
