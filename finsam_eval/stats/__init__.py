"""Statistical primitives: numpy arrays in, numpy arrays out; they know nothing of förbund, items or files."""

from finsam_eval.stats.clustering import MeanSquares, PooledIcc, design_effect, mean_squares, pooled_icc, size_cv2
from finsam_eval.stats.dispersion import (
    benjamini_hochberg,
    dispersion,
    exact_p,
    interpolated_limits,
    winsorised,
)
from finsam_eval.stats.intervals import (
    difference_limits,
    jeffreys_probability,
    mean_interval,
    newcombe,
    wilson,
    woodruff_quantile,
)
from finsam_eval.stats.mixed import RandomIntercept, linear_intercept, logistic_intercept
from finsam_eval.stats.resampling import bca, jackknife_t, limits_of_pulls, percentile, unique_rows

__all__ = [
    "MeanSquares",
    "PooledIcc",
    "RandomIntercept",
    "bca",
    "benjamini_hochberg",
    "design_effect",
    "difference_limits",
    "dispersion",
    "exact_p",
    "interpolated_limits",
    "jackknife_t",
    "jeffreys_probability",
    "limits_of_pulls",
    "linear_intercept",
    "logistic_intercept",
    "mean_interval",
    "mean_squares",
    "newcombe",
    "percentile",
    "pooled_icc",
    "size_cv2",
    "unique_rows",
    "wilson",
    "winsorised",
    "woodruff_quantile",
]
