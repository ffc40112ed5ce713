import type { Kind } from '../database/index.js';
import type { ObjectSchema } from '../validation/index.js';
import type { Memory } from './memory.js';

/** What a write answers with: it is on disk. */
export interface Receipt {
  readonly kind: Kind;
  readonly id: number | string;
  readonly timestamp: string;
  readonly durable: true;
  /** Of all rows of the kind, as they were with this write: it changes with every later one. */
  readonly version: string;
}

/** The schema of a receipt, with what else the answer holds. */
export function receiptSchema(
  kind: Kind,
  idType: 'integer' | 'string',
  more: ObjectSchema['properties'] = {},
): ObjectSchema {
  const properties = {
    kind: { type: 'string', const: kind },
    id: { type: idType },
    timestamp: { type: 'string', format: 'date-time' },
    durable: { type: 'boolean', const: true },
    version: { type: 'string' },
    ...more,
  };
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

/** @param topic of the write that was acknowledged. */
export async function receiptOf(
  { changes }: Memory,
  topic: string,
  row: Omit<Receipt, 'durable' | 'version'>,
): Promise<Receipt> {
  await changes.refresh();
  return { ...row, durable: true, version: changes.versionOf(topic) };
}
