"""Which key a delivery's pseudonyms were made with: links between a person's answers hold under one key only."""

from __future__ import annotations

from pathlib import Path

from finsam_eval.definitions import read_yaml
from finsam_eval.errors import BadInput

NOTE = "pseudonymer"
"""How the name of the note begins that comes with each delivery, and carries its key's fingerprint."""


def check_keys(raw: Path, expected: str | None) -> None:
    """Refuse deliveries whose pseudonyms were made with different keys, or with another than the study's.

    Raises
    ------
    BadInput
        When a note carries another fingerprint than `expected`, or than the other notes where none is expected; or when
        one is expected and there is no note.
    """
    made_with = {path.name: _fingerprint(path) for path in sorted(raw.glob(f"{NOTE}*.yaml"))}
    wanted = expected if expected is not None else next(iter(made_with.values()), None)
    other = [name for name, made in made_with.items() if made != wanted]
    if other or (expected is not None and not made_with):
        raise BadInput(
            f"{', '.join(other) or f'{NOTE}.yaml'} in data/raw does not carry the key fingerprint that "
            f"{'study.yaml names' if expected is not None else 'the other deliveries carry'}: links between a person's "
            "answers would break; have the data owner pseudonymise with the study's key"
        )


def _fingerprint(path: Path) -> object:
    content = read_yaml(path)
    return content.get("key_fingerprint") if isinstance(content, dict) else None
