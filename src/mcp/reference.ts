import { Field, fieldErrors } from '../validation/index.js';
import { endOfPart } from './answer-size.js';

const KINDS = ['event', 'message', 'snapshot', 'preference'] as const;

/** A row, as tools name it: `event 12`. */
export interface Reference {
  readonly kind: (typeof KINDS)[number];
  readonly id: number | string;
}

const MAX_REFERENCES = 20;
/** A list of names leaves room for rows in an answer, whatever the names are made of. */
const MAX_SHOWN_CHARACTERS = 80;
const MAX_SHOWN_BYTES = 240;
const FORM = new RegExp(`^\\[?(${KINDS.join('|')})[ :/](.{1,255}?)\\]?$`, 'su');
const ROW_ID = /^[1-9]\d{0,14}$/;

export function nameOf({ kind, id }: Reference): string {
  const shown = String(id);
  const end = Math.min(MAX_SHOWN_CHARACTERS, endOfPart(shown, 0, MAX_SHOWN_BYTES));
  return `${kind} ${end < shown.length ? `${shown.slice(0, end)}…` : shown}`;
}

/** A list of references; they are read from their texts, also as a quotation has them: `[event 12]`. */
export function ReferencesField(): PropertyDecorator {
  const items = { type: 'string', minLength: 1, maxLength: 270 };
  const description = `What to read: 1 to ${MAX_REFERENCES} ids with their kinds (${KINDS.join(', ')}).`;
  return Field(
    { description, example: ['event 12', 'message 45', 'snapshot 3', 'preference ui.theme'] },
    {
      read: readReferences,
      documentation: { type: 'array', items, minItems: 1, maxItems: MAX_REFERENCES } as never,
    },
  );
}

function readReferences(value: unknown, path: string): Reference[] | undefined {
  if (value === undefined) return undefined;
  const texts: unknown = typeof value === 'string' ? [value] : value;
  if (!Array.isArray(texts) || texts.length === 0 || texts.length > MAX_REFERENCES)
    throw fieldErrors(path, `must be a list of 1 to ${MAX_REFERENCES} ids`);
  return texts.map((text: unknown, index) => {
    const reference = typeof text === 'string' ? referenceOf(text) : undefined;
    if (reference) return reference;
    throw fieldErrors(
      `${path}.${index}`,
      `must be a kind and an id, such as "event 12"; kinds are: ${KINDS.join(', ')}`,
    );
  });
}

function referenceOf(text: string): Reference | undefined {
  const [, kind, id] = FORM.exec(text.trim()) ?? [];
  if (kind === undefined || id === undefined) return undefined;
  if (kind === 'preference') return { kind, id };
  return ROW_ID.test(id) ? { kind: kind as Reference['kind'], id: Number(id) } : undefined;
}
