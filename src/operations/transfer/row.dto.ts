import { FAULT_MESSAGES, JsonFault, JsonText, readDocument } from '../../json/index.js';
import {
  ChoiceField,
  Field,
  BooleanField,
  LongTextField,
  TimestampField,
  TextField,
  fieldErrors,
  type FieldOptions,
} from '../../validation/index.js';
import { IS_STORABLE, wholeNumber } from '../../validation/rules.js';
import { MAX_IMPORTED_ID } from '../../database/row-transfer.js';
import { CreateMessageDto } from '../../conversations/index.js';
import { CreateEventDto, RESOLVERS, type Resolver } from '../../events/index.js';
import { SetPreferenceDto } from '../../preferences/index.js';
import { CreateSnapshotDto, MAX_SNAPSHOT_BYTES } from '../../snapshots/index.js';

const ONE_MEGABYTE = 1_048_576;

/** The id of a row; unlike in a URL, a string is not accepted. */
function StoredIdField(): PropertyDecorator {
  const message = `must be a whole number from 1 to ${MAX_IMPORTED_ID}`;
  return Field(
    { description: 'The id that the row has.' },
    { documentation: { type: 'integer' }, rules: [wholeNumber(1, MAX_IMPORTED_ID, message)] },
  );
}

/**
 * JSON as it is stored: an object or array by the rules of the API, or a plain text, which rows of the first backend may
 * hold.
 */
function StoredJsonField(options: FieldOptions & { maxBytes: number }): PropertyDecorator {
  return Field(options, {
    read: (value, path) => {
      if (value === undefined || (options.nullable && value === null)) return value;
      const reason = storageError(value, options.maxBytes);
      if (reason) throw fieldErrors(path, reason);
      return value;
    },
    documentation: {},
  });
}

function storageError(value: unknown, maxBytes: number): string | undefined {
  if (value instanceof JsonText)
    return value.fitsInBytes(maxBytes) ? undefined : `must be at most ${maxBytes} bytes`;
  if (typeof value !== 'string') return 'must be a JSON object or array, or a text';
  if (!IS_STORABLE.test(value, {})) return IS_STORABLE.message;
  return Buffer.byteLength(value) > maxBytes ? `must be at most ${maxBytes} bytes` : documentError(value);
}

/** A text that holds JSON is answered as JSON, so it has to follow the same limits. */
function documentError(text: string): string | undefined {
  try {
    readDocument(text);
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    if (error.reason === 'depth' || error.reason === 'number') return FAULT_MESSAGES[error.reason];
  }
  return undefined;
}

/** A stored event. */
export class EventRow extends CreateEventDto {
  @StoredIdField()
  id!: number;

  @TimestampField({ description: 'When it happened.' })
  override timestamp!: string;

  @StoredJsonField({ maxBytes: ONE_MEGABYTE, description: 'Details.', optional: true, nullable: true })
  override details?: JsonText | null;

  @BooleanField({ description: 'Whether it is dealt with.', optional: true })
  resolved = false;

  @TimestampField({ description: 'When it was resolved.', optional: true, nullable: true })
  resolvedAt?: string | null;

  @ChoiceField({
    values: RESOLVERS,
    name: 'Resolver',
    description: 'Who resolved it.',
    optional: true,
    nullable: true,
  })
  resolvedBy?: Resolver | null;
}

/** A stored message. */
export class MessageRow extends CreateMessageDto {
  @StoredIdField()
  id!: number;

  @TimestampField({ description: 'When it was said.' })
  override timestamp!: string;

  @StoredJsonField({ maxBytes: ONE_MEGABYTE, description: 'Tool calls.', optional: true, nullable: true })
  override toolCalls?: JsonText | null;
}

/** A stored snapshot. */
export class SnapshotRow extends CreateSnapshotDto {
  @StoredIdField()
  id!: number;

  @TimestampField({ description: 'When it was taken.' })
  override timestamp!: string;

  @StoredJsonField({ maxBytes: MAX_SNAPSHOT_BYTES, description: 'The state of the cluster.' })
  override snapshot!: JsonText;
}

/** A value that a preference had. */
export class PreferenceChangeRow {
  @StoredIdField()
  id!: number;

  @TextField({ max: 255, description: 'The key.' })
  key!: string;

  @LongTextField({
    maxBytes: ONE_MEGABYTE,
    description: 'The value; none where it was deleted.',
    optional: true,
    nullable: true,
  })
  value?: string | null;

  @TimestampField({ description: 'From when on it held.' })
  changedAt!: string;
}

/** A stored preference. */
export class PreferenceRow extends SetPreferenceDto {
  @TextField({ max: 255, description: 'The key.' })
  key!: string;

  @TimestampField({ description: 'When it was set last.' })
  updatedAt!: string;
}
