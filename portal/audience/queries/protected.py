"""What nobody may be chosen by (P9): what the law protects, and what gives it away.

From Article 21 of the EU Charter of Fundamental Rights, Article 9 GDPR, and the UK Equality Act 2010, section 4.
"""

import re

PROTECTED = {
    "age", "belief", "birth", "birthdate", "birthday", "caste", "child", "children", "citizenship", "color",
    "colour", "dependants", "disability", "disabled", "dob", "ethnic", "ethnicity", "faith", "family", "gender",
    "genetic", "genetics", "health", "illness", "marital", "marriage", "married", "maternity", "medical",
    "nationality", "opinion", "orientation", "origin", "parent", "parental", "paternity", "politics", "political",
    "pregnancy", "pregnant", "pronoun", "race", "racial", "religion", "religious", "sex", "sexual", "sexuality",
    "skin", "union", "veteran",
}  # fmt: skip
PROXIES = {
    "accent": "origin",
    "address": "origin and wealth",
    "avatar": "gender, origin and age",
    "face": "gender, origin and age",
    "firstname": "gender and origin",
    "forename": "gender and origin",
    "graduated": "age",
    "graduation": "age",
    "lastname": "origin",
    "name": "gender and origin",
    "native": "origin",
    "neighbourhood": "origin and wealth",
    "photo": "gender, origin and age",
    "picture": "gender, origin and age",
    "postal": "origin and wealth",
    "postcode": "origin and wealth",
    "salutation": "gender and marriage",
    "street": "origin and wealth",
    "surname": "origin",
    "tongue": "origin",
    "zip": "origin and wealth",
    "zipcode": "origin and wealth",
}


def why_not(name: str) -> str | None:
    """Why no rule may use a field of this name, as the rest of a sentence; None if it may.

    Every word of the name counts, in any case and number: `sexual_orientation`, `postCode`, `first-names`.
    """
    words = re.sub(r"([a-z])([A-Z])", r"\1_\2", name)
    for word in [re.sub(r"[^a-z]", "", name.casefold()), *re.split(r"[^a-z]+", words.casefold())]:
        for form in (word, word.removesuffix("s")):
            if form in PROTECTED:
                return "is protected: nobody is chosen or left out by it"
            if form in PROXIES:
                return f"gives away what is protected ({PROXIES[form]}): nobody is chosen or left out by it"
    return None
