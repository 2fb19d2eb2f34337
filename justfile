# What is done again and again. `just` is in the lint group: uv run --group lint just RECIPE

# Show the recipes
default:
    @just --list

# Lint, format, types, layers, templates, dependencies
check:
    uv run --group lint ruff check .
    uv run --group lint ruff format --check .
    # mypy's plugin imports the settings: give them a folder of their own, and no database to start.
    JOINEDUP_DATA=.joinedup/types JOINEDUP_DATABASE_URL=postgresql:///none uv run --group lint mypy
    uv run --group lint lint-imports
    uv run --group lint djlint --lint --quiet src/joinedup/web/templates
    uv run --group lint deptry .

# Put imports and layout in order
format:
    uv run --group lint ruff check --fix --select I .
    uv run --group lint ruff format .

# Every test but the long ones; takes the options of pytest
test *options:
    uv run pytest {{ options }}

# The tests in a real browser
browser *options:
    uv run pytest tests/browser {{ options }}

# The long tests, under load and faults
torture *options:
    uv run pytest -m torture {{ options }} || [ $? -eq 5 ]

# Speed and memory, each figure beside its limit
bench *names:
    uv run python -m benchmarks {{ names }}

# Write what is generated in the documents
docs:
    uv run python tools/draw_architecture.py
    uv run python tools/write_rules.py

# Take the screenshots of the README
screenshots:
    uv run python tools/screenshots.py

# Build the wheel, and check that it holds everything and works alone
wheel:
    uv run python tools/check_wheel.py

# Write the newest versions that fit together into pyproject.toml
pin:
    python3 tools/pin.py
