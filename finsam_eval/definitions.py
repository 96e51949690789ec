"""YAML definitions, read strictly: what one may say, and what is wrong with it, in words."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from finsam_eval.errors import BadDefinition

SAFE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The safe loader; written in C, where it is there, it is ten times as fast."""

IDENTIFIER = r"^[A-Za-z][A-Za-z0-9_]{0,39}$"
PERIOD_ID = r"^[A-Za-z0-9_-]{1,20}$"
KIND = r"^[a-z_]{1,20}$"
FILE = r"^[^/\\]+$"
TEMPLATE = r"^[^/\\]+\.xlsx$"
DATE_FORM = r"^(%d[-./ ]?%m[-./ ]?%[Yy]|%m[-./ ]?%d[-./ ]?%[Yy]|%Y[-./ ]?%m[-./ ]?%d)$"
"""Ways to write a date in which one written as 2025-03-31 cannot be read as another day."""

_IN_WORDS = {
    IDENTIFIER: "a letter first, then letters a-z, digits and _, at most 40 in all",
    PERIOD_ID: "letters a-z, digits, - and _, at most 20 in all",
    KIND: "small letters a-z and _, at most 20 in all",
    FILE: "the name of a file in data/raw, without folders",
    TEMPLATE: "the name of an .xlsx file beside study.yaml, without folders",
    DATE_FORM: 'day, month and year, such as "%d/%m/%Y" for 31/03/2025 or "%Y%m%d" for 20250331',
}

_EXPECTED = {
    "missing": "is missing; add it",
    "string_type": "expected a text; put quotation marks around it",
    "string_too_short": "is empty; write something, or take the key out",
    "too_short": "has too few in it; add what is missing",
    "model_type": "expected keys with a value each (key: value)",
    "dict_type": "expected keys with a value each (key: value)",
    "list_type": "expected a list: a line with - for each, or [a, b]",
    "bool_type": "expected true or false",
    "bool_parsing": "expected true or false",
    "int_type": "expected a whole number",
    "int_parsing": "expected a whole number",
    "int_from_float": "expected a whole number",
    "float_type": "expected a number, with a decimal point",
    "float_parsing": "expected a number, with a decimal point",
    "date_type": "expected a date such as 2025-03-31",
    "date_parsing": "expected a date such as 2025-03-31",
    "date_from_datetime_parsing": "expected a date such as 2025-03-31",
    "date_from_datetime_inexact": "expected a date such as 2025-03-31, without a time",
}
"""What pydantic calls an error → what it means to a person."""

Model = TypeVar("Model", bound=BaseModel)


class Definition(BaseModel):
    """A strict, frozen piece of a YAML definition: an unknown key is an error, never ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class _DoubledKey(yaml.constructor.ConstructorError):
    """A key that stands twice in one place: one of its values would silently be lost."""


class _Strict(SAFE):
    """The safe loader, which takes the last of several equal keys, made to refuse them."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Return a mapping, each of whose keys stands there once."""
        seen = set()
        for key, _ in node.value:
            name = (key.tag, key.value) if isinstance(key, yaml.ScalarNode) else None
            if name in seen:
                raise _DoubledKey(None, None, key.value, key.start_mark)
            seen |= {name} - {None}
        whole: dict[Any, Any] = super().construct_mapping(node, deep)
        return whole


def read_yaml(path: Path) -> Any:
    """Return the content of a YAML file, by the safe loader.

    Raises
    ------
    BadDefinition
        When the file is missing, is not YAML, or has a key twice in one place, with the line.
    """
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_Strict)
    except FileNotFoundError:
        raise BadDefinition(f"{path.name} is missing in {path.parent.name}/; create it or correct its name") from None
    except _DoubledKey as error:
        where = f"{path.name}, row {error.problem_mark.line + 1 if error.problem_mark else 1}"
        raise BadDefinition(f"{where}: the key {error.problem} stands there already; keep one of them") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f", row {mark.line + 1}" if mark else ""
        raise BadDefinition(
            f"{path.name}{line}: expected YAML in UTF-8; check indentation, colons and quotes"
        ) from None


def parse(model: type[Model], content: Any, where: str) -> Model:
    """Return `content` validated as `model`; the first error is told with its place, an unknown key before others."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        found = sorted(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
        place = " → ".join(str(part) for part in found[0]["loc"]) or "the file"
        more = f" ({len(found) - 1} more after it)" if len(found) > 1 else ""
        raise BadDefinition(f"{where}, {place}: {_in_words(found[0], model)}{more}") from None


def _in_words(error: ErrorDetails, model: type[BaseModel]) -> str:
    told = error.get("ctx", {})
    match error["type"]:
        case "extra_forbidden":
            return _unknown_key(error["loc"], model)
        case "string_too_long":
            return f"expected at most {told['max_length']} signs; say it shorter"
        case "string_pattern_mismatch" if told["pattern"] in _IN_WORDS:
            return f"expected {_IN_WORDS[told['pattern']]}"
        case "literal_error":
            return f"expected one of {told['expected']}"
        case "value_error":
            return error["msg"].removeprefix("Value error, ")
    return _EXPECTED.get(error["type"], error["msg"])


def _unknown_key(loc: tuple[int | str, ...], model: type[BaseModel]) -> str:
    """Tell which key was meant: the likest that may stand there."""
    known = sorted({name for place in _models_at(loc[:-1], model) for name in place.model_fields})
    likest = get_close_matches(str(loc[-1]), known, n=1)
    meant = f"did you mean {likest[0]}?" if likest else f"known are {', '.join(known)}"
    return f"is no key that can stand there; {meant}"


def _models_at(loc: tuple[int | str, ...], model: type[BaseModel]) -> list[type[BaseModel]]:
    """Return the models that may stand at a place below a model; a step that is no field's name is one in a list."""
    models = [model]
    for step in loc:
        below = [found for one in models if step in one.model_fields for found in _within(one, str(step))]
        models = below or models
    return models


def _within(model: type[BaseModel], field: str) -> Iterator[type[BaseModel]]:
    waiting: list[Any] = [model.model_fields[field].annotation]
    while waiting:
        kind = waiting.pop()
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield kind
        waiting += get_args(kind)
