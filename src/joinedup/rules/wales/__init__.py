"""The rule book of Wales."""
