"""What a panel says of the items themselves: its ratings, and what it wrote beside them."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from finsam_eval.errors import BadInput
from finsam_eval.ingest.answers import OFF_SCALE
from finsam_eval.ingest.columns import NOT_READ, account, decoded, known, read_declared, with_safe_ids
from finsam_eval.ingest.copies import OTHER, SAME, judged
from finsam_eval.ingest.free_text import contact_in, personnummer_in
from finsam_eval.ingest.headings import Names
from finsam_eval.ingest.quarantine import Quarantine
from finsam_eval.ingest.readers import ROW, Read
from finsam_eval.ingest.responses import LEGIBLE, beyond
from finsam_eval.ingest.schemas import ASPECTS, RATINGS, no_rows
from finsam_eval.study import Source, Study

WHOSE = ["panellist", "panel_group", "round", "item"]
COMMENTS = [*WHOSE, "comment"]
NO_RATINGS = pd.DataFrame(columns=["aspect", "text"], dtype="str")
NO_COMMENTS = pd.DataFrame(columns=COMMENTS, dtype="str")

NEEDED = {"panellist", "panel_group", "item"}

IN_TWO_GROUPS = "samma person i två grupper"
NOT_WHOLE = "ett helt tal väntades; är det ord, skriv vad de betyder under words"
TOLD_OF_PERSONS = "kommentaren är borttagen: något ser ut som ett personnummer, en e-postadress eller ett telefonnummer"


class Panel(NamedTuple):
    """A panel's ratings (`schemas.RATINGS`), its comments (columns `COMMENTS`), the account, and what was legible."""

    ratings: pd.DataFrame
    comments: pd.DataFrame
    account: pd.DataFrame
    legible: pd.DataFrame


def read_panel(study: Study, aside: Quarantine) -> Panel:
    """Return what a study's panel said; nothing where it has none.

    A row of the file is one panellist's ratings of one item in one round, a column for each aspect of `ASPECTS` that
    was asked about. An aspect that is left empty was not rated. Set aside are rows of an item that is not in the
    codebook, a panellist in two groups, what a panellist has said twice (the first is kept where they say the same,
    none where not), and single ratings off the scale. A comment that may tell of a person is dropped; its row is not.

    Raises
    ------
    BadInput
        When the file cannot be read as declared, or a column is declared that a panel does not have.
    """
    source = study.settings.sources.panel
    if source is None:
        return Panel(no_rows(RATINGS), NO_COMMENTS, NOT_READ, _legible("", [], NO_RATINGS, NO_RATINGS))
    aspects = _aspects(source)
    frame, before = read_declared(study, _comments_apart(source), NEEDED)
    frame = _each_once(_with_names(study, source, frame, aside), source, aspects, aside)
    texts = _one_by_one(source, frame, aspects)
    used = _used(texts, source, aside)
    comments = _comments(frame, source, aside)
    ratings = used.assign(rating=used["text"].astype("int64"))[list(RATINGS.columns)].reset_index(drop=True)
    return Panel(
        ratings=RATINGS.validate(ratings, lazy=True),
        comments=comments,
        account=_account(source, before, frame, len(ratings) + len(comments)),
        legible=_legible(source.file, aspects, texts, texts.drop(used.index)),
    )


def _comments_apart(source: Source) -> Source:
    """Let comments be read whatever they hold: they are searched one by one, and need not stop the study."""
    comment = source.columns.get("comment")
    return source.model_copy(update={"not_personal": [*source.not_personal, comment]}) if comment else source


def _aspects(source: Source) -> list[str]:
    unknown = sorted(set(source.columns) - NEEDED - {"round", "comment", *ASPECTS})
    aspects = [aspect for aspect in ASPECTS if aspect in source.columns]
    if unknown or not aspects:
        told = f"{', '.join(unknown)} is nothing that a panel has" if unknown else "no aspect is named"
        raise BadInput(
            f"study.yaml, {source.file}, columns: {told}; it has panellist, panel_group, item, perhaps round and "
            f"comment, and at least one of {', '.join(ASPECTS)}"
        )
    return aspects


def _with_names(study: Study, source: Source, frame: pd.DataFrame, aside: Quarantine) -> pd.DataFrame:
    """Set aside rows without a person, a group, a round or an item that is known; give the others the item's id."""
    frame = aside.rows(frame, source.file, frame["panellist"] == "", "panellist", "pseudonym saknas")
    frame = decoded(frame, source, ["panel_group"], {}, aside)
    frame = with_safe_ids(frame, source, "panel_group", aside)
    rounds = frame["round"] if "round" in frame else pd.Series("1", index=frame.index)
    frame = aside.rows(frame, source.file, ~rounds.str.fullmatch(r"[1-9]\d?"), "round", "omgång 1, 2, … väntades")
    frame = frame.assign(round=rounds.loc[frame.index].astype("int64"))
    names = Names([item for item in study.codebook.items if item.sensitivity == "opinion"])
    meant = {text: names.items(str(text)) for text in frame["item"].unique()}
    ids = {text: next(iter(items)) for text, items in meant.items() if len(items) == 1}
    frame = known(frame, source, "item", pd.Series(list(ids), dtype="str"), aside)
    frame = frame.assign(item=frame["item"].map(ids).astype("str"))
    groups = frame.groupby("panellist")["panel_group"].transform("nunique")
    return aside.rows(frame, source.file, groups > 1, "panel_group", IN_TWO_GROUPS)


def _each_once(frame: pd.DataFrame, source: Source, aspects: list[str], aside: Quarantine) -> pd.DataFrame:
    why = judged(frame, ["panellist", "round", "item"], aspects)
    for reason in (SAME, OTHER):
        frame = aside.rows(frame, source.file, why.loc[frame.index] == reason, "panellist", reason)
    return frame


def _one_by_one(source: Source, frame: pd.DataFrame, aspects: list[str]) -> pd.DataFrame:
    """Return one row per rating that was given, its `text` with declared words in figures."""
    coded = {aspect: frame[aspect].replace(source.words.get(aspect, {})) for aspect in aspects}
    told = frame.assign(**coded).melt(id_vars=[ROW, *WHOSE], value_vars=aspects, var_name="aspect", value_name="text")
    return told[told["text"] != ""].astype({"aspect": "str", "text": "str"})


def _used(texts: pd.DataFrame, source: Source, aside: Quarantine) -> pd.DataFrame:
    """Return the ratings on their aspect's scale; set the others aside."""
    whole = texts["text"].str.fullmatch(r"[+-]?\d{1,9}")
    highest = texts["aspect"].map(ASPECTS).astype("float64")
    on_scale = whole & pd.to_numeric(texts["text"].where(whole)).astype("float64").between(1, highest)
    for bad, reason in ((~whole, NOT_WHOLE), (whole & ~on_scale, OFF_SCALE)):
        part = texts[bad]
        aside.answers(part, source.file, part["aspect"], reason, part["text"])
    return texts[on_scale]


def _comments(frame: pd.DataFrame, source: Source, aside: Quarantine) -> pd.DataFrame:
    """Return what was written, but for what may tell of a person; that is not kept in quarantine either."""
    if "comment" not in frame:
        return NO_COMMENTS
    written = frame[frame["comment"] != ""]
    telling = written["comment"].map(lambda text: _tells_of_a_person(str(text))).astype("bool")
    aside.answers(written[telling], source.file, "comment", TOLD_OF_PERSONS, "")
    return written.loc[~telling, COMMENTS].reset_index(drop=True)


def _tells_of_a_person(text: str) -> bool:
    rows = text.split("\n")
    return (personnummer_in(rows) or contact_in(rows)) is not None


def _account(source: Source, before: Read, frame: pd.DataFrame, kept: int) -> pd.DataFrame:
    """Return the account of the file: in rows, and in ratings and comments that were given."""
    cells = before.frame[[name for name in before.frame if name in ASPECTS or name == "comment"]]
    given = int((cells != "").to_numpy().sum())
    rows = account(source.file, before, frame)
    answers = rows.assign(unit="svar", read=given, kept=kept, quarantined=given - kept)
    return pd.concat([rows, answers], ignore_index=True)


def _legible(file: str, aspects: list[str], given: pd.DataFrame, lost: pd.DataFrame) -> pd.DataFrame:
    """Return by aspect how many ratings were given and how many of them cannot be used, as for answers."""
    lines = []
    for aspect in aspects:
        texts = lost.loc[lost["aspect"] == aspect, "text"]
        steps = range(1, ASPECTS[aspect] + 1)
        lines.append((file, aspect, int((given["aspect"] == aspect).sum()), len(texts), beyond(texts, steps)))
    return pd.DataFrame(lines, columns=LEGIBLE).astype({"given": "int64", "unusable": "int64", "beyond": "int64"})
