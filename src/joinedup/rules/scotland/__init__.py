"""The rule book of Scotland."""
