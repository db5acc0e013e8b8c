"""Makes accounts for tests by registering them."""

from __future__ import annotations

from dataclasses import dataclass
from secrets import randbelow
from uuid import UUID

from sqlalchemy import update

from subgraphs.common.auth import Role
from subgraphs.common.context import Resources
from subgraphs.common.ids import new_id
from subgraphs.users.access_tokens import issue_access_token
from subgraphs.users.models import UserRow
from subgraphs.users.resources import UsersResources
from tests.subgraphs.common.graph_client import GraphClient

AUTH = "{ user { id name } accessToken refreshToken errors { code field } }"
REGISTER = f"mutation($input: RegisterInput!) {{ register(input: $input) {AUTH} }}"
LOGIN = (
    "mutation($phone: String!, $password: String!) { login(phone: $phone, password: $password) " + AUTH + " }"
)
PASSWORD = "correct horse"


@dataclass(frozen=True)
class Account:
    id: str
    phone: str
    token: str
    refresh: str


def new_phone() -> str:
    return f"+2010{randbelow(10**8):08}"


async def register(users: GraphClient, name: str = "Ahmed", phone: str | None = None) -> Account:
    phone = phone or new_phone()
    reply = await users.send(REGISTER, input={"name": name, "phone": phone, "password": PASSWORD})
    payload = reply.data["register"]
    assert payload["errors"] == []
    return Account(payload["user"]["id"], phone, payload["accessToken"], payload["refreshToken"])


async def register_as(users: GraphClient, role: Role) -> Account:
    """Nobody can register as anything but a customer: the role is set in the table."""
    account = await register(users)
    resources: Resources[object] = users.app.state.resources  # type: ignore[type-var]
    async with resources.shards.of("main").transaction(UUID(account.id)) as session:
        await session.execute(update(UserRow).where(UserRow.id == UUID(account.id)).values(role=role.value))
    return await log_in(users, account)


async def log_in(users: GraphClient, account: Account, password: str = PASSWORD) -> Account:
    """The account with fresh tokens, which say what it is now."""
    login = (await users.send(LOGIN, phone=account.phone, password=password)).data["login"]
    assert login["errors"] == []
    return Account(account.id, account.phone, login["accessToken"], login["refreshToken"])


def stranger(users: GraphClient, role: Role) -> Account:
    """Somebody of another marketplace, with a good token."""
    resources: UsersResources = users.app.state.resources
    row = UserRow(id=new_id(), tenant_id="elsewhere", role=role.value)
    token = issue_access_token(row, resources.key, resources.settings).text
    return Account(str(row.id), new_phone(), token, "")
