"""The order of names as readers of each language expect it: accents and case count last, letters of their own have their place."""

import re
import unicodedata

# Letters that are no accented ones: Swedish å ä ö close the alphabet, Spanish ñ follows n. "{" is the first sign after "z".
OWN_LETTERS = {"sv": {"å": "{a", "ä": "{b", "ö": "{c"}, "es": {"ñ": "n{"}}
NOT_LETTERS = re.compile(r"[^\w{]+|_+")


def name_order(name: str, language: str) -> tuple[str, str]:
    """Give the key by which a name is sorted.

    >>> sorted(["Zoo", "Ärenden", "Arbete", "Ålder"], key=lambda name: name_order(name, "sv"))
    ['Arbete', 'Zoo', 'Ålder', 'Ärenden']
    >>> sorted(["Έρευνα", "Ένταξη", "Αγροτικές"], key=lambda name: name_order(name, "el"))
    ['Αγροτικές', 'Ένταξη', 'Έρευνα']
    """
    letters = unicodedata.normalize("NFC", name.casefold()).replace("{", "")
    for letter, place in OWN_LETTERS.get(language, {}).items():
        letters = letters.replace(letter, place)
    decomposed = unicodedata.normalize("NFKD", letters)
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return NOT_LETTERS.sub(" ", plain).strip(), name
