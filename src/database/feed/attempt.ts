import type { LoggerService } from '@nestjs/common';

/** @returns what the work returns; undefined where it throws, which is logged. */
export function attempt<T>(log: LoggerService, work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    log.error('Changes could not be told', error instanceof Error ? error.stack : String(error));
    return undefined;
  }
}
