"""What somebody typed, read as a recruiter's mail address."""

from unicodedata import category

from email_validator import EmailNotValidError, validate_email


def parse(typed: str) -> tuple[str, str] | None:
    """The address as it is written to, and the key it is known by, without case; None: this is no address."""
    text = typed.strip()
    if any(category(c) in {"Cf", "Cc"} for c in text):  # E-23: what the eye does not see
        return None
    try:
        found = validate_email(text, check_deliverability=False, strict=True)
    except (EmailNotValidError, UnicodeError):
        return None
    return f"{found.local_part}@{found.ascii_domain}", f"{found.local_part.casefold()}@{found.ascii_domain}"
