import http from 'node:http';
import { request } from './http.mjs';
import { Ledger } from './ledger.mjs';
import { randomFrom } from './random.mjs';
import { aPreference, aWrite } from './writes.mjs';

const CLIENTS = 10;
const PREFERENCE_SHARE = 0.15;

/** Several clients that write as fast as they are answered, until the service is killed. */
export class Load {
  constructor(service, { round, seed, preferences }) {
    this.service = service;
    this.ledger = new Ledger();
    this.preferences = preferences;
    this.round = round;
    this.seed = seed;
    /** Errors before the kill. */
    this.findings = [];
    this.isOver = false;
    this.agent = new http.Agent({ keepAlive: true });
  }

  start() {
    this.clients = Array.from({ length: CLIENTS }, (_, client) => this.write(client));
  }

  /** Called before the kill: missing answers are expected from now on. */
  expectEnd() {
    this.isOver = true;
  }

  async ended() {
    await Promise.all(this.clients);
    this.agent.destroy();
  }

  async write(client) {
    const random = randomFrom(this.seed + client * 7919);
    for (let number = 1; !this.isOver; number++) {
      const mark = `${this.round}.${client}.${number}`;
      const isPreference = random.fraction() < PREFERENCE_SHARE;
      try {
        if (isPreference) await this.prefer(aPreference(random, client, mark));
        else await this.remember(aWrite(random, mark));
      } catch (error) {
        if (!this.isOver) this.findings.push(`${mark}: ${error.message}, though the service was not killed`);
        return;
      }
    }
  }

  async remember(write) {
    const entry = this.ledger.send(write);
    this.ledger.acknowledge(entry, await this.sent(write));
  }

  async prefer(write) {
    this.preferences.send(write);
    await this.sent(write);
    this.preferences.acknowledge(write);
  }

  async sent({ method, path, body }) {
    const { base, token } = this.service;
    const answer = await request(base, { method, path, body, token, agent: this.agent });
    if (answer.status < 300) return answer.body;
    throw new Error(`${method} ${path} answers ${answer.status} ${JSON.stringify(answer.body)}`);
  }
}
