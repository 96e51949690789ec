"""The processed tables described as a Frictionless data package, so that others can read them without this package."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pandera.pandas as pa

from finsam_eval.files import load_table, save_json
from finsam_eval.ingest.schemas import INVITED, OBSERVATIONS, PARTICIPATIONS, RATINGS, RESPONSES
from finsam_eval.study import Study

FILE = "datapackage.json"

SCHEMAS = {
    "units": None,
    "responses": RESPONSES,
    "participations": PARTICIPATIONS,
    "invited": INVITED,
    "ratings": RATINGS,
    "observations": OBSERVATIONS,
}

TITLES = {
    "units": "Samordningsförbunden",
    "responses": "Svar: en rad per person, det svaret gäller, fråga, tillfälle, omgång och period",
    "participations": "Deltaganden: en rad per person och insats",
    "invited": "Inbjudna: hur många som kunde ha svarat",
    "ratings": "Panelens omdömen: ett per panelmedlem, omgång, fråga och aspekt",
    "observations": "Tal som andra har räknat fram: ett per indikator, enhet, period och kön",
}

DESCRIPTIONS = {
    "about": "Pseudonym för deltagaren som svaret gäller; tom där svaret inte gäller någon annan",
    "anonymous": "Sant där deltagandet saknar person; det räknas i volymer men inte i utfall",
    "aspect": "Vad omdömet gäller: relevans, tydlighet eller nodvandighet",
    "date": "Dagen då enkäten besvarades",
    "end": "Sista dagen i insatsen; tom där den pågår",
    "forbund": "Samordningsförbundets id",
    "gender": "Kvinna, man eller okänt (annat eller inte angivet)",
    "indicator": "Indikatorns id i studiens logikmodell",
    "insats": "Insatsens id; tom där svaret inte hör till en insats",
    "invited": "Antal inbjudna",
    "item": "Frågans id i kodboken",
    "kind": "Om talet var offentligt förut (published) eller matas in här (entered)",
    "lan": "Länet",
    "mentioned": "Antal personer som källan talar om, där det kan vara ett annat än n",
    "missing": "Varför svaret saknas; tom där det finns",
    "n": "Antal personer som andelen räknas på",
    "name": "Förbundets namn",
    "occasion": "Mättillfället",
    "panel_group": "Vilken grupp panelmedlemmen hör till",
    "panellist": "Panelmedlemmens pseudonym",
    "participation": "Deltagandets pseudonym; tom där svaret inte hör till ett deltagande",
    "period": "Perioden; för svar och inbjudna den odelade period som dagen ligger i",
    "printed": "Procenttalet som källan skriver ut det",
    "printed_status": "Källans eget omdöme",
    "rating": "Omdömet: 1–4 för relevans och tydlighet, 1–3 för nödvändighet; högst är bäst",
    "respondent": "Den svarandes pseudonym; tom där deltagandet är anonymt",
    "respondent_group": "Vem som svarar",
    "retest": "Sant för ett omtest, som aldrig räknas med",
    "round": "Panelens omgång",
    "source": "Var talet är hämtat",
    "start": "Första dagen i insatsen",
    "unit": "Förbundet, eller riket",
    "value": "Svarets kod på frågans skala, vänd där frågan är omvänd; för observationer ett annat tal än en andel",
    "wave": "Vilken gång i ordningen personen svarar",
    "x": "Antal personer som det gäller",
}

_TYPES = {"int": "integer", "Int": "integer", "float": "number", "bool": "boolean", "datetime": "datetime"}


def write_datapackage(study: Study) -> None:
    """Write datapackage.json beside the tables that ingest has written.

    Raises
    ------
    BadInput
        When they are not written yet.
    """
    resources = []
    for name, schema in SCHEMAS.items():
        path = study.processed / f"{name}.parquet"
        resources.append(resource(name, load_table(path), schema, outcomes=_outcomes(study)))
    save_json(package(study, resources), study.processed / FILE)


def package(study: Study, resources: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the description of a study's tables, by the Data Package standard, version 1."""
    settings = study.settings
    synthetic = "SYNTETISKA DATA. " if settings.synthetic else ""
    return {
        "profile": "data-package",
        "name": settings.id.lower().replace("_", "-"),
        "title": settings.name,
        "description": f"{synthetic}Pseudonymiserade uppgifter om personer: lämnas inte ut. {settings.legal_basis}",
        "contributors": [{"title": settings.controller, "role": "publisher"}],
        "resources": resources,
    }


def resource(
    name: str, table: pd.DataFrame, schema: pa.DataFrameSchema | None, *, outcomes: dict[str, str]
) -> dict[str, Any]:
    """Return the description of one table: its file, its fields with types and limits, and its key.

    outcomes : column → what it tells; the study's own columns of participations
    """
    checked = schema.columns if schema is not None else {}
    fields = [_field(str(column), table[column], checked.get(column), outcomes) for column in table.columns]
    told: dict[str, Any] = {"fields": fields, "missingValues": []}
    key = _key(name, schema)
    if key:
        told["primaryKey"] = key
    return {
        "profile": "tabular-data-resource",
        "name": name,
        "title": TITLES[name],
        "path": f"{name}.parquet",
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "schema": told,
    }


def _key(name: str, schema: pa.DataFrameSchema | None) -> list[str]:
    if schema is None:
        return ["forbund"]
    return list(schema.unique or [column for column, checks in schema.columns.items() if checks.unique])


def _field(name: str, column: pd.Series, checks: pa.Column | None, outcomes: dict[str, str]) -> dict[str, Any]:
    kind = next((kind for start, kind in _TYPES.items() if str(column.dtype).startswith(start)), "string")
    field: dict[str, Any] = {"name": name, "type": kind, "description": DESCRIPTIONS.get(name) or outcomes[name]}
    limits = _limits(checks)
    if name in outcomes:
        limits = {"minimum": 0, "maximum": 1}
    return {**field, "constraints": limits} if limits else field


def _limits(checks: pa.Column | None) -> dict[str, Any]:
    """Return what the schema asks of a column in the standard's own words."""
    if checks is None:
        return {"required": True}
    limits: dict[str, Any] = {} if checks.nullable else {"required": True}
    words = {"allowed_values": "enum", "min_value": "minimum"}
    for check in checks.checks:
        length = check.name == "str_length"
        for ours, theirs in words.items():
            value = check.statistics.get(ours)
            if value is not None:
                limits["minLength" if length else theirs] = list(value) if theirs == "enum" else value
    if checks.unique:
        limits["unique"] = True
    return limits


def _outcomes(study: Study) -> dict[str, str]:
    return {outcome.column: f"{outcome.label}: 1 ja, 0 nej, tom inte känt än" for outcome in study.settings.outcomes}
