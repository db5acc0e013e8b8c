#!/bin/sh
# Writes the list of users from the passwords in the environment, then becomes PgBouncer. The tables' owner is
# not among them: he has no business here.
set -eu
umask 077
printf '"%s" "%s"\n' waybill_app "$APP_PASSWORD" waybill_system "$SYSTEM_PASSWORD" > /etc/pgbouncer/userlist.txt
exec pgbouncer /etc/pgbouncer/pgbouncer.ini
