import { describe, expect, it } from '@jest/globals';
import { validateSync } from 'class-validator';
import fc from 'fast-check';
import { AmountField, ChoiceField, CountField, LongTextField, TextField, TimestampField } from './fields.js';
import { passesRules } from './field-registry.js';

class Report {
  @TextField({ description: 'A short text.', max: 5 })
  title?: unknown;

  @LongTextField({ description: 'A long text.', maxBytes: 8, optional: true, nullable: true })
  body?: unknown;

  @ChoiceField({ description: 'A choice.', values: ['a', 'b'], name: 'Choice', optional: true })
  choice?: unknown;

  @CountField({ description: 'A count.', optional: true })
  count?: unknown;

  @AmountField({ description: 'An amount.', optional: true, nullable: true })
  amount?: unknown;

  @TimestampField({ description: 'A timestamp.', optional: true, notBefore: 'title' })
  end?: unknown;
}

class NumberedReport extends Report {
  @CountField({ description: 'A number.' })
  number?: unknown;
}

const values = fc.oneof(
  fc.constantFrom(undefined, null, '', 'a', 'b', 'a\0', 'é'.repeat(5), '\ud800', 0, -1, 1.5, NaN, 2 ** 53),
  fc.anything(),
);

/** Left out often, so that some of the objects pass. */
const optional = fc.oneof(fc.constant(undefined), values);

/** What class-validator itself says. */
function isValid(object: object): boolean {
  return validateSync(object, { forbidUnknownValues: false }).length === 0;
}

describe('passesRules', () => {
  it.each([Report, NumberedReport])('agrees with class-validator about %p, whatever the values', (Kind) => {
    let passed = 0;
    fc.assert(
      fc.property(
        fc.record(
          {
            title: fc.oneof(fc.string({ minLength: 1, maxLength: 5 }), values),
            body: optional,
            choice: optional,
            count: optional,
            amount: optional,
            end: optional,
            number: fc.oneof(fc.nat(), values),
          },
          { requiredKeys: [] },
        ),
        (given) => {
          const object = Object.assign(new Kind(), given);
          const verdict = passesRules(object);
          expect(verdict).toBe(isValid(object));
          if (verdict) passed++;
        },
      ),
      { numRuns: 2000 },
    );
    // Not a comparison of refusals alone.
    expect(passed).toBeGreaterThan(0);
  });

  it('lets an object of a class without rules pass', () => {
    expect(passesRules({ anything: 1 })).toBe(true);
  });
});
