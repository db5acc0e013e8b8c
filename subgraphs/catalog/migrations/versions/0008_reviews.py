"""Reviews of vendors and products, and the sums that their ratings are made of."""

from alembic import op

revision = "catalog_0008"
down_revision = "catalog_0007"


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE catalog.reviews (
            vendor_id uuid NOT NULL,
            id uuid NOT NULL,
            tenant_id text NOT NULL,
            subject_id uuid NOT NULL,
            order_id uuid NOT NULL,
            stars integer NOT NULL CONSTRAINT reviews_stars_check CHECK (stars BETWEEN 1 AND 5),
            text text,
            at timestamptz NOT NULL,
            CONSTRAINT reviews_pkey PRIMARY KEY (vendor_id, id)
        );
        CREATE UNIQUE INDEX reviews_vendor_id_subject_id_order_id_idx
            ON catalog.reviews (vendor_id, subject_id, order_id);
        CREATE INDEX reviews_vendor_id_subject_id_id_idx ON catalog.reviews (vendor_id, subject_id, id);

        ALTER TABLE catalog.vendors ADD COLUMN rating_sum bigint NOT NULL DEFAULT 0;
        ALTER TABLE catalog.products ADD COLUMN rating_sum bigint NOT NULL DEFAULT 0;
        UPDATE catalog.vendors SET rating_sum = round(rating * ratings) WHERE rating IS NOT NULL;
        UPDATE catalog.products SET rating_sum = round(rating * ratings) WHERE rating IS NOT NULL;
        """
    )
