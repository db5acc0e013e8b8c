#!/bin/sh
# Runs once, when a shard's server is made: the role that replicates, and the application's limits.
# (The image runs it from /docker-entrypoint-initdb.d; the server listens on a socket alone meanwhile.)
set -eu

psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
    -v application="$POSTGRES_USER" -v password="$REPLICATION_PASSWORD" <<'SQL'
CREATE ROLE replicator WITH REPLICATION LOGIN PASSWORD :'password';
ALTER ROLE :"application" SET statement_timeout = '5s';
ALTER ROLE :"application" SET idle_in_transaction_session_timeout = '15s';
SQL

echo "host replication replicator all scram-sha-256" >> "$PGDATA/pg_hba.conf"
