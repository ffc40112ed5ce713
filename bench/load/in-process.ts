import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventsService, MemoryModule } from 'jarvis-memory';
import { sampleEvent } from '../data/samples.js';
import { serveTasks } from '../processes/serve-tasks.js';
import type { Sample } from '../types.js';

export interface SaveEventsTask {
  file: string;
  concurrent: number;
}

let context: INestApplicationContext | undefined;

serveTasks(saveEvents);

/** As another module of the same process would: injected service, all calls begun at once. `value` is rows per second. */
async function saveEvents({ file, concurrent }: SaveEventsTask): Promise<Sample> {
  context ??= await NestFactory.createApplicationContext(MemoryModule.forRoot({ file, logger: false }), {
    logger: false,
  });
  const events = context.get(EventsService, { strict: false });
  const inputs = Array.from({ length: concurrent }, (_, index) => sampleEvent(index));
  const startedAt = performance.now();
  await Promise.all(inputs.map((input) => events.saveEvent(input)));
  return { value: concurrent / ((performance.now() - startedAt) / 1000) };
}
