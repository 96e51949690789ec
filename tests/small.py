"""A study small enough to check by hand: two förbund, three insatser, a handful of answers."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import yaml

RAW = {
    "forbund.csv": "forbund;namn\nF01;Ålvendalen\nF02;Örnsköping\n",
    "insatser.csv": "insats;forbund\nI1;F01\nI2;F01\nI3;F02\n",
    "deltaganden.csv": (
        "deltagande;person;insats;kon;start;avslut;anonym;arbete\n"
        "D1;p1;I1;Kvinna;2025-01-10;2025-05-01;Nej;Ja\n"
        "D2;p2;I1;Man;2025-01-10;2025-09-01;Nej;Nej\n"
        "D3;p3;I3;Kvinna;2025-02-01;;Nej;\n"
        "D4;;I2;Man;2025-02-01;;Ja;\n"
    ),
    "inbjudna.csv": (
        "forbund;insats;grupp;tillfalle;period;kon;antal\n"
        "F01;I1;deltagare;under;2025H1;Kvinna;2\n"
        "F01;I1;deltagare;under;2025H1;Man;1\n"
    ),
    "deltagare.csv": (
        "person;deltagande;tillfalle;omgang;omtest;datum;K01a;K02a;K07a\n"
        "p1;D1;Under;1;Nej;2025-02-01;4;5;\n"
        "p1;D1;Under;2;Nej;2025-03-01;5;2;3\n"
        "p1;D1;Under;2;Ja;2025-03-15;1;1;1\n"
        "p2;D2;Under;1;Nej;2025-02-01;2;3;4\n"
        "p3;D3;Under;1;Nej;2025-08-01;1;1;1\n"
    ),
    "personal.csv": "person;deltagande;tillfalle;datum;K07b\ns1;D1;Under;2025-02-02;4\ns1;D2;Under;2025-02-02;3\n",
}

GENDER = {"Kvinna": "kvinna", "Man": "man", "Okänt": "okant"}
YES_NO = {"Ja": "1", "Nej": "0"}

CRITERIA = """
decided_by: Prövarna
decided_on: 2024-11-15
comparable_reliability: {value: 0.7, source: Läroboken}
equal_within: {value: 0.1, source: Prövarna}
"""

SETTINGS = {
    "id": "liten",
    "name": "Liten studie",
    "synthetic": True,
    "codebook": "nns2015",
    "criteria": "criteria.yaml",
    "periods": [
        {"id": "2025H1", "label": "våren", "kind": "halvar", "start": date(2025, 1, 1), "end": date(2025, 6, 30)},
        {"id": "2025H2", "label": "hösten", "kind": "halvar", "start": date(2025, 7, 1), "end": date(2025, 12, 31)},
        {"id": "2025", "label": "året", "kind": "ar", "start": date(2025, 1, 1), "end": date(2025, 12, 31)},
    ],
    "report_period": "2025",
    "sources": {
        "forbund": {"file": "forbund.csv", "columns": {"forbund": "forbund", "name": "namn"}},
        "insatser": {"file": "insatser.csv", "columns": {"insats": "insats", "forbund": "forbund"}},
        "participations": {
            "file": "deltaganden.csv",
            "columns": {
                "participation": "deltagande",
                "respondent": "person",
                "insats": "insats",
                "gender": "kon",
                "start": "start",
                "end": "avslut",
                "anonymous": "anonym",
                "arbete": "arbete",
            },
            "words": {"gender": GENDER, "anonymous": YES_NO, "arbete": YES_NO},
        },
        "invited": {
            "file": "inbjudna.csv",
            "columns": {
                "forbund": "forbund",
                "insats": "insats",
                "respondent_group": "grupp",
                "occasion": "tillfalle",
                "period": "period",
                "gender": "kon",
                "invited": "antal",
            },
            "words": {"gender": GENDER},
        },
        "responses": [
            {
                "file": "deltagare.csv",
                "respondent_group": "deltagare",
                "columns": {
                    "respondent": "person",
                    "participation": "deltagande",
                    "occasion": "tillfalle",
                    "wave": "omgang",
                    "retest": "omtest",
                    "date": "datum",
                },
                "words": {"occasion": {"Under": "under", "Avslut": "avslut"}, "retest": YES_NO},
            },
            {
                "file": "personal.csv",
                "respondent_group": "personal",
                "columns": {
                    "respondent": "person",
                    "participation": "deltagande",
                    "occasion": "tillfalle",
                    "date": "datum",
                },
                "words": {"occasion": {"Under": "under", "Avslut": "avslut"}},
            },
        ],
    },
    "outcomes": [{"id": "arbete", "label": "I arbete", "column": "arbete"}],
    "controller": "Påhittad",
    "legal_basis": "Inga personuppgifter",
    "ethics": "Behövs inte",
    "retention": {"until": date(2030, 1, 1), "reason": "Påhittad"},
}


def write_study(folder: Path, raw: dict[str, str] | None = None, **settings: object) -> Path:
    """Write the small study into `folder`, with files or settings replaced."""
    (folder / "data" / "raw").mkdir(parents=True)
    for name, text in {**RAW, **(raw or {})}.items():
        (folder / "data" / "raw" / name).write_text(text, encoding="utf-8")
    (folder / "criteria.yaml").write_text(CRITERIA, encoding="utf-8")
    text = yaml.safe_dump({**SETTINGS, **settings}, allow_unicode=True, sort_keys=False)
    (folder / "study.yaml").write_text(text, encoding="utf-8")
    return folder
