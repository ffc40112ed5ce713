import { ApiProperty } from '@nestjs/swagger';
import { PROBLEMS, type ProblemCode } from './catalogue.js';

export class FieldErrorDto {
  @ApiProperty({ description: 'Path of the field; empty for the body as a whole.', example: 'severity' })
  field!: string;

  @ApiProperty({ example: 'must be one of: info, warning, error, critical' })
  message!: string;
}

/** An error answer (RFC 9457, `application/problem+json`). */
export class ProblemDto {
  @ApiProperty({
    description: 'A reference that describes this kind of problem.',
    example: '/api/problems/validation_failed',
    format: 'uri-reference',
  })
  type!: string;

  @ApiProperty({ description: 'The kind of problem in words.', example: 'The request is not valid' })
  title!: string;

  @ApiProperty({ description: 'The HTTP status code.', example: 400, type: 'integer' })
  status!: number;

  @ApiProperty({ description: 'What went wrong this time.', example: 'Not valid: severity.' })
  detail!: string;

  @ApiProperty({
    description: 'The kind of problem for programs; it never changes.',
    enum: Object.keys(PROBLEMS),
    enumName: 'ProblemCode',
    example: 'validation_failed',
  })
  code!: ProblemCode;

  @ApiProperty({
    description: 'Identifies the request, also in the log.',
    example: '0d9af0c3-0d3f-4b35-a31c-1f6f0de9d4b5',
  })
  requestId!: string;

  @ApiProperty({
    description: 'With bad input: what is wrong, field by field.',
    type: [FieldErrorDto],
    required: false,
  })
  errors?: FieldErrorDto[];
}
