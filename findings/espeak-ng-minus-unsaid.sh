#!/usr/bin/env bash
# Question  Does eSpeak NG say the sign of "-12°", as it does in English?
# Guess     Yes, in every language that has numbers; the typographic minus (U+2212) like the hyphen, or not at all.
# Seen      2026-11-27, eSpeak NG 1.52.0 as in espeakng-loader 0.2.4 (Python 3.11, Linux x86-64). English, German, Italian and
#           Portuguese say it. Spanish, French, Polish, Russian, Danish and Catalan speak "-12" exactly as "12". With U+2212
#           these six say an English "minus" in the middle of the sentence, German says "minus" and Portuguese says nothing.
# Matters   A coach that reads out -12° of lumbar bend (extension) tells a French user 12° (flexion), and no text or log shows it.
#           No one sign works everywhere: speak the word of the language, not the sign.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check espeakng-loader==0.2.4
venv/bin/python - <<'PY'
import ctypes

import espeakng_loader

speech = ctypes.CDLL(espeakng_loader.get_library_path())
speech.espeak_Info.restype = speech.espeak_TextToPhonemes.restype = ctypes.c_char_p
assert speech.espeak_Initialize(2, 0, espeakng_loader.get_data_path().encode(), 0) > 0
print("eSpeak NG", speech.espeak_Info(None).decode())


def spoken(language, text):
    assert speech.espeak_SetVoiceByName(language.encode()) == 0, language
    rest = ctypes.c_char_p(text.encode())
    return speech.espeak_TextToPhonemes(ctypes.byref(rest), 1, 2).decode()  # UTF-8 in, IPA out


def sign(language, text, plain):
    said = spoken(language, text)
    return "unsaid" if said == plain else "English" if said.startswith("(en)") else "said"


seen = {}
for language in ("en-us", "de", "it", "pt", "es", "fr", "pl", "ru", "da", "ca"):
    plain = spoken(language, "12")
    seen[language] = (sign(language, "-12", plain), sign(language, "\u221212", plain))
    print(f"{language:6} 12: {plain:16} -12: {spoken(language, '-12'):26} U+2212 12: {spoken(language, chr(0x2212) + '12')}")
unsaid = dict.fromkeys(("es", "fr", "pl", "ru", "da", "ca"), ("unsaid", "English"))
said = dict.fromkeys(("en-us", "de", "it"), ("said", "said"))
assert seen == unsaid | said | {"pt": ("said", "unsaid")}, seen
PY
