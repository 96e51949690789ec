from types import SimpleNamespace

from finsam_eval import wording
from finsam_eval.comments import Line, Section


def test_the_forbunds_own_words_stand_under_a_heading_of_their_own():
    lines = (Line("Tre saker:"), Line("fasta tider", listed=True), Line("egna mål", listed=True), Line("Sist."))
    text = wording.comments(SimpleNamespace(comments=(Section("Hinder", lines), Section("Genomförande", (Line("a"),)))))
    assert text.markdown == (
        "## Förbundets egna ord\n\n"
        "Texten är skriven av förbundet. Den är inte prövad mot siffrorna i rapporten.\n\n"
        "### Hinder\n\nTre saker\\:\n\n- fasta tider\n- egna mål\n\nSist\\.\n\n### Genomförande\n\na"
    )


def test_what_looks_like_markup_is_shown_as_signs():
    lines = (Line("5 * 3 < x & *y* [a](b) <b>"), Line("# nej", listed=True))
    markdown = wording.comments(SimpleNamespace(comments=(Section("Hinder", lines),))).markdown
    assert r"5 \* 3 \< x \& \*y\* \[a\]\(b\) \<b\>" in markdown
    assert r"- \# nej" in markdown


def test_without_own_words_nothing_is_shown_not_even_the_heading():
    assert wording.comments(SimpleNamespace(comments=())) is None
