"""The checks that every visit makes do find what they are for."""

import pytest

from browser.visiting import Visitor

PAGES = {
    "axe": ("<img src='data:,'>", "image-alt"),
    "sideways": ("<div style='width: 3000px'>wide</div>", "scrolls sideways"),
    "console": ("<script>console.error('broken')</script>", "broken"),
    "policy": (
        "<meta http-equiv='Content-Security-Policy' content=\"script-src 'none'\"><script>1</script>",
        "Content Security Policy",
    ),
}


@pytest.mark.parametrize("fault", PAGES)
def test_a_visit_complains_about(chromium, assets, fault):
    content, complaint = PAGES[fault]
    page = chromium.new_page()
    window = Visitor(page, "", assets, has_scripts=True)
    page.set_content(
        f"<html lang='en'><head><title>A page</title></head><body><main>{content}</main></body></html>"
    )
    with pytest.raises(AssertionError, match=complaint):
        window.check()
    page.close()
