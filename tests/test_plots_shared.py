import pytest

from finsam_eval.plots.shared import TALLEST, canvas_of


@pytest.mark.parametrize("many", [3, 28, 60])
def test_a_figure_of_many_questions_fits_a_page_and_its_labels_their_lines(many):
    name = "K09d Personalen tar tillvara mina erfarenheter, kunskaper och synpunkter för att göra verksamheten bättre."
    canvas, axes = canvas_of([name] * many)
    canvas.canvas.draw()
    assert canvas.get_figheight() <= TALLEST + 1e-9
    boxes = [label.get_window_extent() for label in axes.get_yticklabels()]
    assert all(lower.y1 <= upper.y0 + 1 for upper, lower in zip(boxes, boxes[1:], strict=False))
    assert all(label.get_text().startswith("K09d Personalen") for label in axes.get_yticklabels())
    assert axes.get_yticklabels()[0].get_text().endswith("…" if many == 60 else "bättre.")
