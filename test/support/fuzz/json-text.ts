/** A piece of JSON text that no value stands for: `1e400`, `-0`, JSON nested too deep to be built. */
export class RawJson {
  constructor(readonly text: string) {}

  toJSON(): string {
    return `@raw:${encodeURIComponent(this.text)}@`;
  }
}

/** The JSON text of a value that may hold `RawJson`. */
export function jsonTextOf(value: unknown): string {
  const text = JSON.stringify(value) as string | undefined;
  return (text ?? '').replace(/"@raw:([^@"]*)@"/g, (_, raw: string) => decodeURIComponent(raw));
}

/** JSON text of `levels` arrays or objects inside one another. */
export function nested(levels: number, isArray: boolean): string {
  return isArray
    ? '['.repeat(levels) + ']'.repeat(levels)
    : `${'{"a":'.repeat(levels - 1)}{}${'}'.repeat(levels - 1)}`;
}
