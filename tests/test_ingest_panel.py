"""A panel's ratings of the items: what is kept, what is set aside, and what is written beside them."""

import pandas as pd
import pytest

from finsam_eval.checks import check_tables, loud
from finsam_eval.errors import BadInput
from finsam_eval.forgetting import forget
from finsam_eval.ingest import ingest
from finsam_eval.ingest.schemas import ASPECTS, RATINGS
from finsam_eval.pipeline import ingest_step
from finsam_eval.study import open_study
from tests.rights import has
from tests.small import SETTINGS, write_study

HEADING = "kod;grupp;omgång;fråga;rel;tyd;nöd;fritext"
SOURCE = {
    "file": "panel.csv",
    "columns": {
        "panellist": "kod",
        "panel_group": "grupp",
        "round": "omgång",
        "item": "fråga",
        "relevans": "rel",
        "tydlighet": "tyd",
        "nodvandighet": "nöd",
        "comment": "fritext",
    },
    "words": {
        "panel_group": {"Deltagare": "deltagare", "Forskare": "forskare"},
        "nodvandighet": {"Onödig": "1", "Användbar": "2", "Nödvändig": "3"},
    },
}
ONE, OTHER = "a1;Deltagare;1;K01a;4;3;Nödvändig;", "b2;Forskare;1;K01a;2;4;Onödig;"


def study(folder, *rows, source=SOURCE, heading=HEADING):
    raw = {"panel.csv": "\n".join([heading, *rows]) + "\n"}
    return open_study(write_study(folder, raw, sources={**SETTINGS["sources"], "panel": source}))


def set_aside(tables):
    return tables.quarantine[["row", "unit", "column", "reason", "value"]].to_dict("records")


def test_a_row_is_a_rating_of_each_aspect(tmp_path):
    tables = ingest(study(tmp_path, ONE, OTHER))
    ratings = tables.ratings.set_index(["panellist", "aspect"])
    assert ratings["rating"].to_dict() == {
        ("a1", "relevans"): 4,
        ("a1", "tydlighet"): 3,
        ("a1", "nodvandighet"): 3,
        ("b2", "relevans"): 2,
        ("b2", "tydlighet"): 4,
        ("b2", "nodvandighet"): 1,
    }
    assert ratings["panel_group"].groupby("panellist").first().to_dict() == {"a1": "deltagare", "b2": "forskare"}
    assert set(ratings["item"]) == {"K01a"}
    assert set(ratings["round"]) == {1}
    assert list(tables.ratings.columns) == list(RATINGS.columns)
    assert tables.quarantine.empty


def test_the_account_is_in_rows_and_in_ratings_and_comments(tmp_path):
    rows = (ONE + "Bra fråga", OTHER, "c3;Forskare;1;K99z;4;4;;", "d4;Forskare;1;K02a;7;;;")
    tables = ingest(study(tmp_path, *rows))
    account = tables.account[tables.account["file"] == "panel.csv"].set_index("unit")[["read", "kept", "quarantined"]]
    # Three ratings and a comment, three ratings, two of an unknown item, one off the scale.
    assert account.to_dict("index") == {
        "rader": {"read": 4, "kept": 3, "quarantined": 1},
        "svar": {"read": 10, "kept": 7, "quarantined": 3},
    }


def test_what_is_left_empty_is_not_rated(tmp_path):
    tables = ingest(study(tmp_path, "a1;Deltagare;1;K01a;;4;;"))
    assert tables.ratings[["aspect", "rating"]].to_dict("records") == [{"aspect": "tydlighet", "rating": 4}]
    assert tables.quarantine.empty


def test_ratings_off_their_scale_are_set_aside_and_the_others_stay(tmp_path):
    rows = {
        "K01a;5;4;": ("relevans", "utanför skalan", "5"),
        "K01b;0;4;": ("relevans", "utanför skalan", "0"),
        "K02a;-1;4;": ("relevans", "utanför skalan", "-1"),
        "K02b;3;4;4": ("nodvandighet", "utanför skalan", "4"),
        "K03a;3,5;4;": ("relevans", "ett helt tal väntades", "3,5"),
        "K03b;3;4;Kanske": ("nodvandighet", "ett helt tal väntades", "Kanske"),
    }
    tables = ingest(study(tmp_path, *(f"a1;Deltagare;1;{row};" for row in rows)))
    found = {one["row"]: one for one in set_aside(tables)}
    assert sorted(found) == [2, 3, 4, 5, 6, 7]
    for number, (column, reason, value) in enumerate(rows.values(), start=2):
        assert (found[number]["unit"], found[number]["column"], found[number]["value"]) == ("svar", column, value)
        assert found[number]["reason"].startswith(reason)
    kept = tables.ratings.groupby("item")["aspect"].agg(list).to_dict()
    assert kept == {
        **dict.fromkeys(["K01a", "K01b", "K02a", "K03a"], ["tydlighet"]),
        **dict.fromkeys(["K02b", "K03b"], ["relevans", "tydlighet"]),
    }


def test_rows_that_name_nothing_known_are_set_aside(tmp_path):
    rows = {
        "c1;Deltagare;1;K99z;4;4;;": ("item", "okänt namn eller okänd kod"),
        "c2;Deltagare;1;svarat;4;4;;": ("item", "okänt namn eller okänd kod"),
        "c3;Deltagare;1;;4;4;;": ("item", "okänt namn eller okänd kod"),
        ";Deltagare;1;K01a;4;4;;": ("panellist", "pseudonym saknas"),
        "c5;Gäster;1;K01a;4;4;;": ("panel_group", "ett ord som study.yaml inte anger"),
        "c6;;1;K01a;4;4;;": ("panel_group", "ett id av bokstäver"),
        "c7;Deltagare;0;K01a;4;4;;": ("round", "omgång 1, 2, … väntades"),
        "c8;Deltagare;;K01a;4;4;;": ("round", "omgång 1, 2, … väntades"),
    }
    tables = ingest(study(tmp_path, *rows, OTHER))
    found = {one["row"]: one for one in set_aside(tables)}
    assert sorted(found) == list(range(2, 10))
    for number, (column, reason) in enumerate(rows.values(), start=2):
        assert (found[number]["unit"], found[number]["column"]) == ("rader", column)
        assert found[number]["reason"].startswith(reason)
    assert set(tables.ratings["panellist"]) == {"b2"}


def test_a_panel_that_nobody_is_left_in_has_no_ratings(tmp_path):
    tables = ingest(study(tmp_path))
    assert tables.ratings.empty
    assert tables.account.set_index("file").loc["panel.csv", "read"].tolist() == [0, 0]


def test_one_panellist_twice_for_the_same_is_kept_once_where_they_agree_and_not_at_all_where_not(tmp_path):
    again = ONE.replace(";3;Nöd", ";1;Nöd")
    same = ingest(study(tmp_path / "a", ONE, ONE, OTHER))
    assert [(one["row"], one["reason"]) for one in set_aside(same)] == [(3, "samma svar inlämnat igen")]
    assert len(same.ratings) == 6
    other = ingest(study(tmp_path / "b", ONE, again, OTHER))
    assert [(one["row"], one["reason"]) for one in set_aside(other)] == [
        (2, "två olika svar av samma person"),
        (3, "två olika svar av samma person"),
    ]
    assert set(other.ratings["panellist"]) == {"b2"}
    rounds = ingest(study(tmp_path / "c", ONE, again.replace(";1;K01a", ";2;K01a")))
    assert len(rounds.ratings) == 6


def test_a_panellist_in_two_groups_is_set_aside_whole(tmp_path):
    tables = ingest(study(tmp_path, ONE, "a1;Forskare;1;K02a;4;4;;", OTHER))
    assert [(one["row"], one["reason"]) for one in set_aside(tables)] == [
        (2, "samma person i två grupper"),
        (3, "samma person i två grupper"),
    ]


def test_an_item_may_be_called_by_its_wording_and_the_register_measure_is_rated_too(tmp_path):
    rows = ("a1;Deltagare;1;Jag får stödet på ett sätt som är till nytta för mig.;4;4;;", "a1;Deltagare;1;K11r;3;4;;")
    assert set(ingest(study(tmp_path, *rows)).ratings["item"]) == {"K01a", "K11r"}


def test_without_a_round_there_is_one_and_other_aspects_need_not_be_asked(tmp_path):
    columns = {"panellist": "kod", "panel_group": "grupp", "item": "fråga", "relevans": "rel"}
    source = {"file": "panel.csv", "columns": columns}
    tables = ingest(study(tmp_path, "a1;forskare;K01a;4", source=source, heading="kod;grupp;fråga;rel"))
    assert tables.ratings.to_dict("records") == [
        {"panellist": "a1", "panel_group": "forskare", "round": 1, "item": "K01a", "aspect": "relevans", "rating": 4}
    ]
    assert tables.comments.empty


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"panellist": "kod", "panel_group": "grupp", "item": "fråga"}, "no aspect is named"),
        ({"panellist": "kod", "item": "fråga", "relevans": "rel"}, "must also name panel_group"),
        ({**SOURCE["columns"], "alder": "ålder"}, "alder is nothing that a panel has"),
    ],
)
def test_a_declaration_that_cannot_be_right_is_refused(tmp_path, columns, says):
    with pytest.raises(BadInput, match=says):
        ingest(study(tmp_path, ONE, source={**SOURCE, "columns": columns}))


def test_a_study_without_a_panel_has_an_empty_table(tmp_path):
    opened = open_study(write_study(tmp_path))
    tables = ingest(opened)
    pd.testing.assert_frame_equal(tables.ratings, RATINGS.validate(tables.ratings))
    assert tables.ratings.empty
    ingest_step(opened)
    assert pd.read_parquet(opened.processed / "ratings.parquet").empty
    comments = (opened.internal / "panel_comments.csv").read_text(encoding="utf-8")
    assert comments == "panellist;panel_group;round;item;comment\n"


# --- comments --------------------------------------------------------------------------------------------------------

TELLING = ["811228-9874", "8112289874 och mer", "1 9 8 1 1 2 2 8 9 8 7 4", "anna@exempel.se", "ring 070-123 45 67"]


def test_comments_lie_apart_and_stay_inside(tmp_path):
    opened = study(tmp_path, ONE + "=Mer redo än när?", OTHER)
    ingest_step(opened)
    assert "comment" not in pd.read_parquet(opened.processed / "ratings.parquet")
    kept = pd.read_csv(opened.internal / "panel_comments.csv", sep=";")
    assert kept.to_dict("records") == [
        {"panellist": "a1", "panel_group": "deltagare", "round": 1, "item": "K01a", "comment": "'=Mer redo än när?"}
    ]
    assert has(opened.internal / "panel_comments.csv", 0o600)
    assert has(opened.processed / "ratings.parquet", 0o600)


def test_comments_that_may_tell_of_a_person_are_dropped_and_their_ratings_stay(tmp_path):
    told = [f"a{n};Deltagare;1;K01a;4;3;;{text}" for n, text in enumerate(TELLING)]
    opened = study(tmp_path, *told, OTHER + "Bra")
    ingest_step(opened)
    assert pd.read_csv(opened.internal / "panel_comments.csv", sep=";")["comment"].tolist() == ["Bra"]
    assert len(pd.read_parquet(opened.processed / "ratings.parquet")) == 2 * len(TELLING) + 3
    found = pd.read_csv(opened.internal / "quarantine.csv", sep=";", keep_default_na=False)
    assert set(zip(found["unit"], found["column"], found["value"], strict=True)) == {("svar", "comment", "")}
    assert len(found) == len(TELLING)
    written = [path.read_bytes() for path in opened.processed.rglob("*") if path.is_file()]
    assert not any(text.encode() in content for text in TELLING for content in written)


@pytest.mark.parametrize("place", [0, 1, 3])
def test_a_personnummer_in_any_other_column_stops_the_study(tmp_path, place):
    cells = ONE.split(";")
    cells[place] = "811228-9874"
    with pytest.raises(BadInput, match="looks like a personnummer") as refused:
        ingest(study(tmp_path, ";".join(cells)))
    assert "9874" not in str(refused.value)


# --- beside other rooms ----------------------------------------------------------------------------------------------


def test_many_ratings_off_the_scale_are_told_where_the_files_are_read(tmp_path):
    rows = [f"p{n};Forskare;1;K01a;{5 if n < 4 else 4};4;;" for n in range(10)]
    opened = study(tmp_path, *rows)
    told = loud(check_tables(opened, ingest(opened)))
    assert told == [
        "frågor där mer än en femtedel av de givna svaren lagts undan (panel.csv: relevans)",
        "frågor där svaren kan ha en annan skala än kodbokens (panel.csv: relevans)",
    ]


def test_a_panellist_is_forgotten_with_every_rating(tmp_path):
    opened = study(tmp_path, ONE, OTHER, "a1;Deltagare;2;K01a;4;4;;")
    assert forget(opened, "a1").rows == {"panel.csv": 2}
    assert set(ingest(opened).ratings["panellist"]) == {"b2"}


def test_the_aspects_are_those_of_the_contract():
    assert ASPECTS == {"relevans": 4, "tydlighet": 4, "nodvandighet": 3}
