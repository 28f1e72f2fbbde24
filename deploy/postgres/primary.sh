#!/bin/sh
# Run once by the image of PostgreSQL, when the primary of compose.yaml has made its data folder: a role that owns the
# database of the service, one that copies it to replicas, and the permission to do so from the same network.
# Needs psql 15 or newer, POSTGRES_USER, PGDATA, DATABASE_PASSWORD and REPLICATION_PASSWORD.
set -eu

psql --no-psqlrc --quiet -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<'SQL'
\getenv database_password DATABASE_PASSWORD
\getenv replication_password REPLICATION_PASSWORD
CREATE ROLE dossier LOGIN PASSWORD :'database_password';
CREATE ROLE replicator LOGIN REPLICATION PASSWORD :'replication_password';
CREATE DATABASE dossier OWNER dossier ENCODING 'UTF8' TEMPLATE template0;
SQL

echo "host replication replicator samenet scram-sha-256" >>"$PGDATA/pg_hba.conf"
psql --no-psqlrc --quiet --username "$POSTGRES_USER" --dbname postgres --command "SELECT pg_reload_conf()" >/dev/null
