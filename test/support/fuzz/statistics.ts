import type { Operation } from './contract.js';

interface Counts {
  total: number;
  taken: number;
  notModified: number;
  refused: number;
  unanswered: number;
}

const NO_OPERATION = '(no operation)';

/** How many requests there were, to what, and what came of them. */
export class Statistics {
  private readonly byOperation = new Map<string, Counts>();
  private readonly byKind = new Map<string, Counts>();
  private readonly byStatus = new Map<number, number>();
  total = 0;

  constructor(operations: readonly Operation[]) {
    for (const { id } of operations) this.byOperation.set(id, none());
  }

  count(operation: Operation | undefined, kind: string, status: number): void {
    this.total++;
    this.byStatus.set(status, (this.byStatus.get(status) ?? 0) + 1);
    add(this.byOperation, operation?.id ?? NO_OPERATION, status);
    add(this.byKind, kind, status);
  }

  /** The part of all requests that was answered with 2xx. */
  get acceptedShare(): number {
    const taken = [...this.byStatus]
      .filter(([status]) => isAccepted(status))
      .reduce((sum, [, count]) => sum + count, 0);
    return taken / Math.max(1, this.total);
  }

  /** The operations that no request has reached with a 2xx. */
  get neverTaken(): string[] {
    return [...this.byOperation]
      .filter(([id, { taken }]) => taken === 0 && id !== NO_OPERATION)
      .map(([id]) => id);
  }

  /** A table for people. */
  table(): string {
    const rows = [...this.byOperation].sort(([a], [b]) => a.localeCompare(b));
    const kinds = [...this.byKind].sort(([a], [b]) => a.localeCompare(b));
    const statuses = [...this.byStatus].sort(([a], [b]) => a - b);
    return [
      tableOf('operation', rows),
      tableOf('kind of request', kinds),
      statuses.map(([status, count]) => `${status === 0 ? 'hung up' : status}: ${count}`).join(', '),
      `${this.total} requests, ${(this.acceptedShare * 100).toFixed(1)} % answered with 2xx`,
    ].join('\n\n');
  }
}

function none(): Counts {
  return { total: 0, taken: 0, notModified: 0, refused: 0, unanswered: 0 };
}

function add(counts: Map<string, Counts>, name: string, status: number): void {
  const one = counts.get(name) ?? none();
  counts.set(name, one);
  one.total++;
  if (isAccepted(status)) one.taken++;
  else if (status === 304) one.notModified++;
  else if (status === 0) one.unanswered++;
  else one.refused++;
}

function isAccepted(status: number): boolean {
  return status >= 200 && status < 300;
}

function tableOf(title: string, rows: readonly (readonly [string, Counts])[]): string {
  const width = Math.max(title.length, ...rows.map(([name]) => name.length));
  const line = (name: string, ...cells: readonly (string | number)[]): string =>
    `${name.padEnd(width)} ${cells.map((cell) => String(cell).padStart(8)).join('')}`;
  return [
    line(title, 'total', '2xx', '304', '4xx', 'hung up'),
    ...rows.map(([name, one]) =>
      line(name, one.total, one.taken, one.notModified, one.refused, one.unanswered),
    ),
  ].join('\n');
}
