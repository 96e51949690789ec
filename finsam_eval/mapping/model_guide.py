"""What the first sheet of the logic model template says to those who fill it in."""

GUIDE = [
    (
        "Så här gör ni",
        "Fyll i bladen från vänster till höger. Modell och Rutor behövs; ta Pilar, Indikatorer och Målvärden sedan. "
        "Markera en rubrik, så visas vad som ska stå där.",
    ),
    (
        "Behövs",
        "Celler som har Behövs måste fyllas i; allt annat kan lämnas tomt. Skriv inte ”saknas” eller ”–”. Deras "
        "rubriker slutar med *.",
    ),
    ("Tomt är inte noll", "Det som inte är känt lämnas tomt, och granskningen säger vad som saknas."),
    ("Områden", "Bara om planen har flera delar, till exempel processer eller insatser: en rad för varje."),
    (
        "Rutor",
        "Varje sak som sätts in, görs eller ska uppnås är en rad. Börja med målen och gå bakåt till aktiviteterna.",
    ),
    (
        "Nivåer",
        "problem: det som är fel i dag. resurs: det som sätts in, till exempel 3,5 tjänster eller en lokal. aktivitet: "
        "det som görs. prestation: det som blir klart, till exempel 60 kartläggningar. resultat: hur det är för "
        "deltagarna vid avslut. effekt på kort sikt: inom ett år efter avslut; effekt på lång sikt: senare. mål: bara "
        "om planen har ett övergripande mål över effekterna.",
    ),
    (
        "Pilar",
        "En rad för varje ruta som ska leda till en annan. En resurs behöver en pil bara om den hör till en viss "
        "aktivitet.",
    ),
    ("Indikatorer", "Hur det syns att en ruta uppnås. Andelar skrivs som 30 % eller 0,3."),
    (
        "Målvärden",
        "En rad för varje indikator och period som har ett värde att nå. Gäller ett värde varje år blir det en rad för "
        "varje år.",
    ),
    ("Listor", "Rutor, indikatorer och områden går att välja ur en lista när de är skrivna på sina egna blad."),
    ("Celler", "Sammanfogade celler går inte att läsa: skriv texten i varje rad. Lägg inte till egna kolumner."),
    ("Namn", "Skriv roller, aldrig namn på personer."),
    (
        "När ni är klara",
        "Spara, och kör ./run model modell.xlsx. Då läses filen; det som inte går att läsa sägs cell för cell, och "
        "sedan räknas det upp som inte går att utvärdera.",
    ),
]
"""What the first sheet says."""
