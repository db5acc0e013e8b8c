"""Is Elasticsearch there, and of the major version that our client speaks with?"""

from __future__ import annotations

from dataclasses import dataclass

import httpx

from .probe_postgres import place_of
from .trouble import Code, Trouble

MAJOR = 8
PATIENCE_SECONDS = 5.0
REFUSALS = (401, 403)


@dataclass(frozen=True, slots=True)
class ElasticsearchServer:
    """By its address and the setting that gives it."""

    url: str
    setting: str = "WAYBILL_ELASTICSEARCH_URL"

    @property
    def where(self) -> str:
        """Its address without the password."""
        return f"Elasticsearch ({place_of(self.url)})"

    async def probe(self) -> None:
        """Raise the Trouble, if there is one."""
        try:
            async with httpx.AsyncClient(timeout=PATIENCE_SECONDS) as client:
                answer = await client.get(self.url)
            if answer.status_code in REFUSALS:
                fix = f"Correct user and password in {self.setting}."
                raise Trouble(Code.REFUSES, f"{self.where} answers {answer.status_code}", fix)
            answer.raise_for_status()
            version = str(answer.json()["version"]["number"])
        except httpx.UnsupportedProtocol as error:
            fix = f"Write http://HOST:9200 in {self.setting}."
            raise Trouble(Code.SETTING, f"{self.where} is no address", fix) from error
        except (httpx.HTTPError, OSError, ValueError, KeyError, TypeError) as error:
            problem = f"{self.where} does not answer: {error or type(error).__name__}"
            fix = f"Start it, or correct {self.setting}."
            raise Trouble(Code.UNREACHABLE, problem, fix, passing=True) from error
        self._check(version)

    def _check(self, version: str) -> None:
        major = int(version.split(".")[0])
        if major != MAJOR:
            code = Code.TOO_OLD if major < MAJOR else Code.TOO_NEW
            raise Trouble(code, f"{self.where} is version {version}", "Use Elasticsearch 8.19.")
