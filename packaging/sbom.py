#!/usr/bin/env python3
"""Prints what is compiled into library and command for the targets: a bill of materials, CycloneDX 1.5 in JSON.

usage: sbom.py TARGET...

The crates that Cargo links for at least one target, with the checksums of Cargo.lock; not what builds or tests them. (The
usual tool, cargo-cyclonedx 0.5, also lists what macros are made of, names the builder's folder, and takes 160 s of a
processor to be built, which a check in every change has to wait for.)
"""
import datetime
import json
import os
import re
import subprocess
import sys
import uuid

os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))


def cargo(*arguments):
    return subprocess.run(["cargo", *arguments], check=True, stdout=subprocess.PIPE, text=True).stdout


used = {}  # (name, version): the targets
for target in sys.argv[1:]:
    tree = cargo("tree", "--locked", "--edges", "normal,no-proc-macro", "--target", target, "--prefix", "none", "--format", "{p}")
    for crate in set(re.findall(r"^(\S+) v(\S+)", tree, re.M)):
        used.setdefault(crate, []).append(target)
with open("Cargo.lock", encoding="utf-8") as lock:
    sums = {found[:2]: found[2] for found in re.findall(r'name = "(.*)"\nversion = "(.*)"\nsource = .*\nchecksum = "(.*)"', lock.read())}
metadata = json.loads(cargo("metadata", "--locked", "--format-version", "1"))
packages = {package["id"]: package for package in metadata["packages"] if (package["name"], package["version"]) in used}


def purl(package):
    return "pkg:cargo/%s@%s" % (package["name"], package["version"])


def component(package):
    made = {
        "type": "library",
        "bom-ref": purl(package),
        "name": package["name"],
        "version": package["version"],
        "description": (package["description"] or "").strip(),
        "licenses": [{"expression": package["license"].replace("/", " OR ")}],
        "purl": purl(package),
    }
    checksum = sums.get((package["name"], package["version"]))
    if checksum:
        made["hashes"] = [{"alg": "SHA-256", "content": checksum}]
        made["properties"] = [{"name": "erptoken:target", "value": target} for target in used[package["name"], package["version"]]]
    if package["repository"]:
        made["externalReferences"] = [{"type": "vcs", "url": package["repository"]}]
    return made


root = packages[metadata["resolve"]["root"]]
parts = [component(package) for package in packages.values() if package is not root]
# Rust's standard library is compiled in too, from the source that belongs to the compiler.
rust = subprocess.run(["rustc", "--version"], check=True, stdout=subprocess.PIPE, text=True).stdout.split()[1]
parts.append({
    "type": "library",
    "bom-ref": "pkg:github/rust-lang/rust@" + rust,
    "name": "std",
    "version": rust,
    "description": "Rust's standard library",
    "licenses": [{"expression": "MIT OR Apache-2.0"}],
    "purl": "pkg:github/rust-lang/rust@" + rust,
})
edges = [
    {
        "ref": purl(packages[node["id"]]),
        "dependsOn": sorted(
            purl(packages[needed["pkg"]])
            for needed in node["deps"]
            # None is an ordinary dependency; those for building and for tests have names.
            if needed["pkg"] in packages and any(kind["kind"] is None for kind in needed["dep_kinds"])
        ),
    }
    for node in metadata["resolve"]["nodes"]
    if node["id"] in packages
]
moment = datetime.datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), datetime.timezone.utc)
bom = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.5",
    "version": 1,
    "metadata": {
        "timestamp": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "component": {
            **component(root),
            "components": [
                {"type": "library", "bom-ref": "library", "name": "liberptoken", "version": root["version"]},
                {"type": "application", "bom-ref": "command", "name": "erptoken", "version": root["version"]},
            ],
        },
    },
    "components": sorted(parts, key=lambda part: part["bom-ref"]),
    "dependencies": sorted(edges, key=lambda edge: edge["ref"]),
}
bom["serialNumber"] = "urn:uuid:%s" % uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(bom, sort_keys=True))
print(json.dumps(bom, indent=1))
