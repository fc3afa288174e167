"""Access to a model server: its URL, the key, the hosts that the user allows."""

from collections.abc import Collection
from dataclasses import dataclass, field

from workhorse_core.models.endpoint import Price
from workhorse_core.models.privacy.address import Address, admit


@dataclass(frozen=True, slots=True)
class Access:
    """Access to one server.

    ``key`` is the API key and ``key_name`` the variable that it came from. ``hosts`` are the machines
    besides this one that the user's own configuration names. ``timeout`` are the seconds that an answer may pause
    between two tokens. ``price`` is what the user has set for the model's tokens. ``preferred`` are the models that are
    taken, the first best, where ``model`` is None.
    """

    url: str
    model: str | None = None
    key: str | None = field(default=None, repr=False)
    key_name: str | None = None
    hosts: Collection[str] = ()
    timeout: float = 600.0
    price: Price | None = None
    preferred: Collection[str] = ()

    @property
    def address(self) -> Address:
        """Its address, checked each time: there is no other way to a server.

        Raises:
            EndpointRefused: Code may not be sent there.
        """
        return admit(self.url, self.hosts)
