"""Add riders, the orders that they carry, and their pings, partitioned by time."""

from alembic import op

revision = "riders_0001"
down_revision = None


def upgrade() -> None:
    op.execute(
        """
        CREATE SCHEMA IF NOT EXISTS riders;

        -- The smallest id of a moment: 48 bits of milliseconds, version 8, variant 2
        -- (subgraphs/common/ids.py).
        CREATE FUNCTION riders.first_id_at(moment timestamptz) RETURNS uuid
            LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
            RETURN (lpad(to_hex((extract(epoch FROM moment) * 1000)::bigint), 12, '0')
                    || '80008000000000000000')::uuid;

        -- Makes the months' partitions of assignments that a span touches, where they are not there yet.
        CREATE FUNCTION riders.make_months(since timestamptz, until timestamptz) RETURNS void
            LANGUAGE plpgsql AS $make$
        DECLARE
            month timestamptz := date_trunc('month', since AT TIME ZONE 'UTC') AT TIME ZONE 'UTC';
            following timestamptz;
        BEGIN
            WHILE month < until LOOP
                following := ((month AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC';
                EXECUTE format(
                    'CREATE TABLE IF NOT EXISTS riders.%I PARTITION OF riders.assignments '
                    'FOR VALUES FROM (%L) TO (%L)',
                    'assignments' || to_char(month AT TIME ZONE 'UTC', '_YYYY_MM'),
                    riders.first_id_at(month), riders.first_id_at(following));
                month := following;
            END LOOP;
        END
        $make$;

        -- Makes the days' partitions of pings from now on, and drops those whose days are over.
        CREATE FUNCTION riders.turn_days(ahead integer, kept integer) RETURNS void
            LANGUAGE plpgsql AS $turn$
        DECLARE
            today date := (now() AT TIME ZONE 'UTC')::date;
            old text;
        BEGIN
            FOR n IN 0..ahead LOOP
                EXECUTE format(
                    'CREATE TABLE IF NOT EXISTS riders.%I PARTITION OF riders.pings '
                    'FOR VALUES FROM (%L) TO (%L)',
                    'pings' || to_char(today + n, '_YYYY_MM_DD'),
                    (today + n)::timestamp AT TIME ZONE 'UTC', (today + n + 1)::timestamp AT TIME ZONE 'UTC');
            END LOOP;
            FOR old IN SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
                    WHERE inhparent = 'riders.pings'::regclass
                    AND relname ~ '^pings_[0-9]{4}_[0-9]{2}_[0-9]{2}$'
                    AND to_date(right(relname, 10), 'YYYY_MM_DD') < today - kept LOOP
                EXECUTE format('DROP TABLE riders.%I', old);
            END LOOP;
        END
        $turn$;

        CREATE TABLE riders.riders (
            id uuid CONSTRAINT riders_pkey PRIMARY KEY,
            user_id uuid NOT NULL CONSTRAINT riders_user_id_key UNIQUE,
            tenant_id text NOT NULL,
            vehicle text NOT NULL,
            region text NOT NULL,
            status text NOT NULL DEFAULT 'OFFLINE' CONSTRAINT riders_status_check
                CHECK (status IN ('OFFLINE', 'ONLINE', 'BUSY')),
            order_id uuid,
            rating double precision,
            ratings integer NOT NULL DEFAULT 0,
            lat double precision,
            lon double precision,
            heading double precision,
            located_at timestamptz,
            created_at timestamptz NOT NULL DEFAULT now()
        );
        CREATE INDEX riders_active_idx ON riders.riders (tenant_id) WHERE status <> 'OFFLINE';

        CREATE TABLE riders.assignments (
            order_id uuid NOT NULL CONSTRAINT assignments_pkey PRIMARY KEY,
            tenant_id text NOT NULL,
            customer_id uuid NOT NULL,
            vendor_id uuid NOT NULL,
            order_status text NOT NULL,
            status text NOT NULL DEFAULT 'WAITING',
            rider_id uuid,
            rider_user_id uuid,
            pickup_lat double precision,
            pickup_lon double precision,
            lat double precision NOT NULL,
            lon double precision NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now(),
            offered_at timestamptz,
            accepted_at timestamptz,
            picked_up_at timestamptz,
            completed_at timestamptz,
            CONSTRAINT assignments_status_check CHECK (status IN
                ('WAITING', 'CLAIMING', 'OFFERED', 'ACCEPTED', 'PICKED_UP', 'COMPLETED', 'CANCELLED'))
        ) PARTITION BY RANGE (order_id);
        CREATE INDEX assignments_waiting_idx ON riders.assignments (order_id)
            WHERE status IN ('WAITING', 'CLAIMING');

        CREATE TABLE riders.pings (
            rider_id uuid NOT NULL,
            at timestamptz NOT NULL,
            tenant_id text NOT NULL,
            lat double precision NOT NULL,
            lon double precision NOT NULL,
            heading double precision,
            CONSTRAINT pings_pkey PRIMARY KEY (rider_id, at)
        ) PARTITION BY RANGE (at);

        SELECT riders.make_months(now() - interval '30 months', now() + interval '3 months');
        SELECT riders.turn_days(2, 30);
        """
    )
