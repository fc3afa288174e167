"""The stock of a shop: items and how many there are of each."""

from collections.abc import Iterator
from dataclasses import dataclass


class StockError(Exception):
    """Something is asked of the stock that it cannot do."""


@dataclass(frozen=True)
class Item:
    """One kind of thing.

    Args:
        sku: The stock keeping unit, unique in the shop.
        name: What customers call it.
        price: The price of one piece in cents.
    """

    sku: str
    name: str
    price: int = 0


class Stock:
    """Counts pieces by stock keeping unit."""

    def __init__(self) -> None:
        self._pieces: dict[str, int] = {}
        self._items: dict[str, Item] = {}

    def __len__(self) -> int:
        return len(self._items)

    def __contains__(self, sku: str) -> bool:
        return sku in self._items

    def __iter__(self) -> Iterator[Item]:
        return iter(self._items.values())

    def add(self, item: Item, pieces: int = 1) -> None:
        """Put pieces of an item into the stock.

        Args:
            item: The item to count.
            pieces: How many pieces.

        Raises:
            ValueError: If pieces is not positive.
        """
        if pieces <= 0:
            raise ValueError("pieces must be positive")
        self._items[item.sku] = item
        self._pieces[item.sku] = self._pieces.get(item.sku, 0) + pieces

    def remove_pieces(self, sku: str, pieces: int = 1) -> int:
        if sku not in self._items:
            raise KeyError(f"unknown stock keeping unit: {sku}")
        if pieces > self._pieces[sku]:
            raise StockError("not enough pieces in stock")
        self._pieces[sku] -= pieces
        return self._pieces[sku]

    def get_item(self, sku: str) -> Item:
        return self._items[sku]

    def is_empty(self) -> bool:
        return not self._items

    def has_item(self, sku: str) -> bool:
        return sku in self._items

    @property
    def total_price(self) -> int:
        return sum(self._items[sku].price * count for sku, count in self._pieces.items())


def parse_sku(text: str) -> str:
    sku = text.strip().upper()
    if not sku:
        raise ValueError("a stock keeping unit must not be empty")
    return sku
