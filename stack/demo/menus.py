"""A vendor's menu: dishes of its cuisines with their variants, then drinks and sides, priced for its city."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from subgraphs.common.ids import bucket_of

from .chance import Chance
from .tables import EXTRAS, City, Cuisine, Dish, Tables

DEARER_VARIANTS = (
    "large",
    "double",
    "triple",
    "family",
    "four",
    "six",
    "whole",
    "bucket",
    "pour deux",
    "para dois",
)
EXTRA_SHARE = 0.25
VEGETARIAN = (
    "vegetable",
    "vegan",
    "vegetarian",
    "falafel",
    "hummus",
    "paneer",
    "cheese",
    "margherita",
    "salad",
)
SPICY = ("spicy", "diavola", "buffalo", "schezwan", "bravas")


class Product(NamedTuple):
    """Something on a menu; the price in minor units of the vendor's currency."""

    id: UUID
    name: str
    category: str
    description: str
    price: int
    available: bool
    tags: tuple[str, ...]
    rating: float
    ratings: int
    created_at: datetime


def make_menu(
    chance: Chance,
    tables: Tables,
    cuisines: list[Cuisine],
    city: City,
    vendor_id: UUID,
    created: datetime,
    count: int,
) -> tuple[Product, ...]:
    """Make that many products; the plain dishes of the cuisine come first."""
    chosen = _choose(chance, cuisines, tables.cuisines[EXTRAS], count)
    level = city.cost * chance.uniform(0.85, 1.25)
    bucket = bucket_of(vendor_id)
    return tuple(
        _product(chance, name, dish, variant, city, level, created, bucket) for name, dish, variant in chosen
    )


def _choose(
    chance: Chance, cuisines: list[Cuisine], extras: Cuisine, count: int
) -> list[tuple[str, Dish, str]]:
    cooked = [pair for cuisine in cuisines for pair in _variants(cuisine)]
    plain = [(dish, variant) for dish, variant in cooked if variant == dish.variants[0]]
    others = [(dish, variant) for dish, variant in cooked if variant != dish.variants[0]]
    chance.shuffle(others)
    sides = _variants(extras)
    chance.shuffle(sides)
    sides_wanted = max(round(count * EXTRA_SHARE), count - len(cooked))
    ordered = [*plain, *others][: count - sides_wanted] + sides[:sides_wanted]
    named = {dish.named(variant): (dish.named(variant), dish, variant) for dish, variant in ordered}
    number = 2
    while len(named) < count:  # a long menu of a short cuisine: second helpings
        for dish, variant in ordered[: count - len(named)]:
            name = f"{dish.named(variant)} × {number}"
            named[name] = (name, dish, variant)
        number += 1
    return list(named.values())[:count]


def _variants(cuisine: Cuisine) -> list[tuple[Dish, str]]:
    return [(dish, variant) for dish in cuisine.dishes for variant in dish.variants]


def _product(
    chance: Chance,
    name: str,
    dish: Dish,
    variant: str,
    city: City,
    level: float,
    created: datetime,
    bucket: int,
) -> Product:
    dearer = 1.6 if any(word in variant for word in DEARER_VARIANTS) else 1.0 + 0.08 * bool(variant)
    helpings = int(name.rpartition("× ")[2]) if "× " in name else 1
    lower = name.lower()
    tags = [
        *(["vegetarian"] if any(word in lower for word in VEGETARIAN) else []),
        *(["spicy"] if any(word in lower for word in SPICY) else []),
        *(["popular"] if chance.random() < 0.12 else []),
    ]
    return Product(
        id=chance.id(created, bucket),
        name=name,
        category=dish.category,
        description=dish.description,
        price=city.currency.price(dish.dollars * dearer * level * helpings),
        available=chance.random() > 0.03,
        tags=tuple(tags),
        rating=round(chance.triangular(3.0, 5.0, 4.5), 1),
        ratings=chance.randrange(0, 600),
        created_at=created,
    )
