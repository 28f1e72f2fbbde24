"""Backup and restore of the database: what is written is a copy that was verified first."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from sqlalchemy.exc import DBAPIError

from app.errors import CodedError, Unavailable
from app.publishing import bootstrap
from app.publishing.verify import verify_database
from app.resources.base import Resource
from app.store import readiness
from app.store.engines.base import BackupError, Database, Progress, reason_of
from app.store.tables import Revision
from app.store.unfinished_file import copy_access, rename, unfinished

_OLDER = {"old-schema", "other-release"}  # what `migrate` mends


class Restored(NamedTuple):
    """Restored database: its revisions, and where the one that was there before is kept."""

    revisions: list[Revision]
    kept: Path | None


def backup(
    db: Database, resources: Mapping[str, Resource], file: Path, *, replace: bool, progress: Progress
) -> list[Revision]:
    """Online backup: a verified copy in one file, while the database is read and published to. Returns its revisions.

    The file gets its name only when the copy is complete, verified and on the disk. A database of an older release is
    copied as it is, and verified on a second copy that is migrated. Raises BackupError, Unavailable, OSError.
    """
    target = file.resolve()
    _refuse_target(db, file, replace=replace)
    if (fault := readiness.schema_fault(db)) and not _is_older(fault):
        raise fault
    with unfinished(target) as part:
        copy = db.at(part)
        try:
            db.copy_to(part, progress)
            is_older = _is_older(readiness.schema_fault(copy))
            revisions = _of_older_release(copy, resources) if is_older else _verified(copy, resources)
        except CodedError as error:
            raise BackupError("backup-not-written", file=file, fault=error) from error
        copy_access(db.file, part)
        rename(part, target)
    return revisions


def restore(db: Database, resources: Mapping[str, Resource], file: Path, progress: Progress) -> Restored:
    """Restore: puts a verified copy of a backup in the place of the database, which is kept under a dated name.

    A backup of an older release is migrated before it is verified. Servers that run read the new database from their
    next answer on. Raises BackupError, Unavailable, OSError; then the database is as before.
    """
    if not file.is_file():
        raise BackupError("not-a-file" if file.exists() else "backup-missing", file=file)
    if _is_part_of(db, file):
        raise BackupError("backup-is-database", file=file)
    with unfinished(db.file) as part:
        copy = db.at(part)
        try:
            db.at(file.resolve()).copy_to(part, progress)
            if _is_older(readiness.schema_fault(copy)):
                bootstrap.upgrade(copy, resources)
            revisions = _verified(copy, resources)
        except CodedError as error:
            raise BackupError("backup-not-restored", file=file, fault=error) from error
        copy_access(db.file if db.file.exists() else db.file.parent, part)
        return Restored(revisions, db.replace_with(part))


def _refuse_target(db: Database, file: Path, *, replace: bool) -> None:
    if _is_part_of(db, file):
        raise BackupError("backup-is-database", file=file)
    if file.exists() and not file.is_file():
        raise BackupError("not-a-file", file=file)
    if file.exists() and not replace:
        raise BackupError("backup-exists", file=file)


def _is_part_of(db: Database, file: Path) -> bool:
    """Whether a file is the database itself, by whatever name, or belongs to it, as its log does."""
    is_same = file.exists() and db.file.exists() and file.samefile(db.file)
    return is_same or file.resolve() in {db.file, *db.side_files()}


def _is_older(fault: Unavailable | None) -> bool:
    return fault is not None and fault.code in _OLDER


def _of_older_release(copy: Database, resources: Mapping[str, Resource]) -> list[Revision]:
    with unfinished(copy.file) as part:
        copy.copy_to(part)
        migrated = copy.at(part)
        bootstrap.upgrade(migrated, resources)
        return _verified(migrated, resources)


def _verified(copy: Database, resources: Mapping[str, Resource]) -> list[Revision]:
    """Revisions of a copy that matches. Raises CodedError for one that does not, or that this release cannot read."""
    try:
        if fault := readiness.schema_fault(copy):
            raise _not_a_backup(fault)
        revisions = verify_database(copy, resources)
    except DBAPIError as error:
        raise Unavailable("database-unreadable", reason=reason_of(error)) from error
    finally:
        copy.close()
    if not revisions:
        raise BackupError("nothing-to-verify")
    return revisions


def _not_a_backup(fault: Unavailable) -> CodedError:
    """The fault of a schema in the words for a file that is no database in use."""
    if fault.code == "unknown-schema":
        return BackupError("newer-backup", **fault.values)
    return BackupError("not-a-backup") if fault.code in ("no-schema", "foreign-database") else fault
