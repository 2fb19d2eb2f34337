"""What goes in and out: the FHIR API, partners' and published files, the publish step."""
