"""The fixed words of a questionnaire in the languages that it may have."""

from __future__ import annotations

RIGHT_TO_LEFT = ("ar", "fa", "he", "ur")

# key: Dutch, English, Turkish, Polish, Arabic, Ukrainian
_LANGUAGES = ("nl", "en", "tr", "pl", "ar", "uk")
_WORDS = {
    "ja": ("ja", "yes", "evet", "tak", "نعم", "так"),
    "nee": ("nee", "no", "hayır", "nie", "لا", "ні"),
    "weet-niet": ("weet ik niet", "I don't know", "bilmiyorum", "nie wiem", "لا أعرف", "не знаю"),
    "nvt": (
        "niet van toepassing", "not applicable", "geçerli değil", "nie dotyczy", "لا ينطبق", "не стосується",
    ),
    "wil-niet-zeggen": (
        "dat zeg ik liever niet", "I prefer not to say", "söylemek istemiyorum", "wolę nie mówić",
        "أفضل عدم الإجابة", "не хочу відповідати",
    ),
    "anders": (
        "anders, namelijk", "other, namely", "başka, yani", "inne, mianowicie", "غير ذلك، وهو", "інше, а саме",
    ),
    "een-antwoord": (
        "Kies één antwoord.", "Choose one answer.", "Bir cevap seçin.", "Wybierz jedną odpowiedź.",
        "اختر إجابة واحدة.", "Виберіть одну відповідь.",
    ),
    "meer-antwoorden": (
        "U mag meer antwoorden kiezen.", "You can choose more than one answer.",
        "Birden fazla cevap seçebilirsiniz.", "Można wybrać kilka odpowiedzi.",
        "يمكنك اختيار أكثر من إجابة.", "Можна вибрати кілька відповідей.",
    ),
    "cijfer": (
        "Omcirkel een cijfer. 1 is heel slecht, 10 is heel goed.",
        "Circle a number. 1 is very bad, 10 is very good.",
        "Bir sayıyı daire içine alın. 1 çok kötü, 10 çok iyi.",
        "Zakreśl liczbę. 1 to bardzo źle, 10 to bardzo dobrze.",
        "ضع دائرة حول رقم. 1 سيئ جدًا و10 جيد جدًا.",
        "Обведіть число. 1 — дуже погано, 10 — дуже добре.",
    ),
    "dyade": (
        "Zet een kruisje in één vakje.", "Put a cross in one box.", "Bir kutuya çarpı koyun.",
        "Postaw krzyżyk w jednej kratce.", "ضع علامة × في خانة واحدة.", "Поставте хрестик в одній клітинці.",
    ),
    "triade": (
        "Verdeel 100 punten. Samen moeten de getallen 100 zijn.",
        "Divide 100 points. Together the numbers must be 100.",
        "100 puanı paylaştırın. Sayıların toplamı 100 olmalıdır.",
        "Rozdziel 100 punktów. Razem liczby muszą dać 100.",
        "وزّع 100 نقطة. يجب أن يكون المجموع 100.",
        "Розподіліть 100 балів. Разом має бути 100.",
    ),
    "datum": ("dag-maand-jaar", "day-month-year", "gün-ay-yıl", "dzień-miesiąc-rok", "يوم-شهر-سنة", "день-місяць-рік"),
    "alleen-als": (
        "Alleen invullen als u bij vraag {nummer} antwoordde:", "Only if you answered question {nummer} with:",
        "Yalnızca {nummer}. soruya şu cevabı verdiyseniz:", "Tylko jeśli w pytaniu {nummer} wybrano:",
        "فقط إذا أجبت عن السؤال {nummer} بـ:", "Лише якщо на питання {nummer} ви відповіли:",
    ),
    "of": ("of", "or", "veya", "lub", "أو", "або"),
}  # fmt: skip


def word(key: str, language: str) -> str:
    """A fixed word or sentence in a language; in Dutch where that language has none."""
    words = _WORDS[key]
    return words[_LANGUAGES.index(language)] if language in _LANGUAGES else words[0]


def every_language(key: str) -> dict[str, str]:
    """A fixed word by language."""
    return dict(zip(_LANGUAGES, _WORDS[key], strict=True))


def direction(language: str) -> str:
    """ "rtl" for a language that is written from right to left, else "ltr"."""
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"
