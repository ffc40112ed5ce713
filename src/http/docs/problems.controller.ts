import { Controller, Get, Param } from '@nestjs/common';
import { ApiProperty, ApiTags } from '@nestjs/swagger';
import { Public } from '../../auth/index.js';
import { Endpoint } from '../endpoint/endpoint.js';
import { PROBLEMS, problemType, type ProblemCode } from '../../problems/catalogue.js';
import { ChoiceField } from '../../validation/index.js';
import { AnswerDescription } from '../endpoint/response-fields.js';

const CODES = Object.keys(PROBLEMS) as ProblemCode[];

export class ProblemCodeDto {
  @ChoiceField({
    values: CODES,
    name: 'ProblemCode',
    description: 'The `code` of a problem.',
    example: 'not_found',
  })
  code!: ProblemCode;
}

/** The description of a kind of problem. */
@AnswerDescription('What the problem means, and what to do about it.')
export class ProblemKindAnswer {
  @ApiProperty({ example: '/api/problems/not_found', format: 'uri-reference' })
  type!: string;

  @ApiProperty({ enum: CODES, enumName: 'ProblemCode', example: 'not_found' })
  code!: ProblemCode;

  @ApiProperty({ type: 'integer', example: 404 })
  status!: number;

  @ApiProperty({ example: 'There is nothing here' })
  title!: string;

  @ApiProperty({ description: 'What to do about it.' })
  remedy!: string;
}

/** What the `type` of a problem refers to (RFC 9457, section 3.1.1). */
@ApiTags('Problems')
@Public()
@Controller('problems')
export class ProblemsController {
  @Get(':code')
  @Endpoint({
    summary: 'Explain a kind of problem',
    answer: ProblemKindAnswer,
    problems: ['validation_failed'],
  })
  explain(@Param() { code }: ProblemCodeDto): ProblemKindAnswer {
    return { type: problemType(code), code, ...PROBLEMS[code] };
  }
}
