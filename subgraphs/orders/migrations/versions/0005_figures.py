"""Figures of vendors by day and product, kept on the vendor's shard; an order's day by its vendor's clock."""

from alembic import op

revision = "orders_0005"
down_revision = "orders_0004"


def upgrade() -> None:
    op.execute(
        """
        -- The day of an order by its vendor's clock; by UTC where that is not known, here or at all.
        CREATE FUNCTION orders.day_at(moment timestamptz, zone text) RETURNS date
            LANGUAGE plpgsql STABLE AS $day$
        BEGIN
            RETURN (moment AT TIME ZONE coalesce(zone, 'UTC'))::date;
        EXCEPTION WHEN invalid_parameter_value THEN
            RETURN (moment AT TIME ZONE 'UTC')::date;
        END
        $day$;

        -- Rows of the present day change with every order: room for their next versions beside them.
        CREATE TABLE orders.vendor_days (
            vendor_id uuid NOT NULL,
            day date NOT NULL,
            currency text NOT NULL,
            tenant_id text NOT NULL,
            orders bigint NOT NULL,
            delivered bigint NOT NULL,
            cancelled bigint NOT NULL,
            rejected bigint NOT NULL,
            failed bigint NOT NULL,
            revenue bigint NOT NULL,
            prepared bigint NOT NULL,
            preparation_ms bigint NOT NULL,
            delivery_ms bigint NOT NULL,
            CONSTRAINT vendor_days_pkey PRIMARY KEY (vendor_id, day, currency)
        ) WITH (fillfactor = 70);
        CREATE INDEX vendor_days_tenant_id_day_idx ON orders.vendor_days (tenant_id, day);
        CREATE INDEX vendor_days_day_idx ON orders.vendor_days (day);

        CREATE TABLE orders.product_days (
            vendor_id uuid NOT NULL,
            day date NOT NULL,
            product_id uuid NOT NULL,
            currency text NOT NULL,
            tenant_id text NOT NULL,
            name text NOT NULL,
            delivered bigint NOT NULL,
            undelivered bigint NOT NULL,
            quantity bigint NOT NULL,
            revenue bigint NOT NULL,
            CONSTRAINT product_days_pkey PRIMARY KEY (vendor_id, day, product_id, currency)
        ) WITH (fillfactor = 70);
        CREATE INDEX product_days_day_idx ON orders.product_days (day);

        CREATE TABLE orders.counted_orders (
            vendor_id uuid NOT NULL,
            order_id uuid NOT NULL,
            tenant_id text NOT NULL,
            day date NOT NULL,
            stages integer NOT NULL,
            placed_at timestamptz NOT NULL,
            CONSTRAINT counted_orders_pkey PRIMARY KEY (vendor_id, order_id)
        ) WITH (fillfactor = 70);
        CREATE INDEX counted_orders_placed_at_idx ON orders.counted_orders (placed_at);
        """
    )
