"""Hands that have a keyboard and no mouse."""

from playwright.sync_api import Locator, Page

STEP = """target => {
    const element = document.activeElement
    if (!element || element === document.body) return {html: "", ring: true, there: false}
    const ring = [element, element.nextElementSibling].some(e => {
        const style = e && getComputedStyle(e)
        return style && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2
    })
    // What has the focus inside a frame, or inside a date (the button of its calendar), shows it there.
    const inside = element.matches('iframe, input[type^=date]')
    return {html: element.outerHTML, ring: ring || inside, there: element === target}
}"""


def tab_to(page: Page, target: Locator, *, around: bool = False, most: int = 160) -> None:
    """Press Tab until the target has the focus; on the way there is always a ring to be seen. `around`: it may be above,
    so that once the end of the page may be passed."""
    seen: list[str] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        found = target.evaluate(STEP)
        assert found["ring"], f"no ring on {found['html'][:300]}"
        if found["there"]:
            return
        assert found["html"] or around, f"the focus left the page after {seen[-3:]}"
        seen.append(found["html"][:120])
    raise AssertionError(f"never reached; on the way were {seen}")


def press(page: Page, target: Locator, key: str = "Enter") -> None:
    """Go to something, wherever on the page it is, and press a key on it."""
    tab_to(page, target, around=True)
    page.keyboard.press(key)


def follow(page: Page, target: Locator) -> None:
    """Press Enter on a link or button that leads to another page, and wait for that."""
    tab_to(page, target, around=True)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def write(page: Page, target: Locator, text: str) -> None:
    """Type something in the place of what stands in a field."""
    tab_to(page, target, around=True)
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def choose(page: Page, target: Locator) -> None:
    """Choose one of several radio buttons: Tab leads to the chosen one or the first, arrows go through them."""
    group = page.locator(f"input[type=radio][name='{target.get_attribute('name')}']")
    chosen = group.and_(page.locator(":checked"))
    tab_to(page, chosen if chosen.count() else group.first, around=True)
    for _ in range(group.count()):
        if target.is_checked():
            return
        page.keyboard.press("ArrowDown")
    assert target.is_checked()
