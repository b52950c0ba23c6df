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
import ssl
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
    redirects = {}  # path -> address
    knows_ranges = True
    says_length = True
    asked = []  # (path, Range) of every request

    def do_GET(self):
        Server.asked.append((self.path, self.headers.get("Range")))
        if Server.statuses and (status := Server.statuses.pop(0)):
            return self.send_error(status)
        if self.path in Server.redirects:
            self.send_response(302)
            self.send_header("Location", Server.redirects[self.path])
            return self.end_headers()
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
        if Server.says_length:
            self.send_header("Content-Length", str(len(content) - begin))
        self.end_headers()
        cut = Server.cuts.pop(0) if Server.cuts else None
        self.wfile.write(content[begin:] if cut is None else content[begin : begin + cut])
        return None

    def log_message(self, *_):
        pass


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def packed_source(name, base):
    return fetch.Source(name, (base,), 1, sha256(CONTENT), len(CONTENT))


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
        self.offer(fetch.Source("a.mat", (self.base,), len(CONTENT), sha256(CONTENT)))

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
        self.offer(fetch.Source("a.mat", (self.base + "gone/", self.base), len(CONTENT), sha256(CONTENT)))
        self.assertEqual(self.run_fetch(), 0)
        self.assertIn("404", self.said)

    def test_https_with_a_certificate_that_is_trusted_and_with_one_that_is_not(self):
        certificate, key = self.folder / "certificate.pem", self.folder / "key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                        "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-out", certificate, "-keyout", key],
                       check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        safe = f"https://127.0.0.1:{server.server_port}/"
        self.offer(fetch.Source("a.mat", (safe,), len(CONTENT), sha256(CONTENT)))
        self.assertEqual(self.run_fetch(), 1)
        self.assertIn("certificate", self.said.lower())
        self.addCleanup(setattr, fetch, "TLS", None)
        fetch.TLS = ssl.create_default_context(cafile=certificate)
        Server.redirects = {"/a.mat": self.base + "a.mat"}  # a way around
        self.addCleanup(setattr, Server, "redirects", {})
        self.assertEqual(self.run_fetch(), 1)
        self.assertIn("leads from https to http://", self.said)
        Server.redirects = {"/a.mat": safe + "moved/a.mat"}
        Server.files["/moved/a.mat"] = CONTENT
        self.assertEqual(self.run_fetch(), 0)
        self.assertEqual((self.folder / "set/a.mat").read_bytes(), CONTENT)

    def test_a_file_that_is_too_long_is_given_up(self):
        for says_length in True, False:
            Server.says_length, Server.asked = says_length, []
            self.addCleanup(setattr, Server, "says_length", True)
            Server.files["/a.mat"] = CONTENT + b"!"
            self.assertEqual(self.run_fetch(), 1)
            self.assertIn("another file", self.said)
            self.assertEqual(len(Server.asked), 1)
            self.assertEqual(self.names(), [])

    def test_a_gz_with_more_in_it_than_is_known_is_given_up(self):
        Server.files["/a.gz"] = gzip.compress(CONTENT + b"!" * 1000000)
        self.offer(packed_source("a.gz", self.base))
        self.assertEqual(self.run_fetch(), 1)
        self.assertIn("the checksum is wrong", self.said)

    def test_a_link_in_the_place_of_a_part_is_not_followed(self):
        victim = self.folder / "victim"
        victim.write_text("mine")
        (self.folder / "set").mkdir()
        name = hashlib.sha256((self.base + "a.mat").encode()).hexdigest()[:8]
        (self.folder / f"set/.a.mat.{name}.part").symlink_to(victim)
        self.assertEqual(self.run_fetch(), 1)
        self.assertEqual(victim.read_text(), "mine")
        self.assertFalse((self.folder / "set/a.mat").exists())

    def test_two_commands_do_not_fill_one_folder(self):
        (self.folder / "set").mkdir()
        with fetch.alone(self.folder / "set"):
            self.assertEqual(self.run_fetch(), 1)
        self.assertIn("another data/fetch is at work", self.errors)
        self.assertEqual(self.run_fetch(), 0)

    def test_an_archive_of_an_earlier_version_is_not_fetched_again(self):
        (self.folder / "set").mkdir()
        (self.folder / "set/one.bin").write_bytes(CONTENT)
        (self.folder / "set/MD5SUMS").write_text(f"{hashlib.md5(CONTENT).hexdigest()}  one.bin\n")
        self.offer(fetch.Source("a.tar.gz", (self.base,), 1, sha256(b""), members=("in/one.bin",)))
        self.assertEqual(self.run_fetch(), 0)
        self.assertEqual(Server.asked, [])

    def test_a_server_that_is_busy_is_asked_again(self):
        Server.statuses = [503, 429]
        self.assertEqual(self.run_fetch(), 0)
        self.assertEqual(len(Server.asked), 3)

    def test_a_server_that_is_not_there(self):
        self.offer(fetch.Source("a.mat", ("http://127.0.0.1:9/",), 1, sha256(CONTENT)))
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
        self.offer(packed_source("a.gz", self.base))
        self.assertEqual(self.run_fetch(), 0)
        Server.files["/b.gz"] = Server.files["/a.gz"][:-9]
        self.offer(packed_source("b.gz", self.base))
        self.assertEqual(self.run_fetch(), 1)

    def test_an_archive_gives_its_members_and_nothing_else(self):
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w:gz") as archive:
            for name in ["in/one.bin", "in/two.bin", "../outside", "in/more.html"]:
                entry = tarfile.TarInfo(name)
                entry.size = len(name)
                archive.addfile(entry, io.BytesIO(name.encode()))
        Server.files["/a.tar.gz"] = packed.getvalue()
        source = fetch.Source("a.tar.gz", (self.base,), len(packed.getvalue()), sha256(packed.getvalue()), members=("in/one.bin", "in/two.bin"))
        self.offer(source)
        self.assertEqual(self.run_fetch(), 0)
        self.assertEqual(self.names(), ["SHA256SUMS", "one.bin", "two.bin"])
        self.assertEqual(subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=self.folder / "set").returncode, 0)
        self.assertEqual(self.run_fetch(), 0)
        self.assertEqual(len(Server.asked), 1)
        (self.folder / "set/two.bin").write_text("mine")
        self.assertEqual(self.run_fetch(), 1)
        self.assertEqual((self.folder / "set/two.bin").read_text(), "mine")

    def test_an_archive_without_a_member_is_an_error(self):
        packed = io.BytesIO()
        tarfile.open(fileobj=packed, mode="w:gz").close()
        Server.files["/a.tar.gz"] = packed.getvalue()
        self.offer(fetch.Source("a.tar.gz", (self.base,), len(packed.getvalue()), sha256(packed.getvalue()), members=("one.bin",)))
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
                self.assertRegex(source.sha256, r"^[0-9a-f]{64}$")
                self.assertTrue(source.folders and all(base.endswith("/") for base in source.folders))
                self.assertTrue(source.folders[0].startswith("https://"))
                self.assertEqual(source.content > 0, source.is_packed)


if __name__ == "__main__":
    unittest.main()
