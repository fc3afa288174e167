"""The sample project's own tests: they pass before and after."""

import pytest

from inventory.orders import Order, cancel_order, reserve
from inventory.stock import Item, Stock, StockError, parse_sku

BOLT = Item("B-1", "bolt", 5)


def test_what_is_added_is_counted() -> None:
    stock = Stock()
    stock.add(BOLT, 3)
    assert stock.remove_pieces("B-1", 2) == 1
    assert stock.total_price == 5


def test_more_than_there_is_cannot_be_removed() -> None:
    stock = Stock()
    stock.add(BOLT)
    with pytest.raises(StockError):
        stock.remove_pieces("B-1", 2)


def test_a_cancelled_order_gives_everything_back() -> None:
    stock = Stock()
    stock.add(BOLT, 2)
    order = Order("Ada")
    order.add_line("B-1", 2)
    reserve(stock, order)
    cancel_order(stock, order)
    assert stock.total_price == 10


def test_an_empty_sku_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        parse_sku("  ")
