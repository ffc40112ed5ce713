import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Changes, type Change } from '../../src/database/index.js';
import { createDatabase, type TestDatabase } from './postgres/index.mjs';
import { startService, type TestService } from './service.js';

/** What both start with: no secret is given, so that each could have its own. */
const ENVIRONMENT = { JWT_SECRET: undefined };
const WITHIN_MS = 60_000;

export interface Answer {
  readonly status: number;
  readonly etag: string | undefined;
  readonly text: string;
  /** The text read as JSON. */
  readonly body: Record<string, unknown>;
}

/** Two whole services on one database, in this process: they share nothing else. */
export interface Instances {
  readonly database: TestDatabase;
  readonly one: TestService;
  readonly other: TestService;
  readonly both: readonly [TestService, TestService];
  destroy(): Promise<void>;
}

/** Both start at the same time, on an empty database. @param crippled without what distributed engines lack. */
export async function startInstances(crippled = false): Promise<Instances> {
  const database = await createDatabase({ crippled });
  const environment = { ...ENVIRONMENT, DATABASE_URL: database.url };
  const [one, other] = await Promise.all([startService({ environment }), startService({ environment })]);
  return {
    database,
    one,
    other,
    both: [one, other],
    destroy: async () => {
      await Promise.all([one.destroy(), other.destroy()]);
      await database.drop();
    },
  };
}

const agent = new Agent({ keepAlive: true, maxSockets: 128 });

/** A request below `/api` on a connection that is kept: thousands of them take seconds. */
export function ask(
  { url, token }: Pick<TestService, 'url' | 'token'>,
  method: string,
  path: string,
  { send, etag }: { readonly send?: unknown; readonly etag?: string | undefined } = {},
): Promise<Answer> {
  const body = send === undefined ? undefined : JSON.stringify(send);
  const headers = {
    authorization: `Bearer ${token}`,
    ...(body !== undefined && {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
    }),
    ...(etag !== undefined && { 'if-none-match': etag }),
  };
  return new Promise((resolve, reject) => {
    const sent = request(`${url}/api${path}`, { method, headers, agent }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      answer.on('error', reject).on('end', () => {
        const { statusCode: status = 0, headers } = answer;
        resolve({
          status,
          etag: headers.etag,
          text,
          get body() {
            return JSON.parse(text) as Record<string, unknown>;
          },
        });
      });
    });
    sent.on('error', reject).end(body);
  });
}

/** Waits until something holds. @throws Error where it does not within a generous time. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + WITHIN_MS;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`Not so within ${WITHIN_MS} ms: ${String(holds)}`);
    await sleep(20);
  }
}

/** What either instance tells its subscribers, from the next change on. */
export async function listen({ database, both }: Instances): Promise<readonly [Change[], Change[]]> {
  const [head] = await database.query('SELECT position::int FROM feed_head');
  const [one, other] = both.map(({ app }) => {
    const heard: Change[] = [];
    app.get(Changes).subscribe((changes) => {
      // Of those before, the other instance may hear only now.
      heard.push(...changes.filter(({ position }) => position > Number(head?.['position'])));
    });
    return heard;
  });
  return [one!, other!];
}

/** The feed as it is in the database. */
export async function feedOf({ database }: Instances): Promise<Change[]> {
  const rows = await database.query(
    'SELECT position::int, topic, kind, ids, is_complete AS "isComplete" FROM feed_changes ORDER BY position, number',
  );
  return rows.map((row) => ({ ...row, ids: JSON.parse(String(row['ids'])) })) as unknown as Change[];
}
