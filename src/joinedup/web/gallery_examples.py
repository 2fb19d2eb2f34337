"""Made-up examples for the component gallery. Every name and number here is invented and looks it."""

from datetime import UTC, date, datetime, timedelta

from django import forms

from joinedup.web.charts import Chart, Limits, Mark, Point
from joinedup.web.components import (
    Board,
    BoardCard,
    BoardColumn,
    BoardView,
    Column,
    Definition,
    EmptyState,
    Explanation,
    ExplanationStep,
    Fact,
    FilterGroup,
    FilterLink,
    Link,
    Pages,
    PersonBanner,
    Source,
    StatusTag,
    Table,
    Timeline,
    TimelineEntry,
    Tone,
    WorkList,
    WorkRow,
    timeline,
)
from joinedup.web.presenters.stays import StaySummary
from joinedup.web.questions import MomentField
from joinedup.web.split_views import SplitRow, SplitView
from joinedup.web.step_charts import Level, StepChart

AT = datetime(2026, 3, 5, 8, 10, tzinfo=UTC)
HERE = "#"

PERSON = PersonBanner(
    name="Testa Sampleton",
    on=AT.date(),
    born=date(1941, 3, 3),
    number="9991234567",
    pronouns="she/her",
    allergies=("Penicillin", "latex"),
    warnings=("Falls",),
    coordinator="Nurse Example, Madeup Community Trust",
    is_restricted=True,
    is_protected=True,
)
TAGS = tuple(
    StatusTag(text, tone)
    for text, tone in (
        ("Not ready", Tone.PLAIN),
        ("Within time", Tone.INFORMATION),
        ("Left", Tone.GOOD),
        ("Not recorded", Tone.WAITING),
        ("Delayed", Tone.CONCERN),
        ("Over the limit", Tone.URGENT),
    )
)
STAY = StaySummary(
    where="Ward 4, Fictional Infirmary",
    admitted="Friday 20 February, 09:15 (12 days)",
    ready="Tuesday 3 March, 14:10 (1 day 18 hours)",
    status=TAGS[4],
    clock_words="6 hours left of 48 hours",
    because="Care at home not yet arranged",
    waiting_for="Social care",
    explain=Link("Why?", HERE),
)


def _card(name: str, ward: str, hours: int, clock: StatusTag, because: tuple[str, str]) -> BoardCard:
    ready = AT - timedelta(hours=hours)
    left = 48 - hours
    return BoardCard(
        person=Link(name, HERE),
        where=ward,
        since=ready,
        clock=clock,
        clock_words=f"{abs(left)} hours {'left' if left > 0 else 'over'}",
        because=because[0],
        waiting_for=because[1],
        due=ready + timedelta(hours=48),
        explain=Link("Why?", HERE),
    )


def board(view: BoardView) -> Board:
    """People ready to leave an invented hospital."""
    over, delayed, within = (
        StatusTag("Over the limit", Tone.URGENT),
        StatusTag("Delayed", Tone.CONCERN),
        StatusTag("Within time", Tone.INFORMATION),
    )
    columns = (
        BoardColumn(
            "Over the limit",
            (
                _card(
                    "Testa Sampleton",
                    "Ward 4, Fictional Infirmary",
                    76,
                    over,
                    ("Care at home not yet arranged", "Madeup Council"),
                ),
                _card(
                    "Ample Placeholder",
                    "Ward 2, Fictional Infirmary",
                    55,
                    over,
                    ("Choosing a care home", "The person and family"),
                ),
            ),
            "48 hours or more since declared ready",
        ),
        BoardColumn(
            "Delayed",
            (
                _card(
                    "Dummy McExample",
                    "Ward 4, Fictional Infirmary",
                    30,
                    delayed,
                    ("Equipment for the home", "Madeup Community Trust"),
                ),
            ),
            "Counted as a delay, still within the limit",
        ),
        BoardColumn(
            "Ready today",
            (
                _card(
                    "Specimen Jones-Testcase",
                    "Ward 11, Fictional Infirmary",
                    3,
                    within,
                    ("Waiting for medicines", "Fictional Infirmary"),
                ),
            ),
        ),
        BoardColumn("Leaving now", ()),
    )
    return Board("People ready to leave", columns, AT, view, "?view=table#board", "?view=board#board")


def a_timeline() -> Timeline:
    """A few weeks of an invented record, with a long silence."""
    entries = (
        TimelineEntry(
            "e1",
            AT - timedelta(hours=1),
            "Madeup Community Trust",
            "Visit",
            "District nurse visit",
            "Nurse Example",
            (Fact("Reason", "Leg ulcer dressing"), Fact("Outcome", "Dressing changed, healing well")),
        ),
        TimelineEntry(
            "e2",
            AT - timedelta(hours=20),
            "Fictional Infirmary",
            "Hospital stay",
            "Declared ready to leave",
            "Dr Placeholder",
            (Fact("Ward", "Ward 4"), Fact("Waiting for", "Care at home")),
            tag="Corrected",
            more=Link("See the earlier version", "#"),
        ),
        TimelineEntry(
            "e3",
            AT - timedelta(hours=23),
            "Madeup Council",
            "Assessment",
            "Assessment of care and support needs started",
            "S. Worker",
        ),
        TimelineEntry(
            "e4",
            AT - timedelta(days=61),
            "Invented Surgery",
            "Appointment",
            "GP appointment",
            "Dr Dummy",
            (Fact("Reason", "Review of medicines"),),
        ),
    )
    return timeline(entries)


def a_chart() -> Chart:
    """Two years of invented figures with a run below the limits."""
    figures = (
        1210,
        1180,
        1240,
        1302,
        1263,
        1190,
        1155,
        1228,
        1275,
        1210,
        1251,
        1198,
        1233,
        1610,
        1241,
        1170,
        1222,
        1195,
        1213,
        1180,
        1102,
        960,
        942,
        925,
    )
    marks = {13: Mark.CONCERN, 21: Mark.IMPROVEMENT, 22: Mark.IMPROVEMENT, 23: Mark.IMPROVEMENT}
    points = tuple(
        Point(date(2024 + place // 12, place % 12 + 1, 1), float(figure), marks.get(place, Mark.USUAL))
        for place, figure in enumerate(figures)
    )
    return Chart(
        id="gallery-chart",
        title="Delays fell: below the lower limit in each of the last 3 months",
        description="Delayed days per 100,000 adults by month, January 2024 to December 2025. "
        "The mean is 1,213. One month was above the upper limit (February 2025), and the last three were "
        "below the lower limit.",
        unit="Delayed days per 100,000 adults, by month (invented figures)",
        points=points,
        limits=(Limits(0, 23, 1213.0, 985.0, 1441.0),),
        target=1000.0,
    )


def a_step_chart() -> StepChart:
    """An amount that rose, and for a while was not known."""
    levels = (
        Level(date(2016, 4, 1), date(2018, 3, 31), 60, "£60.00"),
        Level(date(2018, 4, 1), date(2019, 3, 31), 70, "£70.00"),
        Level(date(2021, 4, 1), date(2024, 3, 31), 90, "£90.00"),
        Level(date(2024, 4, 1), None, 100, "£100.00"),
    )
    return StepChart(
        id="gallery-steps",
        title="An invented allowance: £60.00 in 2016, £100.00 from 2024",
        description="4 values, and none from April 2019 to March 2021.",
        unit="Pounds a week",
        levels=levels,
        today=date(2026, 3, 5),
    )


def a_table() -> Table:
    """The chart's last figures."""
    return Table(
        "Delayed days per 100,000 adults",
        (Column("Month"), Column("Delayed days", True), Column("Per 100,000", True), Column("What it shows")),
        (
            ("December 2025", "3,700", "925", "Below the lower limit"),
            ("November 2025", "3,768", "942", "Below the lower limit"),
            ("October 2025", "3,840", "960", "Below the lower limit"),
            ("September 2025", "not given: fewer than 8", "not given", "–"),
        ),
    )


def explanation() -> Explanation:
    """Why an invented clock says what it says."""
    return Explanation(
        title="Why is this person over the limit?",
        result="28 hours over the limit of 48 hours.",
        steps=(
            ExplanationStep(
                "Declared ready", "Monday 2 March 2026, 04:10", "The ward declared it on the record."
            ),
            ExplanationStep(
                "Clock starts",
                "Monday 2 March 2026, 04:10",
                "In this nation the clock starts when the person is ready.",
                (Source("Example guidance, paragraph 12", "https://joinedup.example/guidance"),),
            ),
            ExplanationStep(
                "Limit",
                "48 hours",
                "Nine in ten people whose leaving is complex leave within 48 hours.",
                (Source("Example report, table 3", None, "Not verified"),),
            ),
        ),
    )


SPLIT = SplitView(
    "Is this the same person?",
    "Fictional Infirmary",
    "Madeup Council",
    (
        SplitRow("Name", "Testa Sampleton", "Testa SAMPLETON"),
        SplitRow("Born", "3 March 1941", "3 March 1914"),
        SplitRow("Phone", None, "01632 960001"),
        SplitRow("Known to", "Wards of the infirmary", "Social care system", is_compared=False),
    ),
)
FILTERS = (
    FilterGroup(
        "Organisation",
        (
            FilterLink("Fictional Infirmary", HERE, 12, True),
            FilterLink("Madeup Council", HERE, 7),
            FilterLink("Invented Surgery", HERE, 1_204),
        ),
        Link("Show all organisations", HERE),
    ),
    FilterGroup("Kind", (FilterLink("Visit", HERE, 3), FilterLink("Assessment", HERE, 2))),
)
PAGES = Pages(page=2, last=10, href="?page=", shown="51 to 100 of 500 entries")
EMPTY = EmptyState(
    "Nobody is ready to leave",
    "When a ward declares someone ready, they appear here.",
    Link("Find a person", HERE),
)
DEFINITION = Definition(
    (
        Fact("What is counted", "Days in a hospital bed after the day the person was ready to leave"),
        Fact("Who", "People aged 18 and over"),
        Fact("Source", "Invented"),
    )
)


NOTICE = "Testa Sampleton is declared ready to leave since Tuesday 3 March, 14:10."
WORK = WorkList(
    caption="In hospital, not ready yet",
    columns=("Where", "In hospital since"),
    rows=(
        WorkRow(
            Link("Testa Sampleton", HERE),
            "NHS number 999 123 4567",
            ("Ward 4, Fictional Infirmary", "Tuesday 3 March, 14:10 (2 days 4 hours)"),
            (Link("Declare ready", HERE),),
        ),
    ),
)


class ExampleForm(forms.Form):
    """One question of each kind."""

    since = MomentField(
        label="Since when are they ready to leave?",
        help_text="Day, month, year, and the time on a 24-hour clock",
        noun="The day they were ready",
        missing="Enter the day and time since when they are ready to leave",
    )
    reason = forms.ChoiceField(
        label="Why are they waiting?",
        help_text="The main reason today",
        choices=(("home", "Care at home"), ("choice", "Choosing a care home"), ("unknown", "I don’t know")),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose why they are waiting"},
    )
    partners = forms.MultipleChoiceField(
        label="Who has been told?",
        choices=(("council", "Council"), ("family", "Family")),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    ward = forms.ChoiceField(label="Ward", choices=(("4", "Ward 4"), ("11", "Ward 11")))
    bed = forms.CharField(
        label="Bed",
        error_messages={"required": "Enter the bed"},
        widget=forms.TextInput(attrs={"data-width": "5"}),
    )
    note = forms.CharField(label="Anything else", required=False, widget=forms.Textarea)


def sent_form() -> ExampleForm:
    """A form sent with answers missing."""
    return ExampleForm({"ward": "11"})
