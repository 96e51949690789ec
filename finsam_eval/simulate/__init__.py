"""A synthetic country with a known truth, written as the survey tool's export would look."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from finsam_eval.codebook import Codebook
from finsam_eval.errors import BadInput
from finsam_eval.pseudonyms import fingerprint
from finsam_eval.simulate import outcomes, panel, surveys
from finsam_eval.simulate.answering import World
from finsam_eval.simulate.model import DEMO_KEY, ITEMS, OUTCOME_FORBUND_SD, Instrument
from finsam_eval.simulate.people import People, make_people
from finsam_eval.simulate.truth import Truth, tell

__all__ = ["Country", "Truth", "half_written", "simulate", "write_raw"]

ITEM_NON_RESPONSE = (0.01, 0.04)
ALLOWED_BESIDE_DATA = {"README.md"}
LEADERS = ("forbundschef", "styrelse", "parternas_chefsgrupp")


@dataclass(frozen=True, kw_only=True)
class Country:
    """`files`: the raw files by name, tables and one mapping. `truth`: what no file tells."""

    files: dict[str, pd.DataFrame | dict[str, Any]]
    truth: Truth


def simulate(codebook: Codebook, *, seed: int, forbund: int = 36) -> Country:
    """Return a country of `forbund` förbund in 2025, the same for the same seed.

    codebook : one with the items of nns2015, on whatever scales.
    In the surveys `omgang` counts a participant's rounds within the half-year, of indicator 7 every one to three months
    within the participation; an empty cell is no answer.

    Raises
    ------
    UnknownName
        When the codebook has other items.
    WrongShape
        For fewer than 4 förbund, or more than there are names for.
    """
    who, what, asking, answering, following, rating = _streams(seed, 6)
    instrument = Instrument(codebook)
    people = make_people(who, forbund)
    missing = {item: float(what.uniform(*ITEM_NON_RESPONSE)) for item in ITEMS}
    world = World(instrument=instrument, people=people, item_missing=missing)
    effect = OUTCOME_FORBUND_SD * what.normal(size=forbund)
    asked = surveys.ask_participants(asking, world)
    rated = surveys.ask_staff(asking, world, asked)
    others = [surveys.ask_organisation(asking, world, group) for group in ("insatspersonal", *LEADERS)]
    again = surveys.ask_again(following, world, asked)
    rated_again = surveys.ask_staff_again(following, world, again)
    panellists = panel.convene(rating, instrument, first_number=int(people.leaders["person"].max()) + 1)
    files: dict[str, pd.DataFrame | dict[str, Any]] = {
        "forbund.csv": people.forbund[["forbund", "namn", "lan", "pilot"]],
        "insatser.csv": _insatser(people),
        "deltaganden.csv": outcomes.participations(what, people, asked, effect),
        "inbjudna.csv": surveys.invited(world, [asked, rated, *others, again, rated_again]),
        "enkat_deltagare.csv": surveys.participants(answering, world, asked),
        "enkat_personal.csv": surveys.staff_about_participants(answering, world, rated),
        **{f"enkat_{other.group}.csv": surveys.organisation(answering, world, other) for other in others},
        "enkat_indikator7.csv": surveys.follow_up(following, world, again),
        "enkat_indikator7_personal.csv": surveys.follow_up(following, world, rated_again),
        "panel.csv": panellists.ratings,
        "pseudonymer.yaml": _key_note(),
    }
    return Country(files=files, truth=tell(world, effect, panellists.share))


def _streams(seed: int, count: int) -> list[np.random.Generator]:
    """Return independent generators, so that a change in one part leaves the others as they were."""
    return [np.random.Generator(np.random.PCG64(part)) for part in np.random.SeedSequence(seed).spawn(count)]


def _insatser(people: People) -> pd.DataFrame:
    owner = people.forbund["forbund"].to_numpy()[people.insatser["forbund"]]
    return people.insatser.assign(forbund=owner)[["insats", "forbund", "namn"]]


def _key_note() -> dict[str, Any]:
    return {
        "key_fingerprint": fingerprint(DEMO_KEY.encode()),
        "key_is_public": True,
        "note": "Påhittade personer. Demonyckeln är offentlig; en riktig nyckel förvaras hos den som äger uppgifterna.",
    }


def write_raw(country: Country, folder: Path) -> None:
    """Write the raw files to `folder`: CSV in UTF-8, semicolons, whole codes, an empty cell where there is no answer.

    The files are complete before the first of them gets its place. Raw data are never written again, unless the
    writing itself was interrupted: `half_written` tells.

    Raises
    ------
    BadInput
        When the folder holds anything but its README.md.
    """
    folder.mkdir(parents=True, exist_ok=True)
    found = {path.name for path in folder.iterdir()} - ALLOWED_BESIDE_DATA
    if found and not half_written(folder):
        raise BadInput(
            f"{folder.name}/ must hold nothing but README.md before raw data are written, found {len(found)} more; "
            "raw data are never overwritten: choose an empty folder, or move the old data away yourself"
        )
    texts = {name: _as_text(content) for name, content in country.files.items()}
    workshop = _workshop(folder)
    workshop.mkdir(exist_ok=True)
    for name, text in texts.items():
        (workshop / name).write_bytes(text.encode("utf-8"))
    for name in texts:
        os.replace(workshop / name, folder / name)
    workshop.rmdir()


def half_written(folder: Path) -> bool:
    """Return whether `write_raw` was stopped before every file had its place in `folder`."""
    return _workshop(folder).exists()


def _workshop(folder: Path) -> Path:
    return folder.parent / f".{folder.name}.half"


def _as_text(content: pd.DataFrame | dict[str, Any]) -> str:
    if isinstance(content, pd.DataFrame):
        return str(content.to_csv(sep=";", index=False, lineterminator="\n"))
    return str(yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=200))
