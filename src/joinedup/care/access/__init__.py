"""Who may do and see what, and the account of every look.

Deny by default: a role has only the permissions listed for it, and a person is visible to an actor only where the
actor's organisation has a legitimate relationship with that person. Ends where the decision is given: pages and
the FHIR API enforce it through `joinedup.care.access.queries`.
"""
