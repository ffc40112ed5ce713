import { setTimeout as sleep } from 'node:timers/promises';
import { existsSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import { checkIntegrity, checkPreferences, checkSessions } from './check-file.mjs';
import { FeedCheck } from './check-feed.mjs';
import { checkAnswers, checkEvents } from './check-http.mjs';
import { checkRows, TABLES } from './check-rows.mjs';
import { History } from './history.mjs';
import { PreferenceLedger } from './ledger.mjs';
import { Load } from './load.mjs';
import { randomFrom } from './random.mjs';
import { Service } from './service.mjs';

/** Range of the delay from the start of the load to the kill. */
const KILL_AFTER_MS = [50, 1500];
/** Share and delay range of the second kill, while the program starts again. */
const SECOND_KILL_SHARE = 0.2;
const SECOND_KILL_AFTER_MS = [20, 700];
const EVENTS_READ = 20;

/** Runs all rounds on one database file. */
export class CrashTest {
  constructor(file, seed) {
    this.seed = seed;
    this.random = randomFrom(seed);
    this.service = new Service(file);
    this.history = new History();
    this.preferences = new PreferenceLedger();
    this.feed = new FeedCheck();
    this.figures = { rounds: 0, acknowledged: 0, unanswered: 0, kills: 0 };
  }

  async begin() {
    await this.service.launch();
    await this.service.ready();
    await this.service.login();
  }

  /** @returns {Promise<string[]>} the findings of the round. */
  async round(round) {
    const { random, service, preferences } = this;
    const load = new Load(service, { round, seed: this.seed + round * 104_729, preferences });
    load.start();
    await sleep(random.whole(...KILL_AFTER_MS));
    const hasExited = !service.isRunning;
    load.expectEnd();
    await this.kill();
    await load.ended();
    if (random.fraction() < SECOND_KILL_SHARE) await this.killWhileStarting();
    await service.launch();
    await service.ready();
    this.count(load.ledger);
    const exit = hasExited ? [`the program ended by itself: ${service.output}`] : [];
    return [...exit, ...load.findings, ...(await this.check(round, load.ledger))];
  }

  async killWhileStarting() {
    await this.service.launch();
    await sleep(this.random.whole(...SECOND_KILL_AFTER_MS));
    await this.kill();
  }

  async kill() {
    await this.service.kill();
    this.figures.kills++;
  }

  count({ acknowledgedRows, unanswered }) {
    this.figures.rounds++;
    this.figures.acknowledged += acknowledgedRows;
    this.figures.unanswered += unanswered;
  }

  async check(round, { entries }) {
    const database = this.open();
    try {
      const findings = TABLES.flatMap((table) =>
        checkRows(
          database,
          table,
          this.history.last[table],
          entries.filter((entry) => entry.table === table),
        ),
      );
      findings.push(
        ...this.history.checkCounts(database),
        ...checkIntegrity(database),
        ...checkSessions(database),
        ...this.feed.findings(database),
      );
      findings.push(...checkPreferences(database, this.preferences));
      findings.push(...(await checkAnswers(this.service, database)));
      findings.push(...(await checkEvents(this.service, this.someEvents(entries))));
      this.history.add(database, round);
      return findings;
    } finally {
      database.close();
    }
  }

  someEvents(entries) {
    const single = entries.filter(({ table, rows, ids }) => table === 'events' && rows.length === 1 && ids);
    return single.slice(-EVENTS_READ);
  }

  /** Stops the program by SIGTERM, and checks the whole file once more. */
  async finish() {
    const findings = (await this.service.stop()) ? [] : ['the program does not stop when it is asked to'];
    if (existsSync(`${this.service.file}-wal`))
      findings.push('a write-ahead log is left after an orderly stop');
    const database = this.open();
    findings.push(...this.history.checkAll(database), ...checkIntegrity(database));
    database.close();
    return findings;
  }

  async abort() {
    await this.service.kill();
  }

  open() {
    return new Sqlite(this.service.file, { readonly: true, timeout: 5000 });
  }

  get summary() {
    return `${this.figures.acknowledged} rows acknowledged, ${this.history.rows} kept`;
  }

  get details() {
    const { rounds, kills, unanswered } = this.figures;
    return `${rounds} rounds, ${kills} kills, ${unanswered} writes without an answer`;
  }
}
