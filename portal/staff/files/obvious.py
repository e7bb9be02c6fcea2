"""What passwords are made of that are guessed first: a list of our own, for passwords of 15 characters and more.

A password that consists of nothing but these, the person's and the house's own names, digits, years, repeats and rows
of the keyboard is refused. Without spaces and in small letters; `actions/obvious.py` reads what was typed likewise.
"""

from pathlib import Path

WORDS = frozenset(Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").split())
ROWS = (
    "1234567890",
    "qwertyuiop",
    "qwertzuiop",
    "azertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "yxcvbnm",
    "abcdefghijklmnopqrstuvwxyz",
)
"""Rows of keyboards, and the alphabet: any four in a row of them, in either direction, say nothing."""
COLUMNS = (
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "qazwsxedcrfvtgbyhnujmikolp",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
)
"""The same from top to bottom, and in a zigzag."""
LOOKS_LIKE = str.maketrans("013457@$!|€", "oieastasile")
"""Signs that stand for letters in "p4ssw0rd"."""
