"""Ingest a study: every file read, every row kept or set aside with its reason."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from finsam_eval.ingest.folder import refuse_named_after_persons
from finsam_eval.ingest.keys import check_keys
from finsam_eval.ingest.observations import read_observations
from finsam_eval.ingest.panel import read_panel
from finsam_eval.ingest.people import read_invited, read_participations
from finsam_eval.ingest.places import existing, read_insatser, read_units
from finsam_eval.ingest.quarantine import Quarantine
from finsam_eval.ingest.responses import read_responses
from finsam_eval.ingest.template import with_mappings
from finsam_eval.study import Study


@dataclass(frozen=True, kw_only=True)
class Ingested:
    """The study's tables, what was set aside, and the account: per file, read = kept + quarantined.

    `legible` tells how many of the answers to each item of a file could be read. `ratings` are a panel's, `comments`
    what it wrote beside them.
    """

    units: pd.DataFrame
    responses: pd.DataFrame
    participations: pd.DataFrame
    invited: pd.DataFrame
    ratings: pd.DataFrame
    comments: pd.DataFrame
    observations: pd.DataFrame
    quarantine: pd.DataFrame
    account: pd.DataFrame
    legible: pd.DataFrame


def ingest(study: Study) -> Ingested:
    """Read every raw file of a study into valid tables.

    Bad rows and answers are set aside with file, row, column and reason; good ones go on.

    Raises
    ------
    BadInput
        When a file cannot be read as declared or is named after a person, or pseudonyms were made with different keys.
    """
    refuse_named_after_persons(study)
    study = with_mappings(study)
    check_keys(study.raw, study.settings.key_fingerprint)
    aside = Quarantine()
    units, read_forbund = read_units(study, aside)
    insatser, read_ins = read_insatser(study, units, aside)
    participations, read_part = read_participations(study, units, insatser, aside)
    invited, read_inv = read_invited(study, units, insatser, aside)
    responses = read_responses(study, units, insatser, participations, aside)
    panel = read_panel(study, aside)
    observations, read_obs = read_observations(study, existing(units), aside)
    accounts = [read_forbund, read_ins, read_part, read_inv, responses.account, panel.account, read_obs]
    return Ingested(
        units=existing(units),
        responses=responses.table,
        legible=pd.concat([responses.legible, panel.legible], ignore_index=True),
        participations=participations,
        invited=invited,
        ratings=panel.ratings,
        comments=panel.comments,
        observations=observations,
        quarantine=aside.frame,
        account=pd.concat(accounts, ignore_index=True),
    )
