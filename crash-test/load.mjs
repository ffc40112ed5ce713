import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRefusal } from './check-outage.mjs';
import { request } from './http.mjs';
import { Ledger } from './ledger.mjs';
import { randomFrom } from './random.mjs';
import { aPreference, aRead, aWrite } from './writes.mjs';

const CLIENTS = 10;
const PREFERENCE_SHARE = 0.15;
/** Pause of a client that was refused. */
const REFUSED_PAUSE_MS = 20;

/** An answer that is not the one that was hoped for. */
class Refused extends Error {
  constructor({ method = 'GET', path }, answer) {
    super(`${method} ${path} answers ${answer.status} ${answer.text?.slice(0, 500)}`);
    this.answer = answer;
  }
}

/** Several clients that write to a service as fast as they are answered, and one that reads, until it is killed or told. */
export class Load {
  /** @param instance the number of the service: each client has keys and marks of its own. */
  constructor(service, { round, seed, preferences, instance = 0 }) {
    this.service = service;
    this.ledger = new Ledger();
    this.preferences = preferences;
    this.round = round;
    this.seed = seed;
    this.numbers = Array.from({ length: CLIENTS }, (_, client) => instance * CLIENTS + client);
    /** Errors that nothing explains. */
    this.findings = [];
    this.refused = 0;
    this.isOver = false;
    this.isKilled = false;
    /** During an outage of the server, the clients that may be refused. */
    this.mayFail = new Set();
    this.agent = new http.Agent({ keepAlive: true });
  }

  start() {
    this.clients = [...this.numbers.map((client) => this.write(client)), this.read('reader')];
  }

  /** Called before the service is killed: missing answers are expected from now on. */
  expectKill() {
    this.isKilled = true;
    this.isOver = true;
  }

  /** Called before the server ends: refusals are expected until it is back. */
  expectOutage() {
    this.mayFail = new Set([...this.numbers, 'reader']);
    this.isAway = true;
  }

  /** Called when the server is back: the next request of each client must succeed in time. */
  async recovered(withinMs) {
    this.isAway = false;
    const deadline = Date.now() + withinMs;
    while (this.mayFail.size > 0 && Date.now() < deadline) await sleep(5);
    if (this.mayFail.size > 0)
      this.findings.push(`after ${withinMs} ms clients are still refused: ${this.lastRefusal?.message}`);
  }

  /** The clients end with the answers that they wait for. */
  finish() {
    this.isOver = true;
  }

  async ended() {
    await Promise.all(this.clients);
    this.agent.destroy();
  }

  async write(client) {
    const random = randomFrom(this.seed + client * 7919);
    await this.repeat(client, async (number) => {
      const mark = `${this.round}.${client}.${number}`;
      const isPreference = random.fraction() < PREFERENCE_SHARE;
      if (isPreference) await this.prefer(aPreference(random, client, mark));
      else await this.remember(aWrite(random, mark));
    });
  }

  async read(client) {
    const random = randomFrom(this.seed);
    await this.repeat(client, async () => {
      const read = aRead(random);
      const answer = await this.sent(read);
      if (!read.isWhole(answer)) throw new Refused(read, answer);
    });
  }

  async repeat(client, attempt) {
    for (let number = 1; !this.isOver; number++) {
      try {
        await attempt(number);
        if (!this.isAway) this.mayFail.delete(client);
      } catch (error) {
        if (this.isKilled) return;
        if (!this.isExplained(client, error)) {
          this.findings.push(
            `client ${client}, ${number}: ${error.message}; ${this.service.output.slice(-1500)}`,
          );
          this.mayFail.delete(client);
          return;
        }
        this.refused++;
        this.lastRefusal = error;
        await sleep(REFUSED_PAUSE_MS);
      }
    }
  }

  /** During an outage a request is refused with the reason, and what is being sent is cut off. */
  isExplained(client, { answer }) {
    return (
      this.mayFail.has(client) && answer !== undefined && (isRefusal(answer) || answer.text === undefined)
    );
  }

  async remember(write) {
    const entry = this.ledger.send(write);
    const { body } = await this.sent(write);
    this.ledger.acknowledge(entry, body);
  }

  async prefer(write) {
    this.preferences.send(write);
    await this.sent(write);
    this.preferences.acknowledge(write);
  }

  async sent({ method, path, body }) {
    const { base, token } = this.service;
    const answer = await request(base, { method, path, body, token, agent: this.agent });
    if (answer.status < 300) return answer;
    throw new Refused({ method, path }, answer);
  }
}
