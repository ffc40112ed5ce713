import Sqlite from 'better-sqlite3';
import { parametersIn, type Operation } from './contract.js';
import type { WireRequest } from './draft.js';
import type { Answer, Wire } from './wire.js';

type Row = Record<string, unknown>;

/** Rows that the service has acknowledged, so that in the end each can be asked for again. */
export class Ledger {
  private readonly events = new Map<number, Row>();
  private readonly snapshots = new Map<number, Row>();
  private readonly sessions = new Map<string, Map<number, Row>>();
  private readonly preferences = new Map<string, Row>();

  /**
   * Takes note of an answer.
   * @returns how what came back differs from what was sent, or undefined.
   */
  record(operation: Operation, request: WireRequest, answer: Answer): string | undefined {
    const { status, body } = answer;
    const parameters = parametersIn(operation.template, request.target);
    if (status === 204) this.forget(operation, parameters);
    if (status !== 200 && status !== 201) return undefined;
    const answered = body as Record<string, unknown>;
    switch (operation.id) {
      case 'POST /api/memory/events/{id}/resolve':
        addLatest(this.events, answered['event'] as Row);
        // Who resolved it first stays.
        return undefined;
      case 'POST /api/memory/events':
        addLatest(this.events, answered['event'] as Row);
        break;
      case 'POST /api/memory/events/batch':
        for (const event of answered['events'] as Row[]) addLatest(this.events, event);
        break;
      case 'POST /api/memory/conversations':
        this.keepMessage(answered['message'] as Row);
        break;
      case 'POST /api/memory/snapshots':
        addLatest(this.snapshots, answered['snapshot'] as Row);
        break;
      case 'PUT /api/memory/preferences/{key}':
        this.preferences.set(String(parameters['key']), answered['preference'] as Row);
        break;
      default:
        return undefined;
    }
    return difference(request, answered);
  }

  /** Counts what the file holds. @returns how that differs from what was acknowledged. */
  countIn(file: string): string[] {
    const handle = new Sqlite(file, { readonly: true });
    const messages = [...this.sessions.values()].reduce((sum, { size }) => sum + size, 0);
    const expected = [
      ['events', this.events.size],
      ['cluster_snapshots', this.snapshots.size],
      ['conversations', messages],
      ['preferences', this.preferences.size],
    ] as const;
    const wrong = expected.flatMap(([table, count]) => {
      const found = handle.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
      return found === count ? [] : [`${table}: ${String(found)} rows, ${count} acknowledged`];
    });
    const integrity = handle.pragma('integrity_check', { simple: true });
    handle.close();
    return integrity === 'ok' ? wrong : [...wrong, `integrity_check: ${String(integrity)}`];
  }

  /** How many rows were acknowledged and not deleted. */
  get size(): number {
    const messages = [...this.sessions.values()].reduce((sum, { size }) => sum + size, 0);
    return this.events.size + this.snapshots.size + this.preferences.size + messages;
  }

  /** Asks for rows again, evenly taken from all. @returns how they differ from what was acknowledged. */
  async readBack(
    wire: Wire,
    headers: Record<string, string>,
    most: number,
  ): Promise<{ read: number; wrong: string[] }> {
    const wanted = [...this.targets()];
    const step = Math.max(1, Math.floor(wanted.length / most));
    const chosen = wanted.filter((_, index) => index % step === 0);
    const wrong: string[] = [];
    for (const { target, pick, row } of chosen) {
      const { body } = await wire.send({ method: 'GET', target, headers });
      const found = pick(body);
      if (JSON.stringify(found) !== JSON.stringify(row)) {
        wrong.push(`${target}: ${JSON.stringify(found)}, acknowledged ${JSON.stringify(row)}`);
      }
    }
    return { read: chosen.length, wrong };
  }

  private *targets(): Iterable<{ target: string; row: Row; pick: (body: unknown) => unknown }> {
    const named = (name: string) => (body: unknown) => (body as Row | undefined)?.[name];
    for (const [id, row] of this.events)
      yield { target: `/api/memory/events/${id}`, row, pick: named('event') };
    for (const [id, row] of this.snapshots) {
      yield { target: `/api/memory/snapshots/${id}`, row, pick: named('snapshot') };
    }
    for (const [key, row] of this.preferences) {
      yield { target: `/api/memory/preferences/${encodeURIComponent(key)}`, row, pick: named('preference') };
    }
    for (const [session, messages] of this.sessions) {
      const first = firstOf([...messages.values()]);
      const pick = (body: unknown): unknown =>
        ((body as Row | undefined)?.['messages'] as unknown[] | undefined)?.[0];
      yield { target: `/api/memory/conversations/${encodeURIComponent(session)}?limit=1`, row: first, pick };
    }
  }

  private keepMessage(message: Row): void {
    const session = String(message['sessionId']);
    const messages = this.sessions.get(session) ?? new Map<number, Row>();
    this.sessions.set(session, messages);
    addLatest(messages, message);
  }

  private forget({ id }: Operation, parameters: Record<string, string>): void {
    if (id === 'DELETE /api/memory/conversations/{sessionId}') {
      this.sessions.delete(String(parameters['sessionId']));
    }
    if (id === 'DELETE /api/memory/preferences/{key}') this.preferences.delete(String(parameters['key']));
  }
}

function addLatest(rows: Map<number, Row>, row: Row): void {
  rows.set(Number(row['id']), row);
}

function firstOf(messages: readonly Row[]): Row {
  const order = (one: Row): string => `${String(one['timestamp'])} ${String(one['id']).padStart(16, '0')}`;
  return messages.reduce((first, one) => (order(one) < order(first) ? one : first));
}

/** Compares the fields of a body with those of the same names in the answer. */
function difference({ body }: WireRequest, answered: Record<string, unknown>): string | undefined {
  if (typeof body !== 'string' || body === '') return undefined;
  const sent = JSON.parse(body) as Row;
  const list = sent['events'];
  if (Array.isArray(list)) {
    const rows = answered['events'] as Row[];
    if (rows.length !== list.length) return `${rows.length} came back of ${list.length}`;
    return list
      .map((one: Row, index) => wrongField(one, rows[index] ?? {}))
      .find((wrong) => wrong !== undefined);
  }
  return wrongField(sent, Object.values(answered)[0] as Row);
}

function wrongField(sent: Row, got: Row): string | undefined {
  const wrong = Object.keys(sent).find((name) => name in got && !isSame(sent[name], got[name], name));
  return wrong === undefined
    ? undefined
    : `${wrong} came back as ${JSON.stringify(got[wrong])}, sent ${JSON.stringify(sent[wrong])}`;
}

/** A moment without an offset, which is UTC; JavaScript would take it for local time. */
const FIRST_BACKEND = /^(\S{10}) (\S+)$/;

function isSame(sent: unknown, got: unknown, name: string): boolean {
  if (name === 'timestamp') {
    const moment = Date.parse(String(sent).replace(FIRST_BACKEND, '$1T$2Z'));
    // What JavaScript cannot read is ISO 8601 that it does not know, such as a week date.
    return Number.isNaN(moment) || moment === Date.parse(String(got));
  }
  if (typeof sent === 'string' && typeof got === 'object' && got !== null) {
    return JSON.stringify(JSON.parse(sent)) === JSON.stringify(got);
  }
  if (typeof sent !== 'string' && typeof got === 'string') return String(sent) === got;
  return JSON.stringify(sent) === JSON.stringify(got);
}
