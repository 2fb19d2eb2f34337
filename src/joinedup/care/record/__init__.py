"""The one record: versioned entries of FHIR R4 JSON exactly as received or made.

Nothing is overwritten or deleted; a correction is a new version. Whoever changes something about a person writes
it here in the same transaction; everyone else reads it here. Ends at storing and showing: what a resource means
to a workflow is for that workflow's app.
"""
