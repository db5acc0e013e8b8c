"""Which vendors may deliver to a place: h3 cells as an index, and the exact test in SQL."""

from alembic import op

revision = "catalog_0005"
down_revision = "catalog_0004"


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE catalog.delivery_cells (
            vendor_id uuid NOT NULL,
            cell bigint NOT NULL,
            tenant_id text NOT NULL,
            CONSTRAINT delivery_cells_pkey PRIMARY KEY (vendor_id, cell)
        );
        CREATE INDEX delivery_cells_tenant_id_cell_idx ON catalog.delivery_cells (tenant_id, cell);

        -- Those whose cells nobody has worked out yet may deliver anywhere.
        ALTER TABLE catalog.vendors ADD COLUMN covered boolean NOT NULL DEFAULT false;
        CREATE INDEX vendors_uncovered_idx ON catalog.vendors (tenant_id) WHERE NOT covered;

        -- As subgraphs/catalog/delivery_area.py: a longitude at most 180 degrees from the meridian.
        CREATE FUNCTION catalog.beside(meridian double precision, lon double precision)
            RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE
            RETURN meridian + (lon - meridian + 540) - 360 * floor((lon - meridian + 540) / 360) - 180;

        -- How many kilometres from a point to another (search/distances.py).
        CREATE FUNCTION catalog.kilometres(lat_a double precision, lon_a double precision,
                lat_b double precision, lon_b double precision)
            RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE
            RETURN 2 * 6371.0088 * asin(sqrt(least(1, sin(radians(lat_b - lat_a) / 2) ^ 2
                + cos(radians(lat_a)) * cos(radians(lat_b)) * sin(radians(lon_b - lon_a) / 2) ^ 2)));

        -- Whether the ray from a place to the east crosses the rings an odd number of times.
        CREATE FUNCTION catalog.is_within(rings jsonb, lat double precision, lon double precision)
            RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
            RETURN (
                SELECT count(*) % 2 = 1 FROM jsonb_array_elements(rings) AS rings(ring)
                CROSS JOIN LATERAL jsonb_array_elements(ring) WITH ORDINALITY AS points(a, n)
                CROSS JOIN LATERAL (SELECT ring -> (n % jsonb_array_length(ring))::integer AS b,
                    (ring -> 0 ->> 1)::double precision AS meridian) AS next
                CROSS JOIN LATERAL (SELECT
                    (a ->> 0)::double precision AS lat_a, (b ->> 0)::double precision AS lat_b,
                    catalog.beside(meridian, (a ->> 1)::double precision) AS lon_a,
                    catalog.beside(meridian, (b ->> 1)::double precision) AS lon_b) AS edge
                WHERE (lat_a > lat) <> (lat_b > lat) AND catalog.beside(meridian, lon)
                    < lon_a + (lon_b - lon_a) * (lat - lat_a) / nullif(lat_b - lat_a, 0)
            );
        """
    )
