"""The shared base of clients: one record for a client, whichever case it is in."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from workflows.domain.ids import ClientId


class ClientAttribute(StrEnum):
    """What the client base keeps of a client beside the name; a form field may be declared to hold one of these."""

    INN = "inn"
    CONTACT = "contact"
    PHONE = "phone"
    EMAIL = "email"
    SITE = "site"


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A client as the base keeps it."""

    id: ClientId
    name: str
    attributes: Mapping[ClientAttribute, str]
