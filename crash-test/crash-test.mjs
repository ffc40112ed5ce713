import { setTimeout as sleep } from 'node:timers/promises';
import { FeedHistory } from './check-feed.mjs';
import { checkAnswers, checkEvents } from './check-http.mjs';
import { checkRows, TABLES } from './check-rows.mjs';
import { checkPreferences, checkSearchIndex, checkDerivedRows } from './check-tables.mjs';
import { FAULTS, killWhileStarting } from './faults.mjs';
import { History } from './history.mjs';
import { PreferenceLedger } from './ledger.mjs';
import { Load } from './load.mjs';
import { randomFrom } from './random.mjs';
import { Service } from './service.mjs';

/** Range of the delay from the start of the load to the fault. */
const FAULT_AFTER_MS = [50, 1500];
/** Share of the rounds in which a second instance serves, where the database can be shared. */
const SECOND_INSTANCE_SHARE = 0.3;
const EVENTS_READ = 20;

/** Runs all rounds on one database. */
export class CrashTest {
  /**
   * @param {import('./sqlite-store.mjs').SqliteStore | import('./postgres-store.mjs').PostgresStore} store
   * @param {{ seed: number, faults: readonly string[] }} options
   */
  constructor(store, { seed, faults }) {
    this.store = store;
    this.seed = seed;
    this.faults = faults;
    this.due = [];
    this.random = randomFrom(seed);
    this.services = [this.newService()];
    this.history = new History();
    this.feed = new FeedHistory(store.keepsFeedIdentity);
    this.preferences = new PreferenceLedger();
    this.figures = {
      rounds: 0,
      acknowledged: 0,
      unanswered: 0,
      kills: 0,
      outages: 0,
      refused: 0,
      longestRecoveryMs: 0,
      twoInstances: 0,
    };
  }

  async begin() {
    await this.store.start();
    const [service] = this.services;
    // What the first start makes must be whole too.
    if (this.store.isShared) await killWhileStarting(this, service);
    await service.launch();
    await service.ready();
    await service.login();
  }

  /** @returns {Promise<string[]>} the findings of the round. */
  async round(round) {
    const { random, preferences } = this;
    const fault = this.nextFault();
    await this.addInstance();
    const seed = this.seed + round * 104_729;
    const loads = this.services.map(
      (service, instance) => new Load(service, { round, seed, preferences, instance }),
    );
    for (const load of loads) load.start();
    await sleep(random.whole(...FAULT_AFTER_MS));
    const exited = this.ended();
    const findings = await FAULTS[fault](this, random.fraction() < 0.5 ? loads : loads.toReversed());
    findings.push(...exited);
    this.figures.rounds++;
    for (const load of loads) {
      this.count(load);
      findings.push(...load.findings);
    }
    await this.store.settled(this.services);
    findings.push(
      ...(await this.check(
        round,
        loads.flatMap(({ ledger }) => ledger.entries),
      )),
    );
    findings.push(...(await this.removeInstance()));
    return findings;
  }

  /** In a random order, but all as often. */
  nextFault() {
    if (this.due.length === 0) this.due = [...this.faults];
    const [fault] = this.due.splice(this.random.whole(0, this.due.length - 1), 1);
    return fault;
  }

  /** @returns {string[]} a finding for each instance that does not run. */
  ended() {
    return this.services
      .filter(({ isRunning }) => !isRunning)
      .map(({ output }) => `the program ended by itself: ${output}`);
  }

  newService() {
    return new Service(() => this.store.settings());
  }

  /** Sometimes two instances share the load of a round. */
  async addInstance() {
    const { isShared, secondInstanceShare = SECOND_INSTANCE_SHARE } = this.store;
    if (!isShared || this.random.fraction() >= secondInstanceShare) return;
    const second = this.newService();
    this.services.push(second);
    second.token = this.services[0].token;
    await second.launch();
    await second.ready();
    this.figures.twoInstances++;
  }

  async removeInstance() {
    const findings = [];
    for (const second of this.services.splice(1)) findings.push(...(await stop(second)));
    return findings;
  }

  async kill(service) {
    await service.kill();
    this.figures.kills++;
  }

  count({ ledger, refused }) {
    this.figures.acknowledged += ledger.acknowledgedRows;
    this.figures.unanswered += ledger.unanswered;
    this.figures.refused += refused;
  }

  async check(round, entries) {
    const database = await this.store.open();
    try {
      const findings = [];
      for (const table of TABLES) {
        const own = entries.filter((entry) => entry.table === table);
        findings.push(...(await checkRows(database, table, this.history.last[table], own)));
      }
      findings.push(...(await this.history.checkCounts(database)));
      findings.push(...(await this.store.checkIntegrity(database)));
      findings.push(...(await checkDerivedRows(database)));
      findings.push(...(await checkSearchIndex(database, this.store.indexTable)));
      findings.push(...(await this.feed.check(database, this.history.last)));
      findings.push(...(await checkPreferences(database, this.preferences)));
      for (const service of this.services) {
        findings.push(...(await checkAnswers(service, database)));
        findings.push(...(await checkEvents(service, someEvents(entries))));
      }
      await this.history.add(database, round);
      return findings;
    } finally {
      await database.close();
    }
  }

  /** Stops the program by SIGTERM, and checks the whole database once more. */
  async finish() {
    const findings = await stop(this.services[0]);
    findings.push(...(await this.store.checkStopped()));
    const database = await this.store.open();
    findings.push(...(await this.history.checkAll(database)));
    findings.push(...(await this.store.checkIntegrity(database)));
    await database.close();
    return findings;
  }

  async abort() {
    for (const service of this.services) await service.kill();
  }

  get summary() {
    return `${this.figures.acknowledged} rows acknowledged, ${this.history.rows} kept`;
  }

  get details() {
    const { rounds, kills, unanswered, outages, twoInstances, refused, longestRecoveryMs } = this.figures;
    const shared =
      `, ${outages} outages of the server with ${refused} requests refused and at most ${longestRecoveryMs} ms ` +
      `from its return to every client's next write, ${twoInstances} rounds with two instances`;
    const all = `${rounds} rounds, ${kills} kills, ${unanswered} writes without an answer`;
    return all + (this.store.isShared ? shared : '');
  }
}

function someEvents(entries) {
  const single = entries.filter(({ table, rows, ids }) => table === 'events' && rows.length === 1 && ids);
  return single.slice(-EVENTS_READ);
}

async function stop(service) {
  return (await service.stop()) ? [] : ['the program does not stop when it is asked to'];
}
