"""Add vendors, their products, and which product a repeated save made."""

from alembic import op

revision = "catalog_0001"
down_revision = None


def upgrade() -> None:
    op.execute(
        """
        CREATE EXTENSION IF NOT EXISTS cube SCHEMA public;
        CREATE EXTENSION IF NOT EXISTS earthdistance SCHEMA public;
        CREATE SCHEMA IF NOT EXISTS catalog;

        -- Microseconds of the shard's clock, but always more than before: what search orders changes by.
        CREATE FUNCTION catalog.next_version(before bigint DEFAULT 0) RETURNS bigint
            LANGUAGE sql VOLATILE PARALLEL SAFE
            RETURN greatest(before + 1, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint);

        CREATE TABLE catalog.vendors (
            id uuid CONSTRAINT vendors_pkey PRIMARY KEY,
            tenant_id text NOT NULL,
            name text NOT NULL,
            description text NOT NULL DEFAULT '',
            cuisines text[] NOT NULL DEFAULT '{}',
            region text NOT NULL,
            city text NOT NULL DEFAULT '',
            street text NOT NULL DEFAULT '',
            lat double precision NOT NULL,
            lon double precision NOT NULL,
            timezone text NOT NULL DEFAULT 'UTC',
            hours jsonb NOT NULL DEFAULT '[]',
            currency text NOT NULL,
            delivery_fee integer NOT NULL DEFAULT 0,
            prep_minutes integer NOT NULL DEFAULT 20,
            rating double precision,
            ratings integer NOT NULL DEFAULT 0,
            version bigint NOT NULL DEFAULT catalog.next_version(),
            created_at timestamptz NOT NULL DEFAULT now()
        );
        CREATE INDEX vendors_tenant_id_id_idx ON catalog.vendors (tenant_id, id);
        CREATE INDEX vendors_cuisines_idx ON catalog.vendors USING gin (cuisines);
        CREATE INDEX vendors_place_idx ON catalog.vendors USING gist (public.ll_to_earth(lat, lon));

        CREATE TABLE catalog.products (
            id uuid NOT NULL,
            vendor_id uuid NOT NULL,
            tenant_id text NOT NULL,
            name text NOT NULL,
            description text NOT NULL DEFAULT '',
            category text NOT NULL DEFAULT '',
            position integer NOT NULL DEFAULT 0,
            price integer NOT NULL CONSTRAINT products_price_check CHECK (price >= 0),
            currency text NOT NULL,
            image text,
            available boolean NOT NULL DEFAULT true,
            tags text[] NOT NULL DEFAULT '{}',
            rating double precision,
            ratings integer NOT NULL DEFAULT 0,
            version bigint NOT NULL DEFAULT catalog.next_version(),
            created_at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT products_pkey PRIMARY KEY (id, vendor_id)
        );
        CREATE INDEX products_vendor_id_position_id_idx ON catalog.products (vendor_id, position, id);

        CREATE TABLE catalog.product_saves (
            vendor_id uuid NOT NULL,
            key text NOT NULL,
            tenant_id text NOT NULL,
            product_id uuid NOT NULL,
            input_hash bytea NOT NULL,
            at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT product_saves_pkey PRIMARY KEY (vendor_id, key)
        );
        CREATE INDEX product_saves_at_idx ON catalog.product_saves (at);
        """
    )
