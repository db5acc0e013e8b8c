"""Settings of the users subgraph."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, model_validator

from subgraphs.common.settings import CommonSettings

# OWASP's equally strong settings of argon2id (p = 1): passes → KiB; more passes need no less than the last.
LEAST_MEMORY_KIB = {1: 47_104, 2: 19_456, 3: 12_288, 4: 9_216, 5: 7_168}


class UsersSettings(CommonSettings):
    """Those of all subgraphs, and what logins need."""

    signing_key_file: Path = Field(
        Path(".waybill/signing-key.pem"), description="Ed25519 key (PEM) that signs tokens; made if missing."
    )
    access_token_minutes: int = Field(15, description="Life of an access token.")
    refresh_token_days: int = Field(30, description="Life of a refresh token.")
    login_attempts: int = Field(
        5, description="Wrong passwords of a phone before each further try is followed by a pause.", ge=1
    )
    address_failures: int = Field(
        50, description="The same of an address, whatever phones it tries; wrong refresh tokens count.", ge=1
    )
    address_registrations: int = Field(
        100, description="Accounts made from an address before each further one is followed by a pause.", ge=1
    )
    attempts_seconds: float = Field(
        900.0, description="After this time without a try (and after a right password) all begins anew.", gt=0
    )
    attempts_pause_seconds: float = Field(
        5.0, description="The first pause; each further one is twice as long.", gt=0
    )
    attempts_longest_pause: float = Field(900.0, description="The longest pause in seconds.", gt=0)
    known_address_days: int = Field(
        30, description="Who logged in from an address so long ago is not kept out there by others' tries."
    )
    password_min_length: int = Field(8, description="Fewest characters of a new password.", ge=8)
    password_threads: int = Field(1, description="Passwords hashed at a time by each process.", ge=1)
    password_queue: int = Field(
        50, description="Logins that wait for that at most; others are refused at once (UNAVAILABLE).", ge=1
    )
    password_memory_kib: int = Field(
        19_456,
        description="KiB that argon2id fills for a password; not less than OWASP recommends.",
    )
    password_passes: int = Field(2, ge=1, description="Times that argon2id goes over them.")
    region: str = Field("middle-east", description="Region of users who register without one.")
    claim_seconds: int = Field(60, description="After this time an unfinished registration frees its phone.")
    invitation_days: int = Field(7, description="Life of the code that an invited person gets.", ge=1)
    memberships_max: int = Field(
        50, description="Vendors whose staff an account may be: all are named in its tokens.", ge=1, le=100
    )

    @model_validator(mode="after")
    def _not_too_weak(self) -> UsersSettings:
        least = LEAST_MEMORY_KIB[min(self.password_passes, max(LEAST_MEMORY_KIB))]
        if self.password_memory_kib < least:
            raise ValueError(f"password_memory_kib must be {least} or more with so many password_passes")
        return self
