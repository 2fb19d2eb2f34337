"""The rule book of England."""
