"""test_facility_commands.py - what admins do on the command line (facility.md section 8, defects 70 and 71)."""

import pytest

from harness.processes import Failed

pytestmark = pytest.mark.one_front


def refused(portico, *words):
    """Runs a command that must fail; returns what it said."""
    with pytest.raises(Failed) as failed:
        portico.cli(*words)
    return str(failed.value)


def experiment_row(portico, number):
    return portico.sql(f"SELECT subject, body, beam_line, uid, gid FROM facility_experiment WHERE proposal_id = '{number}'")


def test_adds_changes_clears_and_removes_an_experiment(portico):
    portico.cli("experiment", "add", "--public-number", "E1", "--title", "T", "--description", "D", "--beamline-code", "B",
                "--uid", "10", "--gid", "20")
    portico.cli("experiment", "update", "--public-number", "E1", "--set-title", "New", "--set-description", "", "--uid", "")

    row = experiment_row(portico, "E1")[0]

    assert [str(row[0]), str(row[1]), str(row[2])] == ["New", "", "B"]
    assert row[3] in (None, "NULL")
    assert str(row[4]) == "20"
    portico.cli("experiment", "remove", "--public-number", "E1")
    assert experiment_row(portico, "E1") == []


def test_refuses_what_is_there_already_or_is_not_there(portico):
    portico.experiment("E1", sessions=["S1"])

    assert "Experiment E1 already exists." in refused(portico, "experiment", "add", "--public-number", "E1", "--title", "T")
    assert "Session S1 already exists." in refused(
        portico, "session", "add", "--public-number", "E1", "--session-number", "S1")
    assert "There is no experiment E2." in refused(portico, "session", "add", "--public-number", "E2", "--session-number", "S1")
    assert "There is no user nobody." in refused(portico, "participant", "add", "--user", "nobody", "--public-number", "E1")
    refused(portico, "experiment", "remove", "--public-number", "E2")


def test_refuses_words_it_does_not_know_and_says_what_was_meant(portico):
    assert "--public-number" in refused(portico, "experiment", "add", "--public-numbr", "E1", "--title", "T")
    said = refused(portico, "experiment", "add", "--uid", "-1")
    assert "public_number: This field is required." in said
    assert "uid: " in said
    assert "experiment add" in refused(portico, "experimant", "add")


def test_refuses_a_map_that_leaves_the_data_roots(portico):
    portico.experiment("E1")

    said = refused(portico, "session", "add", "--public-number", "E1", "--session-number", "S1",
                   "--data-set-path", '{"/etc": {"bind": "/x", "mode": "ro"}}')

    assert "data_set_path" in said
    assert portico.sql("SELECT COUNT(*) FROM facility_session")[0][0] in (0, "0")


def test_a_csv_file_goes_on_after_a_bad_row_and_fails_in_the_end(portico):
    path = portico.front.private_file("experiments.csv", 'public_number,title,description,beamline_code,uid,gid\n'
                    'E1,"Title, with comma","two\nlines",BL,10,20\n'
                    ',missing number,,,,\n'
                    'E1,twice,,,,\n'
                    'E2,fine,,,,\n')

    said = refused(portico, "experiment", "add-csv", str(path))

    assert "line 4 error:public_number: This field may not be blank." in said
    assert "line 5 error:Experiment E1 already exists." in said
    assert "File processed. 2/4 done.!" in said
    assert len(experiment_row(portico, "E1")) == 1
    assert len(experiment_row(portico, "E2")) == 1


def test_csv_files_of_users_sessions_and_participants(portico):
    folder = portico.dataset("scan")
    files = {
        "users": "userlogin\nana\nbob\n",
        "experiments": "public_number,title\nE1,One\n",
        "sessions": "public_number,session_number,start_date,end_date,subject,body,data_set_path\n"
                    f"E1,S1,2026-01-01T00:00:00,2026-01-02T00:00:00,s,b,\"{{'{folder}': {{'bind': '/scan', 'mode': 'ro'}}}}\"\n",
        "participants": "public_number,userlogin\nE1,ana\nE1,bob\n",
    }
    paths = {name: str(portico.front.private_file(name, text)) for name, text in files.items()}

    portico.cli("user", "add-csv", paths["users"])
    portico.cli("experiment", "add-csv", paths["experiments"])
    portico.cli("session", "add-csv", paths["sessions"])
    portico.cli("participant", "add-csv", paths["participants"])

    assert str(portico.sql("SELECT COUNT(*) FROM facility_participation")[0][0]) == "2"
    assert str(portico.sql("SELECT SUM(experiment_count) FROM facility_member")[0][0]) == "2"
    assert "already has experiment E1." in refused(portico, "participant", "add-csv", paths["participants"])


def test_a_file_without_rows_or_columns_or_existence(portico):
    empty = portico.front.private_file("empty.csv", "public_number,title\n")
    wrong = portico.front.private_file("wrong.csv", "number,title\nE1,T\n")

    assert "0/0 done" in portico.cli("experiment", "add-csv", str(empty))
    assert 'has no column "public_number"' in refused(portico, "experiment", "add-csv", str(wrong))
    assert "Problems, " in refused(portico, "experiment", "add-csv", str(empty) + ".none")


def test_a_quota_is_set_and_shown(portico):
    portico.user("ana", login=False)

    portico.cli("quota", "set", "ana", "--max-simultaneous", "1", "--cpu", "2", "--memory", "4G", "--hdd", "8G")

    assert "4G" in portico.cli("quota", "show", "ana")
    refused(portico, "quota", "set", "ana", "--max-simultaneous", "1", "--cpu", "2", "--memory", "lots", "--hdd", "8G")
    refused(portico, "quota", "set", "ana", "--max-simultaneous", "0", "--cpu", "2", "--memory", "4G", "--hdd", "8G")
    refused(portico, "quota", "set", "ana", "--max-simultaneous", "1", "--cpu", "0", "--memory", "4G", "--hdd", "8G")
    refused(portico, "quota", "set", "ana", "--max-simultaneous", "1", "--cpu", "2", "--memory", "0G", "--hdd", "8G")
    refused(portico, "quota", "set", "nobody", "--max-simultaneous", "1", "--cpu", "2", "--memory", "4G", "--hdd", "8G")


def test_what_the_command_line_changes_is_in_the_audit_trail(portico):
    portico.experiment("E1")

    rows = portico.sql("SELECT action, object_name FROM account_audit WHERE object_kind = 'experiment'")

    assert [tuple(map(str, row)) for row in rows] == [("add", "E1")]


def test_what_waits_is_in_the_metrics(portico):
    lines = dict(line.rsplit(" ", 1) for line in portico.anonymous().get("/api/metrics").text.splitlines() if line[0] != "#")

    assert lines["portico_jobs_due"] == lines["portico_jobs_failed"] == "0"
    # one that was killed by an earlier test counts for a minute
    assert int(lines["portico_daemons"]) >= 1
