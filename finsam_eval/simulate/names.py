"""Invented names, told by their tales of trolls and weather to be of no real place."""

FORBUND = (
    "Ålvendalen", "Månskensåsen", "Trollsländeån", "Dimhöljesjön", "Vättehöjden", "Norrskenskölen", "Gökotteskogen",
    "Älvdansängen", "Lindormsslätten", "Huldrefjärden", "Drakvindsnäs", "Tomtebäckslund", "Bergakungsheden",
    "Näckrosvåg", "Silverfjädersö", "Jättekastsåsen", "Sagoströmmen", "Stjärnfallsviken", "Kådbygden",
    "Blåklocksmåla", "Törnsagebygden", "Kvällsrodnadsnäs", "Snöflingetorp", "Uggleådalen", "Daggkåpsängen",
    "Rimfrostbygden", "Tjäderspelsåsen", "Skymningssundet", "Åskmolnshöjden", "Vårflodsnäset", "Hägringslandet",
    "Grönskeådalen", "Solvändeslätten", "Mossviskan", "Ekorrvåla", "Bävergläntan", "Lärksångsbygden",
    "Örnfjäderskär", "Ljungpiparheden", "Ödemossefjället",
)  # fmt: skip

LAN = (
    "Sagåns län",
    "Dimskogs län",
    "Månvåga län",
    "Östanskymnings län",
    "Granbågs län",
    "Häggeskärs län",
)

INSATSER = (
    "Arbetsförberedande träning",
    "Samordnad vägledning",
    "Grön rehabilitering",
    "Stöd till unga vuxna",
    "Språk och arbete",
    "Hälsa på väg",
    "Studieförberedande grupp",
    "Lots mellan myndigheter",
)
