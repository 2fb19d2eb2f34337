"""Codes of the areas that published figures are about (Government Statistical Service codes).

As the figures use them: Scottish boards as of 2019, Welsh boards as of 2022, integrated care boards as of
2022 with the two codes that were new in 2024. A new code must be added here before it can be loaded.
"""

from typing import Final

SCOTLAND: Final = "S92000003"

SCOTTISH_HEALTH_BOARDS: Final = tuple(
    f"S080000{number}" for number in (15, 16, 17, 19, 20, 22, 24, 25, 26, 28, 29, 30, 31, 32)
)

WELSH_HEALTH_BOARDS: Final = tuple(f"W110000{number}" for number in (23, 24, 25, 28, 29, 30, 31))

INTEGRATED_CARE_BOARDS: Final = tuple(
    f"E540000{number:02}"
    for first, last in (
        (8, 8),
        (10, 11),
        (13, 13),
        (15, 15),
        (18, 19),
        (22, 32),
        (34, 34),
        (36, 44),
        (48, 48),
        (50, 64),
    )
    for number in range(first, last + 1)
)
