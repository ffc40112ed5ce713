import { Field, type FieldOptions } from '../../validation/index.js';
import { textOf } from '../../validation/rules.js';
import { MAX_QUERY_CHARACTERS } from '../search/parse-query.js';

/** A text to search for. Whatever was pasted is searched for: what no database holds separates words. */
export function QueryTextField(options: FieldOptions): PropertyDecorator {
  return Field(options, {
    read: (value) => (typeof value === 'string' ? value.replace(/\0|\p{Surrogate}/gu, ' ') : value),
    documentation: { type: 'string', minLength: 1, maxLength: MAX_QUERY_CHARACTERS },
    rules: [textOf(1, MAX_QUERY_CHARACTERS)],
  });
}
