"""What the operator may set: flags, then ``PORTAL_*`` variables, then ``.env``, then the defaults here."""

import argparse
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class SettingFaults(Exception):
    """Every setting that cannot be used, each with its name and what is wrong with it."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


class Settings(BaseSettings):
    """One frozen value for the whole program. A field's description is what ``portal serve --help`` prints."""

    model_config = SettingsConfigDict(env_prefix="PORTAL_", env_file=".env", extra="ignore", frozen=True)

    pool: Path | None = Field(None, description="the quiz to run, a JSON file (default: the demo quiz)")
    pools: Path = Field(Path("pools"), description="folder of the pools that the console offers")
    host: str = Field("0.0.0.0", description="address to listen on")  # noqa: S104 (phones must reach it)
    port: int = Field(8001, ge=0, le=65535, description="port to listen on; 0 takes a free one")
    db: Path = Field(Path("var/portal.db"), description="the one file with everything that happened")
    public_url: str | None = Field(None, description="what the QR code holds (default: the LAN address)")
    admin_password: str | None = Field(None, min_length=6, description="the console's password (default: made, kept)")
    secret_key: str | None = Field(None, min_length=16, description="signs cookies, receipts (default: made, kept)")
    trusted_proxies: str = Field("127.0.0.1,::1", description="whose X-Forwarded-For is believed, comma-separated")
    language: Literal["auto", "en", "de"] = Field("auto", description="of the pages: en, de; auto: each browser's own")
    grace_ms: int = Field(500, ge=0, le=5000, description="how long after the bell a tap still counts, in ms")
    frame_ancestors: str = Field("", description="origins that may show the projector in a frame, space-separated")
    streams_each: int = Field(6, ge=1, le=100, description="live pages a student may have open at once")

    @field_validator("public_url")
    @classmethod
    def _is_a_web_address(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("http://", "https://")):
            message = "is not a web address: it begins with http:// or https://"
            raise ValueError(message)
        return value.rstrip("/") if value else None

    @field_validator("frame_ancestors")
    @classmethod
    def _fits_into_a_header(cls, value: str) -> str:
        if not (value.isascii() and (value.isprintable() or not value)):
            message = "is not one line of origins, such as https://a.example https://b.example"
            raise ValueError(message)
        return value

    @property
    def has_tls(self) -> bool:
        """Whether phones come over https, so that cookies can be kept from plain http."""
        return (self.public_url or "").startswith("https://")


def add_flags(parser: argparse.ArgumentParser) -> None:
    """A flag for every setting; ``pool`` is the one positional argument."""
    for name, field in Settings.model_fields.items():
        shown = f"{field.description} [PORTAL_{name.upper()}]"
        if name == "pool":
            parser.add_argument("pool", nargs="?", metavar="POOL", help=shown)
        else:
            parser.add_argument(f"--{name.replace('_', '-')}", metavar=name.upper(), help=shown)


def from_flags(flags: argparse.Namespace) -> Settings:
    """The settings in force. Raises :class:`SettingFaults` with every one that is wrong."""
    given = {name: value for name in Settings.model_fields if (value := getattr(flags, name, None)) is not None}
    try:
        return Settings(**given)
    except ValidationError as invalid:
        raise SettingFaults([_sentence(error["loc"], error["msg"]) for error in invalid.errors()]) from invalid


def _sentence(place: tuple[int | str, ...], message: str) -> str:
    name = str(place[0]) if place else "settings"
    return f"{name} (--{name.replace('_', '-')}, PORTAL_{name.upper()}): {message.removeprefix('Value error, ')}"
