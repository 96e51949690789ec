from finsam_eval import tables
from tests.structure_data import CODEBOOK, too_few, with_dif

FOUND, PAIRS = with_dif()
FEW = too_few()


def cells(table):
    return [[cell.replace("\N{NO-BREAK SPACE}", " ") for cell in row] for row in table.rows]


def every():
    return [
        tables.dimensions(FOUND),
        tables.model_fit(FOUND),
        tables.loadings(CODEBOOK, FOUND),
        tables.equality(FOUND),
        tables.equality_over_time(CODEBOOK, PAIRS),
        tables.item_response(CODEBOOK, FOUND),
        tables.read_differently(CODEBOOK, FOUND),
    ]


def test_every_table_has_as_many_cells_as_headings_and_no_bare_python():
    for table in every():
        assert {len(row) for row in table.rows} == {len(table.columns)}, table.caption
        assert not any(word in cell for row in table.rows for cell in row for word in ("nan", "None", "Status")), table


def test_every_item_of_both_sets_has_a_row():
    for table in (
        tables.loadings(CODEBOOK, FOUND),
        tables.item_response(CODEBOOK, FOUND),
        tables.read_differently(CODEBOOK, FOUND),
    ):
        assert len(table.rows) == 7 + 9
        assert table.rows[0][0] == "K01a, deltagare under insatsen"


def test_the_planted_item_is_flagged_by_both_tests_and_women_answer_lower():
    rows = {row[0].split(",")[0]: row for row in cells(tables.read_differently(CODEBOOK, FOUND))[7:]}
    assert (rows["K06b"][4], rows["K06b"][6]) == ("måttlig", "stor")
    assert rows["K06b"][1].startswith("−")
    assert {row[4] for name, row in rows.items() if name != "K06b"} == {"försumbar"}


def test_steps_of_equality_end_where_they_fail_and_the_freed_item_has_a_line():
    rows = cells(tables.equality(FOUND))
    own = [row for row in rows if row[0].startswith("Deltagarpåståenden vid avslut")]
    assert [row[1] for row in own] == [
        "Samma frågor hör ihop",
        "Svarsstegen är lika",
        "Laddningarna är lika",
        "Utgångslägena är lika",
        "Utgångslägena är lika",
    ]
    assert own[0][-1] == "utgångspunkt"
    assert own[3][-1] == "håller inte"
    assert own[4][0].endswith("utan krav på K06b")
    assert own[4][-1] in ("håller", "nästan")


def test_dimensions_stand_side_by_side():
    (row, _) = cells(tables.dimensions(FOUND))
    assert row[1] == "400"
    assert row[4:] == ["1", "1", "1", "1"]


def test_one_set_is_told_apart_from_another_of_the_same_group_by_its_label():
    twice = [FOUND[1], FOUND[1]]
    assert tables.loadings(CODEBOOK, twice).rows[0][0] == "K01b, deltagarpåståenden vid avslut"


def test_too_few_answers_leave_no_rows_but_a_sentence():
    for table in (
        tables.dimensions(FEW),
        tables.model_fit(FEW),
        tables.loadings(CODEBOOK, FEW),
        tables.equality(FEW),
        tables.item_response(CODEBOOK, FEW),
        tables.read_differently(CODEBOOK, FEW),
    ):
        assert table.rows == []
        assert "texten ovanför säger varför" in str(table._repr_mimebundle_())
    assert tables.equality_over_time(CODEBOOK, []) is None


def test_p_values_never_read_as_nought():
    from finsam_eval.tables.validity import p_value

    assert p_value(1e-9) == "<0,001"
    assert p_value(0.0321) == "0,032"
