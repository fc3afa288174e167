"""Where a stock is kept between two runs."""

import json
from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType

from inventory.stock import Item, Stock


class Storage(ABC):
    """Keeps a stock."""

    @abstractmethod
    def load(self) -> Stock:
        """Read the stock that was saved last.

        Returns:
            The stock, empty if none was ever saved.
        """

    @abstractmethod
    def save(self, stock: Stock) -> None:
        """Replace what is kept.

        Args:
            stock: The stock to keep.
        """


class FileStorage(Storage):
    """Keeps a stock in a JSON file.

    Args:
        path: The file, made when it is first saved.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> "FileStorage":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def load(self) -> Stock:
        stock = Stock()
        if self._path.exists():
            for row in json.loads(self._path.read_text()):
                stock.add(Item(**row))
        return stock

    def save(self, stock: Stock) -> None:
        rows = [{"sku": item.sku, "name": item.name, "price": item.price} for item in stock]
        self._path.write_text(json.dumps(rows))

    def close(self) -> None:
        """Let go of the file."""


def from_path(path: Path) -> FileStorage:
    if path.is_dir():
        raise IsADirectoryError("the path of a storage must be a file")
    return FileStorage(path)
