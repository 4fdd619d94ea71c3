"""CRC-32 (IEEE 802.3) of bytes in DuckDB's SQL, which has no function for it."""

CRC32 = (
    "CASE WHEN NOT {bytes} IS NULL THEN XOR(LIST_REDUCE(LIST_TRANSFORM(RANGE(LENGTH(HEX({bytes}))), "
    "LAMBDA _i : CAST(STRPOS('0123456789ABCDEF', HEX({bytes})[XOR(_i, 1) + 1]) - 1 AS BIGINT)), "
    "LAMBDA _c, _n : XOR([0, 498536548, 997073096, 651767980, 1994146192, 1802195444, 1303535960, 1342533948, "
    "3988292384, 4027552580, 3604390888, 3412177804, 2607071920, 2262029012, 2685067896, 3183342108]"
    "[(XOR(_c, _n) & 15) + 1], _c >> 4), 4294967295), 4294967295) END"
)
"""By half bytes, the lower one of each byte first, over the table of the reflected polynomial EDB88320."""
