"""Riders who apply and are approved, and the sum of their stars. Those from before have been approved."""

from alembic import op

revision = "riders_0004"
down_revision = "riders_0003"


def upgrade() -> None:
    op.execute(
        """
        ALTER TABLE riders.riders
            ADD COLUMN standing text NOT NULL DEFAULT 'APPROVED' CONSTRAINT riders_standing_check
                CHECK (standing IN ('APPLIED', 'APPROVED', 'REJECTED', 'SUSPENDED')),
            ADD COLUMN stars integer NOT NULL DEFAULT 0;
        UPDATE riders.riders SET stars = round(rating * ratings) WHERE ratings > 0 AND rating IS NOT NULL;
        CREATE INDEX riders_tenant_id_standing_id_idx ON riders.riders (tenant_id, standing, id);
        """
    )
