"""Leaving hospital: a stay from admission to home, its ready date and its clock.

A stay's state comes from two sides: what the hospital's system sends (FHIR Encounter) and what staff declare here.
Every step is in the record; the clock is computed by the rule book of the nation and never stored.
"""
