import { applyDecorators, Controller, UseFilters, UsePipes } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ProblemFilter } from '../problem.filter.js';
import { RequestValidationPipe } from '../../validation/index.js';

/**
 * A controller below `/memory`. It has its own pipe and filter, so that its routes behave the same in another Nest
 * application.
 * @param tag the kind under which it is documented.
 */
export function MemoryController(kind: string, tag = kind): ClassDecorator {
  return applyDecorators(
    ApiTags(`${tag.charAt(0).toUpperCase()}${tag.slice(1)}`),
    Controller(`memory/${kind}`),
    UsePipes(RequestValidationPipe),
    UseFilters(ProblemFilter),
  );
}
