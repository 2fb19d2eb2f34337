"""Signing in: password, second factor, an organisation's own provider, sessions that end.

django-allauth does the work; what is here are its adapters, our forms and pages in place of its own, and the addresses
of those of its views that are reached at all. No template of allauth's can show: the template environment holds ours.
"""
