#!/usr/bin/env bash
# Question  gruut turns text into phonemes for voices in English, German and Spanish. Does it say "12°", "-12°" and "12.5"?
# Guess     Yes, also the sign; where ° or the other language's decimal mark is unknown to it, the digits are still said. (Written down before it was run.)
# Seen      2026-11-28, gruut 2.4.0 with gruut-lang-en, -de and -es 2.0.1, Babel 2.19.0 and num2words 0.5.14 (Python 3.11, Linux x86-64). Of "12°" and "-12°"
#           the English voice gets nothing at all, so that "bends 12° now" is "bends now"; the German one gets one short sound for the whole (aʊ), the
#           Spanish one another (re). "12", "-12" and "-12 grados" are said. A point between digits belongs to thousands in German and Spanish,
#           wherever it stands: "12.5" becomes one hundred and twenty-five, "83.1" 831, "0.5" 5. In English "12,5" is 125 in the same way.
# Matters   A program that writes its numbers as programming languages do tells a German or Spanish listener an angle ten times too large, and one that
#           writes the sign for degrees leaves the angle out: no error, no gap. Write "12 Grad", and the decimal mark of the voice's language.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check gruut==2.4.0 gruut-lang-en==2.0.1 gruut-lang-de==2.0.1 gruut-lang-es==2.0.1 babel==2.19.0 \
    num2words==0.5.14 numpy==2.4.6 networkx==3.6.1
venv/bin/python -W ignore - <<'PY'
from gruut import sentences


def spoken(language, text):
    words = [word for sentence in sentences(text, lang=language) for word in sentence]
    sounds = ["".join(word.phonemes or []) for word in words]
    print(f"{language:5} {text:14} {' '.join(word.text for word in words):36} /{' '.join(sounds)}/")
    return " ".join(word.text for word in words), sounds


# The whole number, one that is negative, an angle, a negative angle.
for language, whole, negative, sound in (
    ("en-us", "twelve", "minus twelve", ""),
    ("de", "zwölf", "minus zwölf", "ʔaʊ̯"),
    ("es", "doce", "menos doce", "re"),
):
    assert spoken(language, "12")[0] == whole and spoken(language, "-12")[0] == negative
    assert spoken(language, "12°")[1] == [sound] and spoken(language, "-12°")[1] == [sound]
assert [len(sound) > 0 for sound in spoken("en-us", "bends 12° now")[1]] == [True, False, True]
assert spoken("es", "-12 grados")[0] == "menos doce grados"

DECIMALS = {
    ("en-us", "12.5"): "twelve point five",
    ("de", "12,5"): "zwölf Komma fünf",
    ("es", "12,5"): "doce punto cinco",
    ("en-us", "12,5"): "one hundred and twenty five",
    ("de", "12.5"): "einhundertfünfundzwanzig",
    ("es", "12.5"): "ciento veinticinco",
    ("de", "83.1"): "achthunderteinunddreissig",
    ("es", "83.1"): "ochocientos treinta y uno",
    ("de", "0.5"): "fünf",
}
for (language, text), expected in DECIMALS.items():
    assert spoken(language, text)[0] == expected
PY
