import { applyDecorators, SetMetadata, type Type } from '@nestjs/common';
import { ApiProperty, getSchemaPath } from '@nestjs/swagger';
import { containerSchemas } from '../../json/index.js';

interface AnswerOptions {
  readonly description: string;
  readonly nullable?: boolean;
  readonly example?: unknown;
}

const DESCRIPTION = 'description of an answer';

/** Sets the description of an answer class, for the endpoints that return it. */
export function AnswerDescription(description: string): ClassDecorator {
  return SetMetadata(DESCRIPTION, description);
}

/** @throws Error where the class has no `@AnswerDescription`. */
export function describeAnswer(answer: Type): string {
  const description: unknown = Reflect.getMetadata(DESCRIPTION, answer);
  if (typeof description !== 'string') throw new Error(`${answer.name} has no description.`);
  return description;
}

/** A timestamp in canonical form. */
export function TimestampAnswer(options: AnswerOptions): PropertyDecorator {
  const pattern = '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$';
  return ApiProperty({
    example: '2026-11-22T20:15:00.123Z',
    ...options,
    type: 'string',
    format: 'date-time',
    pattern,
  });
}

/** A text. */
export function TextAnswer(options: AnswerOptions): PropertyDecorator {
  return ApiProperty({ ...options, type: 'string' });
}

/** A whole number. */
export function CountAnswer(options: AnswerOptions): PropertyDecorator {
  return ApiProperty({ ...options, type: 'integer' });
}

/** JSON that is stored as it was sent; `null` for none. A row of the first backend may hold plain text. */
export function JsonAnswer(options: AnswerOptions): PropertyDecorator {
  const { nullable = true, ...rest } = options;
  return ApiProperty({ ...rest, anyOf: containerSchemas(nullable) });
}

/** An object or null. The class that has the field names the other one with `@ApiExtraModels`. */
export function NullableAnswer(
  of: Type,
  options: Omit<AnswerOptions, 'nullable'> & { readonly required?: boolean },
): PropertyDecorator {
  const none = { type: 'object', nullable: true, enum: [null] };
  return ApiProperty({ ...options, anyOf: [{ $ref: getSchemaPath(of) }, none] });
}

/** A list of answers. */
export function ListAnswer(of: Type, description: string): PropertyDecorator {
  return ApiProperty({ type: [of], description });
}

/** The cursor of the next page. */
export function NextCursorAnswer(): PropertyDecorator {
  return applyDecorators(
    ApiProperty({
      type: 'string',
      nullable: true,
      description:
        'Send it as `cursor` for the next page; null on the last page, and only there: a page may be short, even ' +
        'empty, before that.',
    }),
  );
}
