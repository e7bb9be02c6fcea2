"""What members are found by at the desk: words, folded, made from their name, address and skills. Never the truth."""

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base

LONGEST = 60
"""Characters of a word that count."""


class MemberWord(Base):
    """A word of a member's name, address or skills. Compared by the numbers of its characters on both databases, so
    that all words with a beginning stand beside each other in the key."""

    __tablename__ = "member_word"
    __table_args__ = (Index("ix_member_word_member_id", "member_id", "word"), {"sqlite_with_rowid": False})

    word: Mapped[str] = mapped_column(
        String(LONGEST).with_variant(String(LONGEST, collation="C"), "postgresql"), primary_key=True
    )
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)


class WordsDue(Base):
    """A member whose words are to be made anew: triggers write it whenever a name, an address or a skill changes, by
    whatever way, and the worker makes them within a minute."""

    __tablename__ = "words_due"

    member_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
