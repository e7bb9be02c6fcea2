"""Writing content as a text that reads back the same, and is the same bytes whenever it says the same."""

import math
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import yaml

from portal.content.parsing import Loader, tidy


class _Dumper(yaml.SafeDumper):
    """YAML as our authors write it: a line for each key, short lists on one line, quotes only where our loader would
    read something else without them."""

    yaml_implicit_resolvers = Loader.yaml_implicit_resolvers

    def ignore_aliases(self, data: Any) -> bool:
        """Whoever reads it should not have to look for what *id001 is."""
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """A list stands further in than its key."""
        super().increase_indent(flow, False)

    def represent_mapping(self, tag: str, mapping: Any, flow_style: bool | None = None) -> yaml.MappingNode:
        """A line for each key."""
        return super().represent_mapping(tag, mapping, False)


def _words(dumper: _Dumper, value: str) -> yaml.ScalarNode:
    strange = any(character in value for character in "\x85\u2028\u2029")  # line ends to YAML, which would fold them
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style='"' if strange else None)


def _day(dumper: _Dumper, value: date) -> yaml.ScalarNode:
    return dumper.represent_str(value.isoformat())


def _time(dumper: _Dumper, value: datetime) -> yaml.ScalarNode:
    whole = not value.second and not value.microsecond
    return dumper.represent_str(value.isoformat(timespec="minutes" if whole else "auto"))


_Dumper.add_representer(str, _words)
_Dumper.add_representer(date, _day)
_Dumper.add_representer(datetime, _time)


def compose_yaml(front: Mapping[str, Any]) -> str:
    """Values as YAML, in the order given. A key whose value is None is left out: that is how our files say it."""
    said = {key: value for key, value in front.items() if value is not None}
    written: str = yaml.dump(
        said, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=math.inf, default_flow_style=None
    )
    return written


def compose(front: Mapping[str, Any], body: str) -> str:
    """Front matter and Markdown as the text of a file: an empty line between them, one line end after the last word."""
    words = tidy(body).strip("\n")
    return f"---\n{compose_yaml(front)}---\n" + (f"\n{words}\n" if words else "")
