"""The language of mappings: what a rule gives, and what is refused on loading with file, line and key."""

import re

import pytest

from joinedup.exchange.extracts.identity import id_of, order_of
from joinedup.exchange.extracts.loading import load_mapping
from joinedup.exchange.extracts.loading_dictionary import load_dictionary
from joinedup.exchange.extracts.making import Maker
from joinedup.exchange.extracts.rows import RowReader
from joinedup.rules.nodes import RuleBookError

DICTIONARY = """
extract: test
title: A test
publisher: Nobody
about: Nothing
source: None
confidence: unverified
file: {delimiter: comma, encoding: utf-8, nothing: ["NULL"]}
fields:
  - {name: ID, meaning: id, type: text, required: true}
  - {name: SEX, meaning: sex, type: code, required: false, codes: sex}
  - {name: DAY, meaning: day, type: date, required: false, format: DD/MM/YYYY}
  - {name: TIME, meaning: time, type: time, required: false, format: "HH:MM"}
  - {name: A, meaning: a, type: icd_10, required: false}
  - {name: B, meaning: b, type: icd_10, required: false}
  - {name: A_ON, meaning: a, type: date, required: false, format: DD/MM/YYYY}
  - {name: B_ON, meaning: b, type: date, required: false, format: DD/MM/YYYY}
  - {name: ORG, meaning: org, type: text, required: false}
  - {name: N, meaning: n, type: number, required: false}
code_lists:
  - id: sex
    title: Sex
    source: none
    confidence: unverified
    others: keep
    codes: {"1": Man, "F": Woman}
"""
ORG = "https://fhir.nhs.uk/Id/ods-organization-code"


def dictionary(text=DICTIONARY):
    return load_dictionary(text.encode(), "test/dictionary.yaml")


def mapping(text):
    return load_mapping(text.encode(), "test/mapping.yaml", dictionary(), b"")


def resources(elements, maps="", more="", **row):
    """What the row becomes by one resource with these elements."""
    text = f"extract: test\n{maps}\nresources:\n  - name: thing\n    type: Basic\n    id: [ID]\n{more}    elements:\n"
    text += "".join(f"      {line}\n" for line in elements.strip().splitlines())
    return make(text, **row)


def make(text, known=None, **row):
    mapped = mapping(text)
    read = RowReader(dictionary(), mapped).read({"ID": "1"} | row, 2)
    assert not read.problems, read.problems
    find = (known or {}).get
    made = Maker(mapped, dictionary(), system="S", find_organisation=find).make(read.values)
    return [one.content for one in made]


def said(elements, **row):
    """The one resource without its type and id."""
    (found,) = resources(elements, **row)
    return {name: value for name, value in found.items() if name not in ("resourceType", "id")}


class TestRules:
    def test_a_column_a_constant_and_a_moment(self):
        rules = """
status: {constant: final}
active: {constant: true}
start: {moment: [DAY, TIME]}
"""
        assert said(rules, DAY="03/07/2025", TIME="09:30") == {
            "status": "final",
            "active": True,
            "start": "2025-07-03T09:30:00+01:00",
        }
        assert said(rules, DAY="03/01/2025")["start"] == "2025-01-03"
        assert "start" not in said(rules, TIME="09:30")

    def test_constants_do_not_stand_alone_where_a_column_was_to_speak(self):
        rules = """
identifier[org].system: {constant: "urn:x"}
identifier[org].value: {column: ORG}
identifier[id].value: {column: ID}
code.coding[c].system: {constant: "urn:y"}
code.coding[c].code: {column: N}
code.text: {constant: always}
"""
        assert said(rules) == {"identifier": [{"value": "1"}]}
        assert said(rules, ORG="X")["identifier"][0] == {"system": "urn:x", "value": "X"}

    def test_an_element_of_constants_alone_is_kept(self):
        assert said("code.coding[c].code: {constant: x}") == {"code": {"coding": [{"code": "x"}]}}

    def test_the_first_choice_that_holds_and_gives_something(self):
        rules = """
status:
  - {constant: finished, when: {DAY: present, SEX: ["1"]}}
  - {column: ORG}
  - {constant: unknown}
"""
        assert said(rules, DAY="01/01/2020", SEX="1")["status"] == "finished"
        assert said(rules, DAY="01/01/2020", SEX="F", ORG="o")["status"] == "o"
        assert said(rules)["status"] == "unknown"

    def test_a_map_and_a_meaning(self):
        maps = 'maps:\n  gender: {"1": male, "F": null}'
        rules = "gender: {column: SEX, map: gender}\ntext: {column: SEX, as: meaning}"
        assert said(rules, maps=maps, SEX="1") == {"gender": "male", "text": "Man"}
        assert said(rules, maps=maps, SEX="f") == {"text": "Woman"}
        assert said(rules, maps=maps, SEX="9") == {}

    def test_values_are_joined(self):
        rules = 'text: {join: [ORG, N], with: ", ", before: "It is "}'
        assert said(rules, ORG="a", N="2")["text"] == "It is a, 2"
        assert said(rules, N="2")["text"] == "It is 2"
        assert said(rules) == {}

    def test_an_organisation_is_known_by_its_code(self):
        text = (
            "extract: test\nresources:\n  - name: t\n    type: Basic\n    id: [ID]\n    elements:\n"
            f'      author: {{organisation: ORG, system: "{ORG}"}}\n'
        )
        by_code = {"type": "Organization", "identifier": {"system": ORG, "value": "X"}}
        assert make(text, ORG="X")[0]["author"] == by_code
        assert (
            make(text, {"X": "org-1"}, ORG="X")[0]["author"] == {"reference": "Organization/org-1"} | by_code
        )

    def test_one_row_gives_several_resources_that_refer_to_each_other(self):
        text = """
extract: test
resources:
  - name: who
    type: Patient
    id: [ID]
    elements: {active: {constant: true}}
  - name: ill
    type: Condition
    id: [ID, DIAGNOSIS.position]
    each: {alias: DIAGNOSIS, of: [A, B], beside: {SINCE: [A_ON, B_ON]}}
    elements:
      code.text: {column: DIAGNOSIS}
      onsetDateTime: {column: SINCE}
      subject: {resource: who}
"""
        who, second = make(text, B="i639x", B_ON="01/02/2020")
        assert second["code"] == {"text": "I63.9"}
        assert second["onsetDateTime"] == "2020-02-01"
        assert second["subject"] == {"reference": f"Patient/{who['id']}"}
        assert len(make(text, A="A00", B="B00")) == 3
        assert make(text, A="A00", B="B00")[2]["id"] == second["id"]

    def test_a_resource_only_when(self):
        more = "    when: {SEX: [F], DAY: absent}\n"
        assert resources("text: {constant: x}", more=more) == []
        assert resources("text: {constant: x}", more=more, SEX="F", DAY="01/01/2020") == []
        assert len(resources("text: {constant: x}", more=more, SEX="F")) == 1


class TestLoading:
    @pytest.mark.parametrize(
        ("elements", "line", "words"),
        [
            ("x: {column: NOPE}", 7, "no column 'NOPE'"),
            ("x: {colunm: ID}", 7, "'colunm' is not known here"),
            ("x: {column: ID, constant: 2}", 7, "write one of"),
            ("x: {constant: a, map: gender}", 7, "write one of"),
            ("x: text", 7, "write a rule"),
            ("x y: {column: ID}", 7, "is no path"),
            ("a: {column: ID}\na.b: {column: ID}", 8, "is a value or a list in another place"),
            ("a[x].b: {column: ID}\na.b: {column: ID}", 8, "is a value or a list in another place"),
            ("a.b: {column: ID}\na[x].b: {column: ID}", 8, "has labels in one place"),
            ("a[x]: {column: ID}\na[x]: {column: ID}", 8, "given twice"),
            ("x: {column: SEX, map: nope}", 7, "no map 'nope'"),
            ("x: {column: ID, as: meaning}", 7, "code list"),
            ("x: {moment: [TIME, DAY]}", 7, "type date and one of type time"),
            ("x: {resource: later}", 7, "no resource above is called 'later'"),
            ("x: [{constant: a, when: {SEX: maybe}}]", 7, "present, absent"),
            ('x: [{constant: a, when: {SEX: ["7"]}}]', 7, "'7' is not in the code list of 'SEX'"),
        ],
    )
    def test_a_wrong_rule_is_named_with_file_and_line(self, elements, line, words):
        with pytest.raises(RuleBookError, match=re.escape(words)) as error:
            resources(elements)
        assert str(error.value).startswith(f"test/mapping.yaml:{line + 1}:")

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            (
                "extract: other\nresources: [{name: t, type: Basic, id: [ID], elements: {a: {column: ID}}}]",
                "beside",
            ),
            (
                "extract: test\nresources: [{name: T, type: Basic, id: [ID], elements: {a: {column: ID}}}]",
                "name:",
            ),
            (
                "extract: test\nresources: [{name: t, type: Basic, id: [ORG], elements: {a: {column: ID}}}]",
                "required",
            ),
            (
                "extract: test\nresources: [{name: t, type: Basic, id: [ID], elements: {a: {column: ID}}, "
                "each: {alias: X, of: [A, B]}}]",
                "else they all have one id",
            ),
            (
                "extract: test\nresources: [{name: t, type: Basic, id: [ID, X], elements: {a: {column: ID}}, "
                "each: {alias: X, of: [A, DAY]}}]",
                "must all be of one type",
            ),
            (
                'extract: test\nmaps: {m: {"1": x}}\nresources: [{name: t, type: Basic, id: [ID], '
                "elements: {a: {column: SEX, map: m}}}]",
                "say what 'F' becomes",
            ),
            (
                'extract: test\nmaps: {m: {"1": x, F: y, "2": z}}\nresources: [{name: t, type: Basic, id: [ID], '
                "elements: {a: {column: SEX, map: m}}}]",
                "'2' is not in the code list",
            ),
            (
                'extract: test\nmaps: {m: {"1": x}}\nresources: [{name: t, type: Basic, id: [ID], '
                "elements: {a: {column: ID}}}]",
                "used by no rule",
            ),
        ],
    )
    def test_a_wrong_mapping_is_refused(self, text, words):
        with pytest.raises(RuleBookError, match=re.escape(words)):
            mapping(text)

    @pytest.mark.parametrize(
        ("old", "new", "words"),
        [
            ("type: text, required: true", "type: words, required: true", "'words' is not one of"),
            ("format: DD/MM/YYYY}", "format: D/M/Y}", "format: a date needs one of"),
            ("type: text, required: true", "type: text, required: true, format: x", "has none"),
            ("codes: sex}", "codes: gender}", "no code list 'gender'"),
            ("{name: TIME,", "{name: DAY,", "described twice"),
            ("delimiter: comma", "delimiter: space", "delimiter: use one of"),
            ("others: keep", "others: guess", "'guess' is not one of refuse, keep"),
        ],
    )
    def test_a_wrong_dictionary_is_refused(self, old, new, words):
        with pytest.raises(RuleBookError, match=re.escape(words)):
            dictionary(DICTIONARY.replace(old, new, 1))

    def test_the_digest_follows_the_mapping_and_the_dictionary(self):
        text = b"extract: test\nresources: [{name: t, type: Basic, id: [ID], elements: {a: {column: ID}}}]"
        first, other, third = (
            load_mapping(body, "m", dictionary(), beside).digest
            for body, beside in ((text, b"1"), (text, b"2"), (text + b"\n# more", b"1"))
        )
        assert len({first, other, third}) == 3


class TestIdentity:
    def test_ids_are_stable_valid_and_told_apart(self):
        ids = [
            id_of("S", "e", "patient", ["1", "2"]),
            id_of("S", "e", "patient", ["12", ""]),
            id_of("S", "e", "patient", ["1\x1f2"]),
            id_of("T", "e", "patient", ["1", "2"]),
            id_of("S", "e", "contact", ["1", "2"]),
            id_of("S", "f", "patient", ["1", "2"]),
        ]
        assert len(set(ids)) == len(ids)
        assert ids[0] == id_of("S", "e", "patient", ["1", "2"])
        assert all(re.fullmatch(r"[A-Za-z0-9\-.]{1,64}", each) for each in ids)

    def test_an_order_sorts_as_the_values_do(self):
        assert order_of(["2025-01-02", 9]) < order_of(["2025-01-02", 10]) < order_of(["2025-01-03", 1])
        assert order_of([None]) < order_of(["2025Q1"])
