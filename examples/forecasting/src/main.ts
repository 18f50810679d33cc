/** `npm run example forecasting`: three series, a small network, and the forecasts that cost nothing. */
import { figure, runExample, whole } from 'example-runner';
import { type AirlineForecasts, airlineBaselines, forecastPassengers, KNOWN, passengers } from './airline.js';
import { rmse } from './forecaster.js';
import { passengersPicture, sensorPicture, sharePicture } from './pictures.js';
import { forecastSensor, sensorBaselines } from './sensor.js';
import { forecastShare } from './stock.js';

const flags = {
  seeds: whole(3, 'trainings on each series', { quick: 1 }),
  passengers: whole(300, 'updates on the passengers', { quick: 60 }),
  share: whole(200, 'updates on the share', { quick: 10 }),
  sensor: whole(300, 'updates on the sensor', { quick: 40 }),
};

await runExample({
  name: 'forecasting',
  title: 'Forecasts passengers, a share and a sensor, beside naive forecasts.',
  flags,
  run({ options, write }) {
    const times = <Result>(train: (seed: number) => Result): readonly Result[] =>
      Array.from({ length: options.seeds }, (_, i) => train(i + 1));
    const greatest = (errors: readonly number[]): number => Math.max(...errors);
    const least = (errors: readonly number[]): number => Math.min(...errors);

    const airline = times((seed) => forecastPassengers(seed, options.passengers, 8));
    const { naive, seasonal, sameGrowth, boxJenkins } = airlineBaselines();
    const lines = { network: airline[0] ?? naive, 'Box and Jenkins': boxJenkins, 'seasonal naive': seasonal };
    write('passengers.svg', passengersPicture(lines));

    const share = times((seed) => forecastShare(seed, options.share, 8));
    for (const { steps, sizes } of share.slice(0, 1)) write('share.svg', sharePicture(steps, sizes));

    const withTimes = times((seed) => forecastSensor(seed, options.sensor, 16, true));
    const without = times((seed) => forecastSensor(seed, options.sensor, 16, false));
    write('sensor.svg', sensorPicture(withTimes[0]?.horizon ?? [], without[0]?.horizon ?? []));

    const test = passengers.slice(KNOWN);
    const month = ({ monthAhead }: AirlineForecasts): number => rmse(monthAhead, test);
    const years = ({ yearsAhead }: AirlineForecasts): number => rmse(yearsAhead, test);
    const prices = share.map(({ rmse }) => rmse);
    const saved = share.map(({ saved }) => saved);
    const sensor = sensorBaselines();
    return [
      figure('passengers, a month ahead: network, worst seed', greatest(airline.map(month)), {
        atMost: month(sameGrowth),
      }),
      figure('passengers, a month ahead: naive', month(naive)),
      figure('passengers, a month ahead: seasonal naive', month(seasonal)),
      figure('passengers, a month ahead: the growth of the last month', month(sameGrowth)),
      figure('passengers, a month ahead: Box and Jenkins', month(boxJenkins)),
      figure('passengers, two years ahead: network, worst seed', greatest(airline.map(years)), {
        atMost: years(seasonal),
      }),
      figure('passengers, two years ahead: naive', years(naive)),
      figure('passengers, two years ahead: seasonal naive', years(seasonal)),
      figure('passengers, two years ahead: the growth of the last month', years(sameGrowth)),
      figure('passengers, two years ahead: Box and Jenkins', years(boxJenkins)),
      figure('share, a day ahead: network, worst seed', greatest(prices.map(({ network }) => network))),
      figure('share, a day ahead: naive', least(prices.map(({ naive }) => naive))),
      figure('share, a day ahead: a week before', least(prices.map(({ weekAgo }) => weekAgo))),
      // Less would be luck, or a look into the future.
      figure('share: network / naive, best seed', least(prices.map((of) => of.network / of.naive)), { atLeast: 0.99 }),
      figure('share, nats a day by knowing sizes: network, worst seed', least(saved.map(({ network }) => network)), {
        atLeast: 0.01,
      }),
      figure('share, nats a day by knowing sizes: who made them', least(saved.map(({ ideal }) => ideal))),
      figure('sensor: network with times, worst seed', greatest(withTimes.map(({ rmse }) => rmse)), {
        atMost: sensor.seasonal,
        quick: 0.8,
      }),
      figure('sensor: network without times, best seed', least(without.map(({ rmse }) => rmse)), {
        atLeast: sensor.seasonal,
      }),
      figure('sensor: mean', sensor.mean),
      figure('sensor: naive', sensor.naive),
      figure('sensor: seasonal naive, the reading nearest to a day before', sensor.seasonal),
    ];
  },
});
