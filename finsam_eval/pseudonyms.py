"""Pseudonyms in place of persons, made by the data owner before a file is handed over.

A pseudonym is an HMAC-SHA256 of a person's id under a secret key: the same person has the same one in every file made
with the key, and without the key nobody can go back, or try out the personnummer there are.

Only the id columns are replaced, and answers are never changed, also where a spreadsheet would take one for a formula.
"""

from __future__ import annotations

import csv
import hmac
import io
import os
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import yaml

from finsam_eval.errors import BadInput
from finsam_eval.files import begins_as_formula, write_atomically
from finsam_eval.ingest.cells import Delivered
from finsam_eval.ingest.delivered import deliver
from finsam_eval.ingest.folder import KEY_BYTES
from finsam_eval.ingest.keys import NOTE
from finsam_eval.ingest.personnummer import SHORTENED, cell_holds_personnummer, looks_like_personnummer, ten_digits

LENGTH = 16
"""Hex characters of a pseudonym, 64 bits: among a million persons the chance that any two share one is 3 in 10⁸."""

FOR_OTHERS = 0o006
"""What everybody on a machine may do with a file: read or write."""


@dataclass(frozen=True)
class Pseudonymised:
    """A delivered file without ids, ready to hand over, and how many of its ids were of which kind.

    `clear` are the headings of the columns that are as they were delivered.
    """

    heading: list[str]
    rows: list[list[str]]
    personnummer: int
    other: int
    empty: int
    clear: list[str]


def pseudonym(person: str, key: bytes) -> str:
    """Return the pseudonym of an id; the empty id has none and stays empty.

    A personnummer or samordningsnummer gives the same one with or without century and hyphen. Two persons born exactly
    a century apart with the same last four digits would share it; nobody is of working age both times.
    """
    plain = _plain(person)
    return hmac.new(key, plain.encode(), sha256).hexdigest()[:LENGTH] if plain else ""


def fingerprint(key: bytes) -> str:
    """Return what tells keys apart without telling what they are."""
    return sha256(key).hexdigest()[:LENGTH]


def _plain(person: str) -> str:
    """Return ten digits for a personnummer, however it is written; any other id as it stands."""
    return ten_digits(person) or person.strip()


def pseudonymised(
    delivered: Delivered, file: str, ids: Sequence[str], key: bytes, drop: Sequence[str] = ()
) -> Pseudonymised:
    """Return a file with pseudonyms in its id columns, its rows in an order that tells nothing of the original one.

    The columns to `drop` are left out; all others are as they were.

    The order is that of an HMAC of each whole row. A register is often sorted by name, date of birth or arrival, and a
    row's place would tell; sorted by pseudonym, two files could be laid side by side. This order is the same each time,
    and without the key nobody can redo it.

    Raises
    ------
    BadInput
        A named column that is not there once, one both to replace and to drop, a personnummer in another column or in
        a heading, an id that has lost its leading zero.
    """
    if both := set(ids) & set(drop):
        raise BadInput(f"{len(both)} column is named with both --id and --drop; choose one of them")
    places, dropped = _places(delivered, file, ids, "--id"), _places(delivered, file, drop, "--drop")
    kept = [place for place in range(len(delivered.heading)) if place not in dropped]
    clear = [place for place in kept if place not in places]
    for place in places:
        _refuse_lost_zero(delivered, file, place)
    _refuse_personnummer(delivered, file, kept, clear)
    given = [row[place] for row in delivered.rows for place in places]
    numbers = [ten_digits(text) != "" for text in given]
    rows = [[pseudonym(row[place], key) if place in places else row[place] for place in kept] for row in delivered.rows]
    return Pseudonymised(
        heading=[delivered.heading[place] for place in kept],
        rows=sorted(rows, key=lambda row: hmac.digest(key, repr(row).encode(), "sha256")),
        personnummer=sum(numbers),
        other=sum(bool(text) for text in given) - sum(numbers),
        empty=sum(not text for text in given),
        clear=[delivered.heading[place] or f"column {place + 1}, without a heading" for place in clear],
    )


def _places(delivered: Delivered, file: str, names: Sequence[str], option: str) -> list[int]:
    for number, name in enumerate(names, start=1):
        if delivered.heading.count(name) != 1:
            raise BadInput(
                f"{file}, row 1: {option} number {number} was expected once among {len(delivered.heading)} headings, "
                f"found {delivered.heading.count(name)} times; write it as it stands in the file"
            )
    return [delivered.heading.index(name) for name in names]


def _refuse_lost_zero(delivered: Delivered, file: str, place: int) -> None:
    """Refuse a column of personnummer where a spreadsheet has made 0101011234 the number 101011234."""
    column = [_plain(row[place]) for row in delivered.rows]
    if not any(map(ten_digits, column)):
        return
    for number, text in zip(delivered.numbers, column, strict=True):
        if SHORTENED.fullmatch(text) and looks_like_personnummer(text.zfill(10)):
            raise BadInput(
                f"{file}, row {number}, column {place + 1}: looks like a personnummer that has lost its leading zero, "
                "and would get another pseudonym; save the column as text and export the file again"
            )


def _refuse_personnummer(delivered: Delivered, file: str, kept: Sequence[int], clear: Sequence[int]) -> None:
    if any(looks_like_personnummer(delivered.heading[place]) for place in kept):
        raise BadInput(f"{file}: a heading looks like a personnummer; give the column another name")
    for place in clear:
        column = [row[place] for row in delivered.rows]
        found = {text for text in set(column) if cell_holds_personnummer(text)}
        if found:
            number = next(number for number, text in zip(delivered.numbers, column, strict=True) if text in found)
            raise BadInput(
                f"{file}, row {number}, column {place + 1}: looks like a personnummer; remove it, or name the column "
                "with --id as well, or with --drop"
            )


def pseudonymise_file(
    file: Path, ids: Sequence[str], key_file: Path, out: Path, *, new_key: bool, drop: Sequence[str] = ()
) -> str:
    """Write a file with pseudonyms in place of ids, and a note of the key's fingerprint beside it; tell what was done.

    The note's name has the file's in it, so that several deliveries can lie in one folder.

    Raises
    ------
    BadInput
        When the file cannot be read or would still tell who somebody is, `out` is there already or named after a
        person, or the key is missing, unusable, open to everybody, or lies in a study's folder.
    """
    note = out.with_name(f"{NOTE}_{out.stem}.yaml")
    if looks_like_personnummer(out.name):
        raise BadInput("--out: the name holds a personnummer, or a number that looks like one; choose another name")
    if out.suffix.lower() != ".csv":
        raise BadInput(f"--out {out.name}: a name that ends in .csv was expected")
    for path in (out, note):
        if path.exists():
            raise BadInput(f"{path.name} is there already and is not overwritten; choose another --out")
    _refuse_in_study(key_file)
    if new_key and _in_repository(key_file):
        raise BadInput(
            f"key file {key_file.name} would lie in a git repository, where it could be handed on with a commit; "
            "choose a folder outside it"
        )
    delivered = deliver(file)
    key = secrets.token_bytes(KEY_BYTES) if new_key else read_key(key_file)
    made = pseudonymised(delivered, file.name, ids, key, drop)
    if new_key:
        _write_key(key_file, key)
    csv_text = _as_csv(made)
    write_atomically(out, lambda temporary: temporary.write_text(csv_text, encoding="utf-8", newline=""), private=True)
    told = yaml.safe_dump({"file": out.name, "key_fingerprint": fingerprint(key)}, allow_unicode=True, sort_keys=False)
    write_atomically(note, lambda temporary: temporary.write_text(told, encoding="utf-8"))
    done = (
        f"{len(made.rows)} rows written to {out.name}: {made.personnummer} personnummer, {made.other} other ids, "
        f"{made.empty} empty; key fingerprint {fingerprint(key)} (in {note.name}, and for study.yaml)"
    )
    return "\n".join([done, *_to_look_at(made, key_file)])


def _to_look_at(made: Pseudonymised, key_file: Path) -> list[str]:
    """Return what the data owner should know before the file is handed over."""
    told = []
    if made.clear:
        told.append(
            f"Left as they were: {', '.join(made.clear)}. If one of them tells who somebody is (a name, an address, "
            "free text), take this file away and make it again with --drop COLUMN."
        )
    formulas = sum(begins_as_formula(text) for row in [made.heading, *made.rows] for text in row)
    if formulas:
        told.append(
            f"{formulas} cells begin with = + - or @, and are left as they were: a spreadsheet that opens the file may "
            "reckon with them."
        )
    if _in_repository(key_file):
        told.append(f"Warning: key file {key_file.name} lies in a git repository; move it out, and never commit it.")
    return told


def read_key(path: Path) -> bytes:
    """Return the key of a key file: 32 bytes written as 64 hex characters.

    Raises
    ------
    BadInput
        When it is missing, holds something else, or everybody on the machine may read or change it.
    """
    try:
        if os.name == "posix" and path.stat().st_mode & FOR_OTHERS:
            raise BadInput(
                f"key file {path.name} can be read or changed by everybody on this machine: chmod 600 it, and if "
                "others use the machine, make a new key and pseudonymise all files again"
            )
        text = path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        raise BadInput(f"key file {path.name} is missing: name the right one, or make one with --new-key") from None
    except (OSError, UnicodeDecodeError):
        raise BadInput(f"key file {path.name} cannot be read as a key; name the right one") from None
    if not re.fullmatch(rf"[0-9a-f]{{{2 * KEY_BYTES}}}", text):
        raise BadInput(f"key file {path.name} must hold {2 * KEY_BYTES} hex characters and no more; name the right one")
    return bytes.fromhex(text)


def _write_key(path: Path, key: bytes) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise BadInput(
            f"key file {path.name} is there already: a key that is lost cannot be had again; leave --new-key out to "
            "use it, or choose another name"
        ) from None
    except OSError as error:
        raise BadInput(f"key file {path.name} cannot be written ({error.strerror}); choose another folder") from None
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(key.hex() + "\n")


def _refuse_in_study(path: Path) -> None:
    if any((folder / "study.yaml").exists() for folder in path.resolve().parents):
        raise BadInput(
            f"key file {path.name} lies in a study's folder, beside what it should protect; keep it with the data owner"
        )


def _in_repository(path: Path) -> bool:
    return any((folder / ".git").exists() for folder in path.resolve().parents)


def _as_csv(made: Pseudonymised) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\n").writerows([made.heading, *made.rows])
    return text.getvalue()
