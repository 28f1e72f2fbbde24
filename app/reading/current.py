"""Current versions: the bitmap index at one revision, and the versions that a list has before any filter."""

from pyroaring import BitMap

from app.resources.base import ListSpec
from app.store.postings import Postings
from app.store.snapshot import Snapshot


def index_of(snapshot: Snapshot) -> Postings:
    """Bitmap index on the connection of a snapshot."""
    return Postings(snapshot.connection)


def version_set(snapshot: Snapshot, name: str) -> BitMap:
    """Set of versions at the revision, such as `current`. It is shared: nothing may be added to it."""
    return snapshot.cached((name,), lambda: index_of(snapshot).version_set(name, snapshot.revision.number))


def current_versions(snapshot: Snapshot, spec: ListSpec) -> BitMap:
    """Versions of a list that are current at the revision: of its collection, or of all if it is over several."""
    everything = version_set(snapshot, "current")
    if spec.collection_column:
        return everything
    mine = (spec.name,)
    return snapshot.cached(("current", *mine), lambda: everything & index_of(snapshot).any_of("collection", mine))
