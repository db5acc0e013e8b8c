"""A rider's own list of what he was offered and carried, on his shard, kept by events."""

from alembic import op

revision = "riders_0003"
down_revision = "riders_0002"


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE riders.own_assignments (
            rider_id uuid NOT NULL,
            order_id uuid NOT NULL,
            tenant_id text NOT NULL,
            vendor_id uuid NOT NULL,
            status text NOT NULL CONSTRAINT own_assignments_status_check CHECK (status IN
                ('OFFERED', 'ACCEPTED', 'PICKED_UP', 'COMPLETED', 'DECLINED', 'EXPIRED', 'CANCELLED')),
            state text NOT NULL GENERATED ALWAYS AS (CASE status WHEN 'OFFERED' THEN 'OFFERED'
                WHEN 'ACCEPTED' THEN 'ACTIVE' WHEN 'PICKED_UP' THEN 'ACTIVE' ELSE 'PAST' END) STORED,
            version integer NOT NULL,
            pickup_lat double precision,
            pickup_lon double precision,
            lat double precision NOT NULL,
            lon double precision NOT NULL,
            offered_at timestamptz NOT NULL,
            expires_at timestamptz,
            accepted_at timestamptz,
            picked_up_at timestamptz,
            ended_at timestamptz,
            let_go_at timestamptz GENERATED ALWAYS AS
                (CASE WHEN status IN ('DECLINED', 'EXPIRED', 'CANCELLED') THEN ended_at END) STORED,
            CONSTRAINT own_assignments_pkey PRIMARY KEY (rider_id, order_id)
        );
        CREATE INDEX own_assignments_rider_id_state_order_id_idx
            ON riders.own_assignments (rider_id, state, order_id);
        CREATE INDEX own_assignments_let_go_at_idx ON riders.own_assignments (let_go_at);
        """
    )
