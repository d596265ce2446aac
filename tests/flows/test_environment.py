"""Variables, limits and streams that must not break a run, and their messages."""

import errno
import io
import json
import os
import re
import resource
import subprocess
import sys
import urllib.request

import certifi
import httpx
import pytest
from prefect.client.orchestration import get_client
from prefect.settings import PREFECT_API_URL, temporary_settings

from catalog.base.errors import ArtcatError, describe, is_fault
from catalog.health import environment
from flows.cli import app, doctor, launch
from flows.cli.process import bypass_proxies_on_loopback, finish_output, prepare_streams

pytestmark = pytest.mark.xdist_group("flows learning")

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def bare(monkeypatch):
    """Nothing is set but what a test sets."""
    for name in (*PROXIES, *environment.CERTIFICATES):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


FIT = """HTTP_PROXY= HTTP_PROXY=http://proxy.museum.org:3128 http_proxy=http://127.0.0.1:9
HTTPS_PROXY=https://proxy.museum.org:443/ https_proxy=proxy.museum.org:3128
ALL_PROXY=socks5://127.0.0.1:9 all_proxy=socks5h://proxy:1080 HTTP_PROXY=http://[::1]:3128
HTTP_PROXY=http://name:secret@proxy:3128 HTTP_PROXY=HTTP://PROXY:80 UNRELATED=""".split()
UNFIT = """all_proxy=socks4://proxy:1080 ALL_PROXY=socks://proxy:1080 HTTP_PROXY=ftp://proxy
HTTP_PROXY=http:// HTTP_PROXY=://proxy HTTP_PROXY=http://proxy:port HTTP_PROXY=http://proxy:99999
HTTP_PROXY=http://[::1 http_proxy=file:///etc/proxy ALL_PROXY=socks4://name:secret@proxy:1""".split()


@pytest.mark.full
@pytest.mark.parametrize("variable", [*FIT, *UNFIT])
def test_proxies(monkeypatch, variable):
    name, _, value = variable.partition("=")
    monkeypatch.setenv(name, value)
    is_fit = variable in FIT
    findings = environment.check_proxies()
    assert {finding.status for finding in findings} == {"ok" if is_fit else "failed"}
    assert "secret" not in repr(findings)
    bypass_proxies_on_loopback()
    if is_fit:
        environment.require_runnable()
        with temporary_settings({PREFECT_API_URL: "http://127.0.0.1:9/api"}):
            assert isinstance(get_client(sync_client=True).api_healthcheck(), httpx.ConnectError)
    else:
        with pytest.raises(ArtcatError, match=f"{name} is .*Set it to http://"):
            environment.require_runnable()


@pytest.mark.parametrize(
    ("variables", "hosts"),
    [
        ({}, "127.0.0.1,localhost,::1"),
        ({"NO_PROXY": "museum.org"}, "museum.org,127.0.0.1,localhost,::1"),
        ({"no_proxy": " a , b,,"}, "a,b,127.0.0.1,localhost,::1"),
        ({"no_proxy": "a", "NO_PROXY": "b"}, "a,b,127.0.0.1,localhost,::1"),
        ({"NO_PROXY": "localhost"}, "localhost,127.0.0.1,::1"),
        ({"NO_PROXY": "*"}, "*"),
        ({"no_proxy": "a,*"}, "*"),
    ],
)
def test_loopback_is_asked_without_a_proxy(monkeypatch, variables, hosts):
    for name, value in {"HTTP_PROXY": "http://127.0.0.1:9", **variables}.items():
        monkeypatch.setenv(name, value)
    for _ in range(2):
        bypass_proxies_on_loopback()
        assert os.environ["no_proxy"] == os.environ["NO_PROXY"] == hosts
    assert urllib.request.proxy_bypass("127.0.0.1")
    assert urllib.request.proxy_bypass("localhost")


@pytest.mark.parametrize("name", environment.CERTIFICATES)
def test_certificates(monkeypatch, tmp_path, name):
    (tmp_path / "text").write_text("no certificate")
    (tmp_path / "empty").touch()
    (tmp_path / "folder").mkdir()
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for value, words in {
        "nowhere": "no such file or directory",
        "text": "it contains no certificates|not a directory",
        "empty": "it contains no certificates|not a directory",
        "folder/under": "no such file or directory",
        "loop": "too many levels of symbolic links",
    }.items():
        monkeypatch.setenv(name, str(tmp_path / value))
        with pytest.raises(ArtcatError, match=f"{name} is .*({words}).*Correct {name}"):
            environment.require_runnable()
    monkeypatch.setenv(name, str(tmp_path) if name == "SSL_CERT_DIR" else certifi.where())
    environment.require_runnable()


@pytest.mark.parametrize(
    ("option", "limits"),
    [
        ("n", {20: "failed", 127: "failed", 128: "warning", 511: "warning", 512: "ok"}),
        ("f", {0: "failed", 102_400: "failed", 16_000_000: "warning", 2_000_000_000: "ok"}),
    ],
)
def test_limits(monkeypatch, option, limits):
    which = {"n": resource.RLIMIT_NOFILE, "f": resource.RLIMIT_FSIZE}[option]
    usual = resource.RLIM_INFINITY
    for limit, status in {**limits, usual: "ok"}.items():
        given = {which: limit}
        monkeypatch.setattr(
            environment.resource, "getrlimit", lambda asked, g=given: (g.get(asked, usual), usual)
        )
        found = {finding.status for finding in environment.check_limits()}
        assert found - {"ok"} == {status} - {"ok"}, limit
        if status == "failed":
            with pytest.raises(ArtcatError, match=f"ulimit -{option}"):
                environment.require_runnable()


@pytest.mark.parametrize("place", ["/proc/nope", "/etc/passwd", "/dev/null"])
def test_prefect_has_a_place_for_its_files_where_the_home_cannot_be_written(
    monkeypatch, tmp_path, place
):
    monkeypatch.delenv("PREFECT_HOME", raising=False)
    monkeypatch.setenv("HOME", place)
    launch.use_a_writable_home(tmp_path)
    assert os.environ.pop("PREFECT_HOME") == str(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    launch.use_a_writable_home(tmp_path)
    assert "PREFECT_HOME" not in os.environ
    if place != "/proc/nope":  # root is told that it may write there
        monkeypatch.setenv("HOME", place)
        (finding,) = doctor.check_prefect_home()
        assert finding.status == "warning"


@pytest.mark.parametrize(
    ("encoding", "text", "written"),
    [
        ("ascii", "Musée", "Mus\\u00e9e"),
        ("ascii", "Hiroshige 広重", "Hiroshige \\u5e83\\u91cd"),
        ("ascii", "😀", "\\ud83d\\ude00"),
        ("ascii", "a\udc80b", "a\\udc80b"),
        ("ascii", "½ × ¾", "\\u00bd \\u00d7 \\u00be"),
        ("ascii", "plain", "plain"),
        ("latin-1", "Musée Łódź", "Musée \\u0141\\u00f3d\\u017a".replace("\\u00f3", "ó")),
        ("cp1252", "“x” →", "“x” \\u2192"),
        ("utf-8", "Musée 😀", "Musée 😀"),
        ("utf-8", "a\udcffb", "a\\udcffb"),
        ("utf-16-le", "a\ud800b", "a\\ud800b"),
    ],
)
def test_no_text_breaks_a_stream(monkeypatch, encoding, text, written):
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    prepare_streams()
    stream.write(text)
    stream.flush()
    assert stream.buffer.getvalue().decode(encoding) == written
    if written != text:
        assert json.loads(f'"{written}"') == text


@pytest.fixture
def status(monkeypatch, tmp_path):
    """The command, in whose middle something is raised."""

    def run(error):
        def fail(*_):
            raise error

        monkeypatch.setattr("flows.cli.operator_commands.open_existing_home", fail)
        return app.run(["status", "--home", str(tmp_path), "--json"])

    return run


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "No space left on device; make room"),
        (OSError(errno.EMFILE, "Too many open files", "/x/y"), "open files: /x/y; .*ulimit -n"),
        (OSError(errno.EFBIG, "File too large"), "File too large; .*ulimit -f"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), "quota exceeded; the quota is used up"),
        (PermissionError(errno.EACCES, "Permission denied", "/h"), "denied: /h; check its"),
        (OSError(errno.EROFS, "Read-only file system"), "is read-only"),
        (BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable"), "ulimit -u"),
        (RuntimeError("can't start new thread"), "new thread; .*ulimit -u"),
        (MemoryError(), "out of memory"),
        (OSError("a library's own words"), "^a library's own words$"),
        (FileNotFoundError(errno.ENOENT, "No such file or directory", "a"), "directory: a$"),
        (TimeoutError(), "^TimeoutError$"),
    ],
)
def test_a_fault_of_the_machine_is_one_line(capsys, status, error, words):
    assert is_fault(error)
    assert status(error) == 1
    captured = capsys.readouterr()
    assert captured.err == f"artcat: {describe(error)}\n"
    assert re.search(words, describe(error))
    assert json.loads(captured.out)["error"] == describe(error)


@pytest.mark.parametrize("error", [RuntimeError("another"), ValueError("x"), KeyError("y")])
def test_a_mistake_of_ours_is_not_hidden(status, error):
    assert not is_fault(error)
    with pytest.raises(type(error)):
        status(error)


def test_an_interrupted_command_says_how_to_continue(capsys, status):
    assert status(KeyboardInterrupt()) == 130
    assert "run the same command again" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("shell", "code", "words"),
    [
        ("exec", 0, ""),
        ("ulimit -n 64;", 0, ""),
        ("ulimit -f 1;", 0, ""),
        ("exec >&-;", 0, ""),
        ("exec >/dev/full;", 1, "No space left on device"),
        ("d=$(mktemp -d); cd $d; rmdir $d; PYTHONPATH=$OLDPWD", 2, "the working directory cannot"),
    ],
)
def test_real_processes(shell, code, words):
    tokens = ["sh", sys.executable, "-m", "flows.cli", "doctor", "--help"]
    command = ["sh", "-c", f'{shell} "$@"', *tokens]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, len(done.stderr.splitlines())) == (code, bool(words)), done.stderr
    assert words in done.stderr


def test_the_output_can_be_full_before_it_is_flushed(monkeypatch):
    said = []
    with open("/dev/full", "w", encoding="utf-8") as full:  # noqa: PTH123
        monkeypatch.setattr(sys, "stdout", full)
        full.write("x")
        assert finish_output(0, said.append) == 1
    assert said == ["cannot write to standard output: No space left on device"]
