"""GraphiQL's tabs, one or more for each audience, and the demo logins; written as the router's JSON file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stack.demo.logins import LOGINS
from stack.demo.plan import read_plan
from stack.home import Home

OPERATIONS = Path(__file__).with_name("operations")
LOGIN = """
mutation Login($phone: String!, $password: String!) {
  login(phone: $phone, password: $password) { accessToken }
}
"""
TOKEN_PATH = "data.login.accessToken"


def write_graphiql_file(home: Home) -> Path:
    """Write the configuration; returns the file."""
    logins = [
        {
            "title": login.who.capitalize(),
            "description": f"{login.name}: {login.about}",
            "query": LOGIN,
            "variables": {"phone": login.phone, "password": login.password},
            "tokenPath": TOKEN_PATH,
        }
        for login in LOGINS.values()
    ]
    file = home.sockets.resolve() / "graphiql.json"
    plan = read_plan(home.demo_plan)
    tabs = read_tabs(plan.examples if plan else {})
    file.write_text(json.dumps({"tabs": tabs, "logins": logins}, indent=1))
    return file


def read_tabs(examples: Mapping[str, str]) -> list[dict[str, Any]]:
    """Read the operations (a file's first line is `# TITLE` or `# TITLE (LOGIN)`) with variables to try."""
    return [_tab(file.read_text(), examples) for file in sorted(OPERATIONS.glob("*.graphql"))]


def _tab(text: str, examples: Mapping[str, str]) -> dict[str, Any]:
    heading, _, query = text.partition("\n")
    title, _, who = heading.removeprefix("# ").rstrip(")").partition(" (")
    variables = {name: value for name, value in examples.items() if f"${name}:" in query}
    tab: dict[str, Any] = {"title": title, "query": query.strip() + "\n"}
    return (
        tab | ({"variables": variables} if variables else {}) | ({"login": who.capitalize()} if who else {})
    )
