"""The steps of a study, in order. Each reads what the step before wrote, and says what it read and wrote."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from finsam_eval.checks import check_tables, loud
from finsam_eval.codebook import load_codebook
from finsam_eval.compare import Target, check_target, design, load_targets, records
from finsam_eval.contrasts import contrasts_of
from finsam_eval.cube import (
    SERIES,
    answered,
    count,
    missing_answers,
    more_answers_than_invited,
    without_rare_gender,
)
from finsam_eval.disclosure import (
    Policy,
    Released,
    audit,
    load_policy,
    release,
    release_coefficients,
    release_items,
    release_observations,
)
from finsam_eval.errors import BadInput
from finsam_eval.files import file_hash, load_table, save_json, save_table, without_formulas, write_atomically
from finsam_eval.hypotheses import hypotheses_of
from finsam_eval.ingest import Ingested, ingest
from finsam_eval.ingest.datapackage import write_datapackage
from finsam_eval.ingest.folder import refuse_keys
from finsam_eval.ingest.template import mappings
from finsam_eval.logic_model import load_models, model_targets, unknown_indicators
from finsam_eval.manifest import Work, carry_out, code_hash, hashes, read_receipt, still_holds
from finsam_eval.processors import every_processor
from finsam_eval.psychometrics import measurement_properties, validity_coefficients
from finsam_eval.publishing import PROFILES, published_before
from finsam_eval.simulate import half_written, simulate, write_raw
from finsam_eval.study import Study

OF_PERSONS = ("responses", "participations", "ratings")
"""The tables with rows of persons: their files, as quarantine.csv and panel_comments.csv, are for the owner's eyes."""

SEED = 20031210
"""The demo's seed; any number would do as long as it stays."""


@dataclass(frozen=True)
class Done:
    """What a step read and wrote, in one line each, how long it took, and whether it was done before."""

    step: str
    read: str
    wrote: str
    failures: list[str] = field(default_factory=list)
    seconds: float = 0.0
    unchanged: bool = False


def load_policies(study: Study) -> dict[str, Policy]:
    """Return the study's decided disclosure policy, by profile."""
    return load_policy(study.folder / study.settings.policy)


def simulate_step(study: Study, forbund: int) -> Done:
    """Make the demo's raw data, once; existing raw data are never touched."""
    if not study.settings.synthetic:
        raise BadInput("study.yaml does not say synthetic: true; simulated answers never mix with real ones")
    if has_raw(study):
        return Done("simulate", "-", "nothing: data/raw already holds data")
    country = simulate(load_codebook(study.settings.codebook, study.folder), seed=SEED, forbund=forbund)
    write_raw(country, study.raw)
    return Done("simulate", f"codebook {study.settings.codebook}", f"{len(country.files)} files in data/raw")


def has_raw(study: Study) -> bool:
    """Return whether the study has raw data, all of them in place."""
    return bool(raw_files(study)) and not half_written(study.raw)


def raw_files(study: Study) -> list[Path]:
    """Return the files delivered to data/raw."""
    found = sorted(study.raw.iterdir()) if study.raw.exists() else []
    return [path for path in found if path.name not in {"README.md", ".gitkeep"}]


def ingest_step(study: Study) -> Done:
    """data/raw → responses, participations, invited, units, ratings; what could not be used → quarantine."""
    tables = ingest(study)
    for name in ("units", "responses", "participations", "invited", "ratings", "observations"):
        save_table(getattr(tables, name), study.processed / f"{name}.parquet", private=name in OF_PERSONS)
    save_table(tables.account, study.processed / "account.parquet")
    write_datapackage(study)
    _save_inside(study, "quarantine.csv", tables.quarantine)
    _save_inside(study, "panel_comments.csv", tables.comments)
    checked = check_tables(study, tables)
    save_table(checked, study.internal / "checks.parquet")
    rows = tables.account[tables.account["unit"] == "rader"]
    is_plan = bool(study.settings.logic_models) and not rows["read"].sum()  # examined before anything is counted
    if not is_plan and not tables.responses["value"].notna().any() and tables.observations.empty:
        raise BadInput(f"no usable answer or figure in {study.settings.name}: {_why_none(tables)}")
    return Done(
        "ingest",
        f"{rows['read'].sum()} rows in {len(rows)} files",
        f"{len(tables.responses)} answers, {len(tables.observations)} observed figures; "
        f"{len(tables.quarantine)} rows or answers in quarantine" + _to_see_to(checked),
    )


def _why_none(tables: Ingested) -> str:
    if len(tables.quarantine):
        return (
            f"{len(tables.quarantine)} rows and answers lie in quarantine "
            "(data/processed/internal/quarantine.csv), each with its reason"
        )
    return "the files have no rows, or no question in them is answered; look into the files in data/raw"


def _to_see_to(checked: pd.DataFrame) -> str:
    found = loud(checked)
    return f"; SEE TO THIS FIRST, in notebooks/10_data_quality: {'; '.join(found)}" if found else ""


def count_step(study: Study) -> Done:
    """Tables of persons → the cube of counts."""
    responses, participations, invited = (
        load_table(study.processed / f"{name}.parquet") for name in ("responses", "participations", "invited")
    )
    whole = count(responses, participations, invited, outcomes=study.settings.outcomes, atoms=study.atoms)
    cube, left_out = without_rare_gender(whole, study.settings.fewest_of_unknown_gender)
    save_table(cube, study.processed / "counts.parquet")
    save_table(left_out, study.processed / "left_out.parquet")
    save_table(answered(responses, invited), study.processed / "answered.parquet")
    save_table(missing_answers(responses), study.processed / "missing.parquet")
    over = more_answers_than_invited(answered(responses, invited))
    told = f"{len(over)} with more answers than invited; unknown gender left out of {len(left_out)} series"
    return Done("count", f"{len(responses)} answers", f"{len(cube)} cells; {told}")


def analyse_step(study: Study) -> Done:
    """The cube → records: every share, mean and difference with its interval; answers → how reliable they are."""
    cube, responses, participations, ratings = (
        load_table(study.processed / f"{name}.parquet") for name in ("counts", "responses", "participations", "ratings")
    )
    _refuse_unknown_indicators(study)
    made = records(cube, codebook=study.codebook, periods=study.periods, targets=all_targets(study))
    save_table(made, study.processed / "records.parquet")
    save_table(design(cube, codebook=study.codebook, periods=study.periods), study.processed / "design.parquet")
    properties = measurement_properties(responses, study.codebook, study.atoms_in_report)
    save_table(properties.coefficients, study.processed / "coefficients.parquet")
    save_table(properties.items, study.processed / "items.parquet")
    validity = validity_coefficients(
        responses,
        participations,
        ratings,
        study.codebook,
        outcomes=study.settings.outcomes,
        hypotheses=hypotheses_of(study),
        atoms=study.atoms_in_report,
    )
    save_table(validity, study.processed / "validity.parquet")
    told = f"{len(made)} records, {len(properties.coefficients) + len(validity)} coefficients"
    return Done("analyse", f"{len(cube)} cells, {len(responses)} answers", told)


def all_targets(study: Study) -> list[Target]:
    """Return every target that the study's own data are held against: its målnivåer, and its logic models' targets."""
    of_models = [target for model in load_models(study).values() for target in model_targets(model)]
    for target in of_models:
        check_target(target, study.codebook)
    return [*load_targets(study), *of_models]


def _refuse_unknown_indicators(study: Study) -> None:
    observed = load_table(study.processed / "observations.parquet")
    unknown = unknown_indicators(load_models(study).values(), observed)
    if unknown:
        raise BadInput(
            f"observations name {', '.join(unknown)}, which no logic model of the study has as an indicator; "
            "correct the id in the file, or add the indicator to the model"
        )


def release_step(study: Study) -> Done:
    """Counts and records → what may be seen, once for each profile; refused if a hidden number can be recovered."""
    policies = load_policies(study)
    cube, made = (load_table(study.processed / f"{name}.parquet") for name in ("counts", "records"))
    wider: Released | None = None
    shown = []
    with every_processor() as each:
        for profile in PROFILES:
            before = published_before(study, profile)
            policy = policies[profile]
            released = release(
                cube,
                made,
                policy,
                codebook=study.codebook,
                periods=study.periods,
                within=wider,
                earlier=before,
                each=each,
            )
            recovered = audit(released, policy, earlier=before, counts=cube, each=each)
            if len(recovered):
                raise BadInput(
                    f"release refused: {len(recovered)} hidden numbers of profile {profile} follow from the others; "
                    "raise the policy's limits, and report this as a defect"
                )
            _save_release(study, profile, policies[profile], released)
            _save_beside(study, profile, policies[profile], released)
            # Made of what is released, so that they tell no more than it does.
            contrasts = contrasts_of(study, released.records, each)
            save_table(contrasts, study.released(profile) / "contrasts.parquet")
            share = f"{(released.rungs['detail'] != '').mean():.0%} of cells" if len(released.rungs) else "no cells"
            shown.append(f"{profile} {share}")
            wider = released
    return Done("release", f"{len(cube)} cells, {len(made)} records", ", ".join(shown))


def _save_inside(study: Study, name: str, frame: pd.DataFrame) -> None:
    shown = without_formulas(frame)
    write_atomically(
        study.internal / name, lambda temporary: shown.to_csv(temporary, index=False, sep=";"), private=True
    )


def _save_release(study: Study, profile: str, policy: Policy, released: Released) -> None:
    folder = study.released(profile)
    for name in ("rungs", "counts", "records"):
        save_table(getattr(released, name), folder / f"{name}.parquet")
    save_table(released.register, study.internal / f"register_{profile}.parquet")
    save_table(load_table(study.processed / "units.parquet"), folder / "units.parquet")
    # What intervals rest on, without the country's totals: those of a thin series may be hidden.
    save_table(load_table(study.processed / "design.parquet").drop(columns=["k", "n"]), folder / "design.parquet")
    facts = {
        "study": study.settings.id,
        "profile": profile,
        "policy": policy.model_dump(mode="json"),
        "series_without_unknown_gender": len(load_table(study.processed / "left_out.parquet")),
        "series": len(released.rungs[SERIES].drop_duplicates()),
        "released_sha256": file_hash(folder / "counts.parquet"),
        "study_sha256": file_hash(study.folder / "study.yaml"),
    }
    save_json(facts, folder / "release.json")


def _save_beside(study: Study, profile: str, policy: Policy, released: Released) -> None:
    """Release what lies beside the cube: coefficients of the whole study, and figures that were observed."""
    folder, period = study.released(profile), study.settings.report_period
    items, observed = (load_table(study.processed / f"{name}.parquet") for name in ("items", "observations"))
    shown = release_items(items, counts=released.counts, period=period, codebook=study.codebook)
    impersonal = {name for model in load_models(study).values() for name in model.impersonal}
    for name in ("coefficients", "validity"):
        shown_of = release_coefficients(load_table(study.processed / f"{name}.parquet"), policy)
        save_table(shown_of, folder / f"{name}.parquet")
    save_table(shown, folder / "items.parquet")
    save_table(release_observations(observed, policy, impersonal=impersonal), folder / "observations.parquet")


STEPS: dict[str, Callable[[Study], Done]] = {
    "ingest": ingest_step,
    "count": count_step,
    "analyse": analyse_step,
    "release": release_step,
}


def run_steps(study: Study, until: str, tell: Callable[[Done], None], *, force: bool = False) -> list[Done]:
    """Run the steps from raw data up to and including `until`; tell each when done."""
    names = list(STEPS)
    done = []
    for name in names[: names.index(until) + 1]:
        done.append(run_step(study, name, force=force))
        tell(done[-1])
    return done


def run_step(study: Study, name: str, *, force: bool = False) -> Done:
    """Run one step, unless all it read and wrote is as it was when it was last run."""
    made: list[Done] = []
    if name == "ingest":
        refuse_keys(study)

    def do() -> dict[str, str]:
        made.append(STEPS[name](study))
        return {"read": made[0].read, "wrote": made[0].wrote}

    start = time.perf_counter()
    old = carry_out(study, step_work(study, name), do, force=force)
    done = made[0] if old is None else Done(name, old.told["read"], old.told["wrote"], unchanged=True)
    return replace(done, seconds=time.perf_counter() - start)


def step_work(study: Study, name: str) -> Work:
    """Return what a step reads: the code, the definitions it follows, the raw data, and what the steps before wrote."""
    names = list(STEPS)
    before = [read_receipt(study, earlier) for earlier in names[: names.index(name)]]
    wrote = [study.folder / file for receipt in before if receipt for file in receipt.wrote]
    files = raw_files(study) if name == "ingest" else wrote
    if name == "release":
        files = [*files, *sorted(path for path in study.published.rglob("*") if path.is_file())]
    code = {"code": code_hash(showing=False)}
    return Work(name, {**code, **definitions(study, name), **hashes(files, study.folder)})


def definitions(study: Study, step: str) -> dict[str, str]:
    """Return the hash of every definition a step follows, its codebook included."""
    settings = study.settings
    also = {
        "ingest": mappings(study),
        "analyse": [settings.targets or "", settings.hypotheses or "", *settings.logic_models],
        "release": [settings.policy, settings.criteria or ""],
        "report": [
            settings.policy,
            *(name or "" for name in (settings.criteria, settings.decisions, settings.hypotheses)),
            *(name or "" for name in (settings.targets, settings.english)),
            *settings.logic_models,
        ],
    }
    named = ["study.yaml", *also.get(step, [])]
    if settings.codebook.endswith(".yaml"):
        named.append(settings.codebook)
    return hashes((study.folder / name for name in named if name), study.folder)


def states(study: Study) -> dict[str, str]:
    """Return the state of every step: "färskt", "inaktuellt" (something it reads has changed) or "ej gjort"."""
    told: dict[str, str] = {}
    for name in STEPS:
        earlier_hold = all(state == "färskt" for state in told.values())
        fresh = earlier_hold and still_holds(study, step_work(study, name)) is not None
        told[name] = "färskt" if fresh else "inaktuellt" if read_receipt(study, name) else "ej gjort"
    return told


def timed(step: Callable[[], Done]) -> Done:
    """Return what a step did, with its seconds."""
    start = time.perf_counter()
    return replace(step(), seconds=time.perf_counter() - start)
