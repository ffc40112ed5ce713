import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { fieldsOf } from './field-registry.js';
import { validate } from './validate.js';

/** Validates every body, query and parameter object whose class declares fields. */
@Injectable()
export class RequestValidationPipe implements PipeTransform {
  transform(value: unknown, { metatype }: ArgumentMetadata): unknown {
    if (!metatype || !isRequestClass(metatype)) return value;
    return validate(metatype, value);
  }
}

function isRequestClass(type: NonNullable<ArgumentMetadata['metatype']>): type is new () => object {
  const prototype: unknown = type.prototype;
  return typeof prototype === 'object' && prototype !== null && fieldsOf(prototype).size > 0;
}
