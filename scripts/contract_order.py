"""The order of the paths in the contract, which /docs and generated clients follow."""

from __future__ import annotations

from pathlib import Path

from contract_pieces import Entry, Piece

Found = tuple[Piece, Entry]


def ordered(folder: Path, tags: list[Entry], paths: dict[str, Found]) -> list[tuple[str, Found]]:
    """By tag; in a tag, the pieces that it names come first, in that order, then the others by name."""
    order: dict[str, tuple[int, list[str]]] = {}
    for place, tag in enumerate(tags):
        chapter, names = tag.need("name").value.lower(), tag.value.get("order", [])
        for name in names:
            if not (folder / chapter / f"{name}.yaml").exists():
                tag.fail(f"`order` names {chapter}/{name}.yaml, which is not there")
        order[chapter] = (place, names)
    keys = {}
    for path, (piece, entry) in paths.items():
        chapter, name = piece.path.parent.name, piece.path.stem
        if chapter not in order:
            entry.fail(f"paths are in the folder of a tag, and {chapter} is none; the tags are {', '.join(order)}")
        place, names = order[chapter]
        keys[path] = (place, names.index(name) if name in names else len(names), name, entry.key.start_mark.line)
    return sorted(paths.items(), key=lambda item: keys[item[0]])
