"""Words that mean the same on a menu, in folded spelling; each line is a group of equals.

Mostly spellings of one dish in several alphabets: what fuzzy matching cannot bridge.
"""

from __future__ import annotations

GROUPS: tuple[tuple[str, ...], ...] = (
    ("shawarma", "shawerma", "shoarma", "شاورما", "شاورمه"),
    ("falafel", "felafel", "taameya", "فلافل", "طعميه"),
    ("hummus", "houmous", "humus", "حمص"),
    ("koshari", "koshary", "kushari", "كشري"),
    ("kebab", "kabab", "kebap", "كباب"),
    ("kofta", "kofte", "kafta", "كفته"),
    ("foul", "ful", "fava beans", "فول"),
    ("molokhia", "mulukhiyah", "ملوخيه"),
    ("mandi", "مندي"),
    ("kabsa", "كبسه"),
    ("biryani", "biriani", "برياني"),
    ("manakish", "manakeesh", "manousheh", "مناقيش"),
    ("baklava", "baklawa", "بقلاوه"),
    ("kunafa", "konafa", "knafeh", "kanafeh", "كنافه"),
    ("couscous", "cuscus", "كسكس"),
    ("tagine", "tajine", "طاجن"),
    ("lahmacun", "lahmajun"),
    ("pizza", "بيتزا"),
    ("burger", "hamburger", "برجر"),
    ("sandwich", "sub", "hoagie", "ساندويتش"),
    ("fries", "chips", "frites"),
    ("chicken", "pollo", "poulet", "دجاج", "فراخ"),
    ("beef", "لحم بقري"),
    ("fish", "سمك"),
    ("rice", "ارز"),
    ("salad", "salade", "سلطه"),
    ("soup", "شوربه"),
    ("dessert", "sweets", "حلويات"),
    ("juice", "عصير"),
    ("coffee", "cafe", "قهوه"),
    ("tea", "شاي"),
    ("soda", "soft drink", "مشروب غازي"),
    ("water", "ماء", "مياه"),
    ("aubergine", "eggplant"),
    ("prawn", "shrimp", "جمبري"),
    ("yoghurt", "yogurt", "زبادي"),
    ("noodles", "noodle"),
    ("doughnut", "donut"),
)


def _equals() -> dict[tuple[str, ...], tuple[str, ...]]:
    table = {}
    for group in GROUPS:
        for phrase in group:
            table[tuple(phrase.split())] = tuple(other for other in group if other != phrase)
    return table


# A phrase's words → the other phrases of its group.
EQUALS = _equals()
LONGEST_PHRASE = max(map(len, EQUALS))
