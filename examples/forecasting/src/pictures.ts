/** What was forecast, beside what came. */
import { curves } from '@unroll/viz';
import { type AirlineForecasts, KNOWN, passengers } from './airline.js';
import { shownReadings, TOLD } from './sensor.js';

/** Six years of passengers, and what was said in December 1958 about the last two. */
export function passengersPicture(forecasts: Readonly<Record<string, AirlineForecasts>>): string {
  const begin = KNOWN - 48;
  const lines = Object.entries(forecasts).map(([name, { yearsAhead }]) => ({
    name,
    x: yearsAhead.map((_, i) => i + 1),
    y: yearsAhead,
  }));
  const shown = passengers.slice(begin);
  return curves([{ name: 'passengers', x: shown.map((_, i) => begin + i + 1 - KNOWN), y: shown }, ...lines], {
    title: 'Two years ahead, said in December 1958',
    x: 'months after December 1958',
    y: 'thousands a month',
  });
}

/** Half a year of steps, and twice the size that was expected. */
export function sharePicture(steps: readonly number[], sizes: readonly number[]): string {
  const days = 250;
  const shown = sizes.slice(0, days);
  return curves(
    [
      { name: 'step', y: steps.slice(0, days) },
      { name: 'twice the size', y: shown.map((size) => 2 * size) },
      { name: 'twice the size', y: shown.map((size) => -2 * size) },
    ],
    { title: 'Steps of the share, and how large they were expected to be', x: 'day of the test', y: 'percent' },
  );
}

/** Some readings, and what follows them: as it came, and as it was forecast. */
export function sensorPicture(withTimes: readonly number[], without: readonly number[]): string {
  const { hours, values } = shownReadings();
  const ahead = withTimes.map((_, i) => (i + 1) / 2);
  return curves(
    [
      { name: 'with times', x: ahead, y: withTimes },
      { name: 'without times', x: ahead, y: without },
      { name: 'told', x: hours.slice(0, TOLD), y: values.slice(0, TOLD) },
      { name: 'not told', x: hours.slice(TOLD), y: values.slice(TOLD) },
    ],
    { title: 'The next two days of a sensor', x: 'hours', y: 'reading' },
  );
}
