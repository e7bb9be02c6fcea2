"""What others made and we ship is what they published; what we made asks nobody else for anything (P10)."""

import hashlib
import re
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import pytest

PORTAL = Path(__file__).parents[2] / "portal"
STATIC = PORTAL / "web" / "static"
VENDOR = STATIC / "vendor"
TABLE = (VENDOR / "vendor.toml").read_text("utf-8")
ASSETS = tomllib.loads(TABLE)["asset"]
SPRITE = STATIC / "icons.svg"


@pytest.mark.parametrize("asset", ASSETS, ids=lambda asset: asset["name"])
def test_a_vendored_file_is_the_published_one(asset: dict[str, str]) -> None:
    shipped = (VENDOR / asset["file"]).read_bytes()
    before, after = asset.get("before", "").encode(), asset.get("after", "").encode()
    assert shipped.startswith(before)
    assert shipped.endswith(after)
    published = shipped[len(before) : len(shipped) - len(after)]
    assert hashlib.sha256(published).hexdigest() == asset["sha256"]


@pytest.mark.parametrize("asset", ASSETS, ids=lambda asset: asset["name"])
def test_it_comes_with_its_version_and_its_licence(asset: dict[str, str]) -> None:
    folder = VENDOR / f"{asset['name']}-{asset['version']}"
    assert (VENDOR / asset["file"]).parent == folder
    words = {"MIT": "Permission is hereby granted, free of charge", "0BSD": "Zero-Clause BSD", "ISC": "ISC License"}
    assert words[asset["licence"]] in (folder / "LICENSE").read_text("utf-8")


def test_every_file_in_vendor_is_listed() -> None:
    listed = {asset["file"] for asset in ASSETS}
    licences = {f"{Path(file).parent}/LICENSE" for file in listed}
    there = {path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.is_file()}
    assert there == listed | licences | {"vendor.toml"}


def test_the_list_names_no_host() -> None:
    assert not re.search(r"//|\bwww\.|\b[\w-]+\.(com|org|net|io|dev)\b", TABLE.replace("htmx.org", ""))


def test_a_template_names_only_vendored_files_that_are_there() -> None:
    named = set(re.findall(r"filename=['\"]([^'\"]+)['\"]", _templates()))
    assert "vendor/pico-2.1.1/pico.layer.css" in named
    assert [name for name in named if not (STATIC / name).is_file()] == []


@pytest.mark.parametrize("name", ["site.css", "site.js", "icons.svg", "favicon.svg"])
def test_our_own_files_load_nothing_from_elsewhere(name: str) -> None:
    text = (STATIC / name).read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?:|data:|@import|url\(|\bimport\(|\beval\(|new Function|innerHTML", text)


def test_the_stylesheet_uses_only_properties_that_it_or_pico_sets() -> None:
    ours = (STATIC / "site.css").read_text("utf-8")
    pico = (VENDOR / "pico-2.1.1" / "pico.layer.css").read_text("utf-8")
    set_here = set(re.findall(r"(--[\w-]+)\s*:", ours))
    assert set(re.findall(r"var\((--[\w-]+)", ours)) <= set_here
    assert {name for name in set_here if name.startswith("--pico-")} <= set(re.findall(r"(--pico-[\w-]+)", pico))


def test_no_icon_of_pico_is_left_as_a_data_url() -> None:
    """The data: URLs of Pico stand in properties only; ours are `none`, so no page needs them allowed."""
    pico = (VENDOR / "pico-2.1.1" / "pico.layer.css").read_text("utf-8")
    icons = set(re.findall(r"(--pico-icon-[\w-]+):\s*url\(", pico))
    assert len(re.findall(r"url\(", pico)) == len(re.findall(r"--pico-icon-[\w-]+:\s*url\(", pico))
    assert icons == set(re.findall(r"(--pico-icon-[\w-]+): none", (STATIC / "site.css").read_text("utf-8")))


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    symbols = [symbol.get("id") for symbol in ElementTree.parse(SPRITE).getroot()]
    assert len(symbols) == len(set(symbols)) >= 24
    templates = _templates()
    named = set(re.findall(r"(?:\bicon\(|icon_name=)['\"]([\w-]+)['\"]", templates))
    named |= set(re.findall(r"icons\.svg['\"]\) }}#([\w-]+)", templates))
    assert "umbel" in named
    assert named <= set(symbols)


def _templates() -> str:
    pages = [path for path in PORTAL.rglob("templates/**/*.html") if "mail" not in path.relative_to(PORTAL).parts]
    return "\n".join(path.read_text("utf-8") for path in pages)
