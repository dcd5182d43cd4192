"""The only gate from private to output: small cells, what follows from them, rounding, quotes.

Order of reading: `rules` says which cells are small, `cells` which rows are one cell and what stands under
it, `model` what an attacker knows of them, `attack` what he can work out, `secondary` which further cells
are hidden until that is not enough, `gate` puts it together, `quotes` is the gate of quotes.
"""

from toolkit.disclosure.gate import protect
from toolkit.disclosure.quotes import protect_quotes, protect_stories

__all__ = ["protect", "protect_quotes", "protect_stories"]
