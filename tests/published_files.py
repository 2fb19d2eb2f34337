"""Published files for tests: where the real ones are, and a small one of the Scottish form."""

from datetime import date

import duckdb

from joinedup.exchange.files import load_published
from joinedup.insight.tables import TABLES, table_folder

ON = date(2026, 1, 1)
SCOTLAND = "scotland-delayed-discharge"
TABLE_OF = TABLES

LOOKUPS = "nhs-geography-lookups/lookup_{}.derived.csv"
FILES = {
    SCOTLAND: "delayed-discharge-scotland/scotland_delayed_discharge_hb.csv",
    "wales-pathway-of-care-delays": "pathway-of-care-delays-wales/wales_delayed_discharge_reasons.csv",
    "england-criteria-to-reside": "discharge-england-icb/england_icb_criteria_to_reside.csv",
    "england-emergency-care": "discharge-england-icb/england_icb_accidents_emergency.csv",
    "population-council-2020": "population-age-area/population20_ltla20.derived.csv",
    "population-health-board": "population-age-area/population_hb19.derived.csv",
    "lookup-data-zone-council-health-board": LOOKUPS.format("dz11_ltla19_hb19"),
    "lookup-small-area-icb": LOOKUPS.format("lsoa21_icb24"),
    "lookup-council-health-trust": LOOKUPS.format("ltla21_hsct18"),
    "lookup-council-health-board": LOOKUPS.format("ltla21_lhb22"),
    "lookup-council-upper-tier": LOOKUPS.format("ltla21_utla21"),
    "lookup-council-region": LOOKUPS.format("ltla24_region24"),
    "lookup-trust-icb": LOOKUPS.format("nhs_trusts22_icb22"),
    "lookup-trust-council": LOOKUPS.format("nhs_trusts22_ltla21"),
}

HEADER = '"hb_code","date","age_group","delay_reason","num_delayed_bed_days","average_daily_delayed_beds"'
REASONS = (
    "All Delay Reasons",
    "Health and Social Care Reasons",
    "Patient and Family Related Reasons",
    "Code 9 AWI",
    "Code 9 Non-AWI",
)


def cells(total=31, parts=(31, 0, 0, 0), month="2025-08-01", average=lambda n: round(n / 31)):
    """The five rows of one cell of the Scottish file."""
    figures = zip(REASONS, (total, *parts), strict=True)
    return [f'"S08000015",{month},"18plus","{reason}",{n},{average(n)}' for reason, n in figures]


def load(folder, rows):
    """Write a file with these rows below the header, and load it."""
    path = folder / "file.csv"
    path.write_text("\n".join([HEADER, *rows]) + "\n")
    return load_published(path, source=SCOTLAND, folder=folder, on=ON)


def rows_in(folder, table):
    """Every row of a table, its columns in the table's order."""
    files = str(table_folder(folder, table) / "*.parquet")
    columns = ", ".join(table.columns)
    with duckdb.connect() as connection:
        return connection.execute(f"SELECT {columns} FROM read_parquet('{files}')").fetchall()  # noqa: S608
