"""Boundaries: slivers at their edge, files of overlaps with their errors, what is kept for the pages, the command."""

import json
import subprocess
import sys
from fractions import Fraction

import pytest
from click.testing import CliRunner

from joinedup.cli import main
from joinedup.core.nation import Nation
from joinedup.insight.boundaries import kept
from joinedup.rules.boundaries.comparing import Comparison, compare, comparison_as_json, per_cent
from joinedup.rules.boundaries.coterminosity import coterminosity
from joinedup.rules.boundaries.overlaps import Area, Overlap, OverlapsError, overlaps_of_csv

A, B = Area("A", "Ayton"), Area("B", "Beeton")
X, Y = Area("X", "Xeno board"), Area("Y", "Yarn board")
SPLIT = (Overlap(A, X, 97), Overlap(A, Y, 3), Overlap(B, Y, 100))
HEAD = b"area,other,people\n"


def comparison(overlaps=SPLIT, nation=Nation.WALES):
    return Comparison("some", "Some", "councils", "boards", "people", "a map", "", overlaps, nation)


def test_an_area_fits_up_to_the_sliver_and_no_further():
    assert coterminosity(SPLIT).nested == Fraction(1, 2)
    assert coterminosity(SPLIT, sliver=Fraction(29, 1000)).nested == Fraction(1, 2)
    assert coterminosity(SPLIT, sliver=Fraction(3, 100)).nested == 1


def test_what_does_not_fit_says_its_parts_and_whom_it_touches():
    result = coterminosity(SPLIT)
    (misfit,) = result.misfits
    assert [(part.area, part.people, part.share) for part in misfit.parts] == [
        (X, 97, Fraction(97, 100)),
        (Y, 3, Fraction(3, 100)),
    ]
    assert misfit.outside == 3
    assert result.touched == (X, Y)


def test_those_with_most_people_elsewhere_come_first():
    overlaps = (*SPLIT, Overlap(B, X, 40))
    assert [spread.area for spread in coterminosity(overlaps).misfits] == [B, A]


@pytest.mark.parametrize("sliver", [Fraction(-1, 100), Fraction(1, 2), Fraction(2)])
def test_a_sliver_that_would_let_an_area_fit_twice_is_refused(sliver):
    with pytest.raises(OverlapsError, match="the sliver is a share from 0 to below a half"):
        coterminosity(SPLIT, sliver=sliver)


@pytest.mark.parametrize("people", [0, -5])
def test_an_overlap_without_people_is_refused(people):
    with pytest.raises(OverlapsError, match=f"people in Ayton and Xeno board: {people}"):
        Overlap(A, X, people)


def test_nothing_and_a_code_with_two_names_are_refused():
    with pytest.raises(OverlapsError, match="no areas to compare"):
        coterminosity(())
    with pytest.raises(OverlapsError, match="A is called Ayton and Aytown"):
        coterminosity((Overlap(A, X, 1), Overlap(Area("A", "Aytown"), Y, 1)))


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (Fraction(0), "0%"),
        (Fraction(1), "100%"),
        (Fraction(1, 8), "12.5%"),
        (Fraction(99999, 100000), "99.9%"),
        (Fraction(1, 100000), "0.1%"),
        (Fraction(1, 2), "50%"),
    ],
)
def test_a_share_in_words_is_never_rounded_to_all_or_nothing(share, said):
    assert per_cent(share) == said


def test_a_file_is_read_with_a_byte_order_mark_quotes_and_empty_lines():
    data = b'\xef\xbb\xbfarea,other,people\r\n\r\n"Down, North",X,12\r\n B ,Y, 3\r\n'
    assert [(o.area.name, o.other.name, o.people) for o in overlaps_of_csv(data, file="p.csv")] == [
        ("Down, North", "X", 12),
        ("B", "Y", 3),
    ]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (HEAD + b"A,X\n", "p.csv:2: this line has 2: 3 columns are wanted"),
        (b"area,people\n", "p.csv:1: this line has 2"),
        (HEAD + b"A,X,1\nA,Y,1.5\n", "p.csv:3: people is '1.5': give a whole number"),
        (HEAD + b'A,X,"1,200"\n', "p.csv:2: people is '1,200'"),
        (HEAD + "A,X,\u0661\n".encode(), "p.csv:2: people is"),
        (HEAD + b"A,X,0\n", "p.csv:2: people in A and X: 0"),
        (HEAD + b"A,X,-1\n", "p.csv:2: people is '-1'"),
        (HEAD + b",X,1\n", "p.csv:2: an area has a code and a name"),
        (HEAD + b"A,X,1\nB,X,1\nA,X,2\n", "p.csv:4: 'A' and 'X' stand in line 2 too: add them up"),
        (HEAD + b'"A\nB",X,1\nB,X\n', "p.csv:4: this line has 2"),
        (HEAD + b'A,"X"y,1\n', "p.csv:2: this is not CSV"),
        (HEAD + b"A,X,1\nB,\xff,1\n", "p.csv:3: this is not UTF-8"),
        (HEAD, "p.csv: there are no rows below the header"),
        (b"", "p.csv: there are no rows below the header"),
    ],
)
def test_a_bad_file_is_refused_with_its_line(data, said):
    with pytest.raises(OverlapsError) as caught:
        overlaps_of_csv(data, file="p.csv")
    assert str(caught.value).startswith(said)


def test_the_steps_say_what_was_counted_and_what_the_law_wants():
    steps = {step.what: step.value for step in compare(comparison()).steps}
    assert steps["Counted"] == "200 people"
    assert steps["Councils that lie in one of the boards"] == "1 of 2"
    assert steps["Councils nested in boards"] == "50%"
    assert steps["Boards that lie in one of the councils"] == "1 of 2"
    assert "What boundaries are to follow" in steps
    assert "Slivers left out" not in steps
    assert "What boundaries are to follow" not in {s.what for s in compare(comparison(nation=None)).steps}


def test_json_has_every_part_of_every_area():
    made = comparison_as_json(comparison(), compare(comparison()))
    assert json.loads(json.dumps(made)) == made
    assert (made["nested"], made["misfits"], made["touched"]) == (0.5, ["A"], ["X", "Y"])
    assert made["areas"][0]["parts"][1] == {"code": "Y", "name": "Yarn board", "people": 3, "share": 0.03}


def test_what_is_kept_is_read_back_as_it_was(tmp_path):
    assert kept.load(tmp_path) == ()
    kept.save((comparison(),), tmp_path)
    assert kept.load(tmp_path) == (comparison(),)


@pytest.mark.parametrize("text", ["{", "[{}]"])
def test_what_another_version_kept_is_refused_with_what_to_do(tmp_path, text):
    kept.save((comparison(),), tmp_path).write_text(text)
    with pytest.raises(kept.KeptError, match="Run joinedup rules boundaries to count again"):
        kept.load(tmp_path)


def test_what_is_kept_is_read_without_a_data_engine():
    code = (
        "import sys, joinedup.insight.boundaries.kept as kept, pathlib; kept.load(pathlib.Path('nowhere'));"
        "sys.exit(any(name in sys.modules for name in ('ibis', 'duckdb', 'django')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def joinedup(*arguments):
    return CliRunner().invoke(main, ["rules", "boundaries", *map(str, arguments)])


def test_a_file_of_ones_own_is_compared_in_words_and_as_json(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_bytes(HEAD + b"A,X,97\nA,Y,3\nB,Y,100\n")
    told = joinedup("--pairs", path)
    assert told.exit_code == 0
    assert (
        "Areas that lie in one of the other areas: 1 of 2 (1 lies in several of the other areas)"
        in told.output
    )
    assert "A: X 97% (97), Y 3% (3)" in told.output
    (made,) = json.loads(joinedup("--pairs", path, "--sliver", "0.03", "--json").output)
    assert (made["nested"], made["sliver"]) == (1.0, 0.03)


def test_a_bad_file_and_an_empty_folder_are_told(tmp_path):
    path = tmp_path / "bad.csv"
    path.write_bytes(HEAD + b"A,X\n")
    refused = joinedup("--pairs", path)
    assert refused.exit_code == 1
    assert "bad.csv:2" in refused.output
    empty = joinedup("--data", tmp_path / "installation")
    assert empty.exit_code == 1
    assert "No lookup of areas is loaded" in empty.output
