"""The rule book of Northern Ireland."""
