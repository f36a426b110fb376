"""The server: this machine alone, or a token; never more visitors than places; clear words."""

import asyncio
import re
import socket
import sys
from functools import partial
from types import SimpleNamespace

import pytest
from bokeh.server.server import Server
from tornado.httpclient import AsyncHTTPClient, HTTPResponse
from tornado.websocket import websocket_connect

import exerkine_sim.app.serve as serving
from exerkine_sim.app.gate import COOKIE, Gate
from exerkine_sim.cli.teach import teach
from exerkine_sim.errors import InputError


def ask(server: Server, path: str, **options) -> HTTPResponse:
    async def asked() -> HTTPResponse:
        client = AsyncHTTPClient(force_instance=True)
        url = f"http://127.0.0.1:{server.port}{path}"
        return await client.fetch(url, raise_error=False, follow_redirects=False, **options)

    return server.io_loop.run_sync(asked, timeout=30)


@pytest.fixture
def made(monkeypatch):
    """Servers that are stopped in the end, and whose visitors get a page of one line."""
    servers: list[Server] = []
    monkeypatch.setattr(serving, "Page", lambda doc, warm, lessons: None)
    monkeypatch.setattr(serving.Room, "warm_up", lambda room: room.warm.set())
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)

    def make(**options) -> tuple[Server, serving.Address]:
        server, address = serving.make_server(port=0, **options)
        servers.append(server)
        server.start()
        return server, address

    yield make
    for server in servers:
        server.stop()
    loop.close()


def test_it_listens_on_this_machine_alone_unless_told_otherwise(made):
    server, address = made()
    assert {sock.getsockname()[0] for sock in server._http._sockets.values()} == {"127.0.0.1"}
    assert address.url() == f"http://127.0.0.1:{server.port}/"
    assert ask(server, "/").code == 200


def test_others_need_the_token(made):
    server, address = made(host="0.0.0.0")
    token = re.search(r"/enter\?token=([\w-]{20,})$", address.url()).group(1)
    assert ask(server, "/").code == 302
    assert ask(server, "/enter").code == 403
    assert ask(server, f"/enter?token={token[:-1]}").code == 403
    entered = ask(server, f"/enter?token={token}")
    cookie = entered.headers["Set-Cookie"]
    assert "httponly" in cookie.lower()
    assert "samesite" in cookie.lower()
    page = ask(server, "/", headers={"Cookie": f"{COOKIE}={token}"})
    assert page.code == 200
    assert token not in page.body.decode()
    assert ask(server, "/", headers={"Cookie": f"{COOKIE}=wrong"}).code == 302


@pytest.mark.parametrize("cookie", [None, "wrong"])
def test_the_socket_needs_the_token_too(made, cookie):
    server, _ = made(host="0.0.0.0")
    assert "101" not in str(socket_answer(server, cookie=cookie))


def test_the_socket_is_closed_to_pages_from_elsewhere(made):
    server, _ = made()
    assert "403" in str(socket_answer(server, origin="http://elsewhere.example"))


def socket_answer(server: Server, *, cookie: str | None = None, origin: str | None = None) -> object:
    from tornado.httpclient import HTTPRequest

    headers = {"Origin": origin or f"http://127.0.0.1:{server.port}"}
    headers |= {} if cookie is None else {"Cookie": f"{COOKIE}={cookie}"}
    request = HTTPRequest(f"ws://127.0.0.1:{server.port}/ws", headers=headers)

    async def asked() -> object:
        try:
            (await websocket_connect(request)).close()
        except Exception as refusal:
            return refusal
        return "101"

    return server.io_loop.run_sync(asked, timeout=30)


def test_the_room_has_as_many_places_as_it_has(made, monkeypatch):
    monkeypatch.setattr(serving, "Room", partial(serving.Room, places=1))
    server, _ = made()
    assert "All places are taken" not in ask(server, "/").body.decode()
    assert "All places are taken" in ask(server, "/").body.decode()


@pytest.mark.parametrize(
    "path",
    [
        "/static/../../../../../../etc/passwd",
        "/static/..%2f..%2f..%2f..%2f..%2f..%2fetc/passwd",
        "/static//etc/passwd",
        "/static/extensions/panel/../../../../../../../../etc/passwd",
        "/static/extensions/panel/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/static/%00",
        "/?x=" + "a" * 60_000,
    ],
)
def test_no_path_leads_out_of_what_is_served(made, path):
    server, _ = made()
    answer = ask(server, path)
    assert b"root:" not in (answer.body or b"")
    assert answer.code in (400, 403, 404, 414, 431, 500, 599) or path.startswith("/?x")
    assert ask(server, "/").code == 200, "and the server goes on"


def test_a_message_larger_than_a_page_sends_ends_its_socket(made):
    from tornado.httpclient import HTTPRequest

    server, _ = made()
    token = re.search(r'"token":"([^"]+)"', ask(server, "/").body.decode()).group(1)
    request = HTTPRequest(
        f"ws://127.0.0.1:{server.port}/ws", headers={"Origin": f"http://127.0.0.1:{server.port}"}
    )

    async def said(size: int) -> object:
        socket = await websocket_connect(request, subprotocols=["bokeh", token])
        await socket.read_message()
        await socket.write_message("x" * size)
        while (answer := await asyncio.wait_for(socket.read_message(), 20)) is not None:
            pass
        socket.close()
        return answer, socket.close_code

    assert server.io_loop.run_sync(lambda: said(serving.MAX_MESSAGE_BYTES + 1), timeout=60)[1] == 1009
    assert ask(server, "/").code == 200


def test_a_port_in_use_is_told_of():
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(InputError) as refusal:
        serving.make_server(port=taken.getsockname()[1])
    assert "is taken" in str(refusal.value)
    assert "--port" in str(refusal.value)


def test_a_host_that_is_not_here_is_told_of():
    with pytest.raises(InputError, match="--host"):
        serving.make_server(host="192.0.2.1", port=0)


def test_every_gate_has_a_token_of_its_own():
    assert Gate().token != Gate().token
    assert not Gate().opens(None)
    assert not Gate("ä").opens("a")


def test_teach_without_its_libraries_names_the_command_that_installs_them(monkeypatch):
    monkeypatch.setitem(sys.modules, "bokeh", None)
    with pytest.raises(InputError, match=r"pip install 'exerkine-sim\[app\]'"):
        teach()


def test_teach_says_where_and_ends_with_ctrl_c(monkeypatch, capsys):
    class Loop:
        def start(self) -> None:
            raise KeyboardInterrupt

    ended = []
    server = SimpleNamespace(start=lambda: None, stop=lambda: ended.append(True), io_loop=Loop())
    monkeypatch.setattr(serving, "make_server", lambda **given: (server, serving.Address("127.0.0.1", 80)))
    with pytest.raises(KeyboardInterrupt):
        teach(browser=False)
    assert "http://127.0.0.1:80/" in capsys.readouterr().out
    assert ended
