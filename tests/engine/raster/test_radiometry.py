import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from support.limits import Rule

from engine.errors import EmptyPairError, UsageError
from engine.raster.radiometry import LinearMap, decide_maps

RULE = Rule((2, 98), (20, 220))
RNG = np.random.default_rng(0)


def values(low, high, dtype="uint16", n=4000):
    return RNG.uniform(low, high, (n, 3)).astype(dtype)


def decide(before, after, stretch="auto"):
    return decide_maps(before, after, (str(before.dtype), str(after.dtype)), stretch, RULE)


def test_eight_bit_passes_through_untouched():
    before, after = values(0, 250, "uint8"), values(0, 60, "uint8")
    maps = decide(before, after)
    assert [m.source for m in maps] == ["identity", "identity"]
    assert maps[0].apply(before) is before


def test_like_dates_share_one_map_so_that_a_brightening_stays_one():
    before, after = values(500, 1500), values(800, 2400)
    first, second = decide(before, after)
    assert first == second and first.source == "joint"
    assert second.apply(after).mean() > first.apply(before).mean() + 20


def test_unlike_dates_get_their_own_maps():
    before, after = values(100, 1100), values(4000, 40000)
    first, second = decide(before, after)
    assert (first.source, second.source) == ("own", "own")
    assert first.apply(before).mean() == pytest.approx(second.apply(after).mean(), abs=3)


def test_other_data_type_gets_its_own_map_and_eight_bit_stays():
    before, after = values(0, 255, "uint8"), values(40, 2080)
    first, second = decide(before, after)
    assert (first.source, second.source) == ("identity", "own")
    low, high = second.percentiles
    assert low * second.gain + second.offset == pytest.approx(20)
    assert high * second.gain + second.offset == pytest.approx(220)


def test_values_around_zero_are_compared_by_distance():
    like = decide(values(-20, 5, "float32"), values(-18, 6, "float32"))
    assert like[0].source == "joint"
    unlike = decide(values(-20, -10, "float32"), values(5, 10, "float32"))
    assert unlike[0].source == "own"


def test_stretch_options():
    before, after = values(0, 3000), values(0, 3000)
    first, second = decide(before, after, "0,3000")
    assert first == second
    assert first.apply(np.array([0, 1500, 3000, 9000], np.uint16)).tolist() == [0, 128, 255, 255]
    plain = decide(before, after, "none")[0]
    assert plain.apply(np.array([0, 255, 3000], np.uint16)).tolist() == [0, 255, 255]


@pytest.mark.parametrize("text", ["", "wide", "3,1", "1,1", "1,2,3", "nan,2"])
def test_bad_stretch_is_refused(text):
    with pytest.raises(UsageError, match=r"[sS]tretch"):
        decide(values(0, 10), values(0, 10), text)


def test_constant_date_is_named_with_its_value():
    with pytest.raises(EmptyPairError) as error:
        decide(values(0, 10), np.full((50, 3), 7, np.uint16))
    assert "after is one constant value (7, 7, 7)" in error.value.message
    assert "--nodata 7" in (error.value.hint or "")


def test_nearly_constant_date_falls_back_to_its_extremes():
    before = np.full((4000, 3), 500, np.uint16)
    before[0] = 900
    first, _ = decide(before, before.copy())
    assert first.percentiles == (500, 900) and np.isfinite(first.gain)


DTYPES = ["uint8", "int8", "uint16", "int16", "int32", "uint32", "int64", "float32", "float64"]


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(DTYPES).flatmap(
        lambda d: hnp.arrays(d, (3, 4, 5), elements=hnp.from_dtype(np.dtype(d)))
    ),
    st.floats(0.001, 50),
    st.floats(-500, 500),
)
def test_any_pixels_land_in_range_and_in_order(pixels, gain, offset):
    mapped = LinearMap(gain, offset).apply(pixels)
    assert mapped.dtype == np.uint8 and mapped.shape == pixels.shape
    finite = np.isfinite(pixels.astype(np.float64))
    order = np.argsort(pixels[finite], kind="stable")
    assert (np.diff(mapped[finite][order].astype(int)) >= 0).all()


def test_not_a_number_becomes_black_and_infinity_is_cut():
    mapped = LinearMap(1, 0).apply(np.array([np.nan, np.inf, -np.inf, 12.4], np.float32))
    assert mapped.tolist() == [0, 255, 0, 12]


def test_tables_agree_with_arithmetic():
    linear = LinearMap(0.037, -11.3)
    stored = np.arange(0, 65536, 7, dtype=np.uint16)
    assert (linear.apply(stored) == linear.apply(stored.astype(np.float32))).all()
