/**
 * Kills the service at random moments while it forgets by rules, and checks that nothing is lost but what the rules name.
 *
 *   node crash-test/forget.mjs --rounds 20 --seed 7
 *   node crash-test/forget.mjs --postgres
 *
 * The rules are applied every second. Each round saves events, some of which are old and resolved, minutes of a cluster, and
 * conversations, old and new; meanwhile the service is killed with SIGKILL and started again.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { checkDerivedRows, checkSearchIndex } from './check-tables.mjs';
import { request } from './http.mjs';
import { PostgresStore } from './postgres-store.mjs';
import { randomFrom } from './random.mjs';
import { Service } from './service.mjs';
import { SqliteStore } from './sqlite-store.mjs';

const DAY_MS = 86_400_000;
const KEPT_SNAPSHOTS = 20;
const RULES = {
  RETENTION_SNAPSHOTS: `keep-last=${KEPT_SNAPSHOTS},keep-changes=0`,
  RETENTION_EVENTS: 'info=90d',
  RETENTION_CONVERSATIONS: '90d',
  RETENTION_SCHEDULE: '* * * * * *',
  RETENTION_TIME_ZONE: 'UTC',
};
const KILL_AFTER_MS = [200, 2500];
const EVENTS = 120;
const MESSAGES = 60;
const SNAPSHOTS = 60;
/** The lease of a killed process ends after half a minute, and the comparison looks again once a minute. */
const ALL_GONE_WITHIN_MS = 180_000;

const ago = (days) => new Date(Date.now() - days * DAY_MS).toISOString();

/** What was acknowledged, and whether a rule names it. */
class Ledger {
  /** The rows that have to stay, by table: id and what it was. */
  kept = { events: new Map(), conversations: new Map() };
  /** The rows that may go. */
  going = { events: new Set(), conversations: new Set() };
  snapshots = [];
}

class ForgetTest {
  constructor(store, seed) {
    this.store = store;
    this.random = randomFrom(seed);
    this.ledger = new Ledger();
    this.service = new Service(() => ({ ...store.settings(), ...RULES }));
    this.minutes = 0;
    this.kills = 0;
  }

  async begin() {
    await this.store.start();
    await this.start();
    await this.service.login();
    await this.send('PUT', '/admin/retention', { confirm: true });
  }

  async start() {
    await this.service.launch();
    await this.service.ready();
  }

  async round(round) {
    const load = this.load(round).catch((error) => {
      if (this.service.isRunning && !this.isKilled) throw error;
    });
    await sleep(this.random.whole(...KILL_AFTER_MS));
    this.isKilled = true;
    await this.service.kill();
    this.kills++;
    await load;
    this.isKilled = false;
    await this.start();
    await this.store.settled([this.service]);
    return this.check();
  }

  async load(round) {
    const name = `round ${round}`;
    await Promise.all([this.saveEvents(name), this.saveMessages(name), this.saveSnapshots()]);
  }

  async saveEvents(name) {
    for (let number = 0; number < EVENTS; number++) {
      const isOld = number % 2 === 0;
      const summary = `${name} event ${number}`;
      const event = {
        type: 'alert',
        source: 'monitor',
        severity: 'info',
        timestamp: ago(isOld ? 100 : 5),
        summary,
      };
      const { id } = (await this.send('POST', '/memory/events', event)).event;
      if (number % 3 > 0 && isOld) {
        this.ledger.going.events.add(id);
        await this.send('POST', `/memory/events/${id}/resolve`);
      } else this.ledger.kept.events.set(id, summary);
    }
  }

  async saveMessages(name) {
    for (let number = 0; number < MESSAGES; number++) {
      const isOld = number % 2 === 0;
      const content = `${name} message ${number}`;
      const sessionId = `${name} ${isOld ? 'old' : 'new'} ${number % 3}`;
      const message = { sessionId, role: 'user', content, tokensUsed: 1, timestamp: ago(isOld ? 100 : 5) };
      const { id } = (await this.send('POST', '/memory/conversations', message)).message;
      if (isOld) this.ledger.going.conversations.add(id);
      else this.ledger.kept.conversations.set(id, content);
    }
  }

  async saveSnapshots() {
    for (let number = 0; number < SNAPSHOTS; number++) {
      const timestamp = new Date(Date.parse('2026-01-01') + ++this.minutes * 60_000).toISOString();
      const snapshot = { number: this.minutes, text: 'x'.repeat(500) };
      const { id } = (await this.send('POST', '/memory/snapshots', { timestamp, snapshot })).snapshot;
      this.ledger.snapshots.push(id);
    }
  }

  async send(method, path, body) {
    const { base, token } = this.service;
    const answer = await request(base, { method, path, body, token });
    if (answer.status >= 300) throw new Error(`${method} ${path} answers ${answer.status} ${answer.text}`);
    return answer.body;
  }

  /** @returns {Promise<string[]>} the findings. */
  async check() {
    const database = await this.store.open();
    try {
      const { kept, snapshots } = this.ledger;
      const findings = [...(await this.store.checkIntegrity(database))];
      findings.push(...missing('event', kept.events, await idsOf(database, 'events', 'summary')));
      findings.push(
        ...missing('message', kept.conversations, await idsOf(database, 'conversations', 'content')),
      );
      const states = await database.all('SELECT id FROM cluster_snapshots');
      const there = new Set(states.map(({ id }) => id));
      // One that was committed while the service was killed counts among the last, though it was not acknowledged.
      const acknowledged = new Set(snapshots);
      const others = [...there].filter((id) => !acknowledged.has(id)).length;
      for (const id of snapshots.slice(-KEPT_SNAPSHOTS).slice(others))
        if (!there.has(id)) findings.push(`LOST: snapshot ${id}, one of the last ${KEPT_SNAPSHOTS}`);
      findings.push(...(await checkDerivedRows(database)));
      findings.push(...(await checkSearchIndex(database, this.store.indexTable)));
      findings.push(...(await checkNotes(database)));
      return findings;
    } finally {
      await database.close();
    }
  }

  /** What the rules name goes in the end, and is answered with 410. */
  async finish() {
    const { going, snapshots } = this.ledger;
    for (const deadline = Date.now() + ALL_GONE_WITHIN_MS; Date.now() < deadline; await sleep(500)) {
      const database = await this.store.open();
      const [left] = await database.all(
        `SELECT (SELECT count(*) FROM events WHERE resolved = true AND type = 'alert') AS events,
          (SELECT count(*) FROM conversations WHERE "timestamp" < ?) AS messages,
          (SELECT count(*) FROM cluster_snapshots) AS snapshots`,
        [ago(90)],
      );
      await database.close();
      this.left = left;
      if (left.events + left.messages === 0 && left.snapshots === KEPT_SNAPSHOTS) break;
    }
    const findings = await this.check();
    if (this.left.events + this.left.messages > 0 || this.left.snapshots !== KEPT_SNAPSHOTS)
      findings.push(`not everything that has to go has gone: ${JSON.stringify(this.left)}`);
    findings.push(...(await this.checkGone('/memory/events', [...going.events][0])));
    findings.push(...(await this.checkGone('/memory/snapshots', snapshots[0])));
    if (!(await this.service.stop())) findings.push('the program does not stop when it is asked to');
    return [...findings, ...(await this.store.checkStopped())];
  }

  async checkGone(path, id) {
    const { base, token } = this.service;
    const { status } = await request(base, { path: `${path}/${id}`, token });
    return status === 410 ? [] : [`${path}/${id} answers ${status}, and not that it was forgotten`];
  }
}

async function idsOf(database, table, text) {
  const rows = await database.all(`SELECT id, ${text} AS text FROM ${table}`);
  return new Map(rows.map(({ id, text }) => [id, text]));
}

function missing(what, kept, found) {
  return [...kept]
    .filter(([id, text]) => found.get(id) !== text)
    .map(([id, text]) => `LOST: ${what} ${id} (${text}), which no rule names`);
}

/** What was forgotten is noted in the transaction in which it went: the numbers agree, whenever the service ended. */
async function checkNotes(database) {
  const [noted] = await database.all(
    `SELECT COALESCE((SELECT sum("rows") FROM forgotten_ranges WHERE kind = 'event'), 0) AS noted,
      COALESCE((SELECT sum(event_count) FROM forgotten_event_counts), 0) AS counted`,
  );
  return Number(noted.noted) === Number(noted.counted)
    ? []
    : [`${noted.noted} events are noted as forgotten, and ${noted.counted} are counted`];
}

async function main() {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '20' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      postgres: { type: 'boolean', default: false },
    },
  });
  const store = values.postgres ? new PostgresStore({ onDisk: false }) : new SqliteStore();
  const test = new ForgetTest(store, Number(values.seed));
  console.log(`Forgetting: ${values.rounds} rounds, --seed ${values.seed}, ${store.name}`);
  const findings = [];
  try {
    await test.begin();
    for (let round = 1; round <= Number(values.rounds) && findings.length === 0; round++)
      findings.push(...(await test.round(round)));
    if (findings.length === 0) findings.push(...(await test.finish()));
  } catch (error) {
    findings.push(`${error.stack}\n${test.service.output}`);
  } finally {
    await test.service.kill();
  }
  const { events, conversations } = test.ledger.going;
  console.log(`${test.kills} kills; ${events.size} events and ${conversations.size} messages had to go`);
  if (findings.length === 0) {
    await store.remove();
    console.log('Nothing is lost but what the rules name.');
    return;
  }
  process.exitCode = 1;
  console.error(`\n${findings.length} FINDINGS; the database is kept in ${await store.keep()}`);
  for (const finding of findings.slice(0, 20)) console.error(`  - ${finding}`);
}

await main();
