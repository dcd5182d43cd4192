"""One questionnaire with every kind of question, in three languages, and a helper to write one down."""

from __future__ import annotations

from pathlib import Path

ALL_KINDS = """
naam = { nl = "Proef", en = "Trial", ar = "تجربة" }
versie = "2026-1"
talen = ["en", "ar"]
welkom = { nl = "Welkom & {SID} <b>", en = "Welcome", ar = "أهلا" }
kenmerken = ["organisatie"]

[antwoorden.eens]
codes = { eens = { nl = "eens", en = "agree", ar = "أوافق" }, oneens = { nl = "oneens", en = "disagree", ar = "لا أوافق" } }
ontbrekend = ["weet-niet"]

[[deel]]
id = "a"
titel = { nl = "Over u", en = "About you", ar = "عنك" }

[[deel]]
id = "b"
titel = { nl = "Hulp", en = "Help", ar = "مساعدة" }
als = { contact = ["ja"] }

[[vraag]]
deel = "a"
naam = "mag"
soort = "ja-nee"
rol = "toestemming-deelname"
verplicht = true
vraag = { nl = "Doet u mee?", en = "Join?", ar = "تشارك؟" }

[[vraag]]
deel = "a"
naam = "wijk_code"
soort = "keuze"
rol = "gebied"
vraag = { nl = "Welke wijk?", en = "Which area?", ar = "أي حي؟" }
codes = { WK050507 = { nl = "Wielwijk", en = "Wielwijk", ar = "Wielwijk" }, WK050519 = { nl = "Haven", en = "Port", ar = "ميناء" } }
anders = true
ontbrekend = ["wil-niet-zeggen"]

[[vraag]]
deel = "a"
naam = "leeftijd"
soort = "getal"
vraag = { nl = "Hoe oud?", en = "Age?", ar = "العمر؟" }
minimum = 15
maximum = 110
groepsnaam = "leeftijdsgroep"
groepen = { jong = [15, 39], oud = [40, 110] }

[[vraag]]
deel = "a"
naam = "contact"
soort = "ja-nee"
ontbrekend = ["weet-niet"]
vraag = { nl = "Contact?", en = "Contact?", ar = "اتصال؟" }
kpi = "bereik.contact"
telt = ["ja"]

[[vraag]]
deel = "b"
naam = "via"
soort = "meerkeuze"
vraag = { nl = "Hoe?", en = "How?", ar = "كيف؟" }
codes = { arts = { nl = "arts", en = "doctor", ar = "طبيب" }, geen = { nl = "geen", en = "none", ar = "لا شيء" } }
alleen = ["geen"]
anders = true

[[vraag]]
deel = "b"
naam = "cijfer"
soort = "cijfer"
vraag = { nl = "Cijfer?", en = "Grade?", ar = "درجة؟" }
ontbrekend = ["weet-niet"]
kpi = "tevredenheid.rapportcijfer"

[[vraag]]
deel = "b"
naam = "zinnen"
soort = "tabel"
vraag = { nl = "Wat vindt u?", en = "What do you think?", ar = "ما رأيك؟" }
antwoorden = "eens"
als = { cijfer_soort = ["goed"] }

[[vraag.stelling]]
naam = "nut"
tekst = { nl = "Het hielp.", en = "It helped.", ar = "ساعد" }
kpi = "tevredenheid.nut"
telt = ["eens"]

[[vraag.stelling]]
naam = "serieus"
tekst = { nl = "Serieus.", en = "Serious.", ar = "جدي" }

[[vraag]]
deel = "b"
naam = "begin"
soort = "datum"
vraag = { nl = "Wanneer?", en = "When?", ar = "متى؟" }

[[vraag]]
deel = "b"
naam = "inzet"
soort = "schuif"
vraag = { nl = "Hoeveel?", en = "How much?", ar = "كم؟" }
minimum = 0
maximum = 10
stap = 0.5

[[vraag]]
deel = "b"
naam = "tijd_dyade"
soort = "dyade"
vraag = { nl = "De hulp kwam", en = "Help came", ar = "المساعدة" }
polen = { vroeg = { nl = "te vroeg", en = "too early", ar = "مبكر" }, laat = { nl = "te laat", en = "too late", ar = "متأخر" } }

[[vraag]]
deel = "b"
naam = "wie"
soort = "triade"
vraag = { nl = "Het ging over", en = "It was about", ar = "كان عن" }
polen = { ik = { nl = "mij", en = "me", ar = "أنا" }, ander = { nl = "anderen", en = "others", ar = "آخرون" }, hulp = { nl = "hulp", en = "help", ar = "مساعدة" } }

[[vraag]]
deel = "b"
naam = "titel"
soort = "kort"
vraag = { nl = "Titel?", en = "Title?", ar = "عنوان؟" }

[[vraag]]
deel = "b"
naam = "verhaal"
soort = "lang"
vraag = { nl = "Verhaal?", en = "Story?", ar = "قصة؟" }
""".replace('als = { cijfer_soort = ["goed"] }\n', "")


def written(folder: Path, text: str = ALL_KINDS) -> Path:
    """The text as `vragenlijst.toml` in a folder of its own."""
    path = folder / "proef" / "vragenlijst.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
