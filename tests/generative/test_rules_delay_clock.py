"""The clock against a slow, obvious count of days, and what must hold of it whatever the stay."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from joinedup.core.moments import UK_TIME
from joinedup.core.nation import Nation
from joinedup.rules.leaving_hospital.by_nation import ClockState, Complexity, Setting, Stay, delay_clock

NO_TIME = timedelta(0)
# From the first day of the latest rules of all four nations; each year holds two changes of the clocks.
READY = st.datetimes(datetime(2023, 12, 11), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
WAITS = st.timedeltas(NO_TIME, timedelta(days=40))
NATIONS = st.sampled_from(Nation)


@st.composite
def stays(draw: st.DrawFn) -> Stay:
    ready_at = draw(READY)
    moved_at = draw(st.none() | WAITS.map(lambda wait: ready_at + wait))
    left_at = draw(st.none() | WAITS.map(lambda wait: (moved_at or ready_at) + wait))
    return Stay(
        admitted_at=draw(st.none() | WAITS.map(lambda wait: ready_at - wait)),
        ready_at=ready_at,
        left_at=left_at,
        born=draw(st.none() | st.dates(date(1920, 1, 1), date(2023, 1, 1))),
        setting=draw(st.sampled_from(Setting)),
        reason_code=draw(st.sampled_from([None, "9", "100", "26X", "other"])),
        complexity=draw(st.none() | st.sampled_from(Complexity)),
        moved_to_intermediate_care_at=moved_at,
    )


def days_by_counting(nation: Nation, ready_at: datetime, end: datetime) -> int:
    """Walk through the days, one at a time, by each nation's rule as its documents put it."""
    ready_day, last_day = ready_at.astimezone(UK_TIME).date(), end.astimezone(UK_TIME).date()
    waited = end - ready_at
    if nation in (Nation.WALES, Nation.NORTHERN_IRELAND) and waited <= timedelta(hours=48):
        return 0
    days, day = 0, ready_day
    while day < last_day:
        day += timedelta(days=1)
        midnight = datetime.combine(day, time(), UK_TIME).astimezone(UTC)
        days += ready_at < midnight <= end
    return days


@given(NATIONS, READY, WAITS)
def test_days_are_those_that_a_slow_count_finds(nation, ready_at, wait):
    stay = Stay(admitted_at=None, ready_at=ready_at, setting=Setting.ACUTE, complexity=Complexity.COMPLEX)
    clock = delay_clock(nation, stay, ready_at + wait).value
    assert clock.delayed_days == days_by_counting(nation, ready_at, ready_at + wait)


@given(NATIONS, READY, WAITS)
def test_the_length_is_what_passed_since_the_clock_started(nation, ready_at, wait):
    stay = Stay(admitted_at=None, ready_at=ready_at, setting=Setting.ACUTE, complexity=Complexity.COMPLEX)
    clock = delay_clock(nation, stay, ready_at + wait).value
    assert clock.starts_at is not None
    passed = ready_at + wait - clock.starts_at.astimezone(UTC)
    assert clock.delayed == (passed if clock.counts else NO_TIME)
    assert clock.starts_at.astimezone(UTC) >= ready_at


@given(NATIONS, stays(), WAITS, WAITS)
def test_a_delay_is_never_negative_and_never_shrinks(nation, stay, wait, more):
    first = delay_clock(nation, stay, stay.ready_at + wait).value
    later = delay_clock(nation, stay, stay.ready_at + wait + more).value
    assert NO_TIME <= first.delayed <= later.delayed
    assert 0 <= first.delayed_days <= later.delayed_days
    assert first.counts <= later.counts
    assert (first.breached or False) <= (later.breached or False)
    assert first.time_left is None or first.time_left >= NO_TIME


@given(NATIONS, stays(), WAITS, WAITS)
def test_leaving_stops_the_clock(nation, stay, wait, more):
    if stay.left_at is None:
        return
    at_leaving = delay_clock(nation, stay, stay.left_at).value
    afterwards = delay_clock(nation, stay, stay.left_at + wait + more).value
    assert afterwards == at_leaving
    assert at_leaving.state is ClockState.LEFT


@given(NATIONS, stays(), WAITS)
def test_the_answer_does_not_depend_on_the_zone_in_which_times_are_written(nation, stay, wait):
    moved = Stay(
        admitted_at=stay.admitted_at and stay.admitted_at.astimezone(UK_TIME),
        ready_at=stay.ready_at.astimezone(UK_TIME),
        left_at=stay.left_at and stay.left_at.astimezone(UK_TIME),
        born=stay.born,
        setting=stay.setting,
        reason_code=stay.reason_code,
        complexity=stay.complexity,
        moved_to_intermediate_care_at=stay.moved_to_intermediate_care_at
        and stay.moved_to_intermediate_care_at.astimezone(UK_TIME),
    )
    at = stay.ready_at + wait
    assert delay_clock(nation, moved, at.astimezone(UK_TIME)) == delay_clock(nation, stay, at)


@given(NATIONS, stays(), WAITS)
def test_the_state_agrees_with_the_rest_of_the_answer(nation, stay, wait):
    result = delay_clock(nation, stay, stay.ready_at + wait)
    clock = result.value
    assert clock.counts is (clock.why_not is None)
    assert (clock.delayed_days == 0 and clock.delayed == NO_TIME) or clock.counts
    if clock.state is ClockState.BREACHED:
        assert clock.breached
        assert clock.time_left == NO_TIME
    if clock.state is ClockState.DELAYED:
        assert clock.counts
        assert not clock.breached
    if clock.state in (ClockState.WITHIN, ClockState.NOT_COUNTED):
        assert not clock.counts
    assert (clock.stopped_at is not None) is (clock.state is ClockState.LEFT)
    assert result.steps
