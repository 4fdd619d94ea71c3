"""The WordPiece tokenizer of all-MiniLM-L6-v2: bert-base-uncased's, built from its vocabulary."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from importlib.resources import files
from typing import NamedTuple

from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

from services.retrieval.embedding.protocol import EmbedderUnavailable

VOCABULARY_SHA256 = "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"
MAX_TOKENS = 256  # max_seq_length of sentence-transformers/all-MiniLM-L6-v2, special tokens included
_UNKNOWN, _FIRST, _LAST = "[UNK]", "[CLS]", "[SEP]"


class Encoded(NamedTuple):
    """Token ids as the model takes them, at most 256, and whether the text had more."""

    ids: tuple[int, ...]
    truncated: bool


class Tokens:
    """Text to token ids. Raises EmbedderUnavailable where the vocabulary is not the model's."""

    def __init__(self) -> None:
        data = (files(__package__) / "vocab.txt").read_bytes()
        if hashlib.sha256(data).hexdigest() != VOCABULARY_SHA256:
            raise EmbedderUnavailable("services/retrieval/embedding/vocab.txt is damaged; install the package again")
        vocabulary = {token: number for number, token in enumerate(data.decode("utf-8").splitlines())}
        self._tokenizer = Tokenizer(WordPiece(vocabulary, unk_token=_UNKNOWN))
        self._tokenizer.normalizer = BertNormalizer()
        self._tokenizer.pre_tokenizer = BertPreTokenizer()
        # a text that spells "[SEP]" means the token, as in the tokenizer the model was trained with
        self._tokenizer.add_special_tokens(["[PAD]", _UNKNOWN, _FIRST, _LAST, "[MASK]"])
        self._first, self._last = vocabulary[_FIRST], vocabulary[_LAST]

    def encode(self, text: str) -> Encoded:
        """The first 254 tokens of `text` between the two special ones."""
        ids = self._ids(text)
        room = MAX_TOKENS - 2
        return Encoded((self._first, *ids[:room], self._last), len(ids) > room)

    def encode_all(self, texts: Sequence[str]) -> list[Encoded]:
        return [self.encode(text) for text in texts]

    def count(self, text: str) -> int:
        """Tokens of a text of any length, special ones not counted."""
        return len(self._ids(text))

    def _ids(self, text: str) -> list[int]:
        # a lone surrogate is no text and has no bytes
        return self._tokenizer.encode(text.encode("utf-8", "replace").decode(), add_special_tokens=False).ids
