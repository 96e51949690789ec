"""A study's folder before anything in it is read: no file named after a person, no key beside what it protects."""

from __future__ import annotations

import re
from pathlib import Path

from finsam_eval.errors import BadInput
from finsam_eval.ingest.personnummer import without_personnummer
from finsam_eval.ingest.searched import refuse_names
from finsam_eval.study import Study

KEY_BYTES = 32
KEY = re.compile(rb"\s*[0-9a-fA-F]{%d}\s*" % (2 * KEY_BYTES))
"""A key for pseudonyms as `finsam-eval pseudonymise` writes it."""

LONGEST_KEY = 200


def refuse_named_after_persons(study: Study) -> None:
    """Refuse a study where a file in data/raw, or one that study.yaml names, has a personnummer in its name.

    Raises
    ------
    BadInput
        Without the name.
    """
    sources = study.settings.sources
    declared = sources.every
    there = [path.name for path in study.raw.iterdir()] if study.raw.is_dir() else []
    refuse_names([*there, *(source.file for source in declared)], "in data/raw ")
    refuse_names([source.mapping for source in declared if source.mapping is not None], "that mapping names ")


def refuse_keys(study: Study) -> None:
    """Refuse a study with a key for pseudonyms in its folder, in data or in data/raw.

    Raises
    ------
    BadInput
        With the name of the file.
    """
    places = [study.folder, study.raw.parent, study.raw]
    files = [path for place in places if place.is_dir() for path in sorted(place.iterdir())]
    found = [path.relative_to(study.folder).as_posix() for path in files if _is_key(path)]
    if found:
        raise BadInput(
            f"{', '.join(map(without_personnummer, found))} looks like a key for pseudonyms: whoever has it beside the "
            "data can find the persons again; give it back to the data owner and take it out of the study's folder"
        )


def _is_key(path: Path) -> bool:
    try:
        small = path.is_file() and path.stat().st_size <= LONGEST_KEY
        return small and KEY.fullmatch(path.read_bytes()) is not None
    except OSError:
        return False
