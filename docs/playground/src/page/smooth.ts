/** Points of a long curve: means of stretches, so many that each has room to be seen. */
export function smooth(values: readonly number[], most: number): [x: number, y: number][] {
  const length = Math.max(1, Math.ceil(values.length / most));
  return Array.from({ length: Math.ceil(values.length / length) }, (_, i) => {
    const stretch = values.slice(i * length, (i + 1) * length);
    const mean = stretch.reduce((sum, value) => sum + value, 0) / stretch.length;
    return [i * length + (stretch.length + 1) / 2, mean];
  });
}
