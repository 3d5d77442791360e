"""json_differential.py PROGRAM FILE: documents by chance, read by the program and by Python's json, which serves as oracle.

Python is laxer than the library says it is: NaN, lone surrogates, NUL, duplicate keys, infinities and depth are checked here."""
import json
import random
import subprocess
import sys

CHARACTERS = ["a", "b", "Z", "0", " ", "/", "\\", '"', "\n", "\t", "\x01", "\x7f", "ä", "€", "𝄞", "\ufeff", "\uffff"]
BYTES = b'[]{},:"\\u0019eE+-. \n\tnullrefasNI\xc3\xa4\xed\xa0\x80\xef\xbb\xbf\x00\xff'


def random_string(rng):
    return "".join(rng.choice(CHARACTERS) for _ in range(rng.randrange(8)))


def random_number(rng):
    kind = rng.randrange(5)
    if kind == 0:
        return rng.randrange(-10, 10)
    if kind == 1:
        return rng.randrange(-(10**40), 10**40)
    if kind == 2:
        return rng.uniform(-1, 1) * 10.0 ** rng.randrange(-320, 308)
    return rng.choice([-0.0, 5e-324, 1.7976931348623157e308, 2**53 + 1, 2**63, 2**64 + 1025, 1e22, 0.1])


def random_value(rng, depth):
    kind = rng.randrange(8 if depth > 0 else 5)
    if kind < 2:
        return random_number(rng)
    if kind == 2:
        return random_string(rng)
    if kind < 5:
        return rng.choice([None, True, False])
    if kind == 5:
        return {random_string(rng): random_value(rng, depth - 1) for _ in range(rng.randrange(5))}
    return [random_value(rng, depth - 1) for _ in range(rng.randrange(5))]


def damaged(rng, text):
    text = bytearray(text)
    for _ in range(rng.randrange(1, 3)):
        at, byte = rng.randrange(len(text) + 1), rng.choice(BYTES)
        text[at : at + rng.randrange(2)] = bytes([byte]) * rng.randrange(2)
    return bytes(text)


def document(rng):
    text = json.dumps(random_value(rng, 6), ensure_ascii=rng.random() < 0.5, indent=rng.choice([None, None, 1])).encode()
    return text if rng.random() < 0.4 else damaged(rng, text)


def unique(pairs):
    if len({k for k, _ in pairs}) < len(pairs):
        raise ValueError("duplicate key")
    return dict(pairs)


def no_constant(text):
    raise ValueError(text)


def canonical(value, depth=0):
    """A text of the value, every number by the bits of its double; ValueError for what the library refuses."""
    if depth > 64:
        raise ValueError("depth")
    if isinstance(value, bool) or value is None:
        return str(value)
    if isinstance(value, (int, float)):
        value = float(value)
        if value - value != 0:
            raise ValueError("infinite")
        return value.hex()
    if isinstance(value, str):
        value.encode()
        if "\0" in value:
            raise ValueError("NUL")
        return repr(value)
    if isinstance(value, list):
        depth += 1
        return "[" + ",".join(canonical(v, depth) for v in value) + "]"
    return "{" + ",".join(canonical(k) + ":" + canonical(v, depth + 1) for k, v in value.items()) + "}"


def oracle(text):
    try:
        return canonical(json.loads(text.decode(), object_pairs_hook=unique, parse_constant=no_constant))
    except (ValueError, OverflowError):  # UnicodeError is a ValueError
        return "refused"


def main(program, path, n=4000):
    rng = random.Random(1)
    texts = [document(rng) for _ in range(n)]
    with open(path, "w") as file:
        file.writelines(text.hex() + "\n" for text in texts)
    got = subprocess.run([program, path], check=True, stdout=subprocess.PIPE).stdout.decode().rstrip("\n").split("\n")
    if len(got) != n:
        sys.exit(f"{n} documents, {len(got)} answers")
    refused = 0
    for text, answer in zip(texts, got):
        wanted = oracle(text)
        refused += wanted == "refused"
        if (answer if answer == "refused" else canonical(json.loads(answer))) != wanted:
            sys.exit(f"{text!r}\nread as {answer!r}\nwanted  {wanted!r}")
    if not n / 4 < refused < 3 * n / 4:
        sys.exit(f"{refused} of {n} refused: the documents test little")
    print(f"{n} documents read as Python does, {refused} refused")


main(*sys.argv[1:3])
