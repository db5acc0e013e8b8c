"""Find a category's products, page by page."""

from alembic import op

revision = "catalog_0002"
down_revision = "catalog_0001"


def upgrade() -> None:
    op.execute(
        """
        CREATE INDEX products_vendor_id_category_position_id_idx
            ON catalog.products (vendor_id, category, position, id)
        """
    )
