"""The dossier: the public record of Canada's relations with North Korea, served as a read API."""

__version__ = "1.0.1"  # the only place with the version: packaging, /openapi.json and ETags read it from here
