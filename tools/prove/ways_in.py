"""The public way in under load and `kill -9`: nothing lost, nothing doubled, all proposed, every progress page right.

The unlabelled messages go over HTTP into a real `lianxin serve`, from many addresses, four senders at once. Meanwhile
its processes are killed at random moments: a worker, the server, or all of them at once. A sender that hears nothing
sends the same form again. At the end every message is one matter with its own link; each that may be read is proposed
a category and a body; a part is handled further; and every page of progress says what the database says.
"""

import contextlib
import csv
import http.client
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[2]
MESSAGES = ROOT.parent / "shared/data/citizen-messages/unlabelled_raw.csv"
KILLS = int(os.environ.get("LIANXIN_PROVE_KILLS", "20"))
AT_ONCE = 30
SENDERS = 4
TWICE = 0.05
"""Share of the forms that are sent a second time although the first was answered."""
TOKEN = re.compile(r'name="token" value="([^"]+)"')


def main() -> dict[str, Any]:
    if not MESSAGES.exists():
        return {"skipped": "needs the citizen messages in ../shared, which are not part of the repository", "must": {}}
    found: dict[str, Any] = {"kills": KILLS}
    for name, wrap in (("sqlite", []), ("postgresql", ["bash", "tools/postgres.sh"])):
        with tempfile.TemporaryDirectory(prefix="lianxin-ways-") as home:
            env = {**os.environ, "LIANXIN_HOME": home, "PYTHONPATH": str(ROOT / "src")}
            env.pop("LIANXIN_DATABASE_URL", None)
            command = [*wrap, sys.executable, "-m", "tools.prove.ways_in", str(KILLS)]
            out = subprocess.run(command, env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout
            found[name] = json.loads(out.strip().splitlines()[-1])
    found["must"] = {
        f"{claim} ({n})": h for n in ("sqlite", "postgresql") for claim, h in found[n].pop("holds").items()
    }
    return found


# --- what is killed ------------------------------------------------------------------------------------------------


class Serving:
    """`lianxin serve` on a port of its own: started, killed in part or in whole, started again."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.killed: dict[str, int] = {}
        self.start()

    def start(self) -> None:
        code = "import sys; from lianxin.conf.cli import main; sys.argv = ['lianxin', *sys.argv[1:]]; main()"
        command = [sys.executable, "-c", code, "serve", "--port", str(self.port), "--server-processes", "1"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(command, start_new_session=True, **quiet)

    def kill(self, what: str) -> None:
        """Kill the whole tree, or the children of one kind, without a word of warning."""
        children = [pid for pid in _children(self.process.pid) if what == "all" or what in _command(pid)]
        if what == "all":
            os.kill(self.process.pid, signal.SIGKILL)
        for pid in children:
            _kill(pid)
        self.killed[what] = self.killed.get(what, 0) + 1
        if what == "all":
            self.process.wait()
            _wait_until_free(self.port)
            self.start()

    def end(self) -> None:
        self.process.terminate()
        self.process.wait()


def _children(pid: int) -> list[int]:
    """Everything below a process."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            for child in map(int, task.read_text().split()):
                found += [child, *_children(child)]
        except OSError:
            continue
    return found


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _wait_until_free(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                time.sleep(0.05)
            else:
                return


# --- who sends -----------------------------------------------------------------------------------------------------


class Sender:
    """Somebody with a phone: asks for the page, fills it in, sends it, and sends it again when nothing comes back."""

    def __init__(self, port: int, seed: int) -> None:
        self.port, self.chance = port, random.Random(seed)
        self.again = self.doubled_on_purpose = 0

    def ask(self, number: int, method: str, path: str, body: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Status, place to go to, page; tried until an answer comes."""
        limit = time.monotonic() + 180
        while True:
            try:
                return self._ask(number, method, path, body)
            except (OSError, http.client.HTTPException):
                self.again += 1
                if time.monotonic() > limit:
                    raise
                time.sleep(0.25)

    def _ask(self, number: int, method: str, path: str, body: dict[str, str] | None) -> tuple[int, str, str]:
        source = f"127.1.{number // 200 % 250}.{number % 200 + 1}"
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30, source_address=(source, 0))
        try:
            headers = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
            line.request(method, path, urlencode(body) if body else None, headers)
            answer = line.getresponse()
            page = answer.read().decode()
            if answer.status >= 500:
                raise http.client.HTTPException(str(answer.status))
            return answer.status, answer.getheader("Location") or "", page
        finally:
            line.close()

    def send(self, messages: list[tuple[int, str]], links: dict[int, str], told: Any) -> None:
        """A page for each, then all of them filled in."""
        tokens = {number: self._token(number) for number, _text in messages}
        time.sleep(1.6)  # nobody types faster
        for number, text in messages:
            links[number] = self._sent(number, {"text": text, "token": tokens[number]})
            if self.chance.random() < TWICE:
                self.doubled_on_purpose += 1
                assert self._sent(number, {"text": text, "token": tokens[number]}) == links[number]
            told()

    def _token(self, number: int) -> str:
        found = TOKEN.search(self.ask(number, "GET", "/ask/")[2])
        assert found is not None
        return found.group(1)

    def _sent(self, number: int, form: dict[str, str]) -> str:
        for _ in range(60):
            status, where, _page = self.ask(number, "POST", "/ask/", form)
            if status == 302:
                return where
            time.sleep(1)
        raise RuntimeError(f"message {number} is not taken: {status}")


class Rush:
    """All senders at once, and the one who kills."""

    def __init__(self, serving: Serving, texts: list[str], kills: int, seed: int) -> None:
        self.serving, self.texts = serving, texts
        self.links: dict[int, str] = {}
        self.senders = [Sender(serving.port, seed + n) for n in range(SENDERS)]
        chance = random.Random(seed)
        self.moments = sorted(chance.randrange(len(texts)) for _ in range(kills))
        self.whats = [chance.choice(("all", "all", "granian", "worker")) for _ in range(kills)]
        self.sent = 0
        self.lock = threading.Lock()

    def run(self) -> float:
        """Seconds from the first message to the last receipt."""
        begun = time.monotonic()
        parts = [list(enumerate(self.texts))[n::SENDERS] for n in range(SENDERS)]
        threads = [threading.Thread(target=self._all, args=pair) for pair in zip(self.senders, parts, strict=True)]
        for thread in threads:
            thread.start()
        for moment, what in zip(self.moments, self.whats, strict=True):
            while self.sent < moment and any(t.is_alive() for t in threads):
                time.sleep(0.01)
            self.serving.kill(what)
            time.sleep(0.5)
        for thread in threads:
            thread.join()
        return time.monotonic() - begun

    def _all(self, sender: Sender, messages: list[tuple[int, str]]) -> None:
        for start in range(0, len(messages), AT_ONCE):
            sender.send(messages[start : start + AT_ONCE], self.links, self._told)

    def _told(self) -> None:
        with self.lock:
            self.sent += 1


# --- what is looked at afterwards ----------------------------------------------------------------------------------


def wait_for_jobs(limit_s: float = 900) -> float:
    """Seconds until no job of this load waits any more."""
    from lianxin.trail.models import Job

    begun = time.monotonic()
    waiting = Job.objects.filter(name="matters.propose", done_at=None, failed_at=None)
    while waiting.exists() and time.monotonic() - begun < limit_s:
        time.sleep(0.5)
    return time.monotonic() - begun


def land() -> Any:
    """A district with its three federations, which between them answer for everything; an officer."""
    from datetime import date

    from django.utils import timezone

    from lianxin.access.models import Account, Grant, ScopeNode
    from lianxin.matters.models import Duty
    from lianxin.matters.needs import GROUPS
    from lianxin.places.demonstration import load_futian
    from lianxin.places.models import AreaSpan
    from lianxin.registry.models import Body, BodySpan, Line

    load_futian(timezone.now())
    since = date(2020, 1, 1)
    top = AreaSpan.objects.filter(valid_until=None, level="district").order_by("pk").first()
    assert top is not None
    for code, name in (("union", "云杉区总工会"), ("league", "云杉区团委"), ("women", "云杉区妇联")):
        line, _new = Line.objects.get_or_create(code=code, defaults={"name": name[3:], "name_en": code})
        body = Body.objects.create(line=line)
        BodySpan.objects.create(body=body, name=name, kind="federation", form="area", area=top.area, valid_from=since)
    for group in ("", *GROUPS):
        line = Line.objects.get(code={"E": "women", "H": "league"}.get(group, "union"))
        Duty.objects.create(need=group, line=line, level="district", valid_from=since)
    account = Account.objects.create(username="officer", label="officer")
    node, _new = ScopeNode.objects.get_or_create(kind="area", area=top.area, defaults={"label": "top"})
    Grant.objects.create(account=account, role="district_officer", node=node, valid_from=since)
    return account


def handle_some(account: Any) -> int:
    """Every second matter that is open to the officer is accepted, every fourth given to a body."""
    from lianxin.access.actors import AccountActor
    from lianxin.kit.clock import now
    from lianxin.matters.models import Matter
    from lianxin.matters.operations.steps import With, take_step
    from lianxin.registry.models import Body

    actor, body, steps = AccountActor(account), Body.objects.order_by("pk").first(), 0
    for place, matter in enumerate(Matter.objects.filter(level__in=("C0", "C1", "C2")).order_by("pk")):
        for code in ("accept", "assign")[: (0, 1, 0, 2)[place % 4]]:
            take_step(matter=matter, code=code, actor=actor, at=now(), given=With(owner=body))
            steps += 1
    return steps


def look(links: dict[int, str], texts: list[str], sender: Sender) -> dict[str, int]:
    """What is wrong, counted: links without a matter, words that are not those sent, pages that say something else."""
    from hashlib import sha256

    from lianxin.kit.clock import now
    from lianxin.matters.models import Matter
    from lianxin.matters.operations.happening import Requesting
    from lianxin.matters.operations.reading import read_words

    wrong = {"lost": 0, "other_words": 0, "wrong_pages": 0, "words_on_pages": 0}
    names = _names()
    for number, text in enumerate(texts):
        secret = links.get(number, "").rstrip("/").rpartition("/")[2]
        digest = sha256(secret.encode()).hexdigest()
        matter = Matter.objects.select_related("kind").filter(digest=digest).first()
        if matter is None:
            wrong["lost"] += 1
            continue
        said = read_words(matter=matter, actor=Requesting(matter.pk), at=now())
        wrong["other_words"] += "".join(said.text.split()) != "".join(text.split())
        status, _where, page = sender.ask(number, "GET", links[number])
        wrong["wrong_pages"] += status != 200 or not _is_right(page, matter, names)
        wrong["words_on_pages"] += "".join(text.split())[:30] in "".join(page.split())
    return wrong


def _names() -> dict[int, str]:
    from lianxin.registry.models import BodySpan

    return dict(BodySpan.objects.filter(valid_until=None).values_list("body", "name"))


def _is_right(page: str, matter: Any, names: dict[int, str]) -> bool:
    """Whether the page shows number, state, the day by which and who leads, as they stand in the database."""
    from lianxin.matters.queries.progress import last_day

    state = next(s.zh for s in matter.kind.kind.states if s.code == matter.state)
    wanted = [matter.number, f"<h1>{state}</h1>"]
    if matter.first_body_id and not matter.is_shut:
        wanted.append(names[matter.first_body_id])
    if day := last_day(matter.due_at):
        wanted.append(f"{day.year}年{day.month}月{day.day}日")
    return all(words in page for words in wanted)


def proposals() -> dict[str, int]:
    """How many of those that may be read were proposed a category, and a body or the door of another office."""
    from lianxin.matters.models import Matter, Suggestion

    open_ones = Matter.objects.filter(level__in=("C0", "C1", "C2"))
    made = Suggestion.objects.filter(matter__in=open_ones)
    return {
        "may_be_read": open_ones.count(),
        "shut_and_not_given_to_a_machine": Matter.objects.count() - open_ones.count(),
        "proposed": made.count(),
        "with_category": made.exclude(need="").count(),
        "with_body": made.exclude(body=None).count(),
        "proposed_though_shut": Suggestion.objects.exclude(matter__in=open_ones).count(),
    }


def run_here(texts: list[str], kills: int, seed: int = 7) -> dict[str, Any]:
    """On the database of the environment, from nothing."""
    import django

    django.setup()
    from django.core.management import call_command

    from lianxin.matters.models import Matter

    call_command("migrate", verbosity=0)
    account = land()
    serving = Serving()
    try:
        rush = Rush(serving, texts, kills, seed)
        seconds = rush.run()
        waited = wait_for_jobs()
        steps = handle_some(account)
        wrong = look(rush.links, texts, rush.senders[0])
    finally:
        serving.end()
    found = proposals()
    doubled = Matter.objects.count() - len(texts)
    return {
        "messages": len(texts),
        "killed": serving.killed,
        "sent_again_unheard": sum(s.again for s in rush.senders),
        "sent_twice_on_purpose": sum(s.doubled_on_purpose for s in rush.senders),
        "seconds_of_sending": round(seconds, 1),
        "seconds_until_all_proposed": round(waited, 1),
        "steps_taken_afterwards": steps,
        "doubled": doubled,
        **wrong,
        **found,
        "holds": {
            f"{kills} kills": sum(serving.killed.values()) == kills,
            "none lost": wrong["lost"] == 0 and wrong["other_words"] == 0 and len(rush.links) == len(texts),
            "none doubled": doubled == 0 and len(set(rush.links.values())) == len(texts),
            "each proposed a category and a body": found["may_be_read"]
            == found["with_category"]
            == found["with_body"]
            == found["proposed"]
            and not found["proposed_though_shut"],
            "every page of progress right": wrong["wrong_pages"] == 0 and wrong["words_on_pages"] == 0,
        },
    }


def messages() -> list[str]:
    """Subject and text of each."""
    with MESSAGES.open(encoding="utf-8-sig", newline="") as file:
        return [f"{row['subject']}\n{row['text']}" for row in csv.DictReader(file)]


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lianxin.conf.settings")
    some = int(sys.argv[2]) if len(sys.argv) > 2 else None
    sys.stdout.write(json.dumps(run_here(messages()[:some], int(sys.argv[1])), ensure_ascii=False) + "\n")
