"""The FHIR R4 API: what partners' systems write to and read from (HL7 FHIR 4.0.1, UK Core identifiers)."""
