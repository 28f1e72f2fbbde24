#!/bin/sh
# Starts the replica of compose.yaml: copies the primary if there is no data yet, then follows it (streaming replication).
# PGDATA lies within the volume, so that an unfinished copy has another name. Needs PGDATA, PRIMARY (host) and
# REPLICATION_PASSWORD.
set -eu

if [ ! -d "$PGDATA" ]; then
  until rm -rf "$PGDATA.unfinished" &&
    PGPASSWORD=$REPLICATION_PASSWORD pg_basebackup --pgdata "$PGDATA.unfinished" --host "$PRIMARY" \
      --port "${PRIMARY_PORT:-5432}" --username replicator --checkpoint fast --write-recovery-conf; do
    echo "The primary cannot be copied yet." >&2
    sleep 2
  done
  mv "$PGDATA.unfinished" "$PGDATA"
fi
exec postgres "$@"
