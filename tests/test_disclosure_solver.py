import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from scipy.optimize import linprog

from finsam_eval.disclosure.solver import Linear, whole


@given(st.integers(0, 10_000))
def test_each_of_many_programs_is_solved_as_if_it_were_the_first(seed):
    random = np.random.default_rng(seed)
    rows = random.integers(-1, 2, (4, 7)).astype(float)
    solver = Linear(sparse.csr_array(rows))
    for _ in range(4):
        cost, room = random.uniform(-1, 1, 7), random.integers(0, 3, 7).astype(float)
        least, most = -random.integers(0, 3, 4).astype(float), random.integers(0, 3, 4).astype(float)
        found = solver.solve(cost, room, least, most)
        known = linprog(cost, np.vstack([rows, -rows]), np.r_[most, -least], bounds=np.c_[np.zeros(7), room])
        assert abs(cost @ found - known.fun) < 1e-7
        assert (found >= -1e-7).all() and (found <= room + 1e-7).all()
        assert (rows @ found >= least - 1e-7).all() and (rows @ found <= most + 1e-7).all()


def test_whole_numbers_of_least_cost_or_none():
    rows, cost, high = sparse.csr_array([[2.0, 3.0]]), np.array([2.0, 1.0]), np.full(2, 9.0)
    assert whole(cost, rows, np.array([7.0]), np.array([7.0]), high).tolist() == [2, 1]
    assert whole(cost, rows, np.array([1.0]), np.array([1.0]), high) is None
    nothing = sparse.csr_array((1, 2))
    assert whole(cost, nothing, np.array([1.0]), np.array([1.0]), high) is None
    assert whole(cost, nothing, np.array([0.0]), np.array([0.0]), high) is not None
