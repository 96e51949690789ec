"""What is wrong with a study's definitions, and what in data/raw does not fit them, before the answers are read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from finsam_eval.criteria import criteria_of
from finsam_eval.errors import FinsamError
from finsam_eval.hypotheses import hypotheses_of
from finsam_eval.ingest.delivered import deliver
from finsam_eval.ingest.folder import refuse_keys, refuse_named_after_persons
from finsam_eval.ingest.keys import undeclared
from finsam_eval.ingest.personnummer import without_personnummer
from finsam_eval.ingest.template import with_mappings
from finsam_eval.ingest.text import normalised
from finsam_eval.judgement import decisions_of
from finsam_eval.logic_model import load_models
from finsam_eval.pipeline import all_targets, has_raw, load_policies
from finsam_eval.study import Source, Study
from finsam_eval.wording.logic_review import review_line

BESIDE = (".", "~$", "mapping_")
"""How names begin of what programs leave in a folder, and of proposals of `map`."""


def check_study(study: Study) -> list[str]:
    """Return what is wrong with a study's definitions, and with the files beside them; empty when nothing is."""
    settings = study.settings.model_dump(exclude={"sources"})
    findings = [f"study.yaml, {place}: still says {text}; fill it in" for place, text in _not_filled_in(settings)]
    for check in (
        lambda: refuse_named_after_persons(study),
        lambda: refuse_keys(study),
        lambda: study.codebook,
        lambda: with_mappings(study),
        lambda: load_policies(study),
        lambda: criteria_of(study),
        lambda: decisions_of(study),
        lambda: hypotheses_of(study),
        lambda: all_targets(study),
    ):
        try:
            check()
        except FinsamError as error:
            findings.append(str(error))
    if not findings:
        findings += [
            f"{study.settings.policy}, {place}: still says {text}; fill it in" for place, text in _undecided(study)
        ]
        findings += _gender_limit(study)
    # A synthetic study's files are made by its first step.
    return findings + ([] if study.settings.synthetic and not has_raw(study) else _files(study))


def model_remarks(study: Study) -> list[str]:
    """Return a line for each logic model in which something cannot be evaluated as it stands: how much of what."""
    lines = [review_line(model) for model in load_models(study).values()]
    return [line for line in lines if line]


def _not_filled_in(content: object, place: str = "") -> Iterator[tuple[str, str]]:
    """Give every text that still holds <something>, and the keys that lead to it."""
    if isinstance(content, Mapping | list):
        for key, value in content.items() if isinstance(content, Mapping) else enumerate(content):
            yield from _not_filled_in(value, f"{place} → {key}" if place else str(key))
    elif "<" in str(content) and ">" in str(content):
        yield place, str(content)


def _undecided(study: Study) -> Iterator[tuple[str, str]]:
    return _not_filled_in({"source": load_policies(study)["publik"].source})


def _gender_limit(study: Study) -> list[str]:
    least, limit = study.settings.fewest_of_unknown_gender, load_policies(study)["publik"].opinion.min_n
    if least >= limit:
        return []
    return [
        f"study.yaml, fewest_of_unknown_gender: {least} is below the policy's limit for publik ({limit}): women and "
        f"men would be hidden for the sake of a few; raise it to {limit}"
    ]


def _files(study: Study) -> list[str]:
    sources = study.settings.sources.every
    absent = [source.file for source in sources if not (study.raw / source.file).exists()]
    findings = [f"study.yaml, sources: {file} is not in data/raw" for file in dict.fromkeys(absent)]
    findings += [
        f"data/raw: {without_personnummer(file)} is not named in study.yaml, and is not read; name it under sources, "
        "or take it away"
        for file in undeclared(study)
        if not file.startswith(BESIDE)
    ]
    for source in sources:
        if source.ignored and source.file not in absent:
            findings += _ignored_in_vain(study, source)
    return findings


def _ignored_in_vain(study: Study, source: Source) -> list[str]:
    try:
        delivered = deliver(study.raw / source.file, sheet=source.sheet, heading_rows=source.heading_rows)
    except FinsamError as error:
        return [str(error)]
    there = {normalised(name) for name in delivered.heading}
    lacking = [name for name in source.ignored if normalised(name) not in there]
    if not lacking:
        return []
    told = ", ".join(lacking)
    return [f"study.yaml, {source.file}, ignored: {told} is no heading in the file; correct it, or take it out"]
