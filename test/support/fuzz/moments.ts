import fc from 'fast-check';

const MINUTE_MS = 60_000;

/** Ways to write one moment that the service has to take. */
const FORMS: readonly ((moment: Date) => string)[] = [
  (moment) => moment.toISOString(),
  (moment) => `${moment.toISOString().slice(0, 19)}Z`,
  (moment) => moment.toISOString().slice(0, 10),
  (moment) => moment.toISOString().slice(0, 19).replace('T', ' '),
  (moment) => withOffset(moment, 330),
  (moment) => withOffset(moment, 14 * 60),
  (moment) => withOffset(moment, -12 * 60),
  (moment) => moment.toISOString().replace('Z', '999Z'),
];

/** A moment that the service has to take: mostly of one year, so that spans of lists meet rows. */
export function moment(): fc.Arbitrary<string> {
  const between = (min: string, max: string): fc.Arbitrary<Date> =>
    fc.date({ min: new Date(min), max: new Date(max), noInvalidDate: true });
  const date = fc.oneof(
    { weight: 4, arbitrary: between('2026-01-01T00:00:00Z', '2026-12-31T00:00:00Z') },
    { weight: 1, arbitrary: between('0002-01-01T00:00:00Z', '9999-12-30T00:00:00Z') },
  );
  return fc.tuple(date, fc.constantFrom(...FORMS)).map(([one, form]) => form(one));
}

/** Text that names no moment. */
export const INVALID_MOMENTS = [
  'yesterday',
  '',
  ' ',
  '2026-02-30',
  '2026-11-22T20:15:00',
  '2026-11-22 20:15:00Z',
  '2026-11-22T25:00:00Z',
  '2026-11-22T20:60:00Z',
  '2026-11-22T20:15:00+24:00',
  '2026-13-01',
  '2026-00-10',
  '10000-01-01T00:00:00Z',
  '+012026-01-01T00:00:00Z',
  '-000001-01-01T00:00:00Z',
  '9999-12-31T23:59:59-14:00',
  '1700000000',
  '2026-11-22T20:15:00Z\u0000',
  "2026-11-22' OR '1'='1",
  '٢٠٢٦-11-22',
] as const;

/** Moments at an edge, where a service may say yes or no but has to say it well. */
export const EDGE_MOMENTS = [
  '0000-01-01T00:00:00Z',
  '0000-01-01T00:00:00+14:00',
  '0000-12-31',
  '9999-12-31T23:59:59.999Z',
  '9999-12-31T23:59:60Z',
  '2016-12-31T23:59:60Z',
  '2026-11-22T24:00:00Z',
  '2026-11-22T24:00:01Z',
  '2026-11-22T20:15:00+14:00',
  '2026-11-22T20:15:00-23:59',
  '2026-11-22T20Z',
  '2026-11-22T20:15:00.1234567890123456789Z',
  '2026-W53-7',
  '2026-366',
  '20261122T201500Z',
  '2026-1122T20:15:00Z',
  '2026-11-22T20,5Z',
  '2026-11-22T20:15:00,5Z',
  '2026-11-22tT20:15:00z',
] as const;

function withOffset(moment: Date, minutes: number): string {
  const local = new Date(moment.getTime() + minutes * MINUTE_MS).toISOString().slice(0, -1);
  const two = (value: number): string => String(value).padStart(2, '0');
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${local}${minutes < 0 ? '-' : '+'}${two(hours)}:${two(rest)}`;
}
