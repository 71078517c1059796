/** How many bits of a 32-bit whole number are set. */
export function countBits(value: number): number {
  let count = 0
  for (let rest = value; rest !== 0; rest &= rest - 1) count += 1
  return count
}

/** How many bits are set in each number from 0 to before a size. */
export function bitCounts(size: number): Uint8Array {
  const counts = new Uint8Array(size)
  for (let index = 1; index < size; index += 1) counts[index] = (counts[index >> 1] ?? 0) + (index & 1)
  return counts
}
