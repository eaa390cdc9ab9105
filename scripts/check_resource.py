"""Adds the sample resource to a copy of the sources, then leaves out each of its places.

Usage: check_resource.py BUILD

BUILD is the folder that Swift builds in. What the pieces are is told in Tests/SampleResource/README.md.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path

from bundle_contract import Bundle

SAMPLE = Path("Tests/SampleResource")
COPY = Path(".jalon/resource")
MOST_PLACES = 8

COPIED = ["Package.swift", "Package.resolved", "Sources", "Tests", "contract", "docs", "migrations", "openapi.yaml", "reference", "schema.sql"]
# The tests that ask for the places, with what they need. All others are left out of the copy, which builds in a third of the time.
SERVER_TESTS = Path("Tests/JalonServerTests")
KEPT_TESTS = [
    "Access/RoleMatrix.swift", "Access/RoleMatrixTests.swift", "Contract", "Documents/JSONTree.swift", "Resources/Feed/FeedReplica.swift",
    "Resources/Impacts/ImpactScene.swift", "Resources/Indicators/IndicatorScene.swift", "Resources/Indicators/MeasureDocumentScene.swift",
    "Resources/Past/RandomHistory.swift", "Resources/Recommendations/RecommendationScene.swift", "Resources/ResourceTests.swift",
    "Resources/Revisions/RevisionScene.swift", "Storage/ConstraintTests.swift", "Storage/Upgrades/UpgradeTests.swift", "Support",
]
LEFT_OUT_TARGETS = ["ActionPlansTests", "PostgresTests", "CommandTests"]

# What Resources.c embeds: it is compiled again when one of these changes.
EMBEDDED = ("schema.sql", "migrations/", "openapi.yaml")
EMBEDDING = COPY / "Sources/CResources/Resources.c"


def fail(text: str) -> None:
    sys.exit(f"check-resource: {text}")


def say(text: str) -> None:
    print(f"check-resource: {text}", file=sys.stderr, flush=True)


@dataclass(frozen=True)
class Numbers:
    """The version of the schema, and the one that the sample brings it to."""

    before: int

    @staticmethod
    def read() -> Numbers:
        return Numbers(len(list(Path("migrations").glob("*.sql"))) + 1)

    def fill(self, text: str) -> str:
        version = self.before + 1
        return text.replace("@BEFORE@", str(self.before)).replace("@VERSION@", str(version)).replace("@STEP@", f"{version:04}")


@dataclass(frozen=True)
class Omission:
    """A place, or one edit of it, that is left out, and how it is told."""

    what: str
    place: Place
    edit: int | None
    # The test that tells it; without one, the compiler does.
    test: str | None
    # What its words match.
    told: str
    # Whether what is left out must be built before it is told: the tests read some files themselves.
    builds: bool


class Place:
    """One of the places that a resource touches: files of its own, and edits of others."""

    def __init__(self, folder: Path, numbers: Numbers) -> None:
        self.folder = folder
        read = tomllib.loads(numbers.fill((folder / "place.toml").read_text(encoding="utf-8")))
        self.title: str = read["title"]
        self.said = read
        self.edits: list[dict] = read.get("edit", [])
        self.files = {
            numbers.fill(file.relative_to(folder).as_posix()): numbers.fill(file.read_text(encoding="utf-8"))
            for file in sorted(folder.rglob("*"))
            if file.is_file() and file.name != "place.toml"
        }

    def omissions(self) -> list[Omission]:
        """The place as a whole, then each edit that is told by itself."""
        parts = [(self.title, None, self.said)] + [(f"an edit of {edit['file']}", number, edit) for number, edit in enumerate(self.edits)]
        return [
            Omission(what, self, number, said.get("test"), said["told"], said.get("builds", True))
            for what, number, said in parts
            if "told" in said
        ]

    def edit(self, texts: dict[str, str], without: int | None) -> None:
        """Makes the edits in the texts of files, by their paths."""
        for number, edit in enumerate(self.edits):
            if number == without:
                continue
            name, anchor = edit["file"], edit["anchor"]
            text = texts.setdefault(name, Path(name).read_text(encoding="utf-8"))
            if text.count(anchor) != 1:
                fail(f"{self.folder}/place.toml: {name} should have “{anchor}” once, and has it {text.count(anchor)} times")
            start = text.index(anchor)
            if "instead" in edit:
                texts[name] = text.replace(anchor, edit["instead"])
            elif "before" in edit:
                line = text.rfind("\n", 0, start) + 1
                texts[name] = text[:line] + edit["before"] + text[line:]
            else:
                line = text.index("\n", start + len(anchor)) + 1
                texts[name] = text[:line] + edit["after"] + text[line:]


class Sources:
    """The copy of the sources, with some of the places."""

    def __init__(self, places: list[Place]) -> None:
        self.places = places
        self.touched = {edit["file"] for place in places for edit in place.edits} | {name for place in places for name in place.files}
        COPY.mkdir(parents=True, exist_ok=True)
        wanted = {file for name in COPIED for file in self.files(Path(name))}
        for file in wanted:
            (COPY / file).parent.mkdir(parents=True, exist_ok=True)
            if str(file) not in self.touched | {"Package.swift", "openapi.yaml"}:
                shutil.copy2(file, COPY / file)
        for file in sorted(COPY.rglob("*"), reverse=True):
            if file.is_file() and file.relative_to(COPY) not in wanted and str(file.relative_to(COPY)) not in self.touched:
                file.unlink()
        self.write("Package.swift", self.package())

    @staticmethod
    def files(path: Path) -> list[Path]:
        found = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
        return [file for file in found if Sources.is_needed(file)]

    @staticmethod
    def is_needed(file: Path) -> bool:
        if SERVER_TESTS in file.parents:
            inside = file.relative_to(SERVER_TESTS)
            return any(Path(kept) in (inside, *inside.parents) for kept in KEPT_TESTS)
        return SAMPLE not in file.parents and not any(target in file.parts for target in LEFT_OUT_TARGETS)

    @staticmethod
    def package() -> str:
        """Package.swift without the targets that are left out."""
        text = Path("Package.swift").read_text(encoding="utf-8")
        for target in LEFT_OUT_TARGETS:
            text, count = re.subn(rf'\n        \.\w+\(\s*name: "{target}",(?: .*\),|(?:\n         .*)*\n        \),)(?=\n)', "", text)
            if count != 1:
                fail(f"Package.swift should have the target {target} once, and has it {count} times")
        return text

    @staticmethod
    def write(name: str, text: str) -> bool:
        """Whether that is another text than was there."""
        file = COPY / name
        if file.exists() and file.read_text(encoding="utf-8") == text:
            return False
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return True

    def lay(self, omission: Omission | None = None) -> None:
        """Lays all the places, but for what is left out."""
        texts: dict[str, str] = {}
        for place in self.places:
            left_out = omission is not None and omission.place is place
            if left_out and omission.edit is None:
                continue
            place.edit(texts, omission.edit if left_out else None)
            texts.update(place.files)
        changed = []
        for name in sorted(self.touched):
            if name in texts or Path(name).exists():
                if self.write(name, texts[name] if name in texts else Path(name).read_text(encoding="utf-8")):
                    changed.append(name)
            elif (COPY / name).exists():
                (COPY / name).unlink()
                changed.append(name)
        if omission is None or any(name.startswith("contract/") for name in changed):
            if self.write("openapi.yaml", Bundle(COPY / "contract").text()):
                changed.append("openapi.yaml")
        if any(name.startswith(EMBEDDED) for name in changed):
            os.utime(EMBEDDING)


class Swift:
    def __init__(self, build: str) -> None:
        self.options = ["--no-color-diagnostics", "--package-path", str(COPY.resolve()), "--scratch-path", build]

    def run(self, *words: str) -> tuple[bool, str]:
        ran = subprocess.run(["swift", *words, *self.options], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        return ran.returncode == 0, ran.stdout

    def build(self) -> tuple[bool, str]:
        return self.run("build", "--build-tests")

    def test(self, *only: str) -> tuple[bool, str]:
        return self.run("test", "--skip-build", *(word for name in only for word in ("--filter", name)))


def titles() -> list[str]:
    """The places as CONTRIBUTING.md lists them."""
    section = Path("CONTRIBUTING.md").read_text(encoding="utf-8").split("\n## Adding a resource\n")[1].split("\n## ")[0]
    return re.findall(r"^\d+\. (?:`([^`]+)`)?", section, re.MULTILINE)


def faults(output: str) -> str:
    """The lines that say what is wrong."""
    lines = [line for line in output.splitlines() if "error: " in line or line.startswith(("✘", "↳"))][:40]
    return "\n".join(lines or output.splitlines()[-40:])


def telling(omission: Omission, output: str) -> str:
    """The line that says what is missing, with the comment of its test."""
    match = re.search(omission.told, output)
    if not match:
        fail(f"{omission.what} was left out, and nothing says “{omission.told}”:\n{faults(output)}")
    line, *others = output[output.rfind("\n", 0, match.start()) + 1 :].splitlines()
    return " ".join([line, *(other for other in others[:1] if other.startswith("↳"))])


def leave_out(omission: Omission, sources: Sources, swift: Swift) -> str:
    sources.lay(omission)
    passes, output = swift.build() if omission.builds else (True, "")
    if not passes and omission.test:
        fail(f"{omission.what} was left out, and the compiler fails before {omission.test} can tell:\n{faults(output)}")
    if omission.test:
        passes, output = swift.test(omission.test)
    if passes:
        fail(f"{omission.what} was left out, and all is well without it")
    return telling(omission, output)


def told_first(omission: Omission) -> tuple[bool, bool, int]:
    """What needs no build comes first. What the compiler refuses comes last: a build that failed is of little use to the next."""
    return omission.test is None, omission.builds, int(omission.place.folder.name[0])


def main(build: str) -> int:
    numbers = Numbers.read()
    folders = sorted(folder for folder in SAMPLE.iterdir() if folder.is_dir())
    every = [Place(folder, numbers) for folder in folders]
    places = [place for place in every if place.folder.name[0].isdigit()]
    listed = titles()
    if [place.title for place in places] != listed:
        fail(f"CONTRIBUTING.md lists {listed}; {SAMPLE} has {[place.title for place in places]}")
    if len(places) > MOST_PLACES:
        fail(f"a resource touches {len(places)} places, and should touch no more than {MOST_PLACES}")
    sources, swift = Sources(every), Swift(build)
    begun = started = time.monotonic()
    sources.lay()
    for what, step in (("built", swift.build), ("tested", swift.test)):
        passes, output = step()
        if not passes:
            fail(f"the sample resource cannot be {what}:\n{faults(output)}")
        say(f"the sample resource, in {len(places)} places, is {what} ({time.monotonic() - begun:.0f} s)")
    for omission in sorted((omission for place in places for omission in place.omissions()), key=told_first):
        begun = time.monotonic()
        line = leave_out(omission, sources, swift)
        say(f"without {omission.what} ({time.monotonic() - begun:.0f} s): {line}")
    say(f"each of the {len(places)} places is told when it is left out ({time.monotonic() - started:.0f} s in all)")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
