#!/bin/sh
# Becomes the streaming replica of PRIMARY_HOST: copies it the first time, then follows it through a slot.
set -eu

if [ ! -s "$PGDATA/PG_VERSION" ]; then
    export PGPASSWORD="$REPLICATION_PASSWORD"
    until pg_isready -q -h "$PRIMARY_HOST" -p "${PRIMARY_PORT:-5432}"; do sleep 1; done
    # What a copy that broke off left behind; the slot of the same try is made anew.
    find "$PGDATA" -mindepth 1 -delete
    psql -h "$PRIMARY_HOST" -p "${PRIMARY_PORT:-5432}" -U replicator -d postgres -Atqc \
        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots
         WHERE slot_name = 'replica' AND NOT active"
    pg_basebackup -h "$PRIMARY_HOST" -p "${PRIMARY_PORT:-5432}" -U replicator -D "$PGDATA" \
        --write-recovery-conf --wal-method=stream --create-slot --slot=replica --checkpoint=fast
    chmod 700 "$PGDATA"
fi
exec postgres "$@"
