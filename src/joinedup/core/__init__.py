"""Words that every room shares: nations, dates, money, identifiers and explained results.

Standard library only, save for the check digits of `nhs-number`. Knows nothing of care, rules or the web.
"""
