"""The narrative of a resource (`text.div`): XHTML, which JSON holds as a string and XML as elements of its own.

What FHIR forbids in it (invariants txt-1 and txt-2 of HL7 FHIR 4.0.1) is found here; the rest is kept character for
character. The names that HTML has for characters (`&nbsp;`) mean nothing in XML and become numbers on the way there.
"""

import html.entities
import re
from typing import NoReturn
from xml.parsers import expat

XHTML = "http://www.w3.org/1999/xhtml"
SEPARATOR = " "
DIV = f"{XHTML}{SEPARATOR}div"
ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")
OF_XML = frozenset({"amp", "lt", "gt", "quot", "apos"})
FORBIDDEN = frozenset({
    "applet", "base", "body", "button", "embed", "form", "frame", "frameset", "head", "html", "iframe", "input",
    "link", "meta", "object", "script", "select", "textarea",
})  # fmt: skip
START_OF_DIV = re.compile(r"<((?:[\w.\-]+:)?div)\b")


class _UnfitError(Exception):
    """The narrative can't be what it says it is; the message says why, without quoting it."""


def problem_with(div: str) -> str:
    """Return what is wrong with a narrative, in words that quote nothing of it; empty when all is well."""
    parser = expat.ParserCreate("UTF-8", SEPARATOR)
    names: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if not names and name not in (DIV, "div"):
            raise _UnfitError("its outermost element must be an XHTML div")
        names.append(name)
        if name.rpartition(SEPARATOR)[2].lower() in FORBIDDEN:
            raise _UnfitError("it holds an element that a narrative must not hold, such as script or form")
        if attributes and any(attribute.lower().startswith("on") for attribute in attributes):
            raise _UnfitError("it holds an attribute that runs a script")

    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        parser.Parse(with_numbers(div).strip().encode(), True)
    except expat.ExpatError as error:
        return f"it is not well-formed XHTML: {expat.ErrorString(error.code)} at line {error.lineno}"
    except UnicodeEncodeError:
        return "it holds half of a character: send the text as UTF-8"
    except _UnfitError as error:
        return str(error)
    return ""


def _refuse_doctype(*_: object) -> NoReturn:
    """Refuse a document type: a fragment has none, and what it declares is not to be followed."""
    raise _UnfitError("it must not hold a document type declaration")


def with_numbers(div: str) -> str:
    """Return the narrative with HTML's names for characters as numbers."""
    return ENTITY.sub(_number, div) if "&" in div else div


def _number(match: re.Match[str]) -> str:
    """Return one name as numbers, or as it was where it is XML's own or nobody's."""
    characters = html.entities.html5.get(f"{match[1]};", "")
    if match[1] in OF_XML or not characters:
        return match[0]
    return "".join(f"&#{ord(character)};" for character in characters)


def with_namespaces(div: str, scope: dict[str, str]) -> str:
    """Return the narrative with these declarations (prefix to namespace, "" for none) in its first tag."""
    declared = "".join(f' xmlns{":" if prefix else ""}{prefix}="{uri}"' for prefix, uri in scope.items())
    return START_OF_DIV.sub(lambda match: f"<{match[1]}{declared}", div, count=1)


def as_xml(div: str) -> str:
    """Return the narrative as it stands in XML: in its own namespace, characters by number."""
    text = with_numbers(div).strip()
    first_tag = text.partition(">")[0]
    return text if "xmlns" in first_tag else with_namespaces(text, {"": XHTML})
