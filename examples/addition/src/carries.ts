/** How often something is carried when two numbers are added by hand: `95 + 7` twice, `95 + 4` not at all. */
export function carries(a: number, b: number): number {
  let [count, carried] = [0, 0];
  for (let power = 1; power <= a || power <= b; power *= 10) {
    const digit = (n: number): number => Math.floor(n / power) % 10;
    carried = digit(a) + digit(b) + carried >= 10 ? 1 : 0;
    count += carried;
  }
  return count;
}
