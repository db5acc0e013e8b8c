"""Partitions of every partitioned table are made ahead, counted and archived by one piece of code."""

from alembic import op

revision = "common_0004"
down_revision = "common_0003"


def upgrade() -> None:
    op.execute(
        """
        CREATE SCHEMA IF NOT EXISTS archive;

        -- Ranges of ids are months (ids are ordered by time: subgraphs/common/ids.py), ranges of times days.
        CREATE VIEW waybill.partitioned AS
            SELECT parent.oid::regclass AS parent, space.nspname::text AS schema,
                parent.relname::text AS name, column_.atttypid = 'uuid'::regtype AS by_id,
                CASE column_.atttypid WHEN 'uuid'::regtype THEN 'month' ELSE 'day' END AS period
            FROM pg_partitioned_table
            JOIN pg_class AS parent ON parent.oid = partrelid
            JOIN pg_namespace AS space ON space.oid = parent.relnamespace
            JOIN pg_attribute AS column_ ON column_.attrelid = partrelid AND column_.attnum = partattrs[0]
            WHERE partstrat = 'r' AND column_.atttypid IN ('uuid'::regtype, 'timestamptz'::regtype);

        CREATE FUNCTION waybill.first_id_at(moment timestamptz) RETURNS uuid
            LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
            RETURN (lpad(to_hex((extract(epoch FROM moment) * 1000)::bigint), 12, '0')
                    || '80008000000000000000')::uuid;

        -- When the period begins that lies so many after the one of a moment.
        CREATE FUNCTION waybill.period_start(period text, moment timestamptz, after integer)
            RETURNS timestamptz LANGUAGE sql STABLE STRICT
            RETURN (date_trunc(period, moment AT TIME ZONE 'UTC') + after * ('1 ' || period)::interval)
                AT TIME ZONE 'UTC';

        CREATE FUNCTION waybill.partition_name(name text, period text, start timestamptz)
            RETURNS text LANGUAGE sql STABLE STRICT
            RETURN name || to_char(start AT TIME ZONE 'UTC',
                CASE period WHEN 'month' THEN '_YYYY_MM' ELSE '_YYYY_MM_DD' END);

        CREATE VIEW waybill.partitions AS
            SELECT partitioned.*, child.oid::regclass AS partition, child.relname::text AS partition_name,
                child.relnamespace::regnamespace::text AS partition_schema,
                to_date(substr(child.relname, length(name) + 2),
                    CASE period WHEN 'month' THEN 'YYYY_MM' ELSE 'YYYY_MM_DD' END)::timestamp
                    AT TIME ZONE 'UTC' AS start
            FROM waybill.partitioned JOIN pg_inherits ON inhparent = parent
            JOIN pg_class AS child ON child.oid = inhrelid
            WHERE child.relname ~ ('^' || name || '_[0-9]{4}_[0-9]{2}(_[0-9]{2})?$');

        -- Attaching, unlike CREATE … PARTITION OF, keeps nobody from the table meanwhile.
        CREATE FUNCTION waybill.make_partition(wanted waybill.partitioned, start timestamptz) RETURNS void
            LANGUAGE plpgsql AS $make$
        DECLARE
            fresh text := waybill.partition_name(wanted.name, wanted.period, start);
            until timestamptz := waybill.period_start(wanted.period, start, 1);
        BEGIN
            EXECUTE format('CREATE TABLE %I.%I (LIKE %s INCLUDING ALL)', wanted.schema, fresh, wanted.parent);
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

        -- Makes what is missing from the day before a moment to so many periods after it; returns how many.
        CREATE FUNCTION waybill.make_partitions(moment timestamptz, months integer, days integer)
            RETURNS integer LANGUAGE plpgsql SET lock_timeout = '2s' AS $make$
        DECLARE
            wanted waybill.partitioned;
            begins timestamptz;
            made integer := 0;
        BEGIN
            PERFORM pg_advisory_xact_lock(hashtext('waybill partitions'));
            FOR wanted IN SELECT * FROM waybill.partitioned LOOP
                begins := waybill.period_start(wanted.period, moment - interval '1 day', 0);
                WHILE begins <= waybill.period_start(
                        wanted.period, moment, CASE wanted.period WHEN 'month' THEN months ELSE days END) LOOP
                    IF NOT EXISTS (SELECT FROM waybill.partitions AS old
                            WHERE old.parent = wanted.parent AND old.start = begins) THEN
                        PERFORM waybill.make_partition(wanted, begins);
                        made := made + 1;
                    END IF;
                    begins := waybill.period_start(wanted.period, begins, 1);
                END LOOP;
            END LOOP;
            RETURN made;
        END
        $make$;

        -- How many periods (at most 24) after a moment's have partitions, without a gap; -1: not even its.
        CREATE FUNCTION waybill.partitions_ahead(moment timestamptz)
            RETURNS TABLE (schema text, name text, period text, ahead integer, until timestamptz)
            LANGUAGE sql STABLE AS $ahead$
            WITH counted AS (
                SELECT wanted.schema, wanted.name, wanted.period,
                    coalesce(min(n) FILTER (WHERE old.partition IS NULL), 25) - 1 AS ahead
                FROM waybill.partitioned AS wanted CROSS JOIN generate_series(0, 24) AS n
                LEFT JOIN waybill.partitions AS old ON old.parent = wanted.parent
                    AND old.start = waybill.period_start(wanted.period, moment, n)
                GROUP BY wanted.schema, wanted.name, wanted.period
            )
            SELECT *, waybill.period_start(period, moment, ahead + 1) FROM counted
        $ahead$;

        -- Moves months that ended before a moment into the schema `archive`; the table goes on reading them.
        CREATE FUNCTION waybill.archive_partitions(before timestamptz)
            RETURNS integer LANGUAGE plpgsql SET lock_timeout = '2s' AS $archive$
        DECLARE
            old waybill.partitions;
            moved integer := 0;
        BEGIN
            FOR old IN SELECT * FROM waybill.partitions WHERE period = 'month'
                    AND partition_schema <> 'archive'
                    AND waybill.period_start(period, start, 1) <= before ORDER BY start LIMIT 12 LOOP
                EXECUTE format('ALTER TABLE %s SET SCHEMA archive', old.partition);
                moved := moved + 1;
            END LOOP;
            RETURN moved;
        END
        $archive$;

        -- Drops days of a table that ended before a moment.
        CREATE FUNCTION waybill.drop_partitions(of_table regclass, before timestamptz)
            RETURNS integer LANGUAGE plpgsql SET lock_timeout = '2s' AS $drop$
        DECLARE
            old waybill.partitions;
            dropped integer := 0;
        BEGIN
            FOR old IN SELECT * FROM waybill.partitions WHERE parent = of_table AND period = 'day'
                    AND waybill.period_start(period, start, 1) <= before ORDER BY start LIMIT 12 LOOP
                EXECUTE format('DROP TABLE %s', old.partition);
                dropped := dropped + 1;
            END LOOP;
            RETURN dropped;
        END
        $drop$;
        """
    )
