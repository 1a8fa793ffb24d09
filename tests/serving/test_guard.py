import pytest
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from zoo.serving.guard import Guard, policy

JSON = {"content-type": "application/json"}


def client(*hosts, url="http://127.0.0.1:8501"):
    app = Guard(
        PlainTextResponse("taken"), hosts, policy(), lambda error: PlainTextResponse(str(error), status_code=error.http)
    )
    return TestClient(app, url)


@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "LOCALHOST:8501", "a.localhost", "localhost.", "127.0.0.1:8501", "127.9.9.9", "192.168.1.7:80"),
        *("[::1]", "[::1]:8501", "[fe80::1%eth0]:8501", "[2001:db8::1]", "[::ffff:127.0.0.1]:1"),
        *("zoo.example.org", "Zoo.Example.org:443", "a.models.example", "b.a.models.example:1", "under_score"),
    ],
)
def test_names_that_it_goes_by_are_taken(host):
    assert client("zoo.example.org", ".models.example", "under_score").get("/", headers={"host": host}).text == "taken"


@pytest.mark.parametrize(
    "host",
    [
        *("attacker.example", "localhost.attacker.example", "127.0.0.1.attacker.example", "notlocalhost"),
        *("zoo.example.org.attacker.example", "models.example", "amodels.example", "xzoo.example.org", "example.org"),
        *("", "127.0.0.1@attacker.example", "attacker.example/127.0.0.1", "[::1].attacker.example", "::1", "[zoo]"),
        *("localhost:80:80", "127.0.0.1:x", "[", "a b", "0x7f.1", "2130706433", "127.1", "localhost,attacker"),
    ],
)
def test_other_names_are_refused(host):
    answer = client("zoo.example.org", ".models.example").get("/", headers={"host": host})
    assert answer.status_code == 403 and "doesn't go by the name" in answer.text


def test_any_name_is_taken_where_that_was_asked_for():
    assert client("*").get("/", headers={"host": "attacker.example"}).text == "taken"


@pytest.mark.parametrize(
    ("origin", "host", "taken"),
    [
        ("http://127.0.0.1:8501", "127.0.0.1:8501", True),
        ("http://[::1]:8501", "[::1]:8501", True),
        ("https://zoo.example.org", "127.0.0.1:8501", True),
        ("http://127.0.0.1:8000", "127.0.0.1:8501", False),
        ("http://localhost:8501", "127.0.0.1:8501", False),
        ("http://attacker.example", "127.0.0.1:8501", False),
        ("null", "127.0.0.1:8501", False),
        ("", "127.0.0.1:8501", False),
        ("file://", "127.0.0.1:8501", False),
        ("http://[", "127.0.0.1:8501", False),
        ("http://127.0.0.1:8501@attacker.example", "127.0.0.1:8501", False),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_pages_of_other_sites_are_refused(origin, host, taken, method):
    answer = client("zoo.example.org").request(method, "/", headers=JSON | {"host": host, "origin": origin})
    assert answer.status_code == (200 if taken else 403)
    assert taken or "may not ask" in answer.text


@pytest.mark.parametrize(
    "kind", ["application/json", "application/json; charset=utf-8", "Application/JSON", "application/json;a=b;c=d"]
)
def test_json_is_taken(kind):
    assert client().post("/", headers={"content-type": kind}).text == "taken"


@pytest.mark.parametrize(
    "kind",
    [
        *(None, "", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"),
        *("text/plain; application/json", "application/jsonp", "text/json", "*/*"),
    ],
)
def test_what_a_page_may_send_without_asking_is_not(kind):
    answer = client().post("/", headers={} if kind is None else {"content-type": kind})
    assert answer.status_code == 415 and "Content-Type: application/json" in answer.text


def test_every_answer_has_the_headers():
    for answer in (client().get("/"), client().get("/", headers={"host": "attacker.example"}), client().post("/")):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert "access-control-allow-origin" not in answer.headers


def test_inline_scripts_and_styles_run_by_their_hash_alone():
    page = '<style>a{}</style><script src="x.js"></script><script type="module">\nb()\n</script><script>c</script>'
    script, style = (part for part in policy(page).split("; ") if part.startswith(("script-src", "style-src")))
    assert script.count("sha256-") == 2 and style.count("sha256-") == 1
    # echo -n c | openssl dgst -sha256 -binary | base64
    assert "'sha256-Ln0sA6lQeuJl7PW1NWiFpTOTogKdJBOUmXJloaJa78Y='" in script
    assert "unsafe-inline" not in policy(page) and "'unsafe-eval'" not in policy(page)
