#!/usr/bin/env python3
"""Writes country-codes.txt, country-names.txt and ../testdata/country-names.tsv from the packages README.md names.

    npm pack cldr-core@48.2.0 cldr-localenames-full@48.2.0 i18n-iso-countries@7.14.0
    python3 regenerate.py cldr-core-*.tgz cldr-localenames-full-*.tgz i18n-iso-countries-*.tgz

Needs Python 3.10 or later and nothing else. The same packages always give the same files.
"""

import json
import pathlib
import sys
import tarfile
import unicodedata

HERE = pathlib.Path(__file__).resolve().parent
# Whose names are read: of the languages that forms are most often in, and of the other official ones of the EU.
LANGUAGES = (
    "en de fr es it nl pt pl sv da nb fi cs tr ru uk ar he ja ko zh zh-Hant hi "
    "bg ca el et hr hu lt lv ro sk sl sr"
).split()
# Other countries' words for the same: read too, below the languages.
VARIANTS = "de-AT de-CH en-GB es-419 es-MX fr-CA fr-CH nn pt-PT sr-Latn zh-Hant-HK hi-Latn no".split()
# What every name of is held by a test.
TESTED = LANGUAGES[:23]
# In codes.json, or not in ISO 3166 but in use.
ALPHA_3 = {"XK": "XKX"}

# The same three steps as `key` in ../src/country/name.rs.
LETTERS = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
QUOTES = "’‘ʼ`´'."
WORDS = {"st": "saint", "ste": "saint", "rep": "republic", "dem": "democratic"}
DROPPED = set("the of and und et y la le les el los las der die das de du des".split())


def fold(text):
    """As `fold` in ../src/text.rs."""
    lower = unicodedata.normalize("NFKD", text).lower()
    letters = "".join(LETTERS.get(c, c) for c in lower)
    kept = (c for c in letters if unicodedata.category(c) not in ("Mn", "Cf", "Cc"))
    return unicodedata.normalize("NFC", "".join(kept))


def key(text):
    """A name's words without marks, in order of their bytes: however a name is turned round, it is one key."""
    folded = "".join(c for c in fold(text) if c not in QUOTES)
    spaced = "".join(" " if unicodedata.category(c)[0] in "PSZ" else c for c in folded)
    words = [WORDS.get(word, word) for word in spaced.split()]
    words = [word for word in words if word not in DROPPED]
    return " ".join(sorted(words, key=str.encode))


class Package:
    def __init__(self, path):
        self.tar = tarfile.open(path)

    def json(self, path):
        return json.load(self.tar.extractfile(f"package/{path}"))

    def has(self, path):
        try:
            self.tar.getmember(f"package/{path}")
        except KeyError:
            return False
        return True


def territories(names, language, codes):
    """A language's names in CLDR, as (code, name); the short forms and variants too."""
    found = names.json(f"main/{language}/territories.json")
    for code, name in found["main"][language]["localeDisplayNames"]["territories"].items():
        if code[:2] in codes and (len(code) == 2 or code[2] == "-"):
            yield code[:2], name


def endonyms(core, names, codes):
    """What each country is called in its own official languages."""
    info = core.json("supplemental/territoryInfo.json")["supplemental"]["territoryInfo"]
    for code in sorted(codes):
        spoken = info.get(code, {}).get("languagePopulation", {})
        for language, facts in sorted(spoken.items()):
            language = language.replace("_", "-")
            if "official" in facts.get("_officialStatus", "") and names.has(f"main/{language}/territories.json"):
                yield from (pair for pair in territories(names, language, codes) if pair[0] == code)


def ours(codes):
    """countries-ours.txt as (codes, whether it goes before the sources, name)."""
    for line in (HERE / "countries-ours.txt").read_text(encoding="utf-8").splitlines():
        line = line.split("#")[0].strip()
        if not line:
            continue
        mark = min(at for at in (line.find("="), line.find("+")) if at > 0)
        named = line[:mark].split()
        assert named and set(named) <= codes, line
        for name in line[mark + 1 :].split(";"):
            assert key(name), f"{name} has no word of its own"
            yield frozenset(named), line[mark] == "=", name.strip()


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    core, names, iso = map(Package, sys.argv[1:])
    numbers = {a2: (a3, number) for a2, a3, number, _ in iso.json("codes.json")}
    codes = set(numbers)

    lines = [f"{a2} {ALPHA_3.get(a2, a3)} {number}\n" for a2, (a3, number) in sorted(numbers.items())]
    (HERE / "country-codes.txt").write_text("".join(lines), encoding="ascii", newline="\n")

    # In order of rank: of two sources that disagree, the first is believed.
    read = {}

    def take(pairs):
        taken = {}
        for code, name in pairs:
            if key(name):
                taken.setdefault(key(name), set()).add(code)
        for name, among in taken.items():
            read.setdefault(name, frozenset(among))

    table = list(ours(codes))
    for among, first, name in table:
        if first:
            assert read.setdefault(key(name), among) == among, f"{name} stands twice"
    take(pair for language in LANGUAGES for pair in territories(names, language, codes))
    take((code, name) for among, first, name in table if not first for code in among)
    take(pair for language in VARIANTS for pair in territories(names, language, codes))
    take(endonyms(core, names, codes))
    for language in sorted({tag.split("-")[0] for tag in LANGUAGES}):
        if iso.has(f"langs/{language}.json"):
            listed = iso.json(f"langs/{language}.json")["countries"].items()
            listed = ((code, [n] if isinstance(n, str) else n) for code, n in listed if code in codes)
            take((code, name) for code, several in listed for name in several)

    for among, first, name in table:
        if not first and read[key(name)] != among:
            print(f"open: {name} is {sorted(read[key(name)])}, ours says {sorted(among)}")
    for name, among in sorted(read.items()):
        if len(among) > 1:
            print(f"shared: {name} is {sorted(among)}")
    lines = [f"{name}\t{' '.join(sorted(read[name]))}\n" for name in sorted(read, key=str.encode)]
    (HERE / "country-names.txt").write_text("".join(lines), encoding="utf-8", newline="\n")
    print(f"{len(lines)} names of {len(set().union(*read.values()))} countries")

    lines = [
        f"{language}\t{code}\t{name}\n"
        for language in TESTED
        for code, name in sorted(territories(names, language, codes))
    ]
    (HERE / "../testdata/country-names.tsv").write_text("".join(lines), encoding="utf-8", newline="\n")
    print(f"{len(lines)} names in {len(TESTED)} languages to test by")


if __name__ == "__main__":
    main()
