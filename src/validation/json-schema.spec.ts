import { describe, expect, it } from '@jest/globals';
import { ChoiceField, CountField, JsonField, TextField, TimestampField } from './index.js';
import { jsonSchemaOf } from './json-schema.js';

class Request {
  @TextField({ max: 5, description: 'A text.', example: 'here', nullable: true, optional: true })
  text?: string | null;

  @ChoiceField({
    values: ['a', 'b'],
    name: 'Letter',
    description: 'One of two.',
    fallback: 'a',
    optional: true,
  })
  choice = 'a';

  @JsonField({ maxBytes: 100, description: 'A document.', optional: true, nullable: true })
  document?: unknown;
}

class Longer extends Request {
  @CountField({ description: 'How many.' })
  count!: number;

  @TimestampField({ description: 'When.', optional: true })
  at?: string;
}

describe('The JSON schema of a request', () => {
  it('has what is inherited, what is required, and nothing that only OpenAPI knows', () => {
    expect(jsonSchemaOf(Longer)).toEqual({
      type: 'object',
      properties: {
        text: { type: 'string', minLength: 1, maxLength: 5, description: 'A text.', examples: ['here'] },
        choice: { type: 'string', enum: ['a', 'b'], default: 'a', description: 'One of two.' },
        document: {
          anyOf: [
            { type: 'object', additionalProperties: true },
            { type: 'array', items: {} },
            { type: 'string' },
          ],
          description: 'A document.',
        },
        count: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: 'How many.' },
        at: { type: 'string', format: 'date-time', description: expect.stringMatching(/^When\. Accepted: /) },
      },
      required: ['count'],
      additionalProperties: false,
    });
  });
});
