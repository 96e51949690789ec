import json

import pandas as pd
import pytest

from finsam_eval.errors import BadInput
from finsam_eval.ingest import ingest
from finsam_eval.ingest.datapackage import DESCRIPTIONS, SCHEMAS, resource, write_datapackage
from finsam_eval.ingest.schemas import OBSERVATIONS, PARTICIPATIONS, RESPONSES, no_rows
from finsam_eval.pipeline import ingest_step
from finsam_eval.study import open_study
from tests.small import write_study


def fields(name, schema, **outcomes):
    table = no_rows(schema).assign(**{outcome: pd.array([], dtype="Int64") for outcome in outcomes})
    described = resource(name, table, schema, outcomes=outcomes)
    return {field["name"]: field for field in described["schema"]["fields"]}


def test_ingest_writes_a_description_of_every_table_it_writes(tmp_path):
    study = open_study(write_study(tmp_path))
    ingest_step(study)
    told = json.loads((study.processed / "datapackage.json").read_text(encoding="utf-8"))
    assert (told["profile"], told["name"], told["title"]) == ("data-package", "liten", "Liten studie")
    assert told["description"].startswith("SYNTETISKA DATA. ")
    assert [one["name"] for one in told["resources"]] == list(SCHEMAS)
    for one in told["resources"]:
        table = pd.read_parquet(study.processed / one["path"])
        assert [field["name"] for field in one["schema"]["fields"]] == list(table.columns)


def test_the_same_tables_give_the_same_bytes(tmp_path):
    study = open_study(write_study(tmp_path))
    ingest_step(study)
    first = (study.processed / "datapackage.json").read_bytes()
    write_datapackage(study)
    assert (study.processed / "datapackage.json").read_bytes() == first


def test_types_limits_and_keys_come_from_the_schema():
    told = fields("responses", RESPONSES)
    assert {name: told[name]["type"] for name in ("respondent", "wave", "retest", "date", "value")} == {
        "respondent": "string",
        "wave": "integer",
        "retest": "boolean",
        "date": "datetime",
        "value": "integer",
    }
    assert told["wave"]["constraints"] == {"required": True, "minimum": 1}
    assert told["gender"]["constraints"] == {"required": True, "enum": ["kvinna", "man", "okant"]}
    assert told["respondent"]["constraints"] == {"required": True, "minLength": 1}
    assert "constraints" not in told["value"]
    assert fields("observations", OBSERVATIONS)["x"]["constraints"] == {"minimum": 0}
    assert fields("observations", OBSERVATIONS)["value"]["type"] == "number"
    key = resource("responses", no_rows(RESPONSES), RESPONSES, outcomes={})["schema"]["primaryKey"]
    assert key == RESPONSES.unique


def test_an_outcome_is_told_by_its_label_and_is_0_or_1():
    told = fields("participations", PARTICIPATIONS, arbete="I arbete")
    assert told["arbete"] == {
        "name": "arbete",
        "type": "integer",
        "description": "I arbete",
        "constraints": {"minimum": 0, "maximum": 1},
    }
    assert told["participation"]["constraints"] == {"required": True, "unique": True}


def test_every_column_is_described_and_no_other(tmp_path):
    tables = ingest(open_study(write_study(tmp_path, outcomes=[])))
    columns = {name for table in SCHEMAS for name in getattr(tables, table).columns} - {"arbete"}
    assert columns == set(DESCRIPTIONS)


def test_the_package_is_written_after_the_tables(tmp_path):
    with pytest.raises(BadInput, match=r"units.parquet is not made yet"):
        write_datapackage(open_study(write_study(tmp_path)))
