#!/usr/bin/env python3
"""Signs the requests beside it, as their senders do: python3 sign.py [FILE.http ...]

Headers that hold a signature or its time are written anew; all else stays. What the code under test does is not used
here, so that both have to be right. The secret is `test-secret`, the time 2026-11-20T12:00:00Z.
"""
import base64
import hashlib
import hmac
import json
import pathlib
import sys
import urllib.parse

SECRET = b"test-secret"
SECONDS = "1795176000"
MILLISECONDS = SECONDS + "000"
URL = "https://leads.acme.example"


def mac(message, algorithm=hashlib.sha256):
    return hmac.new(SECRET, message, algorithm)


def hubspot(method, target, body, proof):
    url = (URL + target).encode()
    if proof == "v1":
        return {"X-HubSpot-Signature": hashlib.sha256(SECRET + body).hexdigest()}
    if proof == "v2":
        return {"X-HubSpot-Signature": hashlib.sha256(SECRET + method.encode() + url + body).hexdigest()}
    for code in ("3A", "2F", "3F", "40", "21", "24", "27", "28", "29", "2A", "2C", "3B"):
        url = url.replace(b"%" + code.encode(), urllib.parse.unquote("%" + code).encode())
    signed = method.encode() + url + body + MILLISECONDS.encode()
    return {
        "X-HubSpot-Signature-v3": base64.b64encode(mac(signed).digest()).decode(),
        "X-HubSpot-Request-Timestamp": MILLISECONDS,
    }


def signature(adapter, method, target, body, proof):
    if adapter == "hubspot":
        return hubspot(method, target, body, proof or "v3")
    if adapter == "hubspot-workflow":
        return hubspot(method, target, body, proof or "v2")
    if adapter == "typeform":
        return {"Typeform-Signature": "sha256=" + base64.b64encode(mac(body).digest()).decode()}
    if adapter == "webflow":
        signed = MILLISECONDS.encode() + b":" + body
        return {"X-Webflow-Signature": mac(signed).hexdigest(), "X-Webflow-Timestamp": MILLISECONDS}
    if adapter == "calendly":
        tag = mac(SECONDS.encode() + b"." + body).hexdigest()
        return {"Calendly-Webhook-Signature": f"t={SECONDS},v1={tag}"}
    if adapter == "segment":
        signed = json.dumps(json.loads(body)[0], separators=(",", ":")).encode() if body.startswith(b"[") else body
        return {"X-Signature": mac(signed, hashlib.sha1).hexdigest()}
    if adapter == "linkedin":
        return {"X-LI-Signature": mac(b"hmacsha256=" + body).hexdigest()}
    return {}


def sign(path):
    head, body = path.read_bytes().split(b"\n\n", 1)
    lines = head.decode().split("\n")
    method, target, _ = lines[0].split(" ")
    # A case says in a header of its own which of several proofs it bears; none, if it is to be forged.
    headers = dict(line.split(": ", 1) for line in lines[1:])
    proof = headers.get("X-Proof")
    if proof == "none" or method == "GET":
        return
    if proof != "key":
        headers.update(signature(path.parent.name, method, target, body, proof))
    text = "\n".join([lines[0], *(f"{name}: {value}" for name, value in headers.items())])
    path.write_bytes(text.encode() + b"\n\n" + body)


if __name__ == "__main__":
    here = pathlib.Path(__file__).parent
    for file in map(pathlib.Path, sys.argv[1:]) if sys.argv[1:] else sorted(here.glob("*/*.http")):
        sign(file.resolve())
