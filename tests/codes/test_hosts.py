"""Where codes point."""

import pytest

from codes.errors import HostInvalid
from codes.hosts import as_printed, origin

OURS = ("HTTPS://LS.EXAMPLE.ORG",)


@pytest.mark.parametrize(
    ("address", "printed"),
    [
        ("https://ls.example.org", "HTTPS://LS.EXAMPLE.ORG"), ("https://ls.example.org/", "HTTPS://LS.EXAMPLE.ORG"),
        ("https://ls.example.org:443", "HTTPS://LS.EXAMPLE.ORG"), ("https://ls.example.org:8443", "HTTPS://LS.EXAMPLE.ORG:8443"),
        ("http://127.0.0.1:8080", "HTTP://127.0.0.1:8080"), ("http://localhost", "HTTP://LOCALHOST"), ("http://192.168.1.7:80", "HTTP://192.168.1.7"),
    ],
)  # fmt: skip
def test_an_address_is_printed_in_capitals_without_what_goes_without_saying(address: str, printed: str) -> None:
    assert origin(address) == printed


@pytest.mark.parametrize(
    "address",
    ["", "ls.example.org", "ftp://ls.example.org", "http://ls.example.org", "http://8.8.8.8", "https://ls.example.org/codes", "https://a b.org",
     "https://u@ls.example.org",
     "https://ls.example.org?x", "https://ls.example.org:0", "https://ls.example.org:99999", "https://-ls.org", "https://安全.org",
     "https://" + "a." * 130 + "org"],
)  # fmt: skip
def test_an_address_that_codes_cannot_be_printed_with_is_refused(address: str) -> None:
    with pytest.raises(HostInvalid):
        origin(address)


def test_a_pasted_link_of_ours_becomes_the_printed_text_and_its_token_stays() -> None:
    assert as_printed("https://ls.example.org/S/ABC234", hosts=OURS) == "HTTPS://LS.EXAMPLE.ORG/S/ABC234"
    assert as_printed("Https://LS.example.ORG/S/ABC234", hosts=OURS) == "HTTPS://LS.EXAMPLE.ORG/S/ABC234"


@pytest.mark.parametrize(
    "text", ["https://ls.example.org/S/abc", "https://ls.example.org/s/ABC", "https://evil.example/S/ABC", "http://ls.example.org/S/ABC", "", "A" * 600]
)
def test_every_other_text_stays_as_it_is(text: str) -> None:
    assert as_printed(text, hosts=OURS) == text
