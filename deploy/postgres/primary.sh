#!/bin/sh
# Runs once, when a shard's server is made: the role that replicates, those of the processes, their limits.
# POSTGRES_USER owns the tables; row-level security holds waybill_app to one tenant at a time.
# (The image runs it from /docker-entrypoint-initdb.d; the server listens on a socket alone meanwhile.)
set -eu

psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
    -v owner="$POSTGRES_USER" -v password="$REPLICATION_PASSWORD" \
    -v app_password="$APP_PASSWORD" -v system_password="$SYSTEM_PASSWORD" <<'SQL'
CREATE ROLE replicator WITH REPLICATION LOGIN PASSWORD :'password';
CREATE ROLE waybill_app WITH LOGIN PASSWORD :'app_password';
CREATE ROLE waybill_system WITH LOGIN BYPASSRLS PASSWORD :'system_password';
ALTER ROLE :"owner" SET statement_timeout = '5s';
ALTER ROLE :"owner" SET idle_in_transaction_session_timeout = '15s';
ALTER ROLE waybill_app SET statement_timeout = '5s';
ALTER ROLE waybill_app SET idle_in_transaction_session_timeout = '15s';
ALTER ROLE waybill_system SET statement_timeout = '5s';
ALTER ROLE waybill_system SET idle_in_transaction_session_timeout = '15s';
SQL

echo "host replication replicator all scram-sha-256" >> "$PGDATA/pg_hba.conf"
