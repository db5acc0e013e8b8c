"""The tables that demo data is made from: cities, names and cuisines (YAML files beside this module)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).with_name("data")
EXTRAS = "extras"  # drinks and sides that every place may have


@dataclass(frozen=True, slots=True)
class Currency:
    """An ISO 4217 code, the minor unit's digits, units for a dollar, the step of prices (minor units)."""

    code: str
    digits: int
    per_dollar: float
    step: int

    def price(self, dollars: float) -> int:
        """Return a plausible local price in minor units."""
        exact: float = dollars * self.per_dollar * 10**self.digits
        return max(self.step, round(exact / self.step) * self.step)

    def text(self, amount: int) -> str:
        """Return an amount in minor units as people write it."""
        return f"{amount / 10**self.digits:,.{self.digits}f} {self.code}"


@dataclass(frozen=True, slots=True)
class City:
    """A city; `names` and `cuisines` are keys of the other tables."""

    name: str
    country: str
    region: str
    lat: float
    lon: float
    currency: Currency
    phone: str
    names: str
    cost: float
    utc: int
    timezone: str
    weight: int
    cuisines: tuple[str, ...]
    streets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dish:
    """A dish; the plain variant is an empty string."""

    name: str
    category: str
    dollars: float
    variants: tuple[str, ...]
    description: str

    def named(self, variant: str) -> str:
        """Return the name of one variant."""
        if "*" not in self.name:
            return f"{self.name}, {variant}" if variant else self.name
        text = " ".join(self.name.replace("*", variant).split())
        return text[:1].upper() + text[1:]


@dataclass(frozen=True, slots=True)
class Cuisine:
    """`names` are patterns of places: {given}, {family} and {street} are filled in."""

    key: str
    label: str
    names: tuple[str, ...]
    dishes: tuple[Dish, ...]


@dataclass(frozen=True, slots=True)
class Tables:
    """All of them; `names` maps a people to its given and family names."""

    cities: tuple[City, ...]
    given: dict[str, tuple[str, ...]]
    family: dict[str, tuple[str, ...]]
    cuisines: dict[str, Cuisine]


def read_tables() -> Tables:
    """Read the files."""
    places, names, cuisines = (_read(name) for name in ("cities", "names", "cuisines"))
    currencies = {code: Currency(code, **rest) for code, rest in places["currencies"].items()}
    return Tables(
        tuple(_city(raw, currencies) for raw in places["cities"]),
        {people: tuple(both["given"]) for people, both in names.items()},
        {people: tuple(both["family"]) for people, both in names.items()},
        {key: _cuisine(key, raw) for key, raw in cuisines.items()},
    )


def _read(name: str) -> Any:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with (DATA / f"{name}.yaml").open(encoding="utf-8") as file:
        return yaml.load(file, Loader=loader)


def _city(raw: dict[str, Any], currencies: dict[str, Currency]) -> City:
    lists = {name: tuple(raw[name]) for name in ("cuisines", "streets")}
    return City(**{**raw, **lists, "currency": currencies[raw["currency"]]})


def _cuisine(key: str, raw: dict[str, Any]) -> Cuisine:
    return Cuisine(key, raw["label"], tuple(raw["names"]), tuple(map(_dish, raw["dishes"])))


def _dish(line: str) -> Dish:
    name, category, dollars, variants, description = (part.strip() for part in line.split("|"))
    chosen = tuple(variant.strip() for variant in variants.split(",") if variant.strip())
    plain = () if "*" in name and chosen else ("",)
    return Dish(name, category, float(dollars), (*plain, *chosen), description)
