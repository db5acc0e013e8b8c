"""The logins that the demo data always has; their numbers are from the range kept free for fiction."""

from __future__ import annotations

from dataclasses import dataclass

PASSWORD = "waybill-demo"


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
