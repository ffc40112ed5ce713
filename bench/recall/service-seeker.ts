import type { Target } from '../types.js';
import type { EventRow, HistoryRow, MessageRow } from './rows.js';
import { DEPTH, type Found, type Seeker } from './seekers.js';

const AT_ONCE = 100;

interface SearchAnswer {
  results: { kind: string; id: number | string; score: number }[];
}

/** The service, filled with the history as any client would fill it. */
export class FilledService {
  private readonly keys = new Map<string, string>();

  constructor(private readonly target: Target) {}

  async fill(rows: readonly HistoryRow[]): Promise<void> {
    await this.saveEvents(rows.filter((row) => row.kind === 'event'));
    await this.saveMessages(rows.filter((row) => row.kind === 'message'));
    for (const row of rows) {
      if (row.kind !== 'preference') continue;
      await this.send('PUT', `/preferences/${encodeURIComponent(row.name)}`, { value: row.value });
      this.keys.set(`preference ${row.name}`, row.key);
    }
  }

  /** @param parameters more of them, as `&fold=false` */
  seeker(name: string, parameters = ''): Seeker {
    return { name, find: (query) => this.find(query, parameters) };
  }

  private async find(query: string, parameters: string): Promise<Found> {
    const { results } = await this.search(query, parameters);
    const keys = results.map(({ kind, id }) => this.keys.get(`${kind} ${id}`) ?? `${kind} ${id}`);
    return { keys, best: results[0]?.score };
  }

  private search(query: string, parameters: string): Promise<SearchAnswer> {
    const path = `/search?q=${encodeURIComponent(query)}&limit=${DEPTH}${parameters}`;
    return this.send<SearchAnswer>('GET', path);
  }

  private async saveEvents(rows: EventRow[]): Promise<void> {
    for (let from = 0; from < rows.length; from += AT_ONCE) {
      const part = rows.slice(from, from + AT_ONCE);
      const events = part.map(({ timestamp, type, severity, source, node, summary, details }) => {
        return { timestamp, type, severity, source, node, summary, details };
      });
      const saved = await this.send<{ events: { id: number }[] }>('POST', '/events/batch', { events });
      await Promise.all(
        part.map(async ({ key, resolved }, index) => {
          const id = saved.events[index]?.id;
          this.keys.set(`event ${id}`, key);
          if (resolved && part[index]?.type === 'alert') {
            await this.send('POST', `/events/${id}/resolve`, { resolvedBy: 'jarvis' });
          }
        }),
      );
    }
  }

  private async saveMessages(rows: MessageRow[]): Promise<void> {
    for (const { key, timestamp, sessionId, role, content, toolCalls } of rows) {
      const body = { timestamp, sessionId, role, content, toolCalls };
      const { message } = await this.send<{ message: { id: number } }>('POST', '/conversations', body);
      this.keys.set(`message ${message.id}`, key);
    }
  }

  private async send<T>(method: string, path: string, body?: object): Promise<T> {
    const { url, headers } = this.target;
    const response = await fetch(`${url}/api/memory${path}`, {
      method,
      headers,
      body: body && JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text.slice(0, 300)}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }
}
