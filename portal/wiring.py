"""The lists that slices fill. A lower slice never calls a higher one: what it needs is handed over here."""

import click
from flask import Blueprint

from portal.alerts import desk as alert_desk
from portal.alerts import tasks as alert_tasks
from portal.alerts.actions import erase as alerts_erase
from portal.alerts.actions import tailoring, telling
from portal.alerts.queries import held as alerts_held
from portal.alerts.queries import told as alerts_told
from portal.alerts.queries.counting import how_many
from portal.alerts.queries.criterion import OPENING
from portal.alerts.routes import DOORS as OPENINGS_FOR_MEMBERS
from portal.audience import commands as audience_commands
from portal.audience import tasks as audience_tasks
from portal.audience.actions import address as addressing
from portal.audience.actions import archived, rhythm, slots
from portal.audience.actions import audited as audited_erase
from portal.audience.actions import erase as audience_erase
from portal.audience.actions import join as joining
from portal.audience.desk import DOORS as AUDIENCE_DESK
from portal.audience.desk import segment_typed
from portal.audience.files import interests, places, segments, teams
from portal.audience.queries import answered, audited, criteria, fields, held, hold, refusal
from portal.audience.queries import timeline as audience_timeline
from portal.audience.queries.criterion import Criteria
from portal.audience.queries.reachable import reachable
from portal.audience.queries.replies import SentBy
from portal.audience.queries.uses import Uses
from portal.audience.routes import DOORS as AUDIENCE_DOORS
from portal.content import Kind
from portal.content import words as content_words
from portal.demo import commands as demo_commands
from portal.demo import desk as demo_desk
from portal.demo import files as demo_files
from portal.demo import queries as demo_queries
from portal.demo import routes as demo_routes
from portal.demo.actions import erase as demo_erase
from portal.demo.actions import staff as demo_staff
from portal.followups import desk as followup_desk
from portal.followups import tasks as followup_tasks
from portal.followups.actions import erase as followup_erase
from portal.followups.actions import handover as own_drafts
from portal.followups.queries import held as followups_held
from portal.followups.queries import own as own_letters
from portal.followups.queries import timeline as followup_timeline
from portal.home import commands as home_commands
from portal.home import desk as desk_home
from portal.home import files as home_files
from portal.home import routes as home
from portal.insights import desk as insight_desk
from portal.insights import files as insight_files
from portal.insights import routes as insights
from portal.insights.queries.readings import readings
from portal.jobs import commands as job_commands
from portal.jobs import desk as job_desk
from portal.jobs import files as job_files
from portal.jobs import tasks as job_tasks
from portal.jobs.queries.page import Related
from portal.jobs.routes import DOORS as JOB_DOORS
from portal.languages import lazy_gettext as _l
from portal.mail import commands as mail_commands
from portal.mail import tasks as mail_tasks
from portal.mail.seams import Seams
from portal.members import files as retention_files
from portal.members import tasks as member_tasks
from portal.members.actions import archive, contact, erase
from portal.members.actions import sign_in as signing_in
from portal.members.queries import by_id, own
from portal.members.queries import timeline as members_timeline
from portal.members.queries.held import Holder
from portal.members.queries.timeline import Timeline
from portal.members.routes import keep, links, privacy, sign_in
from portal.newsletter import commands as newsletter_commands
from portal.newsletter import desk as newsletter_desk
from portal.newsletter import files as newsletter_files
from portal.newsletter import routes as newsletter
from portal.newsletter import tasks as newsletter_tasks
from portal.newsletter.actions import handover as own_campaigns
from portal.newsletter.desk.write import EDITOR as NEWSLETTER_EDITOR
from portal.newsletter.queries import own as own_newsletters
from portal.newsletter.queries import segments as segments_used
from portal.newsletter.queries import timeline as newsletter_timeline
from portal.queue import Sweep, Task
from portal.staff import commands as staff_commands
from portal.staff import desk as staff_desk
from portal.staff.actions.leaving import Handover
from portal.staff.models.roles import ADMIN, OPENINGS, PEOPLE, SEGMENTS, WRITE
from portal.staff.queries import by_id as recruiter_by_id
from portal.web import health, schemes
from portal.web.access import DeskLoader, Guard, Loader, Typed, Used
from portal.web.desk import Room
from portal.writing import files as writing_files
from portal.writing import models as _writing  # noqa: F401
from portal.writing import routes as media
from portal.writing.actions import handover as written
from portal.writing.desk import blueprint as editing
from portal.writing.desk import homes as desk_homes
from portal.writing.desk import pictures as desk_media
from portal.writing.files import media as media_files

BLUEPRINTS: list[tuple[Blueprint, Guard]] = [
    (health.alive, Guard.PUBLIC),
    (health.bp, Guard.MACHINE),
    (sign_in.bp, Guard.FORM),
    (links.bp, Guard.TOKEN),
    (keep.bp, Guard.TOKEN),
    (privacy.bp, Guard.MEMBER),
    (privacy.erased, Guard.PUBLIC),
    *AUDIENCE_DOORS,
    *AUDIENCE_DESK,
    *alert_desk.DOORS,
    (desk_home.bp, Guard.DESK),
    *followup_desk.DOORS,
    (media.bp, Guard.PUBLIC),
    (schemes.bp, Guard.DESK),
    (desk_media.bp, Guard.DESK),
    (desk_homes.bp, Guard.DESK),
    *insight_desk.DOORS,
    (editing.blueprint(insight_desk.EDITOR), Guard.DESK),
    (insights.bp, Guard.PUBLIC),
    (insights.members, Guard.MEMBER),
    *OPENINGS_FOR_MEMBERS,
    *JOB_DOORS,
    (newsletter.bp, Guard.PUBLIC),
    *job_desk.DOORS,
    (editing.blueprint(job_desk.EDITOR), Guard.DESK),
    *newsletter_desk.DOORS,
    (editing.blueprint(NEWSLETTER_EDITOR), Guard.DESK),
    (home.bp, Guard.PUBLIC),
    (home.members, Guard.MEMBER),
    *staff_desk.DOORS,
    (demo_routes.bp, Guard.DEMO),
    (demo_desk.bp, Guard.DEMO),
]
TASKS: dict[str, Task] = {
    "mail.send": mail_tasks.send,
    signing_in.TASK: member_tasks.answer_sign_in,
    archive.TASK: member_tasks.make_archive,
    joining.TASK: audience_tasks.answer_join,
    addressing.TASK: audience_tasks.answer_address,
    **job_tasks.TASKS,
}
SWEEPS: dict[str, Sweep] = {
    "jobs.sweep": job_tasks.sweep,
    "mail.sweep": mail_tasks.sweep,
    "members.sweep": member_tasks.sweep,
    "members.retention": member_tasks.retention,
    "audience.sweep": audience_tasks.sweep,
    "alerts.sweep": alert_tasks.sweep,
    "newsletter.sweep": newsletter_tasks.sweep,
    "followups.sweep": followup_tasks.sweep,
}
LOAD_MEMBER: Loader = by_id
LOAD_RECRUITER: DeskLoader = recruiter_by_id
TYPED: dict[str, Typed] = {
    **editing.typed(insight_desk.EDITOR),
    **editing.typed(job_desk.EDITOR),
    **editing.typed(NEWSLETTER_EDITOR),
    "desk_segments.begin": segment_typed.keep_new,
    "desk_segments.save": segment_typed.keep,
    **followup_desk.TYPED,
}
"""What keeps the words that were typed when a session at the desk was over, by endpoint."""
ROOMS: list[Room] = [
    Room("/desk", _l("Desk"), "home", None),
    Room("/desk/newsletters", _l("Newsletters"), "send", WRITE),
    Room("/desk/insights", _l("Insights"), "book-open", WRITE),
    Room("/desk/jobs", _l("Openings"), "briefcase", OPENINGS),
    Room("/desk/segments", _l("Who gets it"), "users", SEGMENTS),
    Room("/desk/members", _l("People"), "user", PEOPLE),
    Room("/desk/replies", _l("Replies"), "mail", PEOPLE),
    Room("/desk/team", _l("Team"), "shield", ADMIN),
    Room("/desk/audit", _l("Audit log"), "clock", ADMIN),
]
"""The desk's navigation, in order."""
TIMELINES: list[Timeline] = [
    members_timeline.timeline,
    audience_timeline.timeline,
    answered.timeline,
    alerts_told.timeline,
    newsletter_timeline.timeline,
    followup_timeline.timeline,
]
"""What each slice knows to have happened between a member and us, for the desk."""
USES: list[Uses] = [segments_used.uses]
"""What names a segment, or went to it."""
SENT_BY: list[SentBy] = [own_newsletters.mailings_of, own_letters.mailings_of]
"""Whose answers by button are whose to read."""
HANDOVERS: list[Handover] = [written.hand_over, own_campaigns.hand_over, own_drafts.hand_over]
"""What gives things of a recruiter who leaves to a colleague."""
RELATED: Related = readings
"""What has been written about an opening's interests."""
FITTING = how_many
"""How many members an opening is for."""
REACHABLE = reachable
"""How many members mail could reach: what an admin reads before going live."""
DESK_HINT = demo_staff.hint
"""What may be shown of how one of the demo's recruiters proves who they are; nothing, elsewhere."""
USED: Used = contact.touch
OUTBOX = Seams(
    refusal=refusal,
    hold=hold,
    refresh=rhythm.refresh,
    take=slots.take,
    give_back=slots.give_back,
    settle=slots.settle,
    fields=fields,
    tailor=tailoring.tailor,
    told=telling.told,
    nothing=telling.came_to_nothing,
)
CRITERIA = Criteria([*criteria.OWN, OPENING])
HOLDERS: list[Holder] = [
    Holder("members", own.TABLES, own.export, erase.own),
    Holder("audience", held.TABLES, held.export, audience_erase.erase, archived.files),
    Holder("staff", audited.TABLES, audited.export, audited_erase.erase),
    Holder("alerts", alerts_held.TABLES, alerts_held.export, alerts_erase.erase),
    Holder("followups", followups_held.TABLES, followups_held.export, followup_erase.erase),
    Holder("demo", (), demo_queries.held, demo_erase.erase),
]
"""What each slice keeps about people (P12), lower slices first."""
CONTENT: list[Kind] = [
    Kind("list of interests", "interests.yml", interests.check, interests.sync),
    Kind("list of places", "places.yml", places.check, places.sync),
    Kind("list of teams", "teams.yml", teams.check, teams.sync),
    Kind("rules of retention", "retention.yml", retention_files.check, retention_files.sync),
    Kind("list of words", "words.yml", content_words.check, content_words.sync),
    Kind("segment", "segments/*.yml", segments.check, segments.sync),
    Kind("list of pictures", "media.yml", media_files.check_index, writing_files.sync),
    Kind("picture", "media/*", media_files.check, media_files.sync),
    Kind("insight", "insights/*.md", insight_files.check, insight_files.sync, linked=True),
    demo_files.BOARDS,
    *job_files.KINDS,
    Kind("newsletter", "issues/*.md", newsletter_files.check, newsletter_files.sync, linked=True),
    Kind("page", "pages/*.md", home_files.check, home_files.sync, linked=True),
    Kind("draft", "drafts/**/*", writing_files.check, writing_files.sync),
]
"""Lower slices first: what they need of each other is in the database when they need it."""
COMMANDS: list[click.Command] = [
    audience_commands.group,
    mail_commands.mail,
    newsletter_commands.campaign,
    job_commands.jobs,
    home_commands.group,
    staff_commands.staff,
    demo_commands.demo,
]
WITHOUT_SETTINGS = {"demo"}
