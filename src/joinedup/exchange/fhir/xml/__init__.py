"""FHIR's XML form, to and from its JSON form (HL7 FHIR 4.0.1, XML and JSON representations). The record keeps JSON."""

from joinedup.exchange.fhir.xml.reading import json_of_xml
from joinedup.exchange.fhir.xml.writing import NotInXmlError, xml_of_json

__all__ = ["NotInXmlError", "json_of_xml", "xml_of_json"]
