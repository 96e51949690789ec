from finsam_eval import tables
from finsam_eval.codebook import load_codebook
from tests.views import count, record, view

CODEBOOK = load_codebook("nns2015")


def plain(table):
    return [[cell.replace("\N{NO-BREAK SPACE}", " ") for cell in row] for row in table.rows]


def test_the_instrument_is_verbatim_with_who_when_and_scale():
    rows = {row[0].split()[0]: row for row in plain(tables.instrument(CODEBOOK))}
    assert len(rows) == 28
    assert rows["K03c"] == [
        "K03c Stödet vi ger får ta den tid som deltagaren behöver.",
        "Personal om deltagaren",
        "under insatsen, vid avslut",
        "1 Instämmer inte alls till 5 Instämmer helt",
    ]


def test_distributions_are_shares_of_the_published_counts(tmp_path):
    counts = [count(str(code), n) for code, n in zip(range(1, 6), (3, 4, 5, 8, 20), strict=True)]
    hidden = [count("hog", 20, "topptva", item="K02b")]
    shown = view(tmp_path, [record(0.7)], [*counts, *hidden])
    table = tables.distributions(shown)
    assert table.columns == ["Fråga", "Svar", "1", "2", "3", "4", "5"]
    assert plain(table) == [["K01b, deltagare vid avslut", "40", "8 %", "10 %", "12 %", "20 %", "50 %"]]


def test_without_distributions_or_invitations_there_is_no_table(tmp_path):
    shown = view(tmp_path, [record(0.7)], [count("hog", 20, "topptva")])
    assert tables.distributions(shown) is None
    assert tables.invitations(shown) is None


def test_invitations_are_shown_where_they_are_kept(tmp_path):
    rows = [record(0.6, item="svarat"), record(0.5, item="svarat", unit="riket")]
    shown = view(tmp_path, rows, [count("hog", 20, "topptva", item="svarat")])
    assert plain(tables.invitations(shown))[0][1:4] == ["50", "20", "60 %"]
