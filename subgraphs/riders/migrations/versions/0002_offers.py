"""Offers that end: who had the order already, until when one stands, and who may deliver at all.

Only adds. The version before makes offers without an end: they are ended by the first look at them.
"""

from alembic import op

revision = "riders_0002"
down_revision = "riders_0001"


def upgrade() -> None:
    op.execute(
        """
        ALTER TABLE riders.assignments
            ADD COLUMN delivery_rule text,
            ADD COLUMN riders_offers integer,
            ADD COLUMN delivered_by text,
            ADD COLUMN prep_minutes integer,
            ADD COLUMN version integer NOT NULL DEFAULT 0,
            ADD COLUMN offers integer NOT NULL DEFAULT 0,
            ADD COLUMN tried uuid[] NOT NULL DEFAULT '{}',
            ADD COLUMN expires_at timestamptz,
            ADD COLUMN exhausted_at timestamptz,
            DROP CONSTRAINT assignments_status_check,
            ADD CONSTRAINT assignments_status_check CHECK (status IN
                ('WAITING', 'CLAIMING', 'OFFERED', 'ACCEPTED', 'PICKED_UP', 'COMPLETED', 'CANCELLED',
                'EXHAUSTED', 'PROVIDER'));

        -- Few rows at any time; also those without an end.
        CREATE INDEX assignments_offered_idx ON riders.assignments (coalesce(expires_at, '-infinity'))
            WHERE status = 'OFFERED';
        """
    )
