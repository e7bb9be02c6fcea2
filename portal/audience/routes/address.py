"""Changing one's address: asking for it, and the pages behind the two links that are sent."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, abort, flash, redirect, render_template, session, url_for
from werkzeug import Response

from portal import clock
from portal.audience.actions import address
from portal.audience.forms.address import AddressForm
from portal.audience.queries.address import TO_NEW, TO_OLD, of_link
from portal.db import db
from portal.languages import gettext as _
from portal.links import digest
from portal.members.actions import contact, links
from portal.members.forms import CodeForm
from portal.members.models import AccountLink, Member
from portal.members.queries import addresses
from portal.members.queries.links import code as digits
from portal.members.queries.links import find_living
from portal.web import access, entry
from portal.web.requests import network_prefix

bp = Blueprint("address", __name__, url_prefix="/me/account/address", template_folder="../templates")
behind_links = Blueprint("address_link", __name__, template_folder="../templates")


@bp.route("", methods=["GET", "POST"])
def ask() -> str | Response | tuple[str, int]:
    """The form; the answer is the same for every address but one's own (W-05)."""
    member = access.current_member()
    form = AddressForm(member.address)
    if not form.validate_on_submit():
        address_now = addresses.shown(member.address)
        page = render_template("audience/address.html", form=form, address=address_now, person=member.name)
        return (page, 422) if form.errors else page
    now, wished = clock.now(), addresses.parse(form.address.data or "")
    entry.limit("new address by", str(member.id), now)
    entry.limit("new address", wished.key, now)
    mark = access.asker_value()
    address.ask(member.id, wished.written, digest(mark), network_prefix(), now)
    contact.touch(member.id, now)
    db.session.commit()
    session["new_address"] = wished.shown
    response = redirect(url_for("address.code"), 303)
    access.asker(response, mark)
    return response


@bp.route("/code", methods=["GET", "POST"])
def code() -> str | Response | tuple[str, int]:
    """After asking: what happens next, and the code for when the mail was opened in another browser (W-04)."""
    form, wrong = CodeForm(), False
    if form.validate_on_submit():
        entry.limit_codes(clock.now())
        link = links.use_code(form.code.data or "", (TO_NEW,), access.asked_here(), clock.now())
        if link:
            return _changed(link)
        db.session.commit()  # the try is counted
        wrong = True
    page = render_template(
        "audience/address_asked.html",
        form=form,
        wrong=wrong,
        address=session.get("new_address"),
        person=access.current_member().name,
    )
    return (page, 422) if wrong or form.errors else page


@behind_links.get("/new-address/<token>")
def show(token: str) -> str | tuple[str, int]:
    """The button; in another browser than asked, the code for that one."""
    link = find_living(token, (TO_NEW,), clock.now())
    wish = of_link(link) if link else None
    if link is None or wish is None:
        return render_template("audience/address_dead.html"), 410
    here = link.asked_by is None or link.asked_by == access.asked_here()
    return render_template(
        "audience/address_new.html",
        token=token,
        address=addresses.shown(wish.address),
        code=None if here else digits(link),
    )


@behind_links.post("/new-address/<token>")
def use(token: str) -> Response:
    """Use up the link and change the address. If the link is no good, its page says why."""
    link = links.use(token, (TO_NEW,), access.asked_here(), clock.now())
    return _changed(link) if link else redirect(url_for("address_link.show", token=token), 303)


@behind_links.get("/old-address/<token>")
def ask_back(token: str) -> str | tuple[str, int]:
    """What was changed when, and the button that undoes it. Neither address is shown to whoever holds the link."""
    link = find_living(token, (TO_OLD,), clock.now())
    done = of_link(link) if link else None
    if done is None:
        return render_template("audience/address_back_dead.html"), 410
    return render_template(
        "audience/address_back.html",
        token=token,
        before=addresses.masked(done.before),
        after=addresses.masked(done.address),
        changed_at=done.changed_at,
    )


@behind_links.post("/old-address/<token>")
def take_back(token: str) -> Response:
    """Use up the link and go back to the address before."""
    link = links.use(token, (TO_OLD,), None, clock.now())
    if link is None:
        return redirect(url_for("address_link.ask_back", token=token), 303)
    done = _("Done. The account has its address again, and everybody is signed out. Please sign in.")
    return _act(address.undo, link, done)


def _changed(link: AccountLink) -> Response:
    return _act(address.change, link, _("Done. From now on we write to your new address. Please sign in with it."))


def _act(act: Callable[[AccountLink, datetime], Member | None], link: AccountLink, done: str) -> Response:
    """Do what the link was for, or say why not. Then every session has ended, so on to where one signs in."""
    try:
        member = act(link, clock.now())
    except address.Taken:
        db.session.rollback()
        abort(410, _("This address has become that of another account in the meantime. Nothing was changed."))
    db.session.commit()
    if member is None:
        abort(410)
    session.clear()
    flash(done, "ok")
    response = redirect(url_for("sign_in.ask"), 303)
    access.sign_out(response)
    return response
