"""CSV and other files of separated text."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Collection

from finsam_eval.errors import BadInput
from finsam_eval.ingest.cells import Delivered, sheet

DELIMITERS = {";": "semikolon", ",": "komma", "\t": "tabb"}
"""What may stand between columns, and what a reader is told."""

UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
UTF_8_LETTER = re.compile(rb"\xc3[\x80-\xbf]")
SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\r?\n?', re.IGNORECASE)

Records = list[tuple[int, list[str]]]


def read_text(file: str, content: bytes, *, heading_rows: int) -> Delivered:
    """Return a file of separated text.

    The encoding is UTF-8, UTF-16 with a byte order mark, or else Windows-1252, as `form` tells. The separator is the
    one of `DELIMITERS` that parts every row as it parts the heading, or what Excel's `sep=` line says.

    Raises
    ------
    BadInput
        Bytes that are no text, an open quotation mark, a row of another width than the heading, no heading.
    """
    text, encoding = _decoded(file, content)
    told = SEPARATOR_LINE.match(text)
    if told and told[1] not in DELIMITERS:
        raise BadInput(f"{file}, row 1: its sep= line names a separator that is not ; , or tab; export it again")
    text = text[told.end() :] if told else text
    delimiter, records = _records(file, text, told[1] if told else None)
    form = f"CSV, {encoding}, {DELIMITERS[delimiter]} mellan kolumner"
    return sheet(file, records, form, heading_rows=heading_rows, between=delimiter)


def _decoded(file: str, content: bytes) -> tuple[str, str]:
    encoding = "utf-16" if content.startswith(UTF_16) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding == "utf-16" or UTF_8_LETTER.search(content):
            row = content.count(b"\n", 0, error.start) + 1
            raise BadInput(f"{file}, row {row}: bytes in two encodings; export it again as CSV UTF-8") from None
        text, encoding = _windows(file, content), "cp1252"
    if found := NOT_TEXT.search(text):
        row = text.count("\n", 0, found.start()) + 1
        raise BadInput(f"{file}, row {row}: a character that is no text; is it a CSV file? export it again")
    return text, encoding.removesuffix("-sig")


def _windows(file: str, content: bytes) -> str:
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        raise BadInput(
            f"{file}, row {row}: a byte that is neither UTF-8 nor Windows-1252; export it again as CSV UTF-8"
        ) from None


def _records(file: str, text: str, told: str | None) -> tuple[str, Records]:
    """Return the separator and the records: of those that part the heading, one that parts every row alike."""
    widths = {delimiter: _heading_width(text, delimiter) for delimiter in DELIMITERS}
    likely = [told] if told else sorted((d for d in DELIMITERS if widths[d] > 1), key=lambda d: -widths[d])
    for delimiter in likely:
        records, whole = _split(text, delimiter)
        if whole and len({len(record) for _, record in records}) == 1:
            return delimiter, records
    delimiter = likely[0] if likely else ";"
    records, whole = _split(text, delimiter)
    if not whole:
        raise BadInput(
            f"{file}, row {len(records) + 1}: a quotation mark is left open, or stands inside an answer that has none "
            "around it"
        )
    return delimiter, records


def _heading_width(text: str, delimiter: str) -> int:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        return len(next(reader, []))
    except csv.Error:
        return 0


def _split(text: str, delimiter: str) -> tuple[Records, bool]:
    """Return the numbered records up to the first that is no CSV, and whether that was all of them."""
    records: Records = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for number, record in enumerate(reader, start=1):
            if record:
                records.append((number, [cell.strip() for cell in record]))
    except csv.Error:
        return records, False
    return records, True


def without(file: str, content: bytes, numbers: Collection[int]) -> bytes:
    """Return a file without the records that `read_text` gives these numbers; every other byte is as it was."""
    text, encoding = _decoded(file, content)
    told = SEPARATOR_LINE.match(text)
    begin = told.end() if told else 0
    delimiter, _ = _records(file, text[begin:], told[1] if told else None)
    lines = list(io.StringIO(text[begin:], newline=""))
    reader = csv.reader(iter(lines), delimiter=delimiter, strict=True)
    kept, line = [text[:begin]], 0
    for number, _ in enumerate(reader, start=1):
        if number not in numbers:
            kept += lines[line : reader.line_num]
        line = reader.line_num
    mark = next((mark for mark in (codecs.BOM_UTF8, *UTF_16) if content.startswith(mark)), b"")
    endian = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}.get(mark, encoding)
    return mark + "".join(kept).encode(endian)
