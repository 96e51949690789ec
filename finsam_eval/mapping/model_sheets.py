"""The Excel template of a logic model: which sheets it has, and what each column means."""

from __future__ import annotations

from finsam_eval.logic_model import LEVEL_LABELS
from finsam_eval.mapping.model_columns import Column

ABOUT = {"individ": "individ", "organisation": "organisation", "samhälle": "samhalle"}
MEASURES = {
    "andel": "share",
    "antal": "count",
    "medelvärde": "mean",
    "ja eller nej": "yes_no",
    "belopp": "amount",
    "i ord": "qualitative",
    "inte bestämt": "undecided",
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

MODEL, AREAS, NODES, LINKS = "Modell", "Områden", "Rutor", "Pilar"
INDICATORS, TARGETS, BUDGET = "Indikatorer", "Målvärden", "Budget"
EARLIER = {TARGETS: "Mål"}
"""What a sheet was called before; so it is read still."""

HELP_SHEET, CHOICES_SHEET = "Läs mig", "Val"
FIELD, SAID = "Uppgift", "Svar"

ID = Column("Id", "id", "Kan lämnas tomt; då görs det av texten. Annars ett kort namn av a–z, siffror och _.", "id")
START = Column("Startdatum", "start", "Första dagen, om den är känd: 2026-01-01.", "date")
END = Column("Slutdatum", "end", "Sista dagen, om den är känd: 2028-12-31.", "date")
AREA = "Välj ur listan, eller skriv rubriken eller id från bladet Områden."
BOX = "Välj ur listan, eller skriv rutans text eller id från bladet Rutor."

FACTS = [
    Column("Id", "id", "Ett kort namn på modellen, till exempel steget_vidare. Tomt: det görs av titeln.", "id"),
    Column("Titel", "title", "Det som står överst i rapporten, till exempel Steget vidare 2026–2028.", needed=True),
    Column("Organisation", "organisation", "Förbundet eller projektet som planen gäller."),
    Column("Källa", "source", "Dokumentet som modellen är hämtad ur, med år eller version."),
    Column(
        "Förbundets id",
        "unit",
        "Bara om studien har flera förbund och planen gäller ett av dem: det id som förbundet har i studien, till "
        "exempel F07. Annars tomt.",
    ),
    START,
    END,
    Column("Tidsperiod", "duration", "Hur länge planen gäller, med dess egna ord, till exempel 2026–2028."),
    Column("Problem", "problem", "Det som är fel i dag och som planen ska ändra på, i en eller två meningar."),
    Column(
        "Målgrupp",
        "target_group",
        "Vilka hela planen är till för, till exempel vuxna 18–64 år som behöver stöd från flera myndigheter. Har "
        "delarna olika målgrupper skrivs de på bladet Områden.",
    ),
    Column("Deltagande", "participants", "Hur många som väntas delta, med planens ord, till exempel cirka 60 om året."),
    Column(
        "Antagande",
        "assumption",
        "Det som måste stämma för att planen som helhet ska fungera. Skriv helst antagandet vid sin pil, på bladet "
        "Pilar.",
    ),
    Column(
        "Yttre faktorer",
        "external",
        "Det som påverkar hur det går men som ni inte styr över, till exempel konjunkturen. Flera skiljs åt med "
        "semikolon.",
        "list",
    ),
    Column(
        "Behovsanalys", "needs", "Det som en behovsanalys skulle ta reda på. Flera skiljs åt med semikolon.", "list"
    ),
    Column(
        "Hur ofta",
        "follow_up",
        "Hur ofta hela planen följs upp, till exempel varje år i årsredovisningen. Har delar eller indikatorer en egen "
        "takt skrivs den där.",
    ),
    Column("Beslutat av", "decided_by", "De som har beslutat målvärdena, till exempel förbundsstyrelsen."),
    Column("Beslutat den", "decided_on", "Dagen för det beslutet: 2025-11-15.", "date"),
]

SHEETS: dict[str, list[Column]] = {
    AREAS: [
        ID,
        Column("Rubrik", "title", "Delens namn i dokumentet: en process, en insats, ett arbetsområde.", needed=True),
        Column("Avsnitt", "section", "Den större rubrik som delen står under, till exempel Mål 1."),
        Column("Beskrivning", "description", "Vad delen handlar om, i en eller två meningar."),
        Column("Målgrupp", "target_group", "Vilka delen är till för, till exempel unga 16–29 år utan arbete."),
        Column("Deltagande", "participants", "Hur många som väntas delta, till exempel cirka 60 om året."),
        Column("Samverkan", "partners", "Vilka som arbetar tillsammans, till exempel kommunen och Arbetsförmedlingen."),
        Column("Syfte", "purpose", "Varför delen finns: vad den ska bidra till."),
        Column("Nytta", "benefit", "Vad den ger dem som deltar, eller organisationerna."),
        Column("Tidsperiod", "duration", "Hur länge den pågår, med dokumentets ord, till exempel 2026–2028."),
        START,
        END,
        Column("Hur det mäts", "measured", "Hur dokumentet säger att delen följs upp, till exempel enkät vid avslut."),
        Column("Hur ofta", "follow_up", "Hur ofta delen följs upp, till exempel varje tertial."),
        Column("Ansvarig roll", "responsible", "Rollen som ansvarar, inte ett namn, till exempel processledaren."),
    ],
    NODES: [
        ID,
        Column(
            "Nivå",
            "level",
            "resurs: det som sätts in. aktivitet: det som görs. prestation: det som blir klart. resultat: läget vid "
            "avslut. effekt på kort sikt: inom ett år efter avslut; på lång sikt: senare. mål: bara om planen har ett "
            "mål över effekterna.",
            "choice",
            dict(LEVELS),
            needed=True,
        ),
        Column("Text", "title", "En sak i varje ruta: är det två saker blir det två rutor.", needed=True),
        Column("Beskrivning", "description", "Det som behöver förklaras men inte ryms i rutan."),
        Column(
            "Gäller",
            "target_level",
            "Vem eller vad som förändras: individ är deltagaren, organisation är myndigheterna som samverkar, samhälle "
            "är alla som bor där.",
            "choice",
            dict(ABOUT),
        ),
        Column(
            "Framgångsgrad",
            "degrees",
            "Bara om planen delar in sina mål så. 1: insatsen fungerar för deltagarna. 2: organisationerna använder "
            "det som kom fram. 3: organisationerna har ändrat hur de arbetar. Flera skiljs åt med semikolon: 1; 2.",
            "degrees",
        ),
        Column("Vem gör", "actor", "Rollen eller organisationen som gör det, till exempel kommunens coacher."),
        Column("Område", "area", f"Delen av dokumentet som rutan hör till. {AREA}", refers=AREAS),
    ],
    LINKS: [
        Column("Från", "from", f"Rutan som pilen börjar vid. {BOX}", refers=NODES, needed=True),
        Column("Till", "to", f"Rutan som den ska leda till. {BOX}", refers=NODES, needed=True),
        Column(
            "Antagande",
            "assumption",
            "Vad som måste stämma för att det ena ska leda till det andra, till exempel att arbetsgivare i trakten tar "
            "emot praktikanter.",
        ),
        Column("Stöd", "evidence", "Det som talar för pilen, till exempel forskning eller en tidigare utvärdering."),
        Column(
            "Andra förklaringar",
            "rivals",
            "Annat som kan ge samma förändring. Flera skiljs åt med semikolon. Vet ni vad som talar emot en av dem, "
            "skriv det efter =>, så här: Konjunkturen => arbetslösheten var lika hög båda åren.",
            "list",
        ),
    ],
    INDICATORS: [
        ID,
        Column("Ruta", "node", f"Rutan som indikatorn mäter. {BOX}", refers=NODES, needed=True),
        Column("Mål", "aim", "Det korta namn som planen har på målet, om den har ett: Behov klarlagda."),
        Column("Text", "title", "Det som mäts, till exempel Andel deltagare i arbete eller studier.", needed=True),
        Column("Beskrivning", "description", "Det som behöver förklaras, till exempel hur frågan ställs."),
        Column(
            "Mått",
            "measure",
            "andel: hur stor del av alla, som 65 %. antal: hur många. medelvärde: till exempel poäng. ja eller nej: "
            "finns det eller inte. belopp: kronor. i ord: det går inte att räkna. inte bestämt: planen säger det inte.",
            "choice",
            dict(MEASURES),
            needed=True,
        ),
        Column("Täljare", "numerator", "För en andel: de som räknas, till exempel de som har arbete vid avslut."),
        Column("Nämnare", "denominator", "För en andel: alla som de är en del av, till exempel alla som har avslutat."),
        Column("Enhet", "unit", "Det som räknas: personer, kommuner, träffar …"),
        Column("Ska", "direction", "Åt vilket håll som är bra. Tomt betyder öka.", "choice", dict(DIRECTIONS)),
        Column("Källa", "source", "Var siffran hämtas, till exempel enkäten vid avslut eller kommunens register."),
        Column(
            "Tillfälle",
            "occasion",
            "När på vägen det mäts: vid avslut, ett år efter avslut. Står det i rubriken över målen skrivs det här. "
            "Slutdatum för målet skrivs på bladet Målvärden.",
        ),
        Column("Hur ofta", "follow_up", "Hur ofta siffran tas fram, till exempel varje år."),
        Column("Ansvarig roll", "responsible", "Rollen som tar fram siffran, inte ett namn, till exempel samordnaren."),
        Column(
            "Kvinnor och män",
            "gender_rule",
            "var för sig: både kvinnor och män ska nå målvärdet. tillsammans: det räcker att alla tillsammans når det. "
            "Tomt om det inte är bestämt.",
            "choice",
            dict(GENDER_RULES),
        ),
        Column("Kön i källan", "by_gender", "Om källan skiljer kvinnor och män åt.", "choice", dict(YES_NO)),
        Column(
            "Väntat antal",
            "expected_n",
            "Hur många som kommer att räknas i en period, till exempel 60. Då kan det sägas om målet går att skilja "
            "från slumpen.",
            "whole",
        ),
        Column(
            "Läge före",
            "baseline.value",
            "Värdet innan ni började, bara siffran: 22 %. Antal, period och källa har egna kolumner. Tomt om det inte "
            "är känt.",
            "value",
        ),
        Column(
            "Läge före, gräns",
            "baseline.operator",
            "Om dokumentet bara säger mer än eller mindre än ett värde.",
            "choice",
            dict(LIMITS),
        ),
        Column("Läge före, antal", "baseline.x", "Står det 33 av 60, skriv 33 här.", "whole"),
        Column("Läge före, av", "baseline.n", "Står det 33 av 60, skriv 60 här.", "whole"),
        Column("Läge före, period", "baseline.period", "När det är mätt, till exempel 2025."),
        Column("Läge före, källa", "baseline.source", "Var det är hämtat, om det inte är samma källa som för målet."),
        Column(
            "Område",
            "area",
            f"Bara om indikatorn står i en annan del av dokumentet än sin ruta. {AREA}",
            refers=AREAS,
        ),
        Column(
            "Mätpunkter",
            "items",
            "Frågor i den gemensamma enkäten som frågar samma sak, till exempel K07a. Flera skiljs åt med semikolon. "
            "Tomt från början: när modellen läses sägs det om några liknar.",
            "list",
        ),
        Column(
            "Bekräftade av",
            "confirmed_by",
            "Rollen som har läst frågorna under Mätpunkter och bekräftat att de frågar samma sak. Behövs bara om det "
            "står något där.",
        ),
    ],
    TARGETS: [
        Column(
            "Indikator",
            "indicator",
            "Indikatorn som ska nå värdet. Välj ur listan, eller skriv dess text eller id från bladet Indikatorer.",
            refers=INDICATORS,
            needed=True,
        ),
        Column(
            "Period",
            "period",
            "Året då det ska vara nått, till exempel 2027. Står det 31 december 2027, skriv 2027. Samma namn måste "
            "finnas under periods i study.yaml.",
            "period",
            needed=True,
        ),
        Column(
            "Minst eller högst",
            "operator",
            "Tomt betyder minst, eller högst om indikatorn ska minska.",
            "choice",
            dict(OPERATORS),
        ),
        Column(
            "Värde",
            "value",
            "Bara siffran: 30 %, 80 eller ja. Tomt om det inte är bestämt; att något ska öka eller minska skrivs under "
            "Ska på bladet Indikatorer.",
            "value",
        ),
        Column("Till och med", "upper", "Om målet är ett spann: av 6 till 8 skrivs 6 under Värde och 8 här.", "value"),
        Column("Kön", "gender", "Bara om värdet gäller enbart kvinnor eller enbart män.", "choice", dict(GENDERS)),
        Column(
            "Står i",
            "stated_in",
            "Var i dokumentet siffran står. mätetalet: vid indikatorn. målet: bara i texten i rutan, inte vid "
            "indikatorn. Tomt betyder mätetalet.",
            "choice",
            dict(STATED),
        ),
    ],
    BUDGET: [
        Column("Budget", "budget", "Tabellens namn, samma på alla dess rader: Kostnader 2026.", needed=True),
        Column("Slag", "kind", "Om tabellen är kostnader eller intäkter. Tomt betyder kostnad.", "choice", dict(KINDS)),
        Column("Period", "period", "Tiden som tabellen gäller, till exempel 2026."),
        Column(
            "Post",
            "title",
            "Vad pengarna går till eller kommer från: Löner. På raden med tabellens summa: Summa. Står en annan summa "
            "på ett annat ställe: Summa enligt sidan 4.",
            needed=True,
        ),
        Column("Kronor", "amount", "I hela kronor: 2 400 tkr skrivs 2400000. Tomt om det inte är känt.", "number"),
        Column("Årsarbetare", "positions", "Hur många heltidstjänster, till exempel 3,5.", "number"),
        Column("Finansiering", "funding", "Varifrån pengarna kommer, till exempel kommunen."),
        Column("Område", "area", f"Delen av dokumentet som posten gäller. {AREA}", refers=AREAS),
    ],
}
"""The sheets that hold the model, in the order in which they are filled in."""

COLUMNS = {MODEL: FACTS, **SHEETS}
"""What each sheet says, the first one by its rows."""

SUM = "summa"
"""What the row with a budget's total is called."""
