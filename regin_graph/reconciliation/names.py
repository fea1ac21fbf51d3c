"""Names as they are compared: without accents, case, alphabet and order of words, and without words that any region has."""

import re
import unicodedata

# Greek letters as Latin ones, so that a name in one alphabet meets its cousin in the other.
# Source: ISO 843, without its diacritics.
GREEK = str.maketrans({
    "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "th", "ι": "i", "κ": "k", "λ": "l", "μ": "m",
    "ν": "n", "ξ": "x", "ο": "o", "π": "p", "ρ": "r", "σ": "s", "ς": "s", "τ": "t", "υ": "y", "φ": "f", "χ": "ch", "ψ": "ps", "ω": "o",
})
DIGRAPHS = ((re.compile("ου"), "ou"), (re.compile(r"\bμπ"), "b"), (re.compile("μπ"), "mp"), (re.compile("γκ"), "g"))
# Letters that do not fall apart into a letter and a mark.
LETTERS = str.maketrans({"ø": "o", "đ": "d", "ð": "d", "ł": "l", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th"})

# Words that say what kind of territory or which article, in the languages of the graph; compared without accents.
GENERIC = frozenset(
    "region regione regiao regiunea regio gewest land lander county lan landskap prefecture prefecturate prefettura prefeitura prefektur province provincia "
    "provincie provinz comunidad comunidade comunitat comunita communaute community comunidade autonoma autonome autonomous autonomo autonomia foral "
    "comte condado contea qarku i se island islands isole islas ilhas iles inseln oarna nisia perifereia nomos komiteia autonomi komunitatea erkidegoa the of de del della des du da do di la le el los las il "
    "and und et e y och kai tis tou ton tin".split()
)
NOT_LETTERS = re.compile(r"[^0-9a-z]+")


def plain(text: str) -> str:
    """Give a name in small Latin letters and digits, words apart by one space.

    >>> plain("Päijät-Häme"), plain("Κρήτη"), plain("L’Île")
    ('paijat hame', 'kriti', 'l ile')
    """
    folded = unicodedata.normalize("NFKD", text.casefold())
    folded = "".join(letter for letter in folded if not unicodedata.combining(letter)).translate(LETTERS)
    for greek, latin in DIGRAPHS:
        folded = greek.sub(latin, folded)
    return NOT_LETTERS.sub(" ", folded.translate(GREEK)).strip()


def key(text: str) -> str:
    """Give the words of a name in the order of the alphabet.

    >>> key("Vasco, País") == key("País Vasco")
    True
    """
    return " ".join(sorted(plain(text).split()))


def heart(text: str) -> str:
    """Give the key without the words that say only what kind of territory it is; the key when nothing else is left.

    >>> heart("Comunidad Foral de Navarra"), heart("Region")
    ('navarra', 'region')
    """
    words = [word for word in plain(text).split() if word not in GENERIC]
    return " ".join(sorted(words)) or key(text)


def readings(text: str) -> list[str]:
    """Give the name, and the name without what stands in brackets.

    >>> readings("Trento (autonomous province)")
    ['Trento (autonomous province)', 'Trento']
    """
    without = re.sub(r"\s*\([^)]*\)\s*", " ", text).strip()
    return [text] if without in ("", text) else [text, without]
