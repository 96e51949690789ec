"""Run as a script by `spss_file`, in a process of its own: FILE and MOST CELLS in, a pickle of its contents out.

The reader is written in C and can be brought down by a damaged file; so the process that ingests must not be its.
"""

import pickle
import sys
import warnings
from typing import Any

import pyreadstat

TOO_LARGE = 3
"""How the process ends for a file of more cells than it may read."""


def contents(path: str, most_cells: int) -> dict[str, Any]:
    """Return the columns of a .sav or .zsav file and what it says of them."""
    warnings.simplefilter("error")  # the reader warns of names that stand twice, and reads on
    _, told = pyreadstat.read_sav(path, metadataonly=True)
    width = max(len(told.column_names), 1)
    if (told.number_rows or 0) * width > most_cells:
        sys.exit(TOO_LARGE)
    columns, told = pyreadstat.read_sav(path, user_missing=True, output_format="dict", row_limit=most_cells // width)
    return {
        "columns": columns,
        "encoding": told.file_encoding,
        "questions": told.column_names_to_labels,
        "labels": told.variable_value_labels,
        "missing": told.missing_ranges,
        "notes": [str(text) for text in (told.file_label, *(told.notes or ())) if text],
    }


if __name__ == "__main__":
    sys.stdout.buffer.write(pickle.dumps(contents(sys.argv[1], int(sys.argv[2]))))
