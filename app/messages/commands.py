"""Messages of the command line, of settings and of the state of the database."""

COMMANDS: dict[str, dict[str, str]] = {
    # Settings; the line begins with the variable
    "invalid-setting": {"en": "{reason}. {description}"},
    "not-a-database-url": {"en": "must be a database URL"},
    "unknown-engine": {"en": "must name the engine sqlite or postgresql"},
    "not-an-absolute-address": {"en": "must be an absolute web address"},
    "not-a-contact": {"en": "must be a mail address or an absolute web address"},
    "not-a-sqlite-file": {"en": "must name a SQLite file, as in sqlite:///dossier.db."},
    # State of the database
    "database-missing": {"en": "The database file does not exist: run dossier migrate."},
    "database-unreadable": {"en": "The database cannot be read: {reason}."},
    "other-release": {"en": "Another release prepared the database: run dossier migrate."},
    "unknown-schema": {
        "en": "The database schema is at {schema}, which this release does not know: a newer release made it."
    },
    "old-schema": {"en": "The database schema is at {schema}, this release needs {head}: run dossier migrate."},
    "no-schema": {"en": "The database has no schema, this release needs {head}: run dossier migrate."},
    "nothing-published": {"en": "Nothing has been published in the database: run dossier migrate."},
    "nothing-published-yet": {"en": "Nothing has been published in this database yet."},
    "unusable-database": {"en": "The database cannot be used: {reason}."},
    "migration-failed": {"en": "The schema cannot be brought up to date: {reason}."},
    "foreign-database": {"en": "The schema cannot be brought up to date: it is another program's database."},
    "dangling-rows": {
        "en": "The schema cannot be brought up to date: {count} rows would refer to rows that do not exist."
    },
    "which-database": {"en": "{fault} It is {address}."},
    "sqlite-wal-fault": {"en": "SQLite {version} can corrupt a database when its WAL is reset: install pysqlite3"},
    # Commands
    "file-failed": {"en": "{file}: {reason}"},
    "cannot-listen": {"en": "cannot listen on {host} port {port}: {reason}"},
    "serving": {"en": "serving on http://{host}:{port}, documentation at /docs; press Ctrl-C to stop"},
    "schema-up-to-date": {"en": "The schema is up to date; no revision was missing."},
    "schema-up-to-date.revisions": {"en": "The schema is up to date; revisions written: {revisions}."},
    "nothing-differs": {"en": "Nothing differs from what is published: no revision was made."},
    "revision-published": {
        "en": "Revision {number}: {added} added, {changed} changed, {withdrawn} withdrawn; digest {digest}."
    },
    "file-written": {"en": "Written: {file}"},
    "nothing-to-write": {"en": "Every revision already has its file."},
    "nothing-to-verify": {"en": "nothing has been published in this database"},
    "log-verified": {"en": "Revisions that match: {count}. The newest has digest {digest}."},
}
