import { applyDecorators, Controller, UseFilters, UsePipes } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ProblemFilter } from '../problem.filter.js';
import { RequestValidationPipe } from '../../validation/index.js';

/**
 * A controller below `/memory`. It has its own pipe and filter, so that its routes behave the same in another Nest
 * application.
 */
export function MemoryController(kind: string): ClassDecorator {
  return applyDecorators(
    ApiTags(`${kind.charAt(0).toUpperCase()}${kind.slice(1)}`),
    Controller(`memory/${kind}`),
    UsePipes(RequestValidationPipe),
    UseFilters(ProblemFilter),
  );
}
