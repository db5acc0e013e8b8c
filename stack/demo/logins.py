"""The logins that the demo data always has; their numbers are from the range kept free for fiction."""

from __future__ import annotations

from dataclasses import dataclass

PASSWORD = "waybill-demo"
# argon2id with the parameters of subgraphs.users.passwords; all demo users share it.
PASSWORD_HASH = (
    "$argon2id$v=19$m=19456,t=2,p=1$lGUVXHPGLPeptUfpl8zHiQ$ftUF4x3tjgDp9I+vmLid9AtyzRhDWo/6Fk5yMh3NeFU"
)


@dataclass(frozen=True, slots=True)
class Login:
    """Whom to sign in as, and what to try."""

    who: str
    name: str
    phone: str
    about: str
    password: str = PASSWORD


LOGINS = {
    login.who: login
    for login in (
        Login("customer", "Layla Haddad", "+12025550101", "orders on the way, and old ones"),
        Login("vendor", "Omar Nasser", "+12025550102", "runs a restaurant: accepts, prepares, marks ready"),
        Login("rider", "José García", "+12025550103", "carries the customer's order, shares the position"),
        Login("admin", "Ada Novak", "+12025550104", "sees every user and order"),
    )
}
