"""Add orders with their items, timelines and placements, partitioned by month."""

from alembic import op

revision = "orders_0001"
down_revision = None


def upgrade() -> None:
    op.execute(
        """
        CREATE SCHEMA IF NOT EXISTS orders;

        -- The smallest id of a moment: 48 bits of milliseconds, version 8, variant 2
        -- (subgraphs/common/ids.py).
        CREATE FUNCTION orders.first_id_at(moment timestamptz) RETURNS uuid
            LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
            RETURN (lpad(to_hex((extract(epoch FROM moment) * 1000)::bigint), 12, '0')
                    || '80008000000000000000')::uuid;

        -- Makes the partitions of the months that a span touches, where they are not there yet.
        CREATE FUNCTION orders.make_partitions(since timestamptz, until timestamptz) RETURNS void
            LANGUAGE plpgsql AS $make$
        DECLARE
            month timestamptz := date_trunc('month', since AT TIME ZONE 'UTC') AT TIME ZONE 'UTC';
            following timestamptz;
            parent text;
        BEGIN
            WHILE month < until LOOP
                following := ((month AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC';
                FOREACH parent IN ARRAY ARRAY['orders', 'order_items', 'order_steps'] LOOP
                    EXECUTE format(
                        'CREATE TABLE IF NOT EXISTS orders.%I PARTITION OF orders.%I '
                        'FOR VALUES FROM (%L) TO (%L)',
                        parent || to_char(month AT TIME ZONE 'UTC', '_YYYY_MM'), parent,
                        orders.first_id_at(month), orders.first_id_at(following));
                END LOOP;
                month := following;
            END LOOP;
        END
        $make$;

        CREATE TABLE orders.orders (
            id uuid NOT NULL,
            customer_id uuid NOT NULL,
            tenant_id text NOT NULL,
            vendor_id uuid NOT NULL,
            status text NOT NULL,
            region text NOT NULL,
            currency text NOT NULL,
            items_total integer NOT NULL,
            delivery_fee integer NOT NULL,
            service_fee integer NOT NULL,
            total integer NOT NULL,
            street text NOT NULL,
            city text NOT NULL,
            lat double precision NOT NULL,
            lon double precision NOT NULL,
            note text,
            pickup_lat double precision,
            pickup_lon double precision,
            placed_at timestamptz NOT NULL DEFAULT now(),
            dispatch text NOT NULL DEFAULT 'WAITING',
            provider text,
            provider_reference text,
            attempts integer NOT NULL DEFAULT 0,
            rider_id uuid,
            rider_user_id uuid,
            CONSTRAINT orders_pkey PRIMARY KEY (id, customer_id)
        ) PARTITION BY RANGE (id);
        CREATE INDEX orders_customer_id_id_idx ON orders.orders (customer_id, id);
        CREATE INDEX orders_vendor_id_id_idx ON orders.orders (vendor_id, id);
        CREATE INDEX orders_waiting_idx ON orders.orders (id) WHERE dispatch = 'WAITING';

        CREATE TABLE orders.order_items (
            order_id uuid NOT NULL,
            line integer NOT NULL,
            customer_id uuid NOT NULL,
            tenant_id text NOT NULL,
            product_id uuid NOT NULL,
            name text NOT NULL,
            quantity integer NOT NULL,
            unit_price integer NOT NULL,
            CONSTRAINT order_items_pkey PRIMARY KEY (order_id, line, customer_id)
        ) PARTITION BY RANGE (order_id);

        CREATE TABLE orders.order_steps (
            order_id uuid NOT NULL,
            status text NOT NULL,
            customer_id uuid NOT NULL,
            tenant_id text NOT NULL,
            at timestamptz NOT NULL DEFAULT now(),
            by_user uuid,
            note text,
            CONSTRAINT order_steps_pkey PRIMARY KEY (order_id, status, customer_id)
        ) PARTITION BY RANGE (order_id);

        CREATE TABLE orders.placements (
            customer_id uuid NOT NULL,
            key text NOT NULL,
            tenant_id text NOT NULL,
            order_id uuid NOT NULL,
            input_hash bytea NOT NULL,
            at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT placements_pkey PRIMARY KEY (customer_id, key)
        );
        CREATE INDEX placements_at_idx ON orders.placements (at);

        SELECT orders.make_partitions(now() - interval '30 months', now() + interval '3 months');
        """
    )
