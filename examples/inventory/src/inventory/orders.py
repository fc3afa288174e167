"""Orders of customers, and what they take from the stock."""

from inventory.stock import Stock, StockError


class Order:
    """What one customer wants.

    Args:
        customer: Who gets it.
    """

    def __init__(self, customer: str) -> None:
        self.customer = customer
        self.lines: list[tuple[str, int]] = []

    def __str__(self) -> str:
        return f"{self.customer}: {len(self.lines)} lines"

    def add_line(self, sku: str, pieces: int = 1) -> None:
        if pieces <= 0:
            raise ValueError("pieces must be positive")
        self.lines.append((sku, pieces))

    def is_complete(self) -> bool:
        return bool(self.lines)


def reserve(stock: Stock, order: Order) -> None:
    """Take everything that an order asks for out of the stock, or nothing.

    Args:
        stock: The stock to take from.
        order: The order to fill.

    Raises:
        StockError: If anything that it asks for is not there.
    """
    for sku, _ in order.lines:
        if sku not in stock:
            raise StockError("the order asks for an unknown item")
    for sku, pieces in order.lines:
        stock.remove_pieces(sku, pieces)


# Put everything back that the order has taken.
def cancel_order(stock: Stock, order: Order) -> None:
    if not order.is_complete():
        raise ValueError("an order without lines cannot be cancelled")
    for sku, pieces in order.lines:
        stock.add(stock.get_item(sku), pieces)
