import { Worker } from 'node:worker_threads';
import type { PoolClient } from 'pg';
import type { DataSource } from 'typeorm';
import { errorOf } from '../../../problems/errors.js';
import { databaseUnavailable } from '../../database-problems.js';
import { programUrl } from '../../program-url.js';
import type { ThreadProgram, ThreadRunner } from '../../thread-program.js';
import { Turns } from '../../turns.js';
import { poolOf, type PostgresRowReader } from '../queries/row-reader.js';
import type { ProgramEnd, ProgramMessage, ProgramOrder, QueryReply } from './program-thread.js';

/** The thread ends after this time without a program: it holds what its programs have learned. */
const IDLE_TIMEOUT_MS = 600_000;
/**
 * Programs send many statements that look dear to the planner and take milliseconds: to compile them (JIT) would take longer.
 * Not every engine has that setting.
 */
const BEGIN = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
  SELECT set_config('jit', 'off', true) WHERE current_setting('jit', true) IS NOT NULL`;

/** Runs programs in a thread, one at a time, each on one snapshot that a connection of the pool reads for it. */
export class ProgramRunner implements ThreadRunner {
  private readonly turns = new Turns(1, {
    idle: () => {
      this.idle = setTimeout(() => void this.end(), IDLE_TIMEOUT_MS).unref();
    },
  });
  private worker: Worker | undefined;
  private idle: NodeJS.Timeout | undefined;
  private isStopped = false;

  constructor(
    private readonly dataSource: DataSource,
    private readonly rows: PostgresRowReader,
  ) {}

  run<Input, Output>(
    { url }: ThreadProgram<Input, Output>,
    input: Input,
    signal?: AbortSignal,
  ): Promise<Output> {
    return this.turns.take(async () => {
      clearTimeout(this.idle);
      const end = await this.runOnSnapshot({ program: url.href, input });
      // The type of the output belongs to the program.
      if ('output' in end) return end.output as Output;
      throw errorOf(end);
    }, signal);
  }

  async stop(): Promise<void> {
    clearTimeout(this.idle);
    this.isStopped = true;
    this.turns.stop();
    await this.end();
  }

  /** Where the thread ends before the program, a query of it may still run: its connection is closed. */
  private async runOnSnapshot(order: ProgramOrder): Promise<ProgramEnd> {
    const lent = new LentConnection(await poolOf(this.dataSource).connect());
    try {
      await lent.client.query(BEGIN);
      const end = await this.runOn(lent, order);
      await lent.giveBack();
      return end;
    } finally {
      lent.close();
    }
  }

  private runOn(lent: LentConnection, order: ProgramOrder): Promise<ProgramEnd> {
    if (this.isStopped) throw databaseUnavailable('The service is shutting down.');
    const worker = (this.worker ??= this.start());
    worker.ref();
    return new Promise((resolve, reject) => {
      const settle = (end: () => void): void => {
        worker.off('message', take).off('error', fail).off('exit', fail);
        worker.unref();
        end();
      };
      const fail = (cause: unknown): void => {
        settle(() => {
          reject(databaseUnavailable('The thread that was reading has ended.', cause));
        });
      };
      const take = (message: ProgramMessage): void => {
        if ('query' in message)
          void lent
            .inTurn((client) => this.answer(client, message))
            .then((reply) => {
              worker.postMessage(reply);
            });
        else if ('endsReading' in message) void lent.giveBack();
        else
          settle(() => {
            resolve(message);
          });
      };
      worker.on('message', take).once('error', fail).once('exit', fail);
      worker.postMessage(order);
    });
  }

  private async answer(
    client: PoolClient,
    { query, bounds }: Extract<ProgramMessage, { query: unknown }>,
  ): Promise<QueryReply> {
    try {
      return { taken: await this.rows.readOn<unknown>(client, query, bounds) };
    } catch (error) {
      const { message, code } = error as Error & { code?: string };
      return { message, code };
    }
  }

  private start(): Worker {
    const worker = new Worker(programUrl(import.meta.url, './program-thread.js'), { name: 'programs' });
    const forget = (): void => {
      if (this.worker === worker) this.worker = undefined;
    };
    // An error that comes while no program runs would end the process.
    worker.on('error', forget).once('exit', forget);
    return worker;
  }

  /** The next program gets another thread. */
  private async end(): Promise<void> {
    const { worker } = this;
    this.worker = undefined;
    await worker?.terminate();
  }
}

/** A connection with a transaction, which is given back once. */
class LentConnection {
  private isLent = true;
  private last: Promise<unknown> = Promise.resolve();

  constructor(readonly client: PoolClient) {}

  /** One after the other: the driver's time-out counts from when it is given a statement, also while another one runs. */
  inTurn<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const result = this.last.then(() => work(this.client));
    this.last = result.catch(() => undefined);
    return result;
  }

  /** Never rejects: a connection that cannot end its transaction is closed. */
  async giveBack(): Promise<void> {
    if (!this.isLent) return;
    this.isLent = false;
    await this.inTurn((client) => client.query('ROLLBACK')).then(
      () => {
        this.client.release();
      },
      () => {
        this.client.release(true);
      },
    );
  }

  /** Closes it where it was not given back. */
  close(): void {
    if (this.isLent) this.client.release(true);
    this.isLent = false;
  }
}
