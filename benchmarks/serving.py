"""The service under load, beside BERT, against made-up input, and killed.

    python -m benchmarks.serving --load [--bert PYTHON]   rate, latency; PYTHON has torch
    python -m benchmarks.serving --fuzz 100000            no 500 and no crash in so many cases
                            [--most-seconds 1800]         or in so much time
    python -m benchmarks.serving --kill 1000              every acknowledged answer, once
    python -m benchmarks.serving --coral                  how soon Coral hears, with an article
    python -m benchmarks.serving --names                  how far a name is from our model
    python -m benchmarks.serving --lanes                  scoring here, or in another process

The comments are cut to 200 characters; with `--shared` they are readers' own (c3), else invented.
The load comes from a process of its own on the same machine, so that client and service share its
cores; BERT has them alone, without HTTP, in whatever batches suit it best.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import http.client
import json
import os
import random
import subprocess
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from benchmarks.serving_fuzz import fuzz
from benchmarks.serving_load import loaded, service, start

LENGTH = 200
SUGGEST = "/v1alpha1/comments:suggestscore"

_WORDS = (
    "the a of council budget vote minister street ferry harbour library bus train idiot nobody "
    "you they are was were late again wrong right thank careful report about this never always "
    "because before after taxes school kitchen garden rent stadium river people neighbours"
).split()

# A forward pass of BERT-base (12 layers of 768, 12 heads, 3,072 inside) with random weights. Words
# and punctuation marks stand for word pieces: fewer than there would be, in BERT's favour.
_BERT = """
import json, re, sys, time
import torch
texts = json.load(sys.stdin)
torch.manual_seed(0)
layer = torch.nn.TransformerEncoderLayer(768, 12, 3072, 0.0, "gelu", batch_first=True)
encoder = torch.nn.TransformerEncoder(layer, 12, enable_nested_tensor=False).eval()
embedding = torch.nn.Embedding(30522, 768)
sizes = [len(re.findall(r"\\w+|[^\\w\\s]", text)) + 2 for text in texts]
best = 0.0
for batch in (1, 8, 32):
    with torch.inference_mode():
        encoder(embedding(torch.zeros(batch, 48, dtype=torch.long)))
        began, n = time.perf_counter(), 0
        while time.perf_counter() - began < float(sys.argv[1]):
            longest = max(sizes[(n + i) % len(sizes)] for i in range(batch))
            encoder(embedding(torch.zeros(batch, longest, dtype=torch.long)))
            n += batch
        best = max(best, n / (time.perf_counter() - began))
print(json.dumps({"rate": best, "threads": torch.get_num_threads(),
                  "tokens": sum(sizes) / len(sizes), "torch": torch.__version__}))
"""


def comments(shared: Path | None, n: int) -> list[str]:
    """So many comments of 200 characters."""
    if shared is None:
        draw = random.Random(0)
        return [" ".join(draw.choices(_WORDS, k=LENGTH))[:LENGTH] for _ in range(n)]
    with gzip.open(shared / "data/validate/c3.jsonl.gz", "rt", encoding="utf-8") as stream:
        texts = (json.loads(line)["text"] for line in stream)
        long = [text[:LENGTH] for text in texts if len(text) >= LENGTH]
    random.Random(0).shuffle(long)
    return long[:n]


def measure_load(shared: Path | None, bert: str | None, seconds: float, workers: int) -> None:
    texts = comments(shared, 5_000)
    print(
        f"{len(texts):,} comments of {LENGTH} characters, {os.cpu_count()} cores, {workers} workers"
    )
    with service("--rate", "0", "--lenient", "--workers", str(workers)) as running:
        loaded("closed", running.port, texts, 2.0, 16)
        full = loaded("closed", running.port, texts, seconds, 16)
        print(f"saturating rate     {full.rate:8,.0f} a second, {full.failed} failed")
        half = loaded("open", running.port, texts, seconds, full.rate / 2)
        print(
            f"at half of it       median {1e3 * half.median:.2f} ms, p99 {1e3 * half.p99:.2f} ms, "
            f"worst {1e3 * half.worst:.1f} ms, {half.failed} failed"
        )
    if bert:
        done = subprocess.run(
            [bert, "-c", _BERT, str(seconds)],
            input=json.dumps(texts[:512]),
            capture_output=True,
            text=True,
            check=True,
        )
        found = json.loads(done.stdout)
        print(
            f"BERT-base forward   {found['rate']:8,.1f} a second, torch {found['torch']}, "
            f"{found['threads']} threads, {found['tokens']:.0f} tokens a comment"
        )
        print(f"ratio               {full.rate / found['rate']:8,.0f}")


def measure_lanes(shared: Path | None) -> None:
    from moderation.records import Comment
    from moderation.service import ServiceLimits, Settings
    from moderation.service.lanes import SHORT
    from moderation.service.micro_batching import Gathered
    from moderation.service.state import State

    async def run() -> None:
        limits = ServiceLimits()
        state = State(Settings(limits=limits))
        texts = comments(shared, 2_000)
        moderator = state.current.moderator
        state._gathered = Gathered(lambda *_: None)  # no budget is spent

        async def ask(text: str, weight: int) -> None:
            await state.score(state.current, "client", [Comment(text=text)], weight)

        for weight in (0, SHORT + 1):  # what is remembered of chunks is each process's own
            await asyncio.gather(*(ask(text, weight) for text in texts[: limits.waiting]))
            for text in texts:
                await ask(text, weight)
        for where, weight in (("here", 0), ("in another process", SHORT + 1)) * 2:
            began = time.perf_counter()
            for text in texts:
                await ask(text, weight)
            each = (time.perf_counter() - began) / len(texts)
            print(f"a comment of {LENGTH} characters {where:<19} {1e6 * each:6.0f} microseconds")
        for many in (1, 4, 16):
            began = time.perf_counter()
            for i in range(0, len(texts), many):
                await asyncio.gather(*(ask(text, 0) for text in texts[i : i + many]))
            each = (time.perf_counter() - began) / len(texts)
            print(f"{many:6,} at one moment, each       {1e6 * each:6.0f} microseconds")
        state.close()
        for length in (200, 1_000, 2_000, 5_000, 20_000):
            long = [" ".join(texts[i : i + 100])[:length] for i in range(0, 1_000, 50)]
            began = time.perf_counter()
            for text in long:
                moderator.score(Comment(text=text))
            each = (time.perf_counter() - began) / len(long)
            print(f"{length:6,} characters take {1e3 * each:6.2f} ms")

    asyncio.run(run())


def measure_coral(shared: Path | None) -> None:
    """Signed requests of Coral's, on stories met for the first time and again."""
    from moderation.service.coral import SIGNATURE, sign

    secret = b"a secret of the benchmark"
    texts = comments(shared, 1_000)
    with tempfile.TemporaryDirectory() as folder:
        secrets, articles = Path(folder) / "secrets", Path(folder) / "articles.jsonl"
        secrets.write_text(secret.decode().replace(" ", "-"))
        draw = random.Random(0)
        with articles.open("w") as stream:
            for i in range(100):
                text = " ".join(draw.choices(texts, k=25))  # an article of 5,000 characters
                stream.write(
                    json.dumps({"id": f"s{i}", "title": texts[i][:60], "text": text}) + "\n"
                )
        more = ("--coral-secrets", str(secrets), "--articles", str(articles), "--rate", "0")
        with service(*more) as running:
            connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=10)
            seconds = []
            for i, text in enumerate(texts):
                story = {"id": f"s{i % 100}", "url": ""}
                asked = {
                    "action": "NEW",
                    "comment": {"body": text, "parentID": None},
                    "story": story,
                }
                body = json.dumps(asked, indent=2).encode()
                began = time.perf_counter()
                signature = sign(secrets.read_bytes(), body)
                connection.request("POST", "/coral/moderate", body, {SIGNATURE: signature})
                answer = connection.getresponse()
                answer.read()
                assert answer.status == 200
                seconds.append(time.perf_counter() - began)
    for what, some in (("new", seconds[:100]), ("known", seconds[100:])):
        ranked = sorted(some)
        print(
            f"Coral's phase, {what:<5} story  median {1e3 * ranked[len(ranked) // 2]:.1f} ms, "
            f"p99 {1e3 * ranked[int(len(ranked) * 0.99)]:.1f} ms, worst {1e3 * ranked[-1]:.1f} ms"
        )


def measure_kill(n: int) -> None:
    """Send `n` answers from several clients, kill the service again and again, count."""
    from moderation.labels import read_labelled

    with tempfile.TemporaryDirectory() as folder:
        path, log = Path(folder) / "suggested.jsonl", Path(folder) / "log"
        acknowledged: set[str] = set()
        kills = 0
        draw = random.Random(0)
        while len(acknowledged) < n:
            running = start("--rate", "0", "--feedback", str(path), log=log)
            waiting = [f"t-{i}" for i in range(n) if f"t-{i}" not in acknowledged]
            senders = [
                threading.Thread(target=_send, args=(running.port, waiting[i::8], acknowledged))
                for i in range(8)
            ]
            for sender in senders:
                sender.start()
            enough = len(acknowledged) + draw.randint(n // 20, n // 5)
            while len(acknowledged) < min(enough, n) and any(s.is_alive() for s in senders):
                time.sleep(0.001)
            running.process.kill()
            kills += 1
            for sender in senders:
                sender.join()
            running.process.wait()
        found = read_labelled([path])
        tokens = Counter(row.token for row in found.rows)
        lost = acknowledged - set(tokens)
        twice = [token for token, count in tokens.items() if count > 1]
        print(
            f"{n:,} answers, killed {kills} times: {len(lost)} lost, {len(twice)} twice, "
            f"{len(found.rejected)} lines damaged"
        )
        raise SystemExit(bool(lost or twice or found.rejected))


def _send(port: int, tokens: Sequence[str], acknowledged: set[str]) -> None:
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        for token in tokens:
            body = {
                "comment": {"text": f"An invented comment, {token}."},
                "attributeScores": {"TOXICITY": {"summaryScore": {"value": 1}}},
                "clientToken": token,
            }
            connection.request("POST", SUGGEST, json.dumps(body))
            answer = connection.getresponse()
            answer.read()
            if answer.status == 200:
                acknowledged.add(token)
    except (OSError, http.client.HTTPException):
        return


def measure_names(shared: Path) -> None:
    """How well the hostility score orders what was labelled by another name (wiki_talk)."""
    import numpy as np
    from sklearn.metrics import roc_auc_score

    from moderation.model import Moderator
    from moderation.records import Attribute

    moderator = Moderator.load()
    with gzip.open(shared / "data/train/wiki_talk.jsonl.gz", "rt", encoding="utf-8") as stream:
        rows = [row for row in map(json.loads, stream) if "threat" in row]
    assert moderator.model.hostility is not None
    values = np.array(list(moderator.model.hostility.probability(row["text"] for row in rows)))
    toxic = np.array([row["hostility"] >= 0.5 for row in rows])
    thresholds = moderator.model.thresholds(Attribute.HOSTILITY)
    assert thresholds is not None
    print(f"{len(rows):,} comments of wiki_talk, which trained the model; ROC AUC of hostility")
    print("label          comments   among all   among toxic   of them sent to review")
    for name in ("severe_toxic", "insult", "obscene", "identity_hate", "threat"):
        label = np.array([bool(row[name]) for row in rows])
        print(
            f"{name:<14} {label.sum():8,} {roc_auc_score(label, values):11.3f} "
            f"{roc_auc_score(label[toxic], values[toxic]):13.3f} "
            f"{(values[label] >= thresholds.review).mean():20.0%}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--load", action="store_true")
    parser.add_argument("--workers", type=int, default=1, help="of the service under load")
    parser.add_argument("--bert", metavar="PYTHON", help="an interpreter with torch")
    parser.add_argument("--fuzz", type=int, metavar="N")
    parser.add_argument("--most-seconds", type=float, default=1_800.0, help="of --fuzz")
    parser.add_argument("--draw", type=int, default=0, help="of --fuzz: other cases")
    parser.add_argument("--kill", type=int, metavar="N")
    parser.add_argument("--coral", action="store_true")
    parser.add_argument("--names", action="store_true")
    parser.add_argument("--lanes", action="store_true")
    parser.add_argument("--shared", type=Path, metavar="FOLDER")
    parser.add_argument("--seconds", type=float, default=10.0)
    asked = parser.parse_args()
    if asked.lanes:
        measure_lanes(asked.shared)
    if asked.names:
        measure_names(asked.shared or Path("../shared"))
    if asked.fuzz:
        fuzz(asked.fuzz, asked.most_seconds, asked.draw)
    if asked.load:
        measure_load(asked.shared, asked.bert, asked.seconds, asked.workers)
    if asked.coral:
        measure_coral(asked.shared)
    if asked.kill:
        measure_kill(asked.kill)


if __name__ == "__main__":
    main()
