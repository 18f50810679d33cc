/** The checksum of zip archives, the cyclic redundancy check of IEEE 802.3. */

/** What each byte adds; made when it is first needed. */
let table: Uint32Array | undefined;

function makeTable(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let bits = byte;
    for (let i = 0; i < 8; i++) bits = (bits >>> 1) ^ ((bits & 1) * 0xedb88320);
    return bits;
  });
}

/** 32 bits that tell whether bytes are as they were. */
export function crc32(bytes: Uint8Array): number {
  table ??= makeTable();
  let bits = 0xffffffff;
  for (const byte of bytes) bits = (bits >>> 8) ^ (table[(bits ^ byte) & 0xff] as number);
  return ~bits >>> 0;
}
