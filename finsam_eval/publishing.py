"""What has been published before: kept, so that the next release is judged together with it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from finsam_eval.definitions import PERIOD_ID
from finsam_eval.disclosure import Released, load_released
from finsam_eval.errors import BadInput
from finsam_eval.study import Study

PROFILES = ("intern", "publik")

PUBLISHED = ("rungs.parquet", "counts.parquet", "release.json")
"""What is kept of a release: all that a reader could subtract."""


def published_before(study: Study, profile: str) -> list[Released]:
    """Return what readers of a profile have been given before, in the order of the folders' names.

    Who may see `intern` may see `publik` too.
    """
    profiles = PROFILES[PROFILES.index(profile) :]
    folders = [
        folder / name for folder in sorted(study.published.glob("*/")) for name in profiles if (folder / name).exists()
    ]
    return [load_released(folder, codebook=study.codebook, periods=study.periods) for folder in folders]


def keep_published(study: Study, name: str) -> Path:
    """Keep a copy of the present release as published, so that the next one is judged together with it.

    Raises
    ------
    BadInput
        When there is no release yet, something was published under that name, or it cannot name a folder.
    """
    if not re.fullmatch(PERIOD_ID, name):
        raise BadInput("a published release is named by letters, digits, _ and -, such as 2026-03-01")
    target = study.published / name
    if not (study.released(PROFILES[-1]) / "release.json").exists():
        raise BadInput("there is no release yet: run finsam-eval release first")
    if target.exists():
        raise BadInput(f"{name} is published already: choose another name, such as the day's date")
    # Whole or not at all: half a release would tell the next one too little.
    making = study.processed / f"publishing_{name}"
    shutil.rmtree(making, ignore_errors=True)
    for profile in PROFILES:
        (making / profile).mkdir(parents=True)
        for file in PUBLISHED:
            shutil.copyfile(study.released(profile) / file, making / profile / file)
    target.parent.mkdir(parents=True, exist_ok=True)
    return making.rename(target)
