"""Add the outbox and the list of processed events."""

from alembic import op

revision = "common_0001"
down_revision = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE waybill.outbox (
            seq bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT outbox_pkey PRIMARY KEY,
            id uuid NOT NULL,
            tenant_id text NOT NULL,
            topic text NOT NULL,
            key uuid NOT NULL,
            payload jsonb NOT NULL,
            at timestamptz NOT NULL DEFAULT now()
        ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

        CREATE TABLE waybill.processed_events (
            event_id uuid NOT NULL,
            consumer text NOT NULL,
            tenant_id text NOT NULL,
            at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT processed_events_pkey PRIMARY KEY (event_id, consumer)
        );
        CREATE INDEX processed_events_at_idx ON waybill.processed_events (at);
        """
    )
