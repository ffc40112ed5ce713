import type { JSONRPCMessage, McpRequestContext, McpServer } from '@modelcontextprotocol/server';
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import { TOPICS, type Topic } from '../live/index.js';
import type { Memory, MemoryAccess } from './memory.js';
import { MAX_MESSAGE_BYTES } from './message.js';
import { uriOf } from './resources.js';

/** Each look opens the database for some milliseconds, and only while somebody listens. */
const INTERVAL_MS = 5000;
const ACKNOWLEDGED = 'notifications/subscriptions/acknowledged';

type Versions = ReadonlyMap<Topic, string>;

/**
 * Subscriptions of a client over standard input and output. The database is not kept open for it, so that it is looked at
 * now and then whether the version of a topic is another: whoever wrote, that shows.
 */
export class StdioSubscriptions {
  readonly transport: ListeningTransport;
  private server: McpServer | undefined;
  /** What a client of the older era has subscribed to; the protocol itself filters for the newer one. */
  private wanted: Set<string> | undefined;
  /** Settled when it was looked for the first time since somebody listens. */
  private begun: Promise<void> | undefined;
  private seen: Versions | undefined;

  constructor(private readonly access: MemoryAccess) {
    this.transport = new ListeningTransport(() => this.begin());
  }

  /** Takes the server of the connection, which is made once its era is known. */
  serve(server: McpServer, era: McpRequestContext['era']): void {
    this.server = server;
    if (era === 'modern') return;
    const wanted = new Set<string>();
    this.wanted = wanted;
    server.server.setRequestHandler('resources/subscribe', async ({ params: { uri } }) => {
      wanted.add(uri);
      await this.begin();
      return {};
    });
    server.server.setRequestHandler('resources/unsubscribe', ({ params: { uri } }) => {
      wanted.delete(uri);
      return {};
    });
  }

  /** Resolves when it is known what there is: what changes after that is told. */
  private begin(): Promise<void> {
    return (this.begun ??= this.look().then(() => {
      this.lookAgain();
    }));
  }

  /** One look after the other, until nobody wants anything any more. */
  private lookAgain(): void {
    setTimeout(() => {
      if (this.wanted?.size === 0) this.begun = this.seen = undefined;
      else
        void this.look().then(() => {
          this.lookAgain();
        });
    }, INTERVAL_MS).unref();
  }

  private async look(): Promise<void> {
    // Where the database cannot be opened just now, the next look will tell.
    const now = await this.access('read', (memory) => versionsIn(memory)).catch(() => undefined);
    if (!now) return;
    const before = this.seen;
    this.seen = now;
    if (!before) return;
    for (const topic of TOPICS) if (now.get(topic) !== before.get(topic)) await this.tell(uriOf(topic));
  }

  private async tell(uri: string): Promise<void> {
    if (this.wanted && !this.wanted.has(uri)) return;
    await this.server?.server.sendResourceUpdated({ uri }).catch(() => undefined);
  }
}

async function versionsIn({ changes }: Memory): Promise<Versions> {
  await changes.refresh();
  return new Map(TOPICS.map((topic) => [topic, changes.versionOf(topic)]));
}

/** Says when a client of the newer era listens, of which the protocol tells the server nothing. */
class ListeningTransport extends StdioServerTransport {
  constructor(private readonly onListening: () => Promise<void>) {
    // A longer line would end the connection.
    super(process.stdin, process.stdout, { maxBufferSize: 2 * MAX_MESSAGE_BYTES });
  }

  override async send(message: JSONRPCMessage): Promise<void> {
    if ('method' in message && message.method === ACKNOWLEDGED) await this.onListening();
    await super.send(message);
  }
}
