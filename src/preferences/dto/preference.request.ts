import { LongTextField, TextField } from '../../validation/index.js';

const MAX_VALUE_BYTES = 1_048_576;

export class PreferenceKeyDto {
  @TextField({ max: 255, description: 'The key; percent-encode what is not plain.', example: 'ui.theme' })
  key!: string;
}

export class SetPreferenceDto {
  @LongTextField({
    maxBytes: MAX_VALUE_BYTES,
    read: toText,
    otherTypes: ['number', 'boolean'],
    description: 'The value: a text; a number or a boolean becomes its text.',
    example: 'dark',
  })
  value!: string;
}

function toText(value: unknown): unknown {
  return typeof value === 'boolean' || Number.isFinite(value) ? String(value) : value;
}
