"""Random numbers that are the same in Python and in TypeScript, to the last bit: the twin of runtime/random.ts.

The number with a given index in a given stream of a given seed is a hash of the three. See there for the reasons.
"""

import math

import numpy as np

GOLDEN = 0x9E3779B9  # 2^32 / golden ratio
MASK = 0xFFFFFFFF


def fmix32(h):
    """Mixes 32 bits so that each bit of the result depends on all of them. h: array of uint32"""
    h = (h ^ (h >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    h = (h ^ (h >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return h ^ (h >> np.uint32(16))


def words(values):
    """Whole numbers, taken modulo 2^32."""
    return (np.atleast_1d(np.asarray(values, dtype=np.uint64)) & np.uint64(MASK)).astype(np.uint32)


def open_stream(seed, stream):
    """The two keys that the seed and the number of the stream come to."""
    key1 = fmix32(words(seed) ^ fmix32(words(stream + GOLDEN)))
    return key1, fmix32(key1 + np.uint32(GOLDEN))


def hashes(stream, indices):
    """The 32 random bits at each index, as uint32."""
    key1, key2 = stream
    return fmix32(fmix32(words(indices) ^ key1) + key2)


def uniform(stream, indices):
    """Numbers in [0, 1), float64."""
    return hashes(stream, indices) / 2.0**32


def normal(stream, indices):
    """Numbers of mean 0 and variance 1, float64: sums of the eight 16-bit halves of four hashes, centred and scaled."""
    total = np.zeros(len(indices), dtype=np.int64)
    for i in range(4):
        h = hashes(stream, 4 * np.asarray(indices, dtype=np.uint64) + np.uint64(i)).astype(np.int64)
        total += (h >> 16) + (h & 0xFFFF)
    mean = 8 * 65535 / 2
    deviation = math.sqrt(8 * (65536**2 - 1) / 12)
    return (total - mean) / deviation
