"""Settings of the users subgraph."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from subgraphs.common.settings import CommonSettings


class UsersSettings(CommonSettings):
    """Those of all subgraphs, and what logins need."""

    signing_key_file: Path = Field(
        Path(".waybill/signing-key.pem"), description="Ed25519 key (PEM) that signs tokens; made if missing."
    )
    access_token_minutes: int = Field(15, description="Life of an access token.")
    refresh_token_days: int = Field(30, description="Life of a refresh token.")
    password_threads: int = Field(2, description="Passwords hashed at a time by each process.")
    region: str = Field("middle-east", description="Region of users who register without one.")
    claim_seconds: int = Field(60, description="After this time an unfinished registration frees its phone.")
    retry_minutes: int = Field(10, description="A repeated registration within this time is the same one.")
