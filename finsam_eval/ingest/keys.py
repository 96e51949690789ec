"""What lies in data/raw beside the files of answers: notes of the key that pseudonyms were made with, and strangers.

Links between a person's answers hold under one key only.
"""

from __future__ import annotations

from pathlib import Path

from finsam_eval.definitions import read_yaml
from finsam_eval.errors import BadInput
from finsam_eval.study import Study

NOTE = "pseudonymer"
"""How the name of the note begins that comes with each delivery, and carries its key's fingerprint."""


BESIDE = {"README.md", ".gitkeep"}
"""What may lie in data/raw without being data."""


def check_keys(raw: Path, expected: str | None) -> None:
    """Refuse deliveries whose pseudonyms were made with different keys, or with another than the study's.

    Raises
    ------
    BadInput
        When a note carries another fingerprint than `expected`, or than the other notes where none is expected, or none
        at all; or when one is expected and there is no note.
    """
    made_with = {path.name: _fingerprint(path) for path in sorted(raw.glob(f"{NOTE}*.yaml"))}
    if expected is not None and not made_with:
        raise BadInput(
            f"study.yaml names a key_fingerprint, and data/raw has no {NOTE}_<file>.yaml to hold it against: put the "
            "note that came with each file there, or take key_fingerprint out of study.yaml"
        )
    without = [name for name, made in made_with.items() if made is None]
    if without:
        raise BadInput(
            f"{', '.join(without)} in data/raw has no key_fingerprint: put the note there as the data owner gave it"
        )
    wanted = expected if expected is not None else next(iter(made_with.values()), None)
    other = [name for name, made in made_with.items() if made != wanted]
    if other:
        raise BadInput(
            f"{', '.join(other)} in data/raw does not carry the key fingerprint that "
            f"{'study.yaml names' if expected is not None else 'the other deliveries carry'}: links between a person's "
            "answers would break; have the data owner pseudonymise with the study's key"
        )


def undeclared(study: Study) -> list[str]:
    """Return the files in data/raw that study.yaml does not name; a delivery's note needs none."""
    named = {source.file for source in study.settings.sources.every}
    notes = {path.name for path in study.raw.glob(f"{NOTE}*.yaml")}
    return sorted(path.name for path in study.raw.iterdir() if path.name not in named | notes | BESIDE)


def _fingerprint(path: Path) -> object:
    content = read_yaml(path)
    return content.get("key_fingerprint") if isinstance(content, dict) else None
