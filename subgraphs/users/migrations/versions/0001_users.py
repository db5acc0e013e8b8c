"""Add users, their addresses, phone claims and refresh tokens."""

from alembic import op

revision = "users_0001"
down_revision = None


def upgrade() -> None:
    op.execute(
        """
        CREATE SCHEMA IF NOT EXISTS users;

        CREATE TABLE users.users (
            id uuid CONSTRAINT users_pkey PRIMARY KEY,
            tenant_id text NOT NULL,
            name text NOT NULL,
            phone text NOT NULL,
            email text,
            role text NOT NULL CONSTRAINT users_role_check
                CHECK (role IN ('CUSTOMER', 'VENDOR_STAFF', 'RIDER', 'ADMIN')),
            region text NOT NULL,
            vendor_id uuid,
            password_hash text NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now()
        );
        CREATE INDEX users_tenant_id_id_idx ON users.users (tenant_id, id);
        CREATE INDEX users_tenant_id_role_id_idx ON users.users (tenant_id, role, id);

        CREATE TABLE users.addresses (
            user_id uuid NOT NULL,
            id uuid NOT NULL,
            tenant_id text NOT NULL,
            label text NOT NULL,
            street text NOT NULL,
            city text NOT NULL,
            lat double precision NOT NULL,
            lon double precision NOT NULL,
            CONSTRAINT addresses_pkey PRIMARY KEY (user_id, id)
        );

        CREATE TABLE users.phone_claims (
            phone text NOT NULL,
            tenant_id text NOT NULL,
            user_id uuid NOT NULL,
            at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT phone_claims_pkey PRIMARY KEY (phone, tenant_id)
        );

        CREATE TABLE users.refresh_families (
            user_id uuid NOT NULL,
            id uuid NOT NULL,
            tenant_id text NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now(),
            revoked_at timestamptz,
            CONSTRAINT refresh_families_pkey PRIMARY KEY (user_id, id)
        );

        CREATE TABLE users.refresh_tokens (
            user_id uuid NOT NULL,
            id uuid NOT NULL,
            family_id uuid NOT NULL,
            tenant_id text NOT NULL,
            secret_hash bytea NOT NULL,
            expires_at timestamptz NOT NULL,
            used_at timestamptz,
            CONSTRAINT refresh_tokens_pkey PRIMARY KEY (user_id, id)
        );
        CREATE INDEX refresh_tokens_expires_at_idx ON users.refresh_tokens (expires_at);
        """
    )
