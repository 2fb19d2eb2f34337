"""Odd bodies for the FHIR API, made by Hypothesis: resources, Bundles, patches, XML and Parameters, nearly right.

A body comes with the media type that goes with it, or another. What is written is about `p1` or about somebody whom
no agreement covers: writing about a person ties, and would let the asker see what others may show.
"""

import base64
import json
from urllib.parse import quote

from hypothesis import strategies as st

from odd_requests import DATES, KINDS, METHODS, ODD_TEXTS, Odd, headers, paths, queries, right_queries

JSON = "application/fhir+json"
PATCH = "application/json-patch+json"
XML = "application/fhir+xml"
FORM = "application/x-www-form-urlencoded"
READY = "https://joinedup.example/fhir/StructureDefinition/ready-to-leave"
DEPRIVATION = "https://joinedup.example/fhir/StructureDefinition/deprivation-quintile"
RIGHT = {
    "Patient": {
        "resourceType": "Patient",
        "id": "p1",
        "name": [{"family": "Quill", "given": ["Ann"]}],
        "gender": "female",
        "birthDate": "1950-03-02",
        "extension": [{"url": DEPRIVATION, "valueInteger": 2}],
    },
    "Observation": {
        "resourceType": "Observation",
        "id": "o1",
        "status": "final",
        "code": {"text": "x"},
        "subject": {"reference": "Patient/p1"},
        "valueQuantity": {"value": 72.5, "unit": "kg"},
    },
    "Encounter": {
        "resourceType": "Encounter",
        "id": "e1",
        "status": "in-progress",
        "class": {"code": "IMP"},
        "subject": {"reference": "Patient/p1"},
        "period": {"start": "2026-01-05T10:00:00Z"},
        "serviceProvider": {"reference": "Organization/asking"},
        "extension": [{"url": READY, "extension": [{"url": "readyAt", "valueDateTime": "2026-01-06"}]}],
    },
    "Flag": {
        "resourceType": "Flag",
        "id": "f1",
        "status": "active",
        "code": {"text": "x"},
        "subject": {"reference": "Patient/p1"},
    },
    "Organization": {"resourceType": "Organization", "id": "asking", "name": "Asking"},
    "RelatedPerson": {
        "resourceType": "RelatedPerson",
        "id": "r1",
        "patient": {"reference": "Patient/p1"},
        "relationship": [{"text": "carer"}],
        "name": [{"family": "Quill"}],
    },
    "Subscription": {
        "resourceType": "Subscription",
        "id": "s1",
        "status": "requested",
        "reason": "x",
        "criteria": "Observation?code=x",
        "channel": {"type": "rest-hook", "endpoint": "https://partner.example/told"},
    },
    "Consent": {
        "resourceType": "Consent",
        "id": "c1",
        "status": "active",
        "scope": {"coding": [{"code": "patient-privacy"}]},
        "category": [{"text": "x"}],
        "patient": {"reference": "Patient/p1"},
        "policyRule": {"coding": [{"code": "OPTIN"}]},
        "provision": {"type": "deny", "period": {"end": "9999-12-31"}},
    },
}
FIELDS = (
    "id",
    "meta",
    "status",
    "subject",
    "patient",
    "code",
    "class",
    "identifier",
    "birthDate",
    "deceasedDateTime",
    "name",
    "telecom",
    "address",
    "period",
    "extension",
    "contained",
    "text",
    "criteria",
    "channel",
    "provision",
    "serviceProvider",
    "effectiveDateTime",
    "resourceType",
)
reference = st.sampled_from(
    ("Patient/p1", "Patient/never", "Observation/o1", "urn:uuid:1", "urn:uuid:2", "#x", "Patient?identifier=a|b",
     "Patient?birthdate=2026-W01-1", "Patient?_id=p1", "Patient?name=%00", "x", "", "Nonsense/1", "Patient/" + "a" * 70)
).map(lambda text: {"reference": text})  # fmt: skip
# Values that stand in a place where they make sense, with something odd about them.
NEARLY = st.one_of(
    reference,
    st.fixed_dictionaries({"start": st.sampled_from(DATES), "end": st.sampled_from(("9999-12-31", *DATES))}),
    st.just({"end": "9999-12-31"}),
    st.sampled_from(DATES),
    st.sampled_from(("x" * 300, "\ufdfa" * 120)),
    st.sampled_from(ODD_TEXTS).map(lambda text: [{"family": text, "given": [text, None]}]),
    st.just([{"family": "\ufdfa" * 120}]),
    st.sampled_from(ODD_TEXTS).map(lambda text: [{"system": text, "value": text}]),
    st.sampled_from(ODD_TEXTS).map(lambda text: {"security": [{"code": text}], "versionId": text}),
    st.sampled_from((99999, -1, 0, 2**31, 1.5, "2", None)).map(
        lambda n: [{"url": DEPRIVATION, "valueInteger": n}]
    ),
    st.sampled_from(("https://[", "https://a:b@c", "http://127.0.0.1", "https://x:99999/", "//", "")).map(
        lambda url: {"type": "rest-hook", "endpoint": url}
    ),
    st.sampled_from(
        ("Patient", "Patient?", "Patient?birthdate=2026-W01-1", "?x", "Patient?name=%00", "é?a=b")
    ),
    st.just({"status": "generated", "div": "<div xmlns='http://www.w3.org/1999/xhtml'><script/></div>"}),
    st.just([{"resourceType": "Patient", "id": "x", "contained": [{"resourceType": "Patient"}]}]),
)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(max_size=6),
    st.sampled_from(ODD_TEXTS),
    st.sampled_from(DATES),
)
ANY = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=6,
)
resources = st.one_of(
    st.sampled_from(sorted(RIGHT)).map(RIGHT.__getitem__),
    st.tuples(st.sampled_from(sorted(RIGHT)), st.sampled_from(FIELDS), st.one_of(NEARLY, NEARLY, ANY)).map(
        lambda parts: RIGHT[parts[0]] | {parts[1]: parts[2]}
    ),
)
OPS = ("add", "remove", "replace", "move", "copy", "test", "Add", "", None, 5, ["add"])
POINTERS = (
    "",
    "/",
    "/name",
    "/name/0",
    "/name/0/family",
    "/name/-",
    "/name/1",
    "/name/99999999999999999999",
    "/name/" + "9" * 4400,
    "/name/\u0663",
    "/name/01",
    "/birthDate/0",
    "/meta",
    "/meta/versionId",
    "/id",
    "/resourceType",
    "/extension/-",
    "/~2",
    "/~0~1",
    "/\x00",
    "name",
    "#/name",
    5,
    None,
    ["/name"],
)
steps = st.fixed_dictionaries(
    {"op": st.sampled_from(OPS)},
    optional={
        "path": st.sampled_from(POINTERS),
        "from": st.sampled_from(POINTERS),
        "value": st.one_of(NEARLY, ANY),
    },
)
# Each copy into itself doubles what there is.
BOMB = [{"op": "add", "path": "/x", "value": ["x"]}, *[{"op": "copy", "from": "/x", "path": "/x/-"}] * 200]
several = st.lists(steps, max_size=4)
patches = st.one_of(several, several, several, several, several, several, ANY, st.just(BOMB))
binaries = st.one_of(
    patches.map(lambda patch: base64.b64encode(json.dumps(patch).encode()).decode()),
    st.sampled_from(("é", "=", "x", "", 5, None)),
).map(lambda data: {"resourceType": "Binary", "contentType": PATCH, "data": data})


def entries(known):
    """Entries of a Bundle, whose requests are those of the API in all methods; full URLs right, wrong and repeated."""
    address = st.tuples(paths(known).map(lambda path: path.lstrip("/")), queries(known))
    urls = st.one_of(
        address.map(lambda parts: "?".join(parts) if parts[1] else parts[0]),
        st.sampled_from(("Patient", "Observation", "Patient/p1", "Observation/o1", "Patient?identifier=a|b")),
        st.sampled_from(
            (
                "/Patient/p1",
                "http://testserver/fhir/R4/Patient/p1",
                "urn:uuid:1",
                "Patient/a\x00",
                "\x00?\x00",
            )
        ),
    )
    more = {
        "ifMatch": st.sampled_from(('W/"1"', "x", "", 5)),
        "ifNoneMatch": st.sampled_from(("*", "x")),
        "ifNoneExist": st.sampled_from(("identifier=a|b", "", "name=\x00", "birthdate=2026-W01-1", "_id=p1")),
        "ifModifiedSince": st.sampled_from(("x", "2026-01-01T00:00:00Z")),
    }
    methods = st.sampled_from(("GET", "GET", "PUT", "POST", "PATCH", "DELETE", "HEAD", "get", "", None))
    odd = st.fixed_dictionaries(
        {"request": st.fixed_dictionaries({"method": methods, "url": urls}, optional=more)},
        optional={
            "resource": st.one_of(resources, resources, binaries, ANY),
            "fullUrl": st.sampled_from(("urn:uuid:1", "urn:uuid:2", "urn:uuid:1", "x", "", "Patient/p1", 5)),
        },
    )
    return st.one_of(odd, odd, resources.map(written), resources.map(made), ANY)


def written(resource):
    """Return the entry that puts a resource under its own id."""
    url = f"{resource.get('resourceType')}/{resource.get('id')}"
    return {"fullUrl": "urn:uuid:1", "resource": resource, "request": {"method": "PUT", "url": url}}


def made(resource):
    """Return the entry that makes a resource."""
    return {
        "fullUrl": "urn:uuid:2",
        "resource": resource,
        "request": {"method": "POST", "url": resource.get("resourceType")},
    }


def circle(size):
    """Return a Bundle of Observations each of which refers to the next, the last to the first."""
    found = []
    for n in range(size):
        target = {"reference": f"urn:uuid:{(n + 1) % size}"}
        resource = {**RIGHT["Observation"], "derivedFrom": [target]}
        request = {"method": "POST", "url": "Observation"}
        found.append({"fullUrl": f"urn:uuid:{n}", "resource": resource, "request": request})
    return found


def bundles(known):
    """Bundles: small ones of odd entries, circles, the same again and again, and one too many."""
    kinds = st.sampled_from(("batch", "batch", "transaction", "transaction", "history", "", None))
    same = written(RIGHT["Observation"])
    content = st.one_of(
        st.lists(entries(known), max_size=4),
        st.lists(entries(known), max_size=4),
        st.lists(entries(known), max_size=4),
        st.integers(1, 4).map(circle),
        st.sampled_from((1, 2, 60)).map(lambda times: [same] * times),
        st.just([{}] * 5001),
        ANY,
    )
    return st.tuples(kinds, content).map(
        lambda parts: {"resourceType": "Bundle", "type": parts[0], "entry": parts[1]}
    )


def parameters():
    """Parameters for `$match`, and for operations that are not there."""
    patient = st.one_of(st.just(RIGHT["Patient"]), resources, ANY)
    parts = st.fixed_dictionaries(
        {"resource": patient},
        optional={
            "onlyCertainMatches": st.sampled_from((True, False, "true", 1, None)),
            "count": st.sampled_from((0, 1, -1, 10**30, "1", True, None)),
        },
    )
    right = parts.map(
        lambda said: {
            "resourceType": "Parameters",
            "parameter": [
                {"name": "resource", "resource": said["resource"]},
                *({"name": n, "valueBoolean": said[n]} for n in ("onlyCertainMatches",) if n in said),
                *({"name": n, "valueInteger": said[n]} for n in ("count",) if n in said),
            ],
        }
    )
    return right | ANY.map(lambda value: {"resourceType": "Parameters", "parameter": value})


NAMESPACE = 'xmlns="http://hl7.org/fhir"'
DECLARATIONS = (
    "",
    '<?xml version="1.0"?>',
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<?xml version="1.0" encoding="ISO-8859-1"?>',
    '<?xml version="1.1"?>',
    "\ufeff",
    '<!DOCTYPE x [<!ENTITY a "b">]>',
    '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
    '<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
    '<!DOCTYPE x SYSTEM "http://127.0.0.1/x">',
    "<!-- a comment -->",
    "<?xml-stylesheet href='x'?>",
    " ",
    "\x00",
)
NAMESPACES = (
    NAMESPACE,
    NAMESPACE,
    NAMESPACE,
    NAMESPACE,
    "",
    'xmlns="http://hl7.org/fhir/"',
    'xmlns="urn:x"',
    "xmlns=''",
)
PIECES = (
    '<birthDate value="1950-03-02"/>',
    '<birthDate value="1950-03-02"/><birthDate value="1950-03-02"/>',
    '<birthDate value="2026-W01-1"/>',
    '<multipleBirthInteger value="' + "9" * 4400 + '"/>',
    '<multipleBirthInteger value="1e400"/>',
    '<active value="TRUE"/>',
    '<name><family value="&a;"/></name>',
    '<name><family value="&#0;"/></name>',
    '<name><family value="&#xD800;"/></name>',
    '<name><family value="' + "x" * 100_000 + '"/></name>',
    "<name " + " ".join(f'a{n}="x"' for n in range(2000)) + "/>",
    "<name>" * 120 + "</name>" * 120,
    "<name>" * 5000 + "</name>" * 5000,
    "<name/>",
    "<name><![CDATA[x]]></name>",
    "text",
    "<!-- c --><?p i?>",
    '<x:birthDate xmlns:x="http://hl7.org/fhir" value="1950-03-02"/>',
    '<birthDate xmlns="urn:x" value="1950-03-02"/>',
    '<birthDate xmlns:v="urn:x" v:value="1950-03-02"/>',
    '<text><status value="generated"/><div xmlns="http://www.w3.org/1999/xhtml">&nbsp;<b>x</b></div></text>',
    '<text><status value="generated"/><div xmlns="http://www.w3.org/1999/xhtml"><script>x</script></div></text>',
    '<text><div xmlns="http://www.w3.org/1999/xhtml"/><div xmlns="http://www.w3.org/1999/xhtml"/></text>',
    '<div xmlns="http://www.w3.org/1999/xhtml">x</div>',
    '<contained><Patient><id value="x"/></Patient></contained>',
    "<contained/>",
    "<contained><Patient/><Patient/></contained>",
    '<extension url="x"><valueDecimal value="1.000e2"/></extension>',
    "<nonsense/>",
    "<resourceType value='x'/>",
    "<entry><resource><Patient/></resource></entry>",
    "</Patient>",
    "<",
    "\x01",
    "é",
)
ENCODINGS = ("utf-8", "utf-8", "utf-8", "utf-16", "utf-16-le", "utf-32", "latin-1", "utf-7")
xml = st.tuples(
    st.sampled_from(DECLARATIONS),
    st.sampled_from(("Patient", "Patient", "Observation", "Bundle", "Parameters", "patient", "x:Patient")),
    st.sampled_from(NAMESPACES),
    st.lists(st.sampled_from(PIECES), max_size=3).map("".join),
    st.sampled_from(ENCODINGS),
).map(lambda p: f'{p[0]}<{p[1]} {p[2]}><id value="p1"/>{p[3]}</{p[1]}>'.encode(p[4], errors="replace"))
# JSON that is none, or that not everybody reads alike.
BROKEN = (
    b"",
    b"{",
    b"[]",
    b"null",
    b"\xff\xfe{}",
    b'{"resourceType":"Patient","id":"p1","x":' + b"9" * 5000 + b"}",
    b'{"resourceType":"Patient","id":"p1","birthDate":NaN}',
    b'{"resourceType":"Patient","id":"p1","id":"p2"}',
    b'{"resourceType":"Patient","id":"p1","name":[{"family":"\\ud800"}]}',
    b'{"resourceType":"Patient","id":"p1","name":[{"family":"\\u0000"}]}',
    b"[" * 100_000,
    b'{"a":' * 3000 + b"1" + b"}" * 3000,
    b'{"resourceType":"Bundle","type":"batch","entry":' + b"[" * 3000,
    b"\xef\xbb\xbf{}",
)


def bodies(known):
    """Bodies with the media type that goes with them."""
    return st.one_of(
        st.tuples(bundles(known).map(as_json), st.just(JSON)),
        st.tuples(bundles(known).map(as_json), st.just(JSON)),
        st.tuples(resources.map(as_json), st.just(JSON)),
        st.tuples(parameters().map(as_json), st.just(JSON)),
        st.tuples(patches.map(as_json), st.just(PATCH)),
        st.tuples(xml, st.just(XML)),
        st.tuples(queries(known).map(str.encode), st.just(FORM)),
        st.tuples(st.sampled_from(BROKEN), st.sampled_from((JSON, PATCH, XML, FORM))),
        st.tuples(st.binary(max_size=40), st.sampled_from(KINDS)),
        st.tuples(resources.map(as_json), st.sampled_from(KINDS)),
    )


def as_json(value):
    """Return the value as JSON, in escapes where UTF-8 has no place for it."""
    return json.dumps(value).encode()


def at_home(body):
    """Return requests that bring a body to where it belongs: (method, path, body, kind)."""
    resource = body if isinstance(body, dict) else {}
    type_, id_ = str(resource.get("resourceType")), str(resource.get("id"))
    home = (
        ("PUT", f"/{quote(type_)}/{quote(id_)}"),
        ("POST", f"/{quote(type_)}"),
        ("PUT", f"/{quote(type_)}?_id=p1"),
    )
    return st.sampled_from(home).map(lambda place: (*place, as_json(body), JSON))


def requests(known, readable=None):
    """Odd requests. `known` are ids that may be written about; `readable` (else the same) those that are asked for."""
    readable = readable or known
    query = queries(readable)
    fitting = st.one_of(
        resources.flatmap(at_home),
        bundles(readable).map(lambda body: ("POST", "", as_json(body), JSON)),
        bundles(readable).map(lambda body: ("POST", "", as_json(body), JSON)),
        patches.map(lambda body: ("PATCH", "/Patient/p1", as_json(body), PATCH)),
        parameters().map(lambda body: ("POST", "/Patient/$match", as_json(body), JSON)),
        xml.map(lambda body: ("PUT", "/Patient/p1", body, XML)),
        st.tuples(query, st.just(FORM) | st.sampled_from(KINDS)).map(
            lambda p: ("POST", "/Patient/_search", p[0].encode(), p[1])
        ),
        query.map(lambda body: ("POST", "/Observation/_search", body.encode(), FORM)),
    )
    reading = paths(readable).map(lambda path: ("GET", path, b"", ""))
    anything = st.tuples(st.sampled_from(METHODS), paths(readable), bodies(readable)).map(
        lambda p: (p[0], p[1], *p[2])
    )
    asked = st.one_of(fitting, fitting, reading, anything)
    oddly = st.tuples(asked, st.one_of(query, st.just("")), headers)
    known_reading = st.sampled_from(READING).map(lambda path: ("GET", path, b"", ""))
    rightly = st.tuples(known_reading, right_queries, st.just({}) | headers)
    gone = st.sampled_from(WITHDRAWN).map(lambda path: ("DELETE", path, b"", ""))
    withdrawing = st.tuples(gone, st.just(""), st.just({}) | headers)
    writing = st.tuples(fitting, st.just(""), st.just({}) | headers)
    return st.one_of(oddly, oddly, oddly, rightly, rightly, writing, withdrawing).map(
        lambda parts: Odd(parts[0][0], parts[0][1], parts[1], parts[0][2], parts[0][3], parts[2])
    )


READING = (
    "/Patient",
    "/Observation",
    "/Encounter",
    "/Flag",
    "/Patient/p1/$everything",
    "/Patient/p1/$summary",
    "/Patient/p1",
    "/Patient/p1/_history",
    "/_history",
    "/Observation/_history",
    "/Observation/a-once-labelled/_history",
    "/Observation/a-misfiled",
    "/$export",
)
WITHDRAWN = (
    "/Observation/o1",
    "/Observation/o2",
    "/Patient/p1",
    "/Encounter/e1",
    "/Observation/x-hidden",
    "/Observation/a-labelled",
    "/Observation/never",
    "/Observation?_id=o1",
    "/Observation?code=Zqforeign2",
    "/Patient?name=zq",
    "/Observation?patient=p1",
)
