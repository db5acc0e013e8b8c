"""Marketplaces: who is one, by which hosts. The table is on every shard, its rows are on shard 0."""

from alembic import op

revision = "common_0005"
down_revision = "common_0004"


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE waybill.tenants (
            id text CONSTRAINT tenants_pkey PRIMARY KEY
                CONSTRAINT tenants_id_check CHECK (id ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
            name text NOT NULL,
            hosts text[] NOT NULL DEFAULT '{}',
            status text NOT NULL DEFAULT 'ACTIVE' CONSTRAINT tenants_status_check
                CHECK (status IN ('ACTIVE', 'CLOSED')),
            currency text NOT NULL,
            region text NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now()
        );

        -- No constraint of PostgreSQL's own keeps an array's elements apart from other rows'.
        CREATE FUNCTION waybill.hosts_are_free() RETURNS trigger LANGUAGE plpgsql AS $free$
        BEGIN
            PERFORM pg_advisory_xact_lock(hashtext('waybill tenants'));
            IF EXISTS (SELECT FROM waybill.tenants WHERE id <> NEW.id AND hosts && NEW.hosts) THEN
                RAISE unique_violation USING
                    MESSAGE = 'a host belongs to another tenant', CONSTRAINT = 'tenants_hosts_key';
            END IF;
            RETURN NEW;
        END
        $free$;
        CREATE TRIGGER hosts_are_free BEFORE INSERT OR UPDATE OF hosts ON waybill.tenants
            FOR EACH ROW EXECUTE FUNCTION waybill.hosts_are_free();
        """
    )
