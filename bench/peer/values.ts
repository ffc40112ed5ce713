/** Columns with a default must be left out of an insert, not set to undefined. */
export function present(values: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

export function jsonText(value: unknown): string | null {
  return value === undefined || value === null ? null : JSON.stringify(value);
}

export function parsed(text: string | null): unknown {
  return text === null ? null : JSON.parse(text);
}

export function queryTexts(value: unknown): string[] {
  const values = Array.isArray(value) ? value : [value];
  return values.filter((item) => typeof item === 'string');
}

export function pageSize(value: unknown): number {
  return typeof value === 'string' ? Number(value) : 50;
}
