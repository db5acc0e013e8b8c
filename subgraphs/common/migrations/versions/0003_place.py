"""A shard's database knows which shard it is, and of how many."""

from alembic import op

revision = "common_0003"
down_revision = "common_0002"


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE waybill.place (
            single boolean PRIMARY KEY DEFAULT true CHECK (single),
            shard integer NOT NULL,
            shards integer NOT NULL
        )
        """
    )
