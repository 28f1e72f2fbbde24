"""What other programs keep of a record: an id that never changes, and the name of who publishes it."""

from uuid import UUID, uuid5

MAINTAINERS = {"en": "Maintainers of the dossier", "fr": "Équipe du dossier"}

# Another namespace would give every calendar and feed entry a new id: subscribers would have each of them twice.
_NAMESPACE = UUID("781ec2cd-8cf9-4bba-bfc9-2a62a63db4e9")


def stable_uuid(key: str) -> UUID:
    """The UUID (version 5) of a key such as `timeline-events/first-nuclear-test`: everywhere and always the same."""
    return uuid5(_NAMESPACE, key)
