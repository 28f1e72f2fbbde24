"""Service metadata: names, licences, maintainers, stable ids."""

from uuid import UUID, uuid5

NAME = {"en": "Canada–North Korea dossier", "fr": "Dossier Canada–Corée du Nord"}
DISCLAIMER = {
    "en": "The public record of Canada's relations with North Korea as data. An independent project: "
    "not a service of the Government of Canada.",
    "fr": "Le dossier public des relations du Canada avec la Corée du Nord, sous forme de données. "
    "Projet indépendant, qui n’est pas un service du gouvernement du Canada.",
}
LICENCES = {"code": "MIT", "data": "CC-BY-4.0"}
LICENCE_PAGE = "https://creativecommons.org/licenses/by/4.0/"  # of the data
MAINTAINERS = {"en": "Maintainers of the dossier", "fr": "Équipe du dossier"}

# Another namespace would give every calendar and feed entry a new id: subscribers would have each of them twice.
_NAMESPACE = UUID("781ec2cd-8cf9-4bba-bfc9-2a62a63db4e9")


def stable_uuid(key: str) -> UUID:
    """UUID version 5 of a key such as `timeline-events/first-nuclear-test`: the same on every machine, for ever."""
    return uuid5(_NAMESPACE, key)
