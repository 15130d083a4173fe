const polynomial = 0xedb88320; // of IEEE 802.3, bits reversed
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ polynomial : value >>> 1;
  return value;
});

/**
 * CRC-32 of bytes, as in zip and PNG. It notices every change of up to 32 bits in a row.
 *
 * @param before result for the bytes that come before these, so that a file can be checked a part at a time
 * @returns an integer from 0 to 2**32 - 1
 */
export function crc32(bytes: Uint8Array, before = 0): number {
  let crc = ~before;
  for (let i = 0; i < bytes.length; i++) crc = table[(crc ^ bytes[i]) & 0xff] ^ (crc >>> 8);
  return ~crc >>> 0;
}
