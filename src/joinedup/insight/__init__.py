"""The analytical room: measures computed from tables that hold no identities.

Everything is an Ibis expression over the unbound tables of `tables`, run by `engine` on embedded DuckDB, or
sent to Spark unchanged. `results`, `declaration` and `comparing` need no data engine, so that pages can read
them.
"""
