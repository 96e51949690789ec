"""The Excel template of a logic model: which sheets it has, and what each column means."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from finsam_eval.logic_model import LEVEL_LABELS

Kind = Literal["text", "number", "whole", "date", "value", "list", "degrees", "choice"]

ABOUT = {"individ": "individ", "organisation": "organisation", "samhälle": "samhalle"}
MEASURES = {
    "andel": "share",
    "antal": "count",
    "medelvärde": "mean",
    "ja eller nej": "yes_no",
    "belopp": "amount",
    "i ord": "qualitative",
}
DIRECTIONS = {"öka": "increase", "minska": "decrease"}
GENDER_RULES = {"var för sig": "each", "tillsammans": "pooled"}
YES_NO = {"ja": True, "nej": False}
OPERATORS = {"minst": ">=", "högst": "<=", "precis": "="}
GENDERS = {"kvinnor": "kvinna", "män": "man"}
STATED = {"mätetalet": "indicator", "målet": "node"}
LIMITS = {"mer än": ">", "mindre än": "<"}
KINDS = {"kostnad": "cost", "intäkt": "income"}
LEVELS = {label.casefold(): level for level, label in LEVEL_LABELS.items()}


@dataclass(frozen=True)
class Column:
    """A column: its Swedish heading, our name for it, what may stand in it, and a word of help.

    `refers` names the sheet whose rows it points at, by id or by text. A column that is `needed` may not be empty.
    """

    heading: str
    key: str
    help: str = ""
    kind: Kind = "text"
    choices: dict[str, object] = field(default_factory=dict)
    refers: str = ""
    needed: bool = False


MODEL, AREAS, NODES, LINKS = "Modell", "Områden", "Rutor", "Pilar"
INDICATORS, TARGETS, BUDGET = "Indikatorer", "Mål", "Budget"
HELP_SHEET, CHOICES_SHEET = "Läs mig", "Val"
FIELD, SAID = "Uppgift", "Svar"

ID = Column("Id", "id", "Kan lämnas tomt; då görs det av texten. Bara a–z, siffror och _.")

FACTS = [
    Column("Id", "id", "Kort namn på modellen, till exempel varend_2019."),
    Column("Titel", "title", "Det som rapporten heter.", needed=True),
    Column("Organisation", "organisation", "Förbundet eller projektet."),
    Column("Källa", "source", "Dokumentet som modellen är hämtad ur."),
    Column("Förbundets id", "unit", "Tomt om modellen gäller hela studien."),
    Column("Startdatum", "start", "Till exempel 2025-01-01.", "date"),
    Column("Slutdatum", "end", "Till exempel 2025-12-31.", "date"),
    Column("Problem", "problem", "Det som modellen ska lösa."),
    Column("Antagande", "assumption", "Varför det borde fungera."),
    Column("Behovsanalys", "needs", "Flera skiljs åt med semikolon.", "list"),
    Column("Beslutat av", "decided_by", "Rollen som beslutat målen."),
    Column("Beslutat den", "decided_on", "Datum.", "date"),
]

SHEETS: dict[str, list[Column]] = {
    AREAS: [
        ID,
        Column("Rubrik", "title", "Processen, området eller rubriken som det står.", needed=True),
        Column("Avsnitt", "section"),
        Column("Beskrivning", "description"),
        Column("Målgrupp", "target_group"),
        Column("Deltagande", "participants"),
        Column("Samverkan", "partners"),
        Column("Syfte", "purpose"),
        Column("Nytta", "benefit"),
        Column("Tidsperiod", "duration"),
        Column("Startdatum", "start", kind="date"),
        Column("Slutdatum", "end", kind="date"),
        Column("Hur det mäts", "measured"),
        Column("Hur ofta", "follow_up"),
        Column("Ansvarig roll", "responsible", "Rollen, inte ett namn."),
    ],
    NODES: [
        ID,
        Column("Nivå", "level", "Från problem till mål.", "choice", dict(LEVELS), needed=True),
        Column("Text", "title", "En sak i varje ruta.", needed=True),
        Column("Beskrivning", "description"),
        Column("Gäller", "target_level", "Vem eller vad som förändras.", "choice", dict(ABOUT)),
        Column(
            "Framgångsgrad", "degrees", "1 direkt, 2 indirekt, 3 systemeffekt; flera skiljs med semikolon.", "degrees"
        ),
        Column("Vem gör", "actor", "Rollen eller organisationen."),
        Column("Område", "area", "Ur bladet Områden.", refers=AREAS),
    ],
    LINKS: [
        Column("Från", "from", "Rutans text eller id.", refers=NODES, needed=True),
        Column("Till", "to", "Det som den ska leda till.", refers=NODES, needed=True),
        Column("Antagande", "assumption"),
        Column("Stöd", "evidence", "Det som talar för pilen."),
        Column("Andra förklaringar", "rivals", "Flera skiljs åt med semikolon; svar efter =>.", "list"),
    ],
    INDICATORS: [
        ID,
        Column("Ruta", "node", "Den som mäts: text eller id.", refers=NODES, needed=True),
        Column("Text", "title", needed=True),
        Column("Beskrivning", "description"),
        Column(
            "Mått",
            "measure",
            "",
            "choice",
            dict(MEASURES),
            needed=True,
        ),
        Column("Täljare", "numerator", "De som räknas."),
        Column("Nämnare", "denominator", "De som de är en del av."),
        Column("Enhet", "unit", "personer, kommuner, träffar …"),
        Column("Ska", "direction", "Öka om inget står.", "choice", dict(DIRECTIONS)),
        Column("Källa", "source"),
        Column("Tillfälle", "occasion", "När det mäts, till exempel vid avslut."),
        Column("Hur ofta", "follow_up"),
        Column("Ansvarig roll", "responsible", "Rollen, inte ett namn."),
        Column("Kvinnor och män", "gender_rule", "Om båda ska nå målet var för sig.", "choice", dict(GENDER_RULES)),
        Column("Kön i källan", "by_gender", "Om källan skiljer dem åt.", "choice", dict(YES_NO)),
        Column("Väntat antal", "expected_n", "Hur många som kommer att räknas.", "whole"),
        Column("Läge före", "baseline.value", "Till exempel 22 %. Kan utelämnas om antalen finns.", "value"),
        Column("Läge före, gräns", "baseline.operator", "Om bara en gräns är känd.", "choice", dict(LIMITS)),
        Column("Läge före, antal", "baseline.x", kind="whole"),
        Column("Läge före, av", "baseline.n", kind="whole"),
        Column("Läge före, period", "baseline.period"),
        Column("Läge före, källa", "baseline.source"),
        Column("Område", "area", "Om den står under en annan rubrik än rutan.", refers=AREAS),
        Column("Mätpunkter", "items", "De i instrumentet som frågar samma sak, till exempel K07a; semikolon.", "list"),
        Column("Bekräftade av", "confirmed_by", "Rollen som har bekräftat mätpunkterna."),
    ],
    TARGETS: [
        Column("Indikator", "indicator", "Indikatorns text eller id.", refers=INDICATORS, needed=True),
        Column("Period", "period", "Periodens id i study.yaml, till exempel 2025.", needed=True),
        Column(
            "Minst eller högst", "operator", "Tomt: minst, eller högst om den ska minska.", "choice", dict(OPERATORS)
        ),
        Column("Värde", "value", "Till exempel 30 %, 80 eller ja. Tomt om det inte är bestämt.", "value"),
        Column("Till och med", "upper", "Om målet är ett spann, till exempel 6 till 8.", "value"),
        Column("Kön", "gender", "Om målet bara gäller det ena.", "choice", dict(GENDERS)),
        Column("Står i", "stated_in", "Var dokumentet har värdet; mätetalet om inget står.", "choice", dict(STATED)),
    ],
    BUDGET: [
        Column("Budget", "budget", "Tabellens namn, till exempel Kostnader 2025.", needed=True),
        Column("Slag", "kind", "Kostnad om inget står.", "choice", dict(KINDS)),
        Column("Period", "period"),
        Column("Post", "title", "Skriv Summa på raden med tabellens summa.", needed=True),
        Column("Kronor", "amount", kind="number"),
        Column("Årsarbetare", "positions", kind="number"),
        Column("Finansiering", "funding"),
        Column("Område", "area", refers=AREAS),
    ],
}
"""The sheets that hold the model, in the order in which they are filled in."""

SUM = "summa"
"""What the row with a budget's total is called."""

GUIDE = [
    (
        "Så här gör ni",
        "Fyll i bladen från vänster till höger. Bara Modell, Rutor och Indikatorer behövs för att börja.",
    ),
    ("Rutor", "Varje sak som görs eller ska uppnås är en rad. Börja med målen och gå bakåt till aktiviteterna."),
    ("Pilar", "En rad för varje ruta som ska leda till en annan. Skriv rutornas text, eller deras id."),
    ("Indikatorer", "Hur det syns att en ruta uppnås. Andelar skrivs som 30 % eller 0,3."),
    ("Mål", "En rad för varje indikator och period. Samma period står bara en gång per indikator."),
    (
        "Tomt är inte noll",
        "Det som inte är känt lämnas tomt. Modellen går att läsa ändå, och granskningen säger vad som saknas.",
    ),
    ("Celler", "Sammanfogade celler går inte att läsa: skriv texten i varje rad. Lägg inte till egna kolumner."),
    ("Namn", "Skriv roller, aldrig namn på personer."),
    (
        "När ni är klara",
        "Kör finsam-eval model med filens namn. Då skrivs modellen som YAML, och bristerna räknas upp.",
    ),
]
"""What the first sheet says."""
