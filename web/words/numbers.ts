const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** A size with at most two significant digits below ten of its unit: `4.0 TB`, `214 GB`, `0 B`. */
export function size(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit] ?? ''}`;
}

/** `1,398`; from 10,000 in thousands: `12k`, `3.4M`. */
export function count(value: number): string {
  if (value >= 999_500) return `${(value / 1_000_000).toFixed(value < 9_950_000 ? 1 : 0)}M`;
  if (value >= 10_000) return `${Math.round(value / 1000)}k`;
  return value.toLocaleString('en-GB');
}

/** A share as `94 %`. */
export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** `1 event`, `178 events`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** `once`, `7 times`. */
export function timesWords(value: number): string {
  return value === 1 ? 'once' : `${count(value)} times`;
}

/** `$0.34`; `less than $0.01` for what is not nothing. */
export function dollars(value: number): string {
  return value > 0 && value < 0.01 ? 'less than $0.01' : `$${value.toFixed(2)}`;
}
