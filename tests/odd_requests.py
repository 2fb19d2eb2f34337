"""Odd requests to the FHIR API, made by Hypothesis: wrong and right parts of addresses, queries and headers.

Everything is made of small pieces, many of them right, since what is wrong throughout is refused at the door and
reaches nothing. `{page0}` and the like stand for the words of further pages, which only an answer can give.
"""

from dataclasses import dataclass, field
from urllib.parse import quote, quote_plus

from hypothesis import strategies as st

from joinedup.care.record.parameters import searchable

METHODS = ("GET", "GET", "GET", "GET", "PUT", "POST", "POST", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE")
KNOWN_TYPES = ("Patient", "Observation", "Encounter", "Flag", "Condition", "Organization", "Subscription")
ODD_TYPES = ("Basic", "Bundle", "Parameters", "Account", "patient", "Nonsense", "Ⅻ", "P" * 300)
ODD_IDS = (
    "never",
    "a" * 65,
    "a" * 5000,
    "..",
    "%00",
    "p1%0A",
    "p1 ",
    "é",
    "p1%2F_history",
    "$",
    "%ED%A0%80",
    "'",
)
OPERATIONS = ("$everything", "$summary", "$match", "$export", "$validate", "$expunge", "$", "$everything/x")
# Of what is thrown away, kept in the answer, or understood differently by each that reads it.
ODD_TEXTS = (
    "",
    "\x00",
    "a\x00b",
    "%",
    "|",
    "a|",
    "|a",
    "a|b|c",
    ",",
    "a,,b",
    "\\,",
    "\\",
    "'",
    '"',
    "' OR 1=1 --",
    "%s",
    "{0}",
    "é",
    "\u0661",
    "²",
    "\ufdfa" * 130,
    "\U0010ffff",
    "\ufffe",
    "\r\nX-Odd: 1",
    "x" * 5000,
    "true",
    "null",
)
NUMBERS = ("0", "1", "2", "-1", "1.5", "+1", "1e3", "²", "9" * 18, "9" * 5000, "0x1", " 1", "")
DATES = (
    "2026",
    "2026-02",
    "2026-02-30",
    "2026-01-05",
    "ge2026-01-01",
    "ap2026-01-05T10:00:00Z",
    "sa9999-12-31",
    "lt0001",
    "2026-W01-1",
    "20260105",
    "2026-1-5",
    "9999-12-31T23:59:59-14:00",
    "0001-01-01T00:00:00+14:00",
    "2026-01-05T24:00:00Z",
    "2026-01-05T10:00:00.123456789Z",
    "2026-01-05T10:00:00,5Z",
    "2026-01-05 10:00",
    "T",
    "gt",
    "-2026",
    "10000-01-01",
    "２０２６-01-05",
)
REFERENCES = (
    "Patient/p1",
    "/Patient/p1",
    "Patient/",
    "Patient/p1/_history/1",
    "http://x.example/Patient/p1",
    "#p1",
)
CONTROLS = (
    "_id",
    "_lastUpdated",
    "_sort",
    "_count",
    "_include",
    "_include:iterate",
    "_revinclude",
    "_summary",
    "_elements",
    "_total",
    "_page",
    "_since",
    "_before",
    "_type",
    "_format",
    "_pretty",
    "_outputFormat",
    "_text",
    "_has:Observation:patient:code",
    "as-of",
    "start",
    "end",
)
CHAINS = (
    "patient.identifier",
    "subject:Patient.name",
    "patient.name",
    "encounter:Encounter.date",
    "a.b.c",
    "code:not",
)
WORD_OF_PAGE = ("{page0}", "{page1}", "{page2}", "{page3}", "{other0}")


@dataclass(frozen=True)
class Odd:
    """One request: its path below the API's base, the query as it stands in the address, headers and a body."""

    method: str
    path: str
    query: str = ""
    body: bytes = b""
    kind: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def text(self):
        """Everything that is said in it, as one text."""
        return f"{self.path}?{self.query} {self.body.decode('latin-1')} {self.headers}"


def ids(known):
    """Ids: mostly those of what is there."""
    return st.one_of(st.sampled_from(known), st.sampled_from(known), st.sampled_from(ODD_IDS))


types = st.one_of(
    st.sampled_from(KNOWN_TYPES), st.sampled_from(KNOWN_TYPES), st.sampled_from(sorted(searchable()))
)
types = types | st.sampled_from(ODD_TYPES)


def paths(known):
    """Addresses below the base, escaped where their parts are."""
    id_ = ids(known)
    version = st.sampled_from(("1", "2", "3", "0", "-1", "x", "1" * 30, "²", "%00"))
    end = st.sampled_from(("", "", "", "/", "//", "/x", "/_history/1/2", "?", "#a"))
    shapes = st.one_of(
        types.map("/{}".format),
        st.tuples(types, id_).map("/{0[0]}/{0[1]}".format),
        st.tuples(types, id_).map("/{0[0]}/{0[1]}/_history".format),
        st.tuples(types, id_, version).map("/{0[0]}/{0[1]}/_history/{0[2]}".format),
        types.map("/{}/_history".format),
        types.map("/{}/_search".format),
        st.tuples(id_, st.sampled_from(OPERATIONS)).map("/Patient/{0[0]}/{0[1]}".format),
        st.tuples(types, st.sampled_from(OPERATIONS)).map("/{0[0]}/{0[1]}".format),
        st.tuples(id_, types).map("/$export-file/{0[0]}/{0[1]}.ndjson".format),
        id_.map("/$export-status/{}".format),
        st.sampled_from(
            ("", "/", "/metadata", "/_history", "/_search", "/$export", "/$nonsense", "/a/b/c/d/e")
        ),
    )
    return st.tuples(shapes, end).map("".join)


def texts(known):
    """Values of parameters."""
    return st.one_of(
        st.sampled_from(known),
        st.sampled_from(known).map("Patient/{}".format),
        st.sampled_from(ODD_TEXTS),
        st.sampled_from(NUMBERS),
        st.sampled_from(DATES),
        st.sampled_from(REFERENCES),
        st.sampled_from(WORD_OF_PAGE),
        st.tuples(
            st.sampled_from(KNOWN_TYPES), st.sampled_from(("patient", "subject", "encounter", "x"))
        ).map(":".join),
        st.lists(
            st.sampled_from(("name", "birthdate", "date", "-_lastUpdated", "-date", "_id", "x")), max_size=3
        ).map(",".join),
        st.text(max_size=10),
        st.integers(-(10**12), 10**12).map(str),
    )


names = st.one_of(
    st.sampled_from(CONTROLS),
    st.sampled_from(sorted({name for parameters in searchable().values() for name in parameters})),
    st.sampled_from(CHAINS),
    st.text(max_size=6),
)
# What fits each other comes often: an odd date in a date, an odd number in a number, an altered page in a page.
fitting = st.one_of(
    st.tuples(
        st.sampled_from(("as-of", "date", "birthdate", "_lastUpdated", "_since", "start", "end")),
        st.sampled_from(DATES),
    ),
    st.tuples(st.sampled_from(("_count", "_before")), st.sampled_from(NUMBERS)),
    st.tuples(st.just("_page"), st.sampled_from(WORD_OF_PAGE)),
    st.tuples(st.just("_summary"), st.sampled_from(("count", "true", "text", "data", "false", "x"))),
    st.tuples(st.just("_total"), st.sampled_from(("accurate", "estimate", "none", "x"))),
    st.tuples(
        st.sampled_from(("_include", "_revinclude")),
        st.sampled_from(
            ("Observation:encounter", "Observation:patient", "Encounter:patient", "*", "Flag:x:y", ":")
        ),
    ),
    st.tuples(st.sampled_from(("name", "family", "address", "identifier")), st.sampled_from(ODD_TEXTS)),
)
# What is right and answered, and may meet something hidden.
RIGHT_PAIRS = (
    *(
        "patient=p1",
        "subject=Patient/p1",
        "patient.name=zq",
        "patient=x1",
        "patient=u1",
        "encounter=Encounter/e-labelled",
    ),
    *(
        "_id=o1,o2,a-labelled,x-hidden",
        "code=Zq",
        "code=x,open",
        "status=final",
        "date=ge2026-01",
        "date=le2027",
    ),
    *(
        "name=zq",
        "name=qu",
        "name:contains=q",
        "family=zq",
        "address=zq",
        "address-postalcode=ZZ99",
        "phone=Zq",
    ),
    *("identifier=urn:local|", "gender=female", "birthdate=1950-03-02", "_lastUpdated=ge2026-01-01"),
    *(
        "_sort=-date",
        "_sort=_lastUpdated",
        "_count=1",
        "_count=0",
        "_total=accurate",
        "_summary=count",
        "_summary=true",
    ),
    *("_include=Observation:encounter", "_include=Observation:patient", "_revinclude=Observation:encounter"),
    *(
        "_revinclude=Observation:patient",
        "_revinclude=Encounter:patient",
        "_elements=code,note",
        "_format=xml",
    ),
    *(
        "as-of={then}",
        "as-of={then}",
        "_since={then}",
        "_type=Observation,Patient",
        "start=2026-01-01",
        "_before=99999999",
    ),
    *("_page={page0}", "_page={page1}", "_page={page2}", "_page={page3}", "_page={other0}"),
)
right_queries = st.lists(st.sampled_from(RIGHT_PAIRS), max_size=3).map("&".join)
# What is no text in UTF-8, or no escape at all.
RAW = (
    "%",
    "%zz",
    "%ED%A0%80",
    "%C0%AF",
    "%FF=%FE",
    "=",
    "=x",
    "&&",
    "name",
    ";a=b",
    "a[]=1",
    "+",
    "%00=%00",
    "name==",
)


def queries(known):
    """Queries as they stand in an address: pairs, repeated and empty ones, and what is not well escaped."""
    pair = st.one_of(fitting, st.tuples(names, texts(known))).map(
        lambda pair: (
            f"{quote(pair[0], errors='surrogatepass')}={quote_plus(pair[1], safe='{}', errors='surrogatepass')}"
        )
    )
    twice = pair.map(lambda one: f"{one}&{one}")
    many = pair.map(lambda one: "&".join([one] * 40)) | st.just("&".join(f"a{n}=1" for n in range(1100)))
    parts = st.lists(st.one_of(pair, pair, pair, twice, st.sampled_from(RAW)), max_size=3).map("&".join)
    return st.one_of(parts, parts, parts, parts, parts, parts, many)


def altered(draw_word, how):
    """Return the word of a further page as it was given, or altered: cut, with a letter changed, or doubled."""
    kind, at = how
    place = at % len(draw_word)
    if kind == "cut":
        return draw_word[:place]
    if kind == "changed":
        return draw_word[:place] + ("A" if draw_word[place] != "A" else "B") + draw_word[place + 1 :]
    return draw_word * 2 if kind == "doubled" else draw_word


ALTERATIONS = st.tuples(st.sampled_from(("same", "same", "cut", "changed", "doubled")), st.integers(0, 400))
HEADERS = {
    "if-match": ('W/"1"', '"1"', "1", "*", 'W/"2"', 'W/"99999999999"', "", "x", 'W/"²"', 'W/"1", W/"2"'),
    "if-none-match": ("*", 'W/"1"', "x", "", ",,", 'W/"' + "9" * 4000 + '"'),
    "if-none-exist": (
        "identifier=a|b",
        "",
        "?",
        "name",
        "_id=p1",
        "birthdate=2026-W01-1",
        "%00",
        "identifier=%00",
        "x=y",
    ),
    "if-modified-since": (
        "Sat, 01 Jan 2050 00:00:00 GMT",
        "x",
        "",
        "Thu, 99 Foo 9999 99:99:99 GMT",
        "Fri, 31 Dec 9999 23:59:59 GMT",
    ),
    "prefer": (
        "respond-async",
        "return=minimal",
        "return=OperationOutcome",
        "return=representation",
        "x",
        "handling=strict",
    ),
    "accept": (
        "application/fhir+xml",
        "application/fhir+json;q=0.1, application/fhir+xml;q=0.9",
        "text/html",
        "*/*;q=nan",
        "application/fhir+xml;q=inf",
        "application/fhir+json; fhirVersion=3.0",
        ",;,",
        "application/*;q=0",
        'application/fhir+json; charset="utf-16"',
        "a" * 3000,
    ),
    "range": ("bytes=0-", "bytes=5-2", "bytes=-5", "bytes=" + "9" * 4400 + "-", "x"),
    "content-length": ("0", "abc", "-1", "99999999999", "²"),
    "host": ("localhost", "evil.example", "a b", ""),
    "x-http-method-override": ("DELETE",),
    "authorization": ("Bearer x", "Basic eDp4", "Bearer", "Bearer \xff", "bearer  "),
    "accept-language": ("cy;q=0.5", "\xff"),
    "transfer-encoding": ("chunked", "x"),
}
# Said wrongly, these end a request before it reaches anything: they come seldom.
RARE = (
    "content-length",
    "host",
    "authorization",
    "transfer-encoding",
    "x-http-method-override",
    "accept-language",
)
header = st.sampled_from([name for name in HEADERS if name not in RARE])
header = st.one_of(header, header, header, header, header, header, header, header, st.sampled_from(RARE))
headers = st.lists(
    header.flatmap(lambda name: st.tuples(st.just(name), st.sampled_from(HEADERS[name]))), max_size=2
)
headers = headers.map(dict)
KINDS = (
    "application/fhir+json",
    "application/fhir+json",
    "application/fhir+json; charset=utf-8",
    "application/fhir+json; charset=utf-16",
    "application/fhir+json; charset=hex",
    "application/fhir+xml",
    "application/json-patch+json",
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=unicode_escape",
    "application/x-www-form-urlencoded; charset=rot13",
    "application/x-www-form-urlencoded; charset=idna",
    "multipart/form-data",
    "multipart/form-data; boundary=a",
    "text/plain",
    "",
    ";",
)
