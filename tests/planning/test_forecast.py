"""The forecast keeps what it says: of its 85 % dates, 85 % hold, where usual methods are overconfident."""

from __future__ import annotations

import random
import time
from datetime import date

import pytest

from benchmarks.forecasts import Past, backtest, generated, half, kept, kept_by_fit, kept_with_own, usually_kept
from release.planning.forecast import Forecast, chance_within, forecast
from release.planning.own_forecasts import own_ratios

DAY = date(2026, 11, 30)
BANDS = {0.50: (0.42, 0.58), 0.85: (0.79, 0.90), 0.95: (0.91, 0.98)}
PAST = backtest()


@pytest.mark.parametrize("chance", BANDS)
@pytest.mark.parametrize("rows", [PAST, half(PAST, 0), half(PAST, 1)], ids=["all", "even", "odd"])
def test_the_days_keep_their_chance_on_past_projects(rows: list[Past], chance: float) -> None:
    low, high = BANDS[chance]

    assert low <= kept(rows, chance) <= high


@pytest.mark.parametrize("chance", BANDS)
@pytest.mark.parametrize("rows", [PAST, half(PAST, 0), half(PAST, 1)], ids=["all", "even", "odd"])
def test_the_days_keep_their_chance_where_own_past_forecasts_count(rows: list[Past], chance: float) -> None:
    low, high = BANDS[chance]

    assert low <= kept_with_own(rows, chance) <= high


@pytest.mark.parametrize("chance", BANDS)
@pytest.mark.parametrize("fitted", [0, 1])
def test_ratios_fitted_on_one_half_of_the_projects_hold_on_the_other(fitted: int, chance: float) -> None:
    """The method, rather than the table: what one half gives is tried on projects that it never saw."""
    low, high = BANDS[chance]

    assert low <= kept_by_fit(half(PAST, fitted), half(PAST, 1 - fitted), chance) <= high


def test_the_usual_method_is_overconfident_where_ours_is_not() -> None:
    """Histories whose pace drifts, of known truth: within binomial bounds (3 sigma of two samples of 200)."""
    made = generated(400)
    ours = [each.past for each in made]
    for chance in BANDS:
        bound = 3 * (chance * (1 - chance) * 2 / 200) ** 0.5
        assert kept_by_fit(ours[::2], ours[1::2], chance) == pytest.approx(chance, abs=bound)

    assert usually_kept(made, 0.85) < 0.75
    assert usually_kept(made, 0.95) < 0.82


def of(left: float = 12, weeks: tuple[int, ...] = (0, 1, 2, 0, 3, 1) * 4) -> Forecast:
    found = forecast(DAY, left, weeks)
    assert found
    return found


def test_everyone_gets_the_same_answer() -> None:
    assert of() == of()
    assert of().median_days != of(weeks=(0, 1, 2, 0, 3, 2) * 4).median_days


def test_under_five_items_there_is_no_number() -> None:
    assert forecast(DAY, 3, [0] * 22 + [1, 1, 1, 1]) is None
    assert forecast(DAY, 3, [0] * 21 + [1, 1, 1, 1, 1]) is not None
    assert forecast(DAY, 3, [40, 40, 40]) is None


def own(*ratios: float) -> Forecast:
    found = forecast(DAY, 12, (0, 1, 2, 0, 3, 1) * 4, ratios)
    assert found
    return found


def test_own_past_forecasts_count_from_ten_on_and_by_how_many_there_are() -> None:
    assert own(*[3.0] * 9) == of()
    ten, twenty = own(*[3.0] * 10), own(*[3.0] * 20)
    assert of().by(0.5) < ten.by(0.5) < twenty.by(0.5)
    assert twenty.days(0.5) / of().days(0.5) == pytest.approx((3 / 1.05) ** 0.25)
    late = own(*[1.0] * 10, *[4.0] * 10)
    assert late.days(0.95) / of().days(0.95) == pytest.approx((4 / 2.99) ** 0.25)


def test_own_forecasts_are_those_of_every_second_week_whose_tenth_change_is_there() -> None:
    until = 1_800_000_000
    steady = [until - 3 * 86_400 * number for number in range(160)][::-1]

    found = own_ratios(steady, until)

    assert 10 <= len(found) <= 19
    assert all(0.7 < each < 1.3 for each in found)
    assert own_ratios(steady, until + 3600) == found
    assert own_ratios(steady[:-30], until) == found[len(found) - len(own_ratios(steady[:-30], until)) :]
    assert own_ratios([], until) == own_ratios(steady[-9:], until) == ()


def test_chances_and_dates_agree() -> None:
    for found in (of(), own(0.5, 0.7, 0.9, 1.0, 1.1, 1.2, 1.5, 2.0, 3.0, 9.0, 12.0)):
        for chance in (0.05, 0.2, 0.5, 0.77, 0.85, 0.95):
            days = found.days(chance)
            assert chance_within(days, found.median_days, found.left, found.own) == pytest.approx(chance, abs=1e-6)
    chances = [found.chance(date.fromordinal(DAY.toordinal() + days)) for days in range(400)]
    assert chances == sorted(chances)
    assert (chances[0], chances[-1]) == (0.0, 0.99)


def test_nothing_left_is_done_today() -> None:
    found = of(left=0)

    assert (found.by(0.95), found.chance(DAY)) == (DAY, 1.0)


@pytest.mark.parametrize("left", [3, 30, 300])
def test_a_steady_pace_gives_the_time_that_it_takes(left: int) -> None:
    """Where each week is like the others, the draws know nothing but that week."""
    assert of(left, (3,) * 26).median_days == pytest.approx(left / 3 * 7)


def test_draws_agree_with_a_history_of_known_truth() -> None:
    """Of weeks that are drawn independently, half of the futures are over by the median, within binomial bounds."""
    chance = random.Random(5)
    over = 0
    for _ in range(300):
        weeks = [chance.choice((0, 0, 1, 2, 5)) for _ in range(26)]
        found = forecast(DAY, 20, weeks)
        if found:
            days = 0
            left = 20
            while left > 0:
                left -= chance.choice((0, 0, 1, 2, 5))
                days += 7
            over += days <= found.median_days + 3.5
    assert 0.42 <= over / 300 <= 0.58


def test_five_thousand_items_take_no_longer_than_a_person_notices() -> None:
    begun = time.process_time()
    found = of(5000, (0, 1) * 13)

    assert found.median_days == pytest.approx(70_000, rel=0.1)
    assert time.process_time() - begun < 1
