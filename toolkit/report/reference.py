"""The reference document for Word: pandoc's own, with our styles, Dutch, A4 and page numbers."""

from __future__ import annotations

import re
import subprocess
import zipfile
from collections.abc import Callable
from functools import cache
from importlib import resources
from io import BytesIO
from pathlib import Path

_STYLE = re.compile(r"<w:style [^>]*w:styleId=\"([^\"]+)\".*?</w:style>", re.DOTALL)
_NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_RELATION = (
    '<Relationship Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer" '
    'Id="rIdVoet" Target="voet.xml" />'
)
_CONTENT_TYPE = (
    '<Override PartName="/word/voet.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml" />'
)
_SECTION = (
    '<w:sectPr><w:footerReference w:type="default" r:id="rIdVoet" />'
    '<w:pgSz w:w="11906" w:h="16838" /><w:pgMar w:top="1360" w:right="1300" w:bottom="1300" w:left="1300" '
    'w:header="700" w:footer="600" w:gutter="0" /></w:sectPr>'
)
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment a zip file knows: the same file every time


def pandoc_path() -> str:
    """The pandoc program that came with the installation.

    Raises ToolkitError when it is missing.
    """
    import pypandoc

    from toolkit.errors import ToolkitError

    try:
        return str(pypandoc.get_pandoc_path())
    except OSError as error:
        raise ToolkitError(
            "pandoc is niet gevonden.", "Installeer het pakket pypandoc_binary opnieuw."
        ) from error


def write_reference(path: Path) -> None:
    """Write the reference document: every call gives the same bytes."""
    path.write_bytes(_reference())


@cache
def _reference() -> bytes:
    command = [pandoc_path(), "--print-default-data-file", "reference.docx"]
    original = subprocess.run(command, capture_output=True, check=True, timeout=60).stdout
    changed: dict[str, Callable[[str], str]] = {
        "word/styles.xml": _styles,
        "word/document.xml": lambda text: re.sub(
            r"<w:sectPr>.*?</w:sectPr>", _SECTION, text, flags=re.DOTALL
        ),
        "word/_rels/document.xml.rels": lambda text: text.replace(
            "</Relationships>", f"{_RELATION}</Relationships>"
        ),
        "[Content_Types].xml": lambda text: text.replace("</Types>", f"{_CONTENT_TYPE}</Types>"),
        "word/theme/theme1.xml": _fonts,
        "word/settings.xml": _settings,
    }
    result = BytesIO()
    with zipfile.ZipFile(BytesIO(original)) as old, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name in changed:
                data = changed[name](data.decode("utf-8")).encode("utf-8")
            new.writestr(zipfile.ZipInfo(name, _EPOCH), data, zipfile.ZIP_DEFLATED)
        new.writestr(zipfile.ZipInfo("word/voet.xml", _EPOCH), _footer(), zipfile.ZIP_DEFLATED)
    return result.getvalue()


def _styles(text: str) -> str:
    ours = (resources.files("toolkit.report") / "assets/stijlen.xml").read_text(encoding="utf-8")
    styles = {match[1]: match[0] for match in _STYLE.finditer(ours)}
    text = _STYLE.sub(lambda match: styles.pop(match[1], match[0]), text)
    text = text.replace('w:lang w:val="en-US"', 'w:lang w:val="nl-NL"')
    text = re.sub(
        r'(<w:docDefaults>.*?)<w:sz w:val="24" />\s*<w:szCs w:val="24" />',
        r'\1<w:sz w:val="22" /><w:szCs w:val="22" />',
        text,
        flags=re.DOTALL,
    )
    return text.replace("</w:styles>", "".join(styles.values()) + "</w:styles>")


def _settings(text: str) -> str:
    """Dutch, with words broken at the ends of lines; a setting has its fixed place among the others."""
    text = text.replace('themeFontLang w:val="en-US"', 'themeFontLang w:val="nl-NL"')
    hyphens = "<w:autoHyphenation /><w:doNotHyphenateCaps />"
    return re.sub(r"<w:defaultTabStop [^>]*/>", lambda match: match[0] + hyphens, text)


def _fonts(text: str) -> str:
    """Calibri for all text: the theme of pandoc names fonts that older Word versions lack."""
    return re.sub(r'<a:latin typeface="[^"]*"', '<a:latin typeface="Calibri"', text)


def _footer() -> str:
    def field(code: str) -> str:
        return (
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
            f'<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
            '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r>'
            '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        )

    def word(text: str) -> str:
        return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'

    body = f"<w:r><w:tab/></w:r>{word('pagina ')}{field('PAGE')}{word(' van ')}{field('NUMPAGES')}"
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<w:ftr {_NAMESPACES}><w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>{body}</w:p></w:ftr>'
    )
