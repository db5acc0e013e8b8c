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
    password_threads: int = Field(2, description="Passwords hashed at a time by each process.")
    password_memory_kib: int = Field(
        19_456,
        description="KiB that argon2id fills for a password; not less than OWASP recommends.",
    )
    password_passes: int = Field(2, ge=1, description="Times that argon2id goes over them.")
    region: str = Field("middle-east", description="Region of users who register without one.")
    claim_seconds: int = Field(60, description="After this time an unfinished registration frees its phone.")
    retry_minutes: int = Field(10, description="A repeated registration within this time is the same one.")

    @model_validator(mode="after")
    def _not_too_weak(self) -> UsersSettings:
        least = LEAST_MEMORY_KIB[min(self.password_passes, max(LEAST_MEMORY_KIB))]
        if self.password_memory_kib < least:
            raise ValueError(f"password_memory_kib must be {least} or more with so many password_passes")
        return self
