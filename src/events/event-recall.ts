import { Logger } from '@nestjs/common';
import type { Caller } from '../auth/index.js';
import { ProblemError } from '../problems/problem.error.js';
import type { EventAnswer } from './dto/event.response.js';
import type { SavedEventAnswer, SimilarDto } from './dto/similar.response.js';

/** What is remembered of events like one. Recall provides it; events can be saved without. */
export abstract class EventRecall {
  /** @returns `null` where there is no such event. */
  abstract findSimilar(id: number, signal?: AbortSignal): Promise<SimilarDto | null>;
}

/** A saved event waits no longer than this for what is remembered of others. */
const MAX_RECALL_MS = 500;
const log = new Logger('Recall');

type Remembered = Pick<SavedEventAnswer, 'similar' | 'whyNotSimilar'>;

/** Adds what is remembered to a saved event, where it is wanted. That it is saved does not depend on it. */
export async function withSimilar(
  saved: Promise<EventAnswer>,
  isWanted: boolean,
  recall: EventRecall | undefined,
  caller: Caller | undefined,
): Promise<SavedEventAnswer> {
  const answer = await saved;
  if (!isWanted) return answer;
  return { ...answer, ...(await remember(answer.event.id, recall, caller)) };
}

async function remember(
  id: number,
  recall: EventRecall | undefined,
  caller: Caller | undefined,
): Promise<Remembered> {
  if (!recall) return without('This service has no recall.');
  if (caller?.role === 'ingest') return without('A key of the role ingest may not read.');
  const signal = AbortSignal.timeout(MAX_RECALL_MS);
  const isLate = new Promise<Remembered>((resolve) => {
    signal.addEventListener('abort', () => {
      resolve(without(`It took longer than ${MAX_RECALL_MS} ms.`));
    });
  });
  const found = recall.findSimilar(id, signal).then(
    (similar) => ({ similar }),
    (error: unknown) => (signal.aborted ? isLate : without(reasonOf(error))),
  );
  return Promise.race([found, isLate]);
}

function without(whyNotSimilar: string): Remembered {
  return { similar: null, whyNotSimilar };
}

function reasonOf(error: unknown): string {
  if (error instanceof ProblemError) return error.message;
  log.error(
    `Recall failed for an event that is saved. ${String(error instanceof Error ? error.stack : error)}`,
  );
  return 'Recall failed.';
}
