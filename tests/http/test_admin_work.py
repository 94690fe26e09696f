"""test_admin_work.py - jobs, schedules, daemons and the audit trail in the administration: to look at, and to try again."""

import pytest

from harness.admin import BASE, Desk, staff

pytestmark = pytest.mark.one_front

WORK = "/" + "work"
JOBS = f"{WORK}/job/"


def failed_job(portico, kind="chatbot.answer", detail="<b>Away</b>", subject=7):
    portico.sql(
        "INSERT INTO work_job (kind, subject_id, state, attempts, created_at, asked_at, run_at, finished_at, error_status, error_code, error_detail)"
        f" VALUES ('{kind}', {subject}, 3, 4, NOW(6) - INTERVAL 2 HOUR, NOW(6), NOW(6), NOW(6), 503, 'chatbot.responder', '{detail}')"
    )
    return portico.sql("SELECT MAX(id) FROM work_job")[0][0]


@pytest.fixture
def root(portico):
    return Desk(portico.admin())


def test_jobs_are_listed_and_filtered(root, portico):
    job = failed_job(portico)

    page = root.get(f"{JOBS}?state__exact=3")
    assert page.rows == [[job, "chatbot.answer", "failed", "4", "2 hours ago", "chatbot.responder", "7"]]
    assert root.get(f"{JOBS}?state__exact=3&kind__exact=other").rows == []
    assert root.get(f"{JOBS}?state__exact=9").location == f"{BASE}{JOBS}?e=1"
    assert root.get(f"{JOBS}?q=responder").rows == page.rows
    shown = root.get(f"{JOBS}{job}/change/")
    assert "&lt;b&gt;Away&lt;/b&gt;" in shown.text and "<b>Away" not in shown.text


def test_a_failed_job_is_tried_again_and_the_trail_says_who(root, portico, daemon):
    daemon.stop()
    job = failed_job(portico)

    done = root.post(f"{JOBS}?state__exact=3", {"action": "retry", "_selected_action": job})

    assert (done.status, done.location) == (302, f"{BASE}{JOBS}?state__exact=3")
    assert portico.sql(f"SELECT state, attempts FROM work_job WHERE id = {job}") == [["0", "0"]]
    assert root.get(JOBS).notice == "Done: 1 job to be tried again."
    assert "Tried again." in root.get(f"{JOBS}{job}/history/").words and "root" in root.get(f"{JOBS}{job}/history/").words


def test_a_job_that_is_done_is_not_tried_again(root, portico):
    job = failed_job(portico)
    portico.sql(f"UPDATE work_job SET state = 2 WHERE id = {job}")

    root.post(JOBS, {"action": "retry", "_selected_action": job})
    assert root.get(JOBS).notice == "Not done: The job is done."
    root.post(JOBS, {"action": "retry", "_selected_action": "99999999"})
    assert root.get(JOBS).notice.startswith("Not done: Not found")
    assert portico.sql(f"SELECT state FROM work_job WHERE id = {job}") == [["2"]]


def test_trying_again_takes_the_permission_to_change(portico, daemon):
    daemon.stop()
    job = failed_job(portico)
    looks, changes, other = staff(portico, "ana", "work.job.view"), staff(portico, "bob", "work.job.change"), staff(portico, "eve")

    assert looks.get(JOBS).status == 200 and "Try again" not in looks.get(JOBS).words
    assert looks.post(JOBS, {"action": "retry", "_selected_action": job}).status == 403
    assert other.get(JOBS).status == 403
    assert other.post(JOBS, {"action": "retry", "_selected_action": job}).status == 403
    assert portico.sql(f"SELECT state FROM work_job WHERE id = {job}") == [["3"]]
    assert changes.post(JOBS, {"action": "retry", "_selected_action": job}).status == 302
    assert portico.sql(f"SELECT state FROM work_job WHERE id = {job}") == [["0"]]


def test_jobs_are_not_deleted_or_made_here(root, portico):
    job = failed_job(portico)

    assert root.post(JOBS, {"action": "delete_selected", "_selected_action": job, "post": "yes"}).status == 403
    assert root.get(f"{JOBS}{job}/delete/").status == 403
    assert root.post(f"{JOBS}{job}/delete/", {"post": "yes"}).status == 403
    assert root.get(f"{JOBS}add/").status == 403
    assert root.post(f"{JOBS}{job}/change/", {"state": "0"}).status == 403
    assert portico.sql(f"SELECT state FROM work_job WHERE id = {job}") == [["3"]]


def test_schedules_and_daemons_are_shown_by_their_names(root, portico):
    schedules = {row[0]: row for row in root.get(f"{WORK}/schedule/").rows}
    assert "chatbot.waiting" in schedules and schedules["chatbot.waiting"][1] == "60"
    shown = root.get(f"{WORK}/schedule/chatbot.waiting/change/")
    assert (shown.status, shown.title) == (200, "chatbot.waiting")
    daemons = root.get(f"{WORK}/daemon/").rows
    assert len(daemons) >= 1
    for link in root.get(f"{WORK}/daemon/").links(daemons[0][0]):
        assert root.get(link[len(BASE):]).title == daemons[0][0]
    assert root.get(f"{WORK}/schedule/nothing/change/").location == f"{BASE}/"
    assert root.get(f"{WORK}/schedule/chatbot.waiting/history/").status == 404
    assert "checkbox" not in root.get(f"{WORK}/schedule/").text


def test_each_model_has_a_permission_of_its_own(portico):
    models = {"work.job": JOBS, "work.schedule": f"{WORK}/schedule/", "work.daemon": f"{WORK}/daemon/", "accounts.audit": "/admin/logentry/",
              "chatbot.message": "/boilerplate/message/"}

    for number, (permission, path) in enumerate(models.items()):
        desk = staff(portico, f"user{number}", f"{permission}.view")
        assert {other: desk.get(other).status for other in models.values()} == {
            other: 200 if other == path else 403 for other in models.values()}


def test_the_audit_trail_is_shown_and_searched(root, portico):
    root.client.post("/api/groups/", json={"name": "<i>ants</i>"})

    page = root.get("/admin/logentry/?q=ANTS")
    assert [row[2:7] for row in page.rows] == [["root", "add", "group", page.rows[0][5], "<i>ants</i>"]]
    assert "<i>ants" not in page.text
    assert len(root.get("/admin/logentry/?user__exact=nobody").rows) == 0
    assert len(root.get("/admin/logentry/?kind__exact=group&action__exact=add").rows) == 1
    assert "Added." in root.get("/").words and "<i>ants" not in root.get("/").text
    assert root.post("/admin/logentry/", {"action": "delete_selected", "select_across": "1", "post": "yes"}).status == 403


def test_what_an_app_that_is_off_has_is_not_there(root, portico):
    assert root.get("/boilerplate/message/").status == 200

    with portico.settings("portico", apps="accounts, admin, facility"):
        assert root.get("/boilerplate/message/").status == 404
        assert root.get("/boilerplate/").status == 404
        assert "Messages" not in root.get("/").words and "Jobs" in root.get("/").words
    with portico.settings("portico", apps="accounts, facility"):
        assert root.get("/").status == 404
