"""Messages of the state of a database, and of the connection to it."""

DATABASES: dict[str, dict[str, str]] = {
    "database-missing": {
        "en": "The database file does not exist: run dossier migrate.",
        "fr": "Le fichier de la base de données n’existe pas : exécutez dossier migrate.",
    },
    "database-unreadable": {
        "en": "The database cannot be read: {reason}.",
        "fr": "La base de données ne peut pas être lue : {reason}.",
    },
    "wrong-password": {
        "en": "The database server refuses the password.",
        "fr": "Le serveur de bases de données refuse le mot de passe.",
    },
    "login-refused": {
        "en": "The database server refuses the user, or connections from here.",
        "fr": "Le serveur de bases de données refuse l’utilisateur, ou les connexions d’ici.",
    },
    "no-such-database": {
        "en": "The server has no database of this name: create it first, with the encoding UTF-8.",
        "fr": "Le serveur n’a aucune base de données de ce nom : créez-la d’abord, avec le codage UTF-8.",
    },
    "no-right": {
        "en": "The user has no right to do this in the database.",
        "fr": "L’utilisateur n’a pas le droit de faire cela dans la base de données.",
    },
    "too-many-connections": {
        "en": "The database server has no connection left.",
        "fr": "Le serveur de bases de données n’a plus de connexion libre.",
    },
    "server-not-ready": {
        "en": "The database server is starting or stopping.",
        "fr": "Le serveur de bases de données démarre ou s’arrête.",
    },
    "read-only-server": {
        "en": "The database server is a replica, which cannot be written: use its primary.",
        "fr": "Le serveur de bases de données est une réplique, qui ne peut pas être modifiée : utilisez son serveur "
        "principal.",
    },
    "replica-of-another-database": {
        "en": "The replica has another revision than its primary under the same number: it is a replica of another "
        "database.",
        "fr": "La réplique a sous le même numéro une autre révision que son serveur principal : c’est la réplique "
        "d’une autre base de données.",
    },
    "replica-of-sqlite": {
        "en": "needs DOSSIER_DATABASE_URL to name a PostgreSQL database: SQLite has no replicas",
        "fr": "demande que DOSSIER_DATABASE_URL nomme une base de données PostgreSQL : SQLite n’a pas de réplique",
    },
    "another-writer": {
        "en": "Another process is writing to the database: try again when it has ended.",
        "fr": "Un autre processus écrit dans la base de données : réessayez quand il aura terminé.",
    },
    "server-unreachable": {
        "en": "The database server cannot be reached.",
        "fr": "Le serveur de bases de données est inaccessible.",
    },
    "connection-refused": {
        "en": "The database server refuses the connection. Its log says why.",
        "fr": "Le serveur de bases de données refuse la connexion. Son journal dit pourquoi.",
    },
    "tls-failed": {
        "en": "The connection to the database server cannot be encrypted as its URL asks: check sslmode, the "
        "certificates, and whether the server has TLS.",
        "fr": "La connexion au serveur de bases de données ne peut pas être chiffrée comme son URL le demande : "
        "vérifiez sslmode et les certificats, et que le serveur accepte TLS.",
    },
    "invalid-connection-parameter": {
        "en": "The URL of the database has a parameter, or a value of one, that the driver of PostgreSQL refuses.",
        "fr": "L’URL de la base de données comporte un paramètre, ou une valeur, que le pilote PostgreSQL refuse.",
    },
    "database-not-utf-8": {
        "en": "The database has the encoding {encoding}, and needs UTF8: create it with that.",
        "fr": "La base de données a le codage {encoding}; il lui faut UTF8 : créez-la avec celui-ci.",
    },
    "unmerged-log": {
        "en": "The database cannot be read: its folder cannot be written, and {log} contains changes that are not yet "
        "in the database file. Make the folder writable, or run dossier verify on a copy in a folder that is.",
        "fr": "La base de données est illisible : son dossier n’est pas accessible en écriture, et {log} contient des "
        "modifications qui ne sont pas encore dans le fichier. Rendez le dossier accessible en écriture, ou exécutez "
        "dossier verify sur une copie dans un dossier qui l’est.",
    },
    "other-release": {
        "en": "Another release prepared the database: run dossier migrate.",
        "fr": "Une autre version du service a préparé la base de données : exécutez dossier migrate.",
    },
    "unknown-schema": {
        "en": "The database schema is at {schema}, which this release does not know: a newer release made it.",
        "fr": "Le schéma de la base de données en est à {schema}, que cette version du service ne connaît pas : une "
        "version plus récente l’a créé.",
    },
    "old-schema": {
        "en": "The database schema is at {schema}, this release needs {head}: run dossier migrate.",
        "fr": "Le schéma de la base de données en est à {schema}; cette version du service a besoin de {head} : "
        "exécutez dossier migrate.",
    },
    "no-schema": {
        "en": "The database has no schema, this release needs {head}: run dossier migrate.",
        "fr": "La base de données n’a pas de schéma; cette version du service a besoin de {head} : exécutez dossier "
        "migrate.",
    },
    "nothing-published": {
        "en": "Nothing has been published in the database: run dossier migrate.",
        "fr": "Rien n’a été publié dans la base de données : exécutez dossier migrate.",
    },
    "nothing-published-yet": {
        "en": "Nothing has been published in this database yet.",
        "fr": "Rien n’a encore été publié dans cette base de données.",
    },
    "unusable-database": {
        "en": "The database cannot be used: {reason}.",
        "fr": "La base de données est inutilisable : {reason}.",
    },
    "migration-failed": {
        "en": "The schema cannot be brought up to date: {reason}.",
        "fr": "Le schéma ne peut pas être mis à jour : {reason}.",
    },
    "foreign-database": {
        "en": "The database belongs to another program.",
        "fr": "La base de données appartient à un autre programme.",
    },
    "schema-without-version": {
        "en": "The database has tables of this service, and its table alembic_version no longer says of which release: "
        "restore a backup.",
        "fr": "La base de données a des tables de ce service, et sa table alembic_version ne dit plus de quelle "
        "version du service : restaurez une sauvegarde.",
    },
    "dangling-rows": {
        "en": "The schema cannot be brought up to date: {count} rows would refer to rows that do not exist.",
        "fr": "Le schéma ne peut pas être mis à jour : des lignes renverraient à des lignes qui n’existent pas (nombre "
        "de lignes : {count}).",
    },
    "which-database": {"en": "{fault} It is {address}.", "fr": "{fault} Son adresse est {address}."},
    "sqlite-wal-fault": {
        "en": "SQLite {version} can corrupt a database when its WAL is reset: install pysqlite3",
        "fr": "SQLite {version} peut corrompre une base de données lorsque son WAL est réinitialisé : installez "
        "pysqlite3",
    },
}
