"""test_facility_experiments.py - experiments, favourites, quotas, images and users as the client's pages use them."""

import concurrent.futures
import contextlib

import pytest

API = "/api/facility"


def numbers(answer):
    assert answer.status_code == 200, answer.text
    return [e["proposal_id"] for e in answer.json()["results"]]


def test_the_proposals_page_and_a_star(portico):
    ana = portico.user("ana")
    portico.experiment("E1", sessions=["E1S1"], users=[ana], uid=10, gid=20)

    page = ana.get(f"{API}/users/ana/experiments/?page=1&ordering=").json()

    assert list(page) == ["next", "previous", "count", "results", "page_size"]
    assert (page["next"], page["previous"], page["count"], page["page_size"]) == (None, None, 1, 7)
    element = page["results"][0]
    assert list(element) == ["proposal_id", "subject", "body", "beam_line", "sessions", "uid", "gid", "id", "favorite"]
    assert (element["uid"], element["gid"], element["favorite"]) == ("10", "20", False)
    session = element["sessions"][0]
    assert list(session) == ["session_number", "start_date", "end_date", "subject", "body", "data_set_path"]
    assert session["start_date"] == "2026-01-01T00:00:00"

    star = ana.put(f"{API}/favorite/{element['id']}/", json={"favorite": "1"})
    assert (star.status_code, star.json()) == (200, {"id": element["id"], "favorite": True})
    assert numbers(ana.get(f"{API}/users/ana/experiments/?page=1&ordering=&calipsouserexperiment__favorite=1")) == ["E1"]
    assert ana.patch(f"{API}/favorite/{element['id']}/", json={}).json()["favorite"] is True
    assert ana.put(f"{API}/favorite/{element['id']}/", json={"favorite": "0"}).json()["favorite"] is False


@pytest.mark.one_front
def test_a_star_that_is_none_is_refused(portico):
    ana, bob = portico.user("ana"), portico.user("bob")
    portico.experiment("E1", users=[ana])
    key = ana.get(f"{API}/users/ana/experiments/").json()["results"][0]["id"]

    wrong = ana.put(f"{API}/favorite/{key}/", json={"favorite": "maybe"})
    assert wrong.status_code == 400
    assert wrong.json()["favorite"] == ['"maybe" is not a valid boolean.']
    assert bob.put(f"{API}/favorite/{key}/", json={"favorite": "1"}).status_code == 403
    assert ana.put(f"{API}/favorite/999999/", json={"favorite": "1"}).status_code == 404
    assert ana.put(f"{API}/favorite/{key}/", json={"favorite": "1"}, csrf=False).status_code == 403
    assert ana.get(f"{API}/users/ana/experiments/").json()["results"][0]["favorite"] is False


@pytest.mark.one_front
def test_pages_search_and_order(portico):
    ana = portico.user("ana")
    for i in range(9):
        portico.experiment(f"E{i}", users=[ana], title=f"Title {9 - i}", text="odd" if i % 2 else "even")

    first = ana.get(f"{API}/users/ana/experiments/?ordering=&page=1")
    assert numbers(first) == [f"E{i}" for i in range(7)]
    following = first.json()["next"]
    assert following.endswith("/api/facility/users/ana/experiments/?ordering=&page=2")
    second = ana.get(following[len(portico.url):])
    assert numbers(second) == ["E7", "E8"]
    assert second.json()["previous"].endswith("/experiments/?ordering=")
    assert numbers(ana.get(f"{API}/users/ana/experiments/?page=last")) == ["E7", "E8"]
    assert numbers(ana.get(f"{API}/users/ana/experiments/?ordering=-proposal_id"))[0] == "E8"
    assert numbers(ana.get(f"{API}/users/ana/experiments/?ordering=subject"))[0] == "E8"
    assert numbers(ana.get(f"{API}/users/ana/experiments/?search=ODD+e3")) == ["E3"]
    assert numbers(ana.get(f"{API}/users/ana/experiments/?search=100%25")) == []
    for page in ("0", "3", "x", "-1", "99999999999999999999"):
        answer = ana.get(f"{API}/users/ana/experiments/?page={page}")
        assert (answer.status_code, answer.json()["detail"]) == (404, "Invalid page."), page


def test_nobody_sees_the_experiments_of_another(portico):
    ana, bob, root = portico.user("ana"), portico.user("bob"), portico.admin()
    portico.experiment("E1", users=[ana])

    for stranger in (bob, root):
        answer = stranger.get(f"{API}/users/ana/experiments/")
        assert answer.status_code == 403
        assert answer.json()["detail"] == "You do not have permission to perform this action."
    assert numbers(bob.get(f"{API}/users/bob/experiments/")) == []
    assert ana.get(f"{API}/users/ANA/experiments/").status_code == 403  # names keep their case
    assert ana.get(f"{API}/users//experiments/").status_code == 404
    assert ana.post(f"{API}/users/ana/experiments/").status_code == 405


@pytest.mark.one_front
def test_a_quota_is_set_by_superusers_alone(portico):
    ana, root = portico.user("ana"), portico.admin()
    wanted = {"max_simultaneous": 3, "cpu": 2, "memory": "6G", "hdd": "10G"}

    assert ana.get(f"{API}/quota/ana/").json() == {"cpu": 10, "memory": "30G", "hdd": "80G", "max_simultaneous": 5}
    assert ana.post(f"{API}/quota/ana/", json=wanted).status_code == 403
    answer = root.post(f"{API}/quota/ana/", json=wanted)
    assert (answer.status_code, answer.content) == (200, b"")
    assert root.get(f"{API}/quota/ana/").json() == {"cpu": 2, "memory": "6G", "hdd": "10G", "max_simultaneous": 3}
    assert ana.get(f"{API}/used_quota/ana/").json() == {"cpu": 0, "memory": "0G", "hdd": "0G", "max_simultaneous": 0}
    assert root.post(f"{API}/quota/nobody/", json=wanted).status_code == 404

    wrong = root.post(f"{API}/quota/ana/", json={"max_simultaneous": -1, "cpu": "many", "memory": "lots"})
    assert wrong.status_code == 400
    assert set(wrong.json()["errors"]) == {"max_simultaneous", "cpu", "memory", "hdd"}
    nothing = root.post(f"{API}/quota/ana/", json={"max_simultaneous": 0, "cpu": 0, "memory": "0G", "hdd": "0G"})
    assert set(nothing.json()["errors"]) == {"max_simultaneous", "cpu", "memory", "hdd"}
    assert root.get(f"{API}/quota/ana/").json()["memory"] == "6G"


@pytest.mark.one_front
def test_images_are_managed_by_superusers_alone(portico):
    ana, root = portico.user("ana"), portico.admin()
    link = {"image": "https://example.org/", "resource_type": "static link", "cpu": "", "memory": "", "hdd": "", "protocol": ""}

    assert ana.post(f"{API}/images/site/", json=link).status_code == 403
    added = root.post(f"{API}/images/site/", json=link)
    assert (added.status_code, added.content) == (201, b"")
    assert ana.get(f"{API}/images/site/").json() == {
        "public_name": "site", "image": "https://example.org/", "protocol": "", "cpu": 1, "memory": "3G", "hdd": "5G",
        "resource_type": 4,
    }
    again = root.post(f"{API}/images/site/", json=link)
    assert (again.status_code, again.json()["code"]) == (409, "facility.image.taken")
    assert root.put(f"{API}/images/site/", json={"cpu": 2}).status_code == 200
    changed = ana.get(f"{API}/images/site/").json()
    assert (changed["cpu"], changed["image"]) == (2, "https://example.org/")
    assert root.put(f"{API}/images/none/", json={"cpu": 2}).status_code == 404
    assert root.delete(f"{API}/images/site/").status_code == 204
    assert root.delete(f"{API}/images/site/").status_code == 404
    assert ana.get(f"{API}/images/site/").json()["detail"] == "Not found."


@contextlib.contextmanager
def changed_meanwhile(portico, eventually, table, column, value, where):
    """Somebody else's transaction, which holds the row for a while and then changes a column of it."""
    other = f"START TRANSACTION; SELECT id FROM {table} WHERE {where} FOR UPDATE; SELECT SLEEP(2);"
    other += f" UPDATE {table} SET {column} = {value} WHERE {where}; COMMIT"
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        held = pool.submit(portico.sql, other)
        sleeps = "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP(2)%'"
        eventually(lambda: portico.sql(sleeps) != [["0"]] or held.done(), "the lock")
        yield
        held.result()


@pytest.mark.one_front
def test_two_changes_of_an_image_at_once_are_both_made(portico, eventually):
    root = portico.admin()
    portico.image("site", "https://example.org/", type="static_link")

    with changed_meanwhile(portico, eventually, "facility_image", "cpu", 7, "public_name = 'site'"):
        assert root.put(f"{API}/images/site/", json={"memory": "9G"}).status_code == 200

    changed = root.get(f"{API}/images/site/").json()
    assert (changed["cpu"], changed["memory"]) == (7, "9G")


@pytest.mark.one_front
def test_two_updates_of_an_experiment_at_once_are_both_made(portico, eventually):
    portico.experiment("E1")

    with changed_meanwhile(portico, eventually, "facility_experiment", "uid", 31000, "proposal_id = 'E1'"):
        portico.cli("experiment", "update", "--public-number", "E1", "--set-title", "New")

    assert portico.sql("SELECT subject, uid FROM facility_experiment") == [["New", "31000"]]


@pytest.mark.one_front
def test_a_long_list_of_images_comes_in_pages(portico):
    ana = portico.user("ana")
    portico.sql(
        "INSERT INTO facility_image (public_name, image, type, cpu, memory_bytes, hdd_bytes)"
        " SELECT CONCAT('many', seq), 'https://example.org/', 4, 1, 1, 1 FROM seq_1_to_1001"
    )
    whole = portico.sql("SELECT public_name FROM facility_image ORDER BY id")

    first, second = ana.get(f"{API}/images/").json(), ana.get(f"{API}/images/?page=2").json()

    assert [[image["public_name"]] for image in first + second] == whole
    assert len(first) == 1000
    assert ana.get(f"{API}/images/?page=3").status_code == 404


@pytest.mark.one_front
def test_an_image_that_could_never_run_is_refused(portico):
    root = portico.admin()

    wrong = root.post(f"{API}/images/bad/", json={
        "image": "javascript:alert(1)", "resource_type": "static link", "protocol": "telnet", "logs_er": "(", "port_hook": "x",
        "cpu": "0", "memory": "much",
    })

    assert wrong.status_code == 400
    assert set(wrong.json()["errors"]) == {"image", "protocol", "logs_er", "port_hook", "cpu", "memory"}
    assert root.post(f"{API}/images/bad/").json()["errors"] == {"image": ["This field is required."]}
    assert root.get(f"{API}/images/bad/").status_code == 404


@pytest.mark.one_front
def test_an_image_the_engine_cannot_find_is_refused(portico, docker):
    root = portico.admin()

    unknown = root.post(f"{API}/images/gone/", json={"image": "portico-no-such-image:1", "resource_type": "docker"})
    known = root.post(f"{API}/images/here/", json={"image": "portico-demo-notebook:1", "resource_type": "docker", "protocol": "VNC"})

    assert unknown.status_code in (400, 502)
    assert root.get(f"{API}/images/gone/").status_code == 404
    assert known.status_code == 201
    assert root.get(f"{API}/images/here/").json()["protocol"] == "vnc"


@pytest.mark.one_front
def test_the_admins_pages(portico):
    ana, root = portico.user("ana"), portico.admin()

    page = root.get(f"{API}/users/?page=1&ordering=").json()
    assert [u["user"]["username"] for u in page["results"]] == ["ana", "root"]
    assert page["page_size"] == 20
    assert [u["user"]["username"] for u in root.get(f"{API}/users/?ordering=-user__username").json()["results"]] == ["root", "ana"]
    assert [u["user"]["username"] for u in root.get(f"{API}/users/?search=an").json()["results"]] == ["ana"]
    for path in ("/users/ana/", "/quota/ana/", "/used_quota/ana/", "/resource/list/ana/"):
        assert root.get(API + path).status_code == 200, path
    assert root.get(f"{API}/users/nobody/").status_code == 404
    for path in ("/users/", "/users/root/", "/quota/root/", "/used_quota/root/", "/resource/list/root/"):
        assert ana.get(API + path).status_code == 403, path


@pytest.mark.one_front
def test_promotion_can_be_repeated_and_the_last_superuser_stays(portico):
    ana, root = portico.user("ana"), portico.admin()
    admin = f"{API}/users/ana/admin"

    refused = ana.get(admin)
    assert (refused.status_code, refused.content) == (403, b"")
    assert root.get(admin).json() == {"is_admin": False}
    for _ in range(2):
        answer = root.post(admin, json={"is_superuser": True})
        assert (answer.status_code, answer.content) == (200, b"")
    assert ana.get(admin).json() == {"is_admin": True}
    assert root.post(admin, json={}).status_code == 400
    assert root.post(admin, json={"is_superuser": False}).status_code == 200
    last = root.post(f"{API}/users/root/admin", json={"is_superuser": False})
    assert last.status_code == 409
    assert root.get(f"{API}/users/root/admin").json() == {"is_admin": True}
    assert root.post(f"{API}/users/nobody/admin", json={"is_superuser": True}).status_code == 404
    assert root.get(f"{admin}/").status_code == 404
