"""What the student page costs a phone that has never seen it: bytes, requests and time. No proxy helps."""

from urllib.parse import urlsplit

from playwright.sync_api import CDPSession, Page, expect

from tests.browser.conftest import Screens

BYTES, REQUESTS = 60_000, 5
PATIENCE = 2.0  # seconds until a slow phone can be used
SLOW_LINE = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 1.6e6 / 8}


class Wire:
    """Everything that a page sends for and gets, as the network sees it."""

    def __init__(self, page: Page) -> None:
        self.debugger: CDPSession = page.context.new_cdp_session(page)
        self.addresses: list[str] = []
        self.received = 0
        self.debugger.send("Network.enable")
        self.debugger.send("Network.clearBrowserCache")
        self.debugger.on("Network.requestWillBeSent", lambda sent: self._asked(sent["request"]["url"]))
        self.debugger.on("Network.responseReceived", lambda got: self._got(got["response"]["encodedDataLength"]))
        self.debugger.on("Network.dataReceived", lambda got: self._got(got["encodedDataLength"]))

    def _asked(self, address: str) -> None:
        if urlsplit(address).scheme != "data":
            self.addresses.append(address)

    def _got(self, size: int) -> None:
        self.received += size  # heads and bodies, as compressed as they came


def test_the_page_is_small_and_asks_nobody_else(screens: Screens, url: str) -> None:
    phone = screens.open("about:blank")
    wire = Wire(phone)
    phone.goto(url, wait_until="networkidle")
    expect(phone.locator("#join")).to_be_visible()
    assert {urlsplit(address).netloc for address in wire.addresses} == {urlsplit(url).netloc}
    assert 3 <= len(wire.addresses) <= REQUESTS, wire.addresses
    assert 10_000 < wire.received <= BYTES


def test_the_page_of_a_question_with_its_stream_is_no_heavier(screens: Screens, url: str) -> None:
    phone = screens.open("about:blank")
    phone.goto(url)
    phone.fill("[name=student_id]", "ada")
    phone.fill("[name=name]", "Ada")
    phone.locator("button[form=join]").click()
    expect(phone.locator("#stage")).to_be_visible()
    wire = Wire(phone)
    with phone.expect_response("**/stream*"):
        phone.reload()
    phone.wait_for_timeout(300)
    assert any(urlsplit(address).path == "/stream" for address in wire.addresses)
    assert len(wire.addresses) <= REQUESTS, wire.addresses
    assert wire.received <= BYTES


def test_a_slow_phone_on_a_slow_line_is_ready_before_it_is_missed(screens: Screens, url: str) -> None:
    tries = [seconds_until_ready(screens.open("about:blank"), url) for _ in range(3)]  # a busy machine is no slow phone
    assert min(tries) > 0.3, "the slow line was not emulated: two round trips take longer"
    assert min(tries) <= PATIENCE, tries


def seconds_until_ready(phone: Page, url: str) -> float:
    """Until it is painted and the scripts have run, from the tap on the address."""
    wire = Wire(phone)
    wire.debugger.send("Network.emulateNetworkConditions", SLOW_LINE)
    wire.debugger.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    phone.goto(url)
    scripted = "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"
    painted = "(performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0)"
    phone.wait_for_function(f"() => {scripted} && {painted}")
    return float(phone.evaluate(f"Math.max({scripted}, {painted})")) / 1000
