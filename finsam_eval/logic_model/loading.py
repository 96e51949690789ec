"""A study's logic models: read from their files, and held against the study."""

from __future__ import annotations

from pathlib import Path

from finsam_eval.compare import Target
from finsam_eval.definitions import parse, read_yaml
from finsam_eval.errors import BadDefinition, UnknownName
from finsam_eval.logic_model.model import LogicModel
from finsam_eval.results import ALL
from finsam_eval.study import Study


def load(path: Path) -> LogicModel:
    """Return the logic model in a YAML file.

    Raises
    ------
    BadDefinition
        When it contradicts itself, with the place: an unknown or doubled id, a link to itself, two targets for one
        period and gender.
    """
    return parse(LogicModel, read_yaml(path), path.name)


def load_models(study: Study) -> dict[str, LogicModel]:
    """Return the study's logic models, by id.

    Raises
    ------
    BadDefinition
        When one contradicts itself or the study, or two models, or indicators of two models, have the same id.
    """
    models: dict[str, LogicModel] = {}
    for name in study.settings.logic_models:
        model = load(study.folder / name)
        if model.id in models:
            raise BadDefinition(f"{name}: another of the study's logic models is called {model.id}; rename one")
        others = {indicator.id: other.id for other in models.values() for indicator in other.indicators}
        shared = sorted({indicator.id for indicator in model.indicators} & set(others))
        if shared:
            raise BadDefinition(
                f"{name}: indicator {shared[0]} is also one of {others[shared[0]]}'s, and an observed figure could not "
                "tell whose it is; rename one"
            )
        _check_periods(model, study, name)
        _check_matpunkter(model, study, name)
        models[model.id] = model
    return models


def find_model(study: Study, name: str) -> LogicModel:
    """Return the study's logic model called `name`.

    Raises
    ------
    UnknownName
        With the names that exist.
    """
    models = load_models(study)
    if name not in models:
        known = ", ".join(models) or "none: study.yaml names no logic_models"
        raise UnknownName(f"logic model {name!r} is not in the study; it has {known}")
    return models[name]


def model_targets(model: LogicModel) -> list[Target]:
    """Return the targets that the study's own data answer, one for each indicator and level asked for."""
    asked = {
        (indicator.id, goal.value, rule): indicator.data
        for indicator in model.indicators
        for goal in indicator.targets
        for rule in ["each" if indicator.genders(goal) != [ALL] else "pooled"]
        if goal.value
    }
    return [
        Target.model_validate(
            {
                **data.model_dump(),
                "share": share,
                "gender_rule": rule,
                "origin": model.source or model.title,
                "decided_on": model.decided_on,
                "decided_by": model.decided_by,
                "indicator": model.key(indicator),
            }
        )
        for (indicator, share, rule), data in asked.items()
        if data
    ]


def _check_periods(model: LogicModel, study: Study, name: str) -> None:
    declared = [period.id for period in study.settings.periods]
    judged = list(study.periods[list(study.periods)[-1]])
    for indicator in model.indicators:
        for goal in indicator.targets:
            allowed = judged if indicator.data else declared
            if goal.period not in allowed:
                raise BadDefinition(
                    f"{name}, indicator {indicator.id}: a target for period {goal.period!r}; "
                    f"it can be judged for {', '.join(allowed)}"
                )


def _check_matpunkter(model: LogicModel, study: Study, name: str) -> None:
    known = {item.id for item in study.codebook.items}
    for indicator in model.indicators:
        unknown = [point.item for point in indicator.matpunkter if point.item not in known]
        if unknown:
            raise BadDefinition(
                f"{name}, indicator {indicator.id}: mätpunkt {unknown[0]} is not in the codebook {study.codebook.id}; "
                "correct it, or take it out"
            )
