#!/usr/bin/env python3
"""Copies this machine's C library into a folder, without the functions that came after a version of glibc:

    older.py 2.17 FOLDER

A program that is run with the copies (FOLDER/ld-linux-x86-64.so.2 --library-path FOLDER) and asks for a newer one, be it
while it runs, gets the answer that the older glibc gives: there is none. What the older one did in another way is not seen.
For 64 bits, little-endian.
"""

import shutil
import struct
import sys
from pathlib import Path

NAMES = ["ld-linux-x86-64.so.2", "libc.so.6", "libdl.so.2", "libgcc_s.so.1", "libm.so.6", "libpthread.so.0",
         "librt.so.1", "libutil.so.1"]
FOLDERS = [Path("/lib64"), Path("/lib/x86_64-linux-gnu"), Path("/usr/lib64")]
RELA, DYNSYM, VERSYM, VERDEF = 4, 11, 0x6FFFFFFF, 0x6FFFFFFD


def number(version):
    return tuple(int(part) for part in version.split("."))


class Library:
    def __init__(self, path):
        self.data = bytearray(path.read_bytes())
        table, = struct.unpack_from("<Q", self.data, 0x28)
        size, count = struct.unpack_from("<HH", self.data, 0x3A)
        self.sections = [struct.unpack_from("<IIQQQQIIQQ", self.data, table + at * size) for at in range(count)]

    def section(self, kind):
        return next((section for section in self.sections if section[1] == kind), None)

    def text(self, table, at):
        start = self.sections[table][4] + at
        return self.data[start:self.data.index(0, start)].decode()

    def symbols(self):
        """Where each is in the file, its name, whether it is defined here, and the number of its version."""
        symbols, versions = self.section(DYNSYM), self.section(VERSYM)
        for at in range(symbols[5] // 24):
            place = symbols[4] + at * 24
            name, _, _, index = struct.unpack_from("<IBBH", self.data, place)
            version, = struct.unpack_from("<H", self.data, versions[4] + at * 2)
            yield place, self.text(symbols[6], name), index != 0, version & 0x7FFF

    def asked(self):
        """The names that it asks for: other libraries, or itself."""
        names = {name for _, name, defined, _ in self.symbols() if not defined}
        own = self.section(DYNSYM)
        for section in self.sections:
            if section[1] == RELA and self.sections[section[6]] == own:
                for at in range(section[4], section[4] + section[5], 24):
                    symbol, = struct.unpack_from("<I", self.data, at + 12)
                    names.add(self.text(own[6], struct.unpack_from("<I", self.data, own[4] + symbol * 24)[0]))
        return names

    def versions(self):
        """The names of the versions that are defined here, by number."""
        names, definitions = {}, self.section(VERDEF)
        at = definitions[4] if definitions else None
        while at is not None:
            _, _, number, _, _, first, following = struct.unpack_from("<HHHHIII", self.data, at)
            names[number] = self.text(definitions[6], struct.unpack_from("<I", self.data, at + first)[0])
            at = at + following if following else None
        return names


def main():
    newest, folder = number(sys.argv[1]), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    paths = {name: next(place / name for place in FOLDERS if (place / name).exists()) for name in NAMES}
    libraries = {name: Library(path) for name, path in paths.items()}
    among = set().union(*(library.asked() for library in libraries.values()))
    hidden = set()
    for name, library in libraries.items():
        versions = library.versions()
        for place, symbol, defined, version in library.symbols():
            of = versions.get(version, "")
            if defined and of.startswith("GLIBC_2.") and number(of[6:]) > newest and symbol not in among:
                struct.pack_into("<HQ", library.data, place + 6, 0, 0)
                hidden.add(symbol)
        (folder / name).write_bytes(library.data)
        shutil.copymode(paths[name], folder / name)
    for name in ["getrandom", "statx", "__cxa_thread_atexit_impl", "gettid", "copy_file_range"]:
        assert name in hidden, f"{name} is not newer than {sys.argv[1]}"
    print(f"{len(hidden)} functions are newer than glibc {sys.argv[1]}")


main()
