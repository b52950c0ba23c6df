#!/usr/bin/env python3
"""data/fetch against a server on this machine that cuts connections, sends rubbish, or knows no ranges.

    fetch_test.py FETCH
"""
import contextlib
import gzip
import hashlib
import http.server
import importlib.machinery
import importlib.util
import io
import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile
import threading
import unittest

FETCH = sys.argv.pop(1)
CONTENT = bytes(range(256)) * 2000


def module():
    loader = importlib.machinery.SourceFileLoader("fetch", FETCH)
    loaded = importlib.util.module_from_spec(importlib.util.spec_from_loader("fetch", loader))
    sys.dont_write_bytecode = True
    loader.exec_module(loaded)
    loaded.time.sleep = lambda seconds: None
    return loaded


fetch = module()


class Server(http.server.BaseHTTPRequestHandler):
    files = {}  # path -> bytes
    cuts = []  # of the next answers: how many bytes they have; None: all
    statuses = []  # of the next answers, if they are errors
    knows_ranges = True
    asked = []  # (path, Range) of every request

    def do_GET(self):
        Server.asked.append((self.path, self.headers.get("Range")))
        if Server.statuses and (status := Server.statuses.pop(0)):
            return self.send_error(status)
        if self.path not in Server.files:
            return self.send_error(404)
        content, begin = Server.files[self.path], 0
        if Server.knows_ranges and (wanted := re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))):
            begin = int(wanted[1])
            if begin >= len(content):
                return self.send_error(416)
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {begin}-{len(content) - 1}/{len(content)}")
        else:
            self.send_response(200)
        self.send_header("Content-Length", str(len(content) - begin))
        self.end_headers()
        cut = Server.cuts.pop(0) if Server.cuts else None
        self.wfile.write(content[begin:] if cut is None else content[begin : begin + cut])
        return None

    def log_message(self, *_):
        pass


def md5(content):
    return hashlib.md5(content).hexdigest()


class Fetch(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.addCleanup(self.temporary.cleanup)
        self.folder = pathlib.Path(self.temporary.name)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.base = f"http://127.0.0.1:{server.server_port}/"
        Server.files, Server.cuts, Server.statuses, Server.asked = {"/a.mat": CONTENT}, [], [], []
        Server.knows_ranges = True
        self.offer(fetch.Source("a.mat", (self.base,), len(CONTENT), md5(CONTENT)))

    def offer(self, *sources):
        fetch.SETS = {"set": sources}

    def run_fetch(self):
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = fetch.main(["set", "--into", str(self.folder)])
        self.said, self.errors = out.getvalue(), err.getvalue()
        return status

    def names(self):
        return sorted(path.name for path in (self.folder / "set").iterdir())

    def test_a_file_is_fetched_once(self):
        self.assertEqual(self.run_fetch(), 0)
        self.assertEqual((self.folder / "set/a.mat").read_bytes(), CONTENT)
        self.assertEqual(self.names(), ["a.mat"])
        self.assertEqual(self.run_fetch(), 0)
        self.assertEqual(len(Server.asked), 1)
        self.assertIn("is there, and right", self.said)

    def test_a_cut_connection_is_taken_up_where_it_broke(self):
        Server.cuts = [100000, 50000]
        self.assertEqual(self.run_fetch(), 0)
        self.assertEqual([wanted for _, wanted in Server.asked], [None, "bytes=100000-", "bytes=150000-"])
        self.assertEqual((self.folder / "set/a.mat").read_bytes(), CONTENT)

    def test_a_second_command_goes_on_where_the_first_gave_up(self):
        Server.cuts = [70000, 0, 0, 0]
        self.assertEqual(self.run_fetch(), 1)
        self.assertIn("the same command goes on", self.errors)
        self.assertFalse((self.folder / "set/a.mat").exists())
        Server.asked = []
        self.assertEqual(self.run_fetch(), 0)
        self.assertEqual(Server.asked, [("/a.mat", "bytes=70000-")])
        self.assertEqual(self.names(), ["a.mat"])

    def test_a_server_without_ranges_sends_all_again(self):
        Server.knows_ranges, Server.cuts = False, [1000]
        self.assertEqual(self.run_fetch(), 0)
        self.assertEqual((self.folder / "set/a.mat").read_bytes(), CONTENT)

    def test_the_start_of_another_file_is_given_up_for_the_right_one(self):
        self.run_with_part(b"x" * 100)
        self.run_with_part(b"x" * (len(CONTENT) + 5))  # the server has nothing to add

    def run_with_part(self, content):
        (self.folder / "set").mkdir(exist_ok=True)
        name = hashlib.sha256((self.base + "a.mat").encode()).hexdigest()[:8]
        (self.folder / f"set/.a.mat.{name}.part").write_bytes(content)
        (self.folder / "set/a.mat").unlink(missing_ok=True)
        self.assertEqual(self.run_fetch(), 0)
        self.assertIn("once more from the start", self.said)
        self.assertEqual((self.folder / "set/a.mat").read_bytes(), CONTENT)

    def test_a_wrong_checksum_leaves_nothing_behind(self):
        Server.files["/a.mat"] = CONTENT[:-1] + b"!"
        self.assertEqual(self.run_fetch(), 1)
        self.assertIn("the checksum is wrong", self.said)
        self.assertEqual(self.errors.count("\n"), 1)
        self.assertEqual(self.names(), [])

    def test_another_address_is_tried(self):
        self.offer(fetch.Source("a.mat", (self.base + "gone/", self.base), len(CONTENT), md5(CONTENT)))
        self.assertEqual(self.run_fetch(), 0)
        self.assertIn("404", self.said)

    def test_a_server_that_is_busy_is_asked_again(self):
        Server.statuses = [503, 429]
        self.assertEqual(self.run_fetch(), 0)
        self.assertEqual(len(Server.asked), 3)

    def test_a_server_that_is_not_there(self):
        self.offer(fetch.Source("a.mat", ("http://127.0.0.1:9/",), 1, md5(CONTENT)))
        self.assertEqual(self.run_fetch(), 1)
        self.assertIn("could not be fetched from http://127.0.0.1:9/", self.errors)

    def test_a_file_of_the_users_is_not_replaced(self):
        (self.folder / "set").mkdir()
        (self.folder / "set/a.mat").write_text("mine")
        self.assertEqual(self.run_fetch(), 1)
        self.assertIn("move it away", self.errors)
        self.assertEqual((self.folder / "set/a.mat").read_text(), "mine")
        self.assertEqual(Server.asked, [])

    def test_a_gz_is_judged_by_its_content(self):
        Server.files["/a.gz"] = gzip.compress(CONTENT, 1)
        self.offer(fetch.Source("a.gz", (self.base,), 1, md5(CONTENT)))
        self.assertEqual(self.run_fetch(), 0)
        Server.files["/b.gz"] = Server.files["/a.gz"][:-9]
        self.offer(fetch.Source("b.gz", (self.base,), 1, md5(CONTENT)))
        self.assertEqual(self.run_fetch(), 1)

    def test_an_archive_gives_its_members_and_nothing_else(self):
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w:gz") as archive:
            for name in ["in/one.bin", "in/two.bin", "../outside", "in/more.html"]:
                entry = tarfile.TarInfo(name)
                entry.size = len(name)
                archive.addfile(entry, io.BytesIO(name.encode()))
        Server.files["/a.tar.gz"] = packed.getvalue()
        source = fetch.Source("a.tar.gz", (self.base,), 1, md5(packed.getvalue()), ("in/one.bin", "in/two.bin"))
        self.offer(source)
        self.assertEqual(self.run_fetch(), 0)
        self.assertEqual(self.names(), ["MD5SUMS", "one.bin", "two.bin"])
        self.assertEqual(subprocess.run(["md5sum", "--quiet", "-c", "MD5SUMS"], cwd=self.folder / "set").returncode, 0)
        self.assertEqual(self.run_fetch(), 0)
        self.assertEqual(len(Server.asked), 1)
        (self.folder / "set/two.bin").write_text("mine")
        self.assertEqual(self.run_fetch(), 1)
        self.assertEqual((self.folder / "set/two.bin").read_text(), "mine")

    def test_an_archive_without_a_member_is_an_error(self):
        packed = io.BytesIO()
        tarfile.open(fileobj=packed, mode="w:gz").close()
        Server.files["/a.tar.gz"] = packed.getvalue()
        self.offer(fetch.Source("a.tar.gz", (self.base,), 1, md5(packed.getvalue()), ("one.bin",)))
        self.assertEqual(self.run_fetch(), 1)
        self.assertIn("there is no file one.bin", self.errors)

    def test_a_wrong_command_has_status_2(self):
        for arguments in [], ["no-such-set"], ["mnist", "--onto", "x"], ["mnist", "--into"]:
            done = subprocess.run([sys.executable, FETCH, *arguments], capture_output=True, text=True)
            self.assertEqual(done.returncode, 2, arguments)
            self.assertIn("usage: data/fetch", done.stderr)

    def test_every_source_has_addresses_and_a_checksum(self):
        for sources in module().SETS.values():
            for source in sources:
                self.assertRegex(source.md5, r"^[0-9a-f]{32}$")
                self.assertTrue(source.folders and all(base.endswith("/") for base in source.folders))


if __name__ == "__main__":
    unittest.main()
