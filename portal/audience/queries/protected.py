"""What nobody may be chosen by (P9): what the law protects, and what gives it away.

From Article 21 of the EU Charter of Fundamental Rights, Articles 9 and 10 GDPR, and the UK Equality Act 2010,
section 4. In English, German and Portuguese; without accents, and words that say it only together in one piece.
"""

import re
import unicodedata
from collections.abc import Iterator

_PROTECTED = """
age belief caste child children citizen citizenship civilstatus color colour conviction criminal dependant
dependants dependent dependents disability disabled dob ethnic ethnicity faith family gay gender genetic genetics
handicap health husband illness immigrant immigration lgbt lgbtq marital marriage married maternity medical migrant
nationality opinion orientation origin parent parental paternity political politics pregnancy pregnant pronoun
queer race racial religion religious sex sexual sexuality sick sickness skin spouse union veteran wife

alter anrede behindert behinderung ethnie familie familienstand geschlecht gesundheit gewerkschaft glaube herkunft
jahrgang kinder konfession krankheit lebensalter ledig mutterschaft partei politik politisch rasse schwanger
schwerbehindert sexualitat vaterschaft verheiratet weltanschauung

casada casado cidadania cor crenca deficiencia deficiente doenca estadocivil etnia familia fe filhas filho filiacao
genero gestante gravida gravidez idade materna maternidade nacionalidade naturalidade opiniao orientacao origem
partido paternidade politica politico raca religiao saude sexo sexualidade sindicato solteira solteiro
"""
PROXIES = {
    "age": "abitur abiturjahr abschlussjahr anoconclusao anodeconclusao boomer classof degreeyear formatura graduacao "
    "graduated graduateyear graduation leavingyear licenciatura millennial pension reforma rente retirement "
    "studienabschluss yeargraduated yearofdegree",
    "origin": "accent akzent apelido familienname givenname lastname maiden migration muttersprache nachname native "
    "passaporte passport reisepass sobrenome sotaque surname tongue",
    "gender and origin": "firstname forename initials name namen nome vorname",
    "gender and marriage": "salutation",
    "gender, origin and age": "appearance aussehen avatar bewerbungsfoto bild face foto fotografia gesicht headshot "
    "image imagem lichtbild passbild photo photograph picture portrait profilbild profilephoto retrato rosto selfie",
    "origin and wealth": "address adresse anschrift bairro borough cep district endereco morada neighborhood "
    "neighbourhood plz postal postcode postleitzahl rua stadtteil strasse street zip zipcode",
}
"""What each gives away, and the words that do."""
INSIDE = re.compile(
    "birth|disabilit|ethnic|gender|nationalit|pregnan|religio|sexual|^alters|behinder|geburt|geschlecht|gewerkschaft|"
    "hautfarb|schwanger|staatsangeh|staatsburger|gravid|nacionalid|nasciment|sindical"
)
"""What means nothing else wherever in a word it stands: yearofbirth, Geburtsdatum, Altersgruppe."""
PROTECTED = frozenset(_PROTECTED.split())
_GIVES_AWAY = {word: what for what, words in PROXIES.items() for word in words.split()}


def why_not(name: str) -> str | None:
    """Why no rule may use a field of this name, as the rest of a sentence; None if it may.

    Every word of the name counts, alone and with the next two, in any case and number: `sexual_orientation`,
    `postCode`, `first-names`, `zip3`, `yearOfBirth`, `Staatsangehörigkeit`.
    """
    what = gives_away(name)
    if what:
        return f"gives away what is protected ({what}): nobody is chosen or left out by it"
    return None if what is None else "is protected: nobody is chosen or left out by it"


def gives_away(name: str) -> str | None:
    """What protected thing a field of this name gives away, a key of PROXIES; "" for such a thing itself; else None."""
    found = list(_forms(name))
    if any(word in PROTECTED or INSIDE.search(word) for word in found):
        return ""
    return next((_GIVES_AWAY[word] for word in found if word in _GIVES_AWAY), None)


def _forms(name: str) -> Iterator[str]:
    """Its words, and up to three of them in one, each as it is written and without the endings of a plural."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", unicodedata.normalize("NFKD", name))
    plain = "".join(c for c in parted if not unicodedata.combining(c)).casefold()
    words = re.findall("[a-z]+", plain)
    for i in range(len(words)):
        for length in (1, 2, 3):
            word = "".join(words[i : i + length])
            yield from (word, word.removesuffix("s"), word.removesuffix("es"), re.sub("ies$", "y", word))
