"""Many short texts in a few arrays, so that opening a hundred thousand of them reads no single one."""

from functools import cached_property
from hashlib import blake2b

import numpy

MANY = 500  # texts taken at once, from which reading all is quicker than one by one


def key(encoded: bytes) -> int:
    """Give the number by which a text is looked up."""
    return int.from_bytes(blake2b(encoded, digest_size=8).digest(), "little")


class StringTable:
    """Texts by number: one run of UTF-8 bytes, the places where each begins, and their keys in order."""

    def __init__(self, data: numpy.ndarray, starts: numpy.ndarray, keys: numpy.ndarray, by_key: numpy.ndarray):
        self.data, self.starts, self.keys, self.by_key = data, starts, keys, by_key

    @classmethod
    def of(cls, texts: list[str]) -> "StringTable":
        """Give the table of a list of texts."""
        encoded = [text.encode() for text in texts]
        starts = numpy.zeros(len(texts) + 1, dtype=numpy.int64)
        numpy.cumsum([len(text) for text in encoded], out=starts[1:])
        keys = numpy.array([key(text) for text in encoded], dtype=numpy.uint64)
        by_key = numpy.argsort(keys, kind="stable").astype(numpy.int32)
        return cls(numpy.frombuffer(b"".join(encoded), dtype=numpy.uint8), starts, keys[by_key], by_key)

    def arrays(self) -> dict[str, numpy.ndarray]:
        """Give the arrays to save, by name."""
        return {"data": self.data, "starts": self.starts, "keys": self.keys, "by_key": self.by_key}

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, number: int) -> str:
        return self.data[self.starts[number]:self.starts[number + 1]].tobytes().decode()

    @cached_property
    def whole(self) -> str | None:
        """Give all texts as one, where a byte is a character; none otherwise."""
        data = self.data.tobytes()
        return data.decode("ascii") if data.isascii() else None

    def take(self, numbers: numpy.ndarray) -> list[str]:
        """Give the texts with these numbers."""
        if len(numbers) < MANY:
            return [self[number] for number in numbers.tolist()]
        wanted, places = numpy.unique(numbers, return_inverse=True)
        begins, ends = self.starts[wanted].tolist(), self.starts[wanted + 1].tolist()
        if self.whole is not None:
            whole = self.whole
            texts = [whole[begin:end] for begin, end in zip(begins, ends)]
        else:
            data = self.data.tobytes()
            texts = [data[begin:end].decode() for begin, end in zip(begins, ends)]
        return numpy.array(texts, dtype=object)[places].tolist()

    def number(self, text: str) -> int | None:
        """Give the number of a text; none when it is not in the table."""
        wanted = key(text.encode())
        place = int(numpy.searchsorted(self.keys, numpy.uint64(wanted)))
        while place < len(self.keys) and int(self.keys[place]) == wanted:
            if self[int(self.by_key[place])] == text:
                return int(self.by_key[place])
            place += 1
        return None
