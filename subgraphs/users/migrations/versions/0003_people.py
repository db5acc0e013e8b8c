"""Staff of several vendors, invitations, deactivation, operators, devices of logins, a default address.

Only adds: `users.vendor_id`, which the version before reads, stays as it is and goes with a later one.
"""

from alembic import op

revision = "users_0003"
down_revision = "users_0002"


def upgrade() -> None:
    op.execute(
        """
        ALTER TABLE users.users
            ALTER COLUMN password_hash DROP NOT NULL,
            ADD COLUMN is_operator boolean NOT NULL DEFAULT false,
            ADD COLUMN deactivated_at timestamptz;

        ALTER TABLE users.addresses
            ADD COLUMN key text,
            ADD COLUMN is_default boolean NOT NULL DEFAULT false;
        CREATE UNIQUE INDEX addresses_user_id_key_idx ON users.addresses (user_id, key);

        ALTER TABLE users.refresh_families
            ADD COLUMN refreshed_at timestamptz NOT NULL DEFAULT now(),
            ADD COLUMN device text;

        CREATE TABLE users.staff (
            user_id uuid NOT NULL,
            vendor_id uuid NOT NULL,
            tenant_id text NOT NULL,
            membership text NOT NULL CONSTRAINT staff_membership_check
                CHECK (membership IN ('OWNER', 'STAFF')),
            since timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT staff_pkey PRIMARY KEY (user_id, vendor_id)
        );
        CREATE INDEX staff_vendor_id_user_id_idx ON users.staff (vendor_id, user_id);
        INSERT INTO users.staff (user_id, vendor_id, tenant_id, membership, since)
            SELECT id, vendor_id, tenant_id, 'OWNER', created_at FROM users.users WHERE vendor_id IS NOT NULL;

        CREATE TABLE users.invitations (
            user_id uuid CONSTRAINT invitations_pkey PRIMARY KEY,
            tenant_id text NOT NULL,
            secret_hash bytea NOT NULL,
            expires_at timestamptz NOT NULL
        );
        CREATE INDEX invitations_expires_at_idx ON users.invitations (expires_at);
        """
    )
