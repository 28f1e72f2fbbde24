"""Favicon: writes app/web/icons/favicon.ico as Chromium draws favicon.svg, in the sizes that browsers ask for."""

import struct
from pathlib import Path

from playwright.sync_api import sync_playwright

ICONS = Path(__file__).parent.parent / "app" / "web" / "icons"
SIZES = (16, 32, 48)  # pixels
_CHROMIUM = "/usr/bin/chromium"


def drawn(svg: str, sizes: tuple[int, ...] = SIZES) -> list[bytes]:
    """PNG images of a drawing, each so many pixels wide and high, with what is not drawn left transparent."""
    images = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for size in sizes:
            page = browser.new_page(viewport={"width": size, "height": size})
            page.set_content(f"<style>* {{ margin: 0 }} svg {{ display: block; width: {size}px }}</style>{svg}")
            images.append(page.screenshot(omit_background=True))
        browser.close()
    return images


def packed(images: list[bytes], sizes: tuple[int, ...] = SIZES) -> bytes:
    """ICO file of PNG images: a header, one directory entry for each image, then the images."""
    offset = 6 + 16 * len(images)
    header, entries = struct.pack("<HHH", 0, 1, len(images)), []
    for image, size in zip(images, sizes, strict=True):
        entries.append(struct.pack("<BBBBHHII", size, size, 0, 0, 1, 32, len(image), offset))
        offset += len(image)
    return b"".join((header, *entries, *images))


if __name__ == "__main__":
    (ICONS / "favicon.ico").write_bytes(packed(drawn((ICONS / "favicon.svg").read_text())))
