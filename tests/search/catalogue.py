"""A small marketplace to search in."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

from search import Document, Kind, Point, SearchBackend

CAIRO = Point(30.0444, 31.2357)
GIZA = Point(30.0131, 31.2089)  # 4.3 km from the centre of Cairo
BERLIN = Point(52.52, 13.405)

# Minutes of the local week: every day from 10:00 to 22:00, and Saturday 20:00 to Sunday … Monday 02:00.
DAYTIME = tuple((day * 1440 + 600, day * 1440 + 1320) for day in range(7))
WEEKEND_NIGHT = ((6 * 1440 + 1200, 7 * 1440 + 120),)

_versions = count(1)

GRILL = Document(
    id="v-grill",
    tenant="main",
    kind=Kind.VENDOR,
    version=1,
    name="Abou Tarek Grill",
    description="Charcoal grill by the river",
    cuisines=("egyptian", "grill"),
    vendor_id="v-grill",
    region="eg",
    location=CAIRO,
    rating=4.6,
    ratings=800,
    timezone="Africa/Cairo",
    hours=DAYTIME,
)
CAFE = Document(
    id="v-cafe",
    tenant="main",
    kind=Kind.VENDOR,
    version=1,
    name="Café Crème",
    description="Crème brûlée and more",
    cuisines=("french",),
    vendor_id="v-cafe",
    region="de",
    location=BERLIN,
    rating=3.9,
    ratings=40,
    timezone="Europe/Berlin",
    hours=WEEKEND_NIGHT,
)


def product(id: str, name: str, vendor: Document = GRILL, **changes: object) -> Document:
    """A product of a vendor."""
    plain = replace(
        vendor,
        id=id,
        kind=Kind.PRODUCT,
        name=name,
        description="",
        vendor_name=vendor.name,
        price=1000,
        currency="EGP" if vendor is GRILL else "EUR",
        rating=None,
        ratings=0,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


PRODUCTS = (
    product("p-shawarma", "Chicken Shawarma", price=900, rating=4.2, ratings=90, tags=("spicy",)),
    product(
        "p-koshari",
        "كشري",
        description="Lentils, rice & pasta <b>hot</b>",
        price=400,
        rating=4.9,
        ratings=500,
    ),
    product("p-omali", "أم علي", price=500),
    product("p-falafel", "Falafel plate", price=300, rating=3.0, ratings=5, available=False),
    product("p-pizza", "Pizza Margherita", GRILL, price=1500, location=GIZA),
    product("p-brulee", "Crème Brûlée", CAFE, price=650, rating=4.0, ratings=10),
    product("p-cola", "Soft Drink", CAFE, price=250),
)
ALL = (GRILL, CAFE, *PRODUCTS)


async def fill(backend: SearchBackend, *documents: Document) -> None:
    """Put documents in and make them visible."""
    await backend.index(documents or ALL)
    await backend.refresh()
