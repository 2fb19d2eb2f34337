"""Names that nobody has: invented given names and surnames made of two words that no family was called by.

Addresses are in invented localities under the postcode district ZZ99, which no letter box has, and telephone
numbers are from the range 01632 960000 to 960999 that Ofcom keeps for drama.
"""

from random import Random

WOMEN = (
    "Alderine", "Bramblia", "Cinderelle", "Damsonia", "Elderwyn", "Fennelie", "Gingerine", "Hazelanne",
    "Indigora", "Junipra", "Kestrelle", "Larkina", "Mallowen", "Nettlie", "Oakeline", "Plumetta",
    "Quincilla", "Rowanette", "Saffronia", "Thistlyn", "Umbrielle", "Violanthe", "Willowmay", "Yarrowyn",
)  # fmt: skip
MEN = (
    "Alderick", "Bracken", "Cobbler", "Dunlark", "Embert", "Fernald", "Gorseman", "Hawthorn",
    "Ivorick", "Jasperic", "Kelpwin", "Lindenby", "Mossop", "Nutmeg", "Otterick", "Pebbleton",
    "Quartzby", "Reedmond", "Sorrelby", "Tanglewin", "Umberto-Ash", "Vetchley", "Woadric", "Yewbert",
)  # fmt: skip
FIRST_PARTS = (
    "Acorn", "Biscuit", "Bobbin", "Button", "Candle", "Cardigan", "Crumpet", "Custard", "Dumpling", "Feather",
    "Gravy", "Kettle", "Lantern", "Marmalade", "Mitten", "Muffin", "Parsnip", "Pepper", "Pickle", "Pillow",
    "Porridge", "Pudding", "Puddle", "Quilt", "Ribbon", "Saucer", "Sixpence", "Slipper", "Spindle", "Teacup",
    "Teapot", "Thimble", "Treacle", "Trinket", "Trumpet", "Turnip", "Umbrella", "Velvet", "Whisker", "Wobble",
)  # fmt: skip
LAST_PARTS = (
    "beck", "bottom", "bury", "by", "combe", "croft", "dale", "dyke", "fold", "garth",
    "gate", "hurst", "march", "marsh", "mere", "moor", "quist", "ridge", "shaw", "stead",
    "stoke", "thorpe", "thwaite", "vale", "wick", "wold", "worthy", "wright",
)  # fmt: skip
STREETS = ("Lane", "Row", "Close", "Street", "Terrace", "Crescent", "Way", "Gardens")
# The letters that end a postcode, without Z: the real ZZ99 codes, for abroad and unknown, end in it.
POSTCODE_LETTERS = "ABDEFGHJLNPQRSTUWXY"
DRAMA_NUMBERS = 1000


def given_name(rng: Random, is_woman: bool) -> str:
    """An invented given name."""
    names = WOMEN if is_woman else MEN
    return names[int(rng.random() * len(names))]


def surname(rng: Random) -> str:
    """One of 1,120 invented surnames."""
    first = FIRST_PARTS[int(rng.random() * len(FIRST_PARTS))]
    return first + LAST_PARTS[int(rng.random() * len(LAST_PARTS))]


def street_line(rng: Random) -> str:
    """A house and a street that is not there."""
    street = FIRST_PARTS[int(rng.random() * len(FIRST_PARTS))]
    return f"{1 + int(rng.random() * 120)} {street} {STREETS[int(rng.random() * len(STREETS))]}"


def postcode(rng: Random) -> str:
    """A postcode of the district that is nowhere."""
    letters = len(POSTCODE_LETTERS)
    first, second = (
        POSTCODE_LETTERS[int(rng.random() * letters)],
        POSTCODE_LETTERS[int(rng.random() * letters)],
    )
    return f"ZZ99 {1 + int(rng.random() * 9)}{first}{second}"


def telephone(rng: Random) -> str:
    """A number that rings nowhere."""
    return f"01632 960{int(rng.random() * DRAMA_NUMBERS):03}"
