"""What can be wrong with a questionnaire: all of it at once, in Dutch, with where and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from toolkit.errors import Problem, closest
from toolkit.questionnaire import names
from toolkit.questionnaire.model import (
    CHOICE,
    DUTCH,
    LISTED,
    NO,
    OTHER,
    PARTICIPATE,
    YES,
    Measured,
    Question,
    Questionnaire,
)

MISSING = ("weet-niet", "nvt", "wil-niet-zeggen")
_POLES = {"dyade": 2, "triade": 3}
_NUMBERS = ("getal", "cijfer", "schuif", "dyade")
_MOST_ANSWERS = 999
# Which keys belong to which kinds; elsewhere they would be ignored without a word.
_ONLY_FOR: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "antwoorden": ("answers", LISTED),
    "codes": ("codes", LISTED),
    "ontbrekend": ("missing", (*CHOICE, "tabel", "cijfer")),
    "anders": ("other", ("keuze", "meerkeuze")),
    "alleen": ("exclusive", ("meerkeuze",)),
    "stelling": ("statements", ("tabel",)),
    "polen": ("poles", ("dyade", "triade", "schuif")),
    "eenheid": ("unit", ("getal", "schuif")),
    "minimum": ("minimum", ("getal", "cijfer", "schuif")),
    "maximum": ("maximum", ("getal", "cijfer", "schuif")),
    "groepsnaam": ("groups_name", ("getal",)),
    "groepen": ("groups", ("getal",)),
}


def problems(questionnaire: Questionnaire, file: str) -> list[Problem]:
    """Everything that is wrong with a questionnaire; `column` says where, such as "vraag.contact.als"."""
    found = [
        *_languages(questionnaire, file),
        *_names(questionnaire, file),
        *_parts(questionnaire, file),
        *_roles(questionnaire, file),
    ]
    for key, answers in questionnaire.answers.items():
        found += _codes(f"antwoorden.{key}", answers.codes, answers.missing, file)
    for place, question in enumerate(questionnaire.questions):
        found += _question(questionnaire, question, file)
        found += _conditions(questionnaire, question, place, file)
    return found


def _languages(questionnaire: Questionnaire, file: str) -> Iterator[Problem]:
    for language in questionnaire.languages:
        if language == DUTCH or questionnaire.languages.count(language) > 1:
            remedy = "Noem bij talen alleen de andere talen, elk één keer."
            yield Problem(file, f'"{language}" hoort daar niet (nog eens).', remedy, column="talen")
    for where, text in questionnaire.texts():
        lacking = [language for language in questionnaire.all_languages if not text.get(language, "").strip()]
        if lacking:
            message = f"de tekst ontbreekt in: {', '.join(lacking)}."
            remedy = 'Schrijf bijvoorbeeld { nl = "...", en = "..." }, of haal de taal weg bij talen.'
            yield Problem(file, message, remedy, column=where)
        for language in sorted(set(text) - set(questionnaire.all_languages)):
            remedy = f"Voeg {language} toe bij talen, of haal de tekst weg."
            yield Problem(file, f'de taal "{language}" staat niet bij talen.', remedy, column=where)


def _names(questionnaire: Questionnaire, file: str) -> Iterator[Problem]:
    everything = [question.name for question in questionnaire.questions]
    everything += [one.name for question in questionnaire.questions for one in question.statements]
    everything += [question.groups_name for question in questionnaire.questions if question.groups_name]
    yield from _twice(everything, "naam", file)
    yield from _twice([part.id for part in questionnaire.parts], "deel", file)
    kpis = [one.kpi for one in _measured(questionnaire) if one.kpi]
    yield from _twice(kpis, "kpi", file)
    titles: dict[str, str] = {}
    for question in questionnaire.questions:
        title, where = names.title(question), f"vraag.{question.name}"
        if len(title) > names.LONGEST:
            remedy = f"Kies een naam van hoogstens {names.LONGEST} letters en cijfers."
            yield Problem(file, "deze naam is te lang voor LimeSurvey.", remedy, column=where)
        if title in names.RESERVED:
            yield Problem(file, "LimeSurvey gebruikt deze naam zelf.", "Kies een andere naam.", column=where)
        if titles.setdefault(title, question.name) != question.name:
            message = f"in LimeSurvey heet deze vraag hetzelfde als {titles[title]} ({title})."
            yield Problem(
                file, message, "Streepjes (_) tellen daar niet; kies een andere naam.", column=where
            )


def _twice(values: Iterable[str], key: str, file: str) -> Iterator[Problem]:
    seen = list(values)
    for value in sorted({value for value in seen if seen.count(value) > 1}):
        yield Problem(file, f'{key} "{value}" komt meer dan één keer voor.', "Geef elk een eigen naam.")


def _measured(questionnaire: Questionnaire) -> Iterator[Measured]:
    for question in questionnaire.questions:
        yield question
        yield from question.statements


def _parts(questionnaire: Questionnaire, file: str) -> Iterator[Problem]:
    known = [part.id for part in questionnaire.parts]
    for question in questionnaire.questions:
        if question.part not in known:
            remedy = closest(question.part, known) or f"Kies uit: {', '.join(known)}."
            where = f"vraag.{question.name}.deel"
            yield Problem(file, f'het deel "{question.part}" bestaat niet.', remedy, column=where)
    order = [known.index(one.part) for one in questionnaire.questions if one.part in known]
    if order != sorted(order):
        message = "de vragen van een deel staan niet bij elkaar, of niet in de volgorde van de delen."
        yield Problem(file, message, "Zet de vragen in de volgorde waarin mensen ze krijgen.")
    for part in questionnaire.parts:
        if not questionnaire.of_part(part):
            remedy = "Voeg een vraag toe, of haal het deel weg."
            yield Problem(file, "dit deel heeft geen vragen.", remedy, column=f"deel.{part.id}")


def _roles(questionnaire: Questionnaire, file: str) -> Iterator[Problem]:
    count = sum(question.role == "gebied" for question in questionnaire.questions)
    if count != 1:
        message = f'er zijn {count} vragen met rol = "gebied"; dat moet er precies één zijn.'
        yield Problem(file, message, 'Zet rol = "gebied" bij de vraag naar de wijk.')
    wanted = {"gebied": "keuze", PARTICIPATE: "ja-nee", "toestemming-citeren": "ja-nee"}
    for question in questionnaire.questions:
        kind = wanted.get(question.role, question.kind)
        if question.kind != kind:
            message = f'een vraag met rol "{question.role}" is van soort "{kind}".'
            yield Problem(file, message, f'Zet soort = "{kind}".', column=f"vraag.{question.name}")


def _codes(where: str, codes: Iterable[str], missing: Iterable[str], file: str) -> Iterator[Problem]:
    codes = list(codes)
    for reason in missing:
        if reason not in MISSING:
            message = f'"{reason}" kan hier niet.'
            yield Problem(file, message, f"Kies uit: {', '.join(MISSING)}.", column=f"{where}.ontbrekend")
    for code in codes:
        if code in (*MISSING, "niet-gesteld", "leeg"):
            message = f'"{code}" is geen antwoord maar een reden waarom een antwoord ontbreekt.'
            yield Problem(file, message, "Zet dit bij ontbrekend.", column=f"{where}.{code}")
    if len(codes) > _MOST_ANSWERS:
        yield Problem(file, f"er zijn meer dan {_MOST_ANSWERS} antwoorden.", "Maak er minder.", column=where)


def _question(questionnaire: Questionnaire, question: Question, file: str) -> Iterator[Problem]:
    where = f"vraag.{question.name}"
    for key, (attribute, kinds) in _ONLY_FOR.items():
        value = getattr(question, attribute)
        if question.kind not in kinds and value not in (None, False, "", (), {}):
            message = f'"{key}" hoort niet bij een vraag van soort "{question.kind}".'
            yield Problem(file, message, "Haal het weg, of kies een andere soort.", column=where)
    codes = questionnaire.codes_of(question)
    yield from _codes(where, question.codes, question.missing, file)
    if question.answers and question.answers not in questionnaire.answers:
        message = f'de antwoordlijst "{question.answers}" bestaat niet.'
        yield Problem(file, message, closest(question.answers, questionnaire.answers), column=where)
    elif question.kind in LISTED and not codes:
        yield Problem(
            file, "de antwoorden ontbreken.", "Vul codes in, of noem een antwoordlijst.", column=where
        )
    if question.answers and question.codes:
        yield Problem(file, "er staan codes én een antwoordlijst.", "Kies een van de twee.", column=where)
    if question.other and OTHER in codes:
        remedy = 'Haal "anders" weg bij de codes: anders = true maakt het antwoord al.'
        yield Problem(file, '"anders" staat er twee keer.', remedy, column=where)
    for code in question.exclusive:
        if code not in codes:
            yield Problem(file, f'"{code}" is geen antwoord.', closest(code, codes), column=f"{where}.alleen")
    if question.kind == "tabel" and not question.statements:
        yield Problem(file, "een tabel heeft stellingen nodig.", "Voeg [[vraag.stelling]] toe.", column=where)
    wanted = _POLES.get(question.kind)
    if (wanted and len(question.poles) != wanted) or (question.kind == "schuif" and len(question.poles) == 1):
        message = f"er zijn {len(question.poles)} polen; een {question.kind} heeft er {wanted or '0 of 2'}."
        yield Problem(file, message, 'Schrijf: polen = { kort = "tekst", ... }.', column=where)
    low, high = question.bounds
    if low is not None and high is not None and low >= high:
        yield Problem(
            file, "minimum is niet kleiner dan maximum.", "Verbeter minimum of maximum.", column=where
        )
    if question.kind == "cijfer" and any(bound != int(bound) for bound in (low or 0, high or 0)):
        yield Problem(file, "een cijfer is een heel getal.", "Verbeter minimum of maximum.", column=where)
    if bool(question.groups_name) != bool(question.groups):
        yield Problem(file, "groepsnaam en groepen horen bij elkaar.", "Vul ze allebei in.", column=where)
    if question.kind == "tabel" and (question.kpi or question.scale or question.item or question.counts):
        remedy = "Zet kpi, telt, schaal en item bij de stelling zelf."
        yield Problem(file, "een tabel als geheel is geen cijfer.", remedy, column=where)
    yield from _measures(question, question.kind, codes, where, file)
    for statement in question.statements:
        yield from _measures(statement, "schaal", codes, f"{where}.{statement.name}", file)


def _measures(
    measured: Measured, kind: str, codes: Iterable[str], where: str, file: str
) -> Iterator[Problem]:
    allowed = [YES, NO] if kind == "ja-nee" else [*codes]
    for code in measured.counts:
        if code not in allowed:
            remedy = closest(code, allowed) or f"Kies uit: {', '.join(allowed)}."
            yield Problem(file, f'het antwoord "{code}" bestaat hier niet.', remedy, column=f"{where}.telt")
    if measured.kpi and kind not in (*_NUMBERS, *CHOICE):
        remedy = "Een kpi past bij een keuze, ja-nee, schaal, stelling, getal, cijfer, schuif of dyade."
        yield Problem(file, f'een vraag van soort "{kind}" geeft geen cijfer.', remedy, column=where)
    elif measured.kpi and kind not in _NUMBERS and not measured.counts:
        remedy = 'Vul in welke antwoorden meetellen: telt = ["..."].'
        yield Problem(file, "een kpi heeft antwoorden nodig die meetellen.", remedy, column=where)
    if bool(measured.scale) != bool(measured.item):
        yield Problem(file, "schaal en item horen bij elkaar.", "Vul ze allebei in.", column=where)


def _conditions(questionnaire: Questionnaire, question: Question, place: int, file: str) -> Iterator[Problem]:
    earlier = {one.name: one for one in questionnaire.questions[:place]}
    part = next((one for one in questionnaire.parts if one.id == question.part), None)
    everything = [(f"vraag.{question.name}.als", question.asked_if)]
    if part and questionnaire.of_part(part)[0] is question:
        everything.append((f"deel.{part.id}.als", part.asked_if))
    for where, asked_if in everything:
        for name, needed in asked_if.items():
            if name not in earlier:
                remedy = closest(name, earlier) or "Noem een vraag die eerder komt."
                yield Problem(file, f'er is hiervoor geen vraag "{name}".', remedy, column=where)
            elif earlier[name].kind not in CHOICE:
                message = f'"{name}" is van soort "{earlier[name].kind}"; daar kan een voorwaarde niet van afhangen.'
                yield Problem(file, message, f"Kies een vraag van soort {', '.join(CHOICE)}.", column=where)
            else:
                other = earlier[name]
                codes = [YES, NO] if other.kind == "ja-nee" else [*questionnaire.codes_of(other)]
                codes += [*questionnaire.missing_of(other), *([OTHER] if other.other else [])]
                for code in set(needed) - set(codes):
                    remedy = closest(code, codes) or f"Kies uit: {', '.join(codes)}."
                    yield Problem(
                        file, f'"{code}" is geen antwoord op de vraag "{name}".', remedy, column=where
                    )
                if not needed:
                    yield Problem(file, "noem de antwoorden.", f'Schrijf: {name} = ["..."].', column=where)
