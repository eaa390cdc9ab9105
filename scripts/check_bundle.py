"""Checks that scripts/bundle-contract refuses, with words, pieces that are wrong.

Usage: check_bundle.py

Each fault is put into a copy of contract/, alone: what is bundled without a word is a hole in the checks.
"""

from __future__ import annotations

import contextlib
import io
import shutil
import sys
import tempfile
from pathlib import Path

import bundle_contract
from bundle_contract import Bundle

# The piece, the text in it, what is put in its place, and what must be said of it.
FAULTS = [
    ("tokens/tokens.yaml", "responses: {204: Deleted}", "responses: {204: Deleted, 403: Forbidden}", "403: Forbidden is derived"),
    ("tokens/tokens.yaml", "responses: {204: Deleted}", "responses: {204: Deleted, 415: null}", "nothing to take away"),
    ("tokens/tokens.yaml", "responses: {204: Deleted}", "responses: {204: Delete}", "did you mean Deleted"),
    ("tokens/tokens.yaml", "responses: {204: Deleted}", "responses: [Deleted]", "has members"),
    ("tokens/tokens.yaml", "responses: {204: Deleted}", "", "lacks `responses`"),
    ("tokens/tokens.yaml", "responses: {204: Deleted}", "respones: {204: Deleted}", "“respones” is not written in an operation"),
    ("tokens/tokens.yaml", "validator: none", "validator: no", "there is a validator unless"),
    ("tokens/tokens.yaml", "parameters: [Limit, Cursor, Count]", "parameters: [Limit, IfNoneMatch]", "IfNoneMatch is derived"),
    ("tokens/tokens.yaml", "parameters: [Limit, Cursor, Count]", "parameters: {Limit: Limit}", "is a list of names"),
    ("tokens/tokens.yaml", "examples: {jetons: TokenList}", "examples: {jetons: TokenLists}", "among its `examples`"),
    ("tokens/tokens.yaml", "schema: TokenCollection", "schema: TokenCollections", "among its `schemas`"),
    ("tokens/tokens.yaml", "links: [FirstToken]", "links: []", "nothing refers to FirstToken"),
    ("tokens/tokens.yaml", "headers: {Cache-Control: CacheControl}", "headers: {Location: Location}", "Location is derived"),
    ("tokens/tokens.yaml", "schemas:\n", "models:\n", "“models” is no part of a contract"),
    ("tokens/tokens.yaml", "schemas/TokenId'", "schemas/TokenIdentity'", "no piece has what"),
    ("tokens/tokens.yaml", "  /v1/tokens/{token}:", "  /v1/me:", "/v1/me is also in"),
    ("tokens/tokens.yaml", "    delete:", "    remove:", "neither `parameters` nor one of"),
    ("tokens/tokens.yaml", "summary: Révoquer un jeton", "operationId: revokeToken", "is written twice"),
    ("tokens/tokens.yaml", "requestBody: TokenCreate", "requestBody: [", "this is not YAML"),
    ("tokens/tokens.yaml", "schemas:\n", "schemas:\n" + "  # A line.\n" * 400, "fewer than 400"),
    ("tokens/me.yaml", "schemas:\n", "schemas:\n  Problem:\n    type: object\n", "“Problem” is also in"),
    ("examples/tokens/tokens.yaml", "  TokenList:\n", "  Unseen:\n    summary: a\n    value: 1\n  TokenList:\n", "nothing shows the example Unseen"),
    ("examples/tokens/tokens.yaml", "  TokenList:\n", "  TokenList:\n    note: a\n", "and nothing else"),
    ("examples/ministries/ministries.yaml", "{$value: Ministry}", "{$value: Ministre}", "no example has this name"),
    ("examples/ministries/ministries.yaml", "{$value: Ministry}", "{$value: MinistryList}", "inside itself"),
    ("document.yaml", "order: [histories, changes]", "order: [histories, feed]", "which is not there"),
    ("document.yaml", "name: Tokens", "name: Keys", "are in the folder of a tag"),
]


def refusal(folder: Path) -> str:
    """What is said of the pieces, or nothing."""
    try:
        Bundle(folder).text()
    except SystemExit as refused:
        return str(refused.code)
    return ""


def missed(scratch: Path) -> list[str]:
    copy, document = scratch / "contract", scratch / "openapi.yaml"
    shutil.copytree("contract", copy)
    holes = []
    for name, text, fault, words in FAULTS:
        piece = copy / name
        before = piece.read_text(encoding="utf-8")
        if text not in before:
            holes.append(f"{name}: has no longer “{text.strip()}”; choose another place for this fault")
            continue
        piece.write_text(before.replace(text, fault, 1), encoding="utf-8")
        said = refusal(copy)
        piece.write_text(before, encoding="utf-8")
        if words not in said:
            holes.append(f"{name}: “{fault.strip()[:60]}” should be refused with “{words}”, and was told: {said or 'nothing'}")
    if said := refusal(copy):
        holes.append(f"the pieces themselves are refused: {said}")
    document.write_text("openapi: 3.1.0\n", encoding="utf-8")
    with contextlib.redirect_stderr(io.StringIO()) as told:
        if bundle_contract.main("--check", str(copy), str(document)) != 1 or "make contract" not in told.getvalue():
            holes.append("a document that is not made from the pieces is taken for one that is")
    return holes


def main() -> int:
    with tempfile.TemporaryDirectory() as scratch:
        holes = missed(Path(scratch))
    for hole in holes:
        print(hole, file=sys.stderr)
    print(f"contract: {len(FAULTS)} faults put into its pieces, {len(holes)} not found", file=sys.stderr)
    return 1 if holes else 0


if __name__ == "__main__":
    sys.exit(main())
