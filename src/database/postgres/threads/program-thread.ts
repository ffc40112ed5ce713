// The thread of programs: it has no connection of its own, and asks the main thread, which reads on the pool.
import { parentPort } from 'node:worker_threads';
import type { Bounds, Query, Taken } from '../../query.js';
import { AFTER_READING, type RunProgram, type ThreadReader } from '../../thread-program.js';
import { POSTGRES_DIALECT } from '../queries/dialect.js';

export interface ProgramOrder {
  readonly program: string;
  readonly input: unknown;
}

/** What a program asks for, and is answered in the same order; that it reads no more; or its end. */
export type ProgramMessage =
  { readonly query: Query; readonly bounds: Bounds } | { readonly endsReading: true } | ProgramEnd;

/** What a program returns, or what it throws. */
export type ProgramEnd =
  { readonly output: unknown } | { readonly message: string; readonly code: string | undefined };

/** The rows of a query, or why there are none. */
export type QueryReply =
  { readonly taken: Taken<unknown> } | { readonly message: string; readonly code: string | undefined };

interface Waiting {
  readonly resolve: (taken: Taken<unknown>) => void;
  readonly reject: (error: unknown) => void;
}

let waiting: Waiting[] = [];
let isReading = false;

function post(message: ProgramMessage): void {
  parentPort?.postMessage(message);
}

const reader: ThreadReader = {
  dialect: POSTGRES_DIALECT,
  read: <Row>(query: Query, bounds: Bounds = {}) =>
    new Promise<Taken<unknown>>((resolve, reject) => {
      if (!isReading) throw new Error(AFTER_READING);
      waiting.push({ resolve, reject });
      post({ query, bounds });
    }) as Promise<Taken<Row>>,
  endReading: () => {
    isReading = false;
    post({ endsReading: true });
  },
};

async function runProgram({ program, input }: ProgramOrder): Promise<void> {
  waiting = [];
  isReading = true;
  try {
    const { run } = (await import(program)) as { run: RunProgram<unknown, unknown> };
    post({ output: await run(reader, input) });
  } catch (error) {
    const { message, code } = error as Error & { code?: string };
    post({ message, code });
  }
}

function answer(reply: QueryReply): void {
  const next = waiting.shift();
  if ('taken' in reply) next?.resolve(reply.taken);
  else next?.reject(Object.assign(new Error(reply.message), { code: reply.code }));
}

parentPort?.on('message', (message: ProgramOrder | QueryReply) => {
  if ('program' in message) void runProgram(message);
  else answer(message);
});
