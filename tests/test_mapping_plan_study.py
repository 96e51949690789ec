import pytest
import yaml
from click.testing import CliRunner
from programmes import indicator, programme

from finsam_eval.cli import main
from finsam_eval.mapping.plan_study import plan_settings
from finsam_eval.study import open_study


def call(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def plan(tmp_path, **changes):
    """Write a plan as YAML."""
    path = tmp_path / "modell.yaml"
    told = programme(**changes).model_dump(mode="json", by_alias=True, exclude_defaults=True)
    path.write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
    return path


@pytest.mark.parametrize("title", ['Insatsen "Steget": vidare', "# inte en kommentar", "{a} 100 % – åäö"])
def test_a_plan_becomes_a_study_of_the_years_of_its_targets(tmp_path, title):
    goals = [{"period": period, "value": 0.3} for period in ("2028", "2027")]
    path = plan(tmp_path, title=title, organisation="Ängen", indicators=[indicator(targets=goals)])
    path.with_suffix(".xlsx").write_bytes(b"")
    made = call("new", tmp_path / "min", "--plan", path)
    assert made.exit_code == 0
    assert made.output.startswith(f"Studien ligger i {tmp_path / 'min'}, med modell.yaml och modell.xlsx: ändra i dem")
    assert (
        "report_period '<2027 eller 2028: den period som planen gäller>' is not"
        in call("lint", "--study", tmp_path / "min").output
    )
    file = tmp_path / "min" / "study.yaml"
    file.write_text(file.read_text("utf-8").replace("<2027 eller 2028: den period som planen gäller>", "2027"), "utf-8")
    settings = open_study(tmp_path / "min").settings
    assert settings.name == f"Ängen – {title}"
    assert [(one.id, str(one.start), str(one.end)) for one in settings.periods] == [
        ("2027", "2027-01-01", "2027-12-31"),
        ("2028", "2028-01-01", "2028-12-31"),
    ]
    assert (settings.report_period, settings.reports, settings.sources.every) == ("2027", ["logikmodell"], [])
    assert (tmp_path / "min" / settings.logic_models[0]).read_bytes() == path.read_bytes()


def test_lint_names_what_is_left_to_fill_in(tmp_path):
    call("new", tmp_path / "min", "--plan", plan(tmp_path))
    told = call("lint", "--study", tmp_path / "min").output
    assert "controller: still says <den som ansvarar" in told
    assert "fill in decided_by, decided_on" in told
    assert told.endswith("2 findings\n")


@pytest.mark.parametrize("targets", [[], [{"period": "2025H1", "value": 0.3}]])
def test_a_period_that_is_no_year_is_for_a_person_to_date(targets):
    assert "start: <första dagen>" in plan_settings(programme(indicators=[indicator(targets=targets)]), "m.yaml")


def test_a_file_that_is_no_logic_model_makes_no_folder(tmp_path):
    path = tmp_path / "modell.yaml"
    path.write_text("id: x\n", encoding="utf-8")
    assert call("new", tmp_path / "min", "--plan", path).exit_code == 1
    assert not (tmp_path / "min").exists()


def test_a_plan_without_data_gets_its_report(tmp_path):
    folder = tmp_path / "min"
    call("new", folder, "--plan", plan(tmp_path, indicators=[indicator(source="")]))
    for name, empty, filled in [
        ("study.yaml", "<den som ansvarar; står längst ner på varje sida>", "Ängen"),
        ("policy.yaml", "decided_by:\ndecided_on:", "decided_by: Styrelsen\ndecided_on: 2027-01-01"),
        ("policy.yaml", "<varför just dessa gränser>", "Påhittad"),
    ]:
        text = (folder / name).read_text(encoding="utf-8")
        assert empty in text
        (folder / name).write_text(text.replace(empty, filled), encoding="utf-8")
    told = call("lint", "--study", folder)
    assert (told.exit_code, told.output) == (
        0,
        "Inga fel i studiens filer.\n"
        "Planen ”Liten modell” har 1 brist, som rapporten räknar upp: Indikator utan källa 1.\n",
    )
    assert call("run", "--study", folder).exit_code == 0
    page = (folder / "reports/publik/logikmodell/liten.html").read_text(encoding="utf-8")
    assert "Målmatrisen" in page
    assert "Liten modell, 2025" not in page
    assert "Tryckta siffror" not in page
