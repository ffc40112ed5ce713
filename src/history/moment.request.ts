import { TimestampField } from '../validation/index.js';

/** A moment that is asked about. */
export class MomentDto {
  @TimestampField({ description: 'The moment.' })
  time!: string;
}
