"""Make the SPSS files that LimeSurvey itself writes readable.

ReadStat, the reader behind pyreadstat, haven and jamovi, refuses them (jamovi issue 1134, seen with
LimeSurvey 6.10): the lengths in their record of labels of text codes (extension 21) do not add up.
That record holds no answers, so leaving it out loses none.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

_HEADER = 176
_LABELS_OF_TEXTS = 21


def repaired(data: bytes) -> bytes:
    """The contents of a .sav file without the record that ReadStat stumbles over.

    Raises ValueError when `data` is not the dictionary of a little-endian SPSS file.
    """
    if data[:4] not in (b"$FL2", b"$FL3"):
        raise ValueError("no SPSS file")
    try:
        return data[:_HEADER] + b"".join(_records(data))
    except (struct.error, IndexError) as error:
        raise ValueError("no readable SPSS dictionary") from error


def _records(data: bytes) -> Iterator[bytes]:
    position = _HEADER
    while True:
        start = position
        (kind,) = struct.unpack_from("<i", data, position)
        if kind == 999:  # end of the dictionary: the answers follow
            yield data[start:]
            return
        if kind == 2:
            position = _after_variable(data, position)
        elif kind == 3:
            position = _after_value_labels(data, position)
        elif kind == 6:
            position += 8 + 80 * struct.unpack_from("<i", data, position + 4)[0]
        elif kind == 7:
            subtype, size, count = struct.unpack_from("<3i", data, position + 4)
            position += 16 + size * count
            if subtype == _LABELS_OF_TEXTS:
                continue
        else:
            raise ValueError(f"unknown record {kind}")
        yield data[start:position]


def _after_variable(data: bytes, position: int) -> int:
    _, has_label, missing = struct.unpack_from("<3i", data, position + 4)
    position += 32
    if has_label:
        (length,) = struct.unpack_from("<i", data, position)
        position += 4 + (length + 3) // 4 * 4
    return int(position + 8 * abs(missing))


def _after_value_labels(data: bytes, position: int) -> int:
    """Behind a record of value labels and the record (4) that names its variables."""
    (count,) = struct.unpack_from("<i", data, position + 4)
    position += 8
    for _ in range(count):
        position += 8 + (1 + data[position + 8] + 7) // 8 * 8
    (variables,) = struct.unpack_from("<i", data, position + 4)
    return int(position + 8 + 4 * variables)
