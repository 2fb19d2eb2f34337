"""Organisations, areas and the partnerships they form, each with the dates between which it existed."""
