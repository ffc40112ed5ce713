import { isNumber } from './lossless.js';

/** What changes all the time: how much is used at the moment, and what counts up. */
const MOVING = new Set(
  (
    'cpu mem memhost memory swap disk uptime used free avail available load loadavg load1 load5 load15 wait iowait idle ' +
    'netin netout diskread diskwrite read write rd wr in out sent received ops operations pressure arcsize ksm balloon ' +
    'freemem pid temperature temp watts power percent time timestamp age epoch seconds ns'
  ).split(' '),
);
/** What is set by somebody, even if its name has one of those words. */
const SET = new Set('max min total size limit count cores start end'.split(' '));
const PRESSURE = /^pressure/;
const NUMERAL = /^-?\d+(?:\.\d+)?$/;
const MOMENT = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/;

/** Whether a change says nothing but that time passes. A value that comes or goes is compared with none. */
export function isNoise(name: string, before: unknown, after: unknown): boolean {
  const values = [before, after].filter((value) => value !== undefined);
  if (values.every((value) => typeof value === 'string' && MOMENT.test(value))) return true;
  if (!values.every((value) => isNumber(value) || (typeof value === 'string' && NUMERAL.test(value))))
    return false;
  const words = name.split(/[_-]|(?<=[a-z0-9])(?=[A-Z])/).map((word) => word.toLowerCase());
  if (words.some((word) => SET.has(word))) return false;
  return words.some((word) => MOVING.has(word) || PRESSURE.test(word));
}
