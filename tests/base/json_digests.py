"""json_digests.py PROGRAM FILE: digests of documents by chance, by the program and by Python's json and hashlib, the oracle."""
import hashlib
import json
import random
import struct
import subprocess
import sys

CHARACTERS = ["a", "b", "Z", "0", " ", "/", "\\", '"', "\n", "\t", "\x01", "\x1f", "\x7f", "ä", "€", "𝄞", "\ufeff", "\uffff"]


def random_string(rng):
    return "".join(rng.choice(CHARACTERS) for _ in range(rng.randrange(6)))


def random_double(rng):
    while True:
        value = struct.unpack("<d", rng.randbytes(8))[0]
        if value - value == 0:
            return value


def random_number(rng):
    kind = rng.randrange(6)
    if kind == 0:
        return rng.randrange(-10, 1000)
    if kind == 1:
        return rng.randrange(-(2**63), 2**63)
    if kind == 2:
        return random_double(rng)
    if kind == 3:
        return round(rng.uniform(0, 1000), rng.randrange(8))
    if kind == 4:
        return rng.choice([-1, 1]) * 2.0 ** rng.randrange(-1074, 1024)
    return rng.choice([-0.0, 0.0, 5e-324, 1.7976931348623157e308, 1e22, 0.1, 1e-5, 1e-4, 1e16, 1e15, 9007199254740993.0])


def random_value(rng, depth):
    kind = rng.randrange(10 if depth > 0 else 5)
    if kind < 3:
        return random_number(rng)
    if kind == 3:
        return random_string(rng)
    if kind == 4:
        return rng.choice([None, True, False])
    if kind < 8:
        return {random_string(rng): random_value(rng, depth - 1) for _ in range(rng.randrange(6))}
    return [random_value(rng, depth - 1) for _ in range(rng.randrange(6))]


def digests(value):
    text = json.dumps(value, sort_keys=True, ensure_ascii=False).encode()
    return f"{hashlib.md5(text, usedforsecurity=False).hexdigest()} {hashlib.sha256(text).hexdigest()}"


def main(program, path, n=4000):
    rng = random.Random(2)
    values = [random_value(rng, 6) for _ in range(n)]
    with open(path, "w") as file:
        for value in values:
            text = json.dumps(value, ensure_ascii=rng.random() < 0.5, indent=rng.choice([None, None, 1]))
            file.write(text.encode().hex() + "\n")
    got = subprocess.run([program, path], check=True, stdout=subprocess.PIPE).stdout.decode().split("\n")[:-1]
    if len(got) != n:
        sys.exit(f"{n} documents, {len(got)} answers")
    for value, answer in zip(values, got):
        if answer != digests(value):
            sys.exit(f"{json.dumps(value, sort_keys=True, ensure_ascii=False)}\ngives {answer}\nwanted {digests(value)}")
    print(f"{n} documents have the digests Python gives them")


main(*sys.argv[1:3])
