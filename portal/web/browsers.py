"""What to call a browser on the list of where one is signed in. Own code: a guess for people, a dozen words."""

# The order matters: nearly every browser also says that it is Safari, and Android that it is Linux.
_BROWSERS = {
    "Edg": "Edge", "OPR/": "Opera", "SamsungBrowser": "Samsung Internet", "Firefox": "Firefox", "FxiOS": "Firefox",
    "CriOS": "Chrome", "Chrom": "Chrome", "Safari": "Safari",
}  # fmt: skip
_SYSTEMS = {
    "iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "Windows": "Windows", "Mac OS": "Mac", "CrOS": "ChromeOS",
    "Linux": "Linux",
}  # fmt: skip


def kind(user_agent: str) -> str:
    """Browser and system in words: "Firefox on Linux". Never the user agent itself, which tells too much."""
    browser = next((name for mark, name in _BROWSERS.items() if mark in user_agent), "A browser")
    system = next((name for mark, name in _SYSTEMS.items() if mark in user_agent), "")
    return f"{browser} on {system}" if system else browser
