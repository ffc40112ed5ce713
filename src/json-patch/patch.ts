import { stringifyLossless } from './lossless.js';

/** An operation of RFC 6902. Paths are JSON pointers. */
export type Operation =
  | { readonly op: 'add' | 'replace'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string }
  | { readonly op: 'move'; readonly from: string; readonly path: string };

/** How many values came, went, changed or took another place, and how many of all these are noise. */
export interface PatchCounts {
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  readonly moved: number;
  readonly noise: number;
}

/** Collects the operations of a patch, up to a limit; beyond it they are only counted. */
export class PatchWriter {
  private readonly telling: Operation[] = [];
  private readonly noise: Operation[] = [];
  private readonly counted = { added: 0, removed: 0, changed: 0, moved: 0, noise: 0 };

  constructor(private readonly limit: number) {}

  /** Noise comes last: its paths hold when all else is done, because nothing in it moves others. */
  write(operation: Operation, isNoise = false): void {
    this.counted[COUNTED_AS[operation.op]]++;
    if (isNoise) this.counted.noise++;
    const list = isNoise ? this.noise : this.telling;
    if (list.length < this.limit) list.push(operation);
  }

  get isFull(): boolean {
    return this.telling.length === this.limit;
  }

  get counts(): PatchCounts {
    return { ...this.counted };
  }

  get noiseOperations(): readonly Operation[] {
    return this.noise;
  }

  get tellingOperations(): readonly Operation[] {
    return this.telling;
  }
}

const COUNTED_AS = { add: 'added', remove: 'removed', replace: 'changed', move: 'moved' } as const;

/** The JSON text of a value that is too large to be parsed. */
export class RawJson {
  constructor(readonly text: string) {}
}

export function operationText(operation: Operation): string {
  if (!('value' in operation && operation.value instanceof RawJson)) return stringifyLossless(operation);
  const { op, path, value } = operation;
  return `{"op":${JSON.stringify(op)},"path":${JSON.stringify(path)},"value":${value.text}}`;
}

/** The pointer to a member or an element. */
export function within(path: string, name: string | number): string {
  return `${path}/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
