"""Stories that would do something if they were anything but text, and what a reader must see of them."""

from __future__ import annotations

import re

from toolkit.report.escape import plain

HOSTILE = {
    "script": "<script>alert(1)</script> en <img src=x onerror=alert(1)>",
    "shortcode": "{{< include /etc/hostname >}} en {{< env HOME >}}",
    "rauw": '```{=html}\n<b onclick="x">vet</b>\n```',
    "latex": r"$$\frac{1}{2}$$ $100 & 50% \newpage \input{/etc/hostname}",
    "typst": '#read("/etc/hostname") #import "x.typ": * @fig-x <label> `raw`',
    "voorblad": "---\ntitle: gehackt\nlang: en\n---",
    "tabel": "| a | b |\n|---|---|\n| 1 | 2 |",
    "voetnoot": "Zie[^1] en @jansen2020 [@fig-x]\n\n[^1]: noot",
    "kop": "# Grote kop\n## Nog een\n- lijst\n1. een\n> citaat",
    "div": '::: {.callout-note title="x"}\nkader\n:::',
    "plaatje": "![](https://voorbeeld.nl/spion.png) [klik](javascript:alert(1)) https://voorbeeld.nl",
    "entiteit": "&lt;b&gt; &#60; &amp;nbsp; \\&",
    "leestekens": "\"dubbel\" 'enkel' -- --- ... ~~weg~~ ^op^ H~2~O *schuin* __vet__ :smile:",
    "formule": "=SUM(A1:A9) +31 -x @y",
    "lang": "a" * 5000,
    "arabisch": "لم يساعدني أحد في البداية 123",
    "richting": "gewoon \u202eomgekeerd\u202c tekst",
    "emoji": "helemaal blij 😀👍🏽 ሰላም",
    "ruimte": "   vier spaties\n\n\n\n\tcode?   ",
    "opmerking": "<!-- weg --> en <!-- {{< meta title >}} -->",
    "verwijzing": "@tbl-x, [@fig-plek] en {{< meta title >}} {{{< var x >}}}",
    "in-elkaar": "::::: {.a}\n:::: {.b}\n::: {#fig-x}\nx\n:::\n::::\n:::::",
    "invoegen": '#include "/etc/hostname"\n#read("/etc/passwd")\n\\input{/etc/hostname}',
    "stuur": "a\x00b\x07c\x1b[31m",
}


def squeeze(text: str) -> str:
    """Text without white space, isolates, and places to break: what a reader sees."""
    return re.sub(r"[\s\u00a0\u200b\u2066-\u2069\u202a-\u202e\x00-\x1f]", "", text)


def expected(text: str) -> str:
    return squeeze(plain(text))
