"""Messages of the command line and of settings."""

COMMANDS: dict[str, dict[str, str]] = {
    # Settings; the line begins with the variable
    "invalid-setting": {"en": "{reason}. {description}", "fr": "{reason}. {description}"},
    "unknown-setting": {
        "en": "is not a setting of this service and has no effect",
        "fr": "n’est pas un paramètre de ce service et reste sans effet",
    },
    "unknown-setting.suggestion": {
        "en": "is not a setting of this service and has no effect. Did you mean {suggestion}?",
        "fr": "n’est pas un paramètre de ce service et reste sans effet. Vouliez-vous dire {suggestion}?",
    },
    "not-a-database-url": {"en": "must be a database URL", "fr": "doit être l’URL d’une base de données"},
    "not-encoded": {
        "en": "must have signs such as @ / # % in a user or password encoded, as in %40",
        "fr": "doit avoir codés les signes comme @ / # % d’un utilisateur ou d’un mot de passe, comme %40",
    },
    "unknown-engine": {
        "en": "must name the engine sqlite or postgresql",
        "fr": "doit nommer le moteur sqlite ou postgresql",
    },
    "not-an-absolute-address": {
        "en": "must be an absolute web address",
        "fr": "doit être une adresse Web absolue",
    },
    "not-a-contact": {
        "en": "must be a mail address or an absolute web address",
        "fr": "doit être une adresse de courriel ou une adresse Web absolue",
    },
    "not-a-rate": {
        "en": "must be a number, a slash and one of s, min, h",
        "fr": "doit être un nombre, une barre oblique et l’une des unités s, min ou h",
    },
    "not-a-listening-address": {
        "en": "must be an address and a port, as in 127.0.0.1:9100",
        "fr": "doit être une adresse et un port, comme 127.0.0.1:9100",
    },
    "port-of-the-service": {
        "en": "cannot be port {port}, on which the service itself listens",
        "fr": "ne peut pas être le port {port}, où écoute le service lui-même",
    },
    "not-networks": {
        "en": "must be IP addresses or networks with commas between them",
        "fr": "doit être une suite d’adresses ou de réseaux IP séparés par des virgules",
    },
    "not-a-sqlite-file": {
        "en": "must name a SQLite file, as in sqlite:///dossier.db.",
        "fr": "doit nommer un fichier SQLite, comme sqlite:///dossier.db.",
    },
    "not-hosts-and-ports": {
        "en": "must have numbers as ports, and one port for all hosts or one for each",
        "fr": "doit avoir des nombres comme ports, et un port pour tous les hôtes ou un pour chacun",
    },
    "not-a-postgresql-database": {
        "en": "must name a database of PostgreSQL, as in postgresql+psycopg://dossier@127.0.0.1/dossier.",
        "fr": "doit nommer une base de données PostgreSQL, comme postgresql+psycopg://dossier@127.0.0.1/dossier.",
    },
    # Commands
    "memory-limit-too-low": {
        "en": "the address space of a process is limited to {found} MiB (ulimit -v or -d): {least} MiB are needed",
        "fr": "l’espace d’adressage d’un processus est limité à {found} Mio (ulimit -v ou -d) : un serveur a besoin de "
        "{least} Mio",
    },
    "out-of-memory": {
        "en": "there is not enough memory",
        "fr": "la mémoire est insuffisante",
    },
    "file-failed": {"en": "{file}: {reason}", "fr": "{file} : {reason}"},
    "cannot-listen": {
        "en": "cannot listen on {host} port {port}: {reason}",
        "fr": "écoute impossible sur {host}, port {port} : {reason}",
    },
    "serving": {
        "en": "serving on {address}, documentation at /docs; press Ctrl-C to stop",
        "fr": "service accessible à {address}, documentation à /docs; Ctrl-C pour l’arrêter",
    },
    "schema-alone-up-to-date": {
        "en": "The schema is up to date; the packaged revisions were left out.",
        "fr": "Le schéma est à jour; les révisions fournies ont été laissées de côté.",
    },
    "schema-up-to-date": {
        "en": "The schema is up to date; no revision was missing.",
        "fr": "Le schéma est à jour; aucune révision ne manquait.",
    },
    "schema-up-to-date.revisions": {
        "en": "The schema is up to date; revisions written: {revisions}.",
        "fr": "Le schéma est à jour; révisions écrites : {revisions}.",
    },
    "nothing-differs": {
        "en": "Nothing differs from what is published: no revision was made.",
        "fr": "Rien ne diffère de ce qui est publié : aucune révision n’a été créée.",
    },
    "revision-published": {
        "en": "Revision {number}: {added} added, {changed} changed, {withdrawn} withdrawn; digest {digest}.",
        "fr": "Révision {number} : ajouts {added}, modifications {changed}, retraits {withdrawn}; empreinte {digest}.",
    },
    "planned-change": {"en": "{action} {collection}/{id}", "fr": "{action} {collection}/{id}"},
    "planned-change.fields": {
        "en": "{action} {collection}/{id}: {fields}",
        "fr": "{action} {collection}/{id} : {fields}",
    },
    "would-publish": {
        "en": "This would publish {added} added, {changed} changed, {withdrawn} withdrawn. Nothing was written.",
        "fr": "Cette publication compterait {added} ajouts, {changed} modifications et {withdrawn} retraits. "
        "Rien n’a été écrit.",
    },
    "changed-in-one-language": {
        "en": "is changed in {lang} only: check the other language",
        "fr": "n’est modifié qu’en {lang} : vérifiez l’autre langue",
    },
    "required-option": {"en": "is required unless --dry-run is given", "fr": "est obligatoire, sauf avec --dry-run"},
    "file-written": {"en": "Written: {file}", "fr": "Fichier écrit : {file}"},
    "nothing-to-write": {
        "en": "Every revision already has its file.",
        "fr": "Chaque révision a déjà son fichier.",
    },
    # Backups
    "backup-exists": {
        "en": "{file} exists: name another file, or replace it with --force.",
        "fr": "{file} existe déjà : nommez un autre fichier, ou remplacez-le avec --force.",
    },
    "backup-missing": {"en": "{file} does not exist.", "fr": "{file} n’existe pas."},
    "not-a-file": {"en": "{file} is not a file.", "fr": "{file} n’est pas un fichier."},
    "backup-is-database": {
        "en": "{file} is the database itself, or one of its files: name another file.",
        "fr": "{file} est la base de données elle-même, ou l’un de ses fichiers : nommez un autre fichier.",
    },
    "not-a-backup": {
        "en": "It is not a database of this service.",
        "fr": "Ce n’est pas une base de données de ce service.",
    },
    "newer-backup": {
        "en": "A newer release made it (its schema is {schema}): install that release first.",
        "fr": "Une version plus récente du service l’a créé (son schéma en est à {schema}) : installez d’abord cette "
        "version.",
    },
    "copy-failed": {
        "en": "The copy cannot be written: {reason}.",
        "fr": "La copie ne peut pas être écrite : {reason}.",
    },
    "file-in-use": {
        "en": "Another process is writing {file}: wait until it has ended.",
        "fr": "Un autre processus est en train d’écrire {file} : attendez qu’il ait terminé.",
    },
    "backup-not-written": {
        "en": "{file} was not written: {fault}",
        "fr": "{file} n’a pas été écrit : {fault}",
    },
    "backup-not-restored": {
        "en": "{file} was not restored: {fault}",
        "fr": "{file} n’a pas été restauré : {fault}",
    },
    "database-in-use": {
        "en": "Another process has used {file} for more than {seconds:g} s: try again, or stop the service first.",
        "fr": "Un autre processus utilise {file} depuis plus de {seconds:g} s : réessayez, ou arrêtez d’abord le "
        "service.",
    },
    "database-replaced": {
        "en": "The database has just been replaced by a restored one, so nothing was written: try again.",
        "fr": "La base de données vient d’être remplacée par une base restaurée; rien n’a donc été écrit : réessayez.",
    },
    "backup-written": {
        "en": "Backed up to {file}. Revisions that match: {count}. The newest has digest {digest}.",
        "fr": "Sauvegarde écrite : {file}. Révisions qui concordent : {count}. La plus récente a l’empreinte {digest}.",
    },
    "database-copied": {
        "en": "The target has every revision already.",
        "fr": "La base de destination a déjà toutes les révisions.",
    },
    "database-copied.revisions": {
        "en": "The target has every revision; copied: {revisions}.",
        "fr": "La base de destination a toutes les révisions; copiées : {revisions}.",
    },
    "use-server-tools": {
        "en": "The database is on a PostgreSQL server: back it up and restore it with pg_dump and pg_restore, or copy "
        "it to a file with dossier copy",
        "fr": "La base de données est sur un serveur PostgreSQL : sauvegardez-la et restaurez-la avec pg_dump et "
        "pg_restore, ou copiez-la dans un fichier avec dossier copy",
    },
    "backup-restored": {
        "en": "Restored from {file}. Revisions that match: {count}. The newest has digest {digest}.",
        "fr": "Restauration de {file}. Révisions qui concordent : {count}. La plus récente a l’empreinte {digest}.",
    },
    "database-kept": {
        "en": "The database that was there is kept as {file}.",
        "fr": "La base de données remplacée est conservée sous le nom {file}.",
    },
    "nothing-to-verify": {
        "en": "nothing has been published in this database",
        "fr": "rien n’a été publié dans cette base de données",
    },
    "schema-not-compared": {
        "en": "the schema was not compared: that takes a user who may create a schema, on a server that can be written",
        "fr": "le schéma n’a pas été comparé : il faut pour cela un utilisateur qui peut créer un schéma, sur un "
        "serveur accessible en écriture",
    },
    "log-verified": {
        "en": "Revisions that match: {count}. The newest has digest {digest}.",
        "fr": "Révisions qui concordent : {count}. La plus récente a l’empreinte {digest}.",
    },
}
