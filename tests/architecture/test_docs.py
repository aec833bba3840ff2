"""The reference pages say what the code says, and no page leads nowhere."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_reference_is_as_the_code_is() -> None:
    pages = runpy.run_path(str(ROOT / "docs" / "build.py"))["pages"]()

    for name, text in pages.items():
        stored = (ROOT / "docs" / "reference" / name).read_text("utf-8")
        assert stored == text, f"run make docs: {name} is behind"


def test_no_link_between_pages_is_broken() -> None:
    broken = [
        (str(page.relative_to(ROOT)), link)
        for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
        for link in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text("utf-8"))
        if not (page.parent / link).exists()
    ]

    assert broken == []


def test_every_page_is_on_the_page_of_pages() -> None:
    docs = ROOT / "docs"
    linked = set(re.findall(r"\]\(([^)#]+)\)", (docs / "README.md").read_text("utf-8")))
    pages = {
        str(page.relative_to(docs))
        for folder in ("tutorial", "how-to", "explanation", "reference")
        for page in (docs / folder).glob("*.md")
    }

    assert pages <= linked
