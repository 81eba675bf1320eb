"""The shipped programme over a membership: events, segments, editions of a journey, renewal, lapse and return."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.model import JourneyRun, Member, PlannedEntry
from tests.support.edited_programme import Content, copy_of_programme, step_of
from tests.support.handsets import Mailbox
from tests.support.office import Office
from tests.support.stage import Phone, Stage

DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
HOUR = timedelta(hours=1)
NUMBER = "+12025550171"


def test_a_step_that_another_system_saw_stops_the_ladder(world: Stage) -> None:
    ana, office = world.enrol("Ana Lima", NUMBER), Office(world)
    ana.expects(r"sign in")
    office.saw(ana, "account.signed_in")
    office.marks(ana, "first_goal")
    world.push(3 * DAY - HOUR)
    ana.stays_silent("she is asked no more about her sign-in, and the form is not due yet")
    world.push(2 * HOUR)
    ana.expects(r"profile form")
    office.saw(ana, "profile.completed")
    ana.stays_silent("one message a day is enough")
    world.push(DAY)
    ana.expects(r"all set up, Ana")
    world.push(4 * DAY)
    ana.expects(r"interest groups")


def test_another_segment_has_another_journey_and_what_is_done_is_done(world: Stage) -> None:
    ana = world.enrol("Ana Lima", NUMBER)
    ana.expects(r"sign in")
    ana.says("yes, done")
    ana.expects(r"profile form")
    joined = (world.now() - 2 * DAY).date().isoformat()
    world.enrol("Ana Lima", NUMBER, traits={"career_stage": "student"}, joined_on=joined)
    assert runs(world) == [("onboarding", "ended", "segment_changed"), ("onboarding_student", "active", None)]
    world.push(3 * DAY - HOUR)
    ana.stays_silent("her form is not due yet")
    world.push(2 * HOUR)
    ana.expects(r"profile form")
    ana.says("done")
    ana.expects(r".")


def test_an_edited_journey_is_for_those_who_come_later(world: Stage, tmp_path: Path) -> None:
    ana = world.enrol("Ana Lima", NUMBER)
    ana.expects(r"managed to sign in")

    def other_words(content: Content) -> None:
        step_of(content, "first_sign_in")["ask"] = "Did you get into your account?"
        step_of(content, "profile_form")["ask"] = "Is your profile ready?"

    def other_rungs(content: Content) -> None:
        content["ladders"]["welcome"]["by_segment"]["early_career"]["rungs"][1]["text"] = (
            "{msm} here, {first_name}. {ask}"
        )

    world.reads_programme(copy_of_programme(tmp_path / "edited", onboarding=other_words, ladders=other_rungs))
    ben = world.enrol("Ben Ito", "+12025550172")
    ben.expects(r"get into your account")
    world.push(2 * DAY)
    ana.expects(r"I look after new members.*managed to sign in")
    ben.expects(r"^Maria Okafor here, Ben\. Did you get into your account\?$")
    ana.says("done")
    ana.expects(r"profile form")
    ben.says("yes")
    ben.expects(r"profile")
    world.push(4 * DAY)
    ana.expects(r"filled in your member profile form")
    ben.expects(r"Is your profile ready")


def test_the_second_wave_of_a_partner_starts_its_own_journeys(world: Stage) -> None:
    ana, mail_of_ana = joins_partner(world, "Ana Lima", NUMBER)
    mail_of_ana.expects(r"contact for everybody in your company.*sign in")
    ana.says("yes, I'm in")
    ana.expects(r".")
    world.push(WEEK)
    mail_of_ana.expects(r"it's Maria Okafor")
    cleo, mail_of_cleo = joins_partner(world, "Cleo Park", "+12025550173")
    mail_of_cleo.expects(r"contact for everybody in your company.*sign in")
    world.push(3 * DAY)
    assert [run[0] for run in runs(world)] == ["onboarding_partner", "onboarding_partner"]
    cleo.expects(r"it's Maria Okafor.*your company's partnership")
    ana.expects(r"it's Maria Okafor")


def test_a_renewal_that_is_paid_ends_the_asking_until_next_year(world: Stage) -> None:
    renews_on = world.now().date() + timedelta(days=30)
    ana = veteran(world, "Ana Lima", NUMBER, renews_on)
    ana.expects(r"Your membership runs until.*decided to stay")
    Office(world).saw(ana, "membership.renewed")
    ana.stays_silent("one message a day is enough")
    world.push(DAY)
    ana.expects(r"renewal is through")
    with world.application.db.begin() as session:
        next_year = renews_on.replace(year=renews_on.year + 1)
        assert session.scalars(sa.select(Member.renews_on)).one() == next_year
        planned = sa.select(PlannedEntry.anchor_on).where(PlannedEntry.journey == "renewal")
        assert session.scalars(planned).all() == [next_year]
    world.push(2 * WEEK)
    ana.stays_silent("she has renewed")


def test_a_member_whose_membership_lapsed_is_won_back(world: Stage) -> None:
    ana = veteran(world, "Ana Lima", NUMBER, None)
    office = Office(world)
    office.saw(ana, "membership.lapsed")
    world.push(28 * DAY)
    ana.stays_silent("she is left in peace for a month")
    world.push(4 * DAY)
    ana.expects(r"what was missing")
    office.saw(ana, "membership.renewed")
    world.push(2 * DAY)
    ana.expects(r"Welcome back, Ana")
    assert ("winback", "completed", "completed") in runs(world)


def test_who_has_left_gets_nothing(world: Stage) -> None:
    ana, ben = world.enrol("Ana Lima", NUMBER), veteran(world, "Ben Ito", "+12025550172", None)
    ana.expects(r"sign in")
    office = Office(world)
    for phone in (ana, ben):
        office.saw(phone, "membership.ended")
    for _ in range(20):
        world.push(WEEK)
    ana.stays_silent("she has left")
    ben.stays_silent("he has left")


def test_who_declined_invitations_still_gets_the_notice_of_renewal(world: Stage) -> None:
    entered = world.now()
    office = Office(world)
    ana = veteran(world, "Ana Lima", NUMBER, (entered + 90 * DAY + 16 * WEEK).date())
    ben = veteran(world, "Ben Ito", "+12025550172", None)
    for phone in (ana, ben):
        office.marks(phone, "goal_check")
        office.marks(phone, "benefits_use")
    office.notes_that_unwanted(ana, "promotional")
    world.push_to(entered + 15 * WEEK)
    ben.expects(r"booked a place.*No more invitations")
    ana.stays_silent("she wants no invitations")
    world.push_to(entered + 16 * WEEK + DAY)
    ana.expects(r"Is your record with us still right")


def test_two_questions_that_are_due_at_once_are_asked_one_after_the_other(world: Stage) -> None:
    ana = world.enrol("Ana Lima", NUMBER, renews_on=(world.now() + 90 * DAY).date().isoformat())
    ana.expects(r"Is your record with us still right")
    world.push(DAY)
    ana.stays_silent("one question at a time")
    ana.says("yes")
    ana.expects(r".")
    world.push(DAY)
    ana.expects(r"sign in")


def test_two_questions_are_asked_in_one_message_where_the_content_says_so(world: Stage, tmp_path: Path) -> None:
    def may_share(content: Content) -> None:
        step_of(content, "first_sign_in")["bundle"] = True

    def same_class(content: Content) -> None:
        step_of(content, "record_check").update(message_class="relationship", bundle=True)

    world.reads_programme(copy_of_programme(tmp_path / "bundling", onboarding=may_share, renewal=same_class))
    ana = world.enrol("Ana Lima", NUMBER, renews_on=(world.now() + 90 * DAY).date().isoformat())
    asked = ana.expects(r"And one more thing")
    assert "sign in" in asked
    assert "record with us" in asked


def veteran(world: Stage, name: str, number: str, renews_on: date | None) -> Phone:
    """Somebody whose first 90 days are long over: their third year of engagement begins today."""
    joined = (world.now() - 90 * DAY - 2 * WEEK - 104 * WEEK).date().isoformat()
    known: dict[str, Any] = {"renews_on": renews_on.isoformat()} if renews_on else {}
    return world.enrol(name, number, joined_on=joined, **known)


def joins_partner(world: Stage, name: str, number: str) -> tuple[Phone, Mailbox]:
    email = f"{name.split()[0].lower()}@bayview.example"
    phone = world.enrol(name, number, account="Bayview Systems", email=email, consent_email=True)
    return phone, Mailbox(world, name, email)


def runs(world: Stage) -> list[tuple[str, str, str | None]]:
    """All runs, oldest first."""
    with world.application.db.begin() as session:
        found = session.scalars(sa.select(JourneyRun).order_by(JourneyRun.id)).all()
        return [(run.journey, str(run.state), run.outcome) for run in found]
