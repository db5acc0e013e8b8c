"""Row-level security on every table with a tenant, and the rights of the roles that it holds back, or not."""

from alembic import op

revision = "common_0006"
down_revision = "common_0005"


def upgrade() -> None:
    op.execute(
        """
        -- Tables of tenants' rows, partitions too, on which nothing keeps tenants apart yet.
        CREATE VIEW waybill.unwalled AS
            SELECT class.oid::regclass AS relation FROM pg_class AS class
            JOIN pg_attribute AS tenant ON attrelid = class.oid AND attname = 'tenant_id' AND NOT attisdropped
            WHERE relkind IN ('r', 'p') AND relpersistence <> 't' AND NOT (relrowsecurity AND EXISTS (
                SELECT FROM pg_policy WHERE polrelid = class.oid AND polname = 'tenant'));

        -- Rows are seen, and written, by their own tenant: whom the connection says it works for.
        CREATE FUNCTION waybill.raise_wall(open regclass) RETURNS void LANGUAGE plpgsql AS $wall$
        BEGIN
            EXECUTE format('DROP POLICY IF EXISTS tenant ON %s', open);
            EXECUTE format('CREATE POLICY tenant ON %s '
                'USING (tenant_id = current_setting(''waybill.tenant'', true)) '
                'WITH CHECK (tenant_id = current_setting(''waybill.tenant'', true))', open);
            EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', open);
        END
        $wall$;

        -- As in common_0004, with a wall: what is LIKE a table has none of its policies.
        CREATE OR REPLACE FUNCTION waybill.make_partition(wanted waybill.partitioned, start timestamptz)
            RETURNS void LANGUAGE plpgsql AS $make$
        DECLARE
            fresh text := waybill.partition_name(wanted.name, wanted.period, start);
            until timestamptz := waybill.period_start(wanted.period, start, 1);
        BEGIN
            EXECUTE format('CREATE TABLE %I.%I (LIKE %s INCLUDING ALL)', wanted.schema, fresh, wanted.parent);
            PERFORM waybill.raise_wall(format('%I.%I', wanted.schema, fresh)::regclass);
            IF wanted.by_id THEN
                EXECUTE format('ALTER TABLE %s ATTACH PARTITION %I.%I FOR VALUES FROM (%L) TO (%L)',
                    wanted.parent, wanted.schema, fresh,
                    waybill.first_id_at(start), waybill.first_id_at(until));
            ELSE
                EXECUTE format('ALTER TABLE %s ATTACH PARTITION %I.%I FOR VALUES FROM (%L) TO (%L)',
                    wanted.parent, wanted.schema, fresh, start, until);
            END IF;
        END
        $make$;

        -- Who is about to find his tenant must see all; he may change his own alone.
        CREATE POLICY read ON waybill.tenants FOR SELECT USING (true);
        CREATE POLICY make ON waybill.tenants FOR INSERT WITH CHECK (true);
        CREATE POLICY change ON waybill.tenants FOR UPDATE
            USING (id = current_setting('waybill.tenant', true))
            WITH CHECK (id = current_setting('waybill.tenant', true));
        ALTER TABLE waybill.tenants ENABLE ROW LEVEL SECURITY;

        -- Gives a role what it needs of all tables, by their tables: no partition is used by its own name.
        CREATE FUNCTION waybill.admit(role_name text) RETURNS void LANGUAGE plpgsql AS $admit$
        DECLARE
            space text;
            open regclass;
        BEGIN
            FOREACH space IN ARRAY ARRAY['waybill', 'users', 'catalog', 'orders', 'riders'] LOOP
                EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', space, role_name);
            END LOOP;
            EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA waybill TO %I', role_name);
            EXECUTE format('GRANT INSERT, UPDATE ON waybill.tenants TO %I', role_name);
            FOR open IN SELECT class.oid FROM pg_class AS class JOIN pg_attribute ON attrelid = class.oid
                    AND attname = 'tenant_id' WHERE relkind IN ('r', 'p') AND NOT relispartition LOOP
                EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO %I', open, role_name);
            END LOOP;
        END
        $admit$;

        -- Jobs of the system role make and end partitions: as the owner, by these functions alone.
        CREATE FUNCTION waybill.entrust(role_name text) RETURNS void LANGUAGE plpgsql AS $entrust$
        DECLARE
            trusted regprocedure;
        BEGIN
            FOR trusted IN SELECT oid FROM pg_proc WHERE pronamespace::regnamespace::text || '.' || proname IN
                    ('waybill.make_partitions', 'waybill.archive_partitions', 'waybill.drop_partitions') LOOP
                EXECUTE format('ALTER FUNCTION %s SECURITY DEFINER SET search_path = pg_catalog, pg_temp',
                    trusted);
                EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', trusted);
                EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', trusted, role_name);
            END LOOP;
        END
        $entrust$;
        """
    )
