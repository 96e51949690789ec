"""Programs in many unknowns, given to HiGHS: ones that are solved many times over, and ones in whole numbers.

HiGHS itself, and not by way of scipy: there every program is stated anew and solved from the beginning.
"""

from __future__ import annotations

import highspy
import numpy as np
from scipy import sparse

from finsam_eval.disclosure.moves import Values


class Linear:
    """The smallest sum of costs where `rows` @ x stays within limits and x between 0 and the room each has.

    The next program starts where the last one ended, which is seldom far.
    """

    def __init__(self, rows: sparse.csr_array) -> None:
        self._shape = rows.shape
        self._solver = _solver()
        self._solver.setOptionValue("solver", "simplex")  # the others cannot start from where they were
        self._solver.setOptionValue("presolve", "off")  # it would take longer than to solve, and forget the start
        none = np.zeros(rows.shape[1])
        self._solver.passModel(_model(rows, none, none, *np.zeros((2, rows.shape[0]))))

    def solve(self, cost: Values, room: Values, least: Values, most: Values) -> Values:
        """Return the best x.

        Raises
        ------
        RuntimeError
            When the solver finds none; 0 is asked to be within the limits.
        """
        solver, (many, number) = self._solver, self._shape
        row, column = np.arange(many, dtype=np.int32), np.arange(number, dtype=np.int32)
        solver.changeColsCost(number, column, cost)
        solver.changeColsBounds(number, column, np.zeros(number), room)
        solver.changeRowsBounds(many, row, least, most)  # type: ignore[attr-defined]  # its stubs lack it
        solver.run()
        if not _solved(solver):
            # Now and then it gives up from where it stands, and comes through from the beginning.
            solver.clearSolver()
            solver.setOptionValue("presolve", "on")
            solver.run()
            solver.setOptionValue("presolve", "off")
        if not _solved(solver):
            raise RuntimeError(f"linear program of {number} unknowns not solved: {solver.getModelStatus().name}")
        return np.array(solver.getSolution().col_value)


def whole(cost: Values, rows: sparse.csr_array, least: Values, most: Values, high: Values) -> Values | None:
    """Return the whole numbers of least cost, from 0 to `high`, that keep `rows` within limits, if there are any."""
    told = np.diff(rows.indptr) > 0
    if (least[~told] > 0).any() or (most[~told] < 0).any():
        return None
    solver = _solver()
    solver.setOptionValue("mip_rel_gap", 0.0)
    model = _model(rows[told], cost, high, least[told], most[told])
    model.integrality_ = [highspy.HighsVarType.kInteger] * len(cost)
    solver.passModel(model)
    solver.run()
    return np.round(solver.getSolution().col_value) if _solved(solver) else None


def _solver() -> highspy.Highs:
    """Return a solver that is silent and takes the same way each time."""
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("parallel", "off")
    return solver


def _model(rows: sparse.csr_array, cost: Values, room: Values, least: Values, most: Values) -> highspy.HighsLp:
    columns = rows.tocsc()
    model = highspy.HighsLp()
    model.num_row_, model.num_col_ = rows.shape
    model.col_cost_, model.col_lower_, model.col_upper_ = cost, np.zeros(rows.shape[1]), room
    model.row_lower_, model.row_upper_ = least, most
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_, model.a_matrix_.index_ = columns.indptr, columns.indices
    model.a_matrix_.value_ = columns.data
    return model


def _solved(solver: highspy.Highs) -> bool:
    return bool(solver.getModelStatus() == highspy.HighsModelStatus.kOptimal)
