import { JsonText } from '../../json/index.js';
import { BooleanField, Field, fieldErrors, type FieldOptions } from '../../validation/index.js';
import { IS_TIME_ZONE } from '../../validation/rules.js';
import { RULE_NAMES, type RuleTexts } from '../rule-texts.js';
import { budgetRule, conversationRule, eventRule, snapshotRule } from '../../retention-rules/notation.js';

const MAX_CHARACTERS = 500;

/** A rule in its notation; where that has names, an object with them will do. `null` is the same as leaving it out. */
function RuleField(
  options: Pick<FieldOptions, 'description' | 'example'>,
  format: string,
  read: (text: string) => unknown,
): PropertyDecorator {
  return Field(
    { ...options, optional: true, nullable: true },
    {
      read: (value, path) => {
        if (value === undefined || value === null) return undefined;
        const text = textOf(value);
        if (text === undefined || text.length > MAX_CHARACTERS)
          throw fieldErrors(path, `must be text of at most ${MAX_CHARACTERS} characters`);
        try {
          read(text);
        } catch (error) {
          throw fieldErrors(path, (error as Error).message);
        }
        return text;
      },
      documentation: { type: 'string', format },
    },
  );
}

/** `{ "keep-last": 60 }` is `keep-last=60`. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  const given: unknown = value instanceof JsonText ? JSON.parse(value.text) : value;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return undefined;
  return Object.entries(given)
    .map(([name, part]) => `${name}=${String(part)}`)
    .join(',');
}

/** Rules to look at, or to set. A part that is left out holds as the environment says. */
export class RetentionRulesDto implements RuleTexts {
  @RuleField(
    {
      description:
        'Which snapshots are kept, by the options of Proxmox Backup: `keep-last`, `keep-hourly`, `keep-daily`, `keep-weekly`, `keep-monthly`, `keep-yearly`; with `keep-changes` (a time span, 30d) for those before and after a change. `keep-all` for all. Also as an object: `{ "keep-last": 60 }`.',
      example: 'keep-last=1440,keep-hourly=168,keep-daily=90,keep-weekly=52',
    },
    'keep-options',
    snapshotRule,
  )
  snapshots?: string;

  @RuleField(
    {
      description:
        'How old resolved events of a severity become; those of a severity that is not named stay, and so do all that nobody has dealt with. `keep-all` for all.',
      example: 'info=90d,warning=1y',
    },
    'severity-ages',
    eventRule,
  )
  events?: string;

  @RuleField(
    {
      description: 'How long conversations are kept after their last message. `keep-all` for all.',
      example: '2y',
    },
    'age',
    conversationRule,
  )
  conversations?: string;

  @RuleField(
    {
      description:
        'How large the memory may become: then snapshots go, the least valuable first, and then resolved events, the least severe first. `keep-all` for no limit.',
      example: '2GB',
    },
    'byte-size',
    budgetRule,
  )
  budget?: string;

  @Field(
    {
      description: 'Whose days, weeks and months are meant. A name of the IANA database.',
      example: 'Europe/Berlin',
      optional: true,
    },
    { documentation: { type: 'string', format: 'time-zone' }, rules: [IS_TIME_ZONE] },
  )
  timeZone?: string;
}

/** Rules to set in place of those that were set before. */
export class SetRetentionDto extends RetentionRulesDto {
  @BooleanField({
    description:
      'Agrees that they remove more than half of a class. With nothing else it agrees to the rules that hold now.',
    example: true,
    optional: true,
  })
  confirm?: boolean;
}

/** The rules alone. */
export function rulesIn(dto: RetentionRulesDto): RuleTexts {
  const given = [...RULE_NAMES, 'timeZone' as const].map((name) => [name, dto[name]] as const);
  return Object.fromEntries(given.filter(([, text]) => text !== undefined));
}
