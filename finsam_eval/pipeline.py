"""The steps of a study, in order. Each reads what the step before wrote, and says what it read and wrote."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from finsam_eval.codebook import load_codebook
from finsam_eval.compare import design, load_targets, records
from finsam_eval.cube import (
    SERIES,
    answered,
    count,
    missing_answers,
    more_answers_than_invited,
    without_rare_gender,
)
from finsam_eval.disclosure import Policy, Released, audit, load_policy, release
from finsam_eval.errors import BadInput, FinsamError
from finsam_eval.ingest import Ingested, ingest
from finsam_eval.simulate import simulate, write_raw
from finsam_eval.study import Study, file_hash, load_table, save_json, save_table, write_atomically

PROFILES = ("intern", "publik")
SEED = 20031210
"""The demo's seed; any number would do as long as it stays."""


@dataclass(frozen=True)
class Done:
    """What a step read and wrote, in one line each, and how long it took."""

    step: str
    read: str
    wrote: str
    failures: list[str] = field(default_factory=list)
    seconds: float = 0.0


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
    """Return whether the study has any raw data."""
    return study.raw.exists() and any(path.name not in {"README.md", ".gitkeep"} for path in study.raw.iterdir())


def ingest_step(study: Study) -> Done:
    """data/raw → responses, participations, invited, units; what could not be used → quarantine."""
    tables = ingest(study)
    for name in ("units", "responses", "participations", "invited"):
        save_table(getattr(tables, name), study.processed / f"{name}.parquet")
    save_table(tables.account, study.processed / "account.parquet")
    _save_quarantine(study, tables)
    if not tables.responses["value"].notna().any():
        raise BadInput(
            f"no usable answer in {study.settings.name}: {len(tables.quarantine)} rows and answers lie in quarantine "
            "(data/processed/internal/quarantine.csv), each with its reason"
        )
    rows = tables.account[tables.account["unit"] == "rader"]
    return Done(
        "ingest",
        f"{rows['read'].sum()} rows in {len(rows)} files",
        f"{len(tables.responses)} answers; {len(tables.quarantine)} rows or answers in quarantine",
    )


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
    """The cube → records: every share, mean and difference with its interval."""
    cube = load_table(study.processed / "counts.parquet")
    made = records(cube, codebook=study.codebook, periods=study.periods, targets=load_targets(study))
    save_table(made, study.processed / "records.parquet")
    save_table(design(cube, codebook=study.codebook, periods=study.periods), study.processed / "design.parquet")
    return Done("analyse", f"{len(cube)} cells", f"{len(made)} records")


def release_step(study: Study) -> Done:
    """Counts and records → what may be seen, once for each profile; refused if a hidden number can be recovered."""
    policies = load_policies(study)
    cube, made = (load_table(study.processed / f"{name}.parquet") for name in ("counts", "records"))
    wider: Released | None = None
    shown = []
    for profile in PROFILES:
        released = release(cube, made, policies[profile], codebook=study.codebook, periods=study.periods, within=wider)
        recovered = audit(released, policies[profile])
        if len(recovered):
            raise BadInput(
                f"release refused: {len(recovered)} hidden numbers of profile {profile} follow from the others; "
                "raise the policy's limits, and report this as a defect"
            )
        _save_release(study, profile, policies[profile], released)
        shown.append(f"{profile} {(released.rungs['detail'] != '').mean():.0%} of cells")
        wider = released
    return Done("release", f"{len(cube)} cells, {len(made)} records", ", ".join(shown))


def _save_quarantine(study: Study, tables: Ingested) -> None:
    path = study.internal / "quarantine.csv"
    write_atomically(path, lambda temporary: tables.quarantine.to_csv(temporary, index=False, sep=";"))


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
        "counts_sha256": file_hash(study.processed / "counts.parquet"),
        "study_sha256": file_hash(study.folder / "study.yaml"),
    }
    save_json(facts, folder / "release.json")


STEPS: dict[str, Callable[[Study], Done]] = {
    "ingest": ingest_step,
    "count": count_step,
    "analyse": analyse_step,
    "release": release_step,
}


def run_steps(study: Study, until: str, tell: Callable[[Done], None]) -> list[Done]:
    """Run the steps from raw data up to and including `until`; tell each when done."""
    names = list(STEPS)
    done = []
    for name in names[: names.index(until) + 1]:
        done.append(timed(partial(STEPS[name], study)))
        tell(done[-1])
    return done


def timed(step: Callable[[], Done]) -> Done:
    """Return what a step did, with its seconds."""
    start = time.perf_counter()
    done = step()
    return Done(done.step, done.read, done.wrote, done.failures, time.perf_counter() - start)


def check_study(study: Study) -> list[str]:
    """Return what is wrong with a study's definitions; empty when nothing is."""
    findings = [
        f"study.yaml, {name}: still says {value}; fill it in"
        for name, value in study.settings.model_dump(exclude={"sources"}).items()
        if "<" in str(value) and ">" in str(value)
    ]
    for check in (lambda: study.codebook, lambda: load_policies(study), lambda: load_targets(study)):
        try:
            check()
        except FinsamError as error:
            findings.append(str(error))
    if not findings:
        findings += _gender_limit(study)
    if has_raw(study):
        absent = [file for file in _files(study) if not (study.raw / file).exists()]
        findings += [f"study.yaml, sources: {file} is not in data/raw" for file in absent]
    return findings


def _gender_limit(study: Study) -> list[str]:
    least, limit = study.settings.fewest_of_unknown_gender, load_policies(study)["publik"].opinion.min_n
    if least >= limit:
        return []
    return [
        f"study.yaml, fewest_of_unknown_gender: {least} is below the policy's limit for publik ({limit}): women and "
        f"men would be hidden for the sake of a few; raise it to {limit}"
    ]


def _files(study: Study) -> list[str]:
    sources = study.settings.sources
    single = [s.file for s in (sources.forbund, sources.insatser, sources.participations, sources.invited) if s]
    return single + [source.file for source in sources.responses]
