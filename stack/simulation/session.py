"""Somebody who is signed in, or will be at the first request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from stack.demo.logins import PASSWORD

from .operations import LOGIN

SIGNED_OUT = "UNAUTHENTICATED"


class Refused(Exception):
    """The graph answered with an error; the text is for people."""


class Session:
    """One person's app: it signs in by phone, and again when the token has expired."""

    def __init__(self, http: httpx.AsyncClient, phone: str, name: str) -> None:
        self.name = name
        self._http, self._phone = http, phone
        self._token: str | None = None

    async def ask(self, query: str, **variables: object) -> Any:
        """Run an operation; returns its data. Refused if there are errors."""
        if self._token is None:
            await self._sign_in()
        answer = await self._send(query, variables)
        if SIGNED_OUT in _codes(answer):
            await self._sign_in()
            answer = await self._send(query, variables)
        return _data(answer)

    async def do(self, mutation: str, **variables: object) -> Any:
        """Run a mutation of one field; returns its payload. Refused if it has user errors."""
        (payload,) = (await self.ask(mutation, **variables)).values()
        if payload["errors"]:
            raise Refused("; ".join(error["message"] for error in payload["errors"]))
        return payload

    async def _sign_in(self) -> None:
        self._token = None
        login = {"phone": self._phone, "password": PASSWORD}
        payload = _data(await self._send(LOGIN, login))["login"]
        if payload["errors"]:
            raise Refused(f"{self.name} cannot sign in: {payload['errors'][0]['message']}")
        self._token = payload["accessToken"]

    async def _send(self, query: str, variables: Mapping[str, object]) -> dict[str, Any]:
        headers = {"authorization": f"Bearer {self._token}"} if self._token else {}
        try:
            response = await self._http.post(
                "/graphql", json={"query": query, "variables": variables}, headers=headers
            )
            answer: dict[str, Any] = response.json()
        except (httpx.HTTPError, ValueError) as error:
            raise Refused(f"the router does not answer: {error or type(error).__name__}") from error
        return answer


def _codes(answer: dict[str, Any]) -> set[str]:
    return {error.get("extensions", {}).get("code", "") for error in answer.get("errors", ())}


def _data(answer: dict[str, Any]) -> Any:
    if answer.get("errors"):
        raise Refused("; ".join(error["message"] for error in answer["errors"][:3]))
    return answer["data"]
